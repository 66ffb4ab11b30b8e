"""What contiguity is about: pieces of ground. A unit that is drawn in several places is a node for each, and all of them have one school."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.errors import Problems
from rezoning.formulation import feasibility
from rezoning.formulation.formulation import Ints
from rezoning.formulation.graphs import anchors
from rezoning.formulation.presolve import Draft
from rezoning.formulation.tables import Table
from rezoning.scenario.schema import Scenario


def drafted(district: District, scenario: Scenario, table: Table, units_together: list[Ints], problems: Problems) -> tuple[Draft, NDArray[np.bool_]]:
    """Every piece of ground a node of its own.

    Parameters
    ----------
    table
        Schools that each unit may have, shape (n, m).
    units_together
        Units that have one school.
    problems
        Receives ground that hangs together with no school.

    Returns
    -------
    The draft, and whether a unit has such ground, shape (n,).
    """
    rule, land = scenario.rules.contiguity, district.land
    stands: list[Ints] = [np.array([], dtype=np.int64)] * district.num_schools
    if rule.method != "none" and rule.islands == "keep":  # closer_neighbor exempts what hangs on them: no part of the graph is lost either
        stands = anchors_of(district)
    lost = feasibility.parts_without_school(district, scenario, np.concatenate([district.school_unit, *stands]), problems)
    groups = of_pieces(district, units_together)
    draft = Draft(land.graph, table[land.unit], district.school_unit, stands, land, np.arange(len(land.unit)), rule.method == "exact", groups)
    return draft, lost


def anchors_of(district: District) -> list[Ints]:
    """One piece of ground per detached piece of each school's zone of today, as `anchors` says; the unit's main piece before its others."""
    unit = district.land.unit
    ids = [district.unit_ids[u] for u in unit]
    return anchors(district.land.graph, district.stayable[unit], district.school_unit, district.students[unit], ids)


def of_pieces(district: District, groups: list[Ints]) -> list[Ints]:
    """Groups of units, and each further unit that has several pieces of ground, as groups of pieces."""
    unit = district.land.unit
    grouped = {u for units in groups for u in units.tolist()}
    alone = [pieces for pieces in district.land.groups if int(unit[pieces[0]]) not in grouped]
    return [np.flatnonzero(np.isin(unit, units)) for units in groups] + alone
