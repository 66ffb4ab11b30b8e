"""The auditor on tiny drawn districts: every rule kept and broken, every message once in full."""

import numpy as np
import pytest
from audited import draw, found, grid_edges, plan
from hypothesis import given
from hypothesis import strategies as st

from rezoning.auditing import Audit, Violation, audit, audit_today
from rezoning.district.district import District
from rezoning.district.plan import Plan, today
from rezoning.errors import ScenarioError
from rezoning.scenario.schema import Rules


def test_a_plan_that_keeps_every_rule_passes():
    district = draw("Aab/aBb", capacity=np.array([30.0, 30.0]), travel=np.full((6, 2), 5.0))
    rules = Rules.model_validate(
        {
            "capacity": {"min": 0.5, "max": 1.0},
            "travel": {"max": 5, "max_increase": 0, "always_within": 1},
            "locked": {"units": ["00"], "schools": ["A"]},
            "assign": {"02": "B"},
            "forbid": [["02", "A"]],
            "reassigned": {"max_share": 0},
        }
    )
    assert audit(plan("aab/abb"), district, rules) == Audit(True, ())
    assert audit_today(district, rules) == Audit(True, ())


# -- assignment ------------------------------------------------------------------------------------------------------


def test_every_unit_needs_an_open_school():
    result = audit(Plan([0, -1, 1, 0, 2, 9]), draw("Aaz/a.B"), Rules())
    assert [v.message for v in result.violations if v.rule == "assignment"] == [
        "assignment: unit '01' has no school",
        "assignment: unit '11' belongs to school 'Z9', which is closed",
        "assignment: unit '12' has a school that does not exist (number 9)",
    ]
    assert not result.passed


def test_a_plan_of_another_district_is_a_fault():
    with pytest.raises(ValueError, match="a plan of 2 units for a district of 6"):
        audit(Plan([0, 1]), draw("Aab/aBb"), Rules())


# -- capacity --------------------------------------------------------------------------------------------------------


def test_capacity_of_seats():
    district = draw("AaB", students=[600, 12, 10], capacity=np.array([571.0, 50.0]))
    result = audit(plan("aab"), district, Rules.model_validate({"capacity": {"min": 0.7, "max": 1.05}}))
    above, below = result.violations
    assert above.message == "capacity: Oak Hill would hold 612 students, 12.4 above its limit of 599.6 (105 % of 571 seats)"
    assert (above.rule, above.subject, above.amount, above.limit) == ("capacity", "A", 612.0, 1.05 * 571)
    assert below.message == "capacity: Elm Grove would hold 10 students, 25 below its minimum of 35 (70 % of 50 seats)"
    assert (below.rule, below.subject, below.amount, below.limit) == ("capacity", "B", 10.0, 35.0)


def test_capacity_of_today_and_a_new_school_by_its_seats():
    district = draw("AaaaB", students=[10, 10, 10, 5, 5], capacity=np.array([99.0, 4.0]), current=np.zeros(5, dtype=int))
    assert found("aaaab", district, capacity={"max": 0.8, "of": "current"}) == [
        "capacity: Oak Hill would hold 35 students, 3 above its limit of 32 (80 % of today's 40 students)",
        "capacity: Elm Grove would hold 5 students, 1.8 above its limit of 3.2 (80 % of 4 seats)",
    ]


@pytest.mark.parametrize(("extra", "passes"), [(0.0, True), (0.9e-6, True), (1.2e-6, False)])
def test_capacity_tolerance(extra, passes):
    district = draw("AB", students=[10 + extra, 5], capacity=np.array([10.0, 10.0]))
    assert audit(plan("ab"), district, Rules.model_validate({"capacity": {"max": 1}})).passed is passes


# -- travel ----------------------------------------------------------------------------------------------------------

TRIPS = np.array([[0.0, 30], [10, 18], [45.25, 0]])


@pytest.mark.parametrize(
    ("rule", "messages"),
    [
        ({}, []),
        ({"max": 18}, []),
        ({"max": 17}, ["travel: from unit '01' to Elm Grove would take 18 min, 1 above the limit of 17 min"]),
        ({"max_increase": 0.8}, []),
        ({"max_increase": 0.5}, ["travel: from unit '01' to Elm Grove would take 18 min, 3 above the limit of 15 min (50 % over today's 10 min)"]),
        ({"max": 12, "max_increase": 0.5}, ["travel: from unit '01' to Elm Grove would take 18 min, 6 above the limit of 12 min"]),
        ({"max_increase": 0.5, "always_within": 18}, []),
        (
            {"max_increase": 0.5, "always_within": 17},
            ["travel: from unit '01' to Elm Grove would take 18 min, 1 above the limit of 17 min (within which any school is allowed)"],
        ),
    ],
)
def test_travel(rule, messages):
    assert found("abb", draw("AaB", travel=TRIPS), travel=rule) == messages


