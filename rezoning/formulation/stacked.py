"""Levels that feed each other as one question: the pairs of one level after another's, the products between them, and what all of them share.

Every level is an ordinary question over the same units, with its own districts' data, rules and graph roots; a locked one has one pair a node. Units,
nodes, schools and pairs of a level follow those of the level before, so that a stacked plan is an ordinary plan of all copies of all units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.formulation.formulation import Formulation, Level
from rezoning.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class Asked:
    """A level's own question: its district, and the scenario as if it were alone (its data, rules, and goals that name it)."""

    district: District
    scenario: Scenario


def stack(levels: Mapping[str, Asked], scenario: Scenario) -> Formulation:
    """Compile what a scenario asks of several levels at once.

    Parameters
    ----------
    levels
        Every level's own question by its name, lowest first; all districts have the same units in the same order.
    scenario
        The whole: its goals in their order, its `rules.feeders`.

    Raises
    ------
    ScenarioError, Infeasible
        As `formulate`, with the level's name; or a feeder rule asks what cannot be.
    """
    raise NotImplementedError


def split(formulation: Formulation, plan: Plan) -> dict[str, Plan]:
    """The plan of each level out of a stacked one, by the level's name; schools by their place in the level's own district."""
    return {level.name: Plan(plan.school[slice(*level.units)] - level.schools[0]) for level in formulation.levels}


def joined(formulation: Formulation, plans: Mapping[str, Plan]) -> Plan:
    """The stacked plan of the plans of all levels: what `split` takes apart."""
    return Plan(np.concatenate([plans[level.name].school + level.schools[0] for level in formulation.levels]))


def level_of(formulation: Formulation, name: str) -> Level:
    """Where a level stands."""
    return next(level for level in formulation.levels if level.name == name)
