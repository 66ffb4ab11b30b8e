"""Goals that have no value in a district are refused with their place and their cure, all at once."""

from dataclasses import replace

import numpy as np
import pytest
from drawn import picture, scenario
from geopandas import GeoSeries
from shapely import box

from rezoning.district import questions
from rezoning.errors import Problems, ScenarioError
from rezoning.formulation.formulate import formulate
from rezoning.formulation.goal_checks import undefined
from rezoning.formulation.goals import GOALS

WHOLE = picture(
    "AabB",
    groups={"low": np.array([5.0, 4, 6, 5]), "black": np.array([1.0, 2, 0, 0]), "white": np.zeros(4), "all": np.full(4, 10.0)},
    partition=("low", "black"),
    capacity=np.array([30.0, 0]),
    cost_if_open=np.array([2.0, 3.0]),
    travel=np.array([[0.0, 3], [1, 2], [2, 1], [3, 0]]),
    walkable=np.eye(4, 2, dtype=bool),
    border_m=np.array([40.0, np.nan, 60]),
    geometry=GeoSeries([box(i, 0, i + 1, 1) for i in range(0, 400, 100)], crs="EPSG:5070").scale(100, 100),
)
BAND = {"bands": [{"group": "low", "within": 0.1, "soft": True}]}
SAID = {
    "dissimilarity": {"group": "low"},
    "normalized_exposure": {"group": "low"},
    "isolation": {"group": "low"},
    "max_deviation": {"group": "low"},
    "closure_burden": {"group": "low"},
    "burden_gap": {"measure": "walk_lost", "groups": ["low"]},
    "long_rides": {"over": 1},
    "out_of_utilization": {"max": 1},
}


def refused(district, rules=None, **said) -> list[str]:
    problems = Problems()
    asked = scenario(rules, [said])
    problems.extend(questions.problems(district, asked.rules, asked.goals))
    undefined(asked.goals, district, problems, asked)
    return [str(problem) for problem in problems]


@pytest.mark.parametrize("name", sorted(GOALS))
def test_nothing_is_refused_that_has_a_value(name):
    assert refused(WHOLE, BAND, minimize=name, **SAID.get(name, {})) == []


NOBODY = "which has 0 students in this district."
LENGTHS = "Give polygons, or a third column with lengths in meters in data.adjacency.path."


