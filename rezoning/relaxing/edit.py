"""Edits of a scenario as plain values: what stands where now, and what would stand there instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from rezoning.scenario.schema import Scenario
from rezoning.scenario.tree import Keys, dotted

Plain = dict[str, Any]


@dataclass(frozen=True)
class Edit:
    """One value of the scenario that would be another.

    Parameters
    ----------
    path
        Where it stands: keys, and positions in lists.
    old, new
        Plain values; None where there is none.
    phrase
        What that means, after *either* or *or*: ``let Oak Hill hold 3 % more (from 1.05 to 1.08 of its seats)``; for a number, what any value means.
    now, step
        For a number that could also be another: what holds now, be it said here or elsewhere, and the grid of its values.
    """

    path: Keys
    old: Any
    new: Any
    phrase: str | Callable[[float], str]
    now: float | None = None
    step: float = 0.0

    @property
    def rule(self) -> str:
        """Key of the rule under ``rules``; of the section under ``data`` for links."""
        return str(self.path[1])

    @property
    def words(self) -> str:
        """The phrase for this value."""
        return self.phrase if isinstance(self.phrase, str) else self.phrase(self.new)

    @property
    def key(self) -> str:
        """The path with dots, as ``--set`` and messages write it."""
        return dotted(self.path)


def plain_scenario(scenario: Scenario) -> Plain:
    """All that the scenario says as dictionaries, lists, texts and numbers, without the defaults that it does not mention."""
    return scenario.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def applied(plain: Mapping[str, Any], edits: Iterable[Edit]) -> Plain:
    """Plain values with edits made: those that take entries of lists away come last, the hindmost first, so that no position moves."""
    changed = deepcopy(dict(plain))
    ordered = sorted(edits, key=lambda edit: (edit.new is None, [-key if isinstance(key, int) else 0 for key in edit.path]))
    for edit in ordered:
        put(changed, edit.path, edit.new)
    return changed


def put(plain: Plain, path: Keys, value: Any) -> None:
    """Set one value in place, with the sections around it; None takes it away."""
    *above, last = path
    at: Any = plain
    for key in above:
        at = at[int(key)] if isinstance(at, list) else at.setdefault(key, {})
    if value is not None:
        at[last] = deepcopy(value)
    elif isinstance(at, list):
        del at[int(last)]
    else:
        at.pop(last, None)


def found(plain: Mapping[str, Any], path: Keys) -> Any:
    """The value at a path; None where there is none."""
    at: Any = plain
    for key in path:
        if isinstance(at, list) and isinstance(key, int):
            at = at[key] if key < len(at) else None
        else:
            at = at.get(key) if isinstance(at, Mapping) else None
    return at


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Plain:
    """What a child file says to make `after` of `before`: sections key by key, lists as a whole, null for what goes."""
    said: Plain = {}
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        said[key] = differences(old, new) if isinstance(old, Mapping) and isinstance(new, Mapping) else new
    return said
