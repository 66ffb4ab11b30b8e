"""Trips along streets of drawn towns, computed by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from towns import Town, loaded, minutes, problem, road, square, told, trips

from rezoning.district.load import load_district
from rezoning.errors import DataError
from rezoning.scenario.load import load_scenario

PLAIN = {"junction_delay": 0}
NEAR = 0.02
"""Minutes: what rounding to hundredths, and meters of a projection, come to."""


def osm(town: Town, folder: Path, **keys: object) -> np.ndarray:
    return trips(town, {"path": town.osm(folder / "streets.osm"), **keys})


def test_along_one_street(tmp_path: Path) -> None:
    town = square({"u": (100, 0), "v": (900, 0)}, {"S": (700, 0)}, road("ab"))
    found = osm(town, tmp_path, **PLAIN)
    np.testing.assert_allclose(found, [[minutes(600, 25)], [minutes(200, 25)]], atol=NEAR)


def test_the_way_to_the_street_is_walked_at_both_ends(tmp_path: Path) -> None:
    town = square({"u": (100, 50)}, {"S": (700, -200)}, road("ab"))
    assert osm(town, tmp_path, **PLAIN)[0, 0] == pytest.approx(minutes(600, 25) + minutes(250, 5), abs=NEAR)
    assert osm(town, tmp_path, walking_kmh=10, **PLAIN)[0, 0] == pytest.approx(minutes(600, 25) + minutes(250, 10), abs=NEAR)


def test_posted_speeds_are_driven_at_a_share(tmp_path: Path) -> None:
    town = square({"u": (0, 0)}, {"S": (1000, 0)}, road("ab", maxspeed="40 mph"))
    assert osm(town, tmp_path, **PLAIN)[0, 0] == pytest.approx(minutes(1000, 40 * 1.609344 * 0.8), abs=NEAR)
    assert osm(town, tmp_path, share_of_limit=1, **PLAIN)[0, 0] == pytest.approx(minutes(1000, 40 * 1.609344), abs=NEAR)
    assert osm(town, tmp_path, speeds={"residential": 10}, **PLAIN)[0, 0] == pytest.approx(minutes(1000, 40 * 1.609344 * 0.8), abs=NEAR)


@pytest.mark.parametrize(
    ("kind", "tags", "far"),
    [
        ("residential", {"oneway": "yes"}, 3400),
        ("residential", {"oneway": "-1"}, 600),
        ("residential", {"oneway": "no"}, 600),
        ("residential", {"junction": "roundabout"}, 3400),
        ("motorway", {}, 3400),
        ("motorway", {"oneway": "no"}, 600),
        ("motorway_link", {}, 600),
    ],
)
def test_one_way_round_the_block(tmp_path: Path, kind: str, tags: dict[str, str], far: float) -> None:
    """From 800 m along the south side back to 200 m: directly against the line, or all the way round."""
    town = square({"u": (800, 0)}, {"S": (200, 0)}, road("abcda", kind, **tags))
    assert osm(town, tmp_path, speeds={kind: 30}, **PLAIN)[0, 0] == pytest.approx(minutes(far, 30), abs=2 * NEAR)


def test_on_the_same_one_way_ahead_is_near_and_behind_is_round(tmp_path: Path) -> None:
    town = square({"behind": (300, 0), "ahead": (800, 0)}, {"S": (500, 0)}, road("ab", oneway="yes"), road("bcda"))
    np.testing.assert_allclose(osm(town, tmp_path, **PLAIN)[:, 0], [minutes(200, 25), minutes(3700, 25)], atol=2 * NEAR)


def test_a_place_at_a_corner_uses_every_street_there(tmp_path: Path) -> None:
    """The first street at corner a leads only into it; the way out is another one."""
    town = square({"u": (0, 0)}, {"S": (0, 500), "T": (500, 0)}, road("ba", oneway="yes"), road("adcb"))
    np.testing.assert_allclose(osm(town, tmp_path, **PLAIN)[0], [minutes(500, 25), minutes(3500, 25)], atol=2 * NEAR)


def test_dead_ends_lead_back(tmp_path: Path) -> None:
    town = Town({"a": (0, 0), "b": (1000, 0), "e": (500, 0), "f": (500, 400)}, [road("aeb"), road("ef")], {"u": (500, 400)}, {"S": (0, 0)})
    assert osm(town, tmp_path, **PLAIN)[0, 0] == pytest.approx(minutes(900, 25), abs=NEAR)


def test_streets_meet_where_they_share_a_corner_inside(tmp_path: Path) -> None:
    """Two streets that cross at x; two others that only cross on the map, as at a bridge."""
    corners = {"a": (0, 0), "x": (500, 0), "b": (1000, 0), "n": (500, 500), "s": (500, -500)}
    joined = Town(corners, [road("axb"), road("nxs")], {"u": (0, 0)}, {"S": (500, 500)})
    assert osm(joined, tmp_path, **PLAIN)[0, 0] == pytest.approx(minutes(1000, 25), abs=NEAR)
    bridge = Town({**corners, "e": (1000, 500)}, [road("ab"), road("ns"), road("ben")], {"u": (0, 0)}, {"S": (500, 500)})
    assert osm(bridge, tmp_path, **PLAIN)[0, 0] == pytest.approx(minutes(2000, 25), abs=NEAR)


def test_each_junction_on_the_way_costs_seconds(tmp_path: Path) -> None:
    """Two crossings between u and S; the end of a street, a bend and a driveway are none."""
    corners = {
        "a": (0, 0),
        "p": (200, 0),
        "q": (400, 0),
        "w": (600, 0),
        "v": (700, 0),
        "b": (1000, 0),
        "k": (200, 90),
        "l": (400, 90),
        "h": (600, 90),
    }
    town = Town(corners, [road("apqwvb"), road("pk"), road("ql"), road("wh", "service")], {"u": (50, 0)}, {"S": (900, 0)})
    plain = osm(town, tmp_path, **PLAIN)[0, 0]
    assert osm(town, tmp_path)[0, 0] == pytest.approx(plain + 2 * 2 / 60, abs=0.011)
    assert osm(town, tmp_path, junction_delay=30)[0, 0] == pytest.approx(plain + 1.0, abs=0.011)


def test_what_hangs_together_is_kept_and_the_rest_is_told(tmp_path: Path) -> None:
    """A street of 300 m on its own, and one that only leads in: a unit beside them goes to the next street of the town."""
    corners = {"a": (0, 0), "b": (1000, 0), "c": (1000, 1000), "y": (0, 100), "z": (300, 100), "t": (2000, 0)}
    town = Town(corners, [road("abc"), road("yz"), road("tb", oneway="yes")], {"u": (100, 100)}, {"S": (1000, 500)})
    streets = {"path": town.osm(tmp_path / "streets.osm"), **PLAIN}
    district = loaded(town.write(tmp_path, streets))
    assert district.travel is not None
    assert district.travel[0, 0] == pytest.approx(minutes(1400, 25) + minutes(100, 5), abs=NEAR)
    assert "streets.osm: 3.3 km of streets in use, 1 junction; 1.3 km from which one does not get everywhere and back are left out" in told(district)
    assert "39 % of the streets do not hang together with the rest" in told(district)


def test_a_round_street_without_a_corner_is_a_street(tmp_path: Path) -> None:
    """A lollipop: houses along the loop at the end of a street."""
    corners = {"a": (0, 0), "b": (500, 0), "p": (600, 100), "q": (700, 0), "r": (600, -100)}
    town = Town(corners, [road("ab"), road("bpqrb", oneway="yes")], {"u": (600, -100)}, {"S": (0, 0)})
    assert osm(town, tmp_path, **PLAIN)[0, 0] == pytest.approx(minutes(500 + 2**0.5 * 100, 25), abs=NEAR)


@pytest.mark.parametrize(
    ("street", "mode", "is_used"),
    [
        (road("ab", "footway"), "drive", False),
        (road("ab", "footway"), "walk", True),
        (road("ab", "steps"), "walk", True),
        (road("ab", "cycleway"), "drive", False),
        (road("ab", "track"), "drive", False),
        (road("ab", "proposed"), "walk", False),
        (road("ab", "motorway"), "walk", False),
        (road("ab", "trunk"), "walk", False),
        (road("ab", access="no"), "drive", False),
        (road("ab", access="no", motor_vehicle="yes"), "drive", True),
        (road("ab", motor_vehicle="no"), "drive", False),
        (road("ab", motor_vehicle="no"), "walk", True),
        (road("ab", foot="no"), "walk", False),
        (road("ab", access="private"), "drive", True),
        (road("ab", "service", access="private"), "drive", True),
        (road("ab", "tertiary", access="private"), "drive", False),
        (road("ab", "service", access="destination"), "drive", True),
    ],
)
def test_who_may_use_a_street(tmp_path: Path, street: tuple[str, dict[str, str]], mode: str, is_used: bool) -> None:
    """Directly along the south side, or round the other three."""
    town = square({"u": (0, 0)}, {"S": (1000, 0)}, street, road("bcda"))
    found = trips(town, {"path": town.osm(tmp_path / "streets.osm")}, mode)[0, 0]
    if is_used:
        assert found < minutes(2000, 5 if mode == "walk" else 15)
    else:
        assert found == pytest.approx(minutes(3000, 25 if mode == "drive" else 5), abs=0.1)


def test_a_private_street_is_no_shortcut(tmp_path: Path) -> None:
    town = square({"u": (0, 0)}, {"S": (1000, 0)}, road("ab", access="private", maxspeed="50"), road("bcda", "primary"))
    assert osm(town, tmp_path, **PLAIN)[0, 0] == pytest.approx(minutes(3000, 65), abs=NEAR)


def test_speeds_of_users_win_over_a_table_and_that_over_the_usual(tmp_path: Path) -> None:
    (tmp_path / "speeds.csv").write_text("class,mph\nresidential,10\ntertiary,20\n")
    town = square({"u": (0, 0)}, {"S": (1000, 0), "T": (1000, 1000)}, road("ab"), road("bc", "tertiary"))
    found = osm(town, tmp_path, speed_table=str(tmp_path / "speeds.csv"), speeds={"residential": 20}, **PLAIN)
    expected = minutes(1000, 20), minutes(1000, 20) + minutes(1000, 20 * 1.609344)
    np.testing.assert_allclose(found[0], expected, atol=NEAR)


@pytest.mark.parametrize(("along", "meters"), [(0.0, 500), (0.3, 500), (2.0, 3498)])
def test_who_is_at_a_corner_goes_off_into_any_street(tmp_path: Path, along: float, meters: float) -> None:
    """A hair along a one-way street, as another format's rounding has it, leads nobody round the block."""
    town = square({"u": (along, 0)}, {"S": (0, 500)}, road("ab", oneway="yes"), road("bcda"))
    assert osm(town, tmp_path, **PLAIN)[0, 0] == pytest.approx(minutes(meters, 25), abs=NEAR)


