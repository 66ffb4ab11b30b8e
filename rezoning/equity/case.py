"""What is judged: a plan of a district with its measures and its audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rezoning.auditing import Audit
from rezoning.district.district import District
from rezoning.district.graded import buildings_view
from rezoning.district.plan import Plan
from rezoning.metrics import uncertainty
from rezoning.metrics.draws import Redrawn
from rezoning.metrics.measure import visible
from rezoning.metrics.zones import Zones, nearest_to, today_zones
from rezoning.scenario.reporting import Statement as Settings
from rezoning.scenario.schema import Scenario
from rezoning.scenario.standard import Standard


@dataclass(frozen=True, eq=False)
class EquityCase:
    """A plan and everything that the findings rest on.

    Parameters
    ----------
    scenario, district, plan
        What was asked, of which place, and the answer.
    metrics
        ``today``, ``plan`` and ``nearest`` as in metrics.json, with nothing hidden.
    audit, audit_today
        What plan and today's zones violate; None without today's zones.
    changed
        What differs from the record of the run: data files, measures.
    is_run
        Whether the plan comes from a run, which can be repeated; a plan file cannot.
    """

    scenario: Scenario
    district: District
    plan: Plan
    metrics: Mapping[str, Any]
    audit: Audit
    audit_today: Audit | None
    changed: tuple[str, ...] = ()
    is_run: bool = True

    @property
    def settings(self) -> Settings:
        """What the findings are measured by."""
        return self.scenario.report.statement

    @cached_property
    def shown(self) -> District:
        """The district without groups that the policy excludes; where schools are paired students by grade, so that schools are buildings."""
        return visible(buildings_view(self.plan, self.district)[1], self.scenario)

    @cached_property
    def today(self) -> Zones | None:
        """Today's zones; None where they are not known."""
        return today_zones(self.shown)

    @cached_property
    def after(self) -> Zones:
        """The plan's zones; where schools are paired who goes to which building."""
        return Zones(self.shown, buildings_view(self.plan, self.district)[0].school)

    @cached_property
    def nearest(self) -> Zones | None:
        """Zones of the nearest schools; None without travel."""
        return nearest_to(self.shown, self.plan)

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """Groups with enough students."""
        return tuple(Standard.of(self.scenario).judged(self.shown.groups))

    @property
    def too_small(self) -> tuple[str, ...]:
        """Groups with some students, yet too few."""
        return tuple(name for name, counts in self.shown.groups.items() if name not in self.judged and counts.sum() > 0)

    @property
    def no_groups(self) -> str:
        """Why no group is judged."""
        return "small_groups" if self.shown.groups else "no_groups"

    @property
    def has_new_units(self) -> bool:
        """Whether students live in units without a school today: they are in the plan's measures, and not in today's."""
        return self.today is not None and bool(self.shown.students[~self.today.counted].sum() > 0)

    def value(self, view: str, *path: str | int) -> float | None:
        """A measure of ``today``, ``plan`` or ``nearest``; None where it is undefined or the view is."""
        found: Any = self.metrics.get(view)
        for key in path:
            if found is None:
                return None
            found = found.get(key) if isinstance(found, Mapping) else found[key]
        return None if found is None else float(found)

    # -- chance --------------------------------------------------------------------------------------------------------

    @property
    def is_strict(self) -> bool:
        """Whether findings on counts and shares have no allowance for chance."""
        return self.settings.definition == "strict"

    @cached_property
    def redrawn(self) -> Redrawn:
        """Today and the plan on counts that are drawn anew."""
        return Redrawn(self.today, self.after, self.settings.draws, self.scenario.solve.seed)

    @cached_property
    def changes(self) -> dict[str, uncertainty.IndexChange]:
        """For each judged group whose index is known in both, the change from today."""
        return self._changes(self.today)

    @cached_property
    def changes_from_nearest(self) -> dict[str, uncertainty.IndexChange]:
        """Likewise from the zones of nearest schools."""
        return self._changes(self.nearest)

    @cached_property
    def levels(self) -> dict[str, dict[str, uncertainty.Level]]:
        """The index of each judged group, with its interval, in ``today``, ``nearest`` and ``plan``."""
        views = {"today": self.today, "nearest": self.nearest, "plan": self.after}
        found: dict[str, dict[str, uncertainty.Level]] = {}
        for group in self.judged:
            levels = {key: self._level(zones, group) for key, zones in views.items() if zones is not None}
            found[group] = {key: level for key, level in levels.items() if level is not None}
        return found

    def _level(self, zones: Zones, group: str) -> uncertainty.Level | None:
        return uncertainty.level(zones, self.settings.index, group, self.settings.draws, self.scenario.solve.seed)

    def _changes(self, before: Zones | None) -> dict[str, uncertainty.IndexChange]:
        if before is None:
            return {}
        set_ = self.settings
        found = {
            group: uncertainty.change(before, self.after, set_.index, group, set_.draws, self.scenario.solve.seed, set_.confidence)
            for group in self.judged
        }
        return {group: change for group, change in found.items() if change is not None}
