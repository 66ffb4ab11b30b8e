"""`rezoning robustness`: document, table, page in every language, terminal, and what is said of wrong questions."""

from __future__ import annotations

import csv
import json

import pytest
from made_runs import make_run
from page_reader import read_page

from rezoning.commands.doubted import Doubts
from rezoning.commands.robust import robustness
from rezoning.errors import DataError, ScenarioError
from rezoning.report.charts.scale import scale_around
from rezoning.report.language import Language
from rezoning.report.robustness import robustness_page, robustness_rows

EVEN = [0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1]


@pytest.fixture
def runs(tiny, tmp_path):
    path = tiny()
    today = make_run(path, tmp_path / "runs" / "today")
    return today, make_run(path, tmp_path / "runs" / "even", EVEN)


def test_it_is_written_and_repeated(runs, tmp_path):
    doubts = Doubts(margin=2, rounded=5, suppressed=3, leaving=0.2, leaving_by={"poor": 0.5})
    found = robustness(runs, tmp_path / "one", draws=200, **vars(doubts), overrides=["report.statement.min_students=1"])
    document = json.loads((tmp_path / "one" / "robustness.json").read_text())
    assert found.files == ("robustness.csv", "robustness.html", "robustness.json")
    assert [case["kind"] for case in document["cases"]] == ["chance", "margin", "rounding", "growth", "leaving"]
    first = document["measures"][0]
    assert (first["measure"], first["group"], first["case"]) == ("dissimilarity", "poor", 0)
    assert first["options"]["A"]["change"] == {"value": 0.0, "low": 0.0, "high": 0.0, "mean": 0.0}
    one = first["options"]["B"]
    assert one["value"] < first["today"]["value"]
    assert one["low"] < one["value"] < one["high"]
    assert one["better"] > 0.5
    assert one["first"] > first["options"]["A"]["first"]
    for entry in document["measures"]:
        for side in entry["options"].values():
            assert side["better"] + side["worse"] <= 1 + 1e-12
    again = robustness(runs, draws=200, **vars(doubts), overrides=["report.statement.min_students=1"])
    assert again.document["measures"] == found.document["measures"]
    other = robustness(runs, draws=200, seed=1, **vars(doubts), overrides=["report.statement.min_students=1"])
    assert other.document["measures"] != found.document["measures"]
    rows = list(csv.DictReader((tmp_path / "one" / "robustness.csv").read_text().splitlines()))
    assert len(rows) == 2 * len(document["measures"])
    assert float(rows[0]["today_value"]) == first["today"]["value"]
    for code in ("en", "es", "vi"):
        text = robustness_page(document, Language(code))
        assert f'<html lang="{code}">' in text
        assert read_page(text).one("h1").text
        assert text.count("<svg") > 5


def test_the_command_says_what_is_sure(runs, tmp_path, call):
    code, out, _ = call("robustness", runs[1], "--draws", "200", "--set", "report.statement.min_students=1")
    assert code == 0
    assert "Better than today" in out or "May be chance" in out
    assert "200 draws, seed 0" in out
    assert (tmp_path / "runs" / "even-robustness" / "robustness.html").exists()
    code, out, _ = call("robustness", runs[1], "--draws", "200", "--json", "--out", tmp_path / "other")
    assert code == 0
    assert json.loads(out)["draws"] == 200


def test_small_groups_are_left_out_and_said(runs):
    found = robustness(runs[:1], draws=100, overrides=["report.statement.min_students=1000"])
    assert found.document["groups"] == []
    assert "poor" in found.document["notes"][0]
    assert {entry["group"] for entry in found.document["measures"]} == {None}


def test_students_whom_nobody_counted_are_called_so(runs):
    document = robustness(runs[:1], draws=100).document
    told = {**document, "students": {"estimated": True, "method": "raked"}}
    for code, phrase in (("en", "estimated from the census"), ("es", "a partir del censo")):
        assert phrase in robustness_page(told, Language(code))
        assert phrase not in robustness_page(document, Language(code))
    assert "estimated from the census" in json.dumps(robustness_rows(told))


@pytest.mark.parametrize(
    ("doubts", "error", "said"),
    [
        (Doubts(growth=2), ScenarioError, "2 is no share"),
        (Doubts(rounded=1), ScenarioError, "hides nothing"),
        (Doubts(margin="gone"), DataError, "no column 'gone'"),
        (Doubts(margin="today"), DataError, "holds what is no margin of error: 'A' of u-0-0"),
        (Doubts(leaving_by={"rich": 0.1}), DataError, "rich is no group of the district"),
    ],
)
def test_wrong_questions_are_refused_with_words(runs, doubts, error, said):
    with pytest.raises(error, match=said):
        robustness(runs, draws=100, **vars(doubts))


def test_wrong_words_of_the_command_are_refused(runs, call):
    code, _, err = call("robustness", runs[0], "--leaving", "poor=0.1", "--leaving", "poor=0.2")
    assert (code, "is given twice for poor" in err) == (3, True)
    code, _, err = call("robustness", runs[0], "--leaving", "poor=many")
    assert code == 3
    assert "'many' is no share" in err
    code, _, err = call("robustness", runs[0], "--draws", "5")
    assert code == 3
    assert "Give 100 to 100,000." in err


@pytest.mark.parametrize("margin", [-1, 1e308, float("inf"), float("nan")])
def test_a_margin_that_is_none_is_refused(runs, margin):
    with pytest.raises(ScenarioError, match="no margin of error"):
        robustness(runs, margin=margin)


def test_the_page_shows_no_more_than_other_pages_do(runs, tmp_path):
    """Where the report hides or rounds a number the page does too; the documents have it."""
    asked = ["report.statement.min_students=1", "report.language=en"]
    texts = {}
    for few in (0, 20, 60):
        out = tmp_path / str(few)
        found = robustness(runs, out, draws=100, overrides=[*asked, f"report.min_cell={few}"])
        assert found.document["measures"][0]["measure"] == "dissimilarity"
        texts[few] = (out / "robustness.html").read_text() if found.refused is None else ""
    first = found.document["measures"][0]
    exact = f"{first['today']['value']:.3f}"
    assert exact in texts[0]
    assert "to protect privacy" not in texts[0]
    assert "corrected-title" in texts[0]
    assert texts[20]
    assert exact not in texts[20]
    assert "Dissimilarity beyond chance" not in texts[20]
    assert exact not in texts[60]


def test_a_chart_of_numbers_that_are_none_has_a_scale():
    """One school for everybody: every index is 0, but for what is lost in a sum."""
    for low, high in ((0.0, 0.0), (-1e-17, 1e-17), (0.0, 3e-16)):
        assert scale_around(low, high).ticks[-1] > scale_around(low, high).ticks[0]
