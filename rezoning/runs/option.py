"""Options: the plans that a public output puts side by side, read again from their run directories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rezoning.runs.names import people_names
from rezoning.runs.origin import Found, found_by
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from rezoning.auditing import Audit
    from rezoning.district.district import District
    from rezoning.district.plan import Plan
    from rezoning.district.plans.brought import BroughtPlan

MOST = 8  # options that a table, and colors that eyes, can still hold apart


@dataclass(frozen=True, eq=False)
class Option(Displayed):
    """A plan with everything that is known of it, measured and audited again from plan and data.

    Parameters
    ----------
    letter
        ``A``, ``B``, … in the order given.
    key
        Name of the run directory or of the plan file, for documents that programs read; no two options have the same.
    name
        What people call it; no two options have the same (`rezoning.runs.names.people_names`).
    path
        The run directory, or the plan file.
    scenario, district, plan
        What was asked, of which place, and the answer.
    record
        run.json; for a plan file only what can be said of it: `name`, `goals` without bounds, `counts`, `inputs`, `versions`. Its `inputs` are all
        files that were read, the plan's last.
    metrics
        ``today``, ``plan`` and ``nearest`` as in metrics.json; measured again, not read.
    schools
        Rows as in schools.csv, likewise.
    audit
        What the auditor says of the plan now.
    audit_today
        What today's zones violate; None without them.
    changed
        What is no longer as it was when the run was made, as sentences: data files, measures. Empty for a plan file.
    is_run
        Whether it is the plan of a run that was asked this very question, so that its bounds are proven.
    asked
        What the run that found it was asked; None where no run is known.
    brought
        For a plan file, what is to be told of its reading.
    levels
        With several levels the option of each by its name, lowest first: an ordinary option of that level's question. Empty without. The whole has
        the district, plan, schools and measures of the lowest level, and the goals, audits and record of all.
    feeders
        With several levels ``today`` and ``plan`` as in metrics.json: see `rezoning.metrics.feeders.measure_feeders`. None without.
    """

    letter: str
    key: str
    name: str
    path: Path
    scenario: Scenario
    district: District
    plan: Plan
    record: dict[str, Any]
    metrics: dict[str, Any]
    schools: list[dict[str, Any]]
    audit: Audit
    audit_today: Audit | None
    changed: tuple[str, ...] = ()
    is_run: bool = True
    asked: Scenario | None = None
    brought: BroughtPlan | None = None
    levels: dict[str, Option] = field(default_factory=dict)
    feeders: dict[str, Any] | None = None

    def __repr__(self) -> str:
        goals = [f"{goal['minimize']}{' ' + goal['group'] if goal['group'] else ''} {goal['value']:.6g}" for goal in self.goals]
        return f"<Option {self.letter} ({self.name}): {'; '.join(goals)}; {len(self.audit.violations):,} rules broken>"

    @property
    def found(self) -> Found:
        """How the plan came to be, as far as that is known."""
        if self.is_run:
            return Found.RUN
        return Found.FILE if self.asked is None else found_by(self.asked, self.scenario)

    @property
    def goals(self) -> list[dict[str, Any]]:
        """The goals of the record, in order."""
        return list(self.record["goals"])

    # -- in a notebook ------------------------------------------------------------------------------------------------

    def to_frame(self, of: Literal["goals", "measures", "schools", "units", "violations"] = "goals") -> pd.DataFrame:
        """What is known of the plan as a table.

        Parameters
        ----------
        of
            ``goals``: a row for each, by its place from 1: ``minimize``, ``group``, ``value``, ``bound``, ``gap``, ``today``.
            ``measures``, ``schools``: as `rezoning.runs.question.Measures.to_frame` has them. ``units``: see `Plan.to_frame`.
            ``violations``: see `Audit.to_frame`.
        """
        frame: pd.DataFrame = display(self).frame(self, of)
        return frame

    def zones(self) -> gpd.GeoDataFrame:
        """The plan's zones: see `Plan.zones`."""
        frame: gpd.GeoDataFrame = display(self).zones(self)
        return frame

    def units(self) -> gpd.GeoDataFrame:
        """The units in the plan: see `Plan.units`."""
        frame: gpd.GeoDataFrame = display(self).units(self)
        return frame

    def plot(
        self,
        show: Literal["plan", "changes", "today", "schools"] = "plan",
        *,
        measure: str = "utilization",
        ax: Axes | None = None,
        names: bool = True,
    ) -> Axes:
        """Draw the plan, what changes, today, or a measure of every school.

        Parameters
        ----------
        show
            A map of ``plan``, ``changes`` or ``today`` (see `Plan.plot`), or ``schools`` (a row for each, today and plan).
        measure
            Of schools: ``students``, ``utilization``, ``travel_mean``, or a group: its share of the school's students.
        ax
            Where to draw; a new figure when left out.
        names
            Whether schools have their names on a map.

        Raises
        ------
        DataError
            There is no such measure, or the district has no polygons.
        """
        drawn: Axes = display(self).plot(self, show, measure=measure, ax=ax, names=names)
        return drawn


def named(options: Sequence[Option]) -> tuple[Option, ...]:
    """The options by the names that people call them by when they stand beside each other."""
    names = names_in(options, options[0].scenario.report.language)
    return tuple(
        replace(one, name=name, levels={level: replace(own, name=name) for level, own in one.levels.items()})
        for one, name in zip(options, names, strict=True)
    )


def names_in(options: Sequence[Option], code: str) -> list[str]:
    """What people call options in a language, for pages that speak several."""
    return people_names([one.key for one in options], [one.asked for one in options], code)


def has_several_questions(options: Sequence[Option]) -> bool:
    """Whether plans were judged by different scenarios, so that "rules" alone does not say whose."""
    return len({(option.scenario.name, option.scenario.rules.model_dump_json()) for option in options}) > 1


def rules_of(option: Option, options: Sequence[Option]) -> str:
    """What the rules of an option are called beside others: whose they are, where scenarios differ."""
    return f"rules of {option.scenario.name}" if has_several_questions(options) else "rules"
