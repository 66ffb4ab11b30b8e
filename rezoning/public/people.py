"""The kinds of students that are counted: everyone, the groups, the grades, those of coming years, and those who may finish where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rezoning.district.district import District, Floats
from rezoning.metrics.measure import visible
from rezoning.public.book import EVERYONE, Asked
from rezoning.public.ledger import Ledger, Population
from rezoning.public.privacy.cells import HAIR, NOBODY
from rezoning.scenario.policy import hidden_groups


class People:
    """Populations of some options; one that is the same in two options is one.

    Parameters
    ----------
    ledger
        Where their atoms are kept.
    options
        Options of one district, or the question about it where there is none.
    """

    def __init__(self, ledger: Ledger, options: Sequence[Asked]) -> None:
        first = options[0]
        excluded = frozenset[str]().union(*(hidden_groups(option.scenario) for option in options))
        self.groups = tuple(name for name in first.district.groups if name not in excluded)
        self.partition = visible(first.district, first.scenario).partition if excluded.isdisjoint(first.district.partition) else ()
        self._ledger = ledger
        self._known: dict[tuple[str, bytes], Population] = {}
        self._totals: dict[Population, int] = {}
        self._everyone(first.district)
        self.grades = self._by_grade(first.district)

    def of(self, district: District) -> dict[str, Population]:
        """EVERYONE and the groups, in the order of `groups`; a group that a district lacks is left out."""
        groups = {name: self.other_kind(name, district.groups[name], is_group=True) for name in self.groups if name in district.groups}
        return {EVERYONE: self.everyone, **groups}

    def other_kind(self, name: str, weights: Floats, *, is_group: bool = False) -> Population:
        """Students of a kind of their own."""
        key = (name, weights.tobytes())
        if key not in self._known:
            public = self._is_public(float(weights.sum())) and (not is_group or self._is_public(float(self.everyone.weights.sum() - weights.sum())))
            self._known[key] = found = Population(weights, ((self._ledger.layer(weights), 1.0),), public, name)
            if is_group and self.everyone.parts:
                self._ledger.bond((*self.everyone.parts, *((layer, -often) for layer, often in found.parts)))
        return self._known[key]

    def grades_of(self, district: District) -> dict[str, Population]:
        """The grades that a district counts as the first one does; others would be told twice over, in ways that no table links."""
        same = district.grades
        return {name: kind for name, kind in self.grades.items() if name in same and np.array_equal(kind.weights, same[name])}

    def staying(self, name: str, district: District, shares: Mapping[str, float]) -> Population:
        """Those of some grades who may stay, each grade by its share: a reader who knows the grades knows how many they are."""
        known, weights = self.grades_of(district), np.sum([share * district.grades[grade] for grade, share in shares.items()], axis=0)
        if not all(grade in known for grade in shares):
            return self.other_kind(name, np.asarray(weights, dtype=np.float64))
        parts = tuple((layer, often * share) for grade, share in shares.items() for layer, often in known[grade].parts)
        return Population(weights, parts, self._is_public(float(weights.sum())), name)

    def total(self, population: Population) -> int:
        """The cell of all students of a kind."""
        if population not in self._totals:
            everywhere = np.ones(len(population.weights), dtype=bool)
            with self._ledger.shared("total"):
                self._totals[population] = self._ledger.cell(population, everywhere, 1e5 if population is self.everyone else 1e3)
        return self._totals[population]

    def _everyone(self, district: District) -> None:
        """Everyone, and those of no group of the partition (`other`, None where there are none or where there is no partition).

        Where the partition leaves nobody out, everyone is the sum of its groups, and a reader knows it.
        """
        students = district.students
        public = self._is_public(float(students.sum()))
        self.other: Population | None = None
        groups = [district.groups[name] for name in self.partition]
        rest = students - np.sum(groups, axis=0) if groups else students
        if groups and np.abs(rest).max(initial=0.0) <= NOBODY:
            self.everyone = Population(students, (), public)  # for `_is_public` of the groups
            parts = tuple(part for name in self.partition for part in self.other_kind(name, district.groups[name], is_group=True).parts)
            self.everyone = Population(students, parts, public, EVERYONE)
            return
        self.everyone = Population(students, ((self._ledger.layer(students), 1.0),), public, EVERYONE)
        if groups:
            less = tuple((layer, -1.0) for name in self.partition for layer, _ in self.other_kind(name, district.groups[name], is_group=True).parts)
            self.other = Population(rest, (*self.everyone.parts, *less), is_public=False, name="other")
            self._ledger.bond(self.other.parts)

    def _by_grade(self, district: District) -> dict[str, Population]:
        """The grades; `ungraded` are those of none, None where there are no grades or nobody is of none.

        Where nobody is, the last grade is everyone who is of no other: a reader sees that the grades add up.
        """
        self.ungraded: Population | None = None
        found, less = dict[str, Population](), self.everyone.parts
        rest, last = district.students.copy(), next(reversed(district.grades), None)
        for name, students in district.grades.items():
            if name == last and np.abs(rest - students).max(initial=0.0) <= NOBODY:
                found[name] = Population(students, less, self._is_public(float(students.sum())), name)
            else:
                found[name] = self.other_kind(f"grade {name}", students)
                less, rest = (*less, *((layer, -often) for layer, often in found[name].parts)), rest - students
        if found:
            self._ledger.bond(less)
            everyone = found[last] if last is not None and found[last].parts == less else None
            self.ungraded = None if everyone is not None else Population(rest, less, is_public=False, name="ungraded")
        return found

    def _is_public(self, total: float) -> bool:
        return not NOBODY < total < self._ledger.least - HAIR
