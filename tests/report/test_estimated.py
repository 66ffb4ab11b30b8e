"""Travel that nobody drove and students whom nobody counted: every output says so, and none where they were given."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from published_cases import contents, publish
from rich.console import Console
from squares import write_polygons
from typer.testing import CliRunner

import rezoning.district.load as loading
from rezoning.cli.app import app
from rezoning.commands.run import run
from rezoning.commands.sweep.summary import Summary
from rezoning.district.estimate import Estimate
from rezoning.district.plans.read import read_plan
from rezoning.report.benching.comparison import Comparison
from rezoning.report.benching.document import bench_document
from rezoning.report.benching.page import bench_page
from rezoning.report.benching.screen import bench_screen
from rezoning.report.benching.trials import trial_of
from rezoning.report.estimated import EstimateLabels, estimate_labels
from rezoning.report.exports.formats import FORMATS
from rezoning.report.language import Language
from rezoning.report.sweep import sweep_page
from rezoning.report.sweep.screen import sweep_screen
from rezoning.report.terminal import run_page
from rezoning.runs.row import run_row
from rezoning.runs.run_record import read_run_record
from rezoning.scenario.sweep import Sweep

PHRASES = {"en": ("free flow, no traffic", "estimated from the census"), "es": ("flujo libre, sin tráfico", "a partir del censo")}
STRAIGHT = {"en": "straight lines", "es": "línea recta"}
SILENT = {"scenario.yaml", "solver.log", "trace.csv", "metrics.json", "scenario.json", "export.json", "figures.json", "compare.json", "ensemble.json",
          "robustness.json"}  # fmt: skip
"""Settings, what solvers say, measures by name (run.json and schools.csv beside them explain), lists of files, and records with the bare facts."""


def facts(source: str = "file", *, estimated: bool = False, walks: str = "file") -> dict:
    return {
        "travel": {"unit": "min", "source": source, "is_estimate": source != "file"},
        "walk": {"source": walks, "is_estimate": walks != "file"},
        "students": {"estimated": estimated, "method": None},
    }


@pytest.fixture(scope="module", params=["estimated", "given"])
def made(request, tmp_path_factory):
    """A run and all that can be made of it: of estimates in both languages, and of given tables."""
    place, patch = tmp_path_factory.mktemp(request.param), pytest.MonkeyPatch()
    is_estimated, load = request.param == "estimated", loading.load_district

    def loaded(data):
        source, estimate = ("streets", Estimate("raked")) if is_estimated else ("file", None)
        return replace(load(data), travel_source=source, estimate=estimate, notes=())

    patch.setattr(loading, "load_district", loaded)
    path = write_polygons(place)
    outcome = run(path, place / "run")
    assert outcome.exit_code == 0
    for language, formats in (("en", tuple(FORMATS)), *([("es", ("xlsx",))] if is_estimated else [])):
        publish([place / "run"], place / language, place / "addresses.csv", overrides=[f"report.language={language}"], formats=formats)
    for command in (["validate"], ["evaluate", place / "run" / "plan.csv", "--out", place / "evaluation"],
                    ["compare", place / "run", "--out", place / "comparison"], ["explain"],
                    ["frontier", "--goals", "dissimilarity:poor,reassigned", "--points", "2", "--out", place / "frontier"],
                    ["ensemble", "--steps", "400", "--every", "20", "--audits", "0", "--out", place / "ensemble"],
                    ["robustness", place / "run" / "plan.csv", "--draws", "100", "--out", place / "robustness"]):  # fmt: skip
        for form in ([], ["--json"]):
            said = CliRunner().invoke(app, [command[0], str(path), *map(str, command[1:]), *form, *(["--replace"] if "--out" in command else [])])
            assert said.exit_code == 0, said.output
            (place / f"{command[0]}{'.json' if form else '.txt'}").write_text(said.stdout, encoding="utf-8")
    for command in ("export", "--to", "baf"), ("finder",):
        said = CliRunner().invoke(app, [command[0], str(place / "run"), "--out", str(place / f"{command[0]}-said"), *command[1:]])
        assert said.exit_code == 0, said.output
        (place / f"{command[0]}.txt").write_text(said.stderr, encoding="utf-8")
    screen = Console(record=True, width=96, file=io.StringIO())
    run_page(screen, outcome.question.scenario, outcome.record, (outcome.measures.metrics, outcome.measures.schools), outcome.directory)
    (place / "run.txt").write_text(screen.export_text(), encoding="utf-8")
    yield place, is_estimated
    patch.undo()


def said_in(place: Path, is_estimated: bool, language: str, folders: tuple[str, ...]) -> list[str]:
    """Names of the files of some folders that do not say what they should: every one its label, and none a label that is not true."""
    wrong = []
    for folder in folders:
        for name, content in contents(place / folder).items():
            text = content.decode("utf-8", "replace")
            if Path(name).name in SILENT or "!" in name or name.endswith((".png", ".xlsx")):
                continue
            if Path(name).match("cards.*.html") and f".{language}." not in name:
                continue
            found = [phrase in " ".join(text.split()) for phrase in PHRASES[language]]
            found = found[:1] if Path(name).match("cards.*.html") else found  # of students they tell nothing
            if name.endswith("plan.csv") or name.startswith("plan."):
                found = ["students_are" in text]
            if not (all(found) if is_estimated else not any(found)):
                wrong.append(f"{folder}/{name}: {found}")
    return wrong


@pytest.mark.parametrize("language", PHRASES)
def test_every_page_table_and_picture_says_it(made, language):
    place, is_estimated = made
    if not is_estimated and language != "en":
        pytest.skip("what is not said is not said in any language")
    assert said_in(place, is_estimated, language, tuple(f"{language}/{part}" for part in ("report", "figures", "compare", "finder"))) == []


def test_every_file_of_results_says_it(made):
    place, is_estimated = made
    assert said_in(place, is_estimated, "en", ("comparison",)) == []
    assert said_in(place, is_estimated, "en", ("ensemble", "robustness")) == []
    for name in ("run/schools.csv", "evaluation/schools.csv", "frontier/frontier.csv", "frontier/frontier.svg", "comparison/compare.csv",
                 "ensemble/ensemble.csv", "robustness/robustness.csv"):  # fmt: skip
        text = (place / name).read_text(encoding="utf-8")
        assert [phrase in text for phrase in PHRASES["en"]] == [is_estimated] * 2, name
    for name in ("run/run.json", "evaluation/evaluation.json", "comparison/compare.json", "frontier/frontier.json",
                 "validate.json", "evaluate.json", "compare.json", "explain.json", "frontier.json", "ensemble.json",
                 "robustness.json", "robustness/robustness.json"):  # fmt: skip
        record = json.loads((place / name).read_text(encoding="utf-8"))
        assert record["travel"] == {"unit": "min", "source": "streets" if is_estimated else "file", "is_estimate": is_estimated}
        assert (record["students"]["estimated"], record["students"]["method"]) == (is_estimated, "raked" if is_estimated else None)


@pytest.mark.parametrize("command", ["run", "validate", "evaluate", "compare", "explain", "frontier", "ensemble", "robustness", "export", "finder"])
def test_every_screen_says_it(made, command):
    place, is_estimated = made
    text = " ".join((place / f"{command}.txt").read_text(encoding="utf-8").split())
    assert [phrase in text for phrase in PHRASES["en"]] == [is_estimated] * 2


def test_pages_and_screens_over_many_runs_say_it(made):
    """A sweep and a bench of such a run: their rows have it from the run's record, their pages and screens from the rows."""
    place, is_estimated = made
    row = {**run_row(place / "run"), "district": "A", "point": 1, "key": "0"}
    assert row["estimates"] == ("travel=streets students=raked" if is_estimated else None)
    summary = Summary(Sweep(name="two", districts=["a.yaml", "b.yaml"]))
    record = read_run_record(place / "run")
    summary.take(row, lambda: record)
    told = {"name": "two", "points": 1, "districts": 1, "counts": summary.counts, "seconds": {"points": 1.0}, "levers": [], "failures": [],
            "charts": [], "tables": [], "notes": [], "asked": {}, "versions": {}, "best": summary.districts()}  # fmt: skip
    found = Comparison([trial_of("A", "default", 0, place / "run", {})], ["default"], 1.0)
    bench = bench_document(found, ["A"], [("default", "", {})], 1, 1, [])
    texts = [sweep_page(told, Language()), bench_page(found, bench, Language())]
    for show in (lambda screen: sweep_screen(screen, told, place), lambda screen: bench_screen(screen, found, bench, place)):
        screen = Console(record=True, width=96, file=io.StringIO())
        show(screen)
        texts.append(screen.export_text())
    assert [phrase in " ".join(text.split()) for text in texts for phrase in PHRASES["en"]] == [is_estimated] * 8
    summary.take({**row, "district": "B", "estimates": None}, lambda: record)
    assert ("A: trips free flow, no traffic" in sweep_page({**told, "best": summary.districts()}, Language())) == is_estimated


