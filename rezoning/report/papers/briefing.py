"""What memo and slides say alike: the story, a table of options side by side, what is certain and what is not, and where it all comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rezoning.public.cell import HIDDEN
from rezoning.report.estimated import book_labels
from rezoning.report.language import NOTHING, Language, capital
from rezoning.report.papers.edition import Edition
from rezoning.report.story import FROM_TODAY, TODAY, Story, compared
from rezoning.report.titles import title_of
from rezoning.runs.record import versions


@dataclass(frozen=True)
class Column:
    """Today, or an option by its letter."""

    key: str
    name: str
    letter: str = ""


@dataclass(frozen=True)
class Row:
    """What options are compared by; a text for each column."""

    key: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A sentence, and the letters of the options that it holds for; no letters where it holds for all."""

    text: str
    letters: tuple[str, ...] = ()

    @property
    def before(self) -> str:
        """The letters, to stand before it."""
        return ", ".join(self.letters)


@dataclass(frozen=True, eq=False)
class Briefing:
    """A board's three minutes, before they are laid out.

    Parameters
    ----------
    edition
        What it is made from.
    story
        Sentences.
    columns, rows
        The table.
    """

    edition: Edition
    story: Story
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def language(self) -> Language:
        """Of the words."""
        return self.edition.language

    @property
    def title(self) -> str:
        """The author's."""
        return title_of(self.edition.book, self.language)

    @property
    def lead(self) -> str:
        """What stands first: of one option its sentence, of a few how many there are, for each has its sentence below; of many the story's own."""
        options = self.story.options
        if len(options) == 1:
            return options[0].sentence
        pieces = self.story.lead_pieces
        return pieces[0].text.strip() if len(options) <= FEW else self.story.lead

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Name and text of what the author says of the plans."""
        settings = self.edition.book.settings
        said = (("author", settings.author), ("level", settings.level), ("year", settings.year), ("comments", settings.comments_until))
        return tuple((self.language.text(f"page.fact_{key}"), self.language.own(text)) for key, text in said if text)

    @property
    def sources(self) -> str:
        """Where the data come from, as the author says."""
        return self.language.own(self.edition.book.settings.sources)

    @property
    def estimates(self) -> tuple[str, ...]:
        """What is estimated."""
        return book_labels(self.edition.book, self.language).sentences

    @property
    def report(self) -> str:
        """Where the full report is."""
        return self.edition.book.settings.links.report or "report.html"

    @property
    def version(self) -> str:
        """Of the program that made it."""
        return versions()["rezoning"] or ""

    @property
    def warning(self) -> str:
        """What every page says that no district proposes; empty for a district's own."""
        return "" if self.edition.book.settings.official else self.language.text("page.illustrative")

    @cached_property
    def certain(self) -> tuple[Statement, ...]:
        """What is certain, each sentence once."""
        return once({option.letter: option.certain for option in self.story.options})

    @cached_property
    def uncertain(self) -> tuple[Statement, ...]:
        """What is not certain, each sentence once; what is estimated is said elsewhere."""
        found = {option.letter: [one for one in option.uncertain if one not in self.estimates] for option in self.story.options}
        return once(found)


FEW = 4  # options that each have a sentence and a map of their own


def briefing_of(edition: Edition) -> Briefing:
    """Put together what memo and slides say."""
    book, language = edition.book, edition.language
    today = [Column(TODAY, language.text("measures.today"))] if book.today is not None else []
    columns = (*today, *(Column(option.letter, option.name, option.letter) for option in book.options))
    return Briefing(edition, edition.story, columns, _rows(edition, columns))


def _rows(edition: Edition, columns: Sequence[Column]) -> tuple[Row, ...]:
    language, found = edition.language, []
    for aspect in compared(edition.book, language):
        if all(aspect.cells.get(column.key) is None for column in columns if column.letter):
            continue
        texts = []
        for column in columns:
            is_told = column.letter or aspect.key not in FROM_TODAY
            hidden = language.text("papers.kept") if aspect.cells.get(column.key) == HIDDEN else NOTHING
            texts.append((aspect.shown.get(column.key) or hidden) if is_told else NOTHING)
        label = capital(language.text(f"papers.row_{aspect.key}", group=aspect.group))
        found.append(Row(aspect.key, label, tuple(texts)))
    return tuple(found)


def once(said: Mapping[str, Sequence[str]]) -> tuple[Statement, ...]:
    """Sentences of several options, each once with the letters of those that it is said of; those of all first."""
    letters: dict[str, list[str]] = {}
    for letter, sentences in said.items():
        for sentence in sentences:
            letters.setdefault(sentence, []).append(letter)
    found = [Statement(text, () if len(of) == len(said) else tuple(of)) for text, of in letters.items()]
    return tuple(sorted(found, key=lambda one: bool(one.letters)))
