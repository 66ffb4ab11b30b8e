"""Pages in Chromium: of any width, on paper, by link, as files, and what people write into them."""

import csv
import io
import json
import re
from pathlib import Path

import comparing_drawn as drawn
import pytest
from benching_cases import comparison, trial
from browsing import PHONE, WIDE
from fits import WIDTHS, small_targets, wrong_at
from squares import write_polygons

from rezoning.commands.diagnosis import diagnose, write_diagnosis
from rezoning.commands.ensembles import ensemble
from rezoning.commands.ensembles.writing import book_of
from rezoning.commands.robust import robustness
from rezoning.commands.sweep.summary import Summary
from rezoning.commands.travels import compare_travels, write_travels
from rezoning.district.load import load_district
from rezoning.public.build import make_book
from rezoning.report.benching.document import bench_document
from rezoning.report.benching.page import bench_page
from rezoning.report.comparing.page import comparison_page
from rezoning.report.ensemble import ensemble_page, shown_rows
from rezoning.report.finder import finder_page
from rezoning.report.language import Language
from rezoning.report.page import report_page
from rezoning.report.statement import statement_record
from rezoning.report.sweep import sweep_page
from rezoning.runs.option_read import read_options
from rezoning.scenario.load import load_scenario
from rezoning.scenario.sweep import Sweep

