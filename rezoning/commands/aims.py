"""Progress that says which goal is worked on, how far it is, and how long it may take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rezoning.optimize.result import Progress, Watcher

if TYPE_CHECKING:
    from rezoning.runs.question import Question


def aimed(question: Question, watcher: Watcher | None) -> Watcher | None:
    """A watcher that is told the goal in words besides, and the limit of time."""
    if watcher is None:
        return None
    from rezoning.report.goal_words import aim_words
    from rezoning.report.language import english_of

    scenario, unit = question.scenario, question.district.travel_unit
    language = english_of(scenario.report)

    def tell(progress: Progress) -> None:
        goal = None if progress.goal is None else scenario.goals[progress.goal - 1]
        is_sum = goal is None and scenario.goals[0].weight is not None and progress.bound is not None
        aim = aim_words(goal, progress.goal, len(scenario.goals), progress.value, progress.bound, unit, language) if goal or is_sum else ""
        watcher(replace(progress, aim=aim, limit=scenario.solve.time_limit))

    return tell
