"""Plans that were made elsewhere: reported without a run, judged by a scenario, and told for what they are."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from squares import write_polygons
from typer.testing import CliRunner

from rezoning import run
from rezoning.cli.app import app
from rezoning.district.plans.how import PlanReading
from rezoning.errors import DataError
from rezoning.public.build import make_book
from rezoning.report.files import files
from rezoning.report.language import Language
from rezoning.report.page.provenance import commands, origin
from rezoning.runs.option_read import read_options

UNITS = [f"0{i}{j}" for i in range(3) for j in range(4)]
TODAY = ["A" if unit[2] < "2" else "B" for unit in UNITS]
MOVED = ["B" if unit == "001" else school for unit, school in zip(UNITS, TODAY, strict=True)]


def told(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


def plan(path: Path, schools: list[str], units: list[str] = UNITS) -> Path:
    path.write_text("".join(f"{unit},{school}\n" for unit, school in [("unit", "school"), *zip(units, schools, strict=True)]))
    return path


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A district of squares; two plans of committees, one of which is partial; and a run of a stricter scenario."""
    folder = tmp_path_factory.mktemp("brought")
    asked = json.loads(write_polygons(folder).read_text())
    plan(folder / "moved.csv", MOVED)
    plan(folder / "north.csv", ["B", "B"], ["000", "001"])
    (folder / "strict.yaml").write_text(json.dumps({**asked, "name": "strict", "rules": {"reassigned": {"max_share": 0.01}}}))
    assert run(folder / "strict.yaml", folder / "runs" / "strict").exit_code == 0
    return folder


def test_a_plan_alone_has_a_report(drawn):
    code, out, err = told("report", drawn / "scenario.yaml", drawn / "moved.csv")
    assert (code, out) == (0, f"{drawn}/moved-report/report.html\n"), err
    page = (drawn / "moved-report" / "report.html").read_text(encoding="utf-8")
    assert "A plan that was read from a file." in page
    assert "rezoning report scenario.yaml moved.csv" in page
    assert hashlib.sha256((drawn / "moved.csv").read_bytes()).hexdigest() in page
    assert hashlib.sha256((drawn / "scenario.yaml").read_bytes()).hexdigest() in page
    for said in ("Solver", "Proven best", "independently of the solver", "rezoning run", 'class="trace'):
        assert said not in page, said


