"""What an explanation says, in plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rezoning.errors import Problem
from rezoning.relaxing import Edit, applied, differences
from rezoning.relaxing.edit import Plain, plain_scenario

if TYPE_CHECKING:
    from rezoning.findings import Question
    from rezoning.plan import Plan


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
    """

    edits: tuple[Edit, ...]
    plan: Plan
    price: float

    @property
    def rules(self) -> frozenset[str]:
        """The rules that are edited."""
        return frozenset(edit.rule for edit in self.edits)

    @property
    def words(self) -> str:
        """All edits as one phrase."""
        return " and ".join(edit.words for edit in self.edits)

    def to_dict(self, plain: Plain) -> dict[str, Any]:
        """The relaxation as explanation.json holds it; `merge` is what a child file of the scenario says to make it."""
        edits = [{"key": one.key, "path": list(one.path), "from": one.old, "to": one.new, "words": one.words} for one in self.edits]
        return {"words": self.words, "edits": edits, "merge": differences(plain, applied(plain, self.edits))}


@dataclass(frozen=True)
class Conflict:
    """Rules that leave no plan together, and whether it is proven that none of them is needless for that."""

    rules: tuple[str, ...]
    is_minimal: bool

    def to_dict(self) -> dict[str, Any]:
        """The conflict as explanation.json holds it."""
        return {"rules": list(self.rules), "is_minimal": self.is_minimal}


@dataclass(frozen=True, eq=False)
class Explanation:
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
    """

    question: Question
    plan_exists: bool | None
    problems: tuple[Problem, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    conflict: Conflict | None = None
    seconds: float = field(default=0.0)

    @property
    def words(self) -> list[str]:
        """The explanation as sentences for planners."""
        from rezoning.report.explanation import explanation_words

        return explanation_words(self.to_record())

    def to_record(self) -> dict[str, Any]:
        """The content of explanation.json."""
        from rezoning.report.record import inputs_entry, problems_entry, versions

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
            "seconds": round(self.seconds, 2),
            "notes": list(district.notes),
            "warnings": list(district.warnings),
            "inputs": inputs_entry(scenario, district),
            "versions": versions(),
        }