ROOT = Path(__file__).resolve().parents[3]
RIVERBEND = ROOT / "scenarios" / "riverbend-unshaped.yaml"
PAGES = ("report", "spanish", "odd", "compare", "finder", "diagnosis", "travels", "sweep", "bench", "ensemble", "robustness")
LONG = "Escuela Primaria Bilingüe Nuestra Señora de la Candelaria de los Ríos"
ODD = [f"=HYPERLINK(1) {LONG}", "x" * 300, "مدرسة النور الابتدائية المشتركة", "<b>Lincoln</b>", "−1", "@sum"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A page of each kind: of Riverbend's zones and two plans that nobody had to search for, and of a district whose names are odd."""
    folder = tmp_path_factory.mktemp("pages")
    district = load_district(load_scenario(RIVERBEND).data)
    nearest = district.travel.argmin(axis=1)
    plans = []
    for name, zones in (("today", district.current), ("nearest", nearest)):
        plans.append(folder / f"{name}.csv")
        plans[-1].write_text(
            "unit,school\n" + "".join(f"{u},{district.school_ids[s]}\n" for u, s in zip(district.unit_ids, zones, strict=True)), encoding="utf-8"
        )
    options = read_options([RIVERBEND, *plans])
    both, english, spanish = make_book(options), Language("en"), Language("es")
    texts = {"report": reported(both, english), "spanish": reported(both, spanish), "one": reported(make_book(options[:1]), english)}
    texts |= {"compare": comparison_page(both, english), "finder": finder_page(both, english, None), "odd": odd_page()}
    found = {name: folder / f"{name}.html" for name in texts}
    for name, text in texts.items():
        found[name].write_text(text, encoding="utf-8")
    squares = write_polygons(folder)
    write_travels(folder / "travels", compare_travels(squares, Path("straight_line")))
    found["travels"] = folder / "travels" / "travels.html"
    assert write_diagnosis(folder / "diagnosis", diagnose(squares, seconds=0)) is None
    found["diagnosis"] = folder / "diagnosis" / "diagnosis.html"
    for name, text in researchers(squares).items():
        found[name] = folder / f"{name}.html"
        found[name].write_text(text, encoding="utf-8")
    robustness([squares, folder / "mirrored.csv"], folder / "robustness", draws=100)
    found["robustness"] = folder / "robustness" / "robustness.html"
    return found


def researchers(squares: Path) -> dict[str, str]:
    """Pages over many runs, of rows that nobody had to solve, and of a few samples."""
    mirrored = squares.parent / "mirrored.csv"
    mirrored.write_text("unit,school\n" + "".join(f"0{i}{j},{'A' if i < 2 and j < 3 else 'B'}\n" for i in range(3) for j in range(4)))
    drawn_plans = ensemble(squares, [mirrored], steps=400, every=20, audits=0)
    english = Language("en")
    rows, hidden = shown_rows(drawn_plans.record, drawn_plans.samples(), book := book_of(drawn_plans), english)
    drawn_page = ensemble_page(drawn_plans.record, rows, hidden, book, english)
    return {"sweep": sweep_page(swept(), english), "bench": benched(english), "ensemble": drawn_page}


def swept() -> dict:
    """What a sweep tells of points of two districts: plans, one without, one that failed."""
    levers = {"rules.travel.max_increase": [0.25, 0.5], "rules.capacity": {LONG: {"max": 1.0}, "x" * 80: {"max": 1.1}}}
    summary = Summary(asked := Sweep(name="many", districts=("a.yaml", "b.yaml"), set={"solve.time_limit": 5}, grid=levers))
    entry = {"travel": {"unit": "min"}, "goals": [{"minimize": "dissimilarity", "group": "poor"}, {"minimize": "reassigned", "group": None}]}
    for point in range(1, 13):
        status, code = {5: ("infeasible", 4), 6: ("failed", 1)}.get(point, ("feasible", 0))
        row = {
            "point": point,
            "district": ODD[0] if point % 2 else "plain",
            "key": "0",
            "status": status,
            "exit_code": code,
            "total_seconds": 3.0,
            "error": "e" * 120,
            "goal1": "dissimilarity poor",
            "goal1_value": 0.2 + point / 90 if code == 0 else None,
            "goal1_bound": 0.1,
            "goal1_today": 0.5,
            "goal2_value": 1 / point,
            "estimates": "travel=streets",
            **{key: list(values)[point // 2 % 2] for key, values in levers.items()},
        }
        summary.take(row, lambda: entry)
    return {
        "name": "many", "points": 12, "districts": 2, "counts": summary.counts, "seconds": {"points": summary.seconds}, "levers": summary.levers(),
        "best": summary.districts(), "failures": summary.failures(), "charts": summary.charts(6), "tables": [], "notes": [LONG],
        "asked": asked.model_dump(mode="json"), "versions": {"python": "3.11"},
    }  # fmt: skip


def benched(language: Language) -> str:
    """A bench of two scenarios, one of them oddly named, and of as many settings as come with the program."""
    settings = ("default", "highs", "cbc", "no-separators", "flow", "closer-neighbor", "search-off")
    runs = [
        trial(name, seed, place, steps=[(0.2 + k, 3.0 - k / 9, 1.0), (2.0 + k, 2.0 + k / 9, 1.5)], value=2.0 + k / 9, bound=1.5, load=3.0,
              is_same_question=name != "closer-neighbor")
        for place in ("here", "z" * 60) for k, name in enumerate(settings) for seed in (0, 1)
    ]  # fmt: skip
    found = comparison(*runs)
    about = [(name, LONG, {"solve.solver": name, "rules.contiguity.method": "w" * 40}) for name in settings]
    return bench_page(found, bench_document(found, ["here", "z" * 60], about, 2, len(runs), [("gurobi", "GUROBI")]), language)


def reported(book, language) -> str:
    return report_page(book, {option.letter: statement_record(book, option.letter, language) for option in book.options}, language)


def odd_page() -> str:
    place = drawn.district(school_names=(ODD[0], ODD[1]), unit_ids=(ODD[2], ODD[3], "u" * 60, "d", "e", "f"))
    asked = drawn.scenario({"title": ODD[1], "labels": {"low": LONG}, "sources": ODD[0]})
    made = make_book(
        [drawn.option(letter, plan, place, asked, name=name) for letter, plan, name in zip("AB", drawn.PLANS, (ODD[0], LONG), strict=True)]
    )
    return reported(made, Language("en", tuple(made.settings.labels.items())))


# -- every width -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_its_place(pages, opened, name):
    with opened(pages[name], PHONE) as found:
        assert [text for width in WIDTHS for text in wrong_at(found.page, width)] == []
        found.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert small_targets(found.page) == []
        assert found.is_clean(), (found.said, found.asked)


def test_tables_turn_on_a_phone_and_stay_tables(pages, opened):
    """All options are seen at once, and a reader's program hears rows and columns still."""
    with opened(pages["report"], PHONE) as found:
        table = found.page.locator("#options-table")
        row = table.locator("tbody tr").first
        places = [one.bounding_box() for one in [row.locator("th"), *row.locator("td").all()]]
        assert places[0]["y"] < min(place["y"] for place in places[1:])
        assert all(place["x"] >= 0 and place["x"] + place["width"] <= PHONE[0] for place in places)
        assert {one.get_attribute("role") for one in table.locator("tbody td").all()} == {"cell"}
        schools = found.page.locator("#schools-a-table")
        shown = [one for one in schools.locator("tbody tr").first.locator("td").all() if one.is_visible()]
        assert 2 <= len(shown) <= 4
        found.page.locator("select[aria-controls=schools-a-table]").select_option("")
        assert len([one for one in schools.locator("tbody tr").first.locator("td").all() if one.is_visible()]) > 4


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in ("spanish", "odd"))) for name in PAGES])
def test_pages_are_open_to_everybody(pages, opened, violations, name):
    for size, scheme in ((WIDE, "dark"), (PHONE, "light")):
        with opened(pages[name], size, scheme) as found:
            assert violations(found.page) == []


