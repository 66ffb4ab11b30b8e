"""The equity impact statement in words: what it says, in which language, how plainly, and what it keeps back."""

from __future__ import annotations

import csv
import io
import json
import re
import string
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import EACH_REAL, SHARED_DATA, TODAY

from rezoning.commands.run import run
from rezoning.district.load import load_district
from rezoning.district.plan import Plan
from rezoning.equity.statement import KEYS, STATUSES, Fact, Point
from rezoning.public.book import Book
from rezoning.public.build import make_book
from rezoning.public.cell import HIDDEN
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.policy import policy_table
from rezoning.report.statement import statement_record, statement_rows
from rezoning.report.statement.subject import Subject
from rezoning.report.statement.verdict import verdict_record
from rezoning.runs.option_judged import option_of_plan
from rezoning.runs.option_read import read_options
from rezoning.scenario.bands import PRESETS
from rezoning.scenario.languages import LANGUAGES
from rezoning.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[3]


BOOKS: dict[str, Book] = {}  # each is solved once; books are frozen


@pytest.fixture
def book_of(tiny, tmp_path):
    """The book of the tiny district's run, with settings."""

    def make(drawing=TODAY, overrides=(), **changes):
        key = repr((drawing, overrides, changes))
        if key not in BOOKS:
            path = tiny(drawing, **changes)
            assert run(path, tmp_path / "run").exit_code == 0
            BOOKS[key] = make_book(read_options([tmp_path / "run"], ["report.min_cell=0", *overrides]))
        return BOOKS[key]

    return make


def strings(code):
    return Language(code).part("statement")