def test_unknown_travel():
    trips = TRIPS.copy()
    trips[1, 1] = np.nan
    result = audit(plan("abb"), draw("AaB", travel=trips), Rules.model_validate({"travel": {"max": 17}}))
    assert result.violations == (Violation("travel", "01", None, 17.0, "travel: no trip from unit '01' to Elm Grove is known"),)
    assert found("abb", draw("AaB", travel=trips), travel={}) == ["travel: no trip from unit '01' to Elm Grove is known"]
    assert found("abb", draw("AaB", travel=trips)) == []


@pytest.mark.parametrize("picture", ["A.B", "AzB"])
def test_no_limit_of_increase_without_a_school_of_today(picture):
    assert found("abb", draw(picture, travel=TRIPS), travel={"max_increase": 0}) == []


def test_no_limit_of_increase_over_an_unknown_trip():
    trips = TRIPS.copy()
    trips[1, 0] = np.nan
    assert found("abb", draw("AaB", travel=trips), travel={"max_increase": 0}) == []


@pytest.mark.parametrize(
    ("rules", "passes"),
    [
        ({}, True),
        ({"stay_allowed": False}, False),
        ({"stay_allowed": False, "assign": {"01": "A"}}, True),
        ({"stay_allowed": False, "locked": {"units": ["01"]}}, True),
        ({"stay_allowed": False, "locked": {"schools": ["A"]}}, True),
        ({"stay_allowed": False, "locked": {"schools": ["B"]}}, False),
    ],
)
def test_who_may_travel_any_length(rules, passes):
    assert (found("aab", draw("AaB", travel=TRIPS), travel={"max": 9}, **rules) == []) is passes


def test_unknown_trip_of_today_may_stay():
    trips = np.array([[0.0, 30], [np.nan, 18], [45, 0]])
    assert found("aab", draw("AaB", travel=trips), travel={"max": 9}) == []
    assert found("aab", draw("AaB", travel=trips), travel={"max": 9}, stay_allowed=False) == ["travel: no trip from unit '01' to Oak Hill is known"]


# -- contiguity ------------------------------------------------------------------------------------------------------


def test_a_detached_piece():
    assert found("abba/abbb", draw("Abba/abbB")) == ["contiguity: Oak Hill's zone would have a detached piece of 1 unit with 10 students: unit '03'"]
    assert found("aab/bba", draw("AaB/bba"), school_in_own_zone=False) == [
        "contiguity: Elm Grove's zone would have a detached piece of 2 units with 20 students: unit '10' and its neighbors",
        "contiguity: Oak Hill's zone would have a detached piece of 1 unit with 10 students: unit '12'",
    ]


@pytest.mark.parametrize(("method", "num"), [("exact", 1), ("closer_neighbor", 1), ("none", 0)])
def test_every_method_but_none_is_audited(method, num):
    assert len(found("abba/abbb", draw("Abbb/abbB"), contiguity={"method": method})) == num


def test_islands_of_today_may_stay_with_their_anchor():
    district = draw("Abaa/bbaB", students=[10, 10, 3, 7, 10, 10, 7, 10])  # anchor of the island: '03', before '12' as text
    keep = {"method": "exact", "islands": "keep"}
    assert found("abaa/bbab", district, contiguity=keep) == []
    assert found("abba/bbbb", district, contiguity=keep) == []
    assert found("abab/bbab", district, contiguity=keep) == [
        "contiguity: Oak Hill's zone would have a detached piece of 2 units with 10 students: unit '02' and its neighbors"
    ]
    assert [v.subject for v in audit_today(district, Rules()).violations] == ["B", "A"]  # forbidden, each zone's island is a breach


def test_a_zone_of_today_without_its_school_is_all_islands():
    district = draw("Abb/bbB", school_unit=np.array([1, 5]))  # Oak Hill stands in Elm Grove's zone
    outside = ["school_in_own_zone: unit '01', which holds Oak Hill, would belong to Elm Grove"]
    assert found("abb/bbb", district, contiguity={"islands": "keep"}) == outside


def test_a_zone_may_be_empty_but_not_without_its_school():
    district = draw("Abb/bbB", school_unit=np.array([1, 5]))
    keep = {"contiguity": {"islands": "keep"}, "school_in_own_zone": False}
    assert found("bbb/bbb", district, **keep) == []
    assert found("abb/bbb", district, **keep) == ["contiguity: Oak Hill's zone would have a detached piece of 1 unit with 10 students: unit '00'"]
    assert found("bbb/bbb", district) == ["school_in_own_zone: unit '01', which holds Oak Hill, would belong to Elm Grove"]


