"""Two sources of travel compared: a scenario's with that of another, of a table, or of straight lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from rezoning.commands.run import read_district, read_scenario
from rezoning.errors import DataError, Problem, Problems, ScenarioError, shown
from rezoning.runs.directory import TRAVELS, check_what_is_there, json_text, written_whole

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.metrics.travels import TravelComparison
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.schema import Scenario

STRAIGHT = "straight_line"
"""What may be compared with besides files."""

SCENARIOS = (".yaml", ".yml")
MOST = 20
"""Units that the document names; the table has all of them."""


@dataclass(frozen=True, eq=False)
class TravelsCompared:
    """What was compared.

    Parameters
    ----------
    district, scenario
        The first.
    comparison
        Its table against the second, which stands in the order of the first's units and schools.
    document
        The content of travels.json.
    """

    district: District
    scenario: Scenario
    comparison: TravelComparison
    document: dict[str, Any]


def compare_travels(path: Path, other: Path, measure: str | None = None, overrides: Sequence[str] = ()) -> TravelsCompared:
    """Compare the travel of a scenario with another of the same units and schools.

    Parameters
    ----------
    path
        The scenario file.
    other
        A second scenario file; a table of travel, whose unit `measure` says; or ``straight_line``.
    measure
        Unit of a table's values.
    overrides
        ``key=value`` settings that win over the first file.

    Raises
    ------
    ScenarioError, DataError
        Where one cannot be read or has no travel, or they are over other units, other schools or in another unit.
    """
    from rezoning.metrics.travels import TravelComparison

    first = read_scenario(path, overrides)
    second = _second(path, other, measure, overrides)
    for scenario in (first, second):
        check_one_level(scenario, "rezoning travel compare")
    districts = read_district(first), read_district(second)
    for district, which in zip(districts, (path, other), strict=True):
        if district.travel is None:
            raise DataError(Problem(f"{which.name}, data.travel", "there is no travel to compare.", "Give data.travel."))
    table = _aligned(districts, (path, other))
    assert districts[0].travel is not None
    found = TravelComparison(districts[0].travel, table, districts[0].students)
    return TravelsCompared(districts[0], first, found, _document(found, (first, second), districts, (path, other)))


def _second(path: Path, other: Path, measure: str | None, overrides: Sequence[str]) -> Scenario:
    """The other scenario: a file, or the first with other travel."""
    if other.suffix.lower() in SCENARIOS:
        if measure is not None:
            raise ScenarioError(Problem("--measure", f"{other.name} is a scenario, which says its unit itself.", "Leave --measure out."))
        return read_scenario(other)
    if str(other) == STRAIGHT:
        return read_scenario(path, [*overrides, f"data.travel={{estimate: {STRAIGHT}}}"])
    from rezoning.district.files.faults import check_there
    from rezoning.scenario.data import Travel

    check_there(other, "OTHER")
    measures = [one for part in get_args(Travel.model_fields["measure"].annotation) for one in get_args(part)]
    if measure not in measures:
        said = f"{other.name} is a table, and no table says its unit" if measure is None else f"'{measure}' is no unit of travel"
        raise ScenarioError(Problem("--measure", f"{said}.", f"Give {', '.join(measures[:-1])} or {measures[-1]}."))
    travel = f"{{path: {json.dumps(str(other.absolute()))}, measure: {measure}, value: null, order: null}}"
    return read_scenario(path, [*overrides, f"data.travel={travel}"])


def _aligned(districts: tuple[District, District], paths: tuple[Path, Path]) -> Any:
    """Travel of the second in the order of the first's units and schools."""
    first, second = districts
    problems = Problems()
    for what, ours, theirs in (("unit", first.unit_ids, second.unit_ids), ("school", first.school_ids, second.school_ids)):
        for here, there, (one, two) in ((ours, theirs, paths), (theirs, ours, paths[::-1])):
            lost = [f"'{text}'" for text in here if text not in set(there)]
            if lost:
                said = f"{len(lost):,} {what}s" if len(lost) > 1 else f"1 {what}"
                problems.add(two.name, f"lacks {said} of {one.name}: {shown(lost)}.", f"Compare travel over the same {what}s.")
    if first.travel_unit != second.travel_unit:
        units = {"min": "minutes", "km": "kilometers"}
        message = f"is in {units[second.travel_unit]}, and {paths[0].name} in {units[first.travel_unit]}."
        problems.add(paths[1].name, message, "Compare times with times, and distances with distances.")
    problems.raise_as(DataError)
    assert second.travel is not None
    rows = [second.unit_index[text] for text in first.unit_ids]
    columns = [second.school_index[text] for text in first.school_ids]
    return second.travel[np.ix_(rows, columns)]


