"""The attribute policy: what each group may be used for.

A goal needs `optimize`; a rule needs `optimize` or `constrain`; `report_only` is measured and no more; `exclude` is in no output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rezoning.scenario.plain import Misfit, entries, get, goals, named
from rezoning.scenario.tree import Keys

if TYPE_CHECKING:
    from rezoning.scenario.schema import Scenario

GROUP_RULES = ("bands", "isolation", "burden", "flow_balance")


def attribute_policy(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Goals and rules that use a group in a way that `attributes` does not allow; each finding names both places."""
    policy = get(said, "attributes")
    if not isinstance(policy, Mapping):
        return
    for keys, name, is_goal in _uses(said):
        use = policy.get(name) if isinstance(name, str) else None
        if use is None or use == "optimize" or (use == "constrain" and not is_goal):
            continue
        what, needed = ("a goal", "optimize") if is_goal else ("a rule", "optimize or constrain")
        message = f"{what} uses '{name}', which is {use} ({{there}})."
        yield Misfit(keys, message, f"Drop it here, or write {name}: {needed} under attributes.", rests_on=("attributes", name))


def _uses(said: Mapping[str, Any]) -> Iterator[tuple[Keys, str, bool]]:
    """Every group that a goal (True) or a rule (False) uses, with the place."""
    everyone = get(said, "data", "units", "groups")
    known = list(everyone) if isinstance(everyone, Mapping) else []
    for position, goal in goals(said):
        for key in ("group", "versus"):
            if get(goal, key) is not None:
                yield ("goals", position, key), named(get(goal, key)), True
        listed = entries(goal, "groups")
        for k, name in listed:
            yield ("goals", position, "groups", k), named(name), True
        if not listed and get(goal, "minimize") in ("imbalance", "burden_gap"):
            yield from ((("goals", position, "minimize"), name, True) for name in known)
        if get(goal, "minimize") == "theil_h":
            yield from ((("goals", position, "minimize"), named(name), True) for _, name in entries(said, "data", "units", "partition"))
    for rule in GROUP_RULES:
        for position, one in entries(said, "rules", rule):
            if get(one, "group") is not None:  # a soft band is no rule: only a goal looks at it
                yield ("rules", rule, position, "group"), named(get(one, "group")), get(one, "soft") is True
    budgets = get(said, "rules", "reassigned", "groups")
    for name in budgets if isinstance(budgets, Mapping) else ():
        yield ("rules", "reassigned", "groups", name), name, False


def uses_of(scenario: Scenario) -> dict[str, str]:
    """What each group may be used for, all of them: `optimize` where the scenario does not say."""
    return {name: scenario.attributes.get(name, "optimize") for name in scenario.data.units.groups}


def hidden_groups(scenario: Scenario) -> frozenset[str]:
    """The groups that no output may show."""
    return frozenset(name for name, use in scenario.attributes.items() if use == "exclude")