def test_options_of_one_table_have_a_column_each(drawn):
    rows = [("unit", "A", "Option B", "Option C"), *zip(UNITS, TODAY, MOVED, TODAY, strict=True)]
    (drawn / "wide.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    wide, each = drawn / "wide.csv", ["--column", "Option B", "--column", "Option C"]
    code, out, err = told("compare", drawn / "scenario.yaml", wide, wide, *each, "--json")
    assert code == 0, err
    document = json.loads(out)
    assert document["columns"] == ["today", "wide Option B", "wide Option C", "nearest"]
    row = next(row for row in document["rows"] if row["measure"] == "students_reassigned")
    assert row["wide Option B"] > row["wide Option C"] == 0
    book = make_book(read_options([drawn / "scenario.yaml", wide, wide], how=PlanReading(columns=("Option B", "Option C"))))
    assert [option.name for option in book.options] == ["Wide Option B", "Wide Option C"]
    assert commands(book)[-1] == "rezoning report scenario.yaml wide.csv wide.csv --column 'Option B' --column 'Option C'"
    with_run = read_options([drawn / "runs" / "strict", wide, drawn / "moved.csv"], how=PlanReading(columns=("Option B", "school")))
    assert [option.plan.moved(option.district).any() for option in with_run[1:]] == [True, True]
    for command, plans in (("compare", [wide]), ("evaluate", [wide]), ("report", [wide, wide, wide])):
        code, _, err = told(command, drawn / "scenario.yaml", *plans, *each)
        assert code == 3
        assert "--column: names 2 columns (Option B, Option C)" in err


@pytest.mark.parametrize(("command", "made"), [
    (("finder",), "finder.html"), (("export", "--to", "baf"), "BlockAssign_A.txt"), (("figures", "--format", "svg"), "figures.json"),
])  # fmt: skip
def test_so_do_finder_export_and_figures(drawn, tmp_path, command, made):
    code, _, err = told(command[0], drawn / "scenario.yaml", drawn / "moved.csv", *command[1:], "--out", tmp_path / "made")
    assert code == 0, err
    assert (tmp_path / "made" / made).is_file()


def test_partial_plans_are_reported_where_the_rest_keeps_todays_school(drawn, tmp_path):
    code, _, err = told("report", drawn / "scenario.yaml", drawn / "moved.csv", drawn / "north.csv", "--out", tmp_path / "r")
    assert code == 3
    assert "north.csv: has no row for 10 of 12 units" in err
    assert "--rest today" in err
    code, _, err = told("report", drawn / "scenario.yaml", drawn / "moved.csv", drawn / "north.csv", "--rest", "today", "--out", tmp_path / "r")
    assert code == 0
    assert "warning: north.csv: leaves out 10 units with 1,000 students, which keep today's school" in err
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "north.csv: leaves out 10 units; they keep today&#39;s school." in page
    assert "rezoning report scenario.yaml moved.csv north.csv --rest today" in page


def test_what_was_settled_stands_in_evaluation_and_comparison(drawn, tmp_path):
    code, out, _ = told("evaluate", drawn / "scenario.yaml", drawn / "north.csv", "--rest", "today", "--out", tmp_path / "e")
    assert code in (0, 7)
    assert "leaves out 10 units" in " ".join(out.split())
    record = json.loads((tmp_path / "e" / "evaluation.json").read_text())
    assert record["reading"]["kept_today"] == {"units": 10, "students": 1000.0, "unit_ids": UNITS[2:]}
    assert record["counts"]["moved_units"] == 2
    assert record["inputs"][-1] == {"path": str(drawn / "north.csv"), "sha256": hashlib.sha256((drawn / "north.csv").read_bytes()).hexdigest()}
    code, out, _ = told("compare", drawn / "scenario.yaml", drawn / "moved.csv", drawn / "north.csv", "--rest", "today", "--json")
    assert code == 0
    assert json.loads(out)["reading"]["north"]["kept_today"]["units"] == 10


def test_a_run_has_its_own_scenario_and_whose_rules_are_broken_is_said(drawn, tmp_path):
    options = read_options([drawn / "scenario.yaml", drawn / "runs" / "strict", drawn / "moved.csv"])
    assert [option.scenario.name for option in options] == ["strict", "squares"]
    assert [option.is_run for option in options] == [True, False]
    language = Language("en")
    assert [origin(make_book(options), option, language).audit for option in options] == [
        "This plan keeps every rule of the scenario “Strict”, checked independently of the solver.",
        "This plan keeps every rule of the scenario “Squares”.",
    ]
    alone = read_options([drawn / "runs" / "strict", drawn / "moved.csv"])  # judged by the run's own rules
    said = origin(make_book(alone), alone[1], language).audit
    assert said.startswith("This plan breaks a rule of the scenario “Strict”: ")
    assert said.endswith("It was not made for these rules.")
    tight = tmp_path / "tight.yaml"
    asked = json.loads((drawn / "scenario.yaml").read_text())
    for name in ("units", "schools"):
        asked["data"][name]["path"] = str(drawn / asked["data"][name]["path"])
    tight.write_text(json.dumps({**asked, "name": "tight", "rules": {"capacity": {"max": 0.5}}}))
    code, _, err = told("report", tight, drawn / "runs" / "strict", drawn / "moved.csv", "--out", tmp_path / "r")
    assert code == 0
    assert "warning: Option B (Moved) breaks rules of tight: see the report." in err
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "This plan breaks a rule of the scenario “Tight”" in page
    assert "Rules of the scenario “Strict”" in page


def test_commands_and_files_name_scenario_and_plan(drawn):
    (option,) = read_options([drawn / "scenario.yaml", drawn / "north.csv"], how=PlanReading("school", rest="today"))
    book = make_book([option])
    assert commands(book) == ["rezoning report scenario.yaml north.csv --column school --rest today"]
    assert [file.name for file in files(book)] == ["scenario.yaml", "units.geojson", "schools.csv", "north.csv"]


def test_a_scenario_stands_once_and_before_its_plans(drawn, tmp_path):
    code, _, err = told("report", drawn / "scenario.yaml", "--out", tmp_path / "r")
    assert code == 3
    assert "is a scenario, and no plan stands behind it. Give plan files behind it" in err
    code, _, err = told("report", drawn / "moved.csv", drawn / "scenario.yaml", "--out", tmp_path / "r")
    assert code == 3
    assert "scenario.yaml: is a scenario file among the plans. Give one scenario file, before all plans." in err
    with pytest.raises(DataError, match="is not a run directory, and the first must be one"):
        read_options([drawn / "moved.csv"])


def test_a_plan_may_be_judged_by_other_rules_but_a_run_may_not(drawn, tmp_path):
    setting = ("--set", "rules.capacity.max=0.5")
    code, _, err = told("report", drawn / "scenario.yaml", drawn / "moved.csv", *setting, "--out", tmp_path / "r")
    assert code == 0
    assert "breaks rules: see the report." in err
    code, _, err = told("report", drawn / "scenario.yaml", drawn / "runs" / "strict", *setting, "--out", tmp_path / "q")
    assert code == 3
    assert "would ask another question" in err


def test_a_folder_of_an_export_is_a_plan(drawn, tmp_path):
    assert told("export", drawn / "scenario.yaml", drawn / "moved.csv", "--to", "dra", "--out", tmp_path / "dra")[0] == 0
    code, out, err = told("evaluate", drawn / "scenario.yaml", tmp_path / "dra", "--json")
    assert code == 0, err
    assert json.loads(out)["counts"]["moved_units"] == 1


@pytest.mark.parametrize("command", ["evaluate", "compare", "report", "finder", "export", "figures"])
def test_every_command_that_takes_plans_takes_what_is_said_of_them(command):
    code, out, _ = told(command, "--help")
    assert code == 0
    assert all(f"--{name} " in out for name in ("column", "layer", "sheet", "labels", "rest"))
