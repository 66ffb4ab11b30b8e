"""Edits of the rules between levels: `split: none` becomes a number of split schools, then numbers are turned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from rezoning.auditing import Violation
from rezoning.auditing.feeders import audit_feeders
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.explaining.relaxing.broken import Broken
from rezoning.explaining.relaxing.edit import Edit, Plain, found, plain_scenario
from rezoning.explaining.relaxing.knobs import counted, turn, turned
from rezoning.scenario.levels import feeding
from rezoning.scenario.rules import Rules
from rezoning.scenario.schema import Scenario


@dataclass(frozen=True, eq=False)
class BrokenBetween(Broken):
    """What plans of all levels break of the rules between them.

    Parameters
    ----------
    plans, districts
        By level.
    scenario
        The one with levels.
    """

    plans: Mapping[str, Plan] = field(kw_only=True)
    districts: Mapping[str, District] = field(kw_only=True)
    scenario: Scenario = field(kw_only=True)

    def audited(self, rules: Rules) -> tuple[Violation, ...]:
        """What the plans break between levels."""
        schools = {name: plan.school for name, plan in self.plans.items()}
        return audit_feeders(schools, self.districts, self.scenario.model_copy(update={"rules": rules})).violations


def feeders(plan: Plan, plans: Mapping[str, Plan], district: District, scenario: Scenario) -> tuple[Edit, ...]:
    """The smallest edits of `rules.feeders` under which plans obey all of it.

    Parameters
    ----------
    plan, plans
        All levels as one, and each.
    district
        The one with levels.
    """
    plain: Plain = plain_scenario(scenario).get("rules", {})
    one = BrokenBetween("feeders", district, plan, scenario.rules, plain, (), plans=plans, districts=district.levels, scenario=scenario)
    said = list(plain.get("feeders", ()))
    edits = []
    for k, rule in enumerate(said):
        alone = replace(one, plain={**plain, "feeders": [{**rule, "most_split": 0, "split": "allow"}]})
        if rule.get("split") == "none" and (split := [broken for broken in alone.remaining({}) or () if broken.subject == "district"]):
            edits.append(_some_split(one, k, int(split[0].amount or 0)))
            said[k] = edits[-1].new
    rest = replace(one, plain={**plain, "feeders": said})
    return (*edits, *(_with_denominator(edit, scenario) for edit in turned(rest)))


def _some_split(broken: Broken, k: int, most: int) -> Edit:
    """So many schools may be split in place of none; less is one school fewer."""
    path = ("feeders", k)
    rest = {key: value for key, value in found(broken.plain, path).items() if key != "split"}

    def fewer() -> Iterator[Edit]:
        if most > 1:
            yield _some_split(broken, k, most - 1)

    words = f"let {counted(most, 'school')} be split (rules.feeders[{k}]: most_split: {most} in place of split: none)"
    return replace(broken.edit(path, {**rest, "most_split": most}, words), less=fewer)


def _with_denominator(edit: Edit, scenario: Scenario) -> Edit:
    """A share says of what it is one."""
    if edit.path[-1] != "min_share" or edit.now is None:
        return edit
    asked = feeding(scenario, scenario.rules.feeders[int(edit.path[2])])
    return replace(edit, phrase=turn(edit.path, f"of the {asked.count} students of the {asked.of} school", edit.now, ""))
