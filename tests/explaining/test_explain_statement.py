"""Findings that leave no plan: the explanation names them, and what it offers is true by the oracle."""

from typing import Any

import numpy as np
import pytest
from infeasible_cases import town
from rich.console import Console
from statement_cases import StatementOracle, asked

from rezoning.commands import run as pipeline
from rezoning.explaining import explain
from rezoning.explaining.trial import edited
from rezoning.report.explanation import explanation_page

ARTS = {"programs": {"arts": np.array([True, False])}}
POOR = {"groups": {"low": np.array([9.0, 9, 5, 1] * 3)}}
BAND = [{"group": "low", "within": 0.05, "soft": True}]
LATELY = {"column": "moved", "year": 2026, "years": 3}
LOCKED = {"locked": {"schools": ["A", "B"]}}

CASES: dict[str, tuple[int, dict[str, Any], dict[str, Any]]] = {
    "2": (2, {"statement": [1, 2, 3], **LOCKED}, {"travel": town().travel[:, ::-1].copy()}),
    "3": (3, {"statement": [3], "assign": {"02": "A"}, "reassigned": {"max_share": 0.1}}, POOR),
    "4": (4, {"statement": [4], "bands": BAND, **LOCKED}, {}),
    "5": (5, {"statement": [5, 6], "assign": {"11": "B"}, "reassigned": {"max_share": 0.1}, "contiguity": {"method": "none"}}, {}),
    "7": (7, {"statement": [7], "assign": {"01": "B"}, "reassigned": {"max_share": 0.1}}, ARTS),
    "8": (8, {"statement": [8], **LOCKED}, {"capacity": np.array([70.0, 50])}),
    "11": (11, {"statement": [11], "not_again": LATELY}, {"rows": "azbb/Aabb/aaBb"}),
}


def question(rules: dict[str, Any], changes: dict[str, Any]):
    return pipeline.ask(asked(rules, [{"minimize": "dissimilarity", "group": "low"}], {}), town(**changes))


@pytest.mark.parametrize("name", CASES)
def test_the_finding_in_the_way_is_named_and_leaving_it_out_lets_a_plan_exist(name):
    number, rules, changes = CASES[name]
    asked_ = question(rules, changes)
    assert not len(StatementOracle(asked_.district, asked_.scenario).plans())
    found = explain(asked_, 20)
    assert found.plan_exists is False
    assert found.conflict is not None
    assert f"rules.statement (finding {number})" in found.conflict.rules
    assert any(f"finding {number}" in way.words for way in found.relaxations)
    for way in found.relaxations:
        scenario = edited(asked_.scenario, way.edits)
        assert scenario is not None
        assert len(StatementOracle(asked_.district, scenario).plans()), way.words
    assert not any("rules.bands" in way.words for way in found.relaxations)


def test_of_all_findings_those_that_are_left_are_listed():
    rules = {"statement": "all", "assign": {"01": "B"}, "reassigned": {"max_share": 0.1}}
    found = explain(question(rules, {**ARTS, "capacity": np.full(2, 120.0)}), 20)
    settings = {setting for way in found.relaxations for setting in way.to_dict({"rules": rules})["set"]}
    assert "rules.assign.01=null" in settings
    assert any(setting.startswith("rules.statement=[") and "7" not in setting for setting in settings)


def test_arithmetic_says_who_has_to_move_again():
    rules = {"statement": [11], "not_again": LATELY}
    (problem,) = question(rules, {"rows": "azbb/Aabb/aaBb"}).problems
    assert str(problem) == (
        "rules.statement: under the other rules no plan meets finding 11. The school of today of '01' closes. "
        "Leave finding 11 out of rules.statement, or loosen rules.not_again."
    )


def test_prices_say_what_each_finding_costs():
    """Arts are at A, where the poor are: without finding 7 some of them may leave, and the bound is lower."""
    rules = {"statement": [7, 9], "capacity": {"max": 1.0}}
    full = {**POOR, **ARTS, "capacity": np.full(2, 60.0)}
    found = explain(question(rules, full), 20, with_prices=True)
    assert found.plan_exists
    record = found.to_record()
    costs = {price["subject"]: price["change"] for price in record["prices"]["prices"]}
    assert costs["finding 7"] < 0
    assert "finding 9" not in costs
    assert "prices" not in explain(question(rules, full), 20).to_record()
    console = Console(width=250, record=True)
    with console.capture() as caught:
        explanation_page(console, record)
    assert "Finding 7 of the statement costs" in caught.get()
    record["prices"] |= {"prices": [], "unpriced": [5, 7]}
    with console.capture() as caught:
        explanation_page(console, record)
    assert "What these findings of the statement cost was not known in the time given: 5 and 7." in caught.get()
    record["prices"] |= {"bound": None, "unpriced": []}
    with console.capture() as caught:
        explanation_page(console, record)
    assert "This was not known in the time given." in caught.get()
