"""Workbooks as people keep them: found, said in a note, or refused with the row of the sheet."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from small_files import SmallFiles
from written_formats import workbook

from rezoning.district.files.read import read_any, read_table
from rezoning.errors import DataError

UNITS = [["id", "students", "poor", "zone"], ["a", 10, 4, "S"], ["b", 10, 2, "S"], ["c", 20, 5, "N"], ["d", 0, 0, "N"]]
SCHOOLS = [["school_id", "name", "capacity", "block"], ["S", "South", 25, "a"], ["N", "North", 25, "d"]]


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


@pytest.fixture
def book(tmp_path):
    """Read a workbook of these sheets."""

    def read(sheets, change=lambda written: None, sheet=None):
        if isinstance(sheets, list):
            sheets = {"Sheet1": sheets}
        return read_table(workbook(tmp_path / "t.xlsx", sheets, change), sheet=sheet)

    return read


def refused(book, *args, **keys):
    with pytest.raises(DataError) as error:
        book(*args, **keys)
    return str(error.value)


# -- sheets ----------------------------------------------------------------------------------------------------------


def test_units_and_schools_are_sheets_of_one_workbook(files):
    path = workbook(files.folder / "district.xlsx", {"Units": UNITS, "Schools": SCHOOLS, "Empty": []})
    district = files.say("units", path=path, sheet="Units").say("schools", path=path, sheet="schools").load()
    assert district.students.tolist() == [10, 10, 20, 0]
    assert district.capacity.tolist() == [25, 25]
    assert [file.path for file in district.inputs].count(str(path)) == 1


def test_several_sheets_are_asked_about(book):
    both = {"Units": UNITS, "Schools": SCHOOLS}
    assert refused(book, both) == "t.xlsx: t.xlsx has 2 sheets. Say which with sheet: Units, Schools."
    assert refused(book, both, sheet="School") == "t.xlsx: t.xlsx has no sheet 'School'. Did you mean 'Schools'? Sheets: Units, Schools."


def test_the_only_sheet_that_holds_anything_is_meant(book):
    assert len(book({"Sheet1": [], "Data": UNITS, "Sheet3": []}).frame) == 4


def test_a_hidden_sheet_is_passed_over_and_told(book):
    def hide(written):
        written["Old"].sheet_state = "hidden"

    table = book({"Old": SCHOOLS, "New": UNITS}, hide)
    assert table.columns == UNITS[0]
    assert table.notes == ("t.xlsx: read from sheet 'New'; hidden, and passed over: Old",)
    assert book({"Old": SCHOOLS, "New": UNITS}, hide, sheet="Old").notes == ("t.xlsx: sheet 'Old' is hidden",)
    assert "A sheet is hidden: Old; name it with the key sheet" in refused(book, {"New": [], "Old": UNITS}, hide)


# -- above the records -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "titles",
    [
        [["Springfield Public Schools"], []],
        [["Springfield Public Schools", None, None, "Printed 2024"], ["Enrollment by planning unit"], []],
        [["District:", "Springfield"], ["Year:", 2024], []],
        [[], ["Enrollment"], ["as of October"]],
    ],
    ids=["one", "two", "keys", "blank first"],
)
def test_titles_are_left_out_and_rows_are_those_of_the_sheet(book, titles):
    table = book([*titles, *UNITS])
    assert table.columns == UNITS[0]
    assert table.frame.index.tolist() == [len(titles) + row for row in (2, 3, 4, 5)]
    assert f"the columns are named in row {len(titles) + 1}" in table.notes[0]


def test_a_title_over_all_columns_names_no_group(book):
    assert book([["Enrollment 2024"], *UNITS], lambda written: written["Sheet1"].merge_cells("A1:D1")).columns == UNITS[0]


@pytest.mark.parametrize("merged", [True, False])
def test_names_in_two_rows(book, merged):
    rows = [["School", "Capacity", None, "Notes"], [None, 2024, 2025, None], ["S", 10, 12, "x"], ["N", 20, 22, None]]

    def merge(written):
        if merged:
            for cells in ("A1:A2", "B1:C1", "D1:D2"):
                written["Sheet1"].merge_cells(cells)

    table = book([["Seats"], [], *rows], lambda written: None) if not merged else book(rows, merge)
    assert table.columns == ["School", "Capacity 2024", "Capacity 2025", "Notes"]
    assert table.find("2025").tolist() == ["12", "22"]
    assert "names of columns from rows" in table.notes[-1]


def test_names_of_a_second_row_below_few_columns(book):
    """Most columns have their names above, and records are fuller than either row."""
    rows = [["Enrollment", None, None, None, "2024-10-01"], [], ["PU", "K", "Grades", None, "FRL"], [None, None, 1, 2, None]]
    table = book([*rows, [0, 5, 6, 7, 4], [1, 6, 6, 7, 6], [2, 5, 6, "1,007", 8], ["Total", 16, 18, 1021, 18]])
    assert table.columns == ["PU", "K", "Grades 1", "Grades 2", "FRL"]
    assert table.frame["PU"].tolist() == ["0", "1", "2"]


def test_a_column_without_a_name_beside_numbers(book):
    assert book([["Remarks"], ["id", "students", None], ["a", 10, "x"], ["b", 12, "y"]]).columns == ["id", "students", "column 3"]


@pytest.mark.parametrize("merged", [True, False])
def test_two_groups_of_the_same_names(book, merged):
    rows = [[None, "Capacity", None, "Enrollment", None], ["School", 2024, 2025, 2024, 2025], ["S", 10, 12, 9, 9], ["N", 20, 22, 19, 18]]

    def merge(written):
        if merged:
            for cells in ("B1:C1", "D1:E1"):
                written["Sheet1"].merge_cells(cells)

    table = book(rows, merge)
    assert table.columns == ["School", "Capacity 2024", "Capacity 2025", "Enrollment 2024", "Enrollment 2025"]
    assert table.find("2025") is None  # two columns are called so


def test_a_name_over_two_columns_of_a_header_of_one_row(book):
    rows = [["School", "Seats", "Notes", None], ["S", 10, "old", "x"], ["N", 20, None, None]]
    assert book(rows, lambda written: written["Sheet1"].merge_cells("C1:D1")).frame["School"].tolist() == ["S", "N"]


def test_one_group_over_some_columns(book):
    rows = [["Seats of all schools"], [None, "Capacity", None], ["School", 2024, 2025], ["S", 10, 12], ["N", 20, 22]]
    assert book(rows, lambda written: written["Sheet1"].merge_cells("B2:C2")).columns == ["School", "Capacity 2024", "Capacity 2025"]


def test_names_in_three_rows(book):
    rows = [
        [None, "Seats", None, None], [None, "Permanent", None, "Portable"], ["School", 2024, 2025, 2025], ["S", 10, 12, 1], ["N", 20, 22, 2],
    ]  # fmt: skip

    def merge(written):
        for cells in ("B1:D1", "B2:C2"):
            written["Sheet1"].merge_cells(cells)

    assert book(rows, merge).columns == ["School", "Seats Permanent 2024", "Seats Permanent 2025", "Seats Portable 2025"]


def test_a_table_that_begins_in_another_column(book):
    table = book([[], [None, None, "Seats"], [None, None, "School", "n"], [None, None, "S", 10], [None, None, "N", 20], [None, None, "Total", 30]])
    assert table.columns == ["School", "n"]
    assert table.frame["n"].tolist() == ["10", "20"]


def test_a_matrix_of_numbers_under_numbers(book):
    assert book([[None, 1001, 1002], ["a", 2.5, 8], ["b", 3, 6]]).columns == ["column 1", "1001", "1002"]
    assert book([["unit", 1001, 1002], [1, 2.5, 8], [2, 3, 6]]).columns == ["unit", "1001", "1002"]


def test_grades_as_numbers_are_names(book):
    table = book([["Enrollment"], [], ["PU", "K", 1, 2], ["a", 3, 4, 5], ["b", 6, 7, 8]])
    assert table.columns == ["PU", "K", "1", "2"]


def test_a_first_column_without_a_name(book):
    assert book([[None, "id", "students"], [0, "a", 3], [1, "b", 4]]).columns == ["column 1", "id", "students"]


def test_a_column_named_twice(book):
    assert refused(book, [["Title"], ["id", "n", "n"], ["a", 1, 2]]) == "t.xlsx, row 2: names a column twice: 'n'. Rename or delete one of them."


# -- among and below the records -------------------------------------------------------------------------------------


def test_blank_rows_and_repeated_headers(book):
    table = book([*UNITS[:3], [], UNITS[0], *UNITS[3:]])
    assert table.frame["id"].tolist() == ["a", "b", "c", "d"]
    assert table.frame.index.tolist() == [2, 3, 6, 7]
    assert table.notes == ("t.xlsx: row 5 repeats the header, and is left out",)


@pytest.mark.parametrize("name", ["Total", "GRAND TOTAL", "Totals:", "District total", "Total students"])
def test_a_total_at_the_end_is_left_out_and_told(book, name):
    table = book([*UNITS, [name, 40, 11, None]])
    assert table.frame["id"].tolist() == ["a", "b", "c", "d"]
    assert table.notes == (f"t.xlsx: row 6 ('{name}') sums up rows above, and is left out",)


def test_an_average_at_the_end_is_left_out_too(book):
    table = book([*UNITS, ["Total", 40, 11, None], ["Average", 10, 2.75, None]])
    assert table.notes == ("t.xlsx: rows 6, 7 ('Total', 'Average') sum up rows above, and are left out",)
    assert "called 'Average', and not that of the rows above" in refused(book, [*UNITS, ["Average", 11, 3.5, None]])


def test_a_total_beside_averages(book):
    table = book([["id", "students", "share"], ["a", 10, 0.4], ["b", 30, 0.2], [], ["Total", "40", 0.25]])
    assert len(table.frame) == 2


def test_a_total_that_adds_up_something_else_is_refused(book):
    said = refused(book, [*UNITS, ["Total", 41, 12, None]])
    assert said == "t.xlsx, row 6: called 'Total', and not that of the rows above: what sums them up is no record. Delete the row, or correct it."


def test_totals_of_groups_are_left_out_and_told(book):
    table = book([*UNITS[:3], ["Elementary Subtotal", 20, 6, None], *UNITS[3:], ["Subtotal", 20, 5, None], ["Total", 40, 11, None]])
    assert table.frame["id"].tolist() == ["a", "b", "c", "d"]
    assert table.notes == ("t.xlsx: rows 4, 7, 8 ('Elementary Subtotal', 'Subtotal', 'Total') sum up rows above, and are left out",)


def test_totals_that_add_up_nothing_are_refused(book):
    said = refused(book, [*UNITS[:3], ["Subtotal", 21, 6.5, None], *UNITS[3:], ["Total", 41, 17, None]])
    assert said.startswith("t.xlsx, rows 4, 7: called 'Subtotal', 'Total', and not that of the rows above: what sums them up is no record.")


def test_remarks_below_the_table_are_left_out_and_told(book):
    table = book([*UNITS, [], ["* Enrollment of October 1, without charter schools"], ["Source: student information system"]])
    assert len(table.frame) == 4
    assert table.notes[0].startswith("t.xlsx: rows 7, 8 below the table left out: '* Enrollment of October 1,")


def test_a_unit_with_nothing_but_an_id_is_no_remark(book):
    assert book([*UNITS, ["e"]]).frame["id"].tolist() == ["a", "b", "c", "d", "e"]


def test_hidden_rows_are_read_and_told(book):
    def hide(written):
        written["Sheet1"].row_dimensions[3].hidden = True

    table = book(UNITS, hide)
    assert len(table.frame) == 4
    assert table.warnings == ("t.xlsx: row 3 is hidden in the sheet, and read like the others; delete what does not belong to the table",)


# -- cells -----------------------------------------------------------------------------------------------------------


def test_zeros_that_only_the_format_shows(book):
    def shown(written):
        for row in (2, 3):
            written["Sheet1"].cell(row, 1).number_format = "000000"

    assert book([["id", "n"], [42, 1], [100042, 2]], shown).frame["id"].tolist() == ["000042", "100042"]


def test_numbers_dates_and_switches_as_they_are_shown(book):
    rows = [["id", "n", "day", "on"], [510590040011000, 12.5, date(2024, 9, 1), True], ["0012", 3.0, datetime(2024, 9, 2, 8, 30), False]]
    assert book(rows).frame.to_numpy().tolist() == [
        ["510590040011000", "12.5", "2024-09-01", "TRUE"], ["0012", "3", "2024-09-02 08:30:00", "FALSE"],
    ]  # fmt: skip


def test_ids_beyond_fifteen_digits_are_told_to_be_lost(files):
    rows = [[*UNITS[0]], *([float(f"51059004001100{k}00"), *row[1:]] for k, row in enumerate(UNITS[1:]))]
    said = files.say("units", path=workbook(files.folder / "u.xlsx", {"Sheet1": rows})).problems()
    assert "was shortened by a spreadsheet, and its digits are lost." in said[0]
    assert said[0].startswith("u.xlsx, rows 2, 3, 4, 5: unit id '5.10590040011000E+16'")


def test_a_plan_without_a_header(tmp_path):
    path = workbook(tmp_path / "plan.xlsx", {"Sheet1": [["Option B"], [], ["a", "S"], ["b", "N"]]})
    table = read_any(path, lambda cells: cells[0] != "a")
    assert table.frame.to_numpy().tolist() == [["a", "S"], ["b", "N"]]
    assert table.frame.index.tolist() == [3, 4]


def test_dates_among_ids_are_doubted(book):
    table = book([["id", "n"], ["12-A", 1], [date(2024, 1, 2), 2]])
    assert table.warnings == (
        "t.xlsx: row 3: column 'id' holds dates among other values ('2024-01-02'); a spreadsheet may have made them from ids like 1-2",
    )


def test_thousands_as_text(files):
    rows = [[*UNITS[0]], ["a", "1,250", 4, "S"], ["b", 10, 2, "S"], ["c", "2,000", 5, "N"], ["d", 0, 0, "N"]]
    district = files.say("units", path=workbook(files.folder / "u.xlsx", {"Sheet1": rows})).load()
    assert district.students.tolist() == [1250, 10, 2000, 0]
    assert "u.xlsx: commas in column 'students' part thousands: '1,250', '2,000'" in district.notes
    rows[2][1] = "10,5"
    said = files.say("units", path=workbook(files.folder / "u.xlsx", {"Sheet1": rows})).problems()
    assert said == ["u.xlsx, rows 2, 3, 4: column 'students' holds '1,250', '10,5', '2,000', not a number. Write plain numbers."]


def test_faults_in_cells_tell_the_row_of_the_sheet(files):
    rows = [["Enrollment"], [], *UNITS]
    rows[4] = ["b", "#N/A", 2, "S"]
    [said] = files.say("units", path=workbook(files.folder / "u.xlsx", {"Sheet1": rows})).problems()
    assert said.startswith("u.xlsx, row 5: column 'students' holds '#N/A', not a number.")


def test_formulas_have_the_values_that_were_kept(book, tmp_path):
    """A spreadsheet keeps what a formula gave; here it is written into the file by hand."""
    import zipfile

    path = workbook(tmp_path / "f.xlsx", {"Sheet1": [["id", "n"], ["a", "=1+2"], ["b", 4]]})
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "g.xlsx", "w") as packed:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith("sheet1.xml"):
                assert b"<f>1+2</f><v" in content
                content = content.replace(b"<f>1+2</f><v></v>", b"<f>1+2</f><v>3</v>").replace(b"<f>1+2</f><v />", b"<f>1+2</f><v>3</v>")
            packed.writestr(name, content)
    assert read_table(tmp_path / "g.xlsx").frame["n"].tolist() == ["3", "4"]


def test_a_formula_without_a_value_is_refused_with_its_cell(book):
    said = refused(book, [["Title"], [], ["id", "n"], ["a", "=SUM(1,2)"], ["b", 4]])
    assert said == (
        "t.xlsx: a formula has no value: B4. Open it in a spreadsheet and save it, so that formulas are worked out, or paste their values."
    )
    assert book([["id", "n"], ["a", 3], ["b", 4], [], ["* sum of all pupils", None], [None, None, None, "=1+1"]][:5]).frame["n"].tolist() == [
        "3",
        "4",
    ]


def test_colors_far_below_the_table_are_no_rows(book):
    def color(written):
        from openpyxl.styles import PatternFill

        written["Sheet1"].cell(20_000, 30).fill = PatternFill("solid", "FFFF00")

    assert book(UNITS, color).frame.shape == (4, 4)


def test_an_empty_workbook(book):
    assert refused(book, []) == "t.xlsx: t.xlsx has no sheet that holds anything. Export it again, or name another file."
    assert refused(book, [["id", "n"]]) == "t.xlsx: has no rows. Export it again, or name another file."
