"""The workbook, read back by openpyxl."""

from __future__ import annotations

import re
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import comparing_drawn as drawn
import openpyxl
import pytest

from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN
from rezoning.report.comparing import changed_units, write_workbook
from rezoning.report.comparing.cells import LONGEST
from rezoning.report.language import Language

ENGLISH = Language("en")
SHEETS = ["Summary", "Schools", "Flows", "Changes", "Units", "About"]
ODD = [
    '<script>alert("x")</script>', "=cmd()|' /C calc'!A0", "@SUM(1)", "+1", "-1", "\tTab", "long " * 800,
    "مدرسة النور", "Ñandú Élan", "bell\x07", "#N/A", "012",
]  # fmt: skip


def written(made: Book, path: Path, language: Language = ENGLISH) -> Any:
    write_workbook(made, path, language)
    return openpyxl.load_workbook(path)


def table(sheet: Any, head: int = 1) -> list[dict[str, Any]]:
    rows = list(sheet.iter_rows(values_only=True))
    return [dict(zip(rows[head - 1], row, strict=True)) for row in rows[head:]]


def test_sheets_begin_with_headings_that_stay(tmp_path: Path) -> None:
    found = written(drawn.book(), tmp_path / "compare.xlsx")
    assert found.sheetnames == SHEETS
    assert [sheet.freeze_panes for sheet in found] == ["D3", "C2", "A2", "C2", "B2", "A2"]
    assert all(sheet.column_dimensions["A"].width > 10 for sheet in found)
    assert found["Summary"]["A1"].value == "Illustrative, not a district proposal."


def test_units_hold_the_plans(tmp_path: Path) -> None:
    made = drawn.book()
    sheet = written(made, tmp_path / "compare.xlsx")["Units"]
    rows = table(sheet)
    district = made.district
    assert [row["Unit"] for row in rows] == list(district.unit_ids)
    for letter, plan in zip("AB", drawn.PLANS, strict=True):
        assert [row[f"school ID, {letter}"] for row in rows] == [district.school_ids[s] for s in plan]
    assert [row["school ID, Today"] for row in rows] == ["A", "A", "B", "A", "B", "B"]
    assert {(cell.data_type, cell.number_format) for row in sheet.iter_rows(min_row=2) for cell in row} == {("s", "@")}


def test_measures_are_numbers_with_formats_fills_and_bold(tmp_path: Path) -> None:
    sheet = written(drawn.book(), tmp_path / "compare.xlsx")["Summary"]
    heads = [cell.value for cell in sheet[2]]
    assert heads[:6] == ["Section", "Measure", "Unit of measure", "Today", "A: plan A", "B: plan B"]
    row = next(row for row in sheet.iter_rows(min_row=3) if row[1].value == "Share of students who change schools")
    today, a, b = row[3:6]
    assert (today.value, a.value, b.value) == (0, 0.3, 0.2)
    assert (a.data_type, a.number_format) == ("n", "0.0%")
    assert (a.font.bold, b.font.bold) == (False, True)
    assert a.fill.fgColor.rgb == b.fill.fgColor.rgb == "00FFF4CF"
    assert today.fill.fill_type is None
    assert row[heads.index("Best")].value == "B"
    same = next(row for row in sheet.iter_rows(min_row=3) if row[1].value == "Units that change schools")
    assert same[4].fill.fill_type is None
    assert same[heads.index("Options differ")].value == "no"


def test_schools_flows_and_changes(tmp_path: Path) -> None:
    made = drawn.book()
    found = written(made, tmp_path / "compare.xlsx")
    schools = table(found["Schools"])
    columns = ("school ID", "Students, Today", "Students, A", "Students, B")
    assert [tuple(row[column] for column in columns) for row in schools] == [("A", 40, 70, 60), ("B", 60, 30, 40)]
    assert schools[0]["Utilization, A"] == 1.75
    assert schools[0]["Share: low, B"] == 0.5
    flows = table(found["Flows"])
    assert [list(row.values()) for row in flows] == [
        ["A: plan A", "B", "School B", "A", "School A", 30, 1],
        ["B: plan B", "B", "School B", "A", "School A", 20, 1],
    ]
    changes = table(found["Changes"])
    assert [list(row.values()) for row in changes] == [list(row.values()) for row in changed_units(made)]


