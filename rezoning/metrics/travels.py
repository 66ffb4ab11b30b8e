"""Two tables of travel over the same units and schools, compared: how far they go together, and whether they send units to the same school."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rezoning.district.district import Floats

TIE = 1e-9
"""Minutes or kilometers: trips no farther apart are equally long."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Spread:
    """Median and both tenths of some ratios; None where there is none."""

    median: float | None
    p10: float | None
    p90: float | None


@dataclass(frozen=True)
class Agreement:
    """Units that have a nearest school in both tables, and the shares of them and of their students for which some school is nearest in both."""

    counted: int
    units: float | None
    students: float | None


@dataclass(frozen=True, eq=False)
class TravelComparison:
    """A second table of travel against a first.

    Ratios are second over first, of pairs that both know and neither calls nothing. All measures but `agreement` are of pairs, not of students.

    Parameters
    ----------
    first, second
        Travel of unit to school, shape (n, m) each, in one unit; NaN where unknown.
    students
        Of each unit, shape (n,).
    """

    first: Floats
    second: Floats
    students: Floats

    @cached_property
    def both(self) -> Flags:
        """Pairs that both tables know, shape (n, m)."""
        return np.asarray(~np.isnan(self.first) & ~np.isnan(self.second))

    @cached_property
    def ratios(self) -> Floats:
        """Second over first, shape (n, m); NaN where one is unknown or nothing."""
        with np.errstate(invalid="ignore"):
            counted = self.both & (self.first > 0) & (self.second > 0)
        found = np.full(self.first.shape, np.nan)
        found[counted] = self.second[counted] / self.first[counted]
        return found

    @property
    def known(self) -> dict[str, int]:
        """Numbers of pairs: all, those that each table knows, both know, and that have a ratio."""
        first, second = (int((~np.isnan(table)).sum()) for table in (self.first, self.second))
        ratios = int((~np.isnan(self.ratios)).sum())
        return {"all": self.first.size, "first": first, "second": second, "both": int(self.both.sum()), "compared": ratios}

    @cached_property
    def spread(self) -> Spread:
        """Of all ratios."""
        return spread_of(self.ratios)

    @property
    def pearson(self) -> float | None:
        """Correlation of the trips of pairs that both know."""
        return _correlation(self.first[self.both], self.second[self.both])

    @property
    def spearman(self) -> float | None:
        """Correlation of their ranks, ties with the mean of theirs."""
        return _correlation(_ranks(self.first[self.both]), _ranks(self.second[self.both]))

    @cached_property
    def nearest(self) -> tuple[Flags, Flags]:
        """Whether a school is a unit's nearest in each table, shape (n, m) each; several where they tie, none where nothing is known."""
        return _nearest(self.first), _nearest(self.second)

    @cached_property
    def agrees(self) -> Flags:
        """Whether some school is a unit's nearest in both, shape (n,)."""
        return np.asarray((self.nearest[0] & self.nearest[1]).any(axis=1))

    @property
    def agreement(self) -> Agreement:
        """How often the nearest school is the same."""
        counted = self.nearest[0].any(axis=1) & self.nearest[1].any(axis=1)
        number, students = int(counted.sum()), float(self.students[counted].sum())
        same = self.agrees & counted
        return Agreement(number, int(same.sum()) / number if number else None, float(self.students[same].sum()) / students if students > 0 else None)

    @cached_property
    def unit_ratio(self) -> Floats:
        """Median ratio of each unit, shape (n,); NaN where it has none."""
        return _median(self.ratios)

    def off(self) -> Floats:
        """How far each unit's median ratio is from that of all, as a factor of at least 1, shape (n,); NaN where it has none."""
        if self.spread.median is None:
            return np.full(len(self.unit_ratio), np.nan)
        factor = self.unit_ratio / self.spread.median
        return np.maximum(factor, 1 / factor)


def spread_of(ratios: Floats) -> Spread:
    """Median and tenths of the ratios that are known."""
    known = ratios[~np.isnan(ratios)]
    if not len(known):
        return Spread(None, None, None)
    low, middle, high = (float(value) for value in np.quantile(known, (0.1, 0.5, 0.9)))
    return Spread(middle, low, high)


def _median(ratios: Floats) -> Floats:
    found = np.full(len(ratios), np.nan)
    some = ~np.isnan(ratios).all(axis=1)
    found[some] = np.nanmedian(ratios[some], axis=1)
    return found


def _nearest(table: Floats) -> Flags:
    trips = np.where(np.isnan(table), np.inf, table)
    least = trips.min(axis=1, keepdims=True, initial=np.inf)
    return np.asarray(np.isfinite(trips) & (trips <= least + TIE))


def _correlation(first: Floats, second: Floats) -> float | None:
    """Pearson's; None of fewer than two pairs, or where one side is all the same."""
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: Floats) -> Floats:
    return np.asarray(pd.Series(values).rank(), dtype=np.float64)