@pytest.mark.parametrize("to", FORMATS)
def test_every_export_says_it(made, to):
    place, is_estimated = made
    text = " ".join((place / "en" / "exports" / to / "README.txt").read_text(encoding="utf-8").split())
    assert [phrase in text for phrase in PHRASES["en"]] == [is_estimated] * 2


@pytest.mark.parametrize("language", PHRASES)
def test_every_sheet_of_numbers_says_it(made, language):
    import openpyxl

    place, is_estimated = made
    if not is_estimated and language != "en":
        pytest.skip("what is not said is not said in any language")
    book = openpyxl.load_workbook(place / language / "compare" / "compare.xlsx", read_only=True)
    texts = [" ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None) for sheet in book]
    summary, schools, flows, changes, _, about = texts
    trips, students = PHRASES[language]
    both = (trips, students)
    for text, phrases in ((summary, both), (schools, both), (flows, (students,)), (changes, (trips,)), (about, both)):
        assert [phrase in text for phrase in phrases] == [is_estimated] * len(phrases)


def test_every_table_and_chart_of_the_report_says_it(made):
    """Once each: a table that is cut out of the page still says it."""
    place, is_estimated = made
    page = (place / "en" / "report" / "report.html").read_text(encoding="utf-8")
    captions = [part.split("</caption>")[0] for part in page.split("<caption")[1:]]
    of_numbers = [one for one in captions if not any(f'id="{name}' in one for name in ("statement-", "policy-", "files-"))]
    assert len(of_numbers) > 4
    assert all(("≈" in one) == is_estimated for one in of_numbers)


def test_tables_for_machines_keep_their_columns(made):
    place, is_estimated = made
    with (place / "run" / "plan.csv").open(encoding="utf-8") as stream:
        columns = csv.DictReader(stream).fieldnames
    assert columns == ["unit_id", "school_id", "previous_school_id", "students", *(["students_are"] if is_estimated else [])]
    district = loading.load_district(run_scenario(place).data)
    assert read_plan(place / "run" / "plan.csv", district).school.tolist()


def run_scenario(place: Path):
    from rezoning.scenario.load import load_scenario

    return load_scenario(place / "run" / "scenario.yaml")


@pytest.mark.parametrize("language", PHRASES)
def test_straight_lines_are_told_from_streets(language):
    said = estimate_labels(facts("straight_line"), Language(language))
    assert STRAIGHT[language] in said.trips
    assert STRAIGHT[language] in said.trips_short
    assert PHRASES[language][0] not in f"{said.trips} {said.trips_short}"
    assert (said.students, said.students_short) == ("", "")


def test_without_travel_only_students_can_be_estimated():
    assert estimate_labels({**facts(), "travel": None}) == EstimateLabels()
    said = estimate_labels({**facts(estimated=True), "travel": None})
    assert said.sentences == (said.students,)
    assert said.short == said.students_short


def test_walks_along_streets_have_a_label_of_their_own():
    said = estimate_labels(facts(walks="streets"))
    assert said.sentences == (said.walks,)
    assert said.short == said.walks_short == "walks estimated along streets"
    assert estimate_labels({**facts(), "walk": None}) == EstimateLabels()


def test_a_label_that_is_not_true_of_all_options_names_those_it_is_true_of(monkeypatch):
    from types import SimpleNamespace

    from rezoning.report import estimated

    monkeypatch.setattr(estimated, "data_entries", lambda district: district)
    options = [SimpleNamespace(letter=letter, district=facts(source)) for letter, source in zip("ABC", ("streets", "file", "streets"), strict=True)]
    views = {option.letter: SimpleNamespace(pairing=None) for option in options}
    said = estimated.book_labels(SimpleNamespace(options=options, views=views))
    assert said.trips_short == "A, C: trips free flow, no traffic"
    assert said.students == ""
