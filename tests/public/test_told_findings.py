"""Findings that are rules are told: 5 and 6 as rules on burden that say the same, 7 as the students who have a program."""

from types import SimpleNamespace

import numpy as np
import pytest
from drawn import picture
from statement_cases import StatementOracle, asked, statement_case

from rezoning.metrics.zones import Zones
from rezoning.public import told
from rezoning.public.book import EVERYONE
from rezoning.scenario.rules import BurdenRule

GROUPS = {"low": np.array([9.0, 9, 9, 9]), "black": np.array([1.0, 0, 0, 0])}


def told_of(rules, monkeypatch, **settings) -> list[BurdenRule]:
    """The rules on burden that a ledger hears of."""
    heard: list[BurdenRule] = []
    monkeypatch.setattr(told, "_burden", lambda ledger, one, rule, long: heard.append(rule))
    district = picture("AabB", groups=GROUPS, travel=np.ones((4, 2)))
    scenario = asked(rules, [{"minimize": "reassigned"}], settings)
    option = SimpleNamespace(scenario=scenario, audit=SimpleNamespace(passed=True))
    told.tell_rules(None, None, SimpleNamespace(zones=SimpleNamespace(district=district), people={}), option)
    return heard


def test_findings_are_told_like_rules_on_burden(monkeypatch):
    written = [{"group": "low", "measure": "reassigned", "max_ratio": 1.2}, {"group": "low", "measure": "added_travel", "max_extra": 0.5}]
    settings = {"max_ratio": 1.2, "max_extra": 0.5, "min_students": 30}
    assert told_of({"statement": [5, 6]}, monkeypatch, **settings) == told_of({"burden": written}, monkeypatch)
    assert told_of({"statement": [1, 7]}, monkeypatch, **settings) == []


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_a_ledger_hears_that_nobody_loses_a_program(seed):
    """What is told of finding 7 is so of the very plans that meet it."""
    drawn = statement_case(seed, (7,))
    if 7 not in drawn.scenario.rules.statement:
        pytest.skip("nobody has a school today, or there is no program")
    district, truth = drawn.district, StatementOracle(drawn.district, drawn.scenario)
    people = {EVERYONE: SimpleNamespace(weights=district.students)} | {k: SimpleNamespace(weights=v) for k, v in district.groups.items()}
    rules = SimpleNamespace(**dict.fromkeys(("capacity", "reassigned", "openings"), None), bands=(), isolation=(), burden=(), statement=(7,))
    option = SimpleNamespace(scenario=SimpleNamespace(rules=rules, report=drawn.scenario.report, attributes={}), audit=SimpleNamespace(passed=True))
    for plan in np.random.default_rng(seed).integers(0, district.num_schools, (20, district.num_units)):
        sums: list[float] = []
        ledger = SimpleNamespace(fact=lambda terms, most, sums=sums: sums.append(sum(float(g.weights @ often) for g, often in terms) - most))
        told.tell_rules(ledger, None, SimpleNamespace(zones=Zones(district, plan), people=people), option)
        assert (max(sums, default=-1.0) <= 1e-6) == truth.meets(7, plan[None, :])[0]
