"""A claim: a clause about an option, with the numbers that it stands on; and small counts in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rezoning.public.cell import Cell, is_number
from rezoning.report.language import Language

IN_WORDS = 12  # counts up to here are words


@dataclass(frozen=True)
class Mark:
    """A number that a claim stands on, for machines: the measure's place in metrics.json, or a name of its own, and what the book tells of it."""

    measure: str
    value: Cell

    def __str__(self) -> str:
        return f"{self.measure}={f'{self.value:.6g}' if is_number(self.value) else self.value}"


@dataclass(frozen=True)
class Claim:
    """A clause of an option's sentence.

    Parameters
    ----------
    key
        What it is about.
    text
        Its words: what the option does, as a verb with its object; or a clause with a subject of its own.
    marks
        The numbers behind it.
    is_clause
        Whether it has a subject of its own.
    """

    key: str
    text: str
    marks: tuple[Mark, ...] = ()
    is_clause: bool = False


@dataclass(frozen=True)
class Piece:
    """A part of a sentence: words between claims, or a claim's."""

    text: str
    claim: Claim | None = None


def sentence(subject: str, claims: Sequence[Claim], language: Language) -> tuple[Piece, ...]:
    """What a subject does, then the clauses with subjects of their own, as one sentence in pieces."""
    done, clauses = [one for one in claims if not one.is_clause], [one for one in claims if one.is_clause]
    pieces = [Piece(f"{subject} " if done else f"{subject}: ")]
    last = language.text("story.and")
    if any(", " in one.text for one in done):
        last = f",{last}"
    for k, one in enumerate(done):
        pieces += [Piece("" if k == 0 else last if k == len(done) - 1 else ", "), Piece(one.text, one)]
    for k, one in enumerate(clauses):
        pieces += [Piece("; " if done or k else ""), Piece(one.text, one)]
    return tuple(piece for piece in (*pieces, Piece(".")) if piece.text)


def said(pieces: Sequence[Piece]) -> str:
    """Pieces as a text."""
    return "".join(piece.text for piece in pieces)


def number_word(count: float, language: Language) -> str:
    """A count of schools or options: in words up to twelve."""
    return language.text(f"story.number_{count:.0f}") if 0 < count <= IN_WORDS else language.count(count)
