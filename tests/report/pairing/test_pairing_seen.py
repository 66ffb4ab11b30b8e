"""What people see of schools that share zones, against a plan that is counted by hand."""

import csv
import io
import json
import re

import numpy as np
import openpyxl
import pairing_seen_cases as seen
import pytest
from exports_cases import book_of

from rezoning.district.plan import Plan
from rezoning.district.plans.buildings import read_buildings
from rezoning.public.cell import HIDDEN
from rezoning.public.pairing import Pairing
from rezoning.report.buildings_table import building_rows
from rezoning.report.comparing import changed_units, comparison_page, write_workbook
from rezoning.report.estimated import book_labels
from rezoning.report.exports.export import export
from rezoning.report.finder import finder_page, finder_record
from rezoning.report.finder.facts import schools_at
from rezoning.report.language import Language
from rezoning.report.maps.atlas import atlas
from rezoning.report.page import report_page
from rezoning.report.page.pairing import paired_options
from rezoning.report.papers.cards.areas import family_areas
from rezoning.report.papers.mapbook.school import flow_units
from rezoning.report.statement import statement_record
from rezoning.report.story import story_of
from rezoning.runs.tables import public_csv
from rezoning.scenario.languages import LANGUAGES

ENGLISH = Language("en")


def counted(counts: dict[str, np.ndarray]) -> np.ndarray:
    """Students at each school, counted unit by unit and grade by grade."""
    place, held = seen.district(), np.zeros(5)
    for u, zone in enumerate(place.current.tolist()):
        for g, grade in enumerate(seen.GRADES):
            held[seen.AT[zone, g]] += counts[grade][u]
    return held


def test_clusters_buildings_and_their_grades():
    pairing = Pairing(("K", "1", "2", "3"), np.array([[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 2, 2], [4, 3, 4, 4], [4, 3, 4, 4]]))
    spans = [[(one.school, one.span) for one in cluster.buildings] for cluster in pairing.clusters]
    assert spans == [[(0, "K–1"), (1, "2–3")], [(4, "K, 2–3"), (3, "1")]]
    assert [cluster.zones for cluster in pairing.clusters] == [(0, 1), (3, 4)]
    assert pairing.spans == ("K–1", "2–3", "K–3", "1", "K, 2–3")
    assert pairing.lead.tolist() == [0, 0, 2, 4, 4]
    assert pairing.changes(np.array([0, 1, 2, 3, -1, 0]), np.array([0, 1, 2, 3, 0, -1])).tolist() == [2, 2, 0, 3, 0, 0]
    assert pairing.school(np.array([1, -1]), 3).tolist() == [1, -1]


def test_numbers_of_a_school_are_those_of_its_building():
    place, view = seen.district(), seen.book().views["A"]
    assert [row.students for row in view.schools] == counted(place.grades).tolist()
    assert [row.groups["low"] for row in view.schools] == counted(place.groups_by_grade["low"]).tolist()
    for g, grade in enumerate(seen.GRADES):
        for s, row in enumerate(view.schools):
            assert row.by_grade[grade] == sum(place.grades[grade][u] for u, zone in enumerate(place.current.tolist()) if seen.AT[zone, g] == s)
    trips = np.zeros(5)
    for u, zone in enumerate(place.current.tolist()):
        for g, grade in enumerate(seen.GRADES):
            trips[seen.AT[zone, g]] += place.grades[grade][u] * place.travel[u, seen.AT[zone, g]]
    assert [row.travel_mean for row in view.schools] == pytest.approx([far / row.students for far, row in zip(trips, view.schools, strict=True)])


def test_who_moves_goes_to_another_building():
    place, change = seen.district(), seen.book().changes["A"]
    flows: dict[tuple[int, int], float] = {}
    for u, zone in enumerate(place.current.tolist()):
        for g, grade in enumerate(seen.GRADES):
            if seen.AT[zone, g] != zone:
                key = (zone, int(seen.AT[zone, g]))
                flows[key] = flows.get(key, 0) + place.grades[grade][u]
    assert {(flow.origin, flow.target): flow.students for flow in change.flows} == flows
    assert change.moved.tolist() == np.flatnonzero(place.current != 4).tolist()
    assert sum(change.unit_students) == sum(flows.values())
    zone_a = [flow for flow in change.flows if flow.origin == 0]
    assert [flow.units for flow in zone_a] == [int((place.current == 0).sum())]
    assert flow_units(seen.book(), "A", zone_a[0]).tolist() == np.flatnonzero(place.current == 0).tolist()


