"""The table of contents: for every rule the function that says which edits let a plan obey it."""

from __future__ import annotations

from collections.abc import Callable

from rezoning.auditing import Violation, audit
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.explaining.relaxing import findings, openings, places, sizes
from rezoning.explaining.relaxing.broken import Broken, as_rules
from rezoning.explaining.relaxing.edit import Edit, Plain, applied, plain_scenario
from rezoning.explaining.relaxing.knobs import turned
from rezoning.scenario.schema import Scenario
from rezoning.scenario.standard import Standard

EDITS: dict[str, Callable[[Broken], list[Edit]]] = {
    "capacity": sizes.capacity,
    "travel": sizes.travel,
    "bands": sizes.bands,
    "contiguity": places.contiguity,
    "shape": places.shape,
    "school_in_own_zone": places.school_in_own_zone,
    "locked": places.locked,
    "protected": places.protected,
    "assign": places.assign,
    "forbid": places.forbid,
    "walk": places.walk,
    "no_crossing": places.no_crossing,
    "keep_together": places.keep_together,
    "statement": findings.statement,
    "openings": openings.openings,
}
"""Rules whose edits are more than numbers; all others are loosened by the numbers of `knobs`."""


def edits_for(plan: Plan, district: District, scenario: Scenario) -> tuple[Edit, ...] | None:
    """The smallest edits of the scenario under which the plan obeys every rule, checked by the audit.

    A rule that its own edits do not satisfy is taken back whole.

    Returns
    -------
    Empty where the plan obeys every rule already; None where no edit of rules makes it a plan.
    """
    plain, standard = plain_scenario(scenario), Standard.of(scenario)
    edits: list[Edit] = []
    for last_resort in (False, True):
        rules = as_rules(applied(plain, edits).get("rules", {}))
        if rules is None:
            return None
        violations = audit(plan, district, rules, (), standard).violations
        if not violations:
            return tuple(edits)
        broken = dict.fromkeys(_rule(one) for one in violations)
        edits = [edit for edit in edits if edit.rule not in broken]
        for rule in broken:
            of_rule = tuple(one for one in violations if one.rule == rule)
            if rule == "assignment":
                return None
            one = Broken(rule, district, plan, scenario.rules, plain.get("rules", {}), of_rule, standard)
            further = [_dropped(one)] if last_resort else EDITS.get(rule, turned)(one)
            edits += [edit for edit in further if not any((edit.path, edit.new) == (other.path, other.new) for other in edits)]
    rules = as_rules(applied(plain, edits).get("rules", {}))
    return tuple(edits) if rules is not None and audit(plan, district, rules, (), standard).passed else None


def _rule(violation: Violation) -> str:
    return violation.rule


def _dropped(broken: Broken) -> Edit:
    """The rule taken back."""
    if broken.rule == "school_in_own_zone":
        return broken.edit(("school_in_own_zone",), False, "let the unit of a school belong to another school (rules.school_in_own_zone: false)")
    if broken.rule == "contiguity":
        return broken.edit(("contiguity", "method"), "none", "let zones fall into pieces (rules.contiguity.method: none)")
    if broken.rule == "bands":
        soft = [{**entry, "soft": True} for entry in broken.plain["bands"]]
        return broken.edit(("bands",), soft, "make the bands no rules (rules.bands: soft)")
    return broken.edit((broken.rule,), None, f"drop rules.{broken.rule}")


__all__ = ["EDITS", "Plain", "edits_for"]
