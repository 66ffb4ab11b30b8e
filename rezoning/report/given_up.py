"""What a goal was worth at its best, where the final plan gives some of that up for the goals that follow."""

from __future__ import annotations

from rezoning.public.book import Book
from rezoning.public.cell import is_number
from rezoning.report.catalogue.goals import goal_cell, rounded
from rezoning.report.goal_words import amount
from rezoning.report.language import Language
from rezoning.runs.option import Option


def given_up(book: Book, option: Option, place: int, language: Language) -> str:
    """A sentence about the goal at a place, from 0; empty where nothing was given up that a reader can see, or it may not be told."""
    goal, entry, unit = option.scenario.goals[place], option.record["goals"][place], option.district.travel_unit
    value, best = goal_cell(book, goal, entry["value"], book.views[option.letter]), rounded(book, goal, entry.get("best"))
    if not goal.give_up or not is_number(value) or not is_number(best) or value <= best:
        return ""
    was, now = (amount(goal, one, unit, language) for one in (best, value))
    return "" if was == now else language.text("goals.given_up", best=was, value=now, share=language.share(goal.give_up))
