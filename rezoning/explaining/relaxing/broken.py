"""A rule that a plan breaks, and the question whether it would break it still under other values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from pydantic import ValidationError

from rezoning.auditing import Violation, audit
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.explaining.relaxing.edit import Edit, Plain, found, put
from rezoning.scenario.schema import Rules
from rezoning.scenario.standard import Standard
from rezoning.scenario.tree import Keys

Filter = Callable[[Violation], bool]


def as_rules(plain: Mapping[str, Any]) -> Rules | None:
    """Rules from plain values; None where they do not fit together."""
    try:
        return Rules.model_validate(plain)
    except ValidationError:
        return None


@dataclass(frozen=True, eq=False)
class Broken:
    """What a plan breaks of one rule.

    Parameters
    ----------
    rule
        Its key under ``rules``.
    plain
        All rules of the scenario as plain values.
    violations
        The audit's, of this rule alone.
    standard
        The thresholds of findings that are rules.
    """

    rule: str
    district: District
    plan: Plan
    rules: Rules
    plain: Plain
    violations: tuple[Violation, ...]
    standard: Standard | None = None

    def remaining(self, changes: Mapping[Keys, Any]) -> tuple[Violation, ...] | None:
        """Violations of this rule when values under it were others (paths start below ``rules``); None where these do not fit together."""
        changed = deepcopy(self.plain)
        for path, value in changes.items():
            put(changed, path, value)
        if self.rule not in ("contiguity", "shape"):
            changed["contiguity"] = {"method": "none"}  # the dearest check by far, and not asked for; without it no strip matters
        rules = as_rules(changed)
        if rules is None:
            return None
        return tuple(one for one in self.audited(rules) if one.rule == self.rule)

    def audited(self, rules: Rules) -> tuple[Violation, ...]:
        """What the plan breaks of some rules, by the audit."""
        return audit(self.plan, self.district, rules, (), self.standard).violations

    def holds(self, changes: Mapping[Keys, Any], concerned: Filter = lambda _: True) -> bool:
        """Whether no violation (of those concerned) is left under other values."""
        left = self.remaining(changes)
        return left is not None and not any(concerned(one) for one in left)

    def edit(self, path: Keys, new: Any, words: str | Callable[[Any], str]) -> Edit:
        """An edit of a value; the path starts below ``rules``."""
        return Edit(("rules", *path), found(self.plain, path), new, words)


def smallest(now: float, loosest: float, step: float, holds: Callable[[float], bool]) -> float | None:
    """The value nearest to `now` on a grid of steps towards `loosest` that holds; None where none does. What holds must hold for all looser ones.

    Doubles its distance until a value holds, then bisects.
    """
    sign = 1 if loosest >= now else -1
    origin = ceil(now / step - 1e-9) if sign > 0 else floor(now / step + 1e-9)
    most = max(round(abs(loosest / step - origin)), 1)

    def at(k: int) -> float:
        value = round((origin + sign * k) * step, 6)
        return min(value, loosest) if sign > 0 else max(value, loosest)

    low, high = -1, 0
    while not holds(at(high)):
        if high >= most:
            return None
        low, high = high, min(max(2 * high, 1), most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(at(middle)) else (middle, high)
    return at(high)
