"""How sure the gains of options are: their measures on counts as they may be in truth, or become, beside today's on the same draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rezoning.commands.doubted import Doubts, cases_of, check_asked
from rezoning.commands.place import Place
from rezoning.commands.unpaired import refuse_pairing
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import DataError, shown
from rezoning.metrics.robust.sampled import INDICES, Case, Key, keys_of, measured, sampled
from rezoning.runs.directory import json_text
from rezoning.runs.files import put
from rezoning.runs.option import Option
from rezoning.runs.option_read import read_options
from rezoning.runs.packed import given
from rezoning.runs.tables import csv_text
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.policy import hidden_groups

if TYPE_CHECKING:
    import pandas as pd

    from rezoning.district.district import Floats
    from rezoning.metrics.zones import Zones

ROBUSTNESS, ENDING = "robustness.json", "robustness"


@dataclass(frozen=True, eq=False)
class Robustness(Displayed):
    """What was found.

    Parameters
    ----------
    document
        The content of robustness.json.
    options
        That were looked at.
    directory, files
        Where it was written, and what; none where it was not.
    refused
        Why there is no page: its numbers could not be shown safely.
    """

    document: dict[str, Any]
    options: tuple[Option, ...]
    directory: Path | None = None
    files: tuple[str, ...] = ()
    refused: DataError | None = None

    def __repr__(self) -> str:
        return f"<Robustness: {len(self.options)} options, {len(self.document['cases'])} doubts, {self.document['draws']:,} draws>"

    def to_frame(self) -> pd.DataFrame:
        """The rows of robustness.csv, by ``option`` (its letter) and ``measure``.

        Returns
        -------
        DataFrame
            ``group``, ``case`` (kind of doubt) and ``detail``; ``value`` as counted, ``low`` and ``high`` (nine draws in ten lie between), ``mean``;
            the same of today with ``today_`` and of the difference with ``change_``; ``better`` and ``worse``, shares of the draws; ``first``,
            ``rank`` and ``kendall`` among the options; ``beyond_chance``, dissimilarity without what chance alone makes of it.
        """
        frame: pd.DataFrame = display(self).frame(self)
        return frame


def robustness(
    paths: Sequence[str | Path],
    out: str | Path | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
    margin: str | float | None = None,
    rounded: int | None = None,
    suppressed: int | None = None,
    growth: float = 0.1,
    growth_by: Literal["school", "unit"] = "school",
    leaving: float | None = None,
    leaving_by: Mapping[str, float] | None = None,
    how: PlanReading = PLAINLY,
    overrides: Sequence[str] = (),
    replace: bool = False,
) -> Robustness:
    """Measure options on counts drawn anew many times, and today's zones on the same draws.

    Parameters
    ----------
    paths
        Run directories, and plan files after the first; or a scenario file and plan files.
    out
        Directory for robustness.json, robustness.csv and a page; nothing is written when left out.
    draws
        How often the counts are drawn, 100 to 100,000.
    seed
        Makes chance repeatable.
    margin, rounded, suppressed, growth, growth_by, leaving, leaving_by
        What is doubted besides chance in the counts and every coming year of the scenario: see `rezoning.commands.doubted.Doubts`.
    how
        What the plan files do not say by themselves.
    overrides
        ``key=value`` settings that win over every scenario: ``report.language=…``.
    replace
        Whether results of another scenario that stand there may be replaced.

    Raises
    ------
    ScenarioError, DataError
        When a run cannot be read, or a doubt is about a column or a group that is not there.
    OutputError
        When the place cannot be written, or holds what must stay.
    """
    from rezoning.public.build import make_book
    from rezoning.report.language import language_of
    from rezoning.report.robustness import robustness_page, robustness_rows, shown_document

    doubts = Doubts(margin, rounded, suppressed, growth, growth_by, leaving, leaving_by or {})
    check_asked(draws, doubts)
    every = list(map(Path, paths))
    place = None if out is None else Place.of(every, out, ENDING, ROBUSTNESS, overrides, replace)
    options = read_options(every, overrides, how)
    for option in options:
        check_one_level(option.scenario, "rezoning robustness")
    for one in options:
        if one.plan.buildings is not None:
            refuse_pairing(one.scenario, "Whether a gain is sure", "Give options without pairing.")
    document = _document(options, draws, seed, doubts)
    if place is None:
        return Robustness(document, options)

    refused: list[DataError] = []

    def fill(folder: Path) -> None:
        put(folder / ROBUSTNESS, json_text(document))
        put(folder / "robustness.csv", csv_text(robustness_rows(document)))
        language = language_of(options[0].scenario.report)
        try:
            shown_to_all = shown_document(document, make_book(options), language)
        except DataError as why:  # the documents are for those who may see all
            refused.append(why)
        else:
            put(folder / "robustness.html", robustness_page(shown_to_all, language))

    files = place.written(fill)
    return Robustness(document, options, place.directory, files, next(iter(refused), None))


# -- what is found -----------------------------------------------------------------------------------------------------


def _document(options: Sequence[Option], draws: int, seed: int, doubts: Doubts) -> dict[str, Any]:
    from rezoning.metrics.zones import Zones, today_zones
    from rezoning.runs.record import data_entries, versions

    first = options[0]
    now = today_zones(first.district)
    views = [*([] if now is None else [now]), *(Zones(one.district, one.plan.school) for one in options)]
    groups, small = _groups(first)
    cases, keys = cases_of(first, doubts), keys_of(views, groups)
    values = measured(views, keys)
    keys = [key for key in keys if any(value is not None for value in values[key])]
    return {
        "name": first.scenario.name,
        "official": first.scenario.report.official,
        "privacy": "every number; not for publication",
        "draws": draws,
        "seed": seed,
        **data_entries(first.district),
        "travel_unit": first.district.travel_unit,
        "options": [{"letter": one.letter, "key": one.key, "name": one.name, "path": str(given(one.path))} for one in options],
        "has_today": now is not None,
        "groups": groups,
        "cases": [{"kind": case.kind, **case.said} for case in cases],
        "measures": list(_measures(options, views, cases, keys, values, draws, seed, has_today=now is not None)),
        "corrected": list(_corrected(options, views, groups, has_today=now is not None)),
        "notes": [f"Groups of fewer students than report.statement.min_students are left out: {shown(small)}."] if small else [],
        "warnings": [f"{one.letter}: {said}" for one in options for said in one.changed],
        "inputs": list(first.record["inputs"]),
        "versions": versions(),
    }


def _groups(option: Option) -> tuple[list[str], list[str]]:
    """Groups that may be shown and are large enough to be judged, and those that are too small."""
    least, hidden = option.scenario.report.statement.min_students, hidden_groups(option.scenario)
    shown_groups = {name: float(counts.sum()) for name, counts in option.district.groups.items() if name not in hidden}
    return [name for name, size in shown_groups.items() if size >= least], [name for name, size in shown_groups.items() if size < least]


def _measures(
    options: Sequence[Option],
    views: Sequence[Zones],
    cases: Sequence[Case],
    keys: Sequence[Key],
    values: Mapping[Key, list[float | None]],
    draws: int,
    seed: int,
    *,
    has_today: bool,
) -> Iterator[dict[str, Any]]:
    """An entry for each measure, group and doubt."""
    from rezoning.metrics.robust.summary import centered

    by_chance: dict[Key, Floats] = {}
    for number, case in enumerate(cases):
        drawn = sampled(views, case, keys, draws, seed)
        by_chance = by_chance or drawn
        for key in keys:
            chance = None if number == 0 else by_chance[key]
            told = centered(drawn[key], values[key], chance, is_error=case.is_error, is_index=key[0] in INDICES)
            yield {"measure": key[0], "group": key[1], "case": number, **_entry(options, told, values[key], has_today)}


def _entry(options: Sequence[Option], drawn: Floats, values: list[float | None], has_today: bool) -> dict[str, Any]:
    from rezoning.metrics.robust.summary import beside, order, spread

    start = int(has_today)
    today = spread(values[0], drawn[0]) if has_today else None
    places = order(drawn[start:], values[start:])
    found: dict[str, Any] = {}
    for k, one in enumerate(options):
        own, both = (
            spread(values[start + k], drawn[start + k]),
            beside(drawn[0], drawn[start + k], values[0], values[start + k]) if has_today else None,
        )
        found[one.letter] = {
            **({"value": values[start + k], "low": None, "high": None, "mean": None} if own is None else asdict(own)),
            "change": None if both is None else asdict(both.change),
            "better": None if both is None else both.better,
            "worse": None if both is None else both.worse,
            "first": None if places is None else places.first[k],
            "rank": None if places is None else places.rank[k],
        }
    return {"today": None if today is None else asdict(today), "options": found, "kendall": None if places is None else places.kendall}


def _corrected(options: Sequence[Option], views: Sequence[Zones], groups: Sequence[str], *, has_today: bool) -> Iterator[dict[str, Any]]:
    """Dissimilarity of every group without what chance alone makes of it."""
    from rezoning.metrics.robust.corrected import corrected_dissimilarity

    names = [*(["today"] if has_today else []), *(one.letter for one in options)]
    for group in groups:
        pairs = zip(names, views, strict=True)
        yield {"group": group, **{name: corrected_dissimilarity(one.groups[group], one.students - one.groups[group]) for name, one in pairs}}
