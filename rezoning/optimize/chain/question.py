"""The question as a chain asks it: every plan a state of its own."""

from __future__ import annotations

from rezoning.district.district import District
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.scenario.goals import Goal
from rezoning.scenario.schema import Scenario

LAND = Goal(minimize="cut_edges")


def formulate_all(district: District, scenario: Scenario) -> Formulation:
    """The formulation with a goal to which land without students matters, so that none of it is folded into its neighbor: no two plans are one state.

    The goals limit nothing here; they stay, for what they measure must be known of every pair.

    Raises
    ------
    ScenarioError, Infeasible
        As `formulate`.
    """
    goals = (*scenario.goals, LAND) if len(district.edges) else scenario.goals
    return formulate(district, scenario.model_copy(update={"goals": goals}))
