"""What levels of schools are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rezoning.report.language import Language, capital, strings
from rezoning.runs.names import readable
from rezoning.runs.option import Option
from rezoning.scenario.languages import LANGUAGES


def level_title(name: str, language: Language) -> str:
    """What a heading calls a level: the usual words where its name is a usual one, else the name with spaces."""
    key = f"title_{name.casefold()}"
    return language.text(f"levels.{key}") if key in strings(language.code, "levels") else capital(readable(name))


def level_words(name: str, language: Language) -> str:
    """The same within a sentence: ``elementary schools``."""
    key = f"title_{name.casefold()}"
    title = level_title(name, language)
    return title[:1].lower() + title[1:] if key in strings(language.code, "levels") else language.text("levels.other", level=title)


def with_names(options: Sequence[Option]) -> tuple[Option, ...]:
    """Options whose levels say of themselves what they are: pages of a level then have its name in their title and among their facts."""
    return tuple(replace(option, levels={name: _named(option, name) for name in option.levels}) for option in options)


def _named(option: Option, name: str) -> Option:
    level = option.levels[name]
    report = level.scenario.report
    languages = {code: Language(code) for code in LANGUAGES}
    titles = {code: f"{one.own(report.title) or readable(option.scenario.name)}: {level_words(name, one)}" for code, one in languages.items()}
    called = {code: level_title(name, one) for code, one in languages.items()}
    said = report.model_copy(update={"title": titles, "level": report.level or called})
    return replace(level, scenario=level.scenario.model_copy(update={"report": said}))
