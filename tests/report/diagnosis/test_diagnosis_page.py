"""The page of a diagnosis in Chromium: quiet, complete, for everybody; and what its sentences and tables say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from browsing import PHONE, WIDE
from drawn import picture, scenario
from page_reader import read_page
from squares import write_polygons

from rezoning.commands.diagnosis import diagnose, write_diagnosis
from rezoning.commands.diagnosis.floors import Floor
from rezoning.metrics.diagnosis import diagnose as measured
from rezoning.metrics.zones import today_zones
from rezoning.public.diagnosed import PublicDiagnosis
from rezoning.public.diagnosis import public_diagnosis
from rezoning.report.diagnosis.page import diagnosis_page
from rezoning.report.diagnosis.short import in_short
from rezoning.report.diagnosis.tables import bands_table, borders_table, change_table, nearer_table, pairs_table, seats_table
from rezoning.report.diagnosis.words import Words
from rezoning.report.language import Language
from rezoning.scenario.languages import LANGUAGES

RIVERBEND = Path(__file__).resolve().parents[3] / "scenarios" / "riverbend.yaml"
SECTIONS = ("short", "seats", "borders", "ways", "bands", "change", "pairs", "sources")


def town(**changes):
    """Three schools in a row, of 600 students; the first is full and poor, the last half empty."""
    given = {
        "students": [300, 300, 150, 150, 100, 100],
        "groups": {"low": np.array([240.0, 210, 75, 60, 10, 10]), "new": np.array([30.0, 60, 20, 20, 50, 50])},
        "capacity": np.array([550.0, 330, 400]),
        "portables": np.array([60.0, 0, 0]),
        "years": {"2031": np.array([300.0, 300, 200, 150, 100, 100])},
        "travel": np.array([[1.0, 5, 9], [4, 2, 7], [6, 1, 4], [7, 2, 1], [9, 5, 1], [9, 7, 2]]),
        "border_m": np.array([900.0, 30, 500, 1500, 400]),
    }
    return picture("AabBcC", **(given | changes))


def told(district, floors=None, rules=None, least: int = 0, **attributes: str) -> PublicDiagnosis:
    asked = scenario(rules, [{"minimize": "dissimilarity", "group": "low"}])
    asked = asked.model_copy(update={"attributes": attributes, "report": asked.report.model_copy(update={"min_cell": least})})
    found = measured(today_zones(district), asked, district.capacity, None)
    return public_diagnosis(asked, district, found, floors or {})


def said(found: PublicDiagnosis, code: str = "en") -> str:
    return "\n".join(in_short(found, Words(found, Language(code)))).replace("\u202f", " ").replace("\xa0", " ")


# -- words -------------------------------------------------------------------------------------------------------------


def test_what_is_said_in_short():
    text = said(told(town(), {"low": Floor(0.2, 0.1)}))
    assert "More students than seats today: School A (1 of 3 schools)." in text
    assert "With portable classrooms every school has a seat for each student today." in text
    assert "More students than seats by 2031: School A, School B (2 of 3 schools)." in text
    assert "Below 80 % of their seats today: School C (1 of 3 schools)." in text
    assert "School B has 45.0 % low students, School C has 10.0 %; the schools are 4.0 min apart." in text
    today = told(town()).residence["low"].today
    assert f"({today:.3f} of 1) other zones under these rules could take away at most {today - 0.2:.3f}" in text
    assert "At least 0.200 stays, whatever lines are drawn." in text
    assert "1 of 6 units have a nearer school with room for them." in text


def test_what_is_not_proven_is_not_claimed():
    for floor, why in ((Floor(why="time"), "more time"), (Floor(why="no_plan"), "no plan obeys"), (Floor(why="no_proof"), "closer_neighbor")):
        assert f"was not proven: {why}" in said(told(town(), {"low": floor}))
    assert "was not proven: zones may not be drawn for this group" in said(told(town(), low="report_only"))
    assert "for they break the rules" in said(told(town(), {"low": Floor(0.9)}))


def test_zones_that_are_as_even_as_the_rules_allow_are_not_said_to_break_them():
    today = told(town()).residence["low"].today
    for floor in (today, today + 1e-4):
        text = said(told(town(), {"low": Floor(floor)}))
        assert f"No zones under these rules have less segregation of low students than today's, {today:.3f} of 1." in text
        assert "break" not in text
    even = told(town(groups={"low": np.array([150.0, 150, 75, 75, 50, 50])}), {"low": Floor(0.0)})
    assert "Today's zones have no segregation of low students." in said(even)


def test_what_the_data_do_not_know_is_not_said():
    bare = town(groups={}, capacity=None, portables=None, years={}, travel=None)
    assert said(told(replace(bare, groups={"low": np.full(6, 1.0)}), low="exclude")) == "No part of a zone is cut off from its school."
    assert said(told(town(capacity=None, portables=None), {"low": Floor(0.2)})).startswith("Most unequal neighbors")


def rows(table) -> list[list[str]]:
    return [[cell.replace("\u202f", " ").replace("\xa0", " ") for cell in line.cells] for line in table.lines]


def test_the_tables_by_hand():
    found = told(town(), {"low": Floor(0.2, 0.1)})
    say = Words(found, Language())
    assert rows(seats_table(found, say)) == [
        ["School A", "550", "60", "600", "109.1 %", "600", "50 over, 0 with portables"],
        ["School B", "330", "0", "300", "90.9 %", "350", "over its seats in 2031"],
        ["School C", "400", "0", "200", "50.0 %", "200", "120 fewer than 80 % of them"],
    ]
    assert [line.flag for line in seats_table(found, say).lines] == ["over", "over", "under"]
    assert rows(borders_table(found, "low", say)) == [
        ["School B and School C", "45.0 % | 10.0 %", "35.0", "0.9 mi", "4.0 min", "300 | 200"],
        ["School A and School B", "75.0 % | 45.0 %", "30.0", "98 ft", "6.0 min", "600 | 300"],
    ]
    assert rows(nearer_table(found, say)) == [["School B", "School C", "1", "150", "1.0 min"]]
    assert rows(bands_table(found, ("low",), say))[0] == [
        "Low: Courts: 15 points around the district",
        "40.0 % to 70.0 %",
        "School A (75.0 %), School C (10.0 %)",
    ]
    low = next(line for line in rows(change_table(found, say)) if line[0] == "Low")
    assert low[4:6] == ["0.200", "0.100"]
    assert [line[2:4] for line in rows(pairs_table(found, say))] == [["900", "no"], ["500", "yes"]]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_in_every_language(code):
    """Nothing of another language, no name unfilled, and no number that the terminal would round otherwise."""
    found = told(town(), {"low": Floor(0.2)}, least=10)
    page = diagnosis_page(found, Language(code))
    assert f'<html lang="{code}">' in page
    text = read_page(page).one("main").text
    assert not re.search(r"\{\w+\}", text)
    for sentence in in_short(found, Words(found, Language(code))):
        assert " ".join(sentence.split()) in text


# -- in a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """One of squares whose names are odd, one of a town with polygons, seats, years and groups."""
    folder = tmp_path_factory.mktemp("diagnosis")
    found = {}
    for name, path in (("squares", write_polygons(folder)), ("riverbend", RIVERBEND)):
        diagnosed = diagnose(path, seconds=0)
        assert write_diagnosis(folder / name, diagnosed) is None
        found[name] = folder / name / "diagnosis.html"
    return found


@pytest.mark.parametrize("name", ["squares", "riverbend"])
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_it_is_quiet_complete_and_open_to_everybody(pages, name, size, scheme, opened, violations):
    with opened(pages[name], size, scheme) as found:
        page = found.page
        page.wait_for_function("window.rezoningMap !== undefined")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.locator("#map-place").is_visible()
        for section in SECTIONS:
            assert page.locator(f"#{section} h2").is_visible()
        assert page.locator("input[value=today]").is_checked()
        assert violations(page) == []
        assert found.is_clean(), (found.said, found.asked)


def test_units_along_a_border_are_outlined_by_keys_alone(pages, opened):
    with opened(pages["squares"]) as found:
        page = found.page
        button = page.locator("#borders button[data-units]").first
        button.focus()
        page.keyboard.press("Enter")
        assert "Outlined on the map: units along the border of" in page.locator("#map-said").inner_text()
        assert page.locator("path.rz-marked").get_attribute("d").count("M") >= 2
        assert "<script>" in page.locator("#borders tbody th").first.inner_text()
        assert found.is_clean(), (found.said, found.asked)


def test_on_paper_every_part_is_there(pages, opened):
    with opened(pages["riverbend"]) as found:
        found.page.emulate_media(media="print")
        assert found.page.locator("#map-pictures svg").first.is_visible()
        assert not found.page.locator("#borders button[data-units]").first.is_visible()
        assert found.page.locator("#seats table").is_visible()
