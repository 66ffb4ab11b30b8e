"""Tables of allowed (unit, school) pairs, and the units that a rule gives one certain school."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.column_values import flags, numbers
from rezoning.district.district import District
from rezoning.formulation.formulation import Ints
from rezoning.scenario.schema import Scenario

Table = NDArray[np.bool_]
Places = tuple[Ints, Ints]  # units, and the one school of each (-1: none that is open)
While = tuple[int, int, NDArray[np.bool_]]  # a unit, a school, and the schools that the unit may have while that one is open, shape (m,)
TOLERANCE = 1e-6  # minutes or km: the contract's tolerance of audit and pruning alike


def everything(district: District) -> Table:
    """All pairs."""
    return np.ones((district.num_units, district.num_schools), dtype=bool)


def only(table: Table, places: Places) -> Table:
    """Let each of the units have its one school and no other; a school of -1 leaves it none."""
    units, schools = places
    table[units] = False
    known = schools >= 0
    table[units[known], schools[known]] = True
    return table


def firm(district: District, places: Places) -> Places:
    """Those whose school no plan closes: for the others the place holds while it is open, see `while_open`."""
    units, schools = places
    kept = (schools < 0) | ~district.optional[schools]
    return units[kept], schools[kept]


def _staying(district: District, stays: NDArray[np.bool_]) -> Places:
    units = np.flatnonzero(stays)
    return units, district.stayable[units]


def locked_places(district: District, scenario: Scenario) -> Places:
    """Locked units and the units of locked schools, with today's school."""
    rule, stays = scenario.rules.locked, np.zeros(district.num_units, dtype=bool)
    if rule is not None:
        stays = np.isin(district.stayable, [district.school_index[text] for text in rule.schools])
        stays[[district.unit_index[text] for text in rule.units]] = True
        stays |= rule.all & (district.stayable >= 0)
    return _staying(district, stays)


def protected_places(district: District, scenario: Scenario) -> Places:
    """Protected units, listed or by the column, with today's school where it is open: one that is new or whose school closes has none to keep."""
    rule, stays = scenario.rules.protected, np.zeros(district.num_units, dtype=bool)
    if rule is not None:
        if rule.column is not None:
            stays = flags(district, rule.column)
        stays[[district.unit_index[text] for text in rule.units]] = True
    return _staying(district, stays & (district.stayable >= 0))


def not_again_places(district: District, scenario: Scenario) -> Places:
    """Units that changed schools lately, with today's school where it is open."""
    rule, stays = scenario.rules.not_again, np.zeros(district.num_units, dtype=bool)
    if rule is not None:  # a blank is NaN, and not above anything
        stays = (numbers(district, rule.column) > rule.year - rule.years) & (district.stayable >= 0)
    return _staying(district, stays)


def assigned_places(district: District, scenario: Scenario) -> Places:
    """The units that `assign` names, with its school."""
    wanted = scenario.rules.assign
    units = np.array([district.unit_index[text] for text in wanted], dtype=np.int64)
    return units, np.array([district.school_index[text] for text in wanted.values()], dtype=np.int64)


OVERRIDING = (locked_places, assigned_places, protected_places, not_again_places)
"""Places that override the rule on travel, and no other."""
