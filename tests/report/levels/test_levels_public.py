"""What people see of several levels: one page with all, feeders by name, a child's way, workbook, exports, notebook."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from level_districts import small_options

from rezoning.public.levels import make_levels_book
from rezoning.report.comparing.levels import sheet_names, write_workbooks
from rezoning.report.language import Language
from rezoning.report.levels.feeders import feeder_parts
from rezoning.report.levels.goals import goals_table
from rezoning.report.levels.names import level_title, with_names
from rezoning.report.levels.page import folder_of, joined_page
from rezoning.report.levels.record import feeder_rows, feeders_record
from rezoning.report.levels.way import levels_facts
from rezoning.report.page import report_page
from rezoning.scenario.languages import LANGUAGES

LOW, UP, STUDENTS = "aaabbbccc", "xxxxxyyyy", [40, 30, 20, 25, 35, 45, 50, 15, 60]
PLANS = [(LOW, "xxxyyyyyy"), ("aaaabbccc", "xxxxxyyyx")]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return make_levels_book(with_names(small_options(tmp_path_factory.mktemp("levels"), LOW, UP, STUDENTS, PLANS)))


@pytest.fixture(scope="module")
def page(book):
    pages = {name: report_page(one, {}, Language()) for name, one in book.books.items()}
    return joined_page(book, pages, Language(), "report.html")


def test_split_schools_and_small_feeds_are_named_with_students(book):
    (part,) = feeder_parts(book.feeds, Language())
    today, first, second = part.sides
    assert today.splits == (
        "1 of 3 schools is split.",
        ("B School: 60 (57.1\N{NARROW NO-BREAK SPACE}%) to X Middle; 45 (42.9\N{NARROW NO-BREAK SPACE}%) to Y Middle",),
    )
    assert first.splits[0] == "No school is split: each feeds one school."
    assert first.notes == ("60 of 320 counted students (18.8\N{NARROW NO-BREAK SPACE}%) would go on to another school than today.",)
    assert second.smalls[0] == "No feed is below 25\N{NARROW NO-BREAK SPACE}%."
    assert "elementary schools" in part.lead
    assert "school they come from" in part.lead


def test_the_table_beside_the_picture_has_every_feed(book):
    (part,) = feeder_parts(book.feeds, Language())
    rows = {row[:2]: row[2:] for row in part.table.rows}
    assert rows["B School", "X Middle"][0].startswith("60 ")
    assert rows["B School", "X Middle"][1] == "0"
    assert len(part.table.head) == 2 + len(part.sides)
    assert "Counted are students" in part.table.caption


def test_ribbons_are_as_wide_as_students_are_many(book):
    (part,) = feeder_parts(book.feeds, Language())
    heights = {}
    for path in re.findall(r'd="M0 ([\d.]+)C.*?V.*? 0 ([\d.]+)Z"', str(part.sides[0].picture.ribbons)):
        heights[float(path[0])] = float(path[1]) - float(path[0])
    table = book.feeds[0]
    wanted = sorted(feed.students for feed in table.views["today"].feeds)
    drawn = sorted(heights.values())
    assert [one / drawn[0] for one in drawn] == pytest.approx([one / wanted[0] for one in wanted], rel=0.05)


def test_goals_of_no_single_level_stand_in_one_table(book):
    rows = goals_table(book, Language()).rows
    assert [row[2:4] for row in rows if row[1].lower().startswith("elementary schools split")] == [("1", "0"), ("1", "2")]
    assert len(rows) == 2 * 4


def test_a_page_has_all_levels_and_no_id_twice(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert max(Counter(ids).values()) == 1
    assert page.count("<main") == 1
    assert page.count('class="level"') == 2
    for text in re.findall(r'href="#([^"]+)"', page):
        assert text in ids
    assert "<style>" in page
    assert "src=" not in re.sub(r"<script.*?</script>|<textarea.*?</textarea>", "", page, flags=re.DOTALL)


def test_a_childs_way_through_all_levels(book):
    for unit, key, way in ((0, "today", ["A School", "X Middle"]), (3, "A", ["B School", "Y Middle"])):
        assert [one["schools"][one["zones"][key][unit]] for one in levels_facts(book)["levels"]] == way
    facts = levels_facts(book)
    assert [level["zones"]["A"][3] for level in facts["levels"]] == [1, 1]
    assert set(facts["words"]) == set(LANGUAGES)
    json.dumps(facts, allow_nan=False)


def test_documents_say_the_denominator(book):
    (record,) = feeders_record(book.feeds)
    assert (record["count"], record["of"], record["min_share"]) == ("elementary", "lower", 0.25)
    assert record["views"]["today"]["split_schools"] == ["b"]
    assert record["views"]["A"]["feeder_change"] == pytest.approx(60 / 320)
    rows = feeder_rows(book.feeds)
    assert all({"count", "of", "share"} <= set(row) for row in rows)
    assert {row["option"] for row in rows} == {"today", "A", "B"}


def test_a_workbook_has_sheets_by_level(book, tmp_path: Path):
    write_workbooks(book, tmp_path / "a.xlsx", Language())
    write_workbooks(book, tmp_path / "b.xlsx", Language())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sheets = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert sheets.sheetnames[:2] == ["Goals of all levels", "Feeders"]
    assert {"Schools, elementary", "Schools, middle", "Units, middle"} <= set(sheets.sheetnames)
    rows = list(sheets["Feeders"].iter_rows(values_only=True))
    assert ("Today", "b", "B School", "x", "X Middle", 60) in [row[:6] for row in rows]


def test_names_of_sheets_are_taken_by_every_program():
    assert sheet_names(["a: [very] long name/of a level", "A- very- long name", "a   very  long name"])[0] == "a   very  long"
    assert all(len(f"Goals of levels, {name}") <= 31 for name in sheet_names(["x" * 60]))
    assert len(set(sheet_names(["same", "same", "SAME"]))) == 3


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_names_levels_and_writes_the_page(book, code):
    language = Language(code)
    assert level_title("middle", language)
    assert level_title("zone_x", language) == "Zone x"
    assert feeder_parts(book.feeds, language)[0].sides[0].splits[1]


def test_folders_have_names_that_every_system_takes():
    assert folder_of("middle") == "middle"
    assert folder_of("../Lớp 6") == "L-p-6"
    assert folder_of("///") == "level"


def test_a_notebook_shows_every_level(book):
    option = book.options[0]
    shown = option._repr_html_()
    assert shown.count('class="rezoning"') == 3
    frame = option.to_frame("schools")
    assert frame["level"].tolist() == ["elementary"] * 3 + ["middle"] * 2
