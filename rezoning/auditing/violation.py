"""What an audit says: violations as numbers and as sentences that a planner can read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rezoning.scenario.display import Displayed, display

if TYPE_CHECKING:
    import pandas as pd

FEW = 10  # violations that are told where an audit is printed


@dataclass(frozen=True)
class Violation:
    """One breach of one rule.

    Parameters
    ----------
    rule
        Key of the rule under ``rules``, or ``assignment``: every unit has one open school.
    subject
        Id of the unit or school concerned, or ``district``.
    amount, limit
        What the plan has and what the rule allows: students, minutes or km, a share, or units in breach. None where unknown.
    message
        A sentence for planners, which begins with the rule.
    level
        With several levels of schools the one whose rule it is; empty for a rule between levels, and without.
    """

    rule: str
    subject: str
    amount: float | None
    limit: float | None
    message: str
    level: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The violation as run.json holds it; `level` where there are several."""
        said = asdict(self)
        return said if self.level else {key: value for key, value in said.items() if key != "level"}


@dataclass(frozen=True)
class Audit(Displayed):
    """What the audit found: whether every rule holds, and every violation in the order of the rules."""

    passed: bool
    violations: tuple[Violation, ...] = ()

    def __repr__(self) -> str:
        first = [f"  {violation.message}" for violation in self.violations[:FEW]]
        more = [f"  and {len(self.violations) - FEW:,} more"] if len(self.violations) > FEW else []
        return "\n".join([f"<Audit: {'passed' if self.passed else 'rejected'}, {len(self.violations):,} violations>", *first, *more])

    def to_dict(self) -> dict[str, Any]:
        """The audit as run.json holds it."""
        return {"passed": self.passed, "violations": [violation.to_dict() for violation in self.violations]}

    def to_frame(self) -> pd.DataFrame:
        """A row for each violation: ``rule``, ``subject``, ``amount``, ``limit`` and ``message``, as `Violation` has them; none where it passed."""
        frame: pd.DataFrame = display(self).frame(self)
        return frame


def violation(rule: str, subject: str, amount: float | None, limit: float | None, sentence: str) -> Violation:
    """A violation whose message begins with its rule."""
    return Violation(rule, subject, None if amount is None else float(amount), None if limit is None else float(limit), f"{rule}: {sentence}")


def breach(rule: str, subject: str, sentence: str) -> Violation:
    """A violation of a rule that either holds or does not: one unit in breach, where none may be."""
    return violation(rule, subject, 1, 0, sentence)


def number(value: float) -> str:
    """One decimal, two below ten, and two digits of what is smaller still; no trailing zeros."""
    if 0 < abs(value) < 0.005:
        return f"{value:.2g}"
    text = f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
    return text.rstrip("0").rstrip(".")


def count(value: float, noun: str) -> str:
    """A number of things: ``1 unit``, ``12.5 students``."""
    text = number(value)
    return f"{text} {noun}" if text == "1" else f"{text} {noun}s"


def percent(share: float) -> str:
    """A share in percent."""
    return f"{100 * share:.4g} %"
