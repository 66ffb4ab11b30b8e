"""Names that somebody chose to hurt, or that are merely long or foreign: harmless and readable in everything that is published."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from browsing import PHONE
from published_cases import contents, publish, write_place

from rezoning import run

LONG = "Lincoln " * 500
NAMES = {
    "=1+1": "<script>alert(1)</script>",
    "../../x": "=cmd|'/C calc'!A0",
    '"><b>': '"><img src=x onerror=alert(1)>',
    "ñ long": LONG,
    "@SUM(A1)": "\u202eمدرسة \u202bالغابة {{ 7*7 }} {% if %} %s %(a)s ${7*7}",
    "-2": "Éc\u00f4le\tdes\nTilleuls\x07 ]]> --> </style></script><!--",
}
GROUPS = ("__proto__", "constructor", "<i>poor</i>")
HARM = "<b onmouseover=alert(1)>Plan</b> {{ 7*7 }} </title></script><script>alert(2)</script> =1+1"


def district(folder: Path) -> Path:
    ids = list(NAMES)
    blocks = [
        {"unit": f"=1+{k}" if k % 3 else f"../{k}<u>", "students": 40, **dict.fromkeys(GROUPS, 12 + k % 5), "today": ids[k // 6]} for k in range(36)
    ]
    places = [{"school": text, "name": name, "seats": 300, "unit": blocks[6 * k]["unit"]} for k, (text, name) in enumerate(NAMES.items())]
    return write_place(
        folder, blocks, places, 6,
        addresses=["<script>alert(3)</script>", "=HYPERLINK(1)", "Élan St"],
        name="hostile",
        units={"groups": {name: name for name in GROUPS}},
        rules={"assign": {blocks[1]["unit"]: ids[1]}, "contiguity": {"method": "none"}},
        goals=[{"minimize": "reassigned"}, {"minimize": "dissimilarity", "group": "constructor"}],
        report={"title": HARM, "author": HARM, "sources": HARM, "level": HARM, "year": HARM, "comments_until": HARM, "labels": {"constructor": HARM}},
    )  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    scenario = district(folder / "place")
    runs = [folder / "<b>bold</b> =1+1 %s", folder / "__proto__"]
    for path in runs:
        assert run(scenario, path).exit_code == 0
    return publish(runs, folder / "public", folder / "place" / "addresses.csv")


class Tags(HTMLParser):
    """Tags and attributes of a page as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def test_no_page_has_a_tag_or_attribute_of_a_name(published):
    assert {"report.html", "map.html", "memo.html", "cards.en.html", "map-book.html", "finder.html", "compare.html"} <= {
        page.name for page in pages(published)
    }
    for page in pages(published):
        found = Tags(page.read_text(encoding="utf-8")).found
        assert [tag for tag, said in found if any(key.startswith("on") or "alert" in key for key in said)] == []
        assert [said for tag, said in found if tag in ("img", "iframe", "object", "embed", "base", "u")] == []
        led = [str(said[key]) for tag, said in found for key in ("src", "href", "action") if key in said and tag != "link"]
        assert [to for to in led if to[:1] != "#" and not (page.parent / to.partition("#")[0]).is_file()] == []
        kinds = [said for tag, said in found if tag == "script"]
        text = page.read_text(encoding="utf-8")
        assert text.count("</script>") == len(kinds)
        assert "49" not in re.findall(r"Plan</b> (\d+)|Plan&lt;/b&gt; (\d+)", text)


def test_xml_is_xml_and_tables_hold_no_formula(published):
    for path in [*published.rglob("*.kml"), *published.rglob("*.svg"), *published.rglob("*.xml")]:
        ET.parse(path)
    slides = published / "report" / "slides.pptx"
    parts = {name: body for name, body in contents(slides.parent).items() if name.startswith("slides.pptx!")}
    for name, body in parts.items():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(body)
            assert b"_x0007_" not in body, name
    sheets = [io.BytesIO(body) for name, body in parts.items() if name.endswith(".xlsx")]
    assert sheets
    for path in (*published.rglob("*.xlsx"), *sheets):
        book = openpyxl.load_workbook(path)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
        assert [cell.coordinate for cell in cells if cell.hyperlink] == []


PLAIN = ("exports/baf", "exports/dra", "exports/districtr", "exports/gerrychain", "exports/sabs")  # other programs' formats hold ids as they are


def test_no_cell_of_a_table_for_people_is_a_formula(published):
    for path in published.rglob("*.csv"):
        if any(part in path.as_posix() for part in PLAIN):
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            bad = [cell for row in csv.reader(stream) for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number(cell)]
        assert bad == [], path


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_json_is_json_and_file_names_are_safe(published):
    for path in [*published.rglob("*.json"), *published.rglob("*.geojson")]:
        json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    for name in contents(published):
        assert re.fullmatch(r"[\w .,()!/\[\]-]+", name), name
        assert ".." not in name


@pytest.mark.slow
def test_pages_are_quiet_and_fit_a_phone(published, opened):
    for path in pages(published):
        with opened(path, PHONE) as found:
            found.page.on("dialog", lambda dialog: pytest.fail("a name opened a dialog"))
            found.page.reload()  # now with somebody who would hear of a dialog
            found.page.wait_for_timeout(500)
            assert found.is_clean(), found.said
            assert found.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
