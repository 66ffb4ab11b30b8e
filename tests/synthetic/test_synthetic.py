"""Made-up districts: whole, connected, plausible for any seed; riverbend is exactly what the generator makes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from rezoning import load_district, load_scenario
from rezoning.district.district import same_school_components
from rezoning.scenario.schema import Data
from rezoning.synthetic import RIVERBEND, Synthetic, adjacency_section, make_district, write_district
from rezoning.synthetic.__main__ import main
from rezoning.synthetic.cuts import Halving, candidates, is_clear

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = ("blocks.geojson", "schools.csv", "travel.csv", "walks.csv", "walk_zones.geojson", "lines.geojson", "addresses.csv")
STREETS = "streets.geojson"
BEYOND = ("levels.csv", "grades.csv", "middle.csv", "middle_travel.csv", "high.csv", "high_travel.csv", "sites.csv", "sites_travel.csv")
"""Upper levels, groups by grade, and schools that may close or open."""


@pytest.fixture(scope="module")
def riverbend() -> Synthetic:
    return make_district(**RIVERBEND)


def pieces_per_zone(town: Synthetic) -> list[int]:
    district = town.district
    label = same_school_components(district.graph, district.current)
    return sorted(len(np.unique(label[district.current == s])) for s in range(district.num_schools))


def dissimilarity(town: Synthetic, group: str) -> float:
    district = town.district
    ours = np.bincount(district.current, weights=district.groups[group])
    rest = district.enrollment(district.current) - ours
    return 0.5 * float(np.abs(ours / ours.sum() - rest / rest.sum()).sum())


# -- any district ----------------------------------------------------------------------------------------------------


@settings(max_examples=8)
@example(units=100, per_school=12, seed=0)
@example(units=60, per_school=30, seed=1)
@given(units=st.integers(60, 200), per_school=st.integers(12, 50), seed=st.integers(0, 2**32))
def test_every_district_is_whole(units: int, per_school: int, seed: int) -> None:
    schools = max(2, units // per_school)
    town = make_district(units, schools, seed)
    district = town.district
    zone = district.current

    assert district.num_units == units
    assert district.num_schools == schools
    assert len(set(district.unit_ids)) == units
    assert len(set(district.school_ids)) == schools
    assert all(len(text) == 15 and text.isdigit() and text[0] == "0" for text in district.unit_ids)
    assert shapely.is_valid(town.polygons).all()
    assert shapely.coverage_is_valid(town.polygons)
    assert connected_components(district.graph, directed=False)[0] == 1
    assert zone[district.school_unit].tolist() == list(range(schools))
    assert pieces_per_zone(town) == [1] * (schools - 1) + [2]
    assert np.isfinite(district.travel).all()
    assert (district.travel > 0).all()
    assert 0.25 <= (district.students == 0).mean() <= 0.5
    assert np.array_equal(district.students, district.students.round())
    races = sum(district.groups[name] for name in district.partition)
    assert (races <= district.students).all()
    assert (district.groups["low_income"] <= district.students).all()
    assert (district.capacity > 0).all()
    assert district.capacity.sum() > 0.95 * district.total_students
    assert np.nanmin(district.border_m) > 2
    assert_planned(town)


def assert_planned(town: Synthetic) -> None:
    """What the planning office knows fits the district."""
    district, planning = town.district, town.planning
    assert np.array_equal(sum(planning.grades.values()), district.students)
    low, middle, high = planning.growth["low"], planning.years["2031"], planning.growth["high"]
    assert ((low >= 0) & (low <= middle) & (middle <= high)).all()
    assert 0.7 < middle.sum() / district.total_students < 1.4
    assert set(planning.area) <= {"north", "east", "south", "west"}
    for name, members in groups_of(planning.neighborhood).items():
        assert 4 <= len(members) <= 12
        assert len(set(district.current[members])) == 1
        assert connected_components(district.graph[members][:, members], directed=False)[0] == 1
        assert name not in district.school_names
    assert ((planning.rezoned == 0) | ((planning.rezoned >= 2021) & (planning.rezoned <= 2025))).all()
    assert 3 <= planning.protected.sum() <= 12
    assert (district.students[planning.protected] > 0).all()
    assert set(planning.ses.tolist()) <= {1, 2, 3}
    assert (planning.portables % 25 == 0).all()
    assert (planning.portable_price > 0).all()
    zoned = np.flatnonzero(town.walk_zone >= 0)
    assert (town.walk[zoned, town.walk_zone[zoned]] <= 1000).all()
    assert np.array_equal(town.walk[zoned].argmin(axis=1), town.walk_zone[zoned])
    assert not np.isfinite(town.walk[np.array(town.use) == "water"]).any()


def groups_of(names: tuple[str, ...]) -> dict[str, list[int]]:
    members: dict[str, list[int]] = {}
    for u, name in enumerate(names):
        if name:
            members.setdefault(name, []).append(u)
    return members


def test_same_arguments_same_district_another_seed_another(riverbend: Synthetic) -> None:
    again, other = make_district(120, 4, 5), make_district(120, 4, 6)
    assert np.array_equal(make_district(120, 4, 5).district.travel, again.district.travel)
    assert not np.array_equal(other.district.students, again.district.students)
    assert make_district(120, 4, 5).planning.neighborhood == again.planning.neighborhood
    assert not np.array_equal(other.planning.ses, again.planning.ses)


def test_segregation_is_what_was_asked_for() -> None:
    low, high = (dissimilarity(make_district(400, 6, 2, segregation=wanted), "low_income") for wanted in (0.2, 0.5))
    assert low == pytest.approx(0.2, abs=0.07)
    assert high == pytest.approx(0.5, abs=0.07)


@pytest.mark.parametrize(("units", "schools"), [(59, 2), (100, 9), (100, 1)])
def test_too_few_blocks_are_refused(units: int, schools: int) -> None:
    message = f"{units} blocks with {schools} schools: a district needs 2 schools or more, 60 blocks or more and 12 blocks per school."
    with pytest.raises(ValueError, match=f"^{message}$"):
        make_district(units, schools, 0)


def test_water_and_rail_are_crossed_only_where_there_is_a_way(riverbend: Synthetic) -> None:
    district = riverbend.district
    neighbors = {tuple(pair) for pair in district.edges.tolist()}
    barriers, links = ({tuple(pair) for pair in pairs.tolist()} for pairs in (riverbend.barriers, riverbend.links))
    assert links <= neighbors
    assert not barriers & neighbors
    touching = {(min(u, v), max(u, v)) for u, v in shapely.STRtree(riverbend.polygons).query(riverbend.polygons, predicate="touches").T.tolist()}
    assert barriers <= touching
    degree = np.asarray(district.graph.sum(axis=1)).ravel()
    water = np.array(riverbend.use) == "water"
    assert water.sum() >= 5
    assert (degree[water] == 1).all()
    assert np.isnan(district.border_m).sum() == len(links)


def test_ways_follow_the_streets(riverbend: Synthetic) -> None:
    district = riverbend.district
    center = np.column_stack([district.geometry.centroid.x, district.geometry.centroid.y])
    straight = np.linalg.norm(center[:, None] - center[district.school_unit], axis=2) / 1000
    far = straight > 1
    kmh = straight[far] / district.travel[far] * 60
    assert kmh.max() < 48
    assert kmh.mean() > 18
    # Over the river the way is longer than the straight line says: the bridges are few.
    detour = district.travel / np.maximum(straight, 0.3)
    assert detour[far].max() > 2 * np.median(detour[far])


def test_addresses_stand_in_their_blocks_once_each(riverbend: Synthetic) -> None:
    houses = riverbend.addresses
    places = shapely.points(houses.place)
    assert shapely.dwithin(riverbend.polygons[houses.block], places, 1e-6).all()  # as far as places are rounded
    assert len(set(zip(houses.number.tolist(), houses.street.tolist(), strict=True))) == len(houses.number) > 1000
    assert len(set(houses.names)) == len(houses.names)
    assert riverbend.district.students[houses.block].all()
    odd, even = (set(houses.street[houses.number % 2 == k].tolist()) for k in (1, 0))
    assert len(odd & even) > 0.5 * len(houses.names)


# -- riverbend -------------------------------------------------------------------------------------------------------


def test_riverbend_is_what_the_generator_makes(riverbend: Synthetic, tmp_path: Path) -> None:
    written = write_district(tmp_path, riverbend, streets=True)
    assert [path.name for path in written] == [*FILES, STREETS, *BEYOND]
    for name in (*FILES, STREETS, *BEYOND):
        assert (tmp_path / name).read_bytes() == (SCENARIOS / "riverbend" / name).read_bytes(), name
    assert sorted(path.name for path in (SCENARIOS / "riverbend").iterdir()) == sorted((*FILES, STREETS, *BEYOND))
    assert sum(path.stat().st_size for path in written) < 1_500_000


def test_riverbends_planning_office_has_something_for_every_lever(riverbend: Synthetic) -> None:
    district, planning = riverbend.district, riverbend.planning
    growth = {area: ratio(np.array(planning.area) == area, planning.years["2031"], district.students) for area in set(planning.area)}
    assert len(growth) == 4
    assert min(growth.values()) < 0.95
    assert max(growth.values()) > 1.05
    named = np.array([bool(name) for name in planning.neighborhood])
    assert len(groups_of(planning.neighborhood)) >= 12
    assert 0.2 < named.mean() < 0.6
    assert len(np.unique(planning.rezoned)) >= 3
    assert set(planning.ses.tolist()) == {1, 2, 3}
    low_income = [ratio(planning.ses == category, district.groups["low_income"], district.students) for category in (1, 2, 3)]
    assert low_income[0] > low_income[1] > low_income[2]
    index = np.bincount(district.current, weights=planning.ses * district.students) / district.enrollment(district.current)
    assert ((index < 1.4) | (index > 2.5)).any()
    crowded = district.enrollment(district.current) > 1.05 * district.capacity
    assert (planning.portables[crowded] > 0).all()
    assert (planning.portables == 0).any()
    assert len(np.unique(planning.portable_price)) > 4


def ratio(where: np.ndarray, part: np.ndarray, whole: np.ndarray) -> float:
    return float(part[where].sum() / whole[where].sum())


def test_every_lever_of_riverbend_reads_back(riverbend: Synthetic) -> None:
    """All that the planning office knows, from the shipped files."""
    folder, made = SCENARIOS / "riverbend", riverbend.planning
    data = load_scenario(SCENARIOS / "riverbend.yaml").data.model_dump(exclude_unset=True)
    data["units"] |= {
        "students_by_year": {"2028": "students_2028", "2031": "students_2031"},
        "growth": {"low": "students_low", "high": "students_high"},
        "grades": {grade: grade for grade in made.grades},
    }
    data["schools"] |= {"portables": "portables", "portable_price": "portable_price"}
    data["walk"] = {"path": folder / "walks.csv", "measure": "meters", "within": 1.0}
    data["barriers"] = {"path": folder / "lines.geojson", "filter": {"column": "kind", "equals": "rail"}}
    read = load_district(Data.model_validate(data))
    assert read.warnings == ()
    for found, drawn in ((read.years, made.years), (read.growth, made.growth), (read.grades, made.grades)):
        assert {name: counts.tolist() for name, counts in found.items()} == {name: counts.tolist() for name, counts in drawn.items()}
    assert np.array_equal(read.portables, made.portables)
    assert np.array_equal(read.portable_price, made.portable_price)
    assert read.columns["neighborhood"].tolist() == list(made.neighborhood)
    assert read.columns["area"].tolist() == list(made.area)
    assert read.columns["rezoned"].tolist() == [str(year or "") for year in made.rezoned]
    assert read.columns["protected"].tolist() == ["yes" if kept else "" for kept in made.protected]
    assert read.columns["ses"].tolist() == [str(category) for category in made.ses]
    known = np.isfinite(riverbend.walk)
    assert np.array_equal(np.isfinite(read.walk), known)
    assert np.allclose(read.walk[known], riverbend.walk[known] / 1000, rtol=0, atol=0.000501)
    assert 0.05 < read.crossed.mean() < 0.6
    # Whoever lies in the walk zone of a school can walk there by the matrix too.
    data["walk"] = {"zones": folder / "walk_zones.geojson"}
    zones = load_district(Data.model_validate(data)).walkable
    assert np.array_equal(zones, riverbend.walk_zone[:, None] == np.arange(8))
    assert (read.walkable | ~zones).all()


def test_the_scenario_has_riverbends_bridges_and_barriers(riverbend: Synthetic) -> None:
    assert (SCENARIOS / "riverbend.yaml").read_text(encoding="utf-8").endswith(adjacency_section(riverbend))


def test_riverbend_is_the_district_it_should_be(riverbend: Synthetic) -> None:
    district = riverbend.district
    filled = district.enrollment(district.current) / district.capacity
    assert (district.num_units, district.num_schools) == (600, 8)
    assert (filled > 1.10).sum() == 2
    assert (filled < 0.65).sum() == 2
    assert 0.35 < dissimilarity(riverbend, "low_income") < 0.5
    assert pieces_per_zone(riverbend) == [1] * 7 + [2]
    assert 0.25 <= (district.students == 0).mean() <= 0.5
    share = {name: counts[district.students > 0] / district.students[district.students > 0] for name, counts in district.groups.items()}
    assert np.corrcoef(share["low_income"], share["black"])[0, 1] > 0.2
    assert np.corrcoef(share["low_income"], share["white"])[0, 1] < -0.2
    own = riverbend.walk_zone[district.school_unit]
    assert own.tolist() == list(range(8))
    assert same_school_components(district.graph, riverbend.walk_zone)[riverbend.walk_zone >= 0].size > 100


def test_files_read_back_as_the_district(riverbend: Synthetic) -> None:
    made = riverbend.district
    read = load_district(load_scenario(SCENARIOS / "riverbend.yaml").data)
    assert read.warnings == ()
    for name in ("unit_ids", "school_ids", "school_names", "partition"):
        assert getattr(read, name) == getattr(made, name)
    for name in ("students", "current", "capacity", "school_unit", "travel", "edges"):
        assert np.array_equal(getattr(read, name), getattr(made, name)), name
    assert all(np.array_equal(read.groups[name], counts) for name, counts in made.groups.items())
    assert np.allclose(read.border_m, made.border_m, rtol=0, atol=1e-6, equal_nan=True)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("riverbend*.yaml")), ids=lambda path: path.stem)
def test_worked_scenarios_load_under_their_own_name(path: Path) -> None:
    scenario = load_scenario(path)
    assert scenario.name == ("riverbend-balance" if path.stem == "riverbend" else path.stem)
    assert scenario.solve.time_limit <= 60
    assert len(scenario.description) > 60


# -- writing ---------------------------------------------------------------------------------------------------------


def test_a_written_district_comes_with_a_scenario_that_reads(tmp_path: Path) -> None:
    town = make_district(150, 4, 11)
    files = write_district(tmp_path / "new", town, max_increase=0.25, name="little")
    assert [path.name for path in files] == [*FILES, "scenario.yaml"]
    scenario = load_scenario(tmp_path / "new" / "scenario.yaml")
    assert (scenario.name, scenario.rules.travel.max_increase) == ("little", 0.25)
    assert np.array_equal(load_district(scenario.data).edges, town.district.edges)


def test_command_writes_or_says_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--units", "80", "--schools", "3", "--seed", "4", "--max-increase", "1"]) == 0
    assert capsys.readouterr().out.split() == [str(tmp_path / name) for name in (*FILES, "scenario.yaml")]
    with pytest.raises(SystemExit) as stop:
        main([str(tmp_path), "--units", "10"])
    assert stop.value.code == 2
    assert "10 blocks with 8 schools" in capsys.readouterr().err


# -- one cut ---------------------------------------------------------------------------------------------------------


def test_a_square_is_halved_into_two_good_halves() -> None:
    xs, ys = [0.0, 100.0, 100.0, 0.0], [0.0, 0.0, 100.0, 100.0]
    (cut,) = candidates(xs, ys, [0.0], [0.0, 0.0, 0.5, 0.5], snap=10.0)[:1]
    assert is_clear(xs, ys, cut)
    assert sorted((cut.start[2:], cut.end[2:])) == [(0.0, 50.0), (100.0, 50.0)]


def test_a_street_close_to_a_corner_meets_it() -> None:
    xs, ys = [0.0, 100.0, 100.0, 100.0, 0.0], [0.0, 0.0, 53.0, 100.0, 100.0]
    cut = candidates(xs, ys, [0.0], [0.0, 0.0, 0.5, 0.5], snap=10.0)[0]
    assert (100.0, 53.0) in (cut.start[2:], cut.end[2:])


@pytest.mark.parametrize(("level", "clear"), [(40.0, True), (60.0, False)])
def test_a_cut_that_leaves_the_ring_is_not_clear(level: float, clear: bool) -> None:
    # A notch comes down from above to a height of 48.
    xs, ys = [0.0, 100.0, 100.0, 55.0, 50.0, 45.0, 0.0], [0.0, 0.0, 100.0, 100.0, 48.0, 100.0, 100.0]
    assert is_clear(xs, ys, Halving(1.0, (6, False, 0.0, level), (1, False, 100.0, level))) == clear


@pytest.mark.slow
def test_time_grows_no_faster_than_n_log_n() -> None:
    import time

    make_district(200, 4, 0)
    seconds = []
    for units in (1000, 4000, 16000):
        start = time.process_time()
        make_district(units, 20, 1)
        seconds.append(time.process_time() - start)
    assert all(later < 6.5 * earlier for earlier, later in pairwise(seconds))
