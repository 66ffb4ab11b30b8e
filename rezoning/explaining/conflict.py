"""A small set of rules that conflict, by deletion: take one rule after the other away for good where the rest still leaves no plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from rezoning.auditing import audit
from rezoning.errors import Infeasible
from rezoning.explaining.explanation import Conflict
from rezoning.findings import Question
from rezoning.formulation.access import counts_trips
from rezoning.formulation.formulate import formulate
from rezoning.optimize.explain import decide
from rezoning.plan import Plan
from rezoning.relaxing.edit import Plain, plain_scenario
from rezoning.scenario.schema import Goal, Rules
from rezoning.scenario.tree import Keys, dotted

if TYPE_CHECKING:
    from rezoning.explaining.explain import Budget

LISTS = ("bands", "isolation", "burden", "flow_balance")  # each entry is a rule of its own
TRY_SECONDS = 5.0  # for a plan or a proof without one rule


def conflict_of(question: Question, plans: Sequence[Plan], hitting: Sequence[frozenset[str]], budget: Budget) -> Conflict | None:
    """A set of rules that leave no plan together; None where the district itself does.

    Parameters
    ----------
    question
        One that has no plan.
    plans
        Assignments that were seen; those that obey all rules but one show that this one is needed for the conflict.
    hitting
        Sets of rules that let a plan exist once they are loosened: every conflict has a rule of each, so these are looked at first.
    """
    plain = plain_scenario(question.scenario).get("rules", {})
    everything, known = list(_atoms(plain)), list(plans)
    conflicting = everything
    for suspects in (hitting[0] if hitting else frozenset(), frozenset().union(*hitting)):
        some = [atom for atom in everything if atom[0] in suspects]
        if some and len(some) < len(everything) and _leaves_a_plan(question, _kept(plain, some), known, budget) is False:
            conflicting = some
            break
    is_minimal = True
    for atom in tuple(conflicting):
        rest = [other for other in conflicting if other != atom]
        if not rest:
            break
        answer = _leaves_a_plan(question, _kept(plain, rest), known, budget)
        if answer is False:
            conflicting = rest
        is_minimal &= answer is not None
    return Conflict(tuple(dotted(("rules", *atom)) for atom in sorted(conflicting, key=str)), is_minimal)


def _atoms(plain: Plain) -> Iterator[Keys]:
    """Everything that may conflict, what every scenario has first: it goes first where it is not needed."""
    if plain.get("contiguity", {}).get("method") != "none":
        yield ("contiguity",)
    if plain.get("school_in_own_zone", True):
        yield ("school_in_own_zone",)
    for key, said in plain.items():
        if key in ("contiguity", "school_in_own_zone", "stay_allowed") or said in ({}, []):
            continue
        if key in LISTS:
            yield from ((key, i) for i, entry in enumerate(said) if not entry.get("soft"))
        elif key == "capacity":
            yield from (("capacity", side) for side in ("min", "max") if _has_side(said, side))
        else:
            yield (key,)


def _has_side(capacity: Plain, side: str) -> bool:
    own = [limits.get(side) for limits in capacity.get("schools", {}).values()]
    return any(value is not None and (side == "max" or value > 0) for value in [capacity.get(side), *own])


def _kept(plain: Plain, atoms: Sequence[Keys]) -> Rules:
    """The rules that are among the atoms, and no other."""
    rules: dict[str, Any] = {key: deepcopy(plain[key]) for key in plain if key == "stay_allowed" or (key,) in atoms}
    for key in LISTS:
        rules[key] = [deepcopy(entry) for i, entry in enumerate(plain.get(key, [])) if (key, i) in atoms]
    rules.setdefault("contiguity", {} if ("contiguity",) in atoms else {"method": "none"})
    rules["school_in_own_zone"] = ("school_in_own_zone",) in atoms
    sides = [side for side in ("min", "max") if ("capacity", side) in atoms]
    if sides:
        capacity = deepcopy(plain["capacity"])
        for part in (capacity, *capacity.get("schools", {}).values()):
            for side in {"min", "max"} - set(sides):
                part.pop(side, None)
        rules["capacity"] = capacity
    else:
        rules.pop("phase_in", None)  # it speaks of capacity alone
    return Rules.model_validate(rules)


def _some_goal(question: Question) -> Goal:
    """A goal that has a value whatever the rules are, and is quickly compiled.

    Which one it is means nothing to whether a plan exists, but for one thing: where trips are measured unknown ones are forbidden.
    """
    district, scenario = question.district, question.scenario
    if district.travel is not None and counts_trips(scenario):
        return Goal(minimize="travel")
    if district.has_current:
        return Goal(minimize="reassigned")
    return Goal(minimize="over_capacity") if district.capacity is not None else Goal(minimize="cut_edges")


def _leaves_a_plan(question: Question, rules: Rules, known: list[Plan], budget: Budget) -> bool | None:
    """Whether fewer rules leave a plan; None where the time was too short to know."""
    if any(audit(plan, question.district, rules, question.scenario.goals).passed for plan in known) and rules.contiguity.method != "closer_neighbor":
        return True
    left = budget.left()
    if left <= 0:
        return None
    scenario = question.scenario.model_copy(update={"rules": rules, "goals": (_some_goal(question),)})
    try:
        problem = formulate(question.district, scenario)
    except Infeasible:
        return False
    verdict = decide(problem, scenario.solve, min(TRY_SECONDS, left), budget.stop)
    if verdict.plan is not None:
        known.append(verdict.plan)
        return True
    return False if verdict.is_infeasible else None
