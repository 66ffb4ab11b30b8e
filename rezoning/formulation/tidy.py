"""What is tidied when the goals have been met: students who move, units that do, borders between zones, in this order."""

from __future__ import annotations

from functools import partial

import numpy as np

from rezoning.district.district import District, Floats
from rezoning.formulation import borders
from rezoning.formulation.asked import Asked, from_costs
from rezoning.formulation.burden import measure_table
from rezoning.formulation.formulation import Criterion, Pairs, Terms
from rezoning.scenario.schema import Goal, Scenario

MOVED = Goal(minimize="reassigned")
LENGTH, CUTS = Goal(minimize="boundary_length"), Goal(minimize="cut_edges")


def tidy_criteria(district: District, scenario: Scenario) -> tuple[Criterion, ...]:
    """The criteria as goals: without today's zones borders alone, without any length of a border the number of edges that are cut."""
    counted = (district.students, np.ones(district.num_units)) if district.has_current else ()
    return (*(partial(_moved, district, scenario, each) for each in counted), partial(_borders, district, scenario))


def _moved(district: District, scenario: Scenario, counted: Floats, pairs: Pairs) -> Terms:
    return from_costs(Asked(MOVED, district, pairs, scenario), measure_table(district, "reassigned", counted))


def _borders(district: District, scenario: Scenario, pairs: Pairs) -> Terms:
    if district.border_m is not None and np.nansum(district.border_m) > 0:
        return borders.boundary_length(Asked(LENGTH, district, pairs, scenario))
    return borders.cut_edges(Asked(CUTS, district, pairs, scenario))
