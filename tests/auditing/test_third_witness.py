"""Auditor and goals against `verify_run.py`, which shares no code with the project, on random plans of the real districts.

The district is built here from the outside check's own reading of the files, so that only rules and goals are compared.
"""

import importlib.util
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rezoning.auditing import audit
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.metrics.goals import goal_value
from rezoning.scenario.schema import Goal, Rules

SHARED = Path(__file__).parents[3] / "shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (SHARED / "data").exists() or not (SHARED / "accept").exists(), reason="the real districts are not beside the project"),
]
CASES = {"baltimore": "relieve", "shaker_heights": "balance", "mount_vernon": "balance"}


@pytest.fixture(scope="module")
def outside():
    spec = importlib.util.spec_from_file_location("verify_run", SHARED / "accept" / "verify_run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=CASES)
def case(request, outside):
    return outside.Case(SHARED / "data" / request.param / f"{CASES[request.param]}.yaml")


@pytest.fixture(scope="module")
def district(case):
    unit, school = {text: u for u, text in enumerate(case.units)}, {text: s for s, text in enumerate(case.schools)}
    return District(
        unit_ids=tuple(case.units),
        students=case.students.to_numpy(float),
        school_ids=tuple(case.schools),
        school_names=tuple(case.schools),
        school_unit=np.array([unit[case.root[text]] for text in case.schools]),
        edges=np.array(sorted(sorted((unit[a], unit[b])) for a, b in case.graph.edges)),
        groups={name: counts.to_numpy(float) for name, counts in case.groups.items()},
        current=np.array([school[text] for text in case.today]),
        capacity=None if case.capacity is None else case.capacity.to_numpy(float),
        travel=case.travel.to_numpy(float),
    )


def random_plan(district: District, rng: np.random.Generator, share: float) -> np.ndarray:
    """Today's zones with a share of the units given to a neighbor's school, and a few to any school."""
    school = district.current.copy()
    for u, v in district.edges[rng.random(len(district.edges)) < share]:
        school[u] = school[v]
    strays = rng.random(district.num_units) < share / 10
    school[strays] = rng.integers(0, district.num_schools, strays.sum())
    return school


def outside_subjects(sentences: list[str]) -> Counter:
    """How often each rule is violated; a trip that is too long in two ways counts once."""
    rules = [sentence.split(":")[0] for sentence in sentences if not sentence.startswith("travel")]
    trips = {sentence.split(" takes ")[0].split(" grows ")[0].split("from ")[-1] for sentence in sentences if sentence.startswith("travel")}
    return Counter(rules) + Counter({"travel": len(trips)})


RULES = {
    "of the scenario": {},
    "tight": {
        "travel": {"max": 6, "max_increase": 0.1, "always_within": 2},
        "reassigned": {"max_share": 0.02},
        "stay_allowed": False,
        "locked": None,  # by the contract a lock overrides travel; the outside check does not know that
    },
    "forbid islands": {"contiguity": {"method": "exact", "islands": "forbid"}, "capacity": {"min": 0.95, "max": 1.02, "of": "current"}},
}


@pytest.mark.parametrize("changes", RULES.values(), ids=RULES)
def test_rules(case, district, outside, changes, monkeypatch):
    changed = {**case.scenario["rules"], **changes}
    monkeypatch.setitem(case.scenario, "rules", {key: rule for key, rule in changed.items() if rule is not None})
    rules, rng = Rules.model_validate(case.scenario["rules"]), np.random.default_rng(7)
    for share in (0, 0.01, 0.1, 0.5):
        school = random_plan(district, rng, share)
        named = {text: district.school_ids[s] for text, s in zip(district.unit_ids, school, strict=True)}
        sentences = outside.check(case, named)
        found = Counter(v.rule for v in audit(Plan(school), district, rules).violations)
        theirs = outside_subjects(sentences)
        assert ("locked" in found) is ("locked" in theirs)  # they count units of a locked zone, we count zones
        del found["locked"], theirs["locked"]
        assert found == theirs


def test_goals(case, district, outside):
    peopled = [name for name, counts in district.groups.items() if counts.any()]
    goals = [*case.scenario["goals"], {"minimize": "reassigned"}, {"minimize": "travel"}]
    goals += [{"minimize": "dissimilarity", "group": a, "versus": b} for a, b in pairwise(peopled)]
    goals += [{"minimize": "imbalance"}] * bool(district.groups) + [{"minimize": "over_capacity"}] * (district.capacity is not None)
    rng = np.random.default_rng(3)
    for share in (0, 0.05, 0.5):
        school = random_plan(district, rng, share)
        named = {text: district.school_ids[s] for text, s in zip(district.unit_ids, school, strict=True)}
        for goal in goals:
            value = outside.value(case, named, goal)
            assert goal_value(Goal.model_validate(goal), Plan(school), district) == pytest.approx(value, abs=1e-9), goal
