"""Scenarios without a plan: what the explanation says makes one exist, by brute force over all plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from conftest import few, merged
from drawn import Case
from infeasible_cases import CASES, Hopeless
from lever_cases import lever_case
from levers import LeverOracle

from rezoning.commands import run as pipeline
from rezoning.district.district import District
from rezoning.errors import Infeasible
from rezoning.explaining import Explanation, explain
from rezoning.explaining.relaxing.edit import applied, plain_scenario
from rezoning.formulation.formulate import formulate
from rezoning.optimize.explain import decide
from rezoning.scenario.schema import Scenario

SECONDS = 20.0


def explained(district: District, scenario: Scenario) -> Explanation:
    return explain(pipeline.ask(scenario, district), SECONDS)


@cache
def told(case: Hopeless) -> Explanation:
    return explained(case.district, case.scenario)


def plans(district: District, scenario: Scenario) -> np.ndarray:
    return LeverOracle(district, scenario).plans()


def with_links(district: District, merge: Mapping[str, Any]) -> District:
    """The district as its files would give it once the links are said."""
    links = merge.get("data", {}).get("adjacency", {}).get("links", [])
    added = [sorted(district.unit_index[text] for text in pair) for pair in links]
    return replace(district, edges=np.array(sorted([*district.edges.tolist(), *added]))) if added else district


def is_solved(district: District, scenario: Scenario) -> bool:
    try:
        return decide(formulate(district, scenario), scenario.solve, SECONDS).plan is not None
    except Infeasible:
        return False


@pytest.mark.parametrize("case", few(CASES, 3), ids=lambda case: case.name)
def test_every_relaxation_applied_literally_makes_a_plan_exist(case: Hopeless):
    district, scenario = case.district, case.scenario
    assert not len(plans(district, scenario)), "the case is not one"
    explanation = told(case)
    assert explanation.plan_exists is False
    assert explanation.relaxations
    record = explanation.to_record()
    plain = scenario.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    for way in record["relaxations"]:
        changed, place = Scenario.model_validate(merged(plain, way["merge"])), with_links(district, way["merge"])
        assert len(plans(place, changed)), f"no plan: {way['words']}"
        assert is_solved(place, changed), f"not solved: {way['words']}"
    assert record["conflict"] is not None
    if case.keys:
        assert {edit["key"] for edit in record["relaxations"][0]["edits"]} <= set(case.keys)


@pytest.mark.parametrize("case", few(CASES, 3), ids=lambda case: case.name)
def test_no_edit_of_the_first_relaxation_is_needless(case: Hopeless):
    district, scenario = case.district, case.scenario
    first = told(case).relaxations[0]
    for edit in first.edits:
        others = [other for other in first.edits if other is not edit]
        changed = Scenario.model_validate(applied(plain_scenario(scenario), others))
        assert not len(plans(district, changed)), f"needless: {edit.words}"


@pytest.mark.parametrize("seed", few(range(40), 3))
def test_drawn_questions_are_told_truly(seed: int):
    case: Case = lever_case(seed)
    truth = len(plans(case.district, case.scenario)) > 0
    explanation = explained(case.district, case.scenario)
    assert explanation.plan_exists is truth
    if truth:
        assert explanation.relaxations == ()
        return
    plain = case.scenario.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    for way in explanation.to_record()["relaxations"]:
        changed, place = Scenario.model_validate(merged(plain, way["merge"])), with_links(case.district, way["merge"])
        assert len(plans(place, changed)), f"no plan: {way['words']}"
    assert explanation.relaxations