def names(template):
    return Counter(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


# -- languages -------------------------------------------------------------------------------------------------------


def test_languages_have_the_same_keys_and_names():
    english, spanish = strings("en"), strings("es")
    assert english.keys() == spanish.keys()
    assert {key for key in english if set(names(english[key])) != set(names(spanish[key]))} == set()
    assert [key for key in english if english[key] == spanish[key] and len(re.findall(r"[a-z]{3}", re.sub(r"\{.*?\}", "", english[key]))) > 2] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_finding_status_preset_and_policy_has_words(code):
    said = strings(code)
    assert {f"status.{status}" for status in STATUSES} <= said.keys()
    assert {f"{key}.{part}" for key in KEYS for part in ("title", "meets", "does_not_meet")} <= said.keys()
    assert {f"{key}.uncertain" for key in KEYS if key not in ("promises", "moved_twice", "reproducible")} <= said.keys()
    assert {f"about.{key}" for key in KEYS} <= said.keys()
    assert {f"preset.{name}" for name in PRESETS} <= said.keys()


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end; at least one."""
    groups = re.findall(r"[aeiouy]+", word.lower())
    return max(1, len(groups) - (len(groups) > 1 and bool(re.search(r"[^aeiouyl]e$", word.lower()))))


def grade(text: str) -> float:
    """Flesch-Kincaid grade level: 0.39 words per sentence + 11.8 syllables per word - 15.59."""
    sentences = [part for part in re.split(r"[.!?:](?:\s|$)", text) if re.search(r"[A-Za-z]", part)]
    words = re.findall(r"[A-Za-z][A-Za-z'-]*", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_measure_of_readability_knows_hard_from_easy():
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert grade("Notwithstanding aforementioned considerations, institutional accountability necessitates comprehensive documentation.") > 15


def test_english_is_read_at_grade_eight():
    filled = {key: re.sub(r"\{\w+\}", "ten", text) for key, text in strings("en").items()}
    labels = ("preset", "measure", "column", "section", "fact", "rule", "time", "status")  # no sentences
    told = [text for key, text in filled.items() if key.split(".")[0] not in labels]
    assert grade(" ".join(text if text[-1] in ".?!" else f"{text}." for text in told)) <= 8
    long = {text for text in told for part in re.split(r"(?<=[.?!:])\s", text) if len(part.split()) > 26}
    assert long == set()


# -- the record ------------------------------------------------------------------------------------------------------


def test_the_record_of_the_tiny_district(book_of):
    """Today the poor are 15 of each row's 20 in the west and 4 in the east: D = |45 / 57 - 12 / 57| … by the measures."""
    book = book_of()
    record = statement_record(book, "A", Language("en"))
    assert [(finding["number"], finding["key"]) for finding in record["findings"]] == list(enumerate(KEYS, 1))
    first = record["findings"][0]
    today, plan = (book.today.measures["dissimilarity"]["poor"], book.views["A"].measures["dissimilarity"]["poor"])
    assert (first["facts"][0]["today"], first["facts"][0]["plan"]) == (today, plan)
    assert first["status"] == "meets"
    assert first["sentence"] == "For every group we checked, segregation would be as high as today or lower."
    assert record["headline"][0].startswith("About ")
    assert f"{plan:.3f}" in first["facts"][0]["text"]
    assert record["illustrative"] == "Illustrative, not a district proposal"
    assert "not legal advice" in record["disclaimer"]
    assert [part["text"] for part in record["narrative"]] == [""] * 7
    assert len(record["protocol"]) == 5
    assert record["attributes"] == [
        {
            "group": "poor",
            "label": "poor",
            "used": "goals",
            "use": "optimize",
            "text": "goals",
            "permitted_text": "goals, rules and reports",
        }
    ]


def test_the_record_is_plain_json_and_the_same_each_time(book_of):
    book = book_of()
    first, again = (json.dumps(statement_record(book, "A", Language("es")), allow_nan=False) for _ in range(2))
    assert first == again


def test_what_is_asked_is_what_is_printed(book_of):
    asked = ["report.statement.required=[1,2]", "report.statement.min_change=0.02", "report.statement.index=gini", "report.official=true"]
    record = statement_record(book_of(overrides=asked), "A", Language("en"))
    said = " ".join(record["definition"])
    assert "Required findings: 1, 2." in said
    assert "A change counts from 0.020 on." in said
    assert "Gini index" in said
    assert record["illustrative"] is None
    assert [finding["number"] for finding in record["findings"] if finding["required"]] == [1, 2]
    assert record["settings"]["index"] == "gini"


def test_small_groups_are_named_in_the_definition(book_of):
    record = statement_record(book_of(overrides=["report.statement.min_students=58"]), "A", Language("en"))
    said = " ".join(record["definition"])
    assert "No group is checked." in said
    assert "Groups with fewer than 58 students are not checked: poor." in said
    assert record["verdict"]["status"] == "uncertain"
    assert record["findings"][0]["sentence"].startswith("No group has enough students")


def test_without_zones_of_today_nothing_is_made_up(book_of):
    drawing = "....\n....\n....\n"
    goals = [{"minimize": "dissimilarity", "group": "poor"}]
    record = statement_record(book_of(drawing, goals=goals, data={"units": {"current_school": None}}), "A", Language("en"))
    assert record["headline"][0] == "Today's zones were not given, so we cannot say who would move."
    assert record["findings"][0]["status"] == "not_assessed"
    assert all(row["today"] is None for row in record["baselines"])


def test_without_groups_and_travel(book_of):
    data = {"units": {"groups": None}, "travel": None}
    record = statement_record(book_of(data=data, goals=[{"minimize": "reassigned"}]), "A", Language("en"))
    reasons = {finding["key"]: finding["reason"] for finding in record["findings"] if finding["status"] == "not_assessed"}
    assert reasons.pop("reassigned", "no_groups") == "no_groups"  # where nobody moves it meets
    assert reasons == {
        "than_today": "no_groups", "than_nearest": "no_travel", "isolated": "no_groups", "bands": "no_bands", "travel": "no_travel",
        "programs": "no_programs", "noise": "no_groups", "moved_twice": "no_history",
    }  # fmt: skip
    assert record["verdict"]["status"] == "uncertain"
    assert record["attributes"] == []


def test_sources_of_presets(book_of):
    bands = [{"group": "poor", "preset": "court15", "soft": True}]
    record = statement_record(book_of(rules={"bands": bands}), "A", Language("en"))
    assert [source["preset"] for source in record["sources"]] == ["court15"]
    assert record["findings"][3]["status"] in ("meets", "does_not_meet")


def test_excluded_groups_are_nowhere(book_of):
    goals = [{"minimize": "reassigned"}]
    record = statement_record(book_of(goals=goals, attributes={"poor": "exclude"}), "A", Language("en"))
    assert "poor" not in json.dumps({key: value for key, value in record.items() if key != "settings"})


# -- the verdict -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "labels"), [("en", ("Better", "Worse", "Unknown")), ("es", ("Mejor", "Peor", "No se sabe"))])
@pytest.mark.parametrize("definition", ["chance", "strict"])
def test_the_line_says_what_is_better_worse_and_unknown(book_of, code, labels, definition):
    verdict = statement_record(book_of(overrides=[f"report.statement.definition={definition}"]), "A", Language(code))["verdict"]
    assert [side["label"] for side in verdict["sides"]] == list(labels)
    assert verdict["line"] == " ".join(f"{side['label']}: {side['text']}." for side in verdict["sides"])
    assert verdict["definition"] == definition
    assert verdict["definition_text"] == strings(code)[f"verdict.by.{definition}"]
    for side, text in zip(("better", "worse", "unknown"), verdict["sides"], strict=True):
        for point in verdict[side]:
            assert strings(code)[f"about.{point['key']}"] in text["text"] or point["reason"] == "no_growth"
            assert point["group"] is None or Language(code).group(point["group"]) in point["text"]
            assert "{" not in point["text"]


def test_the_line_of_the_tiny_district(book_of):
    """The poor are less apart; nothing is known of programs, and nothing of years to come."""
    book = book_of()
    verdict = statement_record(book, "A", Language("en"))["verdict"]
    today, plan = (view.measures["dissimilarity"]["poor"] for view in (book.today, book.views["A"]))
    change = f"{100 * (round(plan, 3) - round(today, 3)) / today:.0f}".replace("-", "\N{MINUS SIGN}")
    assert f"segregation (poor {change}\N{NARROW NO-BREAK SPACE}%)" in verdict["sides"][0]["text"]
    assert (verdict["better"][0]["finding"], verdict["better"][0]["group"]) == (1, "poor")
    assert {(point["finding"], point["reason"]) for point in verdict["unknown"]} >= {(7, "no_programs")}
    assert verdict["sides"][2]["text"].count("(not assessed)") == 1  # what nothing is known of stands together, and last
    assert verdict["sides"][2]["text"].endswith("(not assessed)")


@pytest.mark.parametrize(
    ("side", "text"),
    [
        ("better", "schools over 100\N{NARROW NO-BREAK SPACE}% of seats (from 2 to 1)"),
        ("worse", "schools over 100\N{NARROW NO-BREAK SPACE}% of seats (still 1)"),
    ],
)
def test_fewer_schools_over_their_limit_are_better_than_today_and_still_some(book_of, side, text):
    subject = Subject(book_of(), "A", Language("en"))
    finding = subject.statement.finding(8)
    some = Fact("schools_over", time="now", today=2.0, plan=1.0, limit=0.0, status="does_not_meet", is_better=True)
    point = Point(replace(finding, status="does_not_meet", facts=(some,)), some)
    vars(subject)["statement"] = replace(subject.statement, better=(point,), worse=(point,))
    record = verdict_record(subject)
    assert record[side][0]["text"] == text
    assert next(one["text"] for one in record["sides"] if one["side"] == side) == text


def test_a_line_without_anything_unknown_speaks_of_required_findings(book_of):
    """Finding 10, which is not required, may be open below a line that knows all it has to."""
    book = book_of(overrides=["report.statement.required=[1]"])
    record = statement_record(book, "A", Language("en"))
    assert record["findings"][6]["status"] == "not_assessed"
    assert record["verdict"]["line"].endswith("Unknown: nothing that is required.")


def test_students_of_a_fact_are_hidden_with_the_numbers_that_they_are(book_of):
    book = book_of()
    shown = statement_record(book, "A", Language("en"))["findings"][2]["facts"][0]
    assert shown["students"] == shown["plan"] - shown["today"]
    record = statement_record(hiding(book, "isolated_students", "poor", "75"), "A", Language("en"))
    assert record["findings"][2]["facts"][0]["students"] == HIDDEN
    points = [point for side in ("better", "worse", "unknown") for point in record["verdict"][side] if point["finding"] == 3]
    assert all(point["students"] == HIDDEN and not re.search(r"\d", point["text"]) for point in points)


def test_a_hidden_index_has_no_change_in_the_line(book_of):
    record = statement_record(hiding(book_of(), "dissimilarity", "poor"), "A", Language("en"))
    assert "segregation (poor)" in record["verdict"]["line"]


# -- privacy ---------------------------------------------------------------------------------------------------------


def hiding(book, *path):
    """The book with one measure of the plan kept back."""

    def spare(found, keys):
        return HIDDEN if not keys else {**found, keys[0]: spare(found[keys[0]], keys[1:])}

    view = book.views["A"]
    return replace(book, views={"A": replace(view, measures=spare(view.measures, path))}, is_hidden=True)


def test_what_the_book_hides_is_hidden_and_still_judged(book_of):
    book = book_of()
    open_record = statement_record(book, "A", Language("en"))
    record = statement_record(hiding(book, "isolated_students", "poor", "75"), "A", Language("en"))
    fact = record["findings"][2]["facts"][0]
    assert (fact["plan"], record["findings"][2]["is_hidden"]) == (HIDDEN, True)
    assert "*" in fact["text"]
    assert record["findings"][2]["status"] == open_record["findings"][2]["status"]
    assert next(row for row in record["baselines"] if row["measure"] == "isolated_students")["plan"] == HIDDEN


def test_a_hidden_index_hides_all_that_is_made_from_it(book_of):
    book = book_of()
    value = book.views["A"].measures["dissimilarity"]["poor"]
    record = statement_record(hiding(book, "dissimilarity", "poor"), "A", Language("en"))
    facts = [*record["findings"][0]["facts"], *record["findings"][9]["facts"]]
    assert facts
    for fact in facts:
        assert all(cell in (None, HIDDEN) for key, cell in fact.items() if key in ("plan", "low", "high"))
    assert f"{100 * value:.1f}" not in " ".join(fact["text"] for fact in facts)
    assert not any("sure that segregation" in sentence for sentence in record["headline"])


def test_a_measure_that_the_book_does_not_know_is_kept_back(book_of):
    book = book_of()
    view = book.views["A"]
    less = {key: value for key, value in view.measures.items() if key != "isolated_students"}
    record = statement_record(replace(book, views={"A": replace(view, measures=less)}), "A", Language("en"))
    assert record["findings"][2]["facts"][0]["plan"] == HIDDEN


def test_each_option_is_told_by_its_own_bands(tiny, tmp_path):
    """Today stands once in a book, measured by the bands of its first option; the second has others."""
    runs = []
    for name, within in (("wide", 0.4), ("narrow", 0.01)):
        path = tiny(TODAY, rules={"bands": [{"group": "poor", "within": within, "soft": True}]})
        assert run(path, tmp_path / name, overrides=["solve.seed=1"]).exit_code == 0
        runs.append(tmp_path / name)
    alone = statement_record(make_book(read_options(runs[1:], ["report.min_cell=0"])), "A", Language("en"))
    both = statement_record(make_book(read_options(runs, ["report.min_cell=0"])), "B", Language("en"))
    assert alone["findings"][3]["facts"] == both["findings"][3]["facts"]
    assert [row for row in alone["baselines"] if row["measure"] == "out_of_band"] == [
        row for row in both["baselines"] if row["measure"] == "out_of_band"
    ]
    assert both["findings"][3]["facts"][0]["today"] > 0


# -- rows ------------------------------------------------------------------------------------------------------------


def test_rows_have_one_shape_and_say_everything_once(book_of):
    record = statement_record(book_of(), "A", Language("en"))
    rows = statement_rows({"A": record, "B": record})
    assert {tuple(row) for row in rows} == {
        ("option", "finding", "title", "status", "sentence", "measure", "group", "subject", "time", "today", "nearest", "plan", "limit", "students")
    }
    ours = [row for row in rows if row["option"] == "A"]
    assert len(ours) * 2 == len(rows)
    assert {row["finding"] for row in ours} == {None, *range(13)}
    assert sum(row["finding"] == 1 for row in ours) == len(record["findings"][0]["facts"])
    written = io.StringIO()
    csv.DictWriter(written, list(rows[0])).writerows(rows)
    assert len(list(csv.reader(io.StringIO(written.getvalue())))) == len(rows)


# -- the section -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_section_shows_all_findings_with_sign_and_word(book_of, code):
    book, language = book_of(), Language(code)
    record = statement_record(book, "A", language)
    page = render("sections/statement.html.j2", language, statements={"A": record}, book=book, policy=policy_table(book, language))
    assert 'id="statement"' in page
    assert page.count('<th scope="row">') >= 12
    for finding in record["findings"]:
        assert finding["status_word"] in page
    assert page.count('contenteditable="true"') == 12
    assert not re.search(r"<script|\son\w+=", page)


def test_names_are_harmless(book_of):
    book = book_of()
    language = Language("en", (("poor", "<script>alert(1)</script>"),))
    record = statement_record(book, "A", language)
    page = render(
        "sections/statement.html.j2", language, statements={"A": {**record, "name": "<b>" * 500}}, book=book, policy=policy_table(book, language)
    )
    assert "<script" not in page
    assert "<b><b>" not in page
    assert "&lt;script&gt;" in page


def test_there_may_be_no_statement(book_of):
    assert "<h2" not in render("sections/statement.html.j2", Language("en"), statements={}, book=book_of())


# -- runs ------------------------------------------------------------------------------------------------------------


def check(record):
    assert [finding["number"] for finding in record["findings"]] == list(range(1, 13))
    assert all(finding["status"] in STATUSES and finding["sentence"] for finding in record["findings"])
    assert "{" not in json.dumps([record["headline"], record["definition"], [finding["sentence"] for finding in record["findings"]]])
    json.dumps(record, allow_nan=False)


def exchanged(district):
    """Today's zones with some units along their borders gone over to the neighbor."""
    school, kept = district.stayable.copy(), set(district.school_unit.tolist())
    for k, (u, v) in enumerate(district.edges.tolist()):
        if k % 5 == 0 and u not in kept and school[u] >= 0 and school[v] >= 0:
            school[u] = school[v]
    return Plan(np.maximum(school, 0))


def book_of_exchange(path, min_cell=0):
    scenario = load_scenario(path, [f"report.min_cell={min_cell}"])
    district = load_district(scenario.data)
    return make_book([option_of_plan("A", "exchange", path, scenario, district, exchanged(district))])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["riverbend", "riverbend-relieve", "riverbend-levers"])
def test_the_worked_example_has_a_statement(name):
    book = book_of_exchange(ROOT / "scenarios" / f"{name}.yaml", 10 if name == "riverbend" else 0)
    for code in LANGUAGES:
        record = statement_record(book, "A", Language(code))
        check(record)
    assert record["findings"][11]["reason"] == "no_run"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["riverbend", "riverbend-relieve", "riverbend-levers"])
def test_its_runs_can_be_repeated(name, tmp_path):
    assert run(ROOT / "scenarios" / f"{name}.yaml", tmp_path / "run", overrides=["solve.time_limit=6"]).exit_code == 0
    record = statement_record(make_book(read_options([tmp_path / "run"])), "A", Language("en"))
    check(record)
    assert record["findings"][11]["status"] == "meets"


@pytest.mark.shared
@pytest.mark.parametrize("name", EACH_REAL)
def test_a_real_district_has_a_statement(name):
    path = SHARED_DATA / f"{name}.yaml"
    if not path.exists():
        pytest.skip(f"{path} is not beside the project")
    book = book_of_exchange(path)
    start = time.perf_counter()
    check(statement_record(book, "A", Language("en")))
    assert time.perf_counter() - start < 10
