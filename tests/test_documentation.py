"""What the documentation shows runs as written: commands, blocks of YAML, and what is printed, up to numbers that a machine's speed decides."""

from __future__ import annotations

import csv
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rezoning.report.language import ENGLISH
from rezoning.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[1]
MOUNT_VERNON = ROOT / "../shared/data/mount_vernon"
DOCUMENTS = ("README.md", "scenarios/README.md", "CONTRIBUTING.md")
QUICK = ("rezoning validate", "rezoning show", "rezoning explain", "rezoning run my-scenario.yaml", "rezoning run balance.yaml")
LOCKED = {"S4": "walnut-view", "S7": "oak-hollow"}  # schools that a command locks: neither is too full today nor too empty
SHORTER = {
    "run": ["--set", "solve.time_limit=2"], "frontier": ["--time-limit-total", "8", "--points", "3"], "explain": ["--seconds", "5"],
    "sweep": ["--dry-run"],
}  # fmt: skip
"""What is added to a command so that a test need not wait for it: the last setting wins."""


@dataclass(frozen=True)
class Block:
    """What stands between two fences."""

    document: str
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """Its commands, without remarks; empty where it shows something else, what they print say."""
        if any(line.startswith("$ ") for line in self.text.splitlines()):
            return []
        lines = [line.partition("  #")[0].strip() for line in self.text.splitlines()]
        return [line for line in lines if line.startswith(("rezoning ", "python -m rezoning"))]


def blocks() -> Iterator[Block]:
    for document in DOCUMENTS:
        text = (ROOT / document).read_text(encoding="utf-8")
        for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            yield Block(document, text[: found.start()].count("\n") + 1, found[1], found[2])


BLOCKS = list(blocks())
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
    """A folder with all that the documentation names: riverbend where it stands in the project, and the files of the first scenario, made of it."""
    folder = tmp_path_factory.mktemp("documented")
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    make_first_scenario(folder)
    if MOUNT_VERNON.exists():
        scenario = next(MOUNT_VERNON.glob("*.yaml"))
        (folder / "mount_vernon.yaml").write_text(f"extends: {scenario.resolve()}\n", encoding="utf-8")
    return folder


def make_first_scenario(folder: Path) -> None:
    """blocks.gpkg, schools.csv, minutes.csv, addresses.csv as the first scenario names their columns, and the scenarios that build on it."""
    import geopandas

    source = ROOT / "scenarios" / "riverbend"
    with (source / "schools.csv").open(newline="", encoding="utf-8") as file:
        schools = list(csv.DictReader(file))
    others = sorted({row["school_id"] for row in schools} - set(LOCKED.values()))
    ids = {text: name for name, text in LOCKED.items()} | {text: f"S{number}" for text, number in zip(others, (1, 2, 3, 5, 6, 8), strict=True)}
    blocks = geopandas.read_file(source / "blocks.geojson").rename(columns={"low_income": "frl", "school": "zone"})
    blocks["zone"] = blocks["zone"].map(ids)
    blocks.to_file(folder / "blocks.gpkg")
    renamed = [{"seats" if key == "capacity" else key: value for key, value in row.items()} | {"school_id": ids[row["school_id"]]} for row in schools]
    with (folder / "schools.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(renamed[0]))
        writer.writeheader()
        writer.writerows(renamed)
    minutes = (source / "travel.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    head = ",".join(ids.get(cell, cell) for cell in minutes[0].strip().split(","))
    (folder / "minutes.csv").write_text(head + "\n" + "".join(minutes[1:]), encoding="utf-8")
    (folder / "addresses.csv").symlink_to(source / "addresses.csv")
    first = yaml_block("name: balance-2031")
    for name in ("my-scenario.yaml", "base.yaml", "balance.yaml"):
        (folder / name).write_text(first, encoding="utf-8")


def answered(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a command of the documentation prints, run in a folder."""
    from rezoning.cli.app import app

    monkeypatch.chdir(folder)
    program, *words = shlex.split(command)
    if program == "python":
        import runpy
        import sys

        monkeypatch.setattr(sys, "argv", words[1:])
        with pytest.raises(SystemExit) as ended:
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        assert ended.value.code in (0, None), command
        return ""
    done = CliRunner().invoke(app, [*words, *SHORTER.get(words[0], [])], env={"COLUMNS": "96"})
    assert done.exit_code == 0, f"{command}\n{done.output}"
    return done.stdout


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


def masked(line: str) -> str:
    """A line without what a machine's speed decides: numbers, and how wide columns are for them."""
    return re.sub(r"-{3,}|\s+", " ", re.sub(r"\d[\d.,]*\d|\d", "#", line)).strip()


def lasting(line: str) -> list[str]:
    """Numbers of a line that are the same on every machine: today's, and those of the district."""
    return re.findall(r"\(today [^)]*\)|of \d[\d,]* \w+|\d[\d.,]*(?: %)? →", line)


def check_sample(sample: str, output: str) -> None:
    """Between its dots a sample stands in the output, line by line."""
    printed = [line for line in output.splitlines() if line.strip()]
    words = " ".join(masked(line) for line in printed).replace(f" {ENGLISH.text('explain.maybe_less')}", "")  # a slow machine proves less
    for part in sample.split("...\n"):
        assert " ".join(masked(line) for line in part.splitlines() if line.strip()) in words, part
    numbers = " ".join(found for line in printed for found in lasting(line))
    for line in sample.splitlines():
        for found in lasting(line):
            assert found in numbers, line


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
