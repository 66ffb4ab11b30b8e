"""Goals by name, as the command line gives them: ``dissimilarity:low_income``, ``reassigned``, ``long_rides:over=20``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from rezoning.errors import GoalsError, Problems
from rezoning.scenario.goals import HOW_MUCH, OWNERS, Goal, Minimize
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Scenario
from rezoning.scenario.words import unknown

_EXAMPLE = "Write --goals dissimilarity:low_income,reassigned."
_NUMBERS = ("over", "min", "max")
DROPPED = set(HOW_MUCH)  # a frontier weighs nothing and gives nothing up


def chosen_goals(asked: Scenario | str | Path, names: Sequence[str], overrides: Sequence[str] = ()) -> Scenario:
    """A scenario, or that of a file, with the named goals instead of its own, checked like any other.

    Raises
    ------
    GoalsError
        A name is no goal, or stands for several goals of the scenario, or there are not two or three.
    ScenarioError
        The scenario is bad, or a goal does not fit it.
    """
    scenario = asked if isinstance(asked, Scenario) else load_scenario(Path(asked), overrides)
    check_one_level(scenario, "rezoning frontier")
    problems = Problems()
    if not 2 <= len(names) <= 3:
        problems.add("--goals", f"a frontier is between two or three goals, not {len(names)}.", _EXAMPLE)
    chosen = [_chosen(name, scenario, problems) for name in names]
    for i, goal in enumerate(chosen):
        if goal is not None and goal in chosen[:i]:
            problems.add(f"--goals {names[i]}", "the goal is named twice.", "Name another one.")
    problems.raise_as(GoalsError)
    if not isinstance(asked, Scenario):
        return load_scenario(Path(asked), [*overrides, f"goals={json.dumps(chosen)}"])
    return asked.model_copy(update={"goals": tuple(_goals(chosen, names, problems))})


def _goals(chosen: Sequence[dict[str, Any] | None], names: Sequence[str], problems: Problems) -> Iterator[Goal]:
    """The goals themselves, for a scenario that was built in code; the district refuses what it cannot measure."""
    for name, goal in zip(names, chosen, strict=True):
        try:
            yield Goal.model_validate(goal)
        except ValidationError as error:
            problems.add(f"--goals {name}", "; ".join(one["msg"] for one in error.errors()), _EXAMPLE)
    problems.raise_as(GoalsError)


def _chosen(name: str, scenario: Scenario, problems: Problems) -> dict[str, Any] | None:
    """The scenario's goal of a name, else a new one; None where the name is wrong."""
    kind, *details = (part.strip() for part in name.split(":"))
    if kind not in get_args(Minimize):
        problems.add(f"--goals {name}", f"'{kind}' is no goal.", unknown(kind, list(get_args(Minimize))))
        return None
    asked: dict[str, str] = {"minimize": kind}
    for detail in details:
        key, equals, value = detail.partition("=")
        asked[key.strip() if equals else "group"] = value.strip() if equals else detail
    strange = [key for key in asked if key not in Goal.model_fields or key in DROPPED]
    if strange:
        problems.add(f"--goals {name}", f"'{strange[0]}' is no key of a goal here.", unknown(strange[0], sorted(set(Goal.model_fields) - DROPPED)))
        return None
    own = [goal for goal in scenario.goals if all(_text(getattr(goal, key)) == value for key, value in asked.items())]
    if len(own) > 1:
        telling = " or ".join(f"{kind}:{goal.group}" for goal in own if goal.group is not None)
        problems.add(f"--goals {name}", f"the scenario has {len(own)} goals of this name.", f"Write {telling or 'more of its keys: key=value'}.")
        return None
    if own:
        return own[0].asked
    groups = list(scenario.data.groups)
    if kind in OWNERS["group"] and "group" not in asked:
        if len(groups) != 1:
            problems.add(f"--goals {name}", f"{kind} needs a group.", f"Write {' or '.join(f'{kind}:{group}' for group in groups) or _EXAMPLE}.")
            return None
        asked["group"] = groups[0]
    return {key: _number(value) if key in _NUMBERS else value for key, value in asked.items()}


def _text(value: Any) -> str:
    """A goal's key as the command line would write it."""
    return f"{value:g}" if isinstance(value, float) else ",".join(value) if isinstance(value, tuple) else str(value)


def _number(value: str) -> float | str:
    """A number; a text that is none is left for the scenario's own checks to refuse."""
    try:
        return float(value)
    except ValueError:
        return value


def named(names: str) -> list[str]:
    """``A,B`` as a list."""
    return [part.strip() for part in names.split(",") if part.strip()]
