"""Who goes where: the assignment of every unit to a school."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rezoning.district.district import District


@dataclass(frozen=True, eq=False)
class Plan:
    """An assignment of every unit to one open school; immutable.

    Parameters
    ----------
    school
        Index of the school of each unit, shape (n,), values 0..m-1.
    """

    school: NDArray[np.int64]

    def __init__(self, school: ArrayLike) -> None:
        array = np.array(school, dtype=np.int64)
        array.setflags(write=False)
        object.__setattr__(self, "school", array)

    def __repr__(self) -> str:
        return f"<Plan: {len(self.school):,} units at {len(np.unique(self.school)):,} schools>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and np.array_equal(self.school, other.school)

    def __hash__(self) -> int:
        return hash(self.school.tobytes())

    def moved(self, district: District) -> NDArray[np.bool_]:
        """Units that have a school today and another one in this plan; shape (n,). New units never move."""
        if district.current is None:
            return np.zeros(district.num_units, dtype=bool)
        return np.asarray((district.current >= 0) & (district.current != self.school))


def today(district: District) -> Plan | None:
    """Today's zones as a plan; None when a unit has no open school today, for then it is not one."""
    stayable = district.stayable
    return None if (stayable < 0).any() else Plan(stayable)
