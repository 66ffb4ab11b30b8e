"""All levels in one page: what is between them, then each level's own page, of which one is shown at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rezoning.public.book import Book
from rezoning.public.cell import look
from rezoning.public.levels import LevelsBook
from rezoning.report.estimated import book_labels
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.levels.feeders import feeder_parts
from rezoning.report.levels.goals import goals_table
from rezoning.report.levels.joining import join, scripts_of
from rezoning.report.levels.names import level_title, level_words
from rezoning.report.links import Kind, plans_of
from rezoning.report.story.story import story_of
from rezoning.runs.names import readable

COMMON = "all"
"""Key of what stands above the levels."""


@dataclass(frozen=True)
class LevelPart:
    """A level in the page: its key, what it is called, how large it is, and where its own page stands."""

    key: str
    title: str
    size: str
    page: str


def levels_title(book: LevelsBook, language: Language) -> str:
    """The title that the scenario asks for, else its name made readable."""
    return language.own(book.settings.title) or readable(book.options[0].scenario.name)


def joined_page(book: LevelsBook, pages: Mapping[str, str], language: Language, own: str, *, other: Kind | str = "", link: str = "") -> str:
    """The pages of every level as one that needs nothing but itself.

    Parameters
    ----------
    book
        All levels.
    pages
        Level to its page, as the code for one level makes it.
    own
        Name of the file of a level's own page in the folder of the level; empty where there is none.
    other, link
        Which other page of the same plans it leads to, and its address.
    """
    keys = {name: f"level{k}" for k, name in enumerate(book.books, 1)}
    common = _common(book, language, other, link)
    folders = {keys[name]: folder_of(name) for name in book.books}
    joined = join({COMMON: common, **{keys[name]: page for name, page in pages.items()}}, folders)
    parts = [
        LevelPart(keys[name], level_title(name, language), _size(one, language), f"{folder_of(name)}/{own}" if own else "")
        for name, one in book.books.items()
    ]
    return render(
        "levels.html.j2",
        language,
        title=levels_title(book, language),
        plans=plans_of(book),
        joined=joined,
        scripts=scripts_of(joined),
        common=COMMON,
        levels=parts,
    )


def folder_of(level: str) -> str:
    """The folder of a level's own files: its name in letters that every system and every address takes."""
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in level).strip("-")
    return kept or "level"


def _common(book: LevelsBook, language: Language, other: Kind | str, link: str) -> str:
    names = [level_words(name, language) for name in book.books]
    return render(
        "levels_common.html.j2",
        language,
        title=levels_title(book, language),
        lead=language.text("levels.lead", levels=listed(names, language)),
        facts=_facts(book, language),
        shorts=[(level_title(name, language), story_of(one, {}, language).lead) for name, one in book.books.items()],
        goals=goals_table(book, language),
        feeders=feeder_parts(book.feeds, language),
        official=book.settings.official,
        estimates=book_labels(book.lowest, language),
        other=other,
        link=link,
        to_other=language.text("papers.to_finder") if other == "finder" else "",
    )


def _facts(book: LevelsBook, language: Language) -> list[tuple[str, str]]:
    sizes = [(level_title(name, language), _size(one, language)) for name, one in book.books.items()]
    settings = book.settings
    said = [("year", settings.year), ("author", settings.author), ("comments", settings.comments_until)]
    return [*sizes, *((language.text(f"page.fact_{key}"), language.own(text)) for key, text in said if text)]


def _size(book: Book, language: Language) -> str:
    measures = book.views[book.first.letter].measures
    schools = int(book.district.num_schools - book.district.is_candidate.sum())  # a site is no school yet
    key = "levels.level_size_one" if schools == 1 else "levels.level_size"
    return language.text(key, students=language.count(look(measures, "students")), schools=language.count(float(schools)))


def listed(names: Sequence[str], language: Language) -> str:
    """Names in a sentence."""
    return names[0] if len(names) == 1 else language.text("levels.list_and", list=", ".join(names[:-1]), last=names[-1])
