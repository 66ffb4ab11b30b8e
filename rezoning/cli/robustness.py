"""`rezoning robustness`: how sure the gains of plans are."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rezoning.cli.guard import guarded, say
from rezoning.cli.options import Json, Replace, Tongue, reads_plans, with_language
from rezoning.cli.publish import Out, Runs, Settings
from rezoning.cli.result import put_json, stream
from rezoning.district.plans.how import PlanReading
from rezoning.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from rezoning.commands.doubted import Doubts


class Area(StrEnum):
    """What grows or declines as one."""

    SCHOOL = "school"
    UNIT = "unit"


@reads_plans
def robustness(
    runs: Runs,
    *,
    how: PlanReading,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="How often the counts are drawn.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Makes chance repeatable.")] = 0,
    margin: Annotated[
        str | None,
        typer.Option("--margin", metavar="COLUMN|N", help="Margin of error (90 %) of units' students: a column of the units, or a number."),
    ] = None,
    rounded: Annotated[int | None, typer.Option("--rounded", metavar="5|10", help="Published counts were rounded to multiples of it.")] = None,
    suppressed: Annotated[int | None, typer.Option("--suppressed", metavar="N", help="Counts below it were published as 0.")] = None,
    growth: Annotated[float, typer.Option("--growth", metavar="SHARE", help="Most that students of an area grow or decline by; 0: not asked.")] = 0.1,
    growth_by: Annotated[Area, typer.Option("--growth-by", metavar="school|unit", help="Areas: today's zones, or units.")] = Area.SCHOOL,
    leaving: Annotated[
        list[str] | None,
        typer.Option(
            "--leaving",
            metavar="[GROUP=]SHARE",
            help="Share of the reassigned who leave, of all or of a group; may be repeated.",
        ),
    ] = None,
    out: Out = None,
    settings: Settings = None,
    language: Tongue = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Measure plans on counts drawn anew, beside today's zones on the same draws: how sure a gain is.

    Chance in the counts (or the error of an estimate), growth by zone, every coming year of the scenario and families who leave are asked of always;
    margins of error and rounding where they are given. With several options, whether they keep their order.

    Files, in <first plan>-robustness/ unless --out: robustness.html (hides numbers of few students), robustness.json and .csv (every number, not for
    publication).
    """

    def work() -> int:
        doubts = _doubts(margin, rounded, suppressed, growth, growth_by, leaving or [])
        return _robustness(runs, how, draws, seed, doubts, out, with_language(settings, language), replace=replace, as_json=as_json)

    guarded(work, as_json)


def _robustness(
    runs: list[Path],
    how: PlanReading,
    draws: int,
    seed: int,
    doubts: Doubts,
    out: Path | None,
    settings: list[str],
    *,
    replace: bool,
    as_json: bool,
) -> int:
    from rezoning.commands.place import beside
    from rezoning.commands.robust import ENDING, robustness
    from rezoning.report.language import english_of
    from rezoning.report.robustness import robustness_screen
    from rezoning.report.screen import screen

    place = beside(runs, ENDING) if out is None else out
    found = robustness(runs, place, draws=draws, seed=seed, **vars(doubts), how=how, overrides=settings, replace=replace)
    if as_json:
        put_json({**found.document, "directory": str(found.directory), "files": list(found.files)})
    else:
        robustness_screen(screen(stream()), found.document, found.directory, english_of(found.options[0].scenario.report))
    page = "hides numbers of few students" if found.refused is None else f"is not written, for it cannot be shown safely ({found.refused})"
    say(f"robustness.html {page}; robustness.json and robustness.csv hold all, not for publication.")
    return 0


def _doubts(margin: str | None, rounded: int | None, suppressed: int | None, growth: float, growth_by: Area, leaving: list[str]) -> Doubts:
    from rezoning.commands.doubted import Doubts

    shares: dict[str, float] = {}
    for text in leaving:
        group, _, share = text.rpartition("=")
        if group in shares:
            said = f"is given twice for {group or 'all students'}."
            raise ScenarioError(Problem(f"--leaving {text}", said, "Give one share for each group, and one for all."))
        try:
            shares[group] = float(share)
        except ValueError:
            raise ScenarioError(
                Problem(f"--leaving {text}", f"'{share}' is no share.", "Write --leaving 0.25 or --leaving low_income=0.4.")
            ) from None
    return Doubts(_number(margin), rounded, suppressed, growth, growth_by.value, shares.pop("", None), shares)


def _number(text: str | None) -> str | float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return text
