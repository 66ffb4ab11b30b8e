"""What is tidied when the goals have been met: students who move, units that do, borders between zones, in this order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rezoning.district.district import District
from rezoning.formulation import borders
from rezoning.formulation.asked import Asked, from_costs
from rezoning.formulation.burden import measure_table
from rezoning.formulation.formulation import Pairs, Terms
from rezoning.scenario.schema import Goal, Scenario


def tidy_terms(district: District, scenario: Scenario, pairs: Pairs) -> tuple[Terms, ...]:
    """The criteria as goals over some pairs: without today's zones borders alone, without any length of a border the number of edges that are cut."""
    counted = (district.students, np.ones(district.num_units)) if district.has_current else ()
    moved = [from_costs(_asked("reassigned", district, scenario, pairs), measure_table(district, "reassigned", each)) for each in counted]
    has_lengths = district.border_m is not None and bool(np.nansum(district.border_m) > 0)
    border: Callable[[Asked], Terms] = borders.boundary_length if has_lengths else borders.cut_edges
    return (*moved, border(_asked("boundary_length" if has_lengths else "cut_edges", district, scenario, pairs)))


def _asked(what: str, district: District, scenario: Scenario, pairs: Pairs) -> Asked:
    return Asked(Goal.model_validate({"minimize": what}), district, pairs, scenario)
