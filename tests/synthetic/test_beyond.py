"""What goes beyond one unit and one school in made-up districts: upper levels, sites, groups by grade; riverbend's files are what is made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rezoning.district.district import same_school_components
from rezoning.synthetic import RIVERBEND, Synthetic, make_district, write_district
from rezoning.synthetic.people import RACES

FOLDER = Path(__file__).parents[2] / "scenarios" / "riverbend"
FILES = ("levels.csv", "grades.csv", "middle.csv", "middle_travel.csv", "high.csv", "high_travel.csv", "sites.csv", "sites_travel.csv")


@pytest.fixture(scope="module", params=[RIVERBEND, {"units": 300, "schools": 10, "seed": 3, "beyond": True}], ids=["riverbend", "other"])
def town(request: pytest.FixtureRequest) -> Synthetic:
    return make_district(**request.param)


@pytest.fixture(scope="module")
def riverbend() -> Synthetic:
    return make_district(**RIVERBEND)


def feeds(town: Synthetic, level: int) -> np.ndarray:
    """Elementary students by elementary and upper school, counted one block at a time."""
    district, upper = town.district, town.beyond.levels[level]
    found = np.zeros((district.num_schools, len(upper.school_ids)))
    for u in range(district.num_units):
        found[district.current[u], upper.zone[u]] += district.students[u]
    return found


def test_all_else_is_the_same_without_it() -> None:
    plain, more = make_district(150, 5, 8), make_district(150, 5, 8, beyond=True)
    assert plain.beyond is None
    for name in ("students", "current", "capacity", "travel"):
        assert np.array_equal(getattr(plain.district, name), getattr(more.district, name)), name
    assert all(np.array_equal(counts, more.district.groups[name]) for name, counts in plain.district.groups.items())
    assert plain.planning.neighborhood == more.planning.neighborhood


def test_levels_are_whole(town: Synthetic) -> None:
    for level in town.beyond.levels:
        schools = range(len(level.school_ids))
        label = same_school_components(town.district.graph, level.zone)
        pieces = [len(np.unique(label[level.zone == s])) for s in schools]
        assert sum(pieces) <= len(pieces) + 1  # an elementary zone may have an island
        assert level.zone[level.school_unit].tolist() == list(schools)
        assert not set(level.school_unit) & set(town.district.school_unit)
        assert all((counts >= 0).all() and (counts <= level.students).all() for counts in level.groups.values())
        assert (sum(level.groups[race] for race in RACES[:-1]) <= level.students).all()
        assert (level.travel > 0).all()
        assert np.isfinite(level.travel).all()
        assert level.students[town.district.students == 0].sum() == 0
        filled = np.bincount(level.zone, weights=level.students) / level.capacity
        assert filled.min() > 0.5


def test_one_school_is_split_and_one_has_a_small_feed(town: Synthetic) -> None:
    share = feeds(town, 0)
    share /= share.sum(axis=1, keepdims=True)
    several = share[(share > 0).sum(axis=1) > 1]
    smallest = sorted(np.where(row > 0, row, 1.0).min() for row in several)
    assert len(several) == 2
    assert smallest[0] < 0.15
    assert smallest[1] > 0.25


def test_grades_and_groups_both_add_up(town: Synthetic) -> None:
    found, grades = town.beyond.groups_by_grade, town.planning.grades
    for group, by_grade in found.items():
        assert np.array_equal(sum(by_grade.values()), town.district.groups[group]), group
        assert all((by_grade[grade] <= counts).all() for grade, counts in grades.items())
    for grade, counts in grades.items():
        assert (sum(found[race][grade] for race in RACES[:-1]) <= counts).all()
    low = [found["low_income"][grade].sum() / counts.sum() for grade, counts in grades.items()]
    assert low[0] - low[-1] > 0.05  # so that equal shares in every grade would be wrong


def test_a_site_stands_where_no_school_does(town: Synthetic) -> None:
    sites, district = town.beyond.sites, town.district
    filled = district.enrollment(district.current) / district.capacity
    assert sites.status[-1] == "candidate"
    assert sites.status.count("candidate") == 1
    assert sites.status[int(np.argmin(filled))] == "may_close"
    assert "open" in sites.status
    assert sites.unit not in district.school_unit
    assert town.use[sites.unit] != "water"
    assert (sites.cost_if_open > 0).all()
    assert (sites.least_students[:-1] < district.capacity).all()


def test_riverbends_files_are_what_is_made(riverbend: Synthetic, tmp_path: Path) -> None:
    write_district(tmp_path, riverbend)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_riverbends_schools_and_sites(riverbend: Synthetic) -> None:
    assert [level.school_names for level in riverbend.beyond.levels] == [("Roosevelt Middle", "Washington Middle"), ("Riverbend High",)]
    sites = pd.read_csv(FOLDER / "sites.csv", dtype=str)
    schools = pd.read_csv(FOLDER / "schools.csv", dtype=str)
    shared = ["school_id", "name", "capacity", "GEOID20", "lon", "lat"]
    assert sites[shared].iloc[:-1].equals(schools[shared])
    assert sites.set_index("status").loc["candidate", "school_id"] == "new-school-site"
    assert sorted(sites.loc[sites["status"] == "may_close", "school_id"]) == ["central", "juniper-run"]
    split = {riverbend.district.school_ids[e]: row.astype(int).tolist() for e, row in enumerate(feeds(riverbend, 0)) if (row > 0).sum() > 1}
    assert split == {"walnut-view": [216, 282], "oak-hollow": [49, 482]}
