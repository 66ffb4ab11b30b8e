"""A relaxation made as small as it can be: nothing is edited that a plan does without, no number goes farther than a plan needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Protocol

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.explaining.explanation import Relaxation
from rezoning.explaining.links import with_links
from rezoning.explaining.relaxing import Edit, edits_for
from rezoning.explaining.relaxing.knobs import number
from rezoning.explaining.trial import TimeBudget, edited, tried
from rezoning.optimize.explain import Verdict
from rezoning.scenario.schema import Scenario

TRY_SECONDS, TRY_SHARE = 2.0, 0.12  # for a plan without one of the edits, or the proof that there is none; of what is left, where that is more
HALVINGS, CLOSE = 8, 0.004  # steps towards what a number is now, and when that is near enough
FEW = 6  # edits, of which every choice is tried where one of them binds instead of loosening


class Trials(Protocol):
    """A question whose scenario may be edited."""

    @property
    def budget(self) -> TimeBudget:
        """What is left of the time."""

    def attempt(self, one: Relaxation, edits: tuple[Edit, ...]) -> Verdict:
        """Whether the scenario with these edits has a plan; the relaxation's own may be one."""

    def needed(self, one: Relaxation, plan: Plan, /) -> tuple[Edit, ...]:
        """The smallest edits that let a plan obey every rule; the relaxation's may tell more of the ground."""


@dataclass(frozen=True, eq=False)
class OneDistrict:
    """Trials of an ordinary question."""

    district: District
    scenario: Scenario
    budget: TimeBudget

    def attempt(self, one: Relaxation, edits: tuple[Edit, ...]) -> Verdict:
        """By what is known, then by a solve."""
        return tried(with_links(self.district, edits), edited(self.scenario, edits), [one.plan], self.budget, seconds_for_one(self.budget))

    def needed(self, one: Relaxation, plan: Plan) -> tuple[Edit, ...]:
        """With the links of the relaxation."""
        return edits_for(plan, with_links(self.district, one.edits), self.scenario) or ()


def seconds_for_one(budget: TimeBudget) -> float:
    """For one trial."""
    return max(TRY_SECONDS, TRY_SHARE * budget.left())


def made_smaller(one: Relaxation, trials: Trials, share: float) -> Relaxation:
    """Take back what is not needed, bring numbers nearer to what they are now, and say whether it is proven that nothing less will do."""
    one = _tightened(_without_needless(one, trials, share), trials, share)
    return one if one.is_minimal else _without_needless(one, trials, share)


def _without_needless(one: Relaxation, trials: Trials, share: float) -> Relaxation:
    """Try everything that is a little less, and go on from what leaves a plan, until nothing less is known to."""
    is_minimal = True
    tried_before: set[str] = set()
    waiting = _less(one.edits)
    while (edits := next(waiting, None)) is not None:
        said = repr([(edit.path, edit.new) for edit in edits])
        if said in tried_before:
            continue
        tried_before.add(said)
        verdict = trials.attempt(one, edits) if trials.budget.left(share) > 0 else Verdict(None, False)
        if verdict.plan is not None:
            one, waiting = replace(one, edits=edits, plan=verdict.plan), _less(edits)
        is_minimal &= verdict.plan is not None or verdict.is_infeasible
    return replace(one, is_minimal=is_minimal)


def _less(edits: tuple[Edit, ...]) -> Iterator[tuple[Edit, ...]]:
    """All that changes a little less: without one edit, with one thing less changed by an edit.

    What leaves no plan leaves none with less of it, so that pairs and triples need no look; but an assignment binds, and may be good together with
    another edit only.
    """
    if len(edits) > 1:
        yield from (tuple(other for other in edits if other is not edit) for edit in edits)
    for i, edit in enumerate(edits):
        yield from ((*edits[:i], less, *edits[i + 1 :]) for less in edit.lesser())
    if any(edit.rule == "assign" and edit.new is not None for edit in edits) and len(edits) <= FEW:
        for count in range(len(edits) - 2, 0, -1):
            yield from combinations(edits, count)


def _tightened(one: Relaxation, trials: Trials, share: float) -> Relaxation:
    """Bring numbers nearer to what they are now, where a plan is found soon: the cheapest plan counts students and not the one worst school."""
    for i, edit in enumerate(one.edits):
        if edit.now is None:
            continue
        near, far = edit.now, float(edit.new)
        for _ in range(HALVINGS):
            middle = round(round((near + far) / 2 / edit.step) * edit.step, 6)
            if trials.budget.left(share) <= 0 or middle in (near, far) or abs(far - near) <= CLOSE * abs(far):
                break
            closer = _with_value(one, i, middle)
            plan = trials.attempt(one, closer.edits).plan
            if plan is None:
                near = middle
                continue
            needed = {again.path: again for again in trials.needed(one, plan)}
            own = needed.get(edit.path)
            if own is not None and abs(float(own.new) - edit.now) < abs(middle - edit.now):
                closer = _with_value(one, i, own.new)
            one, far = replace(closer, plan=plan), float(closer.edits[i].new)
    return one


def _with_value(one: Relaxation, i: int, value: float) -> Relaxation:
    return replace(one, edits=(*one.edits[:i], replace(one.edits[i], new=number(value)), *one.edits[i + 1 :]))
