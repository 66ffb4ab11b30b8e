"""Commands that are about one level refuse a scenario with several at once: exit 2, the place and a cure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rezoning.cli.app import app

SCHOOLS = {"path": "schools.csv", "unit": "unit"}
SAID = {
    "name": "two",
    "data": {"units": {"path": "units.csv"}},
    "levels": {"es": {"students": "es", "schools": SCHOOLS}, "ms": {"students": "ms", "schools": SCHOOLS}},
    "goals": [{"minimize": "cut_edges", "level": "es"}, {"minimize": "cut_edges", "level": "ms"}],
}


@pytest.mark.parametrize(
    "words",
    [
        ["frontier", "two.yaml", "--goals", "cut_edges,dissimilarity"], ["ensemble", "two.yaml"], ["model", "two.yaml", "--out", "m.lp"],
        ["diagnose", "two.yaml"], ["bench", "two.yaml"], ["travel", "compare", "two.yaml", "straight_line"], ["sweep", "sweep.yaml"],
        ["explain", "two.yaml", "--prices"],
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_refused_before_anything_is_read(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("two.yaml").write_text(json.dumps(SAID, indent=1), encoding="utf-8")
    Path("sweep.yaml").write_text(json.dumps({"name": "many", "districts": "two.yaml", "grid": {"solve.seed": [1, 2]}}), encoding="utf-8")
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2, done.output
    said = " ".join(done.output.split())
    assert "two.yaml, line 8, levels: rezoning " in said
    assert "is about one level of schools, and this scenario has several. Ask about one level (es, ms)" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sweep.yaml", "two.yaml"]
