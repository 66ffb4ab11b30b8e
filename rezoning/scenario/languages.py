"""The languages that people can be spoken to in: each is a folder of `rezoning/report/strings`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Literal

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


def said_in(value: str | Mapping[str, str], code: str) -> str:
    """An author's text in a language; in the fallback, or else in the first that it is given in, where it is not given in that one."""
    if isinstance(value, str):
        return value
    return value.get(code) or value.get(FALLBACK) or next(iter(value.values()))