def _document(
    found: TravelComparison, scenarios: tuple[Scenario, Scenario], districts: tuple[District, District], paths: tuple[Path, Path]
) -> dict[str, Any]:
    sides = [_side(*three) for three in zip(scenarios, districts, paths, strict=True)]
    order = np.argsort(np.nan_to_num(-found.off(), nan=0.0), kind="stable")[:MOST]
    rows = unit_rows(found, districts[0])
    return {
        "name": scenarios[0].name,
        "unit": districts[0].travel_unit,
        "first": sides[0],
        "second": sides[1],
        "pairs": found.known,
        "ratio": asdict(found.spread),
        "correlation": {"pearson": found.pearson, "spearman": found.spearman},
        "nearest": asdict(found.agreement),
        "schools": _school_rows(found, districts[0]),
        "units": [rows[u] for u in order.tolist() if rows[u]["ratio"] is not None],
    }


def _side(scenario: Scenario, district: District, path: Path) -> dict[str, Any]:
    """Whose travel it is, where it comes from, and the mean trip to today's school by it."""
    from rezoning.metrics.travel import mean
    from rezoning.metrics.zones import today_zones
    from rezoning.runs.record import data_entries, inputs_entry

    now = today_zones(district)
    return {
        "name": path.name,
        "scenario": scenario.name,
        **data_entries(district),
        "mean_today": None if now is None else mean(now),
        "notes": list(district.notes),
        "warnings": list(district.warnings),
        "inputs": inputs_entry(scenario, district),
    }


def _school_rows(found: TravelComparison, district: District) -> list[dict[str, Any]]:
    from rezoning.metrics.travels import spread_of

    near = [table.sum(axis=0) for table in found.nearest]
    return [
        {
            "school_id": text,
            "school": name,
            "pairs": int(found.both[:, s].sum()),
            **{"ratio" if key == "median" else key: value for key, value in asdict(spread_of(found.ratios[:, s])).items()},
            "nearest_units_first": int(near[0][s]),
            "nearest_units_second": int(near[1][s]),
        }
        for s, (text, name) in enumerate(zip(district.school_ids, district.school_names, strict=True))
    ]


def unit_rows(found: TravelComparison, district: District) -> list[dict[str, Any]]:
    """One row a unit: over how many schools it is compared, its median ratio, its mean trips by both, and its nearest schools."""
    ids = np.array(district.school_ids, dtype=object)
    both = found.both
    rows = []
    for u, text in enumerate(district.unit_ids):
        means = [float(table[u, both[u]].mean()) if both[u].any() else None for table in (found.first, found.second)]
        near = [" ".join(ids[table[u]]) for table in found.nearest]
        ratio = float(found.unit_ratio[u])
        rows.append(
            {
                "unit_id": text, "schools": int(both[u].sum()), "ratio": None if np.isnan(ratio) else ratio, "mean_first": means[0],
                "mean_second": means[1], "nearest_first": near[0], "nearest_second": near[1], "same_nearest": bool(found.agrees[u]),
            }
        )  # fmt: skip
    return rows


def write_travels(place: Path, compared: TravelsCompared, *, replace: bool = False) -> None:
    """travels.html, travels.json, and tables of every unit and school; whole or not at all."""
    from rezoning.report.language import language_of
    from rezoning.report.maps.basemap import base_under
    from rezoning.report.travels import travels_page
    from rezoning.runs.files import put
    from rezoning.runs.tables import public_csv

    document = compared.document
    language, base = language_of(compared.scenario.report), base_under(compared.district, compared.scenario)
    with written_whole(place, partial(check_what_is_there, place, TRAVELS, document["name"], replace=replace)) as directory:
        put(directory / TRAVELS, json_text(document))
        put(
            directory / "travels.html",
            travels_page(document, compared.district, compared.comparison.unit_ratio, language, base),
        )
        put(directory / "units.csv", public_csv(unit_rows(compared.comparison, compared.district)))
        put(directory / "schools.csv", public_csv(document["schools"]))
