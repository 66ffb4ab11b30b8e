"""Tables of a sweep, each as a head and rows of written cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rezoning.report.catalogue.goals import goal_kind
from rezoning.report.catalogue.kinds import together
from rezoning.report.language import NOTHING, Language
from rezoning.report.sweep.words import FirstGoal, first_goal, settings_words

Row = Mapping[str, Any]
Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def districts_table(best: Sequence[Row], language: Language) -> Table:
    """Each district: today, the best plan, what no point goes below, how its points ended, and the settings of the best."""
    names = ("district", "today", "value", "bound", "plans", "none", "other", "point", "settings")
    return tuple(language.text(f"sweep.{name}") for name in names), [_district(one, language) for one in best]


def _district(one: Row, language: Language) -> tuple[str, ...]:
    goal, unit = first_goal(one)
    best, counts = one["best"] or {"value": None, "point": None, "labels": {}}, one["counts"]
    beside = together([one["today"], best["value"], one["bound"]], goal_kind(goal, unit), language)
    values = [beside.with_unit(value) for value in (one["today"], best["value"], one["bound"])]
    point = NOTHING if best["point"] is None else language.count(best["point"])
    return (one["district"], *values, *_ended(counts, language), point, settings_words(best["labels"]))


def lever_table(lever: Row, best: Sequence[Row], language: Language) -> Table:
    """Each value of a lever: how its points ended, mean, difference from the mean of all, what none goes below."""
    first, levels = FirstGoal(best, language), lever["levels"]
    beside = first.together([value for level in levels for value in (level["mean"], level["bound"])])
    effects = first.together([level["effect"] for level in levels])
    rows = []
    for level in levels:
        numbers = (NOTHING,) * 3
        if first.kind is not None:
            effect = NOTHING if level["effect"] is None else effects.signed(level["effect"])
            numbers = (beside.with_unit(level["mean"]), effect, beside.with_unit(level["bound"]))
        rows.append((str(level["level"]), *_ended(level["counts"], language), *numbers))
    names = ("level", "plans", "none", "other", "mean", "effect", "bound")
    return tuple(language.text(f"sweep.{name}") for name in names), rows


def _ended(counts: Mapping[str, int], language: Language) -> tuple[str, ...]:
    other = counts["no_plan"] + counts["rejected"] + counts["failed"]
    return language.count(counts["plan"]), language.count(counts["infeasible"]), language.count(other)


def failures_table(failures: Sequence[Row], language: Language) -> Table:
    """Different failures, how often each came, and where first."""
    head = tuple(language.text(f"sweep.{name}") for name in ("error", "times", "first"))
    return head, [(one["error"], language.count(one["count"]), f"{one['point']}, {one['district']}") for one in failures]
