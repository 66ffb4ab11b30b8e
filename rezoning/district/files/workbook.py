"""Sheets of workbooks as tables: cells as they are shown, the header found below titles, rows under the sheet's own numbers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.district.files.choosing import chosen
from rezoning.district.files.grid import Grid, listed, table_of
from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

ZEROS = re.compile(r"0+")
"""A format that shows zeros in front which the number itself has lost."""

DIGITS = 1e15
"""From here on spreadsheets keep no more than fifteen digits of a number."""

FORMULA = re.compile(rb"<f[ />]")


def read_workbook(path: Path, sheet: str | None, place: str, is_header: Callable[[Sequence[str]], bool]) -> Table:
    """A sheet of a workbook, every cell as text.

    Parameters
    ----------
    sheet
        Its name; the only visible one that holds anything when left out.
    place
        The scenario's key that named the file, for messages.
    is_header
        Whether the cells of the first full row name columns.

    Raises
    ------
    DataError
        There is no such sheet, or several that could be meant; or a formula has no value.
    """
    import openpyxl

    with path.open("rb") as stream:
        if not zipfile.is_zipfile(stream):
            cure = "Open it in a spreadsheet, without a password, and save it as an Excel workbook (.xlsx)."
            raise DataError(Problem(path.name, "is no Excel workbook: it is of an older kind, or protected by a password.", cure))
        held = openpyxl.load_workbook(stream, data_only=True)
    sheets = {str(one.title): one for one in held.worksheets}
    seen = {name: one.sheet_state == "visible" for name, one in sheets.items()}
    full = {name: _holds(one) for name, one in sheets.items()}
    hidden = [name for name in sheets if full[name] and not seen[name]]
    also = f" A sheet is hidden: {shown(hidden)}; name it with the key sheet if it is the one." if hidden else ""
    name = chosen("sheet", sheet, full if sheet is not None else {one: full[one] and seen[one] for one in sheets}, path.name, place, also)
    notes = [f"{path.name}: sheet '{name}' is hidden"] if not seen[name] else []
    if sheet is None and sum(full.values()) > 1:
        notes.append(f"{path.name}: read from sheet '{name}'; hidden, and passed over: {shown(hidden)}")
    table = table_of(path, _grid(sheets[name], _unknown(path, sheets[name])), is_header)
    hidden_rows = [row - 1 for row in table.frame.index if row in sheets[name].row_dimensions and sheets[name].row_dimensions[row].hidden]
    warnings = table.warnings
    if hidden_rows:
        said = f"{path.name}: {listed(hidden_rows)} {'is' if len(hidden_rows) == 1 else 'are'} hidden in the sheet, and read like the others"
        warnings = (*warnings, f"{said}; delete what does not belong to the table")
    return replace(table, notes=(*notes, *table.notes), warnings=warnings)


def sheet_names(path: Path) -> list[str]:
    """Names of the visible sheets that hold anything, in the workbook's order."""
    import openpyxl

    held = openpyxl.load_workbook(path, data_only=True)
    return [str(one.title) for one in held.worksheets if one.sheet_state == "visible" and _holds(one)]


def _holds(sheet: Worksheet) -> bool:
    return next(_filled(sheet), None) is not None


def _filled(sheet: Worksheet) -> Iterator[tuple[int, int]]:
    """Rows and columns, counted from 1, of cells that hold something; to walk over the whole sheet would make every cell of it."""
    return (at for at, cell in sheet._cells.items() if cell.value is not None)


# -- cells -----------------------------------------------------------------------------------------------------------


def _grid(sheet: Worksheet, unknown: Mapping[tuple[int, int], str]) -> Grid:
    """All cells as texts up to the last one that holds anything; many sheets have thousands of cells with nothing but a color."""
    far = [*_filled(sheet), *((r + 1, c + 1) for r, c in unknown)]
    last, wide = max(r for r, _ in far), max(c for _, c in far)
    rows, dates = list[list[str]](), set[tuple[int, int]]()
    for r, cells in enumerate(sheet.iter_rows(min_row=1, max_row=last, min_col=1, max_col=wide)):
        rows.append([_text(cell) for cell in cells])
        dates.update((r, c) for c, cell in enumerate(cells) if isinstance(cell.value, date))
    merged = tuple((one.min_row - 1, one.min_col - 1, one.max_row - 1, min(one.max_col, wide) - 1) for one in sheet.merged_cells.ranges)
    return Grid(rows, merged, frozenset(dates), unknown)


def _text(cell: Cell | MergedCell) -> str:
    """A cell as a reader sees it: whole numbers without a point, zeros in front where its format shows them, dates as year-month-day."""
    value: Any = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number(value, (cell.number_format or "").partition(";")[0])
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    return value.isoformat() if isinstance(value, (date, time)) else str(value).strip()


def _number(value: int | float, form: str) -> str:
    if isinstance(value, float) and (abs(value) >= DIGITS or not value.is_integer()):
        return f"{value:.14E}" if abs(value) >= DIGITS else repr(value)  # as it was saved where its last digits are lost
    return str(int(value)).zfill(len(form)) if value >= 0 and ZEROS.fullmatch(form) else str(int(value))


# -- formulas --------------------------------------------------------------------------------------------------------


def _unknown(path: Path, sheet: Worksheet) -> dict[tuple[int, int], str]:
    """Formulas without a value: a program that writes them does not always work them out; such a cell looks empty, and is not."""
    import openpyxl

    with zipfile.ZipFile(path) as packed:
        if not any(FORMULA.search(packed.read(one)) for one in packed.namelist() if one.startswith("xl/worksheets/")):
            return {}
    with path.open("rb") as stream:
        written = openpyxl.load_workbook(stream, data_only=False)[sheet.title]
    formulas = ((r, c, cell.coordinate) for r, cells in enumerate(written.iter_rows()) for c, cell in enumerate(cells) if cell.data_type == "f")
    return {(r, c): name for r, c, name in formulas if _is_unknown(sheet.cell(r + 1, c + 1))}


def _is_unknown(cell: Cell | MergedCell) -> bool:
    """A formula that gives an empty text is known to be one."""
    return cell.value is None and cell.data_type == "n"
