"""Shape in words: what tidying took back, and borders that grew because nothing asked for short ones, with the lines that cure it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rezoning.public.book import Book
from rezoning.report.catalogue.goals import is_hidden, is_vague
from rezoning.report.catalogue.kinds import roughly, together, written_length
from rezoning.report.goal_words import gained, goal_name
from rezoning.report.language import Language
from rezoning.runs.option import Option
from rezoning.scenario.schema import Goal, Scenario

NOTHING = 1e-9


@dataclass(frozen=True)
class Grown:
    """Borders that grew: the sentence, what the cure costs, and the cure's lines of YAML."""

    sentence: str
    cost: str
    cure: tuple[str, ...]


def grown(record: Mapping[str, Any], scenario: Scenario, travel_unit: str, language: Language, *, shows_cost: bool = True) -> Grown | None:
    """The `borders` of a run.json in words; None where there is nothing to say.

    Parameters
    ----------
    shows_cost
        Whether the goal's value may be known; else the cost is said as a share of it.
    """
    found = record.get("borders")
    if found is None:
        return None
    goal = None if record.get("objective") is not None else scenario.goals[0]
    said = together([found["today"], found["plan"]], "km" if found["measure"] == "boundary_length" else "count", language)
    amounts = {"today": said.text(found["today"]), "plan": said.with_unit(found["plan"])}
    sentence = language.text(f"borders.grow_{found['measure']}", growth=roughly(found["growth"], language), **amounts)
    if shows_cost:
        cost = gained(goal, found["cost"], travel_unit, language)
    else:
        cost = language.text("borders.share_of_value", share=roughly(found["share"], language))
    key = "cure_weighted" if goal is None else "cure" if len(scenario.goals) == 1 else "cure_later"
    return Grown(sentence, language.text(f"borders.{key}", cost=cost, goal=goal_name(goal, travel_unit, language)), tuple(found["cure"]))


def option_grown(book: Book, option: Option, language: Language) -> Grown | None:
    """Likewise for an option of a report; None for a plan file. What a weight would tell of a hidden sum is left out."""
    if not option.is_run:
        return None
    is_sum, view = option.record.get("objective") is not None, book.views[option.letter]
    goals: Sequence[Goal | None] = option.scenario.goals if is_sum else option.scenario.goals[:1]
    is_open = not any(is_hidden(book, goal, view) or (goal is not None and book.is_hidden and is_vague(book, goal)) for goal in goals)
    said = grown(option.record, option.scenario, option.district.travel_unit, language, shows_cost=is_open)
    return Grown(said.sentence, "", ()) if said is not None and is_sum and not is_open else said


def tidied_words(entry: Mapping[str, Any], language: Language) -> str:
    """The `tidy` of a run.json as a sentence: what there is less of, and what there is more of."""
    changes = ", ".join(_changes(entry, language))
    return language.text("terminal.tidied", changes=changes) if changes else language.text("terminal.tidied_nothing")


def _changes(entry: Mapping[str, Any], language: Language) -> Iterator[str]:
    def less(key: str) -> float:
        before, after = entry.get(key) or (0.0, 0.0)
        return 0.0 if None in (before, after) else float(before - after)

    def said(key: str, count: float) -> str:
        return language.text(f"terminal.tidied_{key}", count=language.count(abs(count)))

    if abs(students := less("moved_students")) > NOTHING:
        yield said("fewer_students" if students > 0 else "more_students", students)
    if units := less("moved_units"):
        text, empty = said("fewer_units" if units > 0 else "more_units", units), less("moved_units_without_students")
        yield language.text("terminal.tidied_empty", units=text, count=language.count(empty)) if units > 0 and empty > 0 else text
    if abs(km := less("border_km")) > NOTHING:
        yield language.text(f"terminal.tidied_{'shorter' if km > 0 else 'longer'}", length=written_length(abs(km), language))
    elif entry.get("border_km", (None,))[0] is None and (cut := less("cut_edges")):
        yield said("fewer_cut" if cut > 0 else "more_cut", cut)
