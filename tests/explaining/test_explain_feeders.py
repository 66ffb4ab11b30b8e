"""How far rules between levels give way to given plans: as little as brute force over their numbers finds."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from level_districts import small_options

from rezoning.auditing.feeders import audit_feeders
from rezoning.district.plan import Plan
from rezoning.explaining.relaxing.feeders import feeders
from rezoning.explaining.trial import edited

STUDENTS = [40, 25, 10, 30, 15]
LOW = "aabbc"
UPS = ["".join(zones) for zones in product("xy", repeat=len(LOW))][::3]


def _feeds(up: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for e, m, students in zip(LOW, up, STUDENTS, strict=True):
        found[e, m] = found.get((e, m), 0) + students
    return found


def _num_split(up: str) -> int:
    fed = [e for e, _ in _feeds(up)]
    return len({e for e in fed if fed.count(e) > 1})


def _least_share(up: str) -> float:
    found = _feeds(up)
    return min(students / sum(n for (other, _), n in found.items() if other == e) for (e, _), students in found.items())


def _asked(folder: Path, *rules: dict[str, object]):
    (option,) = small_options(
        folder, LOW, "xxxyy", STUDENTS, [(LOW, "xxxyy")],
        rules={"contiguity": {"method": "none"}, "school_in_own_zone": False, "feeders": list(rules)},
    )  # fmt: skip
    scenario = option.scenario

    def passes(up: str, whole) -> bool:
        plans = {"elementary": ["abc".index(s) for s in LOW], "middle": ["xy".index(s) for s in up]}
        schools = {name: Plan(plan).school for name, plan in plans.items()}
        return whole is not None and audit_feeders(schools, option.district.levels, whole).passed

    def edits(up: str):
        plans = {"elementary": Plan(["abc".index(s) for s in LOW]), "middle": Plan(["xy".index(s) for s in up])}
        return feeders(plans["elementary"], plans, option.district, scenario)

    return scenario, passes, edits


def test_numbers_go_just_as_far_as_the_plan_needs(tmp_path):
    scenario, passes, edits = _asked(tmp_path, {"min_share": 0.45, "most_split": 1})
    for up in UPS:
        found = {edit.path[-1]: edit for edit in edits(up)}
        assert ("most_split" in found) == (_num_split(up) > 1)
        assert ("min_share" in found) == (_least_share(up) < 0.45)
        if "most_split" in found:
            assert found["most_split"].new == _num_split(up)
        if "min_share" in found:
            assert _least_share(up) - 0.001 < found["min_share"].new <= _least_share(up)
            assert found["min_share"].words.endswith("of the elementary students of the lower school")
        assert passes(up, edited(scenario, found.values()))


def test_no_school_split_becomes_as_many_as_are_split(tmp_path):
    scenario, passes, edits = _asked(tmp_path, {"split": "none"}, {"min_share": 0.01})
    for up in UPS:
        found = edits(up)
        assert len(found) == (_num_split(up) > 0)
        assert passes(up, edited(scenario, found))
        for edit in found:
            assert edit.path == ("rules", "feeders", 0)
            assert edit.new["most_split"] == _num_split(up)
            assert "split" not in edit.new
            assert [less.new["most_split"] for less in edit.lesser()] == [n - 1 for n in [_num_split(up)] if n > 1]
            assert not any(passes(up, edited(scenario, [less])) for less in edit.lesser())


@pytest.mark.parametrize("least", [0.3, 0.9])
def test_both_limits_of_one_rule_give_way_together(tmp_path, least):
    scenario, passes, edits = _asked(tmp_path, {"split": "none", "min_share": least})
    for up in UPS:
        found = edits(up)
        assert {edit.path for edit in found} <= {("rules", "feeders", 0), ("rules", "feeders", 0, "min_share")}
        assert passes(up, edited(scenario, found))
