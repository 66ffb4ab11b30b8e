"""Sweep files: closed, checked with their places, and as many points as they say."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from rezoning.errors import ScenarioError
from rezoning.scenario.json_schema import sweep_schema
from rezoning.scenario.reference import key_table
from rezoning.scenario.shape import all_keys
from rezoning.scenario.sweep import Sweep, load_sweep

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def write(folder: Path, text: str) -> Path:
    path = folder / "my sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_published_grid_has_72_points():
    sweep = load_sweep(SCENARIOS / "published-grid.yaml")
    points = list(sweep.choices())
    assert sweep.num_settings == len(points) == 72
    assert len({str(settings) for settings, _ in points}) == 72
    assert points[0][1]["rules.travel.max_increase"] == "+25 %"
    assert points[-1][0]["rules.capacity"] == {"of": "current", "min": 0.8, "max": 1.2}
    text = (SCENARIOS / "published-grid.yaml").read_text(encoding="utf-8")
    assert len([line for line in text.splitlines() if not line.startswith("#")]) == 6


@given(
    st.dictionaries(st.sampled_from(["rules.a", "goals.0.b", "solve.c"]), st.lists(st.integers(), min_size=1, max_size=4, unique=True), max_size=3)
)
def test_a_grid_is_the_product_of_its_levers(grid):
    sweep = Sweep(districts=["a.yaml"], grid=grid, set={"solve.seed": 1})
    expected = [{"solve.seed": 1, **dict(zip(grid, values, strict=True))} for values in itertools.product(*grid.values())]
    assert [settings for settings, _ in sweep.choices()] == expected
    assert sweep.num_settings == len(expected)


def test_labels_name_values_and_nothing_is_a_value(tmp_path):
    sweep = load_sweep(
        write(tmp_path, "districts: a.yaml\ngrid:\n  rules.unity: {off: null, half: {min_share: 0.5}}\n  rules.assign: [{u1: 007}, null]\n")
    )
    assert sweep.name == "my-sweep"
    settings = list(sweep.choices())
    assert [labels["rules.unity"] for _, labels in settings] == ["off", "off", "half", "half"]
    assert settings[0][0]["rules.unity"] is None
    assert settings[0][0]["rules.assign"]["u1"].text == "007"
    assert [labels["rules.assign"] for _, labels in settings[:2]] == ["u1 7", "none"]


def test_a_list_gives_a_point_each():
    sweep = Sweep(districts="a.yaml", list=[{"solve.seed": 1}, {"rules.unity": None}], set={"solve.gap": 0})
    assert [settings for settings, _ in sweep.choices()] == [{"solve.gap": 0, "solve.seed": 1}, {"solve.gap": 0, "rules.unity": None}]
    assert [labels for _, labels in sweep.choices()] == [{"solve.seed": 1, "rules.unity": None}, {"solve.seed": None, "rules.unity": "none"}]


@given(st.integers(0, 2**31 - 1), st.integers(1, 20), st.integers(1, 20))
def test_a_sample_is_the_same_again_and_within_its_limits(seed, few, more):
    settings = {"rules.a": [0.5, 2], "rules.b": {"log_uniform": [1, 1000], "whole": True}, "rules.c": {"choices": ["x", "y"]}}

    def draw(count):
        return [one for one, _ in Sweep(districts="a.yaml", sample={"count": count, "seed": seed, "settings": settings}).choices()]

    assert draw(few) == draw(few + more)[:few]
    for one in draw(few):
        assert 0.5 <= one["rules.a"] <= 2
        assert one["rules.b"] in range(1, 1001)
        assert one["rules.c"] in ("x", "y")


def test_a_sample_is_even_on_its_scale():
    sweep = Sweep(districts="a.yaml", sample={"count": 2000, "settings": {"rules.a": [0, 1], "rules.b": {"log_uniform": [1, 100]}}})
    drawn = [one for one, _ in sweep.choices()]
    assert sum(one["rules.a"] for one in drawn) / 2000 == pytest.approx(0.5, abs=0.03)
    assert sum(one["rules.b"] < 10 for one in drawn) / 2000 == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("grid: {}", "my sweep.yaml, line 1, districts: the key 'districts' is missing. Add it: a scenario file or several"),
        ("districts: a.yaml\ncolour: red", "line 2, colour: unknown key 'colour'"),
        ("districts: a.yaml\ngrid:\n  ruls.travel.max: [1]", "line 3, grid.ruls.travel.max: unknown key 'ruls.travel.max'. Did you mean 'rules'?"),
        ("districts: a.yaml\ngrid:\n  max_increase: [1]", "Known here:"),
        ("districts: a.yaml\ngrid: {solve.seed: 3}", "line 2, grid.solve.seed: a lever is a list of values"),
        ("districts: a.yaml\ngrid: {solve.seed: [3, 3]}", "3 stands here twice"),
        ("districts: a.yaml\ngrid: {solve.seed: [3]}\nlist: [{solve.seed: 1}]", "grid and list exclude each other"),
        ("districts: a.yaml\nset: {name: x}", "name would make scenarios of one district several"),
        ("districts: a.yaml\nlist: [3]", "settings are KEY: VALUE"),
        ("districts: a.yaml\nsample: {count: 0, settings: {solve.gap: [0, 1]}}", "sample.count: 0 is too small"),
        ("districts: a.yaml\nsample: {count: 2, settings: {solve.gap: [1, 0]}}", "1 is not below 0"),
        ("districts: a.yaml\nsample: {count: 2, settings: {solve.gap: {log_uniform: [0, 1]}}}", "a logarithmic scale has nothing at or below 0"),
        ("districts: a.yaml\nsample: {count: 2, settings: {solve.gap: {uniform: [0, 1], choices: [1]}}}", "uniform and choices exclude each other"),
        ("districts: []", "districts: at least one entry is needed"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, text, said):
    with pytest.raises(ScenarioError) as error:
        load_sweep(write(tmp_path, text))
    assert said in str(error.value)


def test_a_grid_of_millions_is_a_mistake():
    levers = "".join(f"  rules.x{k}: [{', '.join(map(str, range(100)))}]\n" for k in range(4))
    with pytest.raises(ValueError, match="100,000,000 points"):
        Sweep(districts="a", grid=YAML(typ="safe").load(levers))


def test_the_schema_takes_what_the_loader_takes():
    validator = Draft202012Validator(sweep_schema())
    Draft202012Validator.check_schema(sweep_schema())
    for text in (
        (SCENARIOS / "published-grid.yaml").read_text(encoding="utf-8"),
        "districts: [a.yaml, 'b/*.yaml']\nset: {solve.seed: 1}\nsample: {count: 3, settings: {rules.a: [0, 1], rules.b: {choices: [1]}}}",
        "districts: a.yaml\nlist: [{solve.seed: 1}]",
    ):
        validator.validate(YAML(typ="safe").load(text))
    assert not validator.is_valid({"districts": "a.yaml", "colour": "red"})
    assert not validator.is_valid({})


def test_the_readme_lists_every_key():
    text = (SCENARIOS / "README.md").read_text(encoding="utf-8")
    table = text.partition("<!-- made: sweep_keys -->\n")[2].partition("\n<!-- end -->")[0]
    assert table == key_table(Sweep)  # `python docs/make.py` renews it
    assert all(f"| `{key}` |" in table for key in all_keys(Sweep))
