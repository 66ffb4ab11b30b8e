"""The commands that make public outputs of plans: `report`, `finder`, `export`, `figures`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rezoning.cli.guard import guarded, say
from rezoning.cli.options import Json, Replace, Tongue, reads_plans, with_language
from rezoning.cli.result import put, put_json
from rezoning.district.plans.how import PlanReading
from rezoning.report.exports.formats import FORMATS
from rezoning.report.language import plain
from rezoning.report.papers import PAPERS

if TYPE_CHECKING:
    from rezoning.commands.published import Published

REJECTED = 7


Exported = StrEnum("Exported", list(FORMATS))  # type: ignore[misc]
"""Names of the formats of other programs."""


class Picture(StrEnum):
    """Formats of figures."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


Runs = Annotated[
    list[Path],
    typer.Argument(
        metavar="RUN_OR_PLAN...",
        help="Options A, B, C: run directories, and after the first also plan files of any kind. Or a scenario file and the plans that it judges.",
    ),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Directory for the results; written whole or not at all.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Wins over the scenarios: report.title='Plan of the committee'.")
]


@reads_plans
def report(
    runs: Runs,
    *,
    how: PlanReading,
    out: Out = None,
    settings: Settings = None,
    language: Tongue = None,
    memo: Annotated[bool, typer.Option("--memo", help=PAPERS["memo"].about)] = False,
    slides: Annotated[bool, typer.Option("--slides", help=PAPERS["slides"].about)] = False,
    book: Annotated[bool, typer.Option("--book", help=PAPERS["book"].about)] = False,
    cards: Annotated[bool, typer.Option("--cards", help=PAPERS["cards"].about)] = False,
    frontier: Annotated[
        Path | None, typer.Option("--frontier", metavar="DIR", help="Show the options on this frontier; that in which a run lies when left out.")
    ] = None,
    is_checked: Annotated[bool, typer.Option("--check", help="Exit with 7 unless every option is found to advance equal opportunity.")] = False,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Make the report of plans: one page for board, press and families, and the equity impact statement.

    The page needs no network and nothing beside it. Several plans become options A, B, C in one comparison.

    Files: report.html, statement.json, statement.csv, in <first plan>-report/ unless --out.
    """
    papers = [name for name, is_wanted in (("memo", memo), ("slides", slides), ("book", book), ("cards", cards)) if is_wanted]
    guarded(
        lambda: _report(runs, how, out, with_language(settings, language), papers, frontier, is_checked, replace=replace, as_json=as_json), as_json
    )


def _report(
    runs: list[Path],
    how: PlanReading,
    out: Path | None,
    settings: list[str],
    papers: list[str],
    frontier: Path | None,
    is_checked: bool,
    *,
    replace: bool,
    as_json: bool,
) -> int:
    from rezoning.commands.publishing import write_report

    done = write_report(runs, out, settings, papers=papers, frontier=frontier, how=how, replace=replace)
    lines = _verdict_lines({letter: statement["verdict"] for letter, statement in done.statements.items()})
    _say(done, as_json, done.directory / "report.html", lines)
    is_met = all(statement["verdict"]["status"] == "meets" for statement in done.statements.values())
    return REJECTED if is_checked and not is_met else 0


def _verdict_lines(verdicts: dict[str, dict[str, Any]]) -> list[str]:
    """A line an option, and by which definition, which is the same for all."""
    told = [plain(f"{letter}: {one['sentence']} {one['line']}") for letter, one in verdicts.items()]
    return [*told, *dict.fromkeys(one["definition_text"] for one in verdicts.values())]


@reads_plans
def finder(
    runs: Runs,
    *,
    how: PlanReading,
    addresses: Annotated[Path | None, typer.Option("--addresses", metavar="FILE", help="CSV of addresses with longitude and latitude.")] = None,
    out: Out = None,
    settings: Settings = None,
    language: Tongue = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Make the school finder: which school now, which under each option, how far.

    One page that answers for a place on the map, a unit's id or an address; nothing that is typed leaves the browser.

    Files: finder.html, finder.json; with addresses also addresses.csv, with these or streets under the maps streets.csv;
    in <first plan>-finder/ unless --out.
    """
    guarded(lambda: _finder(runs, how, addresses, out, with_language(settings, language), replace=replace, as_json=as_json), as_json)


def _finder(
    runs: list[Path], how: PlanReading, addresses: Path | None, out: Path | None, settings: list[str], *, replace: bool, as_json: bool
) -> int:
    from rezoning.commands.publishing import write_finder

    done = write_finder(runs, addresses, out, settings, how=how, replace=replace)
    _say(done, as_json, done.directory / "finder.html", [])
    return 0


@reads_plans
def export(
    runs: Runs,
    *,
    how: PlanReading,
    to: Annotated[
        list[Exported],
        typer.Option("--to", metavar="FORMAT", help=f"{', '.join(FORMATS)}. May be repeated; several go in a folder each."),
    ],
    out: Out = None,
    settings: Settings = None,
    with_counts: Annotated[bool, typer.Option("--counts", help="Write the units' numbers of students too; not for publication.")] = False,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Write plans in the formats of other programs.

    Files: in <first plan>-export/ unless --out; several formats in a folder each.
    """
    guarded(lambda: _export(runs, how, to, out, settings or [], with_counts, replace=replace, as_json=as_json), as_json)


def _export(
    runs: list[Path], how: PlanReading, to: list[Exported], out: Path | None, settings: list[str], with_counts: bool, *, replace: bool, as_json: bool
) -> int:
    from rezoning.commands.publishing import write_export

    done = write_export(runs, [one.value for one in dict.fromkeys(to)], out, settings, with_counts=with_counts, how=how, replace=replace)
    _say(done, as_json, done.directory, [])
    return 0


@reads_plans
def figures(
    runs: Runs,
    *,
    how: PlanReading,
    out: Out = None,
    settings: Settings = None,
    formats: Annotated[
        list[Picture] | None, typer.Option("--format", metavar="png|svg|pdf", help="May be repeated; png and svg when left out.")
    ] = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Draw maps and charts of plans as pictures, for slides and print.

    Files: in <first plan>-figures/ unless --out.
    """
    guarded(lambda: _figures(runs, how, out, settings or [], formats, replace=replace, as_json=as_json), as_json)


def _figures(
    runs: list[Path], how: PlanReading, out: Path | None, settings: list[str], formats: list[Picture] | None, *, replace: bool, as_json: bool
) -> int:
    from rezoning.commands.publishing import write_figures

    wanted = [one.value for one in dict.fromkeys(formats or (Picture.PNG, Picture.SVG))]
    done = write_figures(runs, out, settings, wanted, how=how, replace=replace)
    _say(done, as_json, done.directory, [])
    return 0


def _say(done: Published, as_json: bool, main: Path, lines: list[str]) -> None:
    """Where the result is on stdout; what to know about it on stderr."""
    from rezoning.runs.names import shown_path

    put_json(done.to_dict()) if as_json else put(f"{shown_path(main)}\n")
    for line in [] if as_json else [*lines, *done.notes]:
        say(line)
    for line in done.warnings:
        say(f"warning: {line}")
