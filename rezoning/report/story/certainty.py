"""What is certain of an option and what is not: rules checked, bounds proven; searches cut short, estimates, chance, numbers that are kept back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from rezoning.optimize.result import Ended
from rezoning.public.cell import HIDDEN, is_number, look
from rezoning.report.catalogue.goals import goal_cell
from rezoning.report.estimated import estimate_labels
from rezoning.report.language import Language
from rezoning.report.outcome import CLOSED, option_outcome
from rezoning.report.story.claim import number_word
from rezoning.report.story.claims import Telling, goal_words
from rezoning.report.story.trade_offs import given_up, percent_of
from rezoning.runs.names import readable
from rezoning.runs.record import data_entries
from rezoning.scenario.policy import hidden_groups

HAIR = 1e-9


def certain(telling: Telling, statement: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Sentences about what was checked and proven."""
    return (*_audit(telling), *_proven(telling), *_given_up(telling), *_chance(statement, "meets", "does_not_meet"))


def uncertain(telling: Telling, statement: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Sentences about what nobody knows."""
    option = telling.option
    said = [*_unproven(telling), *_chance(statement, "uncertain"), *estimate_labels(data_entries(option.district), telling.language).sentences]
    unknown = look(telling.view.measures, "travel_unknown_students")
    if is_number(unknown) and unknown > 0:
        said.append(telling.text("unknown_trips", students=telling.students(unknown)))
    if option.changed:
        said.append(telling.text("changed"))
    if telling.book.is_hidden:
        said.append(telling.text("hidden"))
    return tuple(said)


# -- rules -----------------------------------------------------------------------------------------------------------


def _audit(telling: Telling) -> Iterator[str]:
    option = telling.option
    broken = {violation.rule.partition(".")[0] for violation in option.audit.violations}
    if not broken:
        yield telling.text("rules_hold" if option.is_run else "rules_hold_brought", scenario=scenario_name(telling))
        return
    key = "rules_broken_one" if len(broken) == 1 else "rules_broken"
    yield telling.text(key, count=number_word(float(len(broken)), telling.language), scenario=scenario_name(telling))
    if not option.is_run:
        yield telling.text("rules_of_others", scenario=scenario_name(telling))


def scenario_name(telling: Telling) -> str:
    """Whose rules they are, without groups that may not be named."""
    scenario = telling.option.scenario
    return "…" if any(name in scenario.name for name in hidden_groups(scenario)) else readable(scenario.name)


# -- bounds ----------------------------------------------------------------------------------------------------------


def _proven(telling: Telling) -> Iterator[str]:
    if not _has_goal(telling):
        return
    what, gap, _ = _first_goal(telling)
    if gap is not None and _is_closed(telling):
        yield telling.text("best", what=what) if gap <= HAIR else telling.text("near_best", what=what, percent=percent_up(gap, telling.language))


def _unproven(telling: Telling) -> Iterator[str]:
    if not _has_goal(telling):
        return
    what, gap, is_kept = _first_goal(telling)
    if not telling.option.is_run:
        yield option_outcome(telling.option, telling.language)
    elif is_kept:
        yield telling.text("bound_hidden", what=what)
    elif gap is None:
        yield telling.text("no_bound", what=what)
    elif not _is_closed(telling):
        yield telling.text("limit" if gap < 1 else "limit_far", what=what, percent=percent_up(gap, telling.language))


def _has_goal(telling: Telling) -> bool:
    """False for a level that no goal looks at by itself: nothing is proven of it alone."""
    return bool(telling.option.scenario.goals) or telling.option.record.get("objective") is not None


def _first_goal(telling: Telling) -> tuple[str, float | None, bool]:
    """What the first goal is about, how much better a plan could be as a share of what was reached, and whether that is kept back."""
    option, weighted = telling.option, telling.option.record.get("objective")
    goal, entry = (None, weighted) if weighted else (option.scenario.goals[0], option.record["goals"][0])
    what = telling.text("goal_all") if goal is None else goal_words(goal, telling.language)
    is_kept = goal_cell(telling.book, goal, entry["value"], telling.view) == HIDDEN
    return what, None if is_kept else entry["gap"], is_kept


def _is_closed(telling: Telling) -> bool:
    """Whether the search of the first goal ended because nothing was left to prove."""
    entries = [telling.option.record.get("objective") or {}, *telling.option.record["goals"][:1]]
    return all(Ended(ended) in CLOSED if (ended := entry.get("ended")) is not None else True for entry in entries)


def percent_up(share: float, language: Language) -> str:
    """A share in whole percent, rounded up, so that "at most" stays true."""
    return language.percent(ceil(100 * share - HAIR) / 100, 0)


def _given_up(telling: Telling) -> Iterator[str]:
    """Beside other options; of a single one it stands among the trade-offs."""
    found = given_up(telling) if len(telling.book.options) > 1 else None
    if found is not None:
        yield telling.text("was_given_up_most" if found.is_most else "was_given_up", percent=percent_of(found, telling.language), **found.words)


# -- chance ----------------------------------------------------------------------------------------------------------


def _chance(statement: Mapping[str, Any] | None, *statuses: str) -> Iterator[str]:
    """What the statement says of other years' numbers, which differ by chance."""
    for finding in () if statement is None else statement["findings"]:
        if finding["key"] == "noise" and finding["status"] in statuses:
            yield finding["sentence"]
