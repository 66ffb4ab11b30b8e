"""Slides: opened again, every text inside its box and every box inside its slide, charts and tables as such, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from itertools import combinations, pairwise

import pytest
from comparing_drawn import PLANS, book, district, scenario
from edition_cases import edition_of, squared
from pptx import Presentation
from pptx.util import Emu, Pt

from rezoning.public.cell import HIDDEN
from rezoning.report.papers.briefing import briefing_of
from rezoning.report.papers.slides.letters import POINTS, Paragraph, fitted, height, lines, width
from rezoning.report.papers.slides.write import slides

LONG = {
    "en": "The title of a plan that a committee has agreed on after a long evening " * 4,
    "es": "Un título larguísimo de un plan acordado por la comisión " * 6,
}
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def opened(edition):
    made = slides(edition)
    return made, Presentation(io.BytesIO(made))


def boxes(slide):
    """Everything that says something: fields of color behind it are left out."""
    return [shape for shape in slide.shapes if shape.name != "panel"]


def texts(slide):
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def check(deck):
    """Boxes inside the slide and apart; texts inside their boxes; words for what cannot be seen; numbers, notes and language everywhere."""
    wide, high = deck.slide_width, deck.slide_height
    assert abs(wide / high - 16 / 9) < 0.001
    tags = set()
    for number, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= wide + 1
            assert shape.top + shape.height <= high + 1
        for one, other in combinations(boxes(slide), 2):
            over = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
            under = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
            assert min(over, under) <= Pt(1), f"slide {number}: {one.name} over {other.name}"
        for shape in boxes(slide):
            if shape.has_text_frame:
                check_text(shape)
                tags |= {run.get("lang") for run in shape._element.iter(f"{A}rPr")}
            else:
                assert shape._element.xpath("./*/p:cNvPr/@descr")[0]
            if shape.has_table:
                check_table(shape.table)
        assert slide.shapes.title.text_frame.text
        assert slide.notes_slide.notes_text_frame.text
        (field,) = slide._element.iter(f"{A}fld")
        assert (field.get("type"), field.find(f"{A}t").text) == ("slidenum", str(number))
    return tags


def check_text(shape):
    frame = shape.text_frame
    said = [paragraph for paragraph in frame.paragraphs if paragraph.runs]
    if not said:
        return
    indents = [int(paragraph._p.pPr.get("marL") or 0) / 12700 for paragraph in said]
    rooms = [Emu(shape.width).pt - indent for indent in indents]
    tall = sum(
        len(lines(paragraph.text, room, paragraph.runs[0].font.size.pt, bold=bool(paragraph.runs[0].font.bold)))
        * paragraph.runs[0].font.size.pt
        * 1.2
        + (paragraph.space_before.pt if paragraph.space_before else 0)
        for paragraph, room in zip(said, rooms, strict=True)
    )
    assert tall <= Emu(shape.height).pt + 1, shape.name
    assert min(run.font.size.pt for paragraph in said for run in paragraph.runs) >= 7.5


def check_table(table):
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row.cells):
            run = cell.text_frame.paragraphs[0].runs[0]
            room = Emu(table.columns[j].width - cell.margin_left - cell.margin_right).pt
            tall = len(lines(run.text, room, run.font.size.pt, bold=i == 0 or j == 0)) * run.font.size.pt * 1.2
            assert tall + Emu(cell.margin_top + cell.margin_bottom).pt <= Emu(row.height).pt + 1, run.text


# -- what the slides are ---------------------------------------------------------------------------------------------


def slow(*values):
    return pytest.param(*values, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("count", "code"), [(1, "es"), (2, "en"), (8, "es"), slow(1, "en"), slow(2, "es"), slow(4, "en"), slow(4, "es"), slow(8, "en")]
)
def test_whatever_the_number_of_options_everything_has_its_place(count, code):
    asked = scenario(report={"title": LONG[code], "language": code, "min_cell": 0, "author": LONG["es"][:200], "sources": LONG["en"]})
    edition = edition_of(book(asked=asked, plans=[PLANS[k % len(PLANS)] for k in range(count)]))
    _, deck = opened(edition)
    assert check(deck) == {{"en": "en-US", "es": "es-US"}[code]}
    briefing = briefing_of(edition)
    said = "\n".join(map(texts, deck.slides))
    if count <= 2:
        assert all(option.sentence in said for option in briefing.story.options)
    assert len(deck.slides) >= count + 5


def test_a_district_with_polygons_has_maps_with_words_and_stays_small():
    edition = edition_of(squared())
    made, deck = opened(edition)
    check(deck)
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) >= 3
    assert all(len(shape._element.xpath("./*/p:cNvPr/@descr")[0]) >= 10 for shape in pictures)
    assert len(made) < 5_000_000


def test_tables_and_charts_hold_the_numbers_that_may_be_shown_and_no_others():
    edition = edition_of(book())
    _, deck = opened(edition)
    briefing = briefing_of(edition)
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    found = [[cell.text_frame.text for cell in row.cells][1:] for row in list(tables[0].rows)[1:]]
    assert found == [list(row.texts) for row in briefing.rows]
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert charts
    views = [edition.book.today, *edition.book.views.values()]
    for chart in charts:
        assert len(list(chart.plots[0].series)) == len(views)
    for view, series in zip(views, charts[-1].plots[0].series, strict=True):
        told = [row.utilization if row.is_open and not isinstance(row.utilization, str) else None for row in view.schools]
        assert list(series.values) == [None if value is None else pytest.approx(value) for value in told]


def test_what_is_hidden_stands_in_no_slide_and_no_workbook():
    asked = scenario(report={"min_cell": 1000})
    edition = edition_of(book(asked=asked))
    hidden = sum(row.utilization == HIDDEN for view in (edition.book.today, *edition.book.views.values()) for row in view.schools)
    assert hidden
    _, deck = opened(edition)
    check(deck)
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert all(value is None for chart in charts for series in chart.plots[0].series for value in series.values)


def test_the_same_plans_give_the_same_bytes_without_a_time():
    edition = edition_of(squared())
    made = slides(edition)
    assert made == slides(edition_of(squared()))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01" in archive.read("docProps/core.xml")


# -- letters ---------------------------------------------------------------------------------------------------------


def test_lines_hold_every_word_and_are_no_wider_than_the_room():
    text = "Una comisión larguísima " * 5 + "W" * 80 + " 漢字かな"
    for room in (40, 90, 300):
        found = lines(text, room, 12)
        assert "".join("".join(found).split()) == "".join(text.split())
        assert all(width(line, 12) <= room or len(line) == 1 for line in found)


def test_no_line_ends_between_a_number_and_its_unit():
    text = "fell by −24\N{NARROW NO-BREAK SPACE}%"
    assert lines(text, width("fell by −24", 12) + 1, 12) == ["fell by", "−24\N{NARROW NO-BREAK SPACE}%"]


def test_smaller_letters_need_no_more_room_and_what_cannot_fit_is_cut_with_a_sign():
    said = [Paragraph("word " * 60, bullet=True), Paragraph("more " * 40)]
    heights = [height(said, 200, size) for size in (8, 10, 12, 16, 24)]
    assert all(one <= other for one, other in pairwise(heights))
    size, kept = fitted(said, 2.0, 0.8, 20, 9)
    assert size == 9
    assert kept[-1].text.endswith("…")
    assert height(kept, 2.0 * POINTS, size) <= 0.8 * POINTS


def test_a_district_of_one_school_without_anything_else_has_slides_too():
    asked = scenario(goals=[{"minimize": "travel"}], rules={})
    _, deck = opened(edition_of(book(place=district(groups={}), asked=asked)))
    check(deck)
