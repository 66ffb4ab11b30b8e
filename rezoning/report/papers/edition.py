"""What a report can be handed out as besides its page, one entry each. The command line lists them without loading what writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rezoning.public.book import Book
    from rezoning.report.language import Language
    from rezoning.report.maps.localmaps import Ground
    from rezoning.report.papers.streets import Streets
    from rezoning.report.story import Story


@dataclass(frozen=True, eq=False)
class Edition:
    """What a report and all its papers are made from.

    Parameters
    ----------
    book
        The options, with every number that may be shown.
    statements
        Letter to equity impact statement, as `rezoning.report.statement.statement_record` gives it.
    language
        Of the words.
    """

    book: Book
    statements: Mapping[str, dict[str, Any]]
    language: Language

    @cached_property
    def story(self) -> Story:
        """What the options do."""
        from rezoning.report.story import story_of

        return story_of(self.book, self.statements, self.language)

    @cached_property
    def atlas(self) -> dict[str, Any] | None:
        """The map of all of them; None without polygons."""
        from rezoning.report.maps.atlas import atlas

        drawn: dict[str, Any] | None = atlas(self.book, self.language)
        return drawn

    @cached_property
    def ground(self) -> Ground | None:
        """What maps of parts of the district are cut out of; None without polygons."""
        from rezoning.report.maps.localmaps import ground_of

        return ground_of(self.book)

    @cached_property
    def streets(self) -> Streets | None:
        """For each unit the names of its streets; None where none are known."""
        from rezoning.report.papers.streets import streets_of

        return streets_of(self.book)


@dataclass(frozen=True)
class Paper:
    """A paper.

    Parameters
    ----------
    about
        What it is, in one sentence.
    write
        ``module:function`` of this room: writes its files into a folder from an `Edition`; gives what is to be known of them, as sentences.
    """

    about: str
    write: str


PAPERS: dict[str, Paper] = {
    "memo": Paper("One page for a board: memo.html, and memo.pdf where a Chromium, Chrome or Edge is installed.", "memo:write_memo"),
    "slides": Paper("Slides (.pptx) whose texts, tables and charts can be edited; maps as pictures.", "slides:write_slides"),
    "book": Paper("A map book: a page for each school.", "mapbook:write_book"),
    "cards": Paper("A card for each family area whose school changes.", "cards:write_cards"),
}


def write_paper(name: str, edition: Edition, folder: Path) -> list[str]:
    """Write a paper into a folder; what is to be known of it, as sentences."""
    module, function = PAPERS[name].write.split(":")
    told: list[str] = getattr(import_module(f"rezoning.report.papers.{module}"), function)(edition, folder)
    return told