def test_a_plan_that_shares_no_zones_has_the_same_numbers_beside_one_that_does():
    place = seen.district()
    other = Plan(seen.book(beside_zones=True).options[1].plan.school)
    alone, beside = book_of(seen.scenario(min_cell=0), place, other), seen.book(beside_zones=True)
    for ours, theirs in ((alone.views["A"], beside.views["B"]), (alone.today, beside.today)):
        assert ours.pairing is theirs.pairing is None
        assert ours.zone.tolist() == theirs.zone.tolist()
        for one, row in zip(ours.schools, theirs.schools, strict=True):
            assert (one.students, one.groups, one.by_grade) == (row.students, row.groups, row.by_grade)
        assert ours.measures["dissimilarity"] == pytest.approx(theirs.measures["dissimilarity"])
    assert [flow.units for flow in alone.changes["A"].flows] == [flow.units for flow in beside.changes["B"].flows]


@pytest.mark.parametrize("least", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_no_small_number_of_a_building_is_told(least):
    book = seen.book(least=least, by_grade=False)
    for view in (book.today, book.views["A"]):
        for row in view.schools:
            others = [row.students - row.groups["low"]] if HIDDEN not in (row.students, row.groups["low"]) else []
            told = [cell for cell in (row.students, row.groups["low"], *others) if cell != HIDDEN]
            assert all(cell == 0 or cell >= least for cell in told)
            assert all(float(cell).is_integer() for cell in told), "parts of students would tell who they are made of"


@pytest.mark.slow
def test_what_is_told_of_today_is_what_books_without_shared_zones_tell():
    place = seen.district()
    shared = seen.book(least=200)
    plain = book_of(seen.scenario(min_cell=200), place, Plan(seen.book(beside_zones=True).options[1].plan.school))
    for one, row in zip(shared.today.schools, plain.today.schools, strict=True):
        assert (one.students, one.groups, one.by_grade) == (row.students, row.groups, row.by_grade)


# -- maps and the finder -----------------------------------------------------------------------------------------------


def test_a_shared_zone_is_drawn_as_one_with_grades_beside_names():
    place = seen.district()
    view = next(one for one in atlas(seen.book(), ENGLISH)["views"] if one["key"] == "A")
    lead = {0: 0, 1: 0, 2: 3, 3: 3, 4: 4}
    assert view["zone"] == [lead[zone] for zone in place.current.tolist()]
    assert view["pools"] == {0: [[0, "K–1"], [1, "2"]], 3: [[3, "K"], [2, "1–2"]]}
    assert [" ".join(lines) for lines in view["written"]] == ["School A K–1", "School B 2", "School C 1–2", "School D K", "School E"]
    assert view["changed"] == [0 if zone == 4 else 2 for zone in place.current.tolist()]
    assert view["arrows"] == []  # nobody's zone changes
    u = place.current.tolist().index(1)
    assert view["trips"][u] == [round(place.travel[u, 0]), round(place.travel[u, 1])]
    assert view["walks"][u] == [int(place.walkable[u, 0]), int(place.walkable[u, 1])]
    assert isinstance(view["trips"][place.current.tolist().index(4)], int)


def test_other_views_know_nothing_of_shared_zones():
    drawn = atlas(seen.book(beside_zones=True), ENGLISH)
    for view in drawn["views"]:
        assert ("pools" in view) == (view["key"] == "A")


def test_the_finder_says_the_building_of_every_grade():
    place, record = seen.district(), finder_record(seen.book())
    for u, text in enumerate(place.unit_ids):
        zone = int(place.current[u])
        assert record["units"][text]["by_grade"] == {"A": {grade: "ABCDE"[seen.AT[zone, g]] for g, grade in enumerate(seen.GRADES)}}
        assert {"ABCDE"[s] for s in seen.AT[zone]} <= set(record["units"][text]["trips"])
    assert "by_grade" not in next(iter(finder_record(seen_plain())["units"].values()))
    facts = json.loads(re.search(r'id="facts">(.*?)</script>', finder_page(seen.book(), ENGLISH), re.DOTALL)[1])
    assert facts["views"][1]["shared"] == {"0": [[0, ["K", "1"], "K–1"], [1, ["2"], "2"]], "3": [[3, ["K"], "K"], [2, ["1", "2"], "1–2"]]}
    assert schools_at(seen.book().views["A"], 3) == [(3, "K"), (2, "1–2")]


def seen_plain():
    place = seen.district()
    return book_of(seen.scenario(min_cell=0), place, Plan(place.current))


def test_cards_are_of_areas_and_grades():
    areas = {(area.origin, area.target): area for area in family_areas(seen.book())}
    assert {key: area.grades for key, area in areas.items()} == {(0, 1): "2", (1, 0): "K–1", (2, 3): "K", (3, 2): "1–2"}
    assert all((seen.district().current[area.units] == origin).all() for (origin, _), area in areas.items())


# -- pages and files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_report_has_a_section_of_paired_schools(code):
    language, book = Language(code), seen.book()
    (option,) = paired_options(book, language)
    assert [zone.title for zone in option.zones] == ["School A K–1 · School B 2", "School D K · School C 1–2"]
    students = counted(seen.district().grades)
    told = [[line.cells[1] for line in zone.lines] for zone in option.zones]
    assert told == [[language.count(students[s]) for s in pair] for pair in ([0, 1], [3, 2])]
    page = report_page(book, {}, language)
    assert 'href="#pairing"' in page
    assert language.text("pairing.siblings") in page
    assert 'href="#pairing"' not in report_page(seen_plain(), {}, language)


def test_the_first_sentences_are_true_of_buildings():
    book = seen.book()
    said = story_of(book, {}, ENGLISH).options[0].sentence
    assert "lets four schools share zones" in said
    headline = statement_record(book, "A", ENGLISH)["headline"]
    assert any("different building in their grade" in sentence for sentence in headline)
    assert ENGLISH.text("statement.headline.siblings") in headline
    assert not any("zoned to a different school" in sentence for sentence in headline)


@pytest.mark.parametrize("code", LANGUAGES)
def test_shares_that_nobody_counted_by_grade_are_said_to_be_assumed(code):
    language = Language(code)
    assert book_labels(seen.book(), language).grades == ""
    assert book_labels(seen.book(by_grade=False), language).grades == language.text("estimated.grades_groups")
    said = language.text("estimated.grades_groups")
    assert said in report_page(seen.book(by_grade=False), {}, language)
    assert said in comparison_page(seen.book(by_grade=False), language)


def test_the_comparison_names_the_schools_of_a_shared_zone():
    book = seen.book(beside_zones=True)
    rows = {row["unit_id"]: row for row in changed_units(book)}
    assert rows["00"]["A_school_id"] == "A;B"
    assert rows["00"]["A_school"] == "School A K–1 · School B 2"
    assert rows["00"]["A_min"] is None
    assert rows["00"]["B_school"] == "School A"
    assert "40" not in rows  # nobody's school changes in E's zone
    assert "School D K · School C 1–2" in comparison_page(book, ENGLISH)


def test_the_workbook_has_a_sheet_of_buildings(tmp_path):
    write_workbook(seen.book(), tmp_path / "w.xlsx", ENGLISH)
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["Buildings"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=5)]
    students = counted(seen.district().grades)
    assert [[*row[2:5], row[6]] for row in rows] == [
        ["A", "School A", "K–1", students[0]], ["B", "School B", "2", students[1]],
        ["D", "School D", "K", students[3]], ["C", "School C", "1–2", students[2]],
    ]  # fmt: skip
    write_workbook(seen_plain(), tmp_path / "plain.xlsx", ENGLISH)
    assert "Buildings" not in openpyxl.load_workbook(tmp_path / "plain.xlsx").sheetnames


