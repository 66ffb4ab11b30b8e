"""A run on estimated students: everybody is told, the record says how, and finding 10 speaks of the estimate's error."""

import json

import pytest
from conftest import STUDENTS, write_rows

from rezoning.commands.run import run
from rezoning.public.build import make_book
from rezoning.report.language import Language
from rezoning.report.statement import statement_record
from rezoning.runs.option_read import read_options

ESTIMATE = {"estimate": {"students": "members", "groups": {"poor": "frl"}}}


@pytest.fixture
def done(tiny, tmp_path):
    path = tiny(data=ESTIMATE)
    schools = [("A", "u-1-0", 120, 90), ("B", "u-1-3", 60, 6)]  # today's zones have 60 children each, 45 and 12 of them poor
    names = ("school", "name", "seats", "unit", "members", "frl")
    write_rows(path.parent / "schools.csv", [dict(zip(names, (s, f"{s} Elementary", 150, u, m, f), strict=True)) for s, u, m, f in schools])
    outcome = run(path, tmp_path / "run")
    assert outcome.exit_code == 0
    return tmp_path / "run"


def test_the_record_says_that_students_are_estimated_and_how(done):
    record = json.loads((done / "run.json").read_text())
    said = record["students"]
    assert (said["estimated"], said["method"], said["mean_error"]) == (True, "raked", 0.51)
    assert [(school["id"], school["students"], school["seed"], school["factor"]) for school in said["schools"]] == [
        ("A", 120, 60, 2),
        ("B", 60, 60, 1),
    ]
    assert [school["groups"]["poor"] for school in said["schools"]] == [2, 0.5]
    assert record["counts"]["students"] == pytest.approx(180)
    assert any("students are an estimate" in note for note in record["notes"])
    assert STUDENTS == 10


@pytest.mark.parametrize(("language", "words"), [("en", ("estimates", "error of the estimate")), ("es", ("estimaciones", "error de la estimación"))])
def test_the_statement_speaks_of_the_error_of_the_estimate(done, language, words):
    book = make_book(read_options([done], ["report.min_cell=0", "report.statement.min_students=1"]))
    record = statement_record(book, book.options[0].letter, Language(language))
    noise = record["findings"][9]
    assert any(words[1] in fact["text"] for fact in noise["facts"])
    definition = " ".join(record["definition"] if isinstance(record["definition"], list) else [str(record["definition"])])
    assert words[0] in definition
    assert "51" in definition
    change = next(fact for fact in noise["facts"] if fact["measure"] == "not_higher")
    assert change["low"] < change["high"]
