"""What a diagnosis measures, against brute force from the documentation on drawn districts, and by hand on pictures."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from drawn import case, cases, parted, picture, scenario
from hypothesis import given
from lined import squares

from rezoning.metrics.beside import km_between, pooled, schools_beside, trip_between
from rezoning.metrics.diagnosis import diagnose
from rezoning.metrics.islands import islands
from rezoning.metrics.nearer import nearer_schools
from rezoning.metrics.residence import part, removable, residence
from rezoning.metrics.seats import school_seats
from rezoning.metrics.shape import pieces
from rezoning.metrics.zones import Zones, today_zones

SEEDS = range(60)


def with_today(seed: int, draw=case):
    """The first case from a seed on that has zones of today."""
    while (drawn := draw(seed)).district.current is None:
        seed += 1000
    return drawn.district, drawn.scenario


def index(shares: list[tuple[float, float]]) -> float | None:
    """Dissimilarity from pairs of a group and the others, as the documentation has it."""
    ours, others = (sum(pair[k] for pair in shares) for k in (0, 1))
    return None if min(ours, others) <= 1e-9 else sum(abs(a / ours - b / others) for a, b in shares) / 2


# -- neighbors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_neighbors_and_units_along_their_borders(seed):
    district, _ = with_today(seed)
    border = np.random.default_rng(seed).uniform(1, 9, len(district.edges))
    border[::4] = np.nan
    district = replace(district, border_m=border)
    zones = today_zones(district)
    near = {u: {int(b if a == u else a) for a, b in district.edges if u in (a, b)} for u in range(district.num_units)}
    found = {(one.one, one.other): one for one in schools_beside(zones)}
    for s, t in combinations(range(district.num_schools), 2):
        between = [k for k, (a, b) in enumerate(district.edges) if {zones.school[a], zones.school[b]} == {s, t}]
        if not between:
            assert (s, t) not in found
            continue
        one = found.pop((s, t))
        known = [border[k] for k in between if not np.isnan(border[k])]
        assert one.border_m == (pytest.approx(sum(known)) if known else None)
        for mine, theirs, along in ((s, t, one.along[0]), (t, s, one.along[1])):
            first = {u for u in near if zones.school[u] == mine and any(zones.school[v] == theirs for v in near[u])}
            second = {u for u in near if zones.school[u] == mine and near[u] & first}
            assert set(along.tolist()) == first | second
    assert not found


def test_how_far_apart_schools_are():
    district = picture("AabB", geometry=squares(4), travel=np.array([[0.0, 9], [2, 6], [6, np.nan], [7, 0]]))
    assert (trip_between(district, 0, 1), km_between(district, 0, 1)) == (8.0, pytest.approx(0.3))
    one_way = replace(district, travel=np.array([[0.0, np.nan], [2, 6], [6, 2], [7, 0]]))
    assert trip_between(one_way, 0, 1) == 7.0
    assert trip_between(replace(district, travel=np.full((4, 2), np.nan)), 0, 1) is None
    assert (trip_between(replace(district, travel=None), 0, 1), km_between(replace(district, geometry=None), 0, 1)) == (None, None)


def test_the_most_unequal_come_first_and_empty_schools_nowhere():
    district = picture("AabbBcC", students=[10, 10, 10, 10, 10, 0, 0], groups={"low": np.array([10.0, 6, 5, 5, 5, 0, 0])})
    found = diagnose(today_zones(district), scenario(), None, None)
    assert [(pair.one, pair.other, gap) for pair, gap in found.most_unequal("low")] == [(0, 1, pytest.approx(0.3))]
    assert [(pair.one, pair.other) for pair in found.beside] == [(0, 1), (1, 2)]


# -- seats -------------------------------------------------------------------------------------------------------------


def test_schools_over_and_under_their_seats_by_year():
    district = picture(
        "Aab/bBC", students=[30, 30, 20, 20, 20, 10], capacity=np.array([50.0, 60, 20]), portables=np.array([4.0, 0, 0]),
        years={"2030": np.array([20.0, 20, 30, 30, 30, 10])}, growth={"high": np.array([30.0, 30, 20, 20, 21, 10])},
    )  # fmt: skip
    rows = school_seats(today_zones(district), np.array([54.0, 60, 20]), None)
    assert [list(row["times"]) for row in rows] == [["now", "2030", "high"]] * 3
    assert rows[0]["times"]["now"] == {"students": 60, "over": 10, "over_with_portables": 6, "over_allowed": 6, "under": 0, "under_allowed": 0}
    assert [rows[1]["times"][when]["over"] for when in ("now", "2030", "high")] == [0, 30, 1]
    assert [row["times"]["now"]["under"] for row in rows] == [0, 0, 6]  # of 80 % of 20 seats
    by_rule = school_seats(today_zones(district), None, np.array([0.0, 0, 12.0]))
    assert (by_rule[2]["times"]["now"]["under_allowed"], by_rule[2]["least"], by_rule[0]["allowed"]) == (2, 12, 50)
    assert school_seats(today_zones(replace(district, capacity=None)), None, None) is None


# -- nearer schools, islands -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_units_with_a_nearer_school_that_has_room(seed):
    district, _ = with_today(seed)
    if district.travel is None:
        assert nearer_schools(today_zones(district), None) is None
        return
    zones, allowed = today_zones(district), district.capacity
    held = [sum(district.students[u] for u in range(district.num_units) if zones.school[u] == s) for s in range(district.num_schools)]
    expected: dict[tuple[int, int], list[int]] = {}
    for u in range(district.num_units):
        own = district.trips_today[u]
        fit = [
            (district.travel[u, s], s)
            for s in range(district.num_schools)
            if s != zones.school[u]
            and not np.isnan(district.travel[u, s])
            and (allowed is None or held[s] + district.students[u] <= allowed[s] + 1e-6)
        ]
        if zones.school[u] >= 0 and district.students[u] > 0 and not np.isnan(own) and fit and min(fit)[0] < own - 1e-6:
            expected.setdefault((int(zones.school[u]), min(fit)[1]), []).append(u)
    found = nearer_schools(zones, allowed)
    assert {(one.school, one.nearer): one.units.tolist() for one in found} == expected
    assert [one.students for one in found] == sorted((one.students for one in found), reverse=True)
    for one in found:
        shorter = [district.trips_today[u] - district.travel[u, one.nearer] for u in one.units]
        students = district.students[one.units]
        assert one.students == pytest.approx(students.sum())
        assert (one.saved, one.typical) == (pytest.approx(np.dot(students, shorter) / students.sum()), pytest.approx(np.median(shorter)))
        assert one.room == (None if allowed is None else pytest.approx(allowed[one.nearer] - held[one.nearer]))


@pytest.mark.parametrize("draw", [case, parted])
@pytest.mark.parametrize("seed", range(30))
def test_islands_are_the_pieces_that_do_not_hold_the_school(seed, draw):
    district, _ = with_today(seed, draw)
    zones = today_zones(district)
    found, counted = islands(zones), pieces(zones)
    for s, school in enumerate(district.school_ids):
        ours = [one for one in found if one.school == s]
        assert len(ours) == max(0, counted[school] - 1)
        inside = set(np.flatnonzero(zones.school == s).tolist())
        assert all(set(one.units.tolist()) <= inside for one in ours)
        if zones.school[district.school_unit[s]] == s:
            home = sum(district.students[u] for u in inside) - sum(one.students for one in ours)
            assert home >= district.students[district.school_unit[s]] - 1e-9


def test_an_island_by_hand():
    found = islands(today_zones(picture("AbaBa", students=[1, 2, 4, 8, 16])))
    assert [(one.school, one.units.tolist(), one.students) for one in found] == [(0, [4], 16), (0, [2], 4), (1, [1], 2)]


# -- where people live -------------------------------------------------------------------------------------------------


@given(cases())
def test_no_zones_have_more_than_homes_do(drawn):
    """Whatever whole units are put together: also every plan of a small district."""
    district = drawn.district
    n = min(district.num_units, 7)
    small = {name: group[:n] for name, group in district.groups.items()}
    students = district.students[:n]
    district = replace(district, unit_ids=district.unit_ids[:n], students=students, groups=small, edges=np.zeros((0, 2), dtype=np.int64), travel=None)
    for name, group in small.items():
        if (group > students).any():
            continue
        homes = index([(a, n_u - a) for a, n_u in zip(group, students, strict=True)])
        lives = residence(Zones(district, np.zeros(n, dtype=np.int64)), name)
        assert lives.units == (None if homes is None else pytest.approx(homes))
        for school in product(range(2), repeat=n) if homes is not None else ():
            zoned = [[sum(x for x, s in zip(counts, school, strict=True) if s == k) for k in range(2)] for counts in (group, students - group)]
            assert index(list(zip(*zoned, strict=True))) <= homes + 1e-9


def test_what_zones_could_change():
    assert [removable(0.4, 0.1), removable(0.4, 0.5), removable(0.4, None), removable(None, 0.1)] == [pytest.approx(0.3), 0.0, None, None]
    assert [part(0.3, 0.4), part(0.0, 0.0), part(None, 0.4)] == [pytest.approx(0.75), None, None]


# -- pairs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_pooled_zones_are_one_zone(seed):
    """The index of the buildings of a paired zone: each holds some share of everybody in it, whatever the grades."""
    district, asked = with_today(seed)
    zones = today_zones(district)
    found = diagnose(zones, asked, district.capacity, None)
    n, cut = zones.students, np.random.default_rng(seed).uniform(0.1, 0.9)
    for one in found.pooled:
        s, t = one.beside.one, one.beside.other
        assert one.students == pytest.approx(n[s] + n[t])
        assert one.room == (None if district.capacity is None else pytest.approx(district.capacity[s] + district.capacity[t] - n[s] - n[t]))
        for name in found.chosen:
            buildings = [(a, m - a) for k, (a, m) in enumerate(zip(zones.groups[name], n, strict=True)) if k not in (s, t)]
            a, m = zones.groups[name][[s, t]].sum(), n[[s, t]].sum()
            buildings += [(cut * a, cut * (m - a)), ((1 - cut) * a, (1 - cut) * (m - a))]
            value = index(buildings)
            assert one.after["dissimilarity"][name] == (None if value is None else pytest.approx(value))
    gains = [found.now["dissimilarity"][found.groups[0]] - one.after["dissimilarity"][found.groups[0]] for one in found.pooled]
    assert gains == sorted(gains, reverse=True)


def test_pooled_numbers():
    assert pooled(np.array([1.0, 2, 4, 8]), 1, 3).tolist() == [1, 4, 10]


# -- bands and policy --------------------------------------------------------------------------------------------------


def test_schools_outside_of_bands_that_policies_use():
    district = replace(picture("ABC/abc", students=[100] * 6), groups={"low": np.array([90.0, 55, 5, 90, 55, 5])})
    found = {one.band.preset: one for one in diagnose(today_zones(district), scenario(), None, None).bands}
    assert set(found) == {"court15", "ct25", "ct_diverse", "cambridge10"}
    assert found["ct25"].limits == [(pytest.approx(0.25), pytest.approx(0.75))]
    assert found["ct25"].outside.tolist() == [pytest.approx(30.0), 0.0, pytest.approx(40.0)]
    own = diagnose(today_zones(district), scenario({"bands": [{"group": "low", "within": 0.42}]}), None, None).bands[0]
    assert (own.is_rule, own.outside.tolist()) == (True, [0.0, 0.0, pytest.approx(6.0)])


def test_the_goals_group_comes_first_and_only_groups_for_goals_are_paired():
    district, _ = with_today(3)
    asked = scenario(goals=[{"minimize": "dissimilarity", "group": "white"}])
    asked = asked.model_copy(update={"attributes": {"black": "report_only"}})
    found = diagnose(today_zones(district), asked, None, None)
    assert found.groups == ("white", "low", "black")
    assert found.chosen == ("white", "low")
    assert set(found.residence) == {"white", "low", "black"}
