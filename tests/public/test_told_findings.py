"""Findings 5 and 6 that are rules tell as much of each group as rules on burden that say the same."""

from types import SimpleNamespace

import numpy as np
from drawn import picture
from statement_cases import asked

from rezoning.public import told
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
