"""The story of a report: its first sentence, a sentence for each option, what is paid for what, what is certain and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rezoning.public.book import Book
from rezoning.public.cell import is_number, look
from rezoning.report.catalogue.derived import district_share
from rezoning.report.language import Language, capital
from rezoning.report.story.certainty import certain, uncertain
from rezoning.report.story.claim import Claim, Mark, Piece, number_word, said, sentence
from rezoning.report.story.claims import Telling, claims
from rezoning.report.story.mixing import story_group
from rezoning.report.story.trade_offs import TradeOff, trade_offs
from rezoning.runs.option import Option

FEW = 3  # options that the first sentence can name one by one
FIRST = ("decided_closes", "decided_opens", "pairs", "moved", "zones", "even", "goal", "seats")  # what it says of each


@dataclass(frozen=True, eq=False)
class OptionStory:
    """What is told of an option.

    Parameters
    ----------
    letter, name
        As the book has them.
    pieces
        Its sentence in pieces, claims among them.
    certain, uncertain
        Sentences.
    verdict
        Line of the equity statement: better, worse, unknown; empty without one.
    """

    letter: str
    name: str
    pieces: tuple[Piece, ...]
    certain: tuple[str, ...]
    uncertain: tuple[str, ...]
    verdict: str

    @cached_property
    def sentence(self) -> str:
        """What the option does."""
        return said(self.pieces)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of its sentence."""
        return tuple(piece.claim for piece in self.pieces if piece.claim is not None)


@dataclass(frozen=True, eq=False)
class Story:
    """What a report tells first.

    Parameters
    ----------
    lead_pieces
        The program's own first sentence, in pieces.
    options
        In the book's order.
    trade_offs
        At most three.
    meaning
        What "evens out" means here; empty where it is not said.
    """

    lead_pieces: tuple[Piece, ...]
    options: tuple[OptionStory, ...]
    trade_offs: tuple[TradeOff, ...]
    meaning: str = ""

    @property
    def lead(self) -> str:
        """The program's own first sentence."""
        return said(self.lead_pieces)


def story_of(book: Book, statements: Mapping[str, Mapping[str, Any]], language: Language) -> Story:
    """The story of a book's options.

    Parameters
    ----------
    book
        With every number that may be shown.
    statements
        Letter to equity impact statement, as `rezoning.report.statement.statement_record` gives it; an option may have none.
    language
        Of the words.
    """
    told = {option.letter: claims(book, option, language) for option in book.options}
    options = tuple(_option(book, option, told[option.letter], statements.get(option.letter), language) for option in book.options)
    is_even = any(claim.key == "even" for one in told.values() for claim in one)
    return Story(_lead(book, told, language), options, trade_offs(book, language), _meaning(book, language) if is_even else "")


def _meaning(book: Book, language: Language) -> str:
    group = story_group(book)
    assert group is not None
    share = district_share(book, group)
    return language.text("story.meaning", group=language.group(group), share=language.percent(share, 0))


def _option(book: Book, option: Option, told: Sequence[Claim], statement: Mapping[str, Any] | None, language: Language) -> OptionStory:
    telling = Telling(book, option, language)
    subject = _subject(option.letter, len(book.options), language)
    verdict = "" if statement is None else f"{statement['verdict']['status_word']}. {statement['verdict']['line']}"
    return OptionStory(
        option.letter, option.name, sentence(subject, told, language), certain(telling, statement), uncertain(telling, statement), verdict
    )


def _subject(letter: str, count: int, language: Language) -> str:
    return language.text("story.subject_plan") if count == 1 else language.text("story.subject", letter=letter)


def _lead(book: Book, told: Mapping[str, Sequence[Claim]], language: Language) -> tuple[Piece, ...]:
    """What each option does first, and once what all do; of more than three, who moves, from the fewest to the most."""
    firsts = {letter: [claim for claim in found if claim.key in FIRST] for letter, found in told.items()}
    if len(told) == 1:
        return sentence(language.text("story.subject_plan"), firsts[book.first.letter], language)
    pieces = [Piece(capital(language.text("story.options", count=number_word(float(len(told)), language))) + " ")]
    if len(told) > FEW:
        return (*pieces, *_range(book, language))
    common = [claim for claim in firsts[book.first.letter] if all(claim.text in [one.text for one in found] for found in firsts.values())]
    texts = {claim.text for claim in common}
    for letter, found in firsts.items():
        own = [claim for claim in found if claim.text not in texts]
        if own:
            pieces += [*sentence(_subject(letter, len(told), language), own, language), Piece(" ")]
    if common:
        pieces += sentence(language.text("story.subject_each"), common, language)
    return tuple(pieces if common else pieces[:-1])


def _range(book: Book, language: Language) -> Iterator[Piece]:
    """From the option that moves the fewest students to the one that moves the most."""
    tellings = [Telling(book, option, language) for option in book.options]
    moved = sorted((count, one.option.letter, one) for one in tellings if is_number(count := look(one.view.measures, "students_reassigned")))
    if len(moved) == len(tellings) and book.changes:
        ends = (("low", moved[0]), ("high", moved[-1]))
        said = {key: language.text("story.mover", letter=letter, count=one.students(count)) for key, (count, letter, one) in ends}
        marks = tuple(Mark(f"students_reassigned_{letter}", count) for _, (count, letter, _) in ends)
        yield Piece(language.text("story.range_moved", **said), Claim("range", language.text("story.range_moved", **said), marks))
