"""Variations of the riverbend district without a plan: the first relaxation, written into a child file, makes one exist."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rezoning.auditing import audit
from rezoning.commands import run as pipeline
from rezoning.explaining import explain
from rezoning.optimize.explain import decide

RIVERBEND = Path(__file__).resolve().parents[2] / "scenarios" / "riverbend-unshaped.yaml"
VARIATIONS = {
    "trips": ["rules.travel.max=3", "rules.stay_allowed=false"],
    "seats and a budget": ["rules.capacity.max=0.95", "rules.reassigned.max_share=0"],
    "seats": ["rules.capacity.max=0.7"],
    "islands": ["rules.contiguity.islands=forbid", "rules.reassigned.max_share=0"],
    "a narrow band": ["rules.bands=[{group: low_income, within: 0.05}]", "rules.reassigned.max_share=0.02"],
}


@pytest.mark.slow
@pytest.mark.parametrize("settings", VARIATIONS.values(), ids=VARIATIONS)
def test_the_first_relaxation_as_a_child_file_leaves_a_plan(settings: list[str], tmp_path: Path):
    scenario = pipeline.read_scenario(RIVERBEND, settings)
    district = pipeline.read_district(scenario)
    explanation = explain(pipeline.ask(scenario, district), 30)
    assert explanation.plan_exists is False
    merge = explanation.to_record()["relaxations"][0]["merge"]
    child = tmp_path / "child.yaml"
    parent = tmp_path / "parent.yaml"
    parent.write_text(_with_settings(settings), encoding="utf-8")
    child.write_text(json.dumps({"extends": parent.name, **merge}), encoding="utf-8")
    loosened = pipeline.read_scenario(child)
    question = pipeline.ask(loosened, pipeline.read_district(loosened))
    assert question.problem is not None
    plan = decide(question.problem, loosened.solve, 30).plan
    assert plan is not None
    assert audit(plan, question.district, loosened.rules).passed


def _with_settings(settings: list[str]) -> str:
    """A file that says what the settings say."""
    from rezoning.scenario.load import load_scenario
    from rezoning.scenario.resolve import resolved

    return resolved(load_scenario(RIVERBEND, settings), None)
