"""The report on schools that close and open: numbers of the files, prices of plans that are there, and no small number."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from published_cases import write_place

from rezoning.commands.publishing import write_report
from rezoning.commands.run import run
from rezoning.report.closures.words import otherwise_words
from rezoning.report.maps.drawn import drawn_plan
from rezoning.runs.option_read import read_options
from rezoning.runs.otherwise import read_otherwise

WIDTH, ROWS = 4, 3
STATUS = {"A": "open", "B": "", "C": "may close", "N": "Candidate"}
CORNERS = {"A": 0, "B": WIDTH - 1, "C": WIDTH * (ROWS - 1), "N": WIDTH * ROWS - 1}


def today_of(row: int, column: int) -> str:
    return "B" if column >= WIDTH // 2 else "C" if row >= 1 else "A"


def place(folder: Path, low: int = 30, *, walks: bool = True, **rules: Any) -> Path:
    """Three by four blocks of 100 students: A on the left, B on the right, C below, which may close; N, a candidate below on the right."""
    blocks = []
    for u in range(WIDTH * ROWS):
        row, column = divmod(u, WIDTH)
        today = today_of(row, column)
        blocks.append({"unit": f"u{u:02d}", "students": 100, "low": low if today == "C" else 10, "today": today})
    schools = [
        {
            "school": text,
            "name": f"{text} Street",
            "seats": 700,
            "unit": f"u{u:02d}",
            "status": STATUS[text],
            "cost": 1000 + 100 * k,
            "built": 1950 + k,
        }
        for k, (text, u) in enumerate(CORNERS.items())
    ]
    said: dict[str, Any] = {
        "units": {"groups": {"low": "low"}},
        "schools": {"status": "status", "cost_if_open": "cost", "facts": {"Year built": "built"}},
        "rules": {"capacity": {"max": 1.0}, "openings": {"close": 1, "open": {"max": 1}}, **rules},
        "goals": [{"minimize": "travel"}],
    }
    if walks:
        lines = ["unit," + ",".join(CORNERS)]
        for u in range(WIDTH * ROWS):
            away = (abs(u // WIDTH - v // WIDTH) + abs(u % WIDTH - v % WIDTH) for v in CORNERS.values())
            lines.append(f"u{u:02d}," + ",".join(map(str, away)))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "walk.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        said["data"] = {"walk": {"path": "walk.csv", "measure": "minutes", "within": 2}}
    return write_place(folder, blocks, schools, WIDTH, **said)


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> tuple[Path, Path]:
    """A run and its report."""
    folder = tmp_path_factory.mktemp("closing")
    outcome = run(place(folder / "place"), folder / "run")
    assert outcome.exit_code == 0
    return folder / "run", write_report([folder / "run"], folder / "report").directory


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def record_of(report: Path) -> dict[str, Any]:
    return json.loads((report / "closures.json").read_text())["A"]


def test_what_becomes_of_each_school_that_may_close_or_open(published):
    run_directory, report = published
    rows = {row["id"]: row for row in table(run_directory / "schools.csv")}
    said = {one["id"]: one for one in record_of(report)["schools"]}
    assert set(said) == {"C", "N"}
    assert said["C"]["plan"] == "closes"
    assert said["C"]["students_plan"] is None
    assert said["C"]["facts"] == {"Year built": "1952"}
    assert said["C"]["cost_if_open"] == 1200
    assert said["N"]["plan"] == {"opens": "opens", "not opened": "not_opened"}[rows["N"]["status"]]
    assert said["N"]["students_today"] is None


def test_who_is_affected_and_where_they_go_add_up(published):
    run_directory, report = published
    closing = record_of(report)["closing"]
    assert [one["id"] for one in closing] == ["C"]
    one = closing[0]
    assert one["students"] == 400
    assert one["groups"]["low"] == {"students": 120, "share": pytest.approx(0.3), "district_share": pytest.approx(200 / 1200)}
    assert sum(way["units"] for way in one["to"]) == 4
    assert all(way["between"][0] < way["between"][1] for way in one["to"])
    rows = table(run_directory / "plan.csv")
    units = {f"u{u:02d}" for u in range(WIDTH * ROWS) if today_of(*divmod(u, WIDTH)) == "C"}
    counted = {way["id"]: 100 * sum(row["school_id"] == way["id"] for row in rows if row["unit_id"] in units) for way in one["to"]}
    assert all(way["between"][0] <= counted[way["id"]] < way["between"][1] for way in one["to"])
    assert one["trip_plan"] > one["trip_today"] > 0
    assert one["walk_today"] == 400
    assert one["walk_plan"] == 100 * sum(
        abs(u // WIDTH - CORNERS[s] // WIDTH) + abs(u % WIDTH - CORNERS[s] % WIDTH) <= 2
        for u in range(WIDTH * ROWS)
        if f"u{u:02d}" in units
        for s in [next(row["school_id"] for row in rows if row["unit_id"] == f"u{u:02d}")]
    )
    groups = record_of(report)["groups"]
    assert groups["all"]["share"] == pytest.approx(400 / 1200)
    assert groups["low"]["share"] == pytest.approx(120 / 200)


def test_seats_and_costs_are_of_open_schools(published):
    _, report = published
    record = record_of(report)
    opens = record["schools"][1]["plan"] == "opens"
    assert record["seats"]["today"] == 2100
    assert record["seats"]["plan"] == 1400 + 700 * opens
    assert record["seats"]["empty_plan"] == pytest.approx(1 - 1200 / (1400 + 700 * opens))
    assert record["cost"] == {"today": 3300, "plan": 2100 + 1300 * opens}


def test_prices_are_those_of_plans_that_are_there(published):
    run_directory, report = published
    option = read_options([run_directory])[0]
    others = {one.entry["school"]: one for one in read_otherwise(option)}
    said = {one["school"]: one for one in record_of(report)["otherwise"]}
    assert set(said) == set(others) == {"C", "N"}
    stays = said["C"]
    assert stays["is_open"]
    assert stays["status"] == "no_set"  # one must close, and no other may
    assert stays["goals"] == []
    assert record_of(report)["otherwise"][1]["status"] in ("optimal", "within_gap", "feasible")  # a busy machine may not prove it in time
    other = others["N"].option
    assert other is not None
    assert said["N"]["goals"][0]["value"] == pytest.approx(other.metrics["plan"]["travel_mean"], abs=0.05)
    assert said["N"]["goals"][0]["value"] > said["N"]["goals"][0]["plan"]  # it opens, for that makes trips shorter
    assert said["N"]["empty_seats"]["value"] == pytest.approx(1 - 1200 / 1400)
    sentences = otherwise_words(option.record, "km")
    assert sentences[0] == "C Street is open: the rules on openings leave no such choice."
    assert "N Street is closed: mean trip to school" in sentences[1]


def test_a_price_says_which_other_schools_are_then_open_or_closed():
    entry = {"name": "", "goals": [], "seats_empty": None, "status": "optimal"}
    record = {
        "other_openings": [
            entry | {"school": "a", "name": "Oak", "is_open": True, "open": ["a"]},
            entry | {"school": "b", "name": "Elm", "is_open": False, "open": ["a", "c"]},
            entry | {"school": "c", "name": "Site", "is_open": True, "open": ["b", "c"]},
        ]
    }
    assert [said.partition(":")[0] for said in otherwise_words(record, "km")] == [
        "Oak is open (then Elm is closed)",
        "Elm is closed (then Oak is open, Site is open)",
        "Site is open",
    ]


def test_maps_and_the_first_sentence_say_which_schools_are_not_open(published):
    run_directory, report = published
    page = (report / "report.html").read_text(encoding="utf-8")
    assert "closes C Street" in page
    assert "before a name: closed, or not built" in page
    (option,) = read_options([run_directory])
    names = drawn_plan(option.district, option.plan).names
    assert [name.startswith("× ") for name in names] == (~option.plan.open_schools(option.district)).tolist()


def test_a_plan_that_says_something_else_now_has_no_price(published, tmp_path):
    run_directory, _ = published
    option = read_options([run_directory])[0]
    other = next(one.entry["file"] for one in read_otherwise(option) if one.option is not None)
    text = (run_directory / other).read_text()
    try:
        (run_directory / other).write_text((run_directory / "plan.csv").read_text())
        assert all(one.option is None for one in read_otherwise(option))
    finally:
        (run_directory / other).write_text(text)


@pytest.mark.parametrize("language", ["en", "es", "vi"])
def test_the_section_speaks_every_language(published, tmp_path, language):
    run_directory, _ = published
    report = write_report([run_directory], tmp_path / language, [f"report.language={language}"]).directory
    page = (report / "report.html").read_text(encoding="utf-8")
    words = json.loads((Path(__file__).parents[3] / f"rezoning/report/strings/{language}/closures.json").read_text())
    for key in ("title", "otherwise", "asked", "status_closes", "no_set", "in_nothing"):
        assert words[key] in page
    assert words["closes"].format(school="C Street") in page
    assert 'href="#closures"' in page


def test_few_students_are_hidden_here_too(tmp_path):
    outcome = run(place(tmp_path / "place", low=1), tmp_path / "run")
    assert outcome.exit_code == 0
    report = write_report([tmp_path / "run"], tmp_path / "report").directory
    record = record_of(report)
    assert record["closing"][0]["groups"]["low"]["students"] == "*"
    assert record["closing"][0]["groups"]["low"]["share"] == "*"
    assert record["groups"]["low"]["share"] == "*"


def test_nothing_is_said_where_no_school_may_close_or_open(tmp_path):
    blocks = [{"unit": f"u{u}", "students": 50, "today": "AB"[u > 1]} for u in range(4)]
    schools = [{"school": text, "name": text, "seats": 200, "unit": f"u{u}"} for text, u in (("A", 0), ("B", 3))]
    outcome = run(write_place(tmp_path / "place", blocks, schools, 4), tmp_path / "run")
    assert "other_openings" not in outcome.record
    report = write_report([tmp_path / "run"], tmp_path / "report").directory
    assert not (report / "closures.json").exists()
    assert 'id="closures"' not in (report / "report.html").read_text(encoding="utf-8")
