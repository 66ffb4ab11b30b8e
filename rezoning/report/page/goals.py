"""Goals for everybody: what was reached and what is proven about it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rezoning.public.book import Book
from rezoning.public.cell import is_number
from rezoning.report.catalogue.goals import goal_cell, rounded
from rezoning.report.given_up import given_up
from rezoning.report.goal_words import goal_name, proof
from rezoning.report.language import Language, capital
from rezoning.runs.option import Option
from rezoning.scenario.schema import Goal


@dataclass(frozen=True)
class Proof:
    """What is said of one goal.

    Parameters
    ----------
    name
        What its measure is called, as a heading.
    sentence
        Value against bound.
    gap
        Between the two, written; nothing where it is not known.
    """

    name: str
    sentence: str
    gap: str = ""


def proofs(book: Book, option: Option, language: Language) -> list[Proof]:
    """A sentence for each goal of an option, in their order; one more for the weighted sum where goals have weights."""
    weighted = option.record.get("objective")
    said = []
    for i, (goal, entry) in enumerate(zip(option.scenario.goals, option.record["goals"], strict=False)):
        one = _proof(book, option, goal, entry, language, comes_after=i > 0 and weighted is None)
        said.append(replace(one, sentence=f"{one.sentence} {given_up(book, option, i, language)}".rstrip()))
    return [*said, *([] if weighted is None else [_proof(book, option, None, weighted, language)])]


def _proof(book: Book, option: Option, goal: Goal | None, entry: Mapping[str, Any], language: Language, *, comes_after: bool = False) -> Proof:
    """What is said of a goal, from its entry of run.json as the book lets it be known; None is the weighted sum."""
    known = {
        "value": goal_cell(book, goal, entry["value"], book.views[option.letter]),
        "bound": rounded(book, goal, entry["bound"]),
        "gap": entry["gap"],
        "today": goal_cell(book, goal, entry.get("today"), book.today),
    }
    unit = option.district.travel_unit
    gap = language.percent(entry["gap"], 2) if is_number(entry["gap"]) and is_number(known["value"]) else ""
    return Proof(capital(goal_name(goal, unit, language)), proof(goal, known, unit, language, comes_after=comes_after), gap)
