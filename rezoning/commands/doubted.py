"""What is doubted of counts of students: chance, margins of error, rounding, growth, coming years, families who leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from rezoning.errors import DataError, Problem, Problems, ScenarioError, shown
from rezoning.metrics.robust.noise import Growth, Leaving, Margin, Rounding, Year
from rezoning.metrics.robust.sampled import Case
from rezoning.runs.option import Option

if TYPE_CHECKING:
    from rezoning.district.district import District, Floats

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


def check_asked(draws: int, doubts: Doubts) -> None:
    """Refuse numbers that cannot be meant, all at once.

    Raises
    ------
    ScenarioError
        Draws, shares or roundings are out of their ranges.
    """
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
