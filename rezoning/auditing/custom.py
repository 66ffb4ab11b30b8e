"""Rules of a program's own, by the check that came with each: their breaches are violations like any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rezoning.auditing.violation import Violation, number, violation
from rezoning.district.custom import Breach, Custom, CustomRule, asked_of, number_of, refusal, rules_in
from rezoning.district.district import District
from rezoning.district.plan import Plan


def check_custom(custom: Sequence[Custom], plan: Plan, district: District) -> Iterator[Violation]:
    """The violations of every rule among some rules and goals.

    Raises
    ------
    ScenarioError
        A check fails, or gives what is no breach.
    """
    for rule in rules_in(custom):
        for found in asked_of(rule, "check", rule.check, plan, district):
            yield _violation(rule, found)


def _violation(rule: CustomRule, found: Breach) -> Violation:
    if not isinstance(found, Breach):
        raise refusal(rule, f"check gives a {type(found).__name__} as a breach.", "Yield a Breach for each, and nothing where the rule holds.")
    amounts = [None if one is None else number_of(rule, "a breach", one) for one in (found.amount, found.limit)]
    if any(one is not None and one != one for one in amounts):  # noqa: PLR0124 (nothing but NaN differs from itself)
        raise refusal(rule, f"check gives NaN for '{found.subject}'.", "Give numbers, or None where there are none.")
    has, may = ("" if one is None else number(one) for one in amounts)
    told = f"{found.subject} has {has}, the limit is {may}." if has and may else f"{found.subject} breaks the rule."
    return violation(rule.name, str(found.subject), amounts[0], amounts[1], found.message or told)
