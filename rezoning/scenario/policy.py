"""The attribute policy: what each group may be used for, and what goals and rules do use.

A goal needs `optimize`; a rule needs `optimize` or `constrain`; `report_only` is measured and no more; `exclude` is in no output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rezoning.scenario.findings import ALL, OF_GROUPS
from rezoning.scenario.goals import OVER_GROUPS
from rezoning.scenario.needs import names_in, place_of_names
from rezoning.scenario.plain import Misfit, entries, get, goals, is_said, named
from rezoning.scenario.resolve import resolved_keys
from rezoning.scenario.schema import Scenario
from rezoning.scenario.tree import Keys


def attribute_policy(said: Mapping[str, Any]) -> Iterator[Misfit]:
    """Goals and rules that use a group in a way that `attributes` does not allow; each finding names both places."""
    policy = get(said, "attributes")
    if not isinstance(policy, Mapping):
        return
    for keys, name, is_goal in _uses(said, policy):
        use = policy.get(name) if isinstance(name, str) else None
        if use is None or use == "optimize" or (use == "constrain" and not is_goal):
            continue
        what, needed = ("a goal", "optimize") if is_goal else ("a rule", "optimize or constrain")
        message = f"{what} uses '{name}', which is {use} ({{there}})."
        yield Misfit(keys, message, f"Drop it here, or write {name}: {needed} under attributes.", rests_on=("attributes", name))


def _uses(said: Mapping[str, Any], policy: Mapping[str, Any]) -> Iterator[tuple[Keys, str, bool]]:
    """Every group that a goal (True) or a rule (False) uses, with the place."""
    for name, keys, group in names_in(Scenario, said):
        if name.kind == "group" and keys[0] in ("goals", "rules"):
            yield keys, group, keys[0] == "goals" or get(said, *keys[:-1], "soft") is True  # a soft band is no rule: only a goal looks at it
    everyone = get(said, *place_of_names("group", is_said(get(said, "data", "students"))))
    findings = get(said, "rules", "statement")
    if findings == ALL or any(number in OF_GROUPS for _, number in entries(said, "rules", "statement")):
        hidden = {name for name, use in policy.items() if use == "exclude"}  # no finding is about them
        yield from ((("rules", "statement"), name, False) for name in (everyone if isinstance(everyone, Mapping) else ()) if name not in hidden)
    for position, goal in goals(said):
        if get(goal, "minimize") in OVER_GROUPS and not entries(goal, "groups"):
            yield from ((("goals", position, "minimize"), name, True) for name in (everyone if isinstance(everyone, Mapping) else ()))
        if get(goal, "minimize") == "theil_h":
            yield from ((("goals", position, "minimize"), named(name), True) for _, name in entries(said, "data", "units", "partition"))


def uses_of(scenario: Scenario) -> dict[str, str]:
    """What each group may be used for, all of them: `optimize` where the scenario does not say."""
    return {name: scenario.attributes.get(name, "optimize") for name in scenario.data.groups}


@dataclass(frozen=True)
class Used:
    """Whether some goal, and some rule, of a scenario looks at a group."""

    by_goals: bool
    by_rules: bool

    @property
    def key(self) -> str:
        """``both``, ``goals``, ``rules`` or ``none``."""
        return {(True, True): "both", (True, False): "goals", (False, True): "rules", (False, False): "none"}[self.by_goals, self.by_rules]


def used_groups(scenario: Scenario) -> dict[str, Used]:
    """What goals and rules of a scenario use of each group, all of them; a band is looked at by a goal where one is about bands."""
    said = resolved_keys(scenario)
    uses = [one for one in _uses(said, scenario.attributes) if one[0][0] == "goals" or not one[2]]  # soft bands: below
    goals, rules = ({name for _, name, is_goal in uses if is_goal == wanted} for wanted in (True, False))
    banded = {band.group for band in scenario.rules.bands if band.group is not None}
    has_bands = any(goal.minimize == "out_of_band" for goal in scenario.goals)
    if has_bands:
        goals |= banded
    return {name: Used(name in goals, name in rules) for name in scenario.data.groups}


def hidden_groups(scenario: Scenario) -> frozenset[str]:
    """The groups that no output may show."""
    return frozenset(name for name, use in scenario.attributes.items() if use == "exclude")