# -- paper -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["letter", pytest.param("a4", marks=pytest.mark.slow)])
def test_one_option_takes_ten_pages_at_its_true_size(pages, opened, size):
    pypdf = pytest.importorskip("pypdf")
    with opened(pages["one"]) as found:
        printed = pypdf.PdfReader(io.BytesIO(found.page.pdf(format=size)))
        heights: list[float] = []

        def look(text: str, cm: list[float], tm: list[float], _font: object, points: float) -> None:
            if text.strip():
                heights.append(points * abs(tm[0] or tm[1]) * abs(cm[0]))

        words = [page.extract_text(visitor_text=look) for page in printed.pages]
        assert len(printed.pages) <= 10
        width, height = (round(float(side)) for side in printed.pages[0].mediabox[2:])
        assert (width, height) == ((612, 792) if size == "letter" else pytest.approx((595, 842), abs=2))
        # A browser shrinks the whole print where something is wider than the sheet.
        found.page.emulate_media(media="print")
        found.page.set_viewport_size({"width": round(width * 96 / 72 - 24 / 25.4 * 96), "height": 900})
        points = found.page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('h1')).fontSize) * 0.75")
        assert max(heights) == pytest.approx(points, rel=0.03)
        assert "CSV" not in "".join(words[:-1])


def test_tables_that_fit_a_sheet_are_not_cut(pages, opened):
    with opened(pages["one"]) as found:
        page = found.page
        page.emulate_media(media="print")
        small = "(one) => one.querySelectorAll('tr').length < 25 && one.querySelectorAll('tbody').length === 1"
        whole = page.evaluate(f"() => [...document.querySelectorAll('.table-part')].filter({small}).map((one) => getComputedStyle(one).breakInside)")
        assert whole
        assert set(whole) == {"avoid"}
        assert {page.evaluate("(one) => getComputedStyle(one).display", one.element_handle()) for one in page.locator("thead").all()} <= {
            "table-header-group"
        }


# -- links -------------------------------------------------------------------------------------------------------------


def test_a_link_leads_to_what_was_looked_at_and_back_goes_back(pages, opened):
    with opened(pages["report"], place="#map?option=B&view=changes&school=Lincoln") as found:
        page = found.page
        assert page.evaluate("rezoningMap.state()") == {"option": "B", "view": "changes", "school": "lincoln", "area": None}
        assert page.locator("fieldset[data-picks=schools] input[value=B]").is_checked()
        assert not page.locator("#schools-a-table").is_visible()
        unit = page.evaluate("rezoningMap.atlas.units[7]")
        page.evaluate("(unit) => rezoningMap.restore({option: 'A', view: 'whole', school: null, area: unit})", unit)
        assert page.url.endswith(f"#map?area={unit}")
        page.evaluate("rezoningMap.show('today')")
        assert page.url.endswith(f"#map?option=today&area={unit}")
        page.go_back()
        assert page.evaluate("rezoningMap.state().area") == unit
        page.go_back()
        assert page.evaluate("rezoningMap.state()") == {"option": "B", "view": "changes", "school": "lincoln", "area": None}
        page.locator("nav a[href='#statement']").first.click()
        assert page.evaluate("rezoningMap.state().school") == "lincoln"
        page.goto(page.url.partition("#")[0] + "#map?option=Z&school=none&area=nowhere")
        assert page.evaluate("rezoningMap.state().area") is None
        assert found.is_clean(), (found.said, found.asked)


# -- files -------------------------------------------------------------------------------------------------------------


def saved(page, button) -> tuple[str, str]:
    with page.expect_download() as begun:
        button.focus()
        page.keyboard.press("Enter")
    return begun.value.suggested_filename, Path(begun.value.path()).read_bytes().decode("utf-8")


