"""Who is zoned to a school with a program, and what is left of an index when movers leave; on the line, by hand."""

import numpy as np
import pytest
from lined import FARTHER, PLAN, line

from rezoning.metrics.indices import INDICES, index_of
from rezoning.metrics.leaving import index_when_leaving
from rezoning.metrics.measure import measure, measure_nearest, measure_today
from rezoning.metrics.zones import Zones, today_zones

PROGRAMS = {"arts": np.array([True, False, True]), "music": np.array([False, True, False])}  # A, B, the closed Z


def test_access_in_a_plan():
    """Of 100 students 60 are at A, of 36 poor 30, of 30 rich 9."""
    access = measure(PLAN, line(programs=PROGRAMS))["program_access"]
    assert access["arts"] == {"poor": pytest.approx(30 / 36), "rich": pytest.approx(9 / 30), "nobody": None, "all": pytest.approx(0.6)}
    assert access["music"]["all"] == pytest.approx(0.4)


def test_access_today_counts_closed_schools_and_leaves_new_units_out():
    """30 students at A and 30 at Z of the 80 who have a school."""
    access = measure_today(line(programs=PROGRAMS))["program_access"]
    assert access["arts"]["all"] == pytest.approx(60 / 80)
    assert access["arts"]["poor"] == pytest.approx(30 / 31)
    assert measure_nearest(line(programs=PROGRAMS))["program_access"]["arts"]["all"] == pytest.approx(0.6)


def test_without_programs_there_is_nothing():
    assert measure(PLAN, line())["program_access"] is None


@pytest.mark.parametrize("index", sorted(INDICES))
def test_leaving_is_the_index_of_those_who_stay(index):
    """FARTHER moves unit 1 and the closed school's unit 2; the new unit 4 never moves."""
    district = line()
    stay = np.array([1, 0.75, 0.75, 1, 1, 1])
    left = line(students=district.students * stay, groups={name: counts * stay for name, counts in district.groups.items()})
    found = index_when_leaving(Zones(district, FARTHER.school), index, "poor", 0.25)
    assert found == pytest.approx(index_of(Zones(left, FARTHER.school), index, "poor"))


def test_nobody_leaves_where_nobody_moves_or_no_share_does():
    zones = Zones(line(), FARTHER.school)
    assert index_when_leaving(zones, "gini", "poor", 0) == pytest.approx(index_of(zones, "gini", "poor"))
    today = today_zones(line())
    assert index_when_leaving(today, "gini", "poor", 1) == pytest.approx(index_of(today, "gini", "poor"))
    assert index_when_leaving(Zones(line(current=None), PLAN.school), "gini", "poor", 0.5) is None
