"""Borders, necks and corridors of zones, by hand on small grids."""

import numpy as np
import pytest
from drawn import picture

from rezoning.district.plan import Plan
from rezoning.metrics.measure import measure

# 00 01 02
# 10 11 12    edges: 00-01 01-02 | 00-10 01-11 02-12 | 10-11 11-12
EDGES = [(0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (4, 5)]
METERS = [300.0, 100.0, 50.0, 200.0, 80.0, 120.0, np.nan]


def district(students=(10, 10, 10, 10, 10, 10), meters=METERS, rows="Aaa/aaB", **changes):
    return picture(rows, students=students, edges=EDGES, border_m=np.array(meters), **changes)


def schools(text: str) -> Plan:
    return Plan(np.array(["AB".index(c) for c in text]))


def test_a_border_counts_for_both_of_its_zones():
    found = measure(schools("AAABBB"), district())
    assert found["boundary_km"] == pytest.approx(0.38)
    assert found["boundary_km_by_school"] == {"A": pytest.approx(0.38), "B": pytest.approx(0.38)}


def test_the_border_with_two_others_is_the_sum():
    found = measure(Plan(np.array([0, 2, 1, 0, 2, 1])), picture("ABa/aaC", edges=EDGES, border_m=np.array(METERS)))
    assert found["boundary_km_by_school"] == {"A": pytest.approx(0.42), "B": pytest.approx(0.05), "C": pytest.approx(0.47)}


def test_the_neck_is_the_narrowest_of_the_widest_ways():
    """From 02 to 00 the way over 01 is 50 m wide, the one over 12 and the link to 11 is 80."""
    assert measure(schools("AAAAAA"), district(rows="Aaa/aaa"))["necks"] == {"A": 80.0}


def test_a_link_does_not_narrow_a_zone():
    assert measure(schools("BBBBBB"), district(students=(0, 0, 0, 0, 10, 0)))["necks"] == {"A": None, "B": None}


def test_only_units_with_students_make_a_neck():
    assert measure(schools("AAAAAA"), district(students=(10, 10, 0, 10, 10, 0), rows="Aaa/aaa"))["necks"] == {"A": 120.0}


def test_nobody_hangs_on_a_school_alone():
    assert measure(schools("AAABBB"), district(students=(10, 0, 0, 0, 0, 10)))["necks"] == {"A": None, "B": None}


def test_a_detached_piece_hangs_on_nothing():
    assert measure(schools("ABABBB"), district())["necks"] == {"A": None, "B": 120.0}


def test_without_lengths_there_is_no_neck():
    found = measure(schools("AAABBB"), district(meters=[np.nan] * 7))
    assert (found["necks"], found["boundary_km_by_school"]) == (None, None)


def test_a_unit_without_students_that_alone_holds_others_on_is_a_corridor():
    found = measure(schools("AAABAB"), district(students=(10, 0, 10, 10, 10, 10)))
    assert found["corridors"] == {"A": ["01"]}


def test_two_ways_make_no_corridor_and_neither_does_one_to_nobody():
    assert measure(schools("AAAAAA"), district(students=(10, 0, 10, 0, 0, 0), rows="Aaa/aaa"))["corridors"] == {}
    assert measure(schools("AAABBB"), district(students=(10, 0, 0, 10, 10, 10)))["corridors"] == {}


def test_every_corridor_is_one_by_leaving_it_out():
    """Against the definition on drawn plans: without the unit alone students of its zone are cut off from their school."""
    rng = np.random.default_rng(3)
    for _ in range(60):
        students = np.where(rng.random(6) < 0.5, 0.0, 10.0)
        place, plan = district(students=students), rng.integers(0, 2, 6)
        found = measure(Plan(plan), place)["corridors"]
        expected = {}
        for s, text in enumerate("AB"):
            root = int(place.school_unit[s])
            here = {u for u in range(6) if plan[u] == s}
            held = reached(root, here) if root in here else set()
            cuts = [u for u in sorted(here - {root}) if students[u] == 0 and any(students[v] > 0 for v in held - reached(root, here - {u}))]
            expected |= {text: [place.unit_ids[u] for u in cuts]} if cuts and root in here else {}
        assert found == expected


def reached(root: int, inside: set[int]) -> set[int]:
    seen = {root}
    while more := {b for edge in EDGES for a, b in (edge, edge[::-1]) if a in seen and b in inside and b not in seen}:
        seen |= more
    return seen