def rows_of(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_every_table_is_a_file(pages, opened):
    with opened(pages["report"]) as found:
        page = found.page
        page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
        assert page.locator(".table-part .save").count() == page.locator("main table:not(.rz-table)").count() > 8
        name, text = saved(page, page.locator(".table-part:has(#options-table) .save"))
        rows = rows_of(text)
        assert name == "options.csv"
        trips = next(row for row in rows if row[0].startswith("Mean trip"))
        shown = page.locator("#options-table tbody tr", has_text="Mean trip").locator("td").all_inner_texts()
        for cell, seen in zip(trips[1:], shown, strict=False):
            assert float(cell) == pytest.approx(float(re.search(r"[\d.]+", seen)[0]), abs=0.051)
        assert [row for row in rows if row[:1] == ["Source"]]
        name, text = saved(page, page.locator(".save-all button"))
        assert name == "report-tables.csv"
        assert len([row for row in rows_of(text) if row[:1] == ["Table"]]) == page.locator(".table-part .save").count()
        assert found.is_clean(), (found.said, found.asked)


def test_hidden_numbers_stay_hidden_and_no_cell_is_a_formula(pages, opened):
    with opened(pages["odd"]) as found:
        _, text = saved(found.page, found.page.locator(".save-all button"))
        cells = [cell for row in rows_of(text) for cell in row]
        assert any(ODD[0] in cell for cell in cells)
        for cell in cells:
            assert not re.match(r"\s*[=+\-@\t]", cell) or re.fullmatch(r"[+-]?\d+(\.\d+)?", cell), cell
    with opened(pages["report"]) as found:
        starred = found.page.locator("#schools-a-table td", has_text="*").count()
        _, text = saved(found.page, found.page.locator(".table-part:has(#schools-a-table) .save"))
        assert sum(cell == "*" for row in rows_of(text.split("\r\n\r\n")[0]) for cell in row) == starred > 0


def test_the_file_of_units_has_all_of_them(pages, opened):
    with opened(pages["compare"]) as found:
        total = int(re.search(r"of ([\d,]+) units", found.page.inner_text("#units-said"))[1].replace(",", ""))
        _, text = saved(found.page, found.page.locator(".table-part:has(#units-table) .save"))
        assert len(rows_of(text.split("\r\n\r\n")[0])) == total + 1 > 101


# -- what people write -------------------------------------------------------------------------------------------------

WRITTEN = "Parents of <b>Lincoln</b> & Central\nsaid: =yes"


def test_what_is_written_stays_in_browser_page_and_file(pages, opened, tmp_path):
    with opened(pages["report"]) as found:
        page = found.page
        page.locator("[data-writes=involved]").click()
        page.keyboard.insert_text(WRITTEN)
        page.locator(".writing-tools [role=status]", has_text="Kept").wait_for()
        page.reload()
        assert page.locator("[data-writes=involved]").inner_text() == WRITTEN
        _, whole = saved(page, page.get_by_role("button", name="Save this page"))
        _, alone = saved(page, page.get_by_role("button", name="Save the texts"))
        again, texts = tmp_path / "again.html", tmp_path / "texts.json"
        again.write_text(whole, encoding="utf-8")
        texts.write_text(alone, encoding="utf-8")
        assert json.loads(alone)["texts"]["involved"]["text"] == WRITTEN
        page.get_by_role("button", name="Take out").click()
        assert page.locator("[data-writes=involved]").inner_text() == ""
        page.get_by_role("button", name="Undo").click()
        assert page.locator("[data-writes=involved]").inner_text() == WRITTEN
        assert found.is_clean(), (found.said, found.asked)
    with opened(again, place="#map?option=B") as found:  # in a browser that remembers nothing
        page = found.page
        assert page.locator("[data-writes=involved]").inner_text() == WRITTEN
        assert page.evaluate("rezoningMap.state().option") == "B"
        assert page.locator(".table-part .save").count() == page.locator("main table[data-file]").count()
        assert page.locator(".writing-tools").count() == 1
        _, twice = saved(page, page.get_by_role("button", name="Save this page"))
        assert len(twice) == pytest.approx(len(whole), rel=0.001)
        assert found.is_clean(), (found.said, found.asked)
    with opened(pages["spanish"]) as found:
        page = found.page
        page.locator("#writing-file").set_input_files(texts)
        page.locator(".writing-tools [role=status]", has_text="texts.json").wait_for()
        assert page.locator("[data-writes=involved]").inner_text() == WRITTEN
        assert "otro plan" not in page.locator(".writing-tools [role=status]").inner_text()  # the same plans in another language
        texts.write_text("[]", encoding="utf-8")
        page.locator("#writing-file").set_input_files(texts)
        page.locator(".writing-tools [role=status]", has_text="no contiene").wait_for()
        assert page.locator("[data-writes=involved]").inner_text() == WRITTEN
        assert found.is_clean(), (found.said, found.asked)
