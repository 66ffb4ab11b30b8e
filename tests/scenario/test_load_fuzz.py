"""Broken scenario files: each loads, or is refused with a message; nothing else ever happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import few
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rezoning.errors import ScenarioError
from rezoning.scenario.load import load_scenario
from rezoning.scenario.resolve import resolved, scenario_key

CASES = Path(__file__).parent.parent / "scenarios" / "valid"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*.yaml")) if "extends" not in path.read_text(encoding="utf-8")]
VALUES = [
    "",
    "~",
    "[]",
    "{}",
    "[[]]",
    "{a: {b: [1]}}",
    "true",
    "-1",
    "1e400",
    "-.inf",
    ".nan",
    "0x",
    "1" * 5000,
    "9" * 400,
    "2001-01-01",
    "'",
    '"',
    '"\\ud800"',
    '"\\x00"',
    "&a",
    "*a",
    "&a [*a]",
    "!!int x",
    "!!float [1]",
    "!!str",
    "!!null x",
    "!!bool maybe",
    "!!timestamp 1",
    "!foo {}",
    "| x",
    ">",
    "@",
    "`",
    "? a",
    "<<: 1",
    "<<: *x",
    "%YAML 1.1",
    "---",
    "...",
    "\t",
    "- - -",
    "\u2028",
    "\x07",
    "é",
    "a: b: c",
    "{a: 1, a: 2}",
    "[" * 60,
    "{" * 60,
    "0o9",
    "1_0_",
    "0b2",
    "1:30",
    "=",
    "!!set {a}",
]
KEYS = ["goals", "goals.0.give_up", "solve.options.a", "data", "data.travel.path", "rules.assign.x", "extends", "name.0", "x.y"]
LEVERS = (CASES / "levers.yaml").read_text(encoding="utf-8")
LEVER_KEYS = [
    "data.units.partition", "data.units.students_by_year", "data.units.growth.low", "data.units.grades.K", "data.schools.portables",
    "data.schools.portable_price", "data.walk", "data.walk.path", "data.walk.zones", "data.walk.within", "data.barriers", "data.barriers.filter",
    "rules.capacity.portables", "rules.capacity.schools", "rules.capacity.schools.007", "rules.travel.modes", "rules.travel.modes.bus.max",
    "rules.travel.units", "rules.protected", "rules.protected.units", "rules.not_again.years", "rules.not_again.year", "rules.walk.guarantee",
    "rules.nearest.within", "rules.no_crossing", "rules.keep_together", "rules.keep_together.groups", "rules.keep_together.column", "rules.unity",
    "rules.reassigned.groups", "rules.reassigned.each_school", "rules.phase_in", "rules.phase_in.0", "rules.phase_in.0.stay", "rules.bands",
    "rules.bands.0", "rules.bands.1.target", "rules.bands.2.preset", "rules.bands.3.either", "rules.bands.4.index", "rules.bands.5.schools",
    "rules.isolation", "rules.isolation.0.above", "rules.burden", "rules.burden.0.measure", "rules.burden.3.over", "rules.flow_balance.0.between",
    "rules.flow_balance.0.ways", "goals.4.group", "goals.5.measure", "goals.5.groups", "goals.8.over", "goals.11.min", "goals.11.max",
    "goals.0.weight", "alternatives", "alternatives.count", "alternatives.distance", "attributes", "attributes.black",
]  # fmt: skip
SOME = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def check_refusal(error: ScenarioError) -> None:
    assert error.problems
    assert all(problem.place and problem.message for problem in error.problems)
    assert str(error).encode("utf-8")  # can be printed


def survives(path: Path, content: bytes, *overrides: str) -> None:
    """Load it or be refused; what loads can be written out and named by line."""
    path.write_bytes(content)
    try:
        scenario = load_scenario(path, overrides)
    except ScenarioError as error:
        check_refusal(error)
        return
    path.write_text(resolved(scenario, path.parent), encoding="utf-8")
    assert load_scenario(path) == scenario
    assert scenario_key(scenario)
    assert scenario.solve.place("gap")


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid scenario with some lines dropped, doubled, moved, or given another value or key."""
    lines = draw(st.sampled_from(TEXTS)).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        line, value = lines[at], draw(st.sampled_from(VALUES) | st.text(max_size=8))
        key, colon, _ = line.partition(":")
        cut = draw(st.integers(0, len(line)))
        spliced = line[:cut] + value + line[cut:]
        choices = [[], [line, line], [f"{key}{colon} {value}"], [f"{key}x: {value}"], [f" {line}"], [line.lstrip()], [spliced]]
        lines[at : at + 1] = draw(st.sampled_from(choices))
        lines = lines or [""]
    return "\n".join(lines).encode("utf-8", "replace")


@SOME
@given(content=mutated())
@example(content=b"name: *a\n")
def test_a_mutated_scenario_loads_or_is_refused(content: bytes, tmp_path: Path) -> None:
    survives(tmp_path / "scenario.yaml", content)


@SOME
@given(text=st.sampled_from(TEXTS), at=st.integers(0, 2000), noise=st.binary(min_size=1, max_size=12))
def test_random_bytes_in_a_scenario(text: str, at: int, noise: bytes, tmp_path: Path) -> None:
    content = text.encode()
    survives(tmp_path / "scenario.yaml", content[:at] + noise + content[at:])


@SOME
@given(setting=st.builds("{}={}".format, st.sampled_from(KEYS), st.sampled_from(VALUES) | st.text(max_size=8)) | st.text(max_size=12))
def test_any_setting(setting: str, tmp_path: Path) -> None:
    survives(tmp_path / "scenario.yaml", TEXTS[0].encode(), setting)


@SOME
@given(setting=st.builds("{}={}".format, st.sampled_from(LEVER_KEYS), st.sampled_from(VALUES) | st.text(max_size=8)))
def test_any_setting_of_a_lever(setting: str, tmp_path: Path) -> None:
    survives(tmp_path / "scenario.yaml", LEVERS.encode(), setting)


@pytest.mark.parametrize("value", few(["[]", "-1", "{x: {y: [z]}}"], 3))
@pytest.mark.parametrize("key", LEVER_KEYS)
def test_every_lever_of_another_kind(key: str, value: str, tmp_path: Path) -> None:
    survives(tmp_path / "scenario.yaml", LEVERS.encode(), f"{key}={value}")


@pytest.mark.parametrize("value", few(VALUES, 2), ids=range(len(VALUES)))
@pytest.mark.parametrize("key", ["name", "data", "rules", "goals", "solve", "extends"])
def test_every_odd_value_in_every_top_key(key: str, value: str, tmp_path: Path) -> None:
    lines = [line for line in TEXTS[0].split("\n") if not line.startswith(key)]
    survives(tmp_path / "scenario.yaml", "\n".join([*lines, f"{key}: {value}"]).encode("utf-8", "replace"))