# -- locked, assign, forbid, reassigned --------------------------------------------------------------------------------


def test_locked_units():
    district = draw("Aaz./aaBB".replace("BB", "Bb"))
    result = found("abbb/aabb", district, locked={"units": ["00", "01", "02", "03"]})
    assert result == [
        "locked: unit '01' would go from Oak Hill to Elm Grove",
        "locked: unit '02' would go from the closed 'Z9' to Elm Grove",
        "locked: unit '03' is new: it has no school of today to keep",
    ]


def test_locked_schools():
    result = audit(plan("abb/aab"), draw("Aab/aB."), Rules.model_validate({"locked": {"schools": ["B"]}, "school_in_own_zone": False}))
    assert result.violations[-1] == Violation("locked", "B", 3.0, 0.0, "locked: Elm Grove's zone would gain 2 units (01, 12) and lose 1 unit (11)")


def test_assign_and_forbid():
    assert found("abb/abb", draw("Aab/aBb"), assign={"01": "A", "00": "A"}, forbid=[["02", "B"], ["02", "A"]]) == [
        "assign: unit '01' would belong to Elm Grove, not to Oak Hill",
        "forbid: unit '02' would belong to Elm Grove",
    ]


def test_a_closed_school_may_be_forbidden():
    assert found("abb", draw("AzB"), forbid=[["01", "Z9"]]) == []


def test_reassigned_leaves_new_units_out():
    district = draw("Aaz.B", students=[10, 10, 10, 30, 40])
    assert found("abbbb", district, reassigned={"max_share": 0.2}) == []
    result = audit(plan("abbbb"), district, Rules.model_validate({"reassigned": {"max_share": 0.15}}))
    assert result.violations == (
        Violation("reassigned", "district", 0.2, 0.15, "reassigned: 20 students of 100 would change schools (20 %), 5 above the limit of 15 (15 %)"),
    )


@pytest.mark.parametrize(("above", "passes"), [(0.5, True), (1.5, False)], ids=["within", "beyond"])
def test_tolerances_of_travel_and_shares(above, passes):
    district = draw("AaB", students=[10, 10, 20], travel=TRIPS)
    assert (found("abb", district, travel={"max": 18 - above * 1e-6}) == []) is passes
    assert (found("abb", district, travel={"max": 1, "always_within": 18 - above * 1e-6}) == []) is passes
    assert (found("abb", district, reassigned={"max_share": 0.25 - above * 1e-9}) == []) is passes


# -- today -----------------------------------------------------------------------------------------------------------


def test_today_is_audited_as_it_stands():
    district = draw("Aab/zBa/..b", capacity=np.array([10.0, 99.0]), travel=np.full((9, 2), 60.0))
    rules = {"capacity": {"max": 1}, "travel": {"max": 40}, "stay_allowed": False, "assign": {"02": "A"}, "forbid": [["00", "A"]]}
    result = audit_today(district, Rules.model_validate(rules | {"reassigned": {"max_share": 0}, "locked": {"units": ["10"], "schools": ["A"]}}))
    assert [v.message for v in result.violations if v.rule != "travel"] == [
        "assignment: unit '10' belongs to school 'Z9', which is closed",
        "assignment: unit '20' has no school",
        "assignment: unit '21' has no school",
        "capacity: Oak Hill holds 30 students, 20 above its limit of 10 (100 % of 10 seats)",
        "contiguity: Elm Grove's zone has a detached piece of 1 unit with 10 students: unit '02'",
        "contiguity: Oak Hill's zone has a detached piece of 1 unit with 10 students: unit '12'",
        "contiguity: Elm Grove's zone has a detached piece of 1 unit with 10 students: unit '22'",
        "assign: unit '02' belongs to Elm Grove, not to Oak Hill",
        "forbid: unit '00' belongs to Oak Hill",
    ]
    trips = [v.message for v in result.violations if v.rule == "travel"]
    assert trips[0] == "travel: from unit '02' to Elm Grove takes 60 min, 20 above the limit of 40 min"
    assert len(trips) == 3  # locked Oak Hill keeps its own


def test_today_without_zones_of_today():
    assert audit_today(draw("AaB", current=None), Rules()) is None


# -- what cannot be audited --------------------------------------------------------------------------------------------


