"""Whether a scenario in the making can be read, and whether a plan exists; tried in a folder of its own, so that nothing is written before."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.commands.new.draft import Draft
from rezoning.commands.new.rules import Asked, drop, relax_seats, wanted
from rezoning.commands.new.yaml_text import block
from rezoning.errors import DataError, ScenarioError

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.runs.question import Question

log = logging.getLogger(__name__)

LOOKED_FOR = 10.0
"""Seconds for which a plan is looked for, or the proof that there is none, where today's zones break a rule; most are found in one."""

ANY_GOAL = [{"minimize": "cut_edges"}]
"""A scenario has a goal, and of this one the data need nothing."""

SPARED = (("walk",), ("adjacency",), ("travel",), ("walk", "travel"), ("walk", "adjacency"), ("travel", "adjacency"))
"""Sections without which a scenario still has sense, in the order in which they are left out."""


@dataclass(frozen=True, eq=False)
class Tried:
    """A scenario that was read, and how a plan is known to exist.

    Parameters
    ----------
    asked
        Rules and goals.
    question
        The scenario with its district.
    exists
        A sentence: why a plan exists, or that none was found.
    is_sure
        Whether one is known to exist.
    """

    asked: Asked
    question: Question
    exists: str
    is_sure: bool


def trial(draft: Draft, name: str, scratch: Path) -> Tried:
    """Read the data, choose rules that suit it, and loosen them until a plan exists.

    Raises
    ------
    ScenarioError, DataError
        The files do not fit together.
    """
    from rezoning.commands.run import ask

    district = _readable(draft, name, scratch)
    asked = wanted(draft, district)
    steps = [
        lambda: relax_seats(asked, district),
        lambda: drop(asked, "shape", said="No limit on the length of borders: with it no plan was found."),
        lambda: drop(asked, "burden", said="No rule on who carries the change: with it no plan was found."),
        lambda: drop(asked, "travel", said="No limit on trips: with it no plan was found."),
        lambda: drop(asked, "capacity", said="No limit on students per school: with it no plan was found."),
    ]
    while True:
        question = ask(_read(draft, name, scratch, asked.rules, asked.goals), district)
        exists, is_sure = _exists(question)
        if is_sure:
            return Tried(asked, question, exists, is_sure)
        while steps and not steps[0]():
            steps.pop(0)
        if not steps:
            return Tried(asked, question, exists, is_sure)
        steps.pop(0)


def _readable(draft: Draft, name: str, scratch: Path) -> District:
    """The district; what a scenario can do without is left out where it alone keeps the rest from being read, and that is told.

    Raises
    ------
    ScenarioError, DataError
        Units, schools and students do not fit together.
    """
    try:
        return _district(_read(draft, name, scratch, {}, ANY_GOAL))
    except (DataError, ScenarioError) as error:
        problems = error.problems
        for left_out in SPARED:
            without = [key for key in left_out if key in draft.data]
            if not without or len(without) < len(left_out):
                continue
            kept = dict(draft.data)
            draft.data = {key: value for key, value in kept.items() if key not in without}
            try:
                district = _district(_read(draft, name, scratch, {}, ANY_GOAL))
            except (DataError, ScenarioError):
                draft.data = kept
                continue
            for key in without:
                draft.notes.pop(f"data.{key}", None)
            draft.remark(f"Left out, for it could not be read with the rest: data.{' and data.'.join(without)}. {problems[0]}")
            return district
        raise


def _exists(question: Question) -> tuple[str, bool]:
    """How a plan is known to exist: today's zones are one, or one is found."""
    if question.problem is None:
        return "No plan exists under these rules.", False
    if question.audit_today is not None and question.audit_today.passed:
        return "A plan exists: today's zones keep every rule.", True
    log.info("Looking whether a plan exists that keeps these rules ...")
    if _is_found(question):
        return "A plan exists: one that keeps every rule was found while this was written.", True
    return "Whether a plan exists is not known: none was found in a short search.", False


def _is_found(question: Question) -> bool:
    """Whether a search finds a plan; it ends with the first one."""
    from rezoning.commands.run import answer, ready

    found = threading.Event()
    scenario = question.scenario
    shorter = scenario.model_copy(update={"solve": scenario.solve.model_copy(update={"time_limit": LOOKED_FOR, "tidy": False})})
    quick = replace(question, scenario=shorter)
    ready(quick)

    def watch(progress: Any) -> None:
        if progress.value is not None:
            found.set()

    return answer(quick, watch, found).plan is not None


def _district(scenario: Any) -> District:
    from rezoning.commands.run import read_district

    return read_district(scenario)


def _read(draft: Draft, name: str, scratch: Path, rules: Mapping[str, Any], goals: list[dict[str, Any]]) -> Any:
    """The scenario as it would be read, with what is derived in the folder of the trial."""
    from rezoning.scenario.load import load_scenario

    def shown(path: Path) -> str:
        return str(scratch / path.name if path.parent == draft.place and path.name in draft.derived else path.absolute())

    for file, content in draft.derived.items():
        (scratch / file).write_bytes(content)
    document = {"name": name, "rules": rules, "goals": goals, "report": draft.report, "data": draft.data}
    text = "\n".join(line for key, value in document.items() if value for line in block(key, value, {}, shown))
    path = scratch / "scenario.yaml"
    path.write_text(text + "\n", encoding="utf-8")
    return load_scenario(path)
