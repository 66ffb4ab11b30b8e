"""What page and screen say of a sweep: its goal, its settings, how its points ended, how long things take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rezoning.report.catalogue.goals import goal_kind
from rezoning.report.catalogue.kinds import Kind, Together, together
from rezoning.report.estimated import EstimateLabels, row_labels
from rezoning.report.goal_words import goal_name, goal_of
from rezoning.report.language import Language, capital
from rezoning.scenario.goals import Goal

Row = Mapping[str, Any]
SENTENCES = 3  # districts that are told in sentences


def duration(seconds: float, language: Language) -> str:
    """``42 s``, ``7 min``, ``3.5 h``."""
    if seconds < 90:
        return language.text("sweep.seconds", count=language.count(seconds))
    if seconds < 5400:
        return language.text("sweep.minutes", count=language.count(seconds / 60))
    return language.text("sweep.hours", count=language.number(seconds / 3600, 1))


def settings_words(labels: Mapping[str, Any]) -> str:
    """``travel.max_increase 0.25, unity.min_share 0.5``: keys without the section that nearly all of them share."""
    return ", ".join(f"{str(key).removeprefix('rules.')} {value}" for key, value in labels.items() if value is not None) or "–"


def counts_words(document: Row, language: Language) -> str:
    """How many points there are, and how they ended."""
    counts = document["counts"].items()
    ended = "; ".join(language.text(f"sweep.end_{kind}", count=language.count(float(count))) for kind, count in counts if count)
    points, districts = language.count(document["points"]), language.count(document["districts"])
    return language.text(f"sweep.asked_{'one' if document['districts'] == 1 else 'many'}", points=points, districts=districts, ended=ended)


def estimated(document: Row, language: Language) -> EstimateLabels:
    """What of the districts' data is estimated."""
    return row_labels([(one["district"], text) for one in document["best"] for text in one["estimates"] or [None]], language)


class FirstGoal:
    """The first goal of a sweep's points, where they all have one of a kind.

    Parameters
    ----------
    best
        The districts of the document.
    """

    def __init__(self, best: Sequence[Row], language: Language) -> None:
        self._language = language
        told = [(goal_of(one["goals"][0]), one["travel_unit"]) for one in best if one["goals"]]
        kinds = {goal_kind(goal, unit) for goal, unit in told}
        names = {goal_name(goal, unit, language) for goal, unit in told}
        self.kind: Kind | None = next(iter(kinds)) if len(kinds) == 1 else None
        self.name = capital(next(iter(names))) if len(names) == 1 else language.text("sweep.first_goal")

    def together(self, values: Sequence[float | None]) -> Together:
        """How values of it are written that stand beside each other."""
        return together(values, self.kind or "ratio", self._language)


def first_goal(one: Row) -> tuple[Goal | None, str]:
    """The first goal of a district, and the unit of its trips."""
    return (goal_of(one["goals"][0]) if one["goals"] else None), str(one["travel_unit"])


def gain(one: Row) -> float:
    """Share of today's value that the best plan takes away; for the order of districts."""
    if one["best"] is None or one["today"] is None or not one["today"]:
        return -1.0
    return float((one["today"] - one["best"]["value"]) / abs(one["today"]))


def best_words(one: Row, language: Language) -> str:
    """The best plan of a district, in a sentence."""
    goal, unit = first_goal(one)
    best = one["best"]
    beside = together([best["value"], one["today"], one["bound"]], goal_kind(goal, unit), language)
    now = "" if one["today"] is None else language.text("sweep.best_today", today=beside.with_unit(one["today"]))
    name, value = goal_name(goal, unit, language), beside.with_unit(best["value"])
    return language.text(
        "sweep.best", district=one["district"], goal=name, value=value, today=now, point=best["point"], settings=settings_words(best["labels"])
    )


def floor_words(one: Row, language: Language) -> str:
    """What no point of a district could reach below, or that it is not proven."""
    goal, unit = first_goal(one)
    if one["bound"] is None:
        return language.text("sweep.floor_none")
    beside = together([one["bound"], one["today"]], goal_kind(goal, unit), language)
    return language.text("sweep.floor", bound=beside.with_unit(one["bound"]))


def part_words(document: Row, language: Language) -> str:
    """With which exit codes a part of the points ended."""
    counts = ", ".join(language.text("sweep.code", count=count, code=code) for code, count in document["counts"].items())
    return language.text("sweep.part", part=document["part"].replace("-of-", "/"), counts=counts)


def short_words(document: Row, language: Language) -> list[str]:
    """A sweep in short: how its points ended, what the districts that gain most can have, which lever matters."""
    solved = sorted((one for one in document["best"] if one["best"] is not None), key=gain, reverse=True)
    said = [counts_words(document, language), language.text("sweep.took", time=duration(document["seconds"]["points"], language))]
    for one in solved[:SENTENCES]:
        said += [best_words(one, language), floor_words(one, language)]
    matters = matters_words(document, language)
    return said if matters is None else [*said, matters]


def matters_words(document: Row, language: Language) -> str | None:
    """Which lever matters most; None where that cannot be said."""
    levers, first = document["levers"], FirstGoal(document["best"], language)
    if first.kind is None or not levers or not levers[0]["range"]:
        return None
    return language.text("sweep.matters", lever=levers[0]["lever"], range=first.together([levers[0]["range"], 0.0]).with_unit(levers[0]["range"]))
