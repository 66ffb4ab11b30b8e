"""All measures in one table, ready for JSON: plain numbers, and None where a measure is undefined."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rezoning.district.buildings import Buildings, span_words
from rezoning.district.district import District
from rezoning.district.graded import buildings_view
from rezoning.district.plan import Plan
from rezoning.metrics import access, burden, capacity, changes, closures, necks, programs, segregation, shape, shares, travel
from rezoning.metrics.zones import Zones, nearest_to, today_zones
from rezoning.scenario.display import Displayed, display
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.policy import hidden_groups, uses_of
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from rezoning.scenario.reporting import Report


class Measures(Displayed, dict[str, Any]):
    """Every measure of one way to assign units by its name, as metrics.json has it; a dict that speaks in a notebook.

    Parameters
    ----------
    travel_unit
        Of trips: ``min`` or ``km``.
    report
        What people call groups and programs; None where no scenario says it.
    """

    def __init__(self, values: Mapping[str, Any], travel_unit: str = "min", report: Report | None = None) -> None:
        super().__init__(values)
        self.travel_unit, self.report = travel_unit, report

    def __repr__(self) -> str:
        known = sum(value is not None for value in self.values())
        of = f" of {self['students']:,.0f} students" if "students" in self else ""
        return f"<Measures: {known}{of}, a dict; to_frame() has a row for each>"

    def __or__(self, other: Mapping[str, Any]) -> Measures:  # type: ignore[override]
        return Measures({**self, **other}, self.travel_unit, self.report)

    def to_frame(self) -> pd.DataFrame:
        """A row for each measure that is a number.

        Returns
        -------
        DataFrame
            By the measure's place, ``dissimilarity.low_income``: ``topic``, ``name`` (in words), ``group``, ``kind`` (``percent``, say: of 1, as all
            numbers are as measured), ``better`` (``lower``, ``higher`` or missing), ``value``.
        """
        frame: pd.DataFrame = display(self).frame(self)
        return frame


def measure(plan: Plan, district: District, scenario: Scenario | None = None, only: Collection[str] | None = None) -> Measures:
    """Every measure of a plan: the keys of the contract's metrics.json, and further ones.

    Parameters
    ----------
    scenario
        Says which groups appear nowhere (``attributes``), which bands there are, from when a ride is long, and how the plan is phased in.
        Without it all groups are measured, and nothing that it would ask for.
    only
        Keys of the measures that are wanted; all when left out. Of many plans a few measures are soon told, and all of them are not.
    """
    if scenario is not None:
        check_one_level(scenario, "measure", "Measure the plans of all: rezoning.metrics.levels.measure_levels.")
    shown = visible(district, scenario)
    if plan.buildings is None:
        return _measures(Zones(shown, plan.school), scenario, only)
    seen, place = buildings_view(plan, shown)
    of_land = [key for key in OF_LAND if only is None or key in only]
    measures = _measures(Zones(place, seen.school), scenario, only)
    return measures | _measures(Zones(shown, plan.school), scenario, of_land)


OF_LAND = ("cut_edges", "boundary_km", "boundary_km_by_school", "polsby_popper", "necks", "corridors", "pieces")
"""Measures of zones, also where schools are paired; all others are then of buildings."""


def measure_today(district: District, scenario: Scenario | None = None) -> Measures | None:
    """Every measure of today's zones; None without today's schools. Schools that are closed count as further schools, new units are left out."""
    zones = today_zones(visible(district, scenario))
    return None if zones is None else _measures(zones, scenario)


def measure_nearest(district: District, scenario: Scenario | None = None, plan: Plan | None = None) -> Measures | None:
    """Every measure of the zones of nearest schools; None without travel. Units whose travel is wholly unknown are left out.

    Parameters
    ----------
    plan
        The plan that is compared: the nearest of the schools that are open in it. Of today's schools, when left out.
    """
    zones = nearest_to(visible(district, scenario), plan)
    return None if zones is None else _measures(zones, scenario)


def measure_all(plan: Plan, district: District, scenario: Scenario) -> tuple[dict[str, Measures | None], list[dict[str, str | float | None]]]:
    """The content of metrics.json (today, plan, nearest; each says what groups may be used for) and the rows of schools.csv."""
    sides = {
        "today": measure_today(district, scenario),
        "plan": measure(plan, district, scenario),
        "nearest": measure_nearest(district, scenario, plan),
    }
    policy = {"attributes": uses_of(scenario)}
    metrics = {side: None if measures is None else measures | policy for side, measures in sides.items()}
    return metrics, by_school(plan, district, scenario)


def visible(district: District, scenario: Scenario | None) -> District:
    """The district without the groups that the scenario's policy excludes; a partition that would need one of them is none."""
    if scenario is None:
        return district
    hidden = hidden_groups(scenario)
    if hidden.isdisjoint(district.groups):
        return district
    groups = {name: counts for name, counts in district.groups.items() if name not in hidden}
    return replace(district, groups=groups, partition=district.partition if hidden.isdisjoint(district.partition) else ())


