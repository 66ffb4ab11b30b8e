"""A frontier on disk read again, for those who put options beside it: its goals, its points, and whether it is of the same question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from rezoning.errors import DataError, Problem
from rezoning.runs.run_record import Number, read_record
from rezoning.scenario.goals import Goal
from rezoning.scenario.moved import name_of

if TYPE_CHECKING:
    from rezoning.runs.option import Option

FRONTIER = "frontier.json"
NEAR = 3  # folders from a plan of a frontier up to the frontier's own
CURE = "Trace the frontier again, or give the directory as rezoning frontier has written it."


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")


class _Point(_Section):
    point: int
    ceilings: list[Number]
    values: list[Number] | None
    bound: Number | None
    same_plan_as: int | None = None


class _Input(_Section):
    path: str
    sha256: str


class _Frontier(_Section):
    name: str
    goals: list[dict[str, Any]]
    points: list[_Point]
    inputs: list[_Input]


@dataclass(frozen=True)
class Point:
    """A point: the best plan that was found below its ceilings, and what none below them can be better than.

    Parameters
    ----------
    number
        Its number.
    ceilings
        Of every goal but the first.
    values
        Of the goals in the plan; None where none was found.
    bound
        No plan below these ceilings has less of the first goal; None where nothing is proven.
    """

    number: int
    ceilings: tuple[float, ...]
    values: tuple[float, ...] | None
    bound: float | None


@dataclass(frozen=True)
class Frontier:
    """A frontier.

    Parameters
    ----------
    path
        Its directory.
    name
        Of the scenario that was asked.
    goals
        The first was made small, the others were held.
    points
        In their order.
    """

    path: Path
    name: str
    goals: tuple[Goal, ...]
    points: tuple[Point, ...]


def frontier_beside(paths: Sequence[Path]) -> Path | None:
    """The directory of the frontier that some run or plan lies in; None where none does."""
    folders = (folder for path in paths for folder in path.resolve().parents[:NEAR])
    return next((folder for folder in folders if (folder / FRONTIER).is_file()), None)


def read_frontier(directory: Path, options: Sequence[Option]) -> Frontier:
    """A frontier that fits some options.

    Raises
    ------
    DataError
        It cannot be read, has no points, is of other data, or is about a goal that no option asked for.
    """
    record = read_record(directory / FRONTIER, _Frontier, "frontier", CURE)
    place = f"{directory / FRONTIER}"
    try:
        goals = tuple(Goal.model_validate({key: value for key, value in goal.items() if key in Goal.model_fields}) for goal in record["goals"])
    except ValidationError:
        raise DataError(Problem(f"{place}, goals", "are no goals that this version knows.", CURE)) from None
    problems = [*_other_data(place, record, options), *_other_goals(place, goals, options), *_no_points(place, record, goals)]
    if problems:
        raise DataError(problems)
    points = tuple(
        Point(one["point"], tuple(one["ceilings"]), None if one["values"] is None else tuple(one["values"]), one["bound"]) for one in record["points"]
    )
    return Frontier(directory, record["name"], goals, points)


def _other_data(place: str, record: dict[str, Any], options: Sequence[Option]) -> Iterator[Problem]:
    """Files of the first option's district that the frontier was not traced for."""
    known = {name_of(one["path"]): one["sha256"] for one in record["inputs"]}
    cure = "Give a frontier that was traced for the same data, or leave --frontier out."
    for file in options[0].district.inputs:
        name = name_of(file.path)
        if name not in known:
            yield Problem(f"{place}, inputs", f"do not name {name}, which option {options[0].letter} was made from: it is of another district.", cure)
        elif known[name] != file.sha256:
            yield Problem(f"{place}, inputs", f"name another {name} than option {options[0].letter} was made from: other data.", cure)


def _other_goals(place: str, goals: Sequence[Goal], options: Sequence[Option]) -> Iterator[Problem]:
    """A frontier whose first goal no option asked for, or which is about groups that an option does not have."""
    asked = [goal.asked for option in options for goal in option.scenario.goals]
    cure = "Give a frontier whose first goal is one of an option's goals, or leave --frontier out."
    if goals and goals[0].asked not in asked:
        said = ", ".join(dict.fromkeys(_said(goal) for option in options for goal in option.scenario.goals))
        yield Problem(f"{place}, goals", f"begin with {_said(goals[0])}, and the options asked for {said}.", cure)
    for goal in goals:
        for name in (goal.group, goal.versus, *(goal.groups or ())):
            if name is not None and any(name not in option.district.groups for option in options):
                yield Problem(f"{place}, goals", f"are about {name}, which some option does not count.", cure)


def _no_points(place: str, record: dict[str, Any], goals: Sequence[Goal]) -> Iterator[Problem]:
    if not any(point["values"] is not None for point in record["points"]):
        yield Problem(f"{place}, points", "hold no plan.", "Give the frontier more time, or leave --frontier out.")
    if len(goals) not in (2, 3) or any(len(point["ceilings"]) != len(goals) - 1 for point in record["points"]):
        yield Problem(f"{place}, points", "do not fit the goals.", CURE)


def _said(goal: Goal) -> str:
    """A goal as the command line names it."""
    return goal.minimize if goal.group is None else f"{goal.minimize}:{goal.group}"