def test_a_class_that_is_named_is_in_use(tmp_path: Path) -> None:
    town = square({"u": (0, 0)}, {"S": (1000, 0)}, road("ab", "track"), road("bcda"))
    assert osm(town, tmp_path, speeds={"track": 20}, **PLAIN)[0, 0] == pytest.approx(minutes(1000, 20), abs=NEAR)


def test_closed_schools_and_walks(tmp_path: Path) -> None:
    town = square({"u": (0, 0), "v": (1000, 0)}, {"S": (500, 0), "Z": (1000, 500)}, road("ab"), road("bc", "footway"))
    path = town.osm(tmp_path / "streets.osm")
    scenario = town.write(tmp_path, {"path": path, **PLAIN}, schools={"open": "open"}, walk={"streets": {"path": str(path)}, "within": 10})
    schools = (tmp_path / "schools.csv").read_text().splitlines()
    (tmp_path / "schools.csv").write_text("\n".join(f"{line},{flag}" for line, flag in zip(schools, ("open", "yes", "no"), strict=True)) + "\n")
    district = loaded(scenario)
    assert district.travel_source == "streets"
    assert district.travel_is_estimate
    assert district.travel_unit == "min"
    assert (district.walk_source, district.walk_is_estimate) == ("streets", True)
    assert district.closed_travel is not None
    np.testing.assert_allclose(district.closed_travel[:2, 0], [minutes(1000, 25) + minutes(500, 5), minutes(500, 5)], atol=NEAR)
    assert district.walk is not None
    assert district.closed_walk is not None
    np.testing.assert_allclose(district.walk[:2, 0], [minutes(500, 5)] * 2, atol=NEAR)
    np.testing.assert_allclose(district.closed_walk[:2, 0], [minutes(1500, 5), minutes(500, 5)], atol=NEAR)
    assert district.walkable is not None
    assert district.walkable[:2].tolist() == [[True], [True]]
    assert [one.path.rpartition("/")[2] for one in district.inputs].count("streets.osm") == 1


