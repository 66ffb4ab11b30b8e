"""What levels of schools are called."""

from __future__ import annotations

from rezoning.report.language import Language, capital, strings
from rezoning.runs.names import readable


def level_title(name: str, language: Language) -> str:
    """What a heading calls a level: the usual words where its name is a usual one, else the name with spaces."""
    key = f"title_{name.casefold()}"
    return language.text(f"levels.{key}") if key in strings(language.code, "levels") else capital(readable(name))


def level_words(name: str, language: Language) -> str:
    """The same within a sentence: ``elementary schools``."""
    key = f"title_{name.casefold()}"
    title = level_title(name, language)
    return title[:1].lower() + title[1:] if key in strings(language.code, "levels") else language.text("levels.other", level=title)