@pytest.mark.parametrize(
    ("said", "rules", "changes", "message"),
    [
        (
            {"minimize": "dissimilarity", "group": "low", "versus": "white"}, {}, {},
            f"goals.group: dissimilarity compares 'white', {NOBODY} Choose another group.",
        ),
        ({"minimize": "isolation", "group": "white"}, {}, {}, f"goals.group: isolation is of 'white', {NOBODY} Choose another group."),
        ({"minimize": "max_deviation", "group": "white"}, {}, {}, f"goals.group: max_deviation is of 'white', {NOBODY} Choose another group."),
        (
            {"minimize": "normalized_exposure", "group": "white"}, {}, {},
            f"goals.group: normalized_exposure is of 'white', {NOBODY} Choose another group.",
        ),
        (
            {"minimize": "normalized_exposure", "group": "all"}, {}, {},
            "goals.group: normalized_exposure compares 'all' with all other students, of whom this district has 0. Choose another group.",
        ),
        (
            {"minimize": "theil_h"}, {}, {"partition": ()},
            "goals.minimize: minimize: theil_h is over data.units.partition, and there is none. "
            "Give data.units.partition: groups that do not overlap.",
        ),
        (
            {"minimize": "theil_h"}, {}, {"partition": ("low", "all")},
            "goals.minimize: theil_h has no value: the groups of data.units.partition together have more students than units '00' (-5), '01' (-4), "
            "'02' (-6), '03' (-5). Name groups that do not overlap, or write data.units.groups_above_total: clip.",
        ),
        (
            {"minimize": "theil_h"}, {}, {"partition": ("white", "all")},
            "goals.minimize: theil_h compares groups, and of white, all, other only one has students in this district. "
            "Name other groups in data.units.partition.",
        ),
        (
            {"minimize": "burden_gap", "measure": "reassigned", "groups": ["low", "white"]}, {}, {},
            f"goals.groups: burden_gap compares 'white', {NOBODY} Leave it out of groups.",
        ),
        (
            {"minimize": "burden_gap", "measure": "reassigned"}, {}, {},
            f"goals.minimize: burden_gap compares 'white', {NOBODY} Name the other groups in groups.",
        ),
        (
            {"minimize": "burden_gap", "measure": "reassigned"}, {}, {"groups": {}},
            "goals.minimize: burden_gap is over groups, and there is none. Name groups and their columns in data.units.groups.",
        ),
        (
            {"minimize": "out_of_band"}, {}, {},
            "goals.minimize: minimize: out_of_band counts students outside rules.bands, and there is none. Give rules.bands.",
        ),
        (
            {"minimize": "utilization_spread"}, {}, {"capacity": np.zeros(2)},
            "goals.minimize: utilization_spread is over schools with seats, and none has any. Check data.schools.capacity.",
        ),
        (
            {"minimize": "boundary_length"}, {}, {"border_m": np.full(3, np.nan)},
            f"goals.minimize: boundary_length counts borders, and no two neighbors have a border of known length. {LENGTHS}",
        ),
        (
            {"minimize": "boundary_length"}, {}, {"border_m": None},
            f"goals.minimize: boundary_length counts borders, and no two neighbors have a border of known length. {LENGTHS}",
        ),
        (
            {"minimize": "polsby_popper"}, {}, {"border_m": None},
            f"goals.minimize: polsby_popper counts borders, and no two neighbors have a border of known length. {LENGTHS}",
        ),
        (
            {"minimize": "polsby_popper"}, {}, {"geometry": None},
            "goals.minimize: the units have no polygons to measure. Give the units' polygons, or drop the goal.",
        ),
        (
            {"minimize": "polsby_popper"}, {"school_in_own_zone": False}, {},
            "goals.minimize: polsby_popper is a mean over schools that have a zone, and without school_in_own_zone a school may have none. "
            "Write rules.school_in_own_zone: true, or minimize boundary_length.",
        ),
        (
            {"minimize": "polsby_popper"}, {}, {"geometry": GeoSeries([box(0, 0, 100, 0)] * 4, crs="EPSG:5070")},
            "goals.minimize: polsby_popper needs areas, and the units of schools A, B have none. Repair their polygons.",
        ),
        (
            {"minimize": "polsby_popper"}, {}, {"border_m": np.full(3, 1000.0)},
            "goals.minimize: polsby_popper has no value: borders between units add up to 4.4 km more than the units' perimeters. "
            "Give the lengths of data.adjacency.path in meters.",
        ),
    ],
)  # fmt: skip
def test_what_has_no_value(said, rules, changes, message):
    assert refused(replace(WHOLE, **changes), rules, **said) == [message]


TODAY = ("today's schools", "Give data.units.current_school or data.units.current, or drop it.")
TRIPS, SEATS = ("data.travel", "Give data.travel, or drop it."), ("data.schools.capacity", "Give data.schools.capacity, or drop the goal.")
WALKS = ("data.walk", "Give data.walk: walk zones or walks, or drop it.")
FIELDS = {TODAY: "current", TRIPS: "travel", SEATS: "capacity", WALKS: "walkable"}


@pytest.mark.parametrize(
    ("name", "places"),
    {
        "reassigned": [TODAY], "schools_changed": [TODAY], "travel": [TRIPS], "added_travel": [TODAY, TRIPS], "long_rides": [TRIPS],
        "walk_lost": [TODAY, WALKS], "not_walking": [WALKS], "burden_gap": [TODAY, WALKS], "over_capacity": [SEATS], "out_of_utilization": [SEATS],
        "utilization_spread": [SEATS], "portables": [SEATS],
    }.items(),
)  # fmt: skip
def test_what_a_district_made_in_code_lacks(name, places):
    for place in places:
        found = refused(replace(WHOLE, **{FIELDS[place]: None}), minimize=name, **SAID.get(name, {}))
        key, value = ("measure", "walk_lost") if name == "burden_gap" else ("minimize", name)
        assert found == [f"goals.{key}: without {place[0]} {key}: {value} is refused. {place[1]}"]


def test_all_at_once_and_before_anything_is_compiled():
    asked = scenario({"school_in_own_zone": False}, [{"minimize": "isolation", "group": "white"}, {"minimize": "polsby_popper"}])
    with pytest.raises(ScenarioError) as caught:
        formulate(WHOLE, asked)
    assert len(caught.value.problems) == 2


def test_no_students_no_goals():
    found = refused(replace(WHOLE, students=np.zeros(4)), minimize="cut_edges")
    assert found == ["goals.minimize: the district has no students, so no goal has a value. Check data.units.students."]