# -- places ----------------------------------------------------------------------------------------------------------


def test_streets_of_another_county_are_refused(tmp_path: Path) -> None:
    far = Town({"a": (9_000, 0), "b": (10_000, 0)}, [road("ab")], {"u": (0, 0), "v": (1000, 0)}, {"S": (500, 0)})
    assert problem(far, tmp_path, {"path": far.osm(tmp_path / "streets.osm")}) == (
        "scenario.yaml, line 1, data.travel.streets.path: streets.osm is of another place: 3 of 3 units lie more than 5 km from its nearest street, "
        "9 km in the middle. Name the streets of the district's county."
    )
    farther = Town({"a": (300_000, 0), "b": (301_000, 0)}, far.streets, far.units, far.schools)
    assert problem(farther, tmp_path, {"path": farther.osm(tmp_path / "streets.osm")}) == (
        "scenario.yaml, line 1, data.travel.streets.path: streets.osm has no street to drive on in or near the district. "
        "Name the streets of the district's county."
    )


def test_far_units_and_schools_are_named_and_those_beyond_reach_have_no_trips(tmp_path: Path) -> None:
    units = {"u": (0, 0), "v": (0, 301), "w": (1000, 1200), "lost": (0, 5_200), "x": (20, 0)}
    town = square(units, {"S": (500, -400)}, road("ab"))
    district = loaded(town.write(tmp_path, {"path": town.osm(tmp_path / "streets.osm")}))
    assert district.travel is not None
    assert np.isnan(district.travel[:5, 0]).tolist() == [False, False, False, True, False]
    said = told(district)
    assert (
        "streets.osm: points inside units are 351 m (median) and at most 5,202 m from the nearest street, schools 400 m (median) and at most 400 m"
        in said
    )
    assert (
        "streets.osm: 3 units with students more than 300 m from the nearest street, a way that is counted on foot: "
        "'lost' 5,202 m, 'w' 1,200 m, 'v' 301 m; trips of those beyond 5 km are unknown"
    ) in said
    assert "streets.osm: 1 school more than 300 m from the nearest street, a way that is counted on foot: 'S' 400 m" in said


