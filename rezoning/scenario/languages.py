"""The languages that people can be spoken to in, each a folder of `rezoning/report/strings`, and texts that an author gives in several of them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import PlainValidator, WithJsonSchema

from rezoning.scenario.section import Wrong, as_text
from rezoning.scenario.words import choice, nearest

FALLBACK = "en"
"""What is spoken where a language has no words of its own."""


def _folders() -> tuple[str, ...]:
    """Codes of the folders that are there, the fallback first."""
    found = (folder.name for folder in (resources.files("rezoning") / "report" / "strings").iterdir() if folder.is_dir())
    return tuple(sorted((name for name in found if not name.startswith((".", "_"))), key=lambda code: (code != FALLBACK, code)))


LANGUAGES = _folders()
if TYPE_CHECKING:
    Code = str
else:
    Code = Literal[LANGUAGES]


def as_said(value: Any) -> Any:
    """A text, or one for each of several languages."""
    if not isinstance(value, Mapping):
        return as_text(value)
    if not value:
        raise Wrong("an empty section says nothing in any language.", "Write a text, or one for each language: {en: …, es: …}.")
    for code in value:
        if code not in LANGUAGES:
            meant = nearest(str(code), LANGUAGES)
            cure = f"Did you mean {meant}?" if meant is not None else f"There are {choice(LANGUAGES)}."
            raise Wrong(f"'{code}' is no language of pages.", cure, at=(str(code),))
    return {str(code): _text_in(code, text) for code, text in value.items()}


def _text_in(code: str, text: Any) -> str:
    try:
        said = as_text(text)
    except Wrong as wrong:
        wrong.at = (code,)
        raise
    if not isinstance(said, str):
        raise Wrong("a text is expected in each language.", "Write a text.", at=(code,))
    return said


_TEXT: dict[str, Any] = {"type": ["string", "integer"]}
_IN_SEVERAL = {"type": "object", "propertyNames": {"enum": list(LANGUAGES)}, "additionalProperties": _TEXT, "minProperties": 1}
Said = Annotated[
    str | dict[str, str],
    PlainValidator(as_said),
    WithJsonSchema({"anyOf": [_TEXT, _IN_SEVERAL]}),
]
"""A text for people, or one for each of several languages: ``{en: Low income, es: Bajos ingresos}``."""


def said_in(value: str | Mapping[str, str], code: str) -> str:
    """An author's text in a language; in the fallback, or else in the first that it is given in, where it is not given in that one."""
    if isinstance(value, str):
        return value
    return value.get(code) or value.get(FALLBACK) or next(iter(value.values()))
