"""What the documentation shows runs as written: commands, blocks of YAML, and what is printed, up to numbers that a machine's speed decides."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from documented import ROOT, SHORTER, Block, answered, blocks_of, check_sample, make_town
from typer.testing import CliRunner

from rezoning.scenario.load import load_scenario

DOCUMENTS = ("README.md", "scenarios/README.md", "CONTRIBUTING.md")
QUICK = ("rezoning validate", "rezoning show", "rezoning explain", "rezoning run my-scenario.yaml", "rezoning run balance.yaml")
BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]
YAML = [block for block in BLOCKS if block.language == "yaml"]


def with_commands() -> list[Any]:
    """Blocks of commands, the slow ones marked."""
    found = [block for block in BLOCKS if block.commands]
    return [
        pytest.param(block, id=block.name, marks=() if all(one.startswith(QUICK) for one in block.commands) else pytest.mark.slow) for block in found
    ]


def yaml_block(start: str) -> str:
    return next(block.text for block in YAML if block.text.startswith(start))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_town(tmp_path_factory.mktemp("documented"))


@pytest.mark.parametrize("block", with_commands())
def test_commands_run_as_written(block: Block, town: Path, monkeypatch: pytest.MonkeyPatch):
    for command in block.commands:
        if "mount_vernon" in command and not (town / "mount_vernon.yaml").exists():
            pytest.skip("the real districts are not here")
        answered(command, town, monkeypatch)


def test_every_block_of_yaml_is_a_scenario_or_a_part_of_one(town: Path):
    for number, block in enumerate(YAML):
        file = town / f"block-{number}.yaml"
        is_whole = block.text.startswith(("name:", "extends:"))
        file.write_text(block.text if is_whole else f"extends: base.yaml\n{block.text}", encoding="utf-8")
        scenario = load_scenario(file)
        for named in (*scenario.report.labels, *scenario.attributes):
            assert named in scenario.data.groups, block.name


@pytest.mark.parametrize("scenario", ["scenarios/riverbend.yaml", "base.yaml"])
def test_settings_in_the_text_can_be_set(town: Path, scenario: str):
    """Inline pieces of YAML, as ``alternatives: {count: 3, ...}``, are read by the schema."""
    text = (ROOT / "scenarios/README.md").read_text(encoding="utf-8")
    pieces = re.findall(r"`(alternatives|report|solve|rules|data): (\{[^`]+\})`", text)
    assert pieces
    load_scenario(town / scenario, [f"{key}={value}" for key, value in pieces])


def test_problems_are_shown_as_they_are_told(town: Path, monkeypatch: pytest.MonkeyPatch):
    from rezoning.cli.app import app

    monkeypatch.chdir(town)
    wrong = yaml_block("name: balance-2031").replace("  capacity: {min", "  capcity: {min")
    kept = [line for line in wrong.splitlines() if not line.startswith("  travel: {path")]
    (town / "wrong").mkdir(exist_ok=True)
    (town / "wrong" / "balance.yaml").write_text("\n".join(kept), encoding="utf-8")
    monkeypatch.chdir(town / "wrong")
    done = CliRunner().invoke(app, ["validate", "balance.yaml"], env={"COLUMNS": "300"})
    assert done.exit_code == 3
    shown = next(block.text for block in BLOCKS if block.text.startswith("balance.yaml, line"))
    for line in shown.splitlines():
        assert line in done.output


@pytest.mark.slow
def test_a_run_prints_what_the_readme_shows(town: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(SHORTER, "run", [])
    sample = next(block.text for block in BLOCKS if block.text.startswith("Found\n"))
    check_sample(sample, answered("rezoning run scenarios/riverbend.yaml --out sample", town, monkeypatch))


@pytest.mark.slow
def test_an_explanation_prints_what_the_readme_shows(town: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(SHORTER, "explain", [])
    command = next(block.commands[0] for block in BLOCKS if block.commands and block.commands[0].startswith("rezoning explain"))
    sample = next(block.text for block in BLOCKS if block.text.startswith("What would let a plan exist"))
    check_sample(sample, answered(command, town, monkeypatch))


def test_the_first_command_runs_what_stands_there():
    first = next(block.text for block in BLOCKS if block.language == "bash" and "rezoning run" in block.text)
    assert "rezoning run scenarios/riverbend.yaml" in {command.strip().removeprefix(".venv/bin/") for command in first.split("&&")}


def test_the_tools_of_contributors_are_installed_by_their_extra():
    import tomllib

    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    tools = set(re.findall(r"\.venv/bin/(\w+)", text)) - {"pip"}
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    offered = " ".join(wanted for extra in extras.values() for wanted in extra)
    assert tools
    assert all(tool in offered for tool in tools), tools
    assert (ROOT / "tests/browser/package.json").exists()
    assert json.loads((ROOT / "tests/browser/package.json").read_text(encoding="utf-8"))