def by_school(plan: Plan, district: District, scenario: Scenario | None = None) -> list[dict[str, str | float | None]]:
    """Rows of schools.csv: every open school, then every closed one that has units today; before is today, after is the plan.

    Where a school may close or open, each row says what becomes of it: ``status``, see `closures.statuses`.
    """
    district = visible(district, scenario)
    buildings = plan.buildings
    plan, district = buildings_view(plan, district)
    before, after = today_zones(district), Zones(district, plan.school)
    ids = after.ids if before is None else before.ids
    names = (*district.school_names, *ids[district.num_schools :])
    seats = [None] * district.num_schools if district.capacity is None else district.capacity.tolist()
    columns = [_columns(zones, len(ids), scenario) for zones in (before, after)]
    status = closures.statuses(~district.is_candidate, after.is_open, len(ids)) if district.has_optional else None
    rows = []
    for s, (text, name) in enumerate(zip(ids, names, strict=True)):
        if s >= district.num_schools and before is not None and not (before.school == s).any():
            continue
        row: dict[str, str | float | None] = {"id": text, "name": name, "capacity": seats[s] if s < len(seats) else None}
        if status is not None:
            row["status"] = status[s]
        if buildings is not None:
            row |= _of_building(buildings, s, district)
        for key in columns[1]:
            row[f"{key}_before"], row[f"{key}_after"] = (column[key][s] if column else None for column in columns)
        rows.append(row)
    return rows


def _of_building(buildings: Buildings, s: int, district: District) -> dict[str, str | float | None]:
    """What schools.csv says of a building besides: its grades, and the schools of its cluster; blank of a closed school."""
    if s >= district.num_schools:
        return {"grades": "", "cluster": ""}
    cluster = "; ".join(district.school_ids[one] for one in buildings.cluster_of(s))
    return {"grades": span_words(buildings.spans(s)), "cluster": cluster}


