"""Public outputs of plans of several levels, through the commands: what stands where, and that one level is as it was."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from level_districts import small_options

from rezoning.commands.publishing import write_finder, write_report
from rezoning.commands.publishing_levels import fill_export, read_levels

LOW, UP, STUDENTS = "aaabbbccc", "xxxxxyyyy", [40, 30, 20, 25, 35, 45, 50, 15, 60]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario of two levels and the folder of a plan of them."""
    place = tmp_path_factory.mktemp("two-levels")
    small_options(place, LOW, UP, STUDENTS, [(LOW, "xxxyyyyyy")])
    plan = place / "plan"
    plan.mkdir()
    for name, schools in {"elementary": LOW, "middle": "xxxyyyyyy"}.items():
        rows = "".join(f"u{k},{school}\n" for k, school in enumerate(schools))
        (plan / f"plan.{name}.csv").write_text(f"unit_id,school_id\n{rows}", encoding="utf-8")
    return place


def test_a_report_of_levels(folder: Path, tmp_path: Path) -> None:
    done = write_report([folder / "scenario.yaml", folder / "plan"], tmp_path / "report")
    assert {"report.html", "statement.json", "statement.csv", "feeders.csv"} <= set(done.files)
    assert {f"{level}/{file}" for level in ("elementary", "middle") for file in ("report.html",)} <= set(done.files)
    document = json.loads((tmp_path / "report" / "statement.json").read_text(encoding="utf-8"))
    assert list(document["levels"]) == ["elementary", "middle"]
    assert document["feeders"][0]["of"] == "lower"
    assert set(done.statements) == {"A, elementary", "A, middle"}
    with (tmp_path / "report" / "statement.csv").open(encoding="utf-8") as file:
        assert {row["level"] for row in csv.DictReader(file)} == {"elementary", "middle"}
    with (tmp_path / "report" / "feeders.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {(row["option"], row["from"], row["to"], row["students"]) for row in rows if row["from"] == "b"} == {
        ("today", "b", "x", "60"), ("today", "b", "y", "45"), ("A", "b", "y", "105"),
    }  # fmt: skip
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert 'href="middle/report.html"' in page
    assert done.to_dict()["options"][0]["letter"] == "A"


def test_a_finder_of_levels_and_the_report_lead_to_each_other(folder: Path, tmp_path: Path) -> None:
    write_report([folder / "scenario.yaml", folder / "plan"], tmp_path / "plan-report")
    write_finder([folder / "scenario.yaml", folder / "plan"], out=tmp_path / "plan-finder")
    page = (tmp_path / "plan-finder" / "finder.html").read_text(encoding="utf-8")
    assert "plan-report/report.html" in page
    assert "finder-levels" in page
    assert "plan-finder/finder.html" in (tmp_path / "plan-report" / "report.html").read_text(encoding="utf-8")
    document = json.loads((tmp_path / "plan-finder" / "finder.json").read_text(encoding="utf-8"))
    assert [document["levels"][name]["units"]["u3"]["schools"]["A"] for name in ("elementary", "middle")] == ["b", "y"]


def test_exports_by_level(folder: Path, tmp_path: Path) -> None:
    options = small_options(folder, LOW, UP, STUDENTS, [(LOW, "xxxyyyyyy")])
    book, _ = read_levels(options)
    fill_export(tmp_path, book, ["baf"], lambda one, form: [("A", "")], counts=False)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {name.partition("/")[0] for name in files} == {"elementary", "middle"}


def test_what_is_wrong_with_a_level_is_told_by_its_file(folder: Path, tmp_path: Path) -> None:
    from rezoning.errors import DataError

    lone = tmp_path / "half"
    lone.mkdir()
    (lone / "plan.elementary.csv").write_text("unit_id,school_id\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"plan\.middle\.csv"):
        write_report([folder / "scenario.yaml", lone], tmp_path / "report")


def test_a_level_that_no_goal_looks_at_has_a_report_too(folder: Path, tmp_path: Path) -> None:
    said = ["goals=[{minimize: split_feeders}]"]
    done = write_report([folder / "scenario.yaml", folder / "plan"], tmp_path / "report", overrides=said)
    assert {"elementary/report.html", "middle/report.html"} <= set(done.files)
