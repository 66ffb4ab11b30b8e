"""What an explanation says, in plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rezoning.errors import Problem
from rezoning.explaining.relaxing import Edit, applied, differences, settings
from rezoning.explaining.relaxing.edit import Plain, plain_scenario
from rezoning.scenario.display import Displayed, display

if TYPE_CHECKING:
    import pandas as pd

    from rezoning.district.plan import Plan
    from rezoning.runs.question import Question


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Edits of the scenario that let a plan exist, and such a plan: it obeys every rule of the edited scenario, which was audited.

    Parameters
    ----------
    edits
        What to change, all of it together.
    plan
        A plan under the edited scenario.
    price
        What the edits weigh, in units of average size for which a rule is broken; to compare relaxations of one question.
    is_minimal
        Proven: no part of the edits is enough, neither without one of them nor without one of the things that an edit changes.
    """

    edits: tuple[Edit, ...]
    plan: Plan
    price: float
    is_minimal: bool = False

    @property
    def rules(self) -> frozenset[str]:
        """The rules that are edited."""
        return frozenset(edit.rule for edit in self.edits)

    @property
    def words(self) -> str:
        """All edits as one phrase."""
        return " and ".join(edit.words for edit in self.edits)

    def to_dict(self, plain: Plain) -> dict[str, Any]:
        """The relaxation as explanation.json holds it: `merge` is what a child file of the scenario says to make it, `set` what ``--set`` takes."""
        changed = applied(plain, self.edits)
        edits = [{"key": one.key, "path": list(one.path), "from": one.old, "to": one.new, "words": one.words} for one in self.edits]
        return {
            "words": self.words,
            "is_minimal": self.is_minimal,
            "edits": edits,
            "set": settings(plain, changed),
            "merge": differences(plain, changed),
        }


@dataclass(frozen=True)
class Conflict:
    """Rules that leave no plan together, however many others a scenario has.

    Parameters
    ----------
    rules
        Their keys; empty where no rule is needed for there to be no plan. What a scenario has without saying so is among them where it is needed:
        zones in one piece, a school's unit in its own zone.
    is_minimal
        Proven: without any one of them, the others leave a plan.
    not_enough
        Those that it is not enough to take back in the scenario: the rest of all its rules is proven to leave no plan.
    """

    rules: tuple[str, ...]
    is_minimal: bool
    not_enough: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The conflict as explanation.json holds it."""
        return {"rules": list(self.rules), "is_minimal": self.is_minimal, "not_enough": list(self.not_enough)}


@dataclass(frozen=True, eq=False)
class Explanation(Displayed):
    """Whether the rules leave a plan, and what to change where they do not.

    Parameters
    ----------
    question
        What was asked.
    plan_exists
        None where neither a plan nor a proof was found in the time given.
    problems
        Why no plan exists, as far as arithmetic or the solver says it.
    relaxations
        Alternatives, the simplest first.
    conflict
        A small set of rules that conflict; None where a plan exists or nothing is proven.
    seconds
        How long it took.
    prices
        What the rules cost the first goal, where that was asked and a plan exists, as the frontier has it.
    """

    question: Question
    plan_exists: bool | None
    problems: tuple[Problem, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    conflict: Conflict | None = None
    seconds: float = field(default=0.0)
    prices: dict[str, Any] | None = None

    def __repr__(self) -> str:
        return "\n".join(self.words)

    def to_frame(self) -> pd.DataFrame:
        """A row for each change to the scenario that would let a plan exist.

        Returns
        -------
        DataFrame
            By ``relaxation`` (from 1; all changes of one are made together): ``key``, ``from``, ``to``, ``words``, ``is_minimal``.
        """
        frame: pd.DataFrame = display(self).frame(self)
        return frame

    @property
    def words(self) -> list[str]:
        """The explanation as sentences for planners."""
        from rezoning.report.explanation import explanation_words

        return explanation_words(self.to_record())

    def to_record(self) -> dict[str, Any]:
        """The content of explanation.json."""
        from rezoning.runs.record import data_entries, inputs_entry, problems_entry, versions

        scenario, district, today = self.question.scenario, self.question.district, self.question.audit_today
        plain = plain_scenario(scenario)
        return {
            "name": scenario.name,
            "plan_exists": self.plan_exists,
            "exit_code": 0,
            "problems": problems_entry(self.problems),
            "conflict": None if self.conflict is None else self.conflict.to_dict(),
            "relaxations": [one.to_dict(plain) for one in self.relaxations],
            "audit_today": None if today is None else today.to_dict(),
            **({} if self.prices is None else {"prices": self.prices}),
            "seconds": round(self.seconds, 2),
            **data_entries(district),
            "notes": list(district.notes),
            "warnings": list(district.warnings),
            "inputs": inputs_entry(scenario, district),
            "versions": versions(),
        }
