"""Rules and goals that a program brings along, each said twice: once as numbers for the engines, once as a check by the second witness.

Both functions are the author's, and stand here side by side for nobody but their author: `formulation.custom` calls `rows` and `terms`, and
`auditing.custom` and `metrics.custom` call `check` and `value`; neither side sees what the other's function said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.errors import Problem, Problems, ScenarioError
from rezoning.scenario.goals import Goal, own_goal
from rezoning.scenario.schema import Scenario, wrong_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

Coefficients: TypeAlias = "Mapping[tuple[str | int, str | int], float] | NDArray[Any] | Any"
"""A number for pairs of a unit and an open school: by their ids (or indices), 0 where nothing is said; or a table of shape (n, m), sparse or not."""


@dataclass(frozen=True, eq=False)
class Limit:
    """lower <= Σ coefficient[u, s] x[u, s] <= upper, where x[u, s] is 1 if unit u has school s and 0 if not.

    Parameters
    ----------
    coefficients
        See `Coefficients`.
    lower, upper
        None where there is no such limit.
    subject
        Whom the row concerns, for messages: a school's or a unit's id.
    """

    coefficients: Coefficients
    lower: float | None = None
    upper: float | None = None
    subject: str = ""


@dataclass(frozen=True, eq=False)
class Linear:
    """Σ coefficient[u, s] x[u, s] + constant."""

    coefficients: Coefficients
    constant: float = 0.0


@dataclass(frozen=True, eq=False)
class Deviation:
    """over · max(0, q - target) + under · max(0, target - q) with q = Σ coefficient[u, s] x[u, s]; over, under >= 0. An excess has under=0."""

    coefficients: Coefficients
    target: float = 0.0
    over: float = 1.0
    under: float = 1.0


@dataclass(frozen=True, eq=False)
class Largest:
    """weight · max_k q_k with q_k = Σ coefficient_k[u, s] x[u, s] - offset_k; weight >= 0. Without offsets they are 0."""

    coefficients: Sequence[Coefficients]
    offsets: Sequence[float] | None = None
    weight: float = 1.0


Term = Linear | Deviation | Largest


@dataclass(frozen=True)
class Breach:
    """One breach of a rule, as its check tells it: whom it concerns, what the plan has, what the rule allows; a sentence if these are not enough."""

    subject: str
    amount: float | None = None
    limit: float | None = None
    message: str = ""


@dataclass(frozen=True, eq=False)
class CustomRule:
    """A rule of your own.

    Parameters
    ----------
    name
        What it is called, in messages and in run.json: letters, digits, ``_`` and ``-``, and no key of `rules`.
    rows
        Gives the rows that every plan must obey. It may see the district and nothing else.
    check
        Gives the breaches of the rule in a plan, none where it holds: computed from plan and district, not from the rows. It is asked about any plan,
        today's zones among them, whether or not they obey other rules; with a tolerance of its own where it compares sums.

    Examples
    --------
    No school may have more than 40 units without students:

    >>> import numpy as np
    >>> from rezoning import Breach, CustomRule, Limit
    >>> def rows(district):
    ...     for school in district.school_ids:
    ...         yield Limit({(u, school): 1 for u in np.flatnonzero(district.students == 0).tolist()}, upper=40, subject=school)
    >>> def check(plan, district):
    ...     for s, school in enumerate(district.school_ids):
    ...         count = int(((plan.school == s) & (district.students == 0)).sum())
    ...         if count > 40:
    ...             yield Breach(school, count, 40)
    >>> CustomRule("few_empty_units", rows, check)
    <CustomRule: few_empty_units>
    """

    name: str
    rows: Callable[[District], Iterable[Limit]]
    check: Callable[[Plan, District], Iterable[Breach]]

    def __repr__(self) -> str:
        return f"<CustomRule: {self.name}>"


@dataclass(frozen=True, eq=False)
class CustomGoal:
    """A goal of your own, to be made small.

    Parameters
    ----------
    name
        What it is called, in messages and in run.json: letters, digits, ``_`` and ``-``, and no goal that scenarios have.
    terms
        Gives what the goal is the sum of: `Linear`, `Deviation`, `Largest`. It may see the district and nothing else.
    value
        The goal's natural value in a plan, computed from plan and district, not from the terms: both must agree.
    place
        Its place among all goals, from 1; the last when left out.
    give_up, weight
        As goals in a scenario have them: give every goal a weight, or none.

    Examples
    --------
    As few students as can be beyond 500 in any school:

    >>> import numpy as np
    >>> from rezoning import CustomGoal, Deviation
    >>> def terms(district):
    ...     for school in district.school_ids:
    ...         yield Deviation({(u, school): n for u, n in enumerate(district.students)}, target=500, under=0)
    >>> def value(plan, district):
    ...     return np.maximum(np.bincount(plan.school, district.students, district.num_schools) - 500, 0).sum()
    >>> CustomGoal("beyond_500", terms, value, place=1)
    <CustomGoal: beyond_500>
    """

    name: str
    terms: Callable[[District], Iterable[Term]]
    value: Callable[[Plan, District], float]
    place: int | None = None
    give_up: float = 0.0
    weight: float | None = None

    def __repr__(self) -> str:
        return f"<CustomGoal: {self.name}>"


Custom = CustomRule | CustomGoal


def rules_in(custom: Sequence[Custom]) -> list[CustomRule]:
    """The rules among some rules and goals."""
    return [one for one in custom if isinstance(one, CustomRule)]


def goals_in(custom: Sequence[Custom]) -> list[CustomGoal]:
    """The goals among some rules and goals."""
    return [one for one in custom if isinstance(one, CustomGoal)]


def with_custom(scenario: Scenario, custom: Sequence[Custom]) -> Scenario:
    """The scenario with these goals among its own, each at its place; one that has them already stays as it is.

    Raises
    ------
    ScenarioError
        A name is not fit, or taken; or some goals have weights and others none.
    """
    check_kinds(custom)
    there = {goal.minimize for goal in scenario.goals if goal.is_own}
    asked = [one for one in goals_in(custom) if one.name not in there]
    problems = Problems()
    names = [one.name for one in custom]
    for one in custom:
        if not _is_fit(one.name) or one.name in type(scenario.rules).model_fields:
            problems.add(_place(one), f"'{one.name}' cannot be its name.", "Take letters, digits, _ and -, and no name that a scenario has.")
        elif names.count(one.name) > 1:
            problems.add(_place(one), "the name is given twice.", "Give each rule and each goal a name of its own.")
    for goal in goals_in(custom):
        problems.extend(_wrong_numbers(goal))
    problems.raise_as(ScenarioError)
    goals = list(scenario.goals)
    for one in sorted(asked, key=lambda one: (one.place is None, one.place or 0)):
        goals.insert(len(goals) if one.place is None else one.place - 1, own_goal(one.name, one.give_up, one.weight))
    for wrong in wrong_weights([goal.weight for goal in goals]) if asked else ():
        problems.extend([Problem("custom", *wrong.said)])
    problems.raise_as(ScenarioError)
    return scenario.model_copy(update={"goals": tuple(goals)}) if asked else scenario


def check_kinds(custom: Sequence[Custom]) -> None:
    """Refuse what is no rule and no goal.

    Raises
    ------
    ScenarioError
        With everything of that kind.
    """
    strange = [one for one in custom if not isinstance(one, Custom) or not isinstance(one.name, str)]
    if strange:
        cure = "Give CustomRule and CustomGoal, each with a name."
        raise ScenarioError([Problem("custom", f"{one!r} is no rule and no goal with a name.", cure) for one in strange])


def _wrong_numbers(goal: CustomGoal) -> Iterator[Problem]:
    """A place that is none, and numbers that no goal of a scenario could have."""
    place: object = goal.place
    if place is not None and not (isinstance(place, (int, np.integer)) and place >= 1):
        yield Problem(_place(goal), f"{place!r} is no place among goals.", "Give a whole number from 1, or leave place out.")
    if not _is_number(goal.give_up) or goal.give_up < 0:
        yield Problem(_place(goal), f"give_up is {goal.give_up!r}.", "Give a finite number of 0 or more.")
    if goal.weight is not None and (not _is_number(goal.weight) or goal.weight < 0):
        yield Problem(_place(goal), f"its weight is {goal.weight!r}.", "Give a finite number of 0 or more, or leave weight out.")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and math.isfinite(value)


def number_of(one: Custom, where: str, given: Any) -> float:
    """What an author gave for a number.

    Raises
    ------
    ScenarioError
        It is none.
    """
    try:
        return float(given)
    except (TypeError, ValueError):
        raise refusal(one, f"{where} has {given!r} for a number.", "Give a number.") from None


def _is_fit(name: str) -> bool:
    return name.replace("_", "").replace("-", "").isalnum() and name.isascii() and name not in Goal.known()


def _place(one: Custom) -> str:
    return f"{'rule' if isinstance(one, CustomRule) else 'goal'} {one.name}"


def asked_of(one: Custom, what: str, function: Callable[..., Any], *given: object) -> Any:
    """What an author's function gives, a list where it yields; that it fails is an error with its place.

    Raises
    ------
    ScenarioError
        The function raised something.
    """
    try:
        found = function(*given)
        return found if what == "value" else list(found)
    except Exception as error:
        message = f"its function {what} failed: {type(error).__name__}: {error}."
        raise ScenarioError(Problem(_place(one), message, "Mend the function; the traceback above says where.")) from error


def refusal(one: Custom, message: str, cure: str) -> ScenarioError:
    """The error for what an author's function gave."""
    return ScenarioError(Problem(_place(one), message, cure))
