"""A small set of rules that conflict, by deletion: take one rule after the other away for good where the rest still leaves no plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any

from rezoning.district.plan import Plan
from rezoning.district.questions import findings_held
from rezoning.explaining.explanation import Conflict
from rezoning.explaining.relaxing.edit import Plain, plain_scenario
from rezoning.explaining.trial import TimeBudget, tried
from rezoning.runs.question import Question
from rezoning.scenario.findings import MOVED_TWICE, OF_BANDS, OF_PROMISES
from rezoning.scenario.schema import Goal, Rules
from rezoning.scenario.shape import is_list
from rezoning.scenario.tree import Keys, dotted

LISTS = tuple(name for name in Rules.model_fields if is_list(Rules, name) and name != "phase_in")  # each entry is a rule of its own
TRY_SECONDS = 5.0  # for a plan or a proof without one rule


def conflict_of(question: Question, plans: Sequence[Plan], hitting: Sequence[frozenset[str]], budget: TimeBudget) -> Conflict:
    """A set of rules that leave no plan together.

    What every scenario has stays while the scenario's own rules are taken away one after the other; only then is asked which of it is needed. So each
    rule that is left is needed beside all that every scenario has.

    Parameters
    ----------
    question
        One that has no plan.
    plans
        Assignments that were seen; those that obey all rules but one show that this one is needed for the conflict.
    hitting
        Sets of rules that let a plan exist once they are loosened: every conflict has a rule of each, so these are looked at first.
    """
    trials = _Trials(question, list(plans), budget)
    always, own = tuple(_always(trials.plain)), tuple(_own(trials.plain))
    if trials.leave_a_plan(always) is False:
        own = ()
    for suspects in (hitting[0] if hitting else frozenset(), frozenset().union(*hitting)):
        some = tuple(atom for atom in own if atom[0] in suspects)
        if some and len(some) < len(own) and trials.leave_a_plan((*always, *some)) is False:
            own = some
            break
    own, is_sure = _needed(own, lambda some: trials.leave_a_plan((*always, *some)))
    always, is_sure_too = _needed(always, lambda some: trials.leave_a_plan((*some, *own)))
    atoms = sorted((*always, *own), key=str)
    everything = (*_always(trials.plain), *_own(trials.plain))
    not_enough = [atom for atom in atoms if len(atoms) < len(everything) and trials.leave_a_plan(_less(everything, atom)) is False]
    return Conflict(tuple(map(_key, atoms)), is_sure and is_sure_too, tuple(map(_key, not_enough)))


def _needed(atoms: tuple[Keys, ...], leave_a_plan: Callable[[tuple[Keys, ...]], bool | None]) -> tuple[tuple[Keys, ...], bool]:
    """Those that are left when each goes without which there is no plan still; and whether every answer was known."""
    left, is_sure = atoms, True
    for atom in atoms:
        answer = leave_a_plan(_less(left, atom))
        left = _less(left, atom) if answer is False else left
        is_sure &= answer is not None
    return left, is_sure


def _less(atoms: tuple[Keys, ...], one: Keys) -> tuple[Keys, ...]:
    return tuple(atom for atom in atoms if atom != one)


def _key(atom: Keys) -> str:
    if atom[0] == "statement":
        return f"rules.statement (finding {atom[1]})"
    return dotted(("rules", *atom))


def _always(plain: Plain) -> Iterator[Keys]:
    """What a scenario has without saying so."""
    if plain.get("contiguity", {}).get("method") != "none":
        yield ("contiguity",)
    if plain.get("school_in_own_zone", True):
        yield ("school_in_own_zone",)


def _own(plain: Plain) -> Iterator[Keys]:
    """The rules that the scenario says."""
    for key, said in plain.items():
        if key in ("contiguity", "school_in_own_zone", "stay_allowed") or said in ({}, []):
            continue
        if key == "statement":
            yield from ((key, number) for number in said if number != OF_PROMISES)
        elif key in LISTS:
            yield from ((key, i) for i, entry in enumerate(said) if not entry.get("soft"))
        elif key == "openings":
            yield from _of_openings(said)
        elif key == "capacity":
            yield from (("capacity", side) for side in ("min", "max") if _has_side(said, side))
        else:
            yield (key,)


def _of_openings(said: Plain) -> Iterator[Keys]:
    """Each number of `openings`, and each school and pair of its lists: which closing leaves no plan is what is asked."""
    for part, value in said.items():
        if isinstance(value, (list, tuple)):
            yield from (("openings", part, i) for i in range(len(value)))
        elif value is not None:
            yield ("openings", part)


def _kept_openings(said: Plain, atoms: Sequence[Keys]) -> Plain:
    kept = {part: deepcopy(value) for part, value in said.items() if ("openings", part) in atoms}
    lists = {part: value for part, value in said.items() if isinstance(value, (list, tuple))}
    return kept | {part: [deepcopy(one) for i, one in enumerate(value) if ("openings", part, i) in atoms] for part, value in lists.items()}


def _has_side(capacity: Plain, side: str) -> bool:
    own = [limits.get(side) for limits in capacity.get("schools", {}).values()]
    return any(value is not None and (side == "max" or value > 0) for value in [capacity.get(side), *own])


def _kept(plain: Plain, atoms: Sequence[Keys]) -> Rules:
    """The rules that are among the atoms, and no other."""
    rules: dict[str, Any] = {key: deepcopy(plain[key]) for key in plain if key == "stay_allowed" or (key,) in atoms}
    for key in LISTS:
        rules[key] = [deepcopy(entry) for i, entry in enumerate(plain.get(key, [])) if (key, i) in atoms]
    if any(atom[0] == "openings" for atom in atoms):
        rules["openings"] = _kept_openings(plain["openings"], atoms)
    rules["statement"] = [number for number in plain.get("statement", []) if ("statement", number) in atoms and _is_judged(number, atoms)]
    if OF_BANDS in rules["statement"]:
        rules["bands"] += [deepcopy(entry) for entry in plain.get("bands", []) if entry.get("soft")]  # no rules but by this finding
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


def _goals(question: Question, rules: Rules) -> tuple[Goal, ...]:
    """The scenario's goals, for those that measure trips forbid unknown ones; without those that need a rule which is gone."""
    kept = tuple(goal for goal in question.scenario.goals if goal.minimize != "out_of_band" or rules.bands)
    return kept or (Goal(minimize="reassigned" if question.district.has_current else "cut_edges"),)


