"""Looking at a scenario as plain values, valid or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from rezoning.scenario.tree import Key, Keys


@dataclass(frozen=True)
class Misfit:
    """Something that does not fit together.

    Parameters
    ----------
    keys
        Where it stands.
    message, cure
        Two sentences.
    rests_on
        The place it was concluded from; where that place is itself in doubt, so is the finding. ``{there}`` in the message stands for it.
    """

    keys: Keys
    message: str
    cure: str
    rests_on: Keys


def get(said: Any, *keys: Key) -> Any:
    """The value at `keys`, of plain values or of a section; None where it is not said."""
    for key in keys:
        if isinstance(said, BaseModel):
            said = getattr(said, str(key), None)
        elif isinstance(said, Mapping):
            said = said.get(key)
        elif isinstance(said, (list, tuple)) and isinstance(key, int):
            said = said[key]
        else:
            return None
    return said


def is_said(value: Any) -> bool:
    """Whether a value says anything: an empty list or section does not."""
    if isinstance(value, BaseModel):
        return bool(value.model_fields_set)
    return value is not None and value is not False and value not in ([], (), {})


def named(given: Any) -> Any:
    """A name as it was written."""
    return getattr(given, "text", given)


def entries(said: Any, *keys: Key) -> list[tuple[int, Any]]:
    """The entries of a list, with their positions; none where there is no list."""
    listed = get(said, *keys)
    return list(enumerate(listed)) if isinstance(listed, (list, tuple)) else []


def goals(said: Mapping[str, Any]) -> list[tuple[int, Any]]:
    """The goals, with their positions."""
    return entries(said, "goals")
