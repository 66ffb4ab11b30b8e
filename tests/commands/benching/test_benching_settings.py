"""Settings: those that come with the program are what scenarios know, and files are refused in words."""

import pytest

from rezoning.commands.benching.settings import FULL, USUAL, read_settings, shipped
from rezoning.errors import ScenarioError
from rezoning.scenario.load import load_scenario
from rezoning.scenario.tree import override_text

SCENARIO = """name: small
data: {units: {path: units.csv, id: unit, students: students}, schools: {path: schools.csv, id: school, unit: unit}, adjacency: {path: adjacency.csv}}
goals: [{minimize: cut_edges}]
"""


def test_each_setting_changes_one_thing_that_scenarios_know(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    for setting in read_settings(shipped()):
        assert setting.about.endswith(".")
        assert len(setting.settings) == (setting.name != "default")
        plain, changed = (load_scenario(path, said) for said in ([], [f"{key}={override_text(value)}" for key, value in setting.settings.items()]))
        assert (plain == changed) == (setting.name == "default")
        assert (plain.rules != changed.rules) == setting.asks_otherwise


def test_the_full_run_has_the_default_and_seven_more():
    full = read_settings(FULL)
    assert len(full) == 8
    assert [setting.name for setting in full if setting.asks_otherwise] == ["closer-neighbor"]
    assert set(USUAL) == set(FULL) - {"closer-neighbor"}
    assert shipped()[: len(FULL)] == list(FULL)


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('about = "Mine."\n[solve]\nsolver = "scip"\n[solve.options]\n"limits/gap" = 0.1\n', encoding="utf-8")
    (mine,) = read_settings([str(path)])
    assert (mine.name, mine.solver, mine.settings["solve.options"]) == ("mine", "scip", {"limits/gap": 0.1})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("solver = 1", "mine.toml, solver: is no key of a setting"),
        ('solve = "scip"', "mine.toml, solve: has the value 'scip'. Give a table"),
        ("[solve]\ntime_limit = 3", "mine.toml, solve.time_limit: has the value 3. Leave it out"),
        ("[solve", "mine.toml: cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(text, said, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_settings([str(path)])
    assert said in str(caught.value)


def test_all_wrong_names_are_said_at_once(tmp_path):
    (tmp_path / "default.toml").write_text("", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_settings(["hihgs", "nothing.toml", "default", str(tmp_path / "default.toml")])
    places = [problem.place for problem in caught.value.problems]
    assert places == ["--settings hihgs", "nothing.toml", str(tmp_path / "default.toml")]
    assert "Did you mean 'highs'?" in str(caught.value)


@pytest.mark.parametrize("content", ["a = " + "[" * 5000, "\xff", "a = 1\na = 2\n"])
def test_a_file_that_is_no_setting_is_said(tmp_path, content):
    (tmp_path / "mine.toml").write_bytes(content.encode("latin-1"))
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_settings([str(tmp_path / "mine.toml")])
