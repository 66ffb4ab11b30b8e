"""The resolved scenario: complete, safe, and the same scenario when it is read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rezoning.scenario.load import load_scenario
from rezoning.scenario.reference import key_table
from rezoning.scenario.resolve import resolved, scenario_key
from rezoning.scenario.schema import Scenario
from rezoning.scenario.shape import all_keys

CASES = Path(__file__).parent.parent / "scenarios" / "valid"
README = Path(__file__).parents[2] / "scenarios" / "README.md"


def read_again(scenario: Scenario, folder: Path) -> Scenario:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.yaml").write_text(resolved(scenario, folder), encoding="utf-8")
    return load_scenario(folder / "scenario.yaml")


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_resolved_scenario_is_the_same_scenario(path: Path, tmp_path: Path) -> None:
    scenario = load_scenario(path)
    again = read_again(scenario, tmp_path / "runs" / "one")
    assert again == scenario
    assert resolved(again, tmp_path) == resolved(scenario, tmp_path)
    assert scenario_key(again) == scenario_key(scenario)


def test_every_default_is_filled_in() -> None:
    text = resolved(load_scenario(CASES / "child.yaml", ["goals.0={minimize: dissimilarity, group: black}"]), CASES)
    assert text == (Path(__file__).parent / "child_resolved.yaml").read_text()


def test_paths_without_a_folder_are_absolute(tmp_path: Path) -> None:
    scenario = load_scenario(CASES / "smallest.yaml")
    (tmp_path / "anywhere.yaml").write_text(resolved(scenario))
    assert load_scenario(tmp_path / "anywhere.yaml") == scenario


WORDS = [
    "no",
    "Y",
    "null",
    "~",
    "1e5",
    ".5",
    "1:30",
    "0o17",
    "2001-01-01",
    "a:b",
    "#5",
    "-",
    "=",
    "<<",
    "&a",
    "*a",
    "!x",
    "%",
    "@",
    "`",
    "a: b",
    "- x",
]
awkward = st.one_of(
    st.from_regex(r"0[0-9]{3,14}", fullmatch=True),
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60).filter(lambda text: text.strip()),
)
shares = st.floats(0, 1e6, allow_nan=False) | st.integers(0, 100)


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    groups = draw(st.dictionaries(awkward.filter(lambda name: name != "others"), awkward, min_size=1, max_size=3))
    weights = draw(st.booleans())
    goal: dict[str, Any] = {"minimize": "dissimilarity", "group": draw(st.sampled_from(list(groups)))}
    goal |= {"weight": draw(st.floats(1e-12, 1e12))} if weights else {"give_up": draw(shares)}
    return {
        "name": draw(st.from_regex(r"[A-Za-z0-9-]+", fullmatch=True)),
        "description": draw(st.just("") | awkward),
        "data": {
            "units": {"path": draw(st.sampled_from(["b.gpkg", "a b/c.shp", "'ä.geojson", "1.parquet"])), "students": draw(awkward), "groups": groups},
            "schools": {"path": "schools.csv", "filter": {"column": draw(awkward), "equals": draw(awkward)}},
            "adjacency": draw(st.just({"path": "e.csv"}) | st.builds(lambda m: {"min_shared_m": m}, shares)),
        },
        "rules": {
            "assign": draw(st.dictionaries(awkward, awkward, max_size=3)),
            "forbid": draw(st.lists(st.tuples(awkward, awkward), max_size=3)),
            "school_in_own_zone": draw(st.booleans()),
        },
        "goals": [goal],
        "solve": {
            "gap": draw(shares),
            "gap_abs": draw(shares),
            "options": draw(st.dictionaries(awkward, awkward | shares | st.booleans() | st.floats(allow_nan=False), max_size=3)),
        },
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=scenarios())
def test_whatever_a_scenario_holds_survives_writing_and_reading(said: dict[str, Any], tmp_path: Path) -> None:
    for section in ("units", "schools", "adjacency"):
        if "path" in said["data"][section]:
            said["data"][section]["path"] = tmp_path / said["data"][section]["path"]
    scenario = Scenario.model_validate(said)
    assert read_again(scenario, tmp_path / "run") == scenario


def test_the_key_forgets_folders_and_nothing_else() -> None:
    scenario = load_scenario(CASES / "everything.yaml")
    units = scenario.data.units.model_copy(update={"path": Path("/else/blocks.gpkg")})
    moved = scenario.model_copy(update={"data": scenario.data.model_copy(update={"units": units})})
    assert scenario_key(moved) == scenario_key(scenario)
    assert str(CASES) not in scenario_key(scenario)
    json.loads(scenario_key(scenario).replace("Infinity", "0"))
    for setting in ("solve.seed=8", "name=x", "rules.locked.units=[]", "data.travel.path=t.csv", "goals.0.give_up=0.2"):
        assert scenario_key(load_scenario(CASES / "everything.yaml", [setting])) != scenario_key(scenario)


def test_the_first_scenario_of_the_readme_loads(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "first.yaml").write_text(text, encoding="utf-8")
    scenario = load_scenario(tmp_path / "first.yaml")
    assert [goal.minimize for goal in scenario.goals] == ["dissimilarity", "reassigned"]


def test_the_readme_lists_every_key_as_the_schema_has_it() -> None:
    text = README.read_text(encoding="utf-8")
    table = text.partition("<!-- made: keys -->\n")[2].partition("\n<!-- end -->")[0]
    assert table == key_table()  # `python docs/make.py` renews it
    for key in all_keys(Scenario):
        assert f"| `{key}` |" in table
