"""Tables of a made-up district: CSV in lines, and the files of what goes beyond one unit and one school."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rezoning.synthetic.fabric import DECIMALS
from rezoning.synthetic.ids import slug
from rezoning.synthetic.noise import Floats

if TYPE_CHECKING:
    from rezoning.synthetic.district import Beyond, Synthetic
    from rezoning.synthetic.levels import Level

LEVELS, GRADES, SITES, SITES_TRAVEL = "levels.csv", "grades.csv", "sites.csv", "sites_travel.csv"


def lines_of(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows as lines of CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().splitlines(keepends=True)


def wide(unit_ids: Sequence[str], school_ids: Sequence[str], travel: Floats) -> list[str]:
    """A row per block, a column per school, minutes."""
    pattern = ",".join(["%.2f"] * len(school_ids))
    return [
        *lines_of([["GEOID20", *school_ids]]),
        *(f"{unit},{pattern % tuple(ways)}\n" for unit, ways in zip(unit_ids, travel.tolist(), strict=True)),
    ]


def beyond_tables(town: Synthetic, beyond: Beyond) -> dict[str, Sequence[str]]:
    """Files by name: columns of the blocks, then schools and travel of each upper level, then the schools with the candidate site."""
    ids = town.district.unit_ids
    found: dict[str, Sequence[str]] = {LEVELS: lines_of(_level_rows(ids, beyond.levels)), GRADES: lines_of(_grade_rows(ids, beyond))}
    for level in beyond.levels:
        found[f"{level.name}.csv"] = lines_of(_school_rows(ids, level))
        found[f"{level.name}_travel.csv"] = wide(ids, level.school_ids, level.travel)
    found[SITES], found[SITES_TRAVEL] = lines_of(_site_rows(town, beyond)), _site_travel(town, beyond)
    return found


def _level_rows(ids: Sequence[str], levels: Sequence[Level]) -> Iterator[Sequence[str]]:
    """Students, groups and today's school of each level; joined to the blocks by id."""
    head = [[f"{level.name}_{name}" for name in ("students", *level.groups, "school")] for level in levels]
    yield ["GEOID20", *(name for names in head for name in names)]
    for u, unit in enumerate(ids):
        cells = [[*(str(counts[u]) for counts in (level.students, *level.groups.values())), level.school_ids[level.zone[u]]] for level in levels]
        yield [unit, *(cell for row in cells for cell in row)]


def _grade_rows(ids: Sequence[str], beyond: Beyond) -> Iterator[Sequence[str]]:
    """Students of each group in each grade; joined to the blocks by id."""
    columns = {f"{group}_{grade}": counts for group, by_grade in beyond.groups_by_grade.items() for grade, counts in by_grade.items()}
    yield ["GEOID20", *columns]
    for u, unit in enumerate(ids):
        yield [unit, *(str(counts[u]) for counts in columns.values())]


def _school_rows(ids: Sequence[str], level: Level) -> Iterator[Sequence[str]]:
    yield ["school_id", "name", "capacity", "GEOID20", "lon", "lat"]
    for s, school in enumerate(level.school_ids):
        yield [school, level.school_names[s], str(level.capacity[s]), ids[level.school_unit[s]], *_degrees(level.school_place[s])]


def _degrees(place: Floats) -> list[str]:
    return [f"{degrees:.{DECIMALS}f}" for degrees in place.tolist()]


def _site_rows(town: Synthetic, beyond: Beyond) -> Iterator[Sequence[str]]:
    """Every school with its status, and the candidate site at the end."""
    district, sites = town.district, beyond.sites
    assert district.capacity is not None
    yield ["school_id", "name", "capacity", "GEOID20", "lon", "lat", "status", "cost_if_open", "least_students", "built", "condition", "acres"]
    for s, status in enumerate(sites.status):
        is_school = s < district.num_schools
        name = district.school_names[s] if is_school else sites.name
        capacity, unit = (district.capacity[s], district.school_unit[s]) if is_school else (sites.capacity, sites.unit)
        place = _degrees(town.school_place[s] if is_school else sites.place)
        facts = [str(sites.built[s] or ""), f"{sites.condition[s]:.2f}" if sites.built[s] else "", f"{sites.acres[s]:.1f}"]
        costs = [str(sites.cost_if_open[s]), str(sites.least_students[s])]
        yield [slug(name), name, f"{capacity:.0f}", district.unit_ids[unit], *place, status, *costs, *facts]


def _site_travel(town: Synthetic, beyond: Beyond) -> list[str]:
    assert town.district.travel is not None
    ways = np.column_stack([town.district.travel, beyond.sites.travel])
    return wide(town.district.unit_ids, [*town.district.school_ids, slug(beyond.sites.name)], ways)
