"""The commands that make public outputs: what they write, say, refuse, and how they end."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from squares import write_polygons
from typer.testing import CliRunner

from rezoning import run
from rezoning.cli.app import app
from rezoning.errors import DataError, Problem
from rezoning.report.exports.formats import FORMATS
from rezoning.report.language import plain


def told(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A run of nine square units with polygons, and one of the same that moves nobody."""
    folder = tmp_path_factory.mktemp("drawn")
    scenario = write_polygons(folder)
    first = run(scenario, folder / "runs" / "best")
    second = run(scenario, folder / "runs" / "still", overrides=["rules.reassigned.max_share=0", "rules.capacity=null"])
    assert (first.exit_code, second.exit_code) == (0, 0)
    return folder


def test_a_report_has_page_and_statement(drawn, tmp_path):
    code, out, err = told("report", drawn / "runs" / "best", drawn / "runs" / "still", "--out", tmp_path / "r")
    assert (code, out) == (0, f"{tmp_path}/r/report.html\n")
    assert [line[:3] for line in err.splitlines()[:2]] == ["A: ", "B: "]
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == ["map.html", "report.html", "statement.csv", "statement.json"]
    assert list(json.loads((tmp_path / "r" / "statement.json").read_text())) == ["A", "B"]
    rows = list(csv.DictReader((tmp_path / "r" / "statement.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["option"] for row in rows} == {"A", "B"}


@pytest.mark.parametrize("definition", ["chance", "strict"])
def test_the_terminal_reads_as_the_statement_and_says_by_which_definition(drawn, tmp_path, definition):
    settings = ("--set", f"report.statement.definition={definition}")
    _, _, err = told("report", drawn / "runs" / "best", drawn / "runs" / "still", "--out", tmp_path / "r", *settings)
    records = json.loads((tmp_path / "r" / "statement.json").read_text())
    verdicts = [records[letter]["verdict"] for letter in "AB"]
    assert all(verdict["definition"] == definition for verdict in verdicts)
    lines = err.splitlines()
    assert lines[:2] == [plain(f"{letter}: {verdict['sentence']} {verdict['line']}") for letter, verdict in zip("AB", verdicts, strict=True)]
    assert lines[2] == verdicts[0]["definition_text"]
    assert f"Definition used: {definition}." in lines[2]


def test_a_report_stands_beside_its_run_by_default(drawn):
    code, out, _ = told("report", drawn / "runs" / "best", "--json")
    document = json.loads(out)
    assert (code, document["directory"]) == (0, str(drawn / "runs" / "best-report"))
    assert document["options"] == [{"letter": "A", "name": "Squares", "path": str(drawn / "runs" / "best")}]
    assert document["verdicts"]["A"]["status"] in ("meets", "does_not_meet", "uncertain")


def test_the_same_run_gives_the_same_bytes(drawn, tmp_path):
    for name in ("one", "two"):
        assert told("report", drawn / "runs" / "best", "--out", tmp_path / name)[0] == 0
        assert told("finder", drawn / "runs" / "best", "--addresses", drawn / "addresses.csv", "--out", tmp_path / f"{name}-f")[0] == 0
    for kind in ("", "-f"):
        files = sorted(path.name for path in (tmp_path / f"one{kind}").iterdir())
        assert files == sorted(path.name for path in (tmp_path / f"two{kind}").iterdir())
        for file in files:
            assert (tmp_path / f"one{kind}" / file).read_bytes() == (tmp_path / f"two{kind}" / file).read_bytes(), file


def test_check_ends_with_7_unless_equal_opportunity_advances(drawn, tmp_path):
    # Nobody moves, so nothing improves.
    assert told("report", drawn / "runs" / "still", "--check", "--out", tmp_path / "r")[0] == 7
    settings = ["report.statement.required=[1]", "report.statement.min_change=0.01"]
    pairs = [part for one in settings for part in ("--set", one)]
    assert told("report", drawn / "runs" / "best", "--check", "--out", tmp_path / "s", *pairs)[0] == 0


def test_a_page_in_spanish(drawn, tmp_path):
    assert told("report", drawn / "runs" / "best", "--language", "es", "--out", tmp_path / "r")[0] == 0
    assert '<html lang="es">' in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")


def test_another_question_cannot_be_asked_of_a_plan_that_exists(drawn, tmp_path):
    code, _, err = told("report", drawn / "runs" / "best", "--set", "rules.capacity.max=2", "--out", tmp_path / "r")
    assert code == 3
    assert err.splitlines()[1:] == [
        "  --set: rules.capacity.max=2 would ask another question than the one that was answered. Set keys of report only, or run the scenario again."
    ]
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("command", ["report", "finder", "figures", "export"])
def test_nothing_else_is_replaced(drawn, tmp_path, command):
    place = tmp_path / "mine"
    place.mkdir()
    (place / "thesis.txt").write_text("years of work")
    more = ["--to", "dra"] if command == "export" else []
    code, _, err = told(command, drawn / "runs" / "best", "--out", place, *more)
    assert code == 2
    assert "the directory is not empty and holds no" in err
    assert [path.name for path in place.iterdir()] == ["thesis.txt"]


def test_no_run_no_report(tmp_path):
    code, _, err = told("report", tmp_path / "gone", "--out", tmp_path / "r")
    assert code == 3
    cure = "Give the directory of a run first, or the scenario file that judges the plan."
    assert err == f"bad data:\n  {tmp_path}/gone: is not a run directory, and the first must be one. {cure}\n"


def test_a_finder_with_addresses_lists_streets(drawn, tmp_path):
    code, out, _ = told("finder", drawn / "runs" / "best", "--addresses", drawn / "addresses.csv", "--out", tmp_path / "f")
    assert (code, out) == (0, f"{tmp_path}/f/finder.html\n")
    assert sorted(path.name for path in (tmp_path / "f").iterdir()) == ["addresses.csv", "finder.html", "finder.json", "streets.csv"]


def test_exports_of_several_formats_have_folders(drawn, tmp_path):
    wanted = [part for name in FORMATS for part in ("--to", name)]
    code, out, err = told("export", drawn / "runs" / "best", drawn / "runs" / "still", *wanted, "--out", tmp_path / "e")
    assert (code, out) == (0, f"{tmp_path}/e\n"), err
    assert sorted(path.name for path in (tmp_path / "e").iterdir()) == sorted([*FORMATS, "export.json"])
    assert sorted(path.name for path in (tmp_path / "e" / "dra").iterdir() if path.is_dir()) == ["A", "B"]
    assert told("export", drawn / "runs" / "best", "--to", "dra", "--out", tmp_path / "one")[0] == 0
    assert (tmp_path / "one" / "export.json").is_file()


def test_an_unknown_format_is_a_fault_of_usage(drawn, tmp_path):
    code, _, err = told("export", drawn / "runs" / "best", "--to", "doc", "--out", tmp_path / "e")
    assert code == 2
    assert "'doc' is not one of" in err


def test_figures(drawn, tmp_path):
    code, _, err = told("figures", drawn / "runs" / "best", "--format", "svg", "--out", tmp_path / "f")
    assert code == 0, err
    assert {path.suffix for path in (tmp_path / "f").iterdir()} == {".svg", ".json"}


def test_compare_writes_page_and_workbook_too(drawn, tmp_path):
    code, _, err = told("compare", drawn / "scenario.yaml", drawn / "runs" / "best", drawn / "runs" / "still", "--out", tmp_path / "c")
    assert code == 0, err
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == ["changes.csv", "compare.csv", "compare.html", "compare.json", "compare.xlsx"]


def test_tables_with_every_number_are_written_where_the_public_ones_are_refused(drawn, tmp_path, monkeypatch):
    def refuse(_options):
        raise DataError(Problem("report.min_cell", "3 numbers could be worked out.", "Leave the group out."))

    monkeypatch.setattr("rezoning.public.build.make_book", refuse)
    code, _, err = told("compare", drawn / "scenario.yaml", drawn / "runs" / "best", "--out", tmp_path / "c")
    assert code == 0
    assert "changes.csv are not written (report.min_cell: 3 numbers could be worked out. Leave the group out.)" in err
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == ["compare.csv", "compare.json"]


PLACES = {
    "run": ("run", "scenario.yaml"), "evaluate": ("evaluate", "scenario.yaml", "runs/best"), "compare": ("compare", "scenario.yaml", "runs/best"),
    "explain": ("explain", "scenario.yaml", "--seconds", "2"), "report": ("report", "runs/best"), "finder": ("finder", "runs/best"),
    "export": ("export", "runs/best", "--to", "dra"), "figures": ("figures", "runs/best", "--format", "svg"),
    "frontier": ("frontier", "scenario.yaml", "--goals", "dissimilarity,reassigned", "--points", "2"),
}  # fmt: skip


@pytest.mark.parametrize("command", [name if name in ("evaluate", "export") else pytest.param(name, marks=pytest.mark.slow) for name in PLACES])
def test_results_of_another_scenario_are_replaced_only_where_that_is_asked_for(drawn, tmp_path, monkeypatch, command):
    monkeypatch.chdir(drawn)
    words, place = [*PLACES[command], "--out", str(tmp_path / "there")], tmp_path / "there"
    assert told(*words)[0] == 0
    assert told(*words)[0] == 0  # the same again needs nothing
    if PLACES[command][1] == "scenario.yaml":
        other = [*words, "--set", "name=other"]
    else:
        record = json.loads((drawn / "runs" / "still" / "run.json").read_text())
        shutil.copytree(drawn / "runs" / "still", drawn / "runs" / f"other-{command}")
        (drawn / "runs" / f"other-{command}" / "run.json").write_text(json.dumps({**record, "name": "other"}))
        other = [word if word != "runs/best" else f"runs/other-{command}" for word in words]
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    code, _, err = told(*other)
    assert code == 2
    assert "--replace" in err
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    assert told(*other, "--replace")[0] == 0
    assert told(*words)[0] == 2


def test_papers_stand_beside_the_report_and_are_told(drawn, tmp_path, monkeypatch):
    monkeypatch.setenv("REZONING_CHROMIUM", str(tmp_path / "none"))
    code, out, err = told("report", drawn / "runs" / "best", "--memo", "--slides", "--json", "--out", tmp_path / "r")
    assert code == 0, err
    document = json.loads(out)
    assert document["files"] == ["map.html", "memo.html", "report.html", "slides.pptx", "statement.csv", "statement.json"]
    assert any("memo.pdf was not made" in note and "Open memo.html and print it" in note for note in document["notes"])
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == document["files"]