def test_about_says_where_it_comes_from(tmp_path: Path) -> None:
    asked = drawn.scenario({"min_cell": 7, "year": "2030", "official": True})
    place = drawn.district()
    proof = {"bound": 0.1, "gap": 2.0}
    options = [drawn.option("A", drawn.PLANS[0], place, asked, proof=proof, status="feasible", solver="scip", seed=7)]
    options[0].record["inputs"].append({"path": "/home/me/units.csv", "sha256": "ab" * 32})
    made = replace(drawn.make_book(options), is_hidden=True)
    rows = {row[0]: row[1:] for row in written(made, tmp_path / "compare.xlsx")["About"].iter_rows(values_only=True)}
    assert rows["Drawn"][0] == "Proposed by the district."
    assert rows["School year"][0] == "2030"
    assert rows["units.csv"][0] == "ab" * 32
    assert (rows["Solver"][0], rows["Seed"][0]) == ("scip", "7")
    assert rows["Rules"][0] == "This plan breaks a rule of the scenario “Drawn”: Capacity: School A."
    assert rows["Students who change schools"][:4] == ("A", 0.3, 0.1, 2)
    assert rows["Low"][0]
    assert rows["python"][0]
    assert "fewer than 7 students" in rows["Privacy"][0]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_stay_text(name: str, tmp_path: Path) -> None:
    place = drawn.district(school_names=(name, "B"), school_ids=(name, "B"), unit_ids=(name, *(f"{name}{i}" for i in range(5))))
    made = drawn.make_book([drawn.option("A", drawn.PLANS[0], place, name=name), drawn.option("B", drawn.PLANS[1], place, name="b")])
    found = written(made, tmp_path / "compare.xlsx")
    kept = name.replace("\x07", "")
    cells = [cell for sheet in found for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    named = [cell for cell in cells if cell.value == kept]
    assert len(named) >= 10
    assert {cell.data_type for cell in named} == {"s"}
    assert table(found["Units"])[0]["school ID, A"] == kept
    with zipfile.ZipFile(tmp_path / "compare.xlsx") as archive:
        assert not any(re.search(rb"<f[ >]", archive.read(one)) for one in archive.namelist() if one.startswith("xl/worksheets"))
    assert {cell.quotePrefix for cell in named} == {kept.startswith(("=", "@", "+", "-", "\t"))}


def test_texts_end_where_cells_do(tmp_path: Path) -> None:
    place = drawn.district(school_names=("\N{GRINNING FACE}" * 40_000, "B"))
    value = written(drawn.book(place), tmp_path / "compare.xlsx")["Schools"]["B2"].value
    assert value == "\N{GRINNING FACE}" * (LONGEST // 2)


def test_hidden_numbers_stay_hidden(tmp_path: Path) -> None:
    made = drawn.hiding(drawn.book(), "A", 1, students=HIDDEN, utilization=HIDDEN, shares={"low": HIDDEN})
    change = made.changes["A"]
    changed = replace(change, unit_students=(HIDDEN,), flows=(replace(change.flows[0], students=HIDDEN),))
    view = replace(made.views["A"], measures={**made.views["A"].measures, "share_reassigned": HIDDEN})
    made = replace(made, changes={**made.changes, "A": changed}, views={**made.views, "A": view})
    found = written(made, tmp_path / "compare.xlsx")
    row = table(found["Schools"])[1]
    assert [row[f"{key}, A"] for key in ("Students", "Utilization", "Share: low")] == [HIDDEN] * 3
    assert table(found["Flows"])[0]["Students"] == HIDDEN
    assert "Students" not in table(found["Changes"])[0]
    summary = {row["Measure"]: row for row in table(found["Summary"], 2)}
    assert summary["Share of students who change schools"]["A: plan A"] == HIDDEN


def test_the_same_book_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = drawn.book()
    write_workbook(made, tmp_path / "one.xlsx", ENGLISH)
    later = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: later)
    write_workbook(made, tmp_path / "two.xlsx", ENGLISH)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "one.xlsx").properties.modified.year == 2000


@pytest.mark.parametrize("count", [1, 3, 8])
def test_any_number_of_options(count: int, tmp_path: Path) -> None:
    plans = [drawn.PLANS[i % 2] for i in range(count)]
    found = written(drawn.book(plans=plans), tmp_path / "compare.xlsx")
    assert found["Units"].max_column == 2 + count


def test_spanish_without_today_groups_and_travel(tmp_path: Path) -> None:
    asked = drawn.scenario(goals=[{"minimize": "cut_edges"}])
    found = written(drawn.book(drawn.district(current=None, groups={}, travel=None), asked), tmp_path / "compare.xlsx", Language("es"))
    assert found.sheetnames == ["Resumen", "Escuelas", "Flujos", "Cambios", "Unidades", "Acerca de"]
    assert found["Flujos"].max_row == 1
    assert found["Cambios"].max_row == 3
