"""Odd districts through everything that is published, and numbers that must agree wherever they stand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import drawn
import numpy as np
import openpyxl
import pytest
from published_cases import SIDE

from rezoning import run
from rezoning.commands.publishing import write_report
from rezoning.district.plan import Plan
from rezoning.errors import RezoningError
from rezoning.public.book import Book
from rezoning.public.build import make_book
from rezoning.public.cell import HIDDEN
from rezoning.report.comparing import changed_units, comparison_page, write_workbook
from rezoning.report.exports.export import export
from rezoning.report.exports.formats import FORMATS
from rezoning.report.figures import figures_of
from rezoning.report.finder import finder_page, finder_record
from rezoning.report.language import Language, language_of
from rezoning.report.page import report_page
from rezoning.report.papers import PAPERS, Edition, printing, write_paper
from rezoning.report.statement import statement_record, statement_rows
from rezoning.runs.option import Option
from rezoning.runs.option_judged import option_of_plan

TODAY = "Aaab/aBab/aaac/cCcb"
PLANS = ("Aaab/aBbb/aaac/cCcb", "Aaaa/aBaa/aaac/cCcb")


def squares(number: int, width: int = 4):
    import geopandas as gpd
    import shapely

    corners = [(SIDE * (k % width), SIDE * (k // width)) for k in range(number)]
    shapes = [shapely.box(1e5 * x, 1e5 * y, 1e5 * (x + SIDE), 1e5 * (y + SIDE)) for x, y in corners]
    return gpd.GeoSeries(shapes, crs="EPSG:32618")


def district(rows: str = TODAY, **changes):
    number = len(rows.replace("/", ""))
    counts = np.arange(number, dtype=float) + 30
    schools = len({c for c in rows if c.isupper()})
    given = {
        "students": counts, "groups": {"low": counts // 2, "black": counts // 3, "white": counts // 4}, "geometry": squares(number),
        "capacity": np.full(schools, 400.0), "travel": np.add.outer(np.arange(number) % 5, np.arange(schools)).astype(float),
        "border_m": np.full(len(drawn.grid(len(rows.split("/")), len(rows.split("/", maxsplit=1)[0]))), 100.0),
    }  # fmt: skip
    return drawn.picture(rows, **(given | changes))


def options(place, plans=PLANS, asked=None) -> list[Option]:
    asked = asked or drawn.scenario(goals=[{"minimize": "cut_edges"}])
    schools = [np.array(["ABC".index(c.upper()) for c in plan.replace("/", "")]) if isinstance(plan, str) else plan for plan in plans]
    return [option_of_plan("ABCDEFGH"[k], f"plan {k}", Path(f"{k}.csv"), asked, place, Plan(school)) for k, school in enumerate(schools)]


def publish_all(book: Book, folder: Path, language: Language | None = None) -> list[str]:
    """Every output of a book; what cannot be made must say why, and is returned."""
    language, refused = language or language_of(book.settings), []
    statements = {option.letter: statement_record(book, option.letter, language) for option in book.options}
    made = [report_page(book, statements, language), comparison_page(book, language), finder_page(book, language, None)]
    edition = Edition(book, statements, language)
    for name in PAPERS:
        (folder / name).mkdir()
        with patch.object(printing, "find_browser", return_value=None):
            write_paper(name, edition, folder / name)
    made += [path.read_text(encoding="utf-8") for path in folder.rglob("*.html")]
    json.dumps([statements, finder_record(book)], allow_nan=False)
    statement_rows(statements)
    changed_units(book)
    write_workbook(book, folder / "compare.xlsx", language)
    for name in FORMATS:
        for letter in [None] if FORMATS[name].holds_all_options else list(book.views):
            place = folder / f"{name}-{letter}"
            place.mkdir()
            try:
                export(book, letter, name, place)
            except RezoningError as error:
                refused.append(f"{name}: {error}")
    figures_of(book, folder / "figures", ("svg",), language)
    assert all("nan" not in text.replace("NaN", "nan").split("<script")[0].split() for text in made)
    return refused


ODD = {
    "plain": lambda: options(district()),
    "no groups": lambda: options(district(groups={})),
    "no zones of today": lambda: options(district(current=None)),
    "no travel": lambda: options(district(travel=None)),
    "no capacity": lambda: options(district(capacity=None)),
    "no polygons": lambda: options(district(geometry=None, border_m=None)),
    "nothing but zones": lambda: options(district(groups={}, travel=None, capacity=None, geometry=None, border_m=None, current=None)),
    "new units and a closed school": lambda: options(district("Aaa./aB.b/azac/cCzb")),
    "nobody at all": lambda: options(district(students=np.zeros(16), groups={"low": np.zeros(16)})),
    "fractions": lambda: options(district(students=np.full(16, 10.123456), groups={"low": np.full(16, 3.3)})),
    "more in a group than there are": lambda: options(
        district(groups={"black": np.full(16, 25.0), "white": np.full(16, 25.0)}, partition=("black", "white"))
    ),
    "few everywhere": lambda: options(district(students=np.full(16, 2.0), groups={"low": np.full(16, 1.0)}), PLANS[:1]),
    "a school that nobody goes to": lambda: options(district(), [np.zeros(16, dtype=np.int64)]),
    "one school": lambda: options(district("Aaaa/aaaa", capacity=np.array([400.0])), [np.zeros(8, dtype=np.int64)]),
    "one unit": lambda: options(district("A", edges=np.zeros((0, 2), dtype=np.int64), border_m=np.zeros(0)), [np.zeros(1, dtype=np.int64)]),
    "eight options": lambda: options(district(), [PLANS[k % 2] for k in range(8)]),
}


def test_a_district_of_so_few_that_no_hiding_helps_is_refused():
    with pytest.raises(RezoningError, match="could be worked out whatever else is hidden"):
        make_book(options(district(students=np.full(16, 2.0), groups={"low": np.full(16, 1.0)})))


QUICK = ("nothing but zones", "few everywhere", "nobody at all")


@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in ODD])
def test_odd_districts_are_published_or_say_what_is_missing(name, tmp_path):
    book = make_book(ODD[name]())
    refused = publish_all(book, tmp_path)
    has_polygons = book.district.geometry is not None
    assert all("polygon" in text or "no shapes" in text for text in refused), refused
    assert bool(refused) == (not has_polygons)


@pytest.mark.parametrize("name", ["few everywhere", *(pytest.param(name, marks=pytest.mark.slow) for name in ("plain", "no zones of today"))])
def test_odd_districts_in_spanish(name, tmp_path):
    ours = [
        replace(one, scenario=one.scenario.model_copy(update={"report": one.scenario.report.model_copy(update={"language": "es"})}))
        for one in ODD[name]()
    ]
    publish_all(make_book(ours), tmp_path)


# -- the same numbers everywhere -------------------------------------------------------------------------------------


SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "riverbend-unshaped.yaml"


@pytest.fixture(scope="module")
def riverbend(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agree")
    done = run(SCENARIO, folder / "run", overrides=["solve.method=anneal", "solve.time_limit=1"])
    book = write_report([done.directory], folder / "report").book
    write_workbook(book, folder / "compare.xlsx", language_of(book.settings))
    metrics = json.loads((done.directory / "metrics.json").read_text())
    return folder, book, metrics


def test_thirty_numbers_agree_with_the_runs_own(riverbend):
    """The statement's numbers are those of metrics.json, in all their digits or as rounded as the book says."""
    folder, book, metrics = riverbend
    rows = json.loads((folder / "report" / "statement.json").read_text())["A"]["baselines"]
    compared = 0
    for row in rows:
        for view in ("today", "plan", "nearest"):
            value, said = metrics[view].get(row["measure"]), row[view]
            if isinstance(value, dict) and row["group"] in value:
                value = value[row["group"]]
            if isinstance(value, (int, float)) and isinstance(said, (int, float)):
                coarse = row["group"] in book.vague or (row["measure"] == "theil_h" and book.vague)
                step = 0.1 if row["measure"].startswith("travel") else 0.01 if coarse else 0.001
                assert abs(said - value) <= step / 2 + 1e-9, row
                compared += 1
    assert compared >= 30


def test_page_and_workbook_say_the_same(riverbend):
    folder, book, metrics = riverbend
    page, plan = (folder / "report" / "report.html").read_text(encoding="utf-8"), metrics["plan"]
    language = language_of(book.settings)
    told = [language.count(plan["students_reassigned"]), language.percent(plan["share_reassigned"])]
    told += [language.number(plan["dissimilarity"]["low_income"], 3), language.number(plan["travel_mean"], 1)]
    told.append(language.percent(plan["utilization_max"]))
    told += [language.count(row.students) for row in book.views["A"].schools if row.students != HIDDEN]
    told += [language.percent(row.utilization) for row in book.views["A"].schools if row.utilization != HIDDEN]
    assert [text for text in told if text not in page] == []
    cells = [cell.value for sheet in openpyxl.load_workbook(folder / "compare.xlsx") for row in sheet.iter_rows() for cell in row]
    numbers = np.array([value for value in cells if isinstance(value, (int, float))], dtype=float)
    for value in (plan["students_reassigned"], plan["share_reassigned"], plan["dissimilarity"]["low_income"], plan["utilization_max"]):
        assert np.abs(numbers - value).min() < 5e-4
