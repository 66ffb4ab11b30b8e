"""The schema's refusals in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rezoning.scenario.section import Unquoted, Wrong
from rezoning.scenario.tree import Item

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Said = tuple[str, str]  # message and cure


def shown(item: Item) -> str:
    """A value as it stands in the file."""
    held = item.value
    if isinstance(held, dict):
        return "a section"
    if isinstance(held, list):
        return "a list"
    if isinstance(held, str):
        held = " ".join(held.split())
        return f"'{held}'" if len(held) <= 60 else f"'{held[:57]}...'"
    return item.text or "nothing"


def choice(names: Iterable[str]) -> str:
    """``'a, b or c'``."""
    listed = list(names)
    return listed[-1] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant."""
    by_lower = {other.lower(): other for other in known}
    close = get_close_matches(name.lower(), by_lower, 1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def unknown(name: str, known: Iterable[str]) -> str:
    """What to do about a name that is not known."""
    listed = list(known)
    meant = nearest(name, listed)
    return f"Did you mean '{meant}'?" if meant else f"Known here: {', '.join(listed)}." if listed else "None is known here."


def in_words(error: ErrorDetails, item: Item) -> Said:
    """Message and cure for one error of pydantic's, about the value `item`."""
    kind, context = error["type"], error.get("ctx", {})
    value = shown(item)
    inner = context.get("error")
    if isinstance(inner, Unquoted):
        return Unquoted(item.text).said
    if isinstance(inner, Wrong):
        return inner.said
    if kind == "literal_error":
        return _none_of(value, [word or number for word, number in re.findall(r"'([^']+)'|(\d+)", context["expected"])])  # words or numbers
    if kind in _LIMITS:
        return _LIMITS[kind](value, context)
    message, cure = _SENTENCES.get(kind, ("{value} does not fit here.", "See scenarios/README.md for what does."))
    return message.format(value=value), cure


def _none_of(value: str, known: list[str]) -> Said:
    name = value.strip("'")
    meant = nearest(name, known)
    return f"{value} is not known here; expected {choice(known)}.", f"Did you mean '{meant}'?" if meant else "Give one of these."


_LIMITS: dict[str, Callable[[str, Mapping[str, Any]], Said]] = {
    "greater_than_equal": lambda value, ctx: (f"{value} is too small.", f"Give at least {ctx['ge']:g}."),
    "greater_than": lambda value, ctx: (f"{value} is too small.", f"Give more than {ctx['gt']:g}."),
    "less_than_equal": lambda value, ctx: (f"{value} is too large.", f"Give at most {ctx['le']:g}."),
    "less_than": lambda value, ctx: (f"{value} is too large.", f"Give less than {ctx['lt']:.0f}."),
}

_NUMBER: Said = ("{value} is not a number.", "Give a number, with a point for decimals.")
_WHOLE: Said = ("{value} is not a whole number.", "Give a whole number.")
_SWITCH: Said = ("{value} is neither true nor false.", "Write true or false.")
_TEXT: Said = ("{value} stands where a text is expected.", "Write one text; put quotes round it where in doubt.")
_LIST: Said = ("{value} is not a list.", "Write [one, two], or one entry a line with a dash before it.")
_SECTION: Said = ("{value} stands where keys are expected.", "Write key: value, one a line, indented.")

_SENTENCES: dict[str, Said] = {
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": ("{value} is not a finite number.", "Give a finite number, or leave the key out."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "string_type": _TEXT,
    "path_type": _TEXT,
    "tuple_type": _LIST,
    "dict_type": _SECTION,
    "model_type": _SECTION,
    "model_attributes_type": _SECTION,
    "too_short": ("at least one entry is needed.", "Add one."),
    "string_pattern_mismatch": ("{value} holds more than letters, digits and -.", "Use only these; the name becomes part of a folder's name."),
}
