"""What is audited: an assignment, the district it is for, and the rules it must obey."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rezoning.district.district import District, Ints
from rezoning.errors import Problem, shown
from rezoning.scenario.schema import Rules


@dataclass(frozen=True, eq=False)
class Case:
    """What is audited: `given` is the assignment as it came, with closed schools and units without one; shape (n,)."""

    district: District
    rules: Rules
    given: Ints
    is_today: bool = False

    @cached_property
    def school(self) -> Ints:
        """Open school of each unit, -1 where there is none; shape (n,)."""
        is_open = (self.given >= 0) & (self.given < self.district.num_schools)
        return np.where(is_open, self.given, -1)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Schools as a message names them: with the id where a name is not unique."""
        names, ids = self.district.school_names, self.district.school_ids
        return tuple(name if names.count(name) == 1 else f"{name} ({text})" for name, text in zip(names, ids, strict=True))

    def school_of(self, u: int) -> str:
        """Name of a unit's school."""
        return self.names[self.school[u]] if self.school[u] >= 0 else "no open school"

    def unit(self, u: int) -> str:
        """A unit as a message names it."""
        return f"unit '{self.district.unit_ids[u]}'"

    def says(self, plan: str, today: str) -> str:
        """A plan *would hold*, today *holds*."""
        return today if self.is_today else plan

    def units(self, ids: Iterable[str]) -> Ints:
        """Indices of units."""
        return np.array([self.district.unit_index[text] for text in ids], dtype=np.int64)

    def schools(self, ids: Iterable[str]) -> Ints:
        """Indices of open schools."""
        return np.array([self.district.school_index[text] for text in ids], dtype=np.int64)


def problems(district: District, rules: Rules) -> Iterator[Problem]:
    """Why the rules cannot be checked on this district: data that it lacks, names that it does not have."""
    capacity, travel, locked = rules.capacity, rules.travel, rules.locked
    needs_today = {
        "capacity.of": capacity is not None and capacity.of == "current",
        "travel.max_increase": travel is not None and travel.max_increase is not None,
        "contiguity.islands": rules.contiguity.islands == "keep",
        "locked": locked is not None,
        "reassigned": rules.reassigned is not None,
    }
    if district.current is None:
        for key in (key for key, is_needed in needs_today.items() if is_needed):
            yield Problem(f"rules.{key}", "today's zones are needed, and the district has none.", "Give data.units.current_school, or drop it.")
    if capacity is not None and capacity.of == "capacity" and district.capacity is None:
        yield Problem("rules.capacity", "the schools have no capacity.", "Give data.schools.capacity, or write of: current.")
    if travel is not None and district.travel is None:
        yield Problem("rules.travel", "the district has no travel.", "Give data.travel, or drop the rule.")
    closed = dict.fromkeys(district.closed_ids, -1)
    named = [
        ("locked.units", "unit", locked.units if locked else (), district.unit_index),
        ("locked.schools", "open school", locked.schools if locked else (), district.school_index),
        ("assign", "unit", rules.assign, district.unit_index),
        ("assign", "open school", rules.assign.values(), district.school_index),
        ("forbid", "unit", [unit for unit, _ in rules.forbid], district.unit_index),
        ("forbid", "school", [school for _, school in rules.forbid], district.school_index | closed),
    ]
    for key, noun, ids, known in named:
        unknown = sorted({f"'{text}'" for text in ids if text not in known})
        if unknown:
            yield Problem(f"rules.{key}", f"the district has no {noun} {shown(unknown)}.", "Use the ids of the data files.")