def _measures(zones: Zones, scenario: Scenario | None, only: Collection[str] | None = None) -> Measures:
    """The table of contents."""
    n, groups = zones.students, zones.groups
    phase_in = () if scenario is None else scenario.rules.phase_in
    table: dict[str, Callable[[], Any]] = {
        "students": lambda: float(n.sum()),
        "students_by_group": lambda: {name: float(counts.sum()) for name, counts in zones.district.groups.items()},
        "dissimilarity": lambda: {name: segregation.dissimilarity(a, n - a) for name, a in groups.items()},
        "normalized_exposure": lambda: {name: segregation.normalized_exposure(a, n) for name, a in groups.items()},
        "isolation": lambda: {name: segregation.isolation(a, n) for name, a in groups.items()},
        "gini": lambda: {name: segregation.gini(a, n) for name, a in groups.items()},
        "theil_h": lambda: segregation.theil_h(zones.partition),
        "max_deviation": lambda: {name: shares.max_deviation(a, n) for name, a in groups.items()},
        "isolated_students": lambda: {name: shares.isolated_students(a, n) for name, a in groups.items()},
        "out_of_band": lambda: _bands(zones, scenario),
        "students_reassigned": lambda: burden.students_reassigned(zones),
        "share_reassigned": lambda: burden.share_reassigned(zones),
        "students_reassigned_by_group": lambda: burden.students_reassigned_by_group(zones),
        "reassigned_by_group": lambda: burden.reassigned_by_group(zones),
        "schools_changed": lambda: changes.schools_changed(zones),
        "flows": lambda: changes.flows(zones),
        "burden": lambda: burden.by_group(zones, long_ride(scenario)),
        "travel_mean": lambda: travel.mean(zones),
        "travel_p90": lambda: travel.percentile(zones, 0.9),
        "travel_max": lambda: travel.longest(zones),
        "travel_mean_by_group": lambda: travel.mean_by_group(zones),
        "travel_unknown_students": lambda: travel.unknown_students(zones),
        "added_travel_unknown_students": lambda: burden.unknown_students(zones),
        "walk_share": lambda: access.walk_share(zones),
        "nearest_share": lambda: access.nearest_share(zones),
        "program_access": lambda: programs.access(zones),
        "utilization_min": lambda: capacity.extremes(zones)[0],
        "utilization_max": lambda: capacity.extremes(zones)[1],
        "utilization_spread": lambda: capacity.spread(zones),
        "utilization_by_year": lambda: capacity.utilization_by_year(zones, phase_in),
        "over_capacity_students": lambda: capacity.over_capacity_students(zones),
        "portable_students": lambda: capacity.portable_students(zones),
        "cut_edges": lambda: shape.cut_edges(zones),
        "boundary_km": lambda: shape.boundary_km(zones),
        "boundary_km_by_school": lambda: shape.boundary_km_by_school(zones),
        "polsby_popper": lambda: _roundness(zones),
        "necks": lambda: necks.necks(zones),
        "corridors": lambda: necks.corridors(zones),
        "pieces": lambda: shape.pieces(zones),
        "schools_open": lambda: closures.schools_open(zones),
        "cost": lambda: closures.cost(zones),
        "closure_students": lambda: closures.closure_students(zones),
        "closure_students_by_group": lambda: closures.closure_students_by_group(zones),
        "closure_burden": lambda: {name: closures.closure_burden(zones, name) for name in zones.district.groups},
    }
    unasked = () if zones.district.has_optional else closures.MEASURES
    found = {key: compute() for key, compute in table.items() if key not in unasked and (only is None or key in only)}
    return Measures(found, zones.district.travel_unit, None if scenario is None else scenario.report)


def _bands(zones: Zones, scenario: Scenario | None) -> list[dict[str, Any]] | None:
    """Students and schools outside each band that may be shown; None where the scenario has no bands."""
    if scenario is None or not scenario.rules.bands:
        return None
    hidden = hidden_groups(scenario)
    return shares.by_band(zones, tuple(band for band in scenario.rules.bands if band.group not in hidden))


def long_ride(scenario: Scenario | None) -> float | None:
    """The first trip from which the scenario calls a ride long; rules speak before goals."""
    if scenario is None:
        return None
    said = [*(rule.over for rule in scenario.rules.burden), *(goal.over for goal in scenario.goals)]
    return next((over for over in said if over is not None), None)


def _roundness(zones: Zones) -> dict[str, Any] | None:
    """Mean and values of the zones' roundness; None without polygons."""
    schools = shape.polsby_popper(zones)
    return None if schools is None else {"mean": shape.mean(schools), "schools": schools}


def _columns(zones: Zones | None, num_schools: int, scenario: Scenario | None) -> dict[str, list[float | None]]:
    """What schools.csv says of one assignment; lists of length `num_schools`, which may be longer than the assignment's own schools."""
    if zones is None:
        return {}
    phase_in = () if scenario is None else scenario.rules.phase_in
    years = {f"students_{name}": students.tolist() for name, students in capacity.enrollments(zones, phase_in).items()}
    shares_of = {"utilization": capacity.utilization(zones), "travel_mean": travel.mean_by_school(zones)}
    taken = {"students", *years, *shares_of}
    columns: dict[str, list[float | None]] = {"students": zones.students.tolist()}
    columns |= {f"group_{name}" if name in taken else name: counts.tolist() for name, counts in zones.groups.items()}
    columns |= years | shares_of
    return {key: values + [None if key in shares_of else 0.0] * (num_schools - len(values)) for key, values in columns.items()}
