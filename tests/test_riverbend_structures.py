"""Riverbend's scenarios beyond one unit and one school: they ask what they say, of the files that are shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rezoning.district.levels import load_levels
from rezoning.district.load import load_district
from rezoning.district.plan import today
from rezoning.metrics.feeders import measure_feeders
from rezoning.scenario.levels import each_level, feedings
from rezoning.scenario.load import load_scenario

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
EACH = sorted(path.stem for path in SCENARIOS.glob("riverbend*.yaml"))


def test_closing_and_opening() -> None:
    scenario = load_scenario(SCENARIOS / "riverbend-closing.yaml")
    district = load_district(scenario.data)
    optional = {text for text, is_optional in zip(district.school_ids, district.optional, strict=True) if is_optional}
    assert optional == {"juniper-run", "central", "new-school-site"}
    assert [text for text, is_one in zip(district.school_ids, district.is_candidate, strict=True) if is_one] == ["new-school-site"]
    assert (np.asarray(district.cost_if_open) > 0).all()
    assert set(district.facts) == {"built", "condition", "acres"}
    assert scenario.rules.openings.open.max == scenario.rules.openings.close.max == 1


def test_pairing_counts_groups_by_grade() -> None:
    scenario = load_scenario(SCENARIOS / "riverbend-pairing.yaml")
    district = load_district(scenario.data)
    assert list(district.grades) == ["K", "1", "2", "3", "4", "5"]
    assert set(district.groups_by_grade) == set(district.groups)
    for group, by_grade in district.groups_by_grade.items():
        assert np.array_equal(sum(by_grade.values()), district.groups[group])


def test_levels_have_a_split_school_and_a_small_feed_today() -> None:
    scenario = load_scenario(SCENARIOS / "riverbend-levels.yaml")
    district = load_levels(scenario, lambda asked: load_district(asked.data))
    assert list(each_level(scenario)) == ["elementary", "middle", "high"]
    now = {name: today(one) for name, one in district.levels.items()}
    first = measure_feeders(feedings(scenario), now, district.levels)["today"][0]
    assert first["split_schools"] == ["walnut-view", "oak-hollow"]
    assert (first["small_feeds"], first["small_feeders"]) == (1, 49)


@pytest.mark.slow
@pytest.mark.parametrize("name", EACH)
def test_every_scenario_is_sound(name: str) -> None:
    from typer.testing import CliRunner

    from rezoning.cli.app import app

    done = CliRunner().invoke(app, ["validate", str(SCENARIOS / f"{name}.yaml")])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("name", EACH)
def test_every_scenario_says_what_it_asks(name: str) -> None:
    said = load_scenario(SCENARIOS / f"{name}.yaml").description
    assert len(said.split()) > 12
    listed = (SCENARIOS / "README.md").read_text(encoding="utf-8")
    assert f"`{name}.yaml`" in listed
