"""How sure the gains of options are: their measures on counts as they may be in truth, or become, beside today's on the same draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rezoning.commands.place import Place
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.errors import DataError, Problem, Problems, ScenarioError, shown
from rezoning.metrics.robust.noise import Growth, Leaving, Margin, Rounding, Year
from rezoning.metrics.robust.sampled import INDICES, Case, Key, keys_of, measured, sampled
from rezoning.runs.directory import json_text
from rezoning.runs.files import put
from rezoning.runs.option import Option, read_options
from rezoning.runs.packed import given
from rezoning.runs.tables import csv_text
from rezoning.scenario.policy import hidden_groups

if TYPE_CHECKING:
    from rezoning.district.district import District, Floats
    from rezoning.metrics.zones import Zones

ROBUSTNESS = "robustness.json"
LEAST, MOST = 100, 100_000
"""Draws."""
MARGIN = 1e6
"""The largest margin of error of a unit's students."""


@dataclass(frozen=True)
class Doubts:
    """What is doubted of the counts, besides chance in them.

    Parameters
    ----------
    margin
        Margin of error (90 %) of each unit's students: a column of the units file, or a number for all; none when left out.
    rounded, suppressed
        What published counts were rounded to, and the number below which they were published as 0; none when left out.
    growth
        Most that an area's students may grow or decline by, as a share; 0: not asked.
    growth_by
        Areas of growth: today's zones, or single units.
    leaving
        Share of reassigned students who leave; that of `report.statement.opt_out` when left out, 0: not asked.
    leaving_by
        Group to its own share.
    """

    margin: str | float | None = None
    rounded: int | None = None
    suppressed: int | None = None
    growth: float = 0.1
    growth_by: Literal["school", "unit"] = "school"
    leaving: float | None = None
    leaving_by: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Robustness:
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


def robustness(
    paths: Sequence[str | Path],
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
    *,
    draws: int = 1000,
    seed: int = 0,
    doubts: Doubts | None = None,
    how: PlanReading = PLAINLY,
    replace: bool = False,
    is_written: bool = True,
) -> Robustness:
    """Measure options on counts drawn anew many times, and today's zones on the same draws.

    Parameters
    ----------
    paths
        Run directories, and plan files after the first; or a scenario file and plan files.
    out
        The directory; ``<first plan>-robustness`` beside the first plan when left out.
    overrides
        ``key=value`` settings that win over every scenario: ``report.language=…``.
    draws
        How often the counts are drawn, 100 to 100,000.
    seed
        Makes chance repeatable.
    doubts
        What is doubted besides chance in the counts; growth of a tenth and the scenario's opt-out when left out, and every year that it knows.
    how
        What the plan files do not say by themselves.
    replace
        Whether results of another scenario that stand there may be replaced.
    is_written
        Whether anything is written.

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

    _check(draws, doubts or Doubts())
    every = list(map(Path, paths))
    place = Place.of(every, None if out is None else Path(out), "robustness", ROBUSTNESS, overrides, replace) if is_written else None
    options = read_options(every, overrides, how)
    document = _document(options, draws, seed, doubts or Doubts())
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


def _check(draws: int, doubts: Doubts) -> None:
    problems = Problems()
    if not LEAST <= draws <= MOST:
        problems.add("--draws", f"{draws:,} draws were asked for.", f"Give {LEAST:,} to {MOST:,}.")
    for name, value, most in (
        ("--growth", doubts.growth, 1.0),
        ("--leaving", doubts.leaving, 1.0),
        *(("--leaving", one, 1.0) for one in doubts.leaving_by.values()),
    ):
        if value is not None and not 0 <= value <= most:
            problems.add(name, f"{value:g} is no share.", "Give a number from 0 to 1.")
    for name, number in (("--rounded", doubts.rounded), ("--suppressed", doubts.suppressed)):
        if number is not None and not 2 <= number <= 1000:
            problems.add(name, f"{number} hides nothing of a count, or all of it.", "Give 5 or 10, or what the publisher says.")
    if isinstance(doubts.margin, (int, float)) and not 0 <= doubts.margin <= MARGIN:
        problems.add("--margin", f"{doubts.margin:g} is no margin of error.", "Give a number from 0 on, or a column of the units.")
    problems.raise_as(ScenarioError)


# -- what is doubted ---------------------------------------------------------------------------------------------------


def cases_of(option: Option, doubts: Doubts) -> list[Case]:
    """Every way in which the counts of an option's district may be others; chance in them first.

    Raises
    ------
    DataError
        A column or a group is not there, or a margin is no number.
    """
    district = option.district
    found = [Case("chance", said={"estimated": district.students_are_estimated})]
    if doubts.margin is not None:
        found.append(Case("margin", Margin(_margins(district, doubts.margin)), said={"margin": doubts.margin}))
    if doubts.rounded is not None or doubts.suppressed is not None:
        to, below = doubts.rounded or 1, doubts.suppressed or 0
        found.append(Case("rounding", Rounding(to, below), said={"to": to, "below": below}))
    if doubts.growth:
        by_unit = doubts.growth_by == "unit" or district.current is None
        current = np.zeros(0) if district.current is None else district.current
        area = np.arange(district.num_units) if by_unit else np.where(current >= 0, current, current.max(initial=0) + 1).astype(np.int64)
        found.append(Case("growth", Growth(doubts.growth, area), said={"share": doubts.growth, "by": "unit" if by_unit else "school"}))
    found += [Case("year", Year(students), said={"year": name}) for name, students in district.years.items()]
    leaving = option.scenario.report.statement.opt_out if doubts.leaving is None else doubts.leaving
    if (leaving or doubts.leaving_by) and district.current is not None:
        lost = [name for name in doubts.leaving_by if name not in district.groups]
        if lost:
            raise DataError(Problem("--leaving", f"{shown(lost)} is no group of the district.", f"Groups: {shown(district.groups, 20)}."))
        said = {"share": leaving, "groups": dict(doubts.leaving_by)}
        found.append(Case("leaving", leaving=Leaving(leaving, tuple(sorted(doubts.leaving_by.items()))), said=said))
    return found


def _margins(district: District, margin: str | float) -> Floats:
    """The margin of error of each unit's students, shape (n,)."""
    if isinstance(margin, (int, float)):
        return np.full(district.num_units, float(margin))
    if margin not in district.columns:
        raise DataError(Problem("--margin", f"the units have no column '{margin}'.", f"Columns: {shown(district.columns, 20)}. Or give a number."))
    found, wrong = np.zeros(district.num_units), []
    for u, text in enumerate(district.columns[margin]):
        try:
            found[u] = float(str(text).replace(",", "") or 0)
        except ValueError:
            found[u] = np.nan
        if not 0 <= found[u] <= MARGIN:
            wrong.append(f"'{text}' of {district.unit_ids[u]}")
    if wrong:
        raise DataError(Problem(f"--margin, column '{margin}'", f"holds what is no margin of error: {shown(wrong)}.", "Give numbers from 0 on."))
    return found


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
