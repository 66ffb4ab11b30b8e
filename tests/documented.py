"""What documents show, found between their fences, and a folder in which it runs as written."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rezoning.report.language import ENGLISH

ROOT = Path(__file__).resolve().parents[1]
MOUNT_VERNON = ROOT / "../shared/data/mount_vernon"
LOCKED = {"S4": "walnut-view", "S7": "oak-hollow"}  # schools that a command locks: neither is too full today nor too empty
SHORTER = {
    "run": ["--set", "solve.time_limit=2"],
    "frontier": ["--time-limit-total", "8", "--points", "3"],
    "explain": ["--seconds", "5"],
    "sweep": ["--dry-run"],
    "ensemble": ["--steps", "20000"],
    "robustness": ["--draws", "50"],
}
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
        return list(self.endings)

    @property
    def endings(self) -> dict[str, int]:
        """Its commands, and the exit code of each: 0, or as a remark says."""
        if any(line.startswith("$ ") for line in self.text.splitlines()):
            return {}
        lines = [line.partition("  #") for line in self.text.splitlines()]
        found = {command.strip(): re.search(r"ends with (\d+)", remark) for command, _, remark in lines}
        return {line: int(code[1]) if code else 0 for line, code in found.items() if line.startswith(("rezoning ", "python -m rezoning"))}


def blocks_of(document: str) -> Iterator[Block]:
    """What a document of the project shows, in its order."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield Block(document, text[: found.start()].count("\n") + 1, found[1], found[2])


def make_town(folder: Path) -> Path:
    """All that documents name: riverbend where it stands in the project, and the files of the first scenario, made of it."""
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
    first = next(block.text for block in blocks_of("scenarios/README.md") if block.text.startswith("name: balance-2031"))
    for name in ("my-scenario.yaml", "base.yaml", "balance.yaml"):
        (folder / name).write_text(first, encoding="utf-8")


def answered(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int = 0) -> str:
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
    assert done.exit_code == code, f"{command}\n{done.output}"
    return done.stdout


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