def test_rules_that_the_district_cannot_answer():
    rules = {
        "capacity": {"of": "current"},
        "travel": {"max_increase": 0.5},
        "contiguity": {"islands": "keep"},
        "locked": {"units": ["00", "77"], "schools": ["Q"]},
        "reassigned": {"max_share": 0.1},
        "assign": {"88": "A", "00": "R"},
        "forbid": [["99", "S"]],
    }
    with pytest.raises(ScenarioError) as caught:
        audit(plan("aab"), draw("AaB", current=None), Rules.model_validate(rules))
    words = ("rules.locked", "rules.reassigned", "of: current", "rules.travel.max_increase", "islands: keep")
    places = ("rules.locked", "rules.reassigned", "rules.capacity.of", "rules.travel.max_increase", "rules.contiguity.islands")
    unit, school = "in the district. Write its id as in the units file.", "in the district. The schools are A, B."
    assert sorted(str(problem) for problem in caught.value.problems) == sorted(
        [
            *(
                f"{place}: without today's schools {word} is refused. Give data.units.current_school or data.units.current, or drop it."
                for place, word in zip(places, words, strict=True)
            ),
            "rules.travel.max_increase: without data.travel rules.travel.max_increase is refused. Give data.travel, or drop it.",
            f"rules.locked.units[1]: there is no unit '77' {unit}",
            f"rules.locked.schools[0]: there is no school 'Q' {school}",
            f"rules.assign.88: there is no unit '88' {unit}",
            f"rules.assign.00: there is no school 'R' {school}",
            f"rules.forbid[0]: there is no unit '99' {unit}",
            f"rules.forbid[0]: there is no school 'S' {school}",
        ]
    )
    with pytest.raises(ScenarioError) as caught:
        audit(plan("aab"), draw("AaB"), Rules.model_validate({"capacity": {"max": 1}}))
    assert str(caught.value) == (
        "rules.capacity: without data.schools.capacity there are no seats to count. Give data.schools.capacity, or write of: current."
    )


def test_equal_names_are_told_apart():
    district = draw("AaB", school_names=("Oak", "Oak"))
    assert found("bab", district, contiguity={"method": "none"}) == ["school_in_own_zone: unit '00', which holds Oak (A), would belong to Oak (B)"]


def test_to_dict_is_what_run_json_holds():
    result = audit(plan("aaa"), draw("AaB"), Rules())
    message = "school_in_own_zone: unit '02', which holds Elm Grove, would belong to Oak Hill"
    violation = {"rule": "school_in_own_zone", "subject": "B", "amount": 1.0, "limit": 0.0, "message": message}
    assert result.to_dict() == {"passed": False, "violations": [violation]}


# -- invariants ------------------------------------------------------------------------------------------------------


@st.composite
def districts(draw_value):
    rows, columns, m = draw_value(st.integers(1, 4)), draw_value(st.integers(2, 5)), draw_value(st.integers(1, 2))
    n = rows * columns
    current = draw_value(st.lists(st.integers(0, m - 1), min_size=n, max_size=n))
    units = draw_value(st.permutations(range(n)))[:m]
    return District(
        unit_ids=tuple(f"{u:02}" for u in range(n)),
        students=np.array(draw_value(st.lists(st.integers(0, 5), min_size=n, max_size=n)), dtype=float),
        school_ids=tuple("AB"[:m]),
        school_names=tuple("AB"[:m]),
        school_unit=np.array(units),
        edges=grid_edges(rows, columns),
        current=np.array(current),
        travel=np.array(draw_value(st.lists(st.sampled_from([1.0, 9.0, np.nan]), min_size=n * m, max_size=n * m))).reshape(n, m),
    )


@given(districts())
def test_today_keeps_islands_travel_and_budget(district):
    rules = Rules.model_validate(
        {
            "capacity": {"min": 1, "max": 1, "of": "current"},
            "travel": {"max": 0},
            "contiguity": {"islands": "keep"},
            "locked": {"units": list(district.unit_ids), "schools": list(district.school_ids)},
            "reassigned": {"max_share": 0},
        }
    )
    result = audit(today(district), district, rules)
    assert {violation.rule for violation in result.violations} <= {"school_in_own_zone"}
    assert [v.subject for v in result.violations] == [v.subject for v in audit_today(district, rules).violations]


@given(districts(), st.randoms(use_true_random=False))
def test_contiguity_is_reachability_from_the_school(district, random):
    """A zone has no detached piece exactly where walking from the school inside the zone meets all of it."""
    school = [random.randrange(district.num_schools) for _ in district.unit_ids]
    detached = {v.subject for v in audit(Plan(school), district, Rules.model_validate({"school_in_own_zone": False})).violations}
    for s, text in enumerate(district.school_ids):
        zone = {u for u, k in enumerate(school) if k == s}
        reached, frontier = set(), [int(district.school_unit[s])] if int(district.school_unit[s]) in zone else []
        while frontier:
            u = frontier.pop()
            reached.add(u)
            frontier += [int(b if a == u else a) for a, b in district.edges if u in (a, b) and {a, b} <= zone and not {a, b} <= reached]
        assert (reached != zone) is (text in detached)