def test_posted_speeds_may_differ_by_direction(tmp_path: Path) -> None:
    tags = {"maxspeed": "40", "maxspeed:forward": "50", "maxspeed:backward": "20"}
    town = square({"u": (0, 0), "v": (1000, 0)}, {"S": (1000, 0), "T": (0, 0)}, road("ab", **tags))
    found = osm(town, tmp_path, share_of_limit=1, **PLAIN)
    np.testing.assert_allclose([found[0, 0], found[1, 1]], [minutes(1000, 50), minutes(1000, 20)], atol=NEAR)


def test_units_without_polygons_have_no_trips_along_streets(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("unit,students,school\na,5,S\nb,6,T\n")
    (tmp_path / "schools.csv").write_text("id,unit\nS,a\nT,b\n")
    (tmp_path / "edges.csv").write_text("one,other\na,b\n")
    (tmp_path / "scenario.yaml").write_text(
        "name: csv\ndata:\n  units: {path: units.csv, students: students, current_school: school}\n"
        "  schools: {path: schools.csv, id: id, unit: unit}\n"
        "  adjacency: {path: edges.csv}\n  travel: {streets: {path: county.osm}}\n  walk: {streets: {path: county.osm}, within: 15}\n"
        "goals: [{minimize: travel}]\n"
    )
    with pytest.raises(DataError) as error:
        load_district(load_scenario(tmp_path / "scenario.yaml").data)
    assert [problem.place.rpartition(", ")[2] for problem in error.value.problems] == ["data.travel.streets.path", "data.walk.streets.path"]
    assert all("units.csv has no polygons" in problem.message for problem in error.value.problems)
