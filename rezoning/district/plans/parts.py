"""Units that a plan divides among several schools: parts of blocks, or rows with shares; each unit has the school with the most."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rezoning.district.detect import Lookup, Texts
from rezoning.district.district import Floats
from rezoning.district.reading import counted
from rezoning.district.split_units import SplitUnit
from rezoning.errors import shown

SHARES = (
    "share", "fraction", "frac", "proportion", "weight", "percent", "pct", "percentage", "area_share", "pct_area", "students", "pupils", "enrollment",
    "pop", "population", "total_pop", "totpop", "pop20", "aland20", "aland", "area", "acres", "area_km2", "area_m2", "sqmi", "shape_area", "st_area",
)  # fmt: skip
"""Names of the column that says how much of a unit a row is about, the surest first."""

OF_A_BLOCK = re.compile(r"(\d{15})[-_. ]?[A-Za-z0-9]{1,3}")
OF_ANY = re.compile(r"(.*\d)(?:[-_./ ][A-Za-z0-9]{1,2}|[A-Za-z])")
"""Ids of a part of a unit: the unit's own, and a letter or a number behind it."""

EVEN = 1e-9
"""Shares that differ by less are the same."""


def whole_of(text: str, lookup: Lookup) -> int:
    """Index of the unit that an unknown id is a part of, -1 for none."""
    found = OF_A_BLOCK.fullmatch(text) or OF_ANY.fullmatch(text)
    return -1 if found is None else lookup.find(found[1])


def shares_column(names: Sequence[str], columns: Sequence[Texts], but: Iterable[int]) -> tuple[str, Floats] | None:
    """The column of shares, counts or areas, and its values; None where there is none, or one that holds something else than numbers."""
    lower = {name.lower(): at for at, name in reversed(list(enumerate(names))) if at not in set(but)}
    for name in SHARES:
        if name not in lower:
            continue
        try:
            values = np.array([float(text.replace(",", "").removesuffix("%") or 0) for text in columns[lower[name]]])
        except ValueError:
            continue
        if np.isfinite(values).all() and (values >= 0).all():
            return names[lower[name]], values
    return None


@dataclass
class Claims:
    """What several rows say of one unit.

    Parameters
    ----------
    weights
        School, as it is meant, to how much of the unit; the key of no school is blank.
    labels, rows
        Its label and its first row.
    parts
        Ids of parts that were counted.
    """

    weights: dict[str | int, float] = field(default_factory=dict)
    labels: dict[str | int, str] = field(default_factory=dict)
    rows: dict[str | int, int] = field(default_factory=dict)
    parts: set[tuple[str, str | int]] = field(default_factory=set)

    def add(self, meant: str | int, label: str, row: int, weight: float | None, part: str) -> None:
        """A row; without a weight one that says the same of the same part again is no news."""
        if weight is not None or (part, meant) not in self.parts:
            self.weights[meant] = self.weights.get(meant, 0.0) + (1.0 if weight is None else weight)
        self.parts.add((part, meant))
        self.labels.setdefault(meant, label)
        self.rows.setdefault(meant, row)

    @property
    def schools(self) -> list[str | int]:
        """The schools that are named, the one with the most first."""
        return sorted((meant for meant in self.labels if meant != ""), key=lambda meant: -self.weights[meant])

    @property
    def is_even(self) -> bool:
        """Whether no school has more of the unit than every other."""
        first, second = self.schools[:2]
        return self.weights[first] - self.weights[second] <= EVEN * max(1.0, self.weights[first])

    def split(self, unit: int, of: str) -> SplitUnit:
        """The shares of the schools."""
        total = sum(self.weights.values())
        return SplitUnit(unit, tuple((self.labels[meant], self.weights[meant] / total) for meant in self.schools), of)


def told_split(split: Sequence[SplitUnit], unit_ids: Sequence[str], students: Floats, file: str) -> str:
    """One sentence on all units that are divided, those with the most students first."""
    first = sorted(split, key=lambda one: -students[one.unit])
    held = shown(
        [
            f"'{unit_ids[one.unit]}' ({students[one.unit]:,.0f} students: {', '.join(f'{100 * share:.0f} % {label}' for label, share in one.shares)})"
            for one in first
        ]
    )
    of = " and ".join(dict.fromkeys(one.of for one in split))
    number = f"{counted(len(split), 'unit')} with {sum(students[one.unit] for one in split):,.0f} students"
    is_one = len(split) == 1
    return f"{file}: divides {number} among {among(split)}, and {'it has' if is_one else 'each has'} the one with the most ({of}): {held}"


def among(split: Sequence[SplitUnit]) -> str:
    """What units are divided among: some may lie partly in one zone, and for the rest in none."""
    alone = sum(len(one.shares) < 2 for one in split)
    if alone == len(split):
        return "a school and none"
    return f"several schools, {counted(alone, 'unit')} of them among one school and none" if alone else "several schools"
