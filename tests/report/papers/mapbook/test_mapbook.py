"""The map book: a page for each school that says what the book says, whole, valid and linked."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import paper_cases
import pytest

from rezoning.report.enrollment import by_grade, by_year, now
from rezoning.report.maps.localmaps import Sheet, frame_of, ground_of, local_map
from rezoning.report.maps.localmaps.labels import Word, Words
from rezoning.report.page.years import MOST_COLUMNS, grade_tables, year_tables
from rezoning.report.papers.mapbook import write, write_book
from rezoning.report.papers.printing import find_browser
from rezoning.report.papers.running_heads import quoted
from rezoning.report.papers.tables import facts_table, years_table
from rezoning.report.school_files import school_files, school_links, slugs

VOID = {"meta", "link", "br", "img", "circle", "path", "rect", "line"}


class Page(HTMLParser):
    """A page as its tags: that they close as they open, its ids and links, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        assert tag != "script"
        assert not any(key.startswith("on") for key in said), tag
        if tag not in VOID:
            self.open.append(tag)
        if "id" in said:
            self.ids.append(said["id"])
        if tag == "a":
            self.hrefs.append(said["href"])

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID, tag

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module", params=["en", "es"])
def written(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    edition = paper_cases.edition(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "pdf_of", lambda html, pdf, size: f"{pdf.name}: print it")
        told = write_book(edition, folder)
    assert told == ["map-book-letter.pdf: print it", "map-book-a4.pdf: print it"]
    return edition, folder


def test_pages_are_whole_and_every_link_leads_somewhere(written):
    edition, folder = written
    (folder / "report.html").write_text('<p id="schools"></p>', encoding="utf-8")
    files = {path: Page(path.read_text(encoding="utf-8")) for path in [folder / "map-book.html", *(folder / "schools").iterdir()]}
    assert len(files) == 1 + len(school_files(edition.book))
    for path, page in files.items():
        assert len(page.ids) == len(set(page.ids)), path
        for href in page.hrefs:
            file, _, place = href.partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.is_file(), (path, href)
            if place and target in files:
                assert place in files[target].ids, (path, href)
    assert [href for _, href in school_links(edition.book)] == [f"schools/{slug}.html" for slug in school_files(edition.book).values()]


def test_a_page_says_who_comes_and_goes_as_the_book_tells_it(written):
    edition, folder = written
    book, language = edition.book, edition.language
    for s, slug in school_files(book).items():
        text = Page((folder / "schools" / f"{slug}.html").read_text(encoding="utf-8")).text
        assert book.schools[s].name in text
        for letter in book.changes:
            for flow in book.changes[letter].flows:
                if s in (flow.origin, flow.target) and flow.between is not None:
                    assert language.text("mapbook.students", students=language.between(flow.between)) in text
        assert language.text("mapbook.no_streets") in text


def test_names_cannot_end_the_style_that_holds_them():
    assert quoted('"}</style><script>') == "\\22 \\7d \\3c \\2f style\\3e \\3c script\\3e "


def test_file_names_are_plain_and_differ():
    names = {0: "A b", 1: "a-b", 2: "??", 3: "x" * 200, 4: "A b 2", 5: "a b"}
    found = slugs(names)
    assert len(set(found.values())) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{1,70}", slug) for slug in found.values())


def test_a_school_above_its_seats_is_marked():
    book, language = paper_cases.edition().book, paper_cases.edition().language
    for s in range(3):
        table = years_table(book, s, language)
        assert table is not None
        rows = [now(book, language), *by_year(book, language)]
        views = [book.today, *book.views.values()]
        for k, row in enumerate(rows):
            for j, key in enumerate(("today", "A", "B")):
                told, seats = row.cells[key][s], views[j].schools[s].capacity
                assert ((k, j) in table.is_over) == (isinstance(told, float) and told > seats), (s, row.key, key)


def test_the_same_numbers_stand_on_page_and_school_page():
    edition = paper_cases.edition()
    book, language = edition.book, edition.language
    tables = [*year_tables(book, language), *grade_tables(book, language)]
    assert all(len(table.heads) * len(table.views) <= MOST_COLUMNS for table in tables)
    heads = [head for table in tables for head in table.heads]
    assert heads == [row.title for row in (now(book, language), *by_year(book, language), *by_grade(book, language))]
    for s, line in enumerate(tables[0].lines):
        assert line.name == book.schools[s].name
        ours = [cells for _, cells in years_table(book, s, language).rows]
        theirs = [cell.text for table in year_tables(book, language) for cell in table.lines[s].cells]
        assert [text for cells in ours for text in cells] == theirs
    assert facts_table(book, 0, language).rows[0][1][0] == language.count(book.today.schools[0].students)


# -- maps ------------------------------------------------------------------------------------------------------------


def test_maps_name_the_school_and_draw_its_zone_in_its_color():
    book = paper_cases.edition().book
    ground = ground_of(book)
    frame = frame_of([ground.zones["today"][0]], 0.8, 400)
    picture = local_map(ground, frame, Sheet("today", (0,))).saying("Map")
    assert 'class="zone is-own" d="M' in picture
    assert f'fill="{ground.fills[0].color}"' in picture
    assert "Église &lt;b&gt;Park&lt;/b&gt;" in picture
    assert picture.count('class="outline"') == 1


def test_a_frame_holds_what_it_is_for():
    book = paper_cases.edition().book
    ground = ground_of(book)
    frame = frame_of(list(ground.zones["today"]), 0.5, 400)
    west, south, east, north = frame.box
    assert abs((north - south) / (east - west) - 0.5) < 1e-9
    for shape in ground.zones["today"]:
        left, low, right, top = shape.bounds
        assert west < left < right < east
        assert south < low < top < north


def test_words_cover_no_other():
    words = Words(200, 100)
    placed = [words.place([Word("Lincoln", x, y, 10)]) for x in range(0, 200, 5) for y in range(0, 100, 5)]
    assert any(placed)
    assert not all(placed)
    boxes = np.array([box for word in words.placed for box in word.boxes()])
    for k, (w, n, e, s) in enumerate(boxes):
        others = np.delete(boxes, k, axis=0)
        assert not ((others[:, 0] < e) & (w < others[:, 2]) & (others[:, 1] < s) & (n < others[:, 3])).any()


# -- paper -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_school_has_one_sheet_of_either_size_with_its_name_at_the_top(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    if find_browser() is None:
        pytest.skip("there is no Chromium on this machine")
    edition = paper_cases.edition()
    assert write_book(edition, tmp_path) == []
    for name, size in (("letter", (612, 792)), ("a4", (595, 842))):
        pages = pypdf.PdfReader(tmp_path / f"map-book-{name}.pdf").pages
        assert len(pages) == 1 + len(school_files(edition.book))
        assert all(abs(float(page.mediabox.width) - size[0]) < 2 and abs(float(page.mediabox.height) - size[1]) < 2 for page in pages)
        for page, s in zip(pages[1:], school_files(edition.book), strict=True):
            said = re.sub(r"\s+", " ", page.extract_text())
            for word in filter(str.isascii, edition.book.schools[s].name.split()):  # what the font maps to letters
                assert said.count(word) >= 2, said[:200]
            assert edition.language.text("page.illustrative") in said