def test_exported_buildings_read_back_and_layers_have_grades(tmp_path):
    book, place = seen.book(), seen.district()
    export(book, None, "geojson", tmp_path)
    assert read_buildings(tmp_path / "buildings_A.csv", place) == seen.plan(place).buildings
    zones = json.loads((tmp_path / "zones_A.geojson").read_text())["features"]
    assert {one["properties"]["school_id"]: one["properties"]["grades"] for one in zones} == {"A": "K–1", "B": "2", "C": "1–2", "D": "K", "E": None}
    shapes = {one["properties"]["school_id"]: one["geometry"] for one in zones}
    assert shapes["A"] == shapes["B"] != shapes["C"]
    units = json.loads((tmp_path / "units.geojson").read_text())["features"]
    for u, unit in enumerate(units):
        assert [unit["properties"][f"school_A_{grade}"] for grade in seen.GRADES] == ["ABCDE"[s] for s in seen.AT[int(place.current[u])]]
    assert "Schools share zones in option A" in (tmp_path / "README.txt").read_text().replace("\n    ", " ")


def test_hidden_numbers_of_buildings_stay_hidden_in_files():
    rows = list(csv.DictReader(io.StringIO(public_csv(building_rows(seen.book(least=150, by_grade=False), "A")))))
    assert {row["students"] for row in rows} | {row["low"] for row in rows} >= {HIDDEN}


def test_a_plan_in_a_notebook_says_who_goes_where_in_each_grade():
    place = seen.district()
    frame = seen.plan(place).to_frame(place)
    assert frame["school_2"].tolist() == ["ABCDE"[seen.AT[zone, 2]] for zone in place.current.tolist()]
    assert frame["moved"].tolist() == (place.current != 4).tolist()
    zones = seen.plan(place).zones(place)
    assert zones["grades"].tolist()[:4] == ["K–1", "2", "1–2", "K"]
    assert zones["students"].tolist() == counted(place.grades).tolist()
    assert zones.geometry["A"].equals(zones.geometry["B"])
    assert zones["low"].tolist() == counted(place.groups_by_grade["low"]).tolist()
