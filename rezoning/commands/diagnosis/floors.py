"""What no zones go below: the proven floor of each group's dissimilarity, under the scenario's rules and with capacity and trips alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rezoning.errors import Infeasible
from rezoning.scenario.goals import Goal
from rezoning.scenario.rules import ContiguityRule, Rules
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.formulation.formulation import Formulation

SECONDS = 30.0  # for all floors together
LIE = 1e-6  # of an index: a bound that is more above what zones have is none
LEAST = 0.2  # seconds: less is not worth a start
MAIN_SHARE = 0.5  # of what is left of the time, for the first group at the least
RULES_SHARE = 0.7  # of a group's time, for the floor under all rules

Why = Literal["", "policy", "time", "no_plan", "no_proof"]
"""Why there is no floor: the group is not for drawing zones, no time, no plan obeys the rules, or none is valid for the way contiguity is kept."""


@dataclass(frozen=True)
class Floor:
    """What is proven of a group's dissimilarity.

    Parameters
    ----------
    rules, loose
        No zones that obey the scenario's rules, or its rules on capacity and trips alone, have less; None where nothing is proven.
    why
        Why there is none under the rules.
    """

    rules: float | None = None
    loose: float | None = None
    why: Why = ""


def floors(
    district: District, scenario: Scenario, today: Mapping[str, float], seconds: float = SECONDS, stop: threading.Event | None = None
) -> dict[str, Floor]:
    """The floors of some groups: the first one has half of the time at least, each further one an equal part of what is left.

    Parameters
    ----------
    today
        Groups that zones may be drawn for to today's dissimilarity. No bound is believed that is above it where today's zones obey the rules.
    seconds
        Wall clock, from when the questions are compiled.
    """
    from rezoning.optimize.asking import floor
    from rezoning.optimize.solvers.apart import await_ready, warm_up

    if not today:
        return {}
    warm_up()
    groups = list(today)
    goals = tuple(Goal(minimize="dissimilarity", group=name) for name in groups)
    ruled, loose = _asked(district, scenario.rules, goals, scenario), _asked(district, _loose(scenario.rules), goals, scenario)
    obeys = {True: _obeys(district, scenario, scenario.rules), False: _obeys(district, scenario, _loose(scenario.rules))}
    await_ready()
    ends, stop, found = time.monotonic() + seconds, stop or threading.Event(), {}

    def proven(problem: Formulation | None, place: int, share: float) -> float | None:
        whole = 1 / (len(groups) - place)
        given = share * (max(whole, MAIN_SHARE) if place == 0 else whole) * (ends - time.monotonic())
        if problem is None or given < LEAST or stop.is_set():
            return None
        bound = floor(problem, problem.terms[place], given, stop)
        is_lie = bound is not None and obeys[problem is ruled] and bound > today[groups[place]] + LIE
        return None if bound is None or is_lie else max(bound, 0.0)

    for place, name in enumerate(groups):
        under_rules = proven(ruled, place, RULES_SHARE)
        without = proven(loose, place, 1.0)
        if under_rules is not None and without is not None and _is_looser(scenario.rules):
            under_rules = max(under_rules, without)  # fewer rules leave more plans: what holds for these holds for those
        why: Why = "" if under_rules is not None else "no_plan" if ruled is None else "no_proof" if ruled.is_restricted else "time"
        found[name] = Floor(under_rules, without, why)
    return found


def _loose(rules: Rules) -> Rules:
    """Rules on capacity and trips, and none else: zones need not hang together."""
    return Rules(
        capacity=rules.capacity,
        travel=rules.travel,
        stay_allowed=rules.stay_allowed,
        school_in_own_zone=rules.school_in_own_zone,
        contiguity=ContiguityRule(method="none"),
    )


def _is_looser(rules: Rules) -> bool:
    """Whether every plan that obeys all rules obeys those on capacity and trips by themselves: what is assigned may go farther than trips may."""
    return rules.travel is None or (not rules.assign and rules.stay_allowed)


def _obeys(district: District, scenario: Scenario, rules: Rules) -> bool:
    """Whether today's zones are a plan that obeys the rules."""
    from rezoning.auditing import audit_today

    found = audit_today(district, scenario.model_copy(update={"rules": rules}))
    return found is not None and found.passed and district.current is not None and bool((district.stayable >= 0).all())


def _asked(district: District, rules: Rules, goals: tuple[Goal, ...], scenario: Scenario) -> Formulation | None:
    """The question; None where arithmetic shows that no plan obeys the rules."""
    from rezoning.formulation.formulate import formulate

    try:
        return formulate(district, scenario.model_copy(update={"rules": rules, "goals": goals}))
    except Infeasible:
        return None
