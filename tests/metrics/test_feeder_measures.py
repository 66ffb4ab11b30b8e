"""Who feeds whom, on a line of six units with two levels, by hand: denominators, feeds without students, islands, stability that is no split."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rezoning.auditing.feeders import audit_feeders, audit_feeders_today
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.metrics.feeders import feeder_change, feeds, measure_feeders
from rezoning.metrics.levels import level_values
from rezoning.metrics.zones import Zones
from rezoning.scenario.levels import Feeding
from rezoning.scenario.schema import Scenario

ES, MS = [10.0, 10, 30, 0, 40, 10], [20.0, 1, 1, 5, 8, 15]
LOWER, UPPER = [0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1]  # A B on the left and right half; M takes u0 u1 u3, N the rest


def level(students: list[float], schools: str, today: list[int]) -> District:
    n = len(students)
    return District(
        unit_ids=tuple(f"u{k}" for k in range(n)), students=np.array(students), school_ids=tuple(schools), school_names=tuple(schools),
        school_unit=np.array([0, n - 1]), edges=np.array([[k, k + 1] for k in range(n - 1)]), current=np.array(today),
    )  # fmt: skip


def districts(lower: list[int] = LOWER, upper: list[int] = UPPER) -> dict[str, District]:
    return {"es": level(ES, "AB", lower), "ms": level(MS, "MN", upper)}


def asked(**rule: object) -> Scenario:
    schools = {"path": "x.csv", "unit": "unit"}
    return Scenario.model_validate(
        {
            "name": "line",
            "data": {"units": {"path": "u.csv"}},
            "levels": {"es": {"students": "es", "schools": schools, "current_school": "a"}, "ms": {"students": "ms", "schools": schools}},
            "rules": {"feeders": [rule]},
            "goals": [
                {"minimize": "split_feeders"}, {"minimize": "small_feeders", "min_share": 0.5, "of": rule.get("of", "lower")},
                {"minimize": "feeder_change"}, {"minimize": "reassigned"},
            ],
        }
    )  # fmt: skip


def found(lower: list[int] = LOWER, upper: list[int] = UPPER, **feeding: object):
    at = districts()
    zones = {"es": Zones(at["es"], np.array(lower)), "ms": Zones(at["ms"], np.array(upper))}
    return feeds(Feeding("es", "ms", **{"count": "es", **feeding}), zones)


def test_feeds_are_students_of_the_counted_level():
    assert found().students.tolist() == [[20, 30], [0, 50]]
    assert found(count="ms").students.tolist() == [[21, 1], [5, 23]]  # of other years: not the same students


def test_a_feed_without_students_splits_nobody():
    assert found().split.tolist() == [True, False]  # u3 holds no elementary student, and so does not split B
    assert found(count="ms").split.tolist() == [True, True]


def test_the_denominator_changes_the_answer():
    of_lower, of_upper = found(min_share=0.45), found(min_share=0.45, of="upper")
    assert of_lower.whole.tolist() == [[50, 50], [50, 50]]
    assert of_upper.whole.tolist() == [[20, 80], [20, 80]]
    assert of_lower.small().tolist() == [[True, False], [False, False]]  # 20 of 50
    assert of_upper.small().tolist() == [[False, True], [False, False]]  # 30 of 80
    assert found(count="ms", min_share=0.45).small().tolist() == [[False, True], [True, False]]


def test_the_share_itself_is_no_small_feed():
    assert not found(min_share=0.4).small().any()
    assert found(min_share=0.4001).small().sum() == 1


def test_an_island_splits_like_any_other_unit():
    assert found(lower=[0, 1, 0, 1, 1, 1], upper=[0, 1, 0, 1, 1, 1]).split.tolist() == [False, False]
    assert found(lower=[0, 1, 0, 1, 1, 1], upper=[0, 0, 0, 1, 1, 1]).split.tolist() == [False, True]


def test_stability_is_another_measure_than_splits():
    at = districts()
    zones = {"es": Zones(at["es"], np.array(LOWER)), "ms": Zones(at["ms"], np.array(UPPER))}
    assert feeds(Feeding("es", "ms", "es"), zones).split.any()
    assert feeder_change(Feeding("es", "ms", "es"), zones) == 0  # split as today: nobody's next school changes
    whole = {**zones, "ms": Zones(at["ms"], np.array([0, 0, 0, 1, 1, 1]))}
    assert not feeds(Feeding("es", "ms", "es"), whole).split.any()
    assert feeder_change(Feeding("es", "ms", "es"), whole) == pytest.approx(30 / 100)  # u2; nobody who is counted lives in u3
    assert feeder_change(Feeding("es", "ms", "ms"), whole) == pytest.approx(6 / 50)
    lower_moves = {**zones, "es": Zones(at["es"], np.array([0, 0, 1, 1, 1, 1]))}
    assert feeder_change(Feeding("es", "ms", "es"), lower_moves) == 0


def test_documents_name_who_is_counted_and_of_what_a_feed_is_a_share():
    at = districts()
    plans = {"es": Plan(LOWER), "ms": Plan([0, 0, 0, 1, 1, 1])}
    record = measure_feeders((Feeding("es", "ms", "es", "upper", 0.45),), plans, at)
    (now,), (then,) = record["today"], record["plan"]
    assert {key: now[key] for key in ("from", "to", "count", "of", "min_share")} == {
        "from": "es",
        "to": "ms",
        "count": "es",
        "of": "upper",
        "min_share": 0.45,
    }
    assert (now["split_schools"], now["split_feeders"], now["small_feeds"], now["small_feeders"]) == (["A"], 1, 1, 30)
    assert (then["split_schools"], then["small_feeds"], then["feeder_change"]) == ([], 0, pytest.approx(0.3))
    assert [(one["from"], one["to"], one["students"], one["share"], one["is_small"]) for one in now["feeds"]] == [
        ("A", "M", 20, 1, False), ("A", "N", 30, 0.375, True), ("B", "N", 50, 0.625, False),
    ]  # fmt: skip


def test_goals_between_and_over_all_levels():
    at, plans = districts(), {"es": Plan([0, 0, 1, 1, 1, 1]), "ms": Plan([0, 0, 0, 1, 1, 1])}
    values = level_values(asked(split="none", count="es"), plans, at)
    assert values == pytest.approx([1, 30, 0.3, (30 + 6) / 150])  # B sends 30 to M and 50 to N; u2 moves at both levels, u3 at the upper one
    assert level_values(asked(split="none", count="es", of="upper"), plans, at)[1] == 20  # of the 50 of M, A's 20 are less than half


# -- the auditor's own count ------------------------------------------------------------------------------------------


def broken(lower: list[int] = LOWER, upper: list[int] = UPPER, **rule: object) -> list[tuple[str, float, float]]:
    audit = audit_feeders({"es": np.array(lower), "ms": np.array(upper)}, districts(), asked(**rule))
    assert audit.passed == (not audit.violations)
    return [(one.subject, one.amount, one.limit) for one in audit.violations]


@pytest.mark.parametrize(
    ("rule", "violations"),
    [
        ({"split": "none"}, [("A", 2, 1)]),
        ({"split": "none", "count": "ms"}, [("A", 2, 1), ("B", 2, 1)]),
        ({"most_split": 1}, []),
        ({"most_split": 1, "count": "ms"}, [("district", 2, 1)]),
        ({"min_share": 0.4}, []),
        ({"min_share": 0.41}, [("A", 0.4, 0.41)]),
        ({"min_share": 0.41, "of": "upper"}, [("A", 0.375, 0.41)]),
        ({"min_share": 0.2, "count": "ms"}, [("A", 1 / 22, 0.2), ("B", 5 / 28, 0.2)]),
    ],
)
def test_every_broken_rule_is_caught(rule: dict[str, object], violations: list[tuple[str, float, float]]) -> None:
    assert broken(**rule) == violations


def test_a_plan_that_obeys_is_passed_and_one_unit_breaks_it():
    whole = [0, 0, 0, 1, 1, 1]
    assert broken(upper=whole, split="none", min_share=1) == []
    assert broken(upper=[0, 0, 0, 0, 1, 1], split="none", min_share=1) == []  # nobody who is counted lives in u3
    assert [one[0] for one in broken(upper=[0, 0, 0, 1, 0, 1], split="none")] == ["B"]
    assert len(broken(upper=[0, 0, 0, 1, 0, 1], min_share=1)) == 2


def test_sentences_name_the_denominator():
    audit = audit_feeders_today(districts(), asked(min_share=0.5, count="es", of="upper", split="none"))
    assert audit is not None
    small, split = (one.message for one in audit.violations)
    assert small.startswith("feeders: 30 es students would go from A (es) to N (ms), 37.5 % of the 80 es students of N, and a feed has at least 50 %")
    assert split == "feeders: A would be split at ms: its es students go on to M (20 students), N (30 students)"
    unknown = replace(districts()["ms"], current=None)
    assert audit_feeders_today({**districts(), "ms": unknown}, asked(split="none")) is None