def _is_judged(number: int, atoms: Sequence[Keys]) -> bool:
    """Whether a finding has what it is about: the column of `not_again`, where it is about that."""
    return number != MOVED_TWICE or ("not_again",) in atoms


class _Trials:
    """Whether some of a scenario's rules leave a plan; every plan that is found is looked at again."""

    def __init__(self, question: Question, known: list[Plan], budget: TimeBudget) -> None:
        self._question, self._known, self._budget = question, known, budget
        self.plain: Plain = plain_scenario(question.scenario).get("rules", {})
        if "statement" in self.plain:
            self.plain = {**self.plain, "statement": list(findings_held(question.district, question.scenario.rules))}
        self._answers: dict[frozenset[Keys], bool | None] = {}

    def leave_a_plan(self, atoms: tuple[Keys, ...]) -> bool | None:
        """Whether these rules alone leave a plan; None where the time was too short to know."""
        asked = frozenset(atoms)
        if self._answers.get(asked) is None:
            self._answers[asked] = self._answer(_kept(self.plain, atoms))
        return self._answers[asked]

    def _answer(self, rules: Rules) -> bool | None:
        question = self._question
        scenario = question.scenario.model_copy(update={"rules": rules, "goals": _goals(question, rules)})
        verdict = tried(question.district, scenario, self._known, self._budget, TRY_SECONDS)
        if verdict.plan is not None and not any(verdict.plan is plan for plan in self._known):
            self._known.append(verdict.plan)
        return True if verdict.plan is not None else False if verdict.is_infeasible else None
