"""Students by unit, estimated: every school's own counts within its zone of today, by the pattern of the seed; what cannot be told is refused."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from small_files import SmallFiles

from rezoning.district.district import District

UNITS = """id,kids,hisp,white,poor,k,zone
a,10,8,2,5,4,S
b,30,6,24,3,15,S
c,20,10,5,10,10,N
d,20,0,20,2,10,N
"""
SCHOOLS = """school_id,name,block,member,hi,wh,frl,k
S,South,a,80,28,52,40,40
N,North,d,30,5,20,15,10
"""


def files(folder: Path, units: str = UNITS, schools: str = SCHOOLS, **estimate: object) -> SmallFiles:
    made = SmallFiles(folder)
    made.csv("units.csv", units)
    made.csv("schools.csv", schools)
    made.say("units", students="kids", groups={"hispanic": "hisp", "white": "white"}, partition=("hispanic", "white"))
    made.say("schools", capacity=None)
    return made.say("estimate", **{"students": "member", "groups": {"hispanic": "hi", "white": "wh"}, **estimate})


def by_zone(district: District, counts: np.ndarray) -> list[float]:
    assert district.current is not None
    return np.bincount(district.current, weights=counts).round(9).tolist()


def test_groups_of_a_zone_are_scaled_to_its_school_and_add_up(tmp_path: Path) -> None:
    district = files(tmp_path).load()
    assert district.groups["hispanic"].tolist() == [16, 12, 5, 0]  # 28 over 14, 5 over 10
    np.testing.assert_allclose(district.groups["white"], [4, 48, 4, 16])  # 52 over 26, 20 over 25
    np.testing.assert_allclose(district.students, [20, 60, 14, 16])  # c has 5 others of 20, and the school counts 5
    assert by_zone(district, district.students) == [80, 30]
    assert district.students_are_estimated
    assert district.estimate is not None
    assert [(school.id, school.students, school.seed, school.factor) for school in district.estimate.schools] == [
        ("S", 80, 40, 2),
        ("N", 30, 40, 0.75),
    ]
    assert district.estimate.schools[0].groups == {"hispanic": 2, "white": 2}
    assert any("students are an estimate: children of units.csv (kids, by group in hispanic, white)" in note for note in district.notes)
    assert any("students by child of the seed: 0.75 to 2.00 by school, 1.38 in the middle" in note for note in district.notes)


def test_a_group_that_overlaps_is_within_all_students_by_the_odds_of_its_seed(tmp_path: Path) -> None:
    made = files(tmp_path, groups={"hispanic": "hi", "white": "wh", "poor": "frl"})
    district = made.say("units", groups={"hispanic": "hisp", "white": "white", "poor": "poor"}).load()
    poor, students = district.groups["poor"], district.students
    assert by_zone(district, poor) == [40, 15]
    assert (poor <= students + 1e-9).all()
    odds = poor / (students - poor)
    assert odds[0] / odds[1] == pytest.approx((5 / 5) / (3 / 27), rel=1e-6)
    assert odds[2] / odds[3] == pytest.approx((10 / 10) / (2 / 18), rel=1e-6)


def test_grades_and_groups_are_fitted_together(tmp_path: Path) -> None:
    district = files(tmp_path, grades={"k": "k"}).say("units", grades={"k": "k"}).load()
    assert by_zone(district, district.grades["k"]) == [40, 10]
    assert by_zone(district, district.groups["hispanic"]) == [28, 5]
    assert by_zone(district, district.students) == [80, 30]
    assert (district.grades["k"] <= district.students + 1e-9).all()


def test_counts_in_several_columns_are_added_up(tmp_path: Path) -> None:
    split = SCHOOLS.replace("member,hi", "girls,boys,hi").replace("a,80,", "a,30,50,").replace("d,30,", 'd,"1,000",M,')
    district = files(tmp_path, schools=split, students=["girls", "boys"]).load()
    assert by_zone(district, district.students)[0] == 80
    assert district.estimate is not None
    assert [school.students for school in district.estimate.schools] == [80, None]


def test_without_groups_only_totals_are_scaled(tmp_path: Path) -> None:
    district = files(tmp_path, groups={}).say("units", groups={}, partition=()).load()
    np.testing.assert_allclose(district.students, [20, 60, 15, 15])


def test_counts_that_are_not_known_are_no_zeros(tmp_path: Path) -> None:
    district = files(tmp_path, schools=SCHOOLS.replace("N,North,d,30,5,20,15,10", "N,North,d,30,-9,20,15,10")).load()
    assert by_zone(district, district.students) == [80, 30]
    assert by_zone(district, district.groups["white"]) == [52, 20]
    assert by_zone(district, district.groups["hispanic"])[1] == pytest.approx(10 * 10 / 15)  # ten are left, and the seed has ten Hispanic of fifteen
    assert any("'hispanic' is not known of 'North'" in warning for warning in district.warnings)


def test_what_is_not_known_of_a_group_goes_to_nobody_whom_the_seed_does_not_have(tmp_path: Path) -> None:
    """All children of a zone are of one of the two groups: whoever is not of the one is of the other."""
    district = files(tmp_path, schools=SCHOOLS.replace("28,52", "28,*")).load()
    assert by_zone(district, district.groups["white"])[0] == 52
    both = files(tmp_path, schools=SCHOOLS.replace("28,52", "-1,*")).load()
    assert by_zone(both, both.groups["hispanic"])[0] == 28  # 80 students as the seed's 14 of 40 children
    assert by_zone(both, both.groups["white"])[0] == 52


def test_a_school_without_a_count_is_estimated_as_the_others_together(tmp_path: Path) -> None:
    district = files(tmp_path, schools=SCHOOLS.replace("N,North,d,30,5,20,15,10", "N,North,d,M,5,20,15,10")).load()
    np.testing.assert_allclose(district.groups["hispanic"], [16, 12, 20, 0])
    assert district.estimate is not None
    assert district.estimate.schools[1].students is None
    assert district.estimate.held(district.current).tolist() == [0, 0, -1, -1]  # type: ignore[arg-type]
    assert any("1 school without a count of students, estimated as all others together: 'North'" in warning for warning in district.warnings)


def test_schools_without_a_zone_and_units_without_a_school_are_told(tmp_path: Path) -> None:
    made = files(tmp_path, schools=SCHOOLS + "C,Charter,b,50,10,40,5,5\n").edit("units.csv", "d,20,0,20,2,10,N", "d,20,0,20,2,10,")
    district = made.load()
    assert any("1 school without a zone of today, whose 50 students live in no unit: 'Charter' (50)" in warning for warning in district.warnings)
    assert any("1 unit without a school of today, estimated as all others together" in note for note in district.notes)
    np.testing.assert_allclose(district.groups["white"][3], 20 * (52 + 20) / (26 + 5))


def test_children_that_the_seed_has_nowhere_are_spread_and_told(tmp_path: Path) -> None:
    district = files(tmp_path, UNITS.replace("c,20,10,5", "c,20,0,15")).load()
    np.testing.assert_allclose(district.groups["hispanic"], [16, 12, 2.5, 2.5])
    assert any("the seed has none of a group that the school counts" in warning and "North (hispanic)" in warning for warning in district.warnings)
    empty = files(tmp_path, UNITS.replace("c,20,10,5,10,10", "c,0,0,0,0,0").replace("d,20,0,20,2,10", "d,0,0,0,0,0")).load()
    np.testing.assert_allclose(empty.students, [20, 60, 15, 15])
    assert any("the seed has no children in the zones of North" in warning for warning in empty.warnings)


def test_a_group_that_needs_more_room_than_its_seed_has(tmp_path: Path) -> None:
    made = files(tmp_path, UNITS.replace("d,20,0,20,2,10", "d,20,0,20,0,10").replace("c,20,10,5,10", "c,20,10,5,20"),
                 groups={"hispanic": "hi", "white": "wh", "poor": "frl"})  # fmt: skip
    district = made.say("units", groups={"hispanic": "hisp", "white": "white", "poor": "poor"}).load()
    assert by_zone(district, district.groups["poor"]) == [40, 15]
    assert (district.groups["poor"] <= district.students + 1e-9).all()
    assert any("leaves no room" in warning and "North (poor)" in warning for warning in district.warnings)


def test_a_seed_that_is_the_same_everywhere_is_refused(tmp_path: Path) -> None:
    made = files(tmp_path, UNITS.replace("a,10,8,2,5", "a,10,8,2,2").replace("b,30,6,24,3", "b,30,6,24,6").replace("c,20,10,5,10", "c,20,10,5,8").
                 replace("d,20,0,20,2", "d,20,0,20,8"), groups={"hispanic": "hi", "white": "wh", "poor": "frl"})  # fmt: skip
    problems = made.say("units", groups={"hispanic": "hisp", "white": "white", "poor": "poor"}).problems()
    assert len(problems) == 1
    assert problems[0].startswith("data.units.groups.poor: nothing says where the students of 'poor' live")
    assert "dissimilarity errs by .05" in problems[0]


def test_a_zone_in_which_the_seed_tells_nothing_of_a_group_is_named(tmp_path: Path) -> None:
    made = files(tmp_path, UNITS.replace("c,20,10,5", "c,20,5,10").replace("d,20,0,20", "d,20,5,10"))
    assert [warning for warning in made.load().warnings if "the same share" in warning and "'hispanic'" in warning and warning.endswith("'North'")]
    assert not [warning for warning in files(tmp_path).load().warnings if "the same share" in warning]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("S,South,a,80,28,52", "S,South,a,80,38,52", "1 school with more students of the groups of the partition than students: South 90 of 80"),
        ("S,South,a,80,28", "S,South,a,80,many", "column 'hi' holds 'many', not a number"),
        ("S,South,a,80,28", "S,South,a,80,-5", "column 'hi' holds negative counts"),
        ("member,hi", "total,hi", "schools.csv has no column 'member'"),
    ],
)
def test_counts_that_cannot_be_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    problems = files(tmp_path).edit("schools.csv", old, new).problems()
    assert len(problems) == 1
    assert said in problems[0]


def test_all_counts_missing_is_refused(tmp_path: Path) -> None:
    problems = files(tmp_path).edit("schools.csv", "a,80", "a,M").edit("schools.csv", "d,30", "d,").problems()
    assert ["has no students" in problem for problem in problems] == [True]


def test_schools_far_from_their_seed_are_named(tmp_path: Path) -> None:
    district = files(tmp_path).edit("schools.csv", "d,30,5,20", "d,15,2,10").load()
    assert any("far from 1 (private schools, choice, growth): 'North' 0.38" in warning for warning in district.warnings)
    young = files(tmp_path).edit("schools.csv", "a,80,28,52", "a,8,2,5").edit("schools.csv", "d,30,5,20", "d,8,2,5").load()
    assert any("0.2 students by child of the seed in all schools" in warning for warning in young.warnings)
    assert not any("far from" in warning for warning in young.warnings)


@pytest.mark.parametrize(
    ("units", "estimate", "said"),
    [
        ({"groups": {"hispanic": "hisp"}, "partition": ()}, {}, "nothing says where the students of 'white' live"),
        ({}, {"groups": {"hispanic": "hi"}}, "no column says how many students of 'white' each school has"),
        ({}, {"grades": {"k": "k"}}, "no column says where the children of grade 'k' live"),
        ({"growth": {"high": "kids"}}, {}, "growth counts students of coming years, and those of today are estimated"),
    ],
)
def test_seed_and_counts_are_of_the_same_groups(tmp_path: Path, units: dict, estimate: dict, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        files(tmp_path, **estimate).say("units", **units).data()


@pytest.mark.parametrize("name", ["POP20", "P1_001N", "TOTPOP", "total_pop_20", "Population", "P0010001"])
def test_people_of_all_ages_are_doubted_as_students_and_not_as_a_seed(tmp_path: Path, name: str) -> None:
    units = UNITS.replace("kids", name)
    said = f"column '{name}' is named like people of all ages: 80 students?"
    counted = files(tmp_path, units).say("units", students=name)
    counted.sections.pop("estimate")
    assert any(said in warning for warning in counted.load().warnings)
    assert not any(said in warning for warning in files(tmp_path, units).say("units", students=name).load().warnings)
    assert not any("people of all ages" in warning for warning in files(tmp_path).load().warnings)
