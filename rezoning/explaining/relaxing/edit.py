"""Edits of a scenario as plain values: what stands where now, and what would stand there instead."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from rezoning.scenario.schema import Scenario
from rezoning.scenario.tree import Keys, dotted

Plain = dict[str, Any]

WRITTEN_OTHERWISE: tuple[Keys, ...] = (("rules", "keep_together"),)  # a file may say a list where the schema has a section
_PART_OF_A_KEY = re.compile(r"[^.\[\]=\s]+")  # what `--set` can take for one key of a path


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
        What that means, after *either* or *or*: ``let Oak Hill hold up to 108 % of its seats instead of 105 %``; or what any new value means.
    now, step
        For a number that could also be another: what holds now, be it said here or elsewhere, and the grid of its values.
    less
        The edits that change one thing less, where the values do not show them.
    """

    path: Keys
    old: Any
    new: Any
    phrase: str | Callable[[Any], str]
    now: float | None = None
    step: float = 0.0
    less: Callable[[], Iterable[Edit]] | None = None

    @property
    def rule(self) -> str:
        """Key of the rule under ``rules``; of the section under ``data`` for links."""
        return str(self.path[1])

    @property
    def words(self) -> str:
        """The phrase for this value."""
        return self.phrase if isinstance(self.phrase, str) else self.phrase(self.new)

    def lesser(self) -> Iterator[Edit]:
        """The edits that change one entry less of a list, or one key less of a mapping; none where only one is changed."""
        if self.less is not None:
            yield from self.less()
        if not callable(self.phrase) or not isinstance(self.old or self.new, list | Mapping):
            return
        smaller = _lesser_mapping if isinstance(self.old or self.new, Mapping) else _lesser_list
        values = smaller(self.old or type(self.new)(), self.new)
        if len(values) > 1:
            yield from (replace(self, new=value) for value in values)

    @property
    def key(self) -> str:
        """The path with dots, as ``--set`` and messages write it."""
        return dotted(self.path)


def _lesser_mapping(old: Plain, new: Plain) -> list[Plain]:
    """The new values with one of their keys as it was."""
    changed = [key for key in new if new[key] != old.get(key)]
    return [{**new, key: old[key]} if key in old else {other: new[other] for other in new if other != key} for key in changed]


def _lesser_list(before: list[Any], after: list[Any]) -> list[list[Any]]:
    """The new entries with one put back, or with one that is new left out."""
    old, new = _by_text(before), _by_text(after)
    gone, come = [text for text in old if text not in new], [text for text in new if text not in old]
    back = [[old[text] for text in old if text in new or text == one] + [new[text] for text in come] for one in gone]
    return back + [[new[text] for text in new if text != one] for one in come]


def _by_text(entries: list[Any]) -> dict[str, Any]:
    """The entries of a list by how they are written, in their order."""
    return {json.dumps(entry): entry for entry in entries}


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


def settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What ``--set`` is given to make `after` of `before`: one ``KEY=VALUE`` for each value that differs, as that option reads it."""
    return [f"{dotted(path)}={json.dumps(value, ensure_ascii=False)}" for path, value in _settings(before, after, ())]


def _settings(before: Any, after: Any, path: Keys) -> Iterator[tuple[Keys, Any]]:
    """Paths and values; mappings are gone into as long as their keys can be parts of a path, lists as long as they keep their entries' places."""
    if isinstance(after, Mapping) and (isinstance(before, Mapping) or (before is None and after)):
        said = differences(before or {}, after)
        if path not in WRITTEN_OTHERWISE and all(_PART_OF_A_KEY.fullmatch(key) for key in said):
            for key in said:
                yield from _settings((before or {}).get(key), after.get(key), (*path, key))
        else:
            yield path, said
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after) and _are_sections(before) and _are_sections(after):
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                yield from _settings(old, new, (*path, i))
    elif before != after:
        yield path, after


def _are_sections(entries: list[Any]) -> bool:
    return all(isinstance(entry, Mapping) for entry in entries)
