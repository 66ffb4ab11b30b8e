"""Texts of a scenario's author for people, in one language or in several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from rezoning.scenario.languages import LANGUAGES
from rezoning.scenario.section import Wrong, as_text
from rezoning.scenario.words import choice, nearest


def as_said(value: Any) -> Any:
    """A text, or one for each of several languages."""
    if not isinstance(value, Mapping):
        return _text(value)
    if not value:
        raise Wrong("an empty section says nothing in any language.", "Write a text, or one for each language: {en: …, es: …}.")
    for code in value:
        if code not in LANGUAGES:
            meant = nearest(str(code), LANGUAGES)
            cure = f"Did you mean {meant}?" if meant is not None else f"Write one of {choice(LANGUAGES)}."
            raise Wrong(f"'{code}' is no language of pages.", cure, at=(str(code),))
    return {str(code): _text(text, str(code)) for code, text in value.items()}


def _text(value: Any, *at: str) -> str:
    try:
        said = as_text(value)
    except Wrong as wrong:
        wrong.at = at
        raise
    if not isinstance(said, str):
        raise Wrong("a text is expected, or one for each language.", "Write one text; put quotes round it where in doubt.", at=at)
    return said


_TEXT: dict[str, Any] = {"type": ["string", "integer"]}
_IN_SEVERAL = {"type": "object", "propertyNames": {"enum": list(LANGUAGES)}, "additionalProperties": _TEXT, "minProperties": 1}
Said = Annotated[
    str | dict[str, str],
    PlainValidator(as_said),
    WithJsonSchema({"anyOf": [_TEXT, _IN_SEVERAL]}),
]
"""A text for people, or one for each of several languages: ``{en: Low income, es: Bajos ingresos}``."""
