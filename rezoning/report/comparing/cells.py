"""Cells of a workbook: numbers as numbers, text as text whatever it begins with; and files that are the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.public.cell import HIDDEN, Cell
from rezoning.report.catalogue.kinds import Kind, Together, together
from rezoning.report.language import Language

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as Written

LONGEST = 32_767  # UTF-16 units that a cell can hold
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
EPOCH = datetime(2000, 1, 1)  # workbooks carry dates; the same run must give the same bytes
DIFFERENT, HEAD = "FFF4CF", "E8ECF2"


@dataclass(frozen=True, eq=False)
class Look:
    """How a cell looks."""

    format: str = "General"
    is_bold: bool = False
    fill: str = ""
    align: str = ""
    is_quoted: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two looks the same."""
        return (self.format, self.is_bold, self.fill, self.align, self.is_quoted)


TEXT = Look()
ID = Look("@")
TITLE = Look(is_bold=True, fill=HEAD, align="wrap")


@dataclass(eq=False)
class Sheet:
    """A sheet that is written row by row, so that large ones need little memory.

    Parameters
    ----------
    book
        A workbook in write-only mode.
    language
        In which, and in whose units, it is written.
    title
        Name of the sheet; never a name from the data.
    widths
        Of the columns, in letters; the last holds for all that follow.
    freeze
        The first cell that scrolls.
    """

    book: Workbook
    language: Language
    title: str
    widths: Sequence[float]
    freeze: str
    num_columns: int
    styles: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from openpyxl.utils import get_column_letter

        self.sheet = self.book.create_sheet(self.title)
        for i in range(self.num_columns):
            self.sheet.column_dimensions[get_column_letter(i + 1)].width = self.widths[min(i, len(self.widths) - 1)]
        self.sheet.freeze_panes = self.freeze
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.page_setup.fitToWidth, self.sheet.page_setup.fitToHeight = 1, 0
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def head(self, *titles: str) -> None:
        """The row of headings."""
        self.row(*(self.text(title, TITLE) for title in titles))

    def row(self, *cells: Written | None) -> None:
        """The next row."""
        self.sheet.append(cells)

    def text(self, value: str | None, look: Look = TEXT) -> Written | None:
        """A text, never a formula or an error, whatever it says; nothing for None."""
        if value is None:
            return None
        said = harmless(value)
        quoted = Look(look.format, look.is_bold, look.fill, look.align, is_quoted=True) if said.startswith(FORMULA) else look
        cell: Written = self._cell(quoted)
        cell.value = said
        cell.data_type = "s"
        return cell

    def number(self, value: Cell, said: Together | Kind, look: Look = TEXT) -> Written | None:
        """A number as a number, HIDDEN as its sign, words of kind ``text``; nothing, yet filled like the others, where it is not known.

        `said` is how it is written with others of its row, or its kind where it stands alone.
        """
        if isinstance(value, str):
            return self.text(value, Look("@" if value == HIDDEN else look.format, look.is_bold, look.fill, "right"))
        own = said if isinstance(said, Together) else together([value], said, self.language)
        cell: Written = self._cell(Look(own.sheet_format, look.is_bold, look.fill))
        if value is not None:
            cell.value = own.sheet_number(value)
        return cell

    def _cell(self, look: Look) -> Any:
        from openpyxl.cell import WriteOnlyCell

        cell: Any = WriteOnlyCell(self.sheet)
        if look.key not in self.styles:
            self.styles[look.key] = self._style(look)
        cell._style = self.styles[look.key]  # setting a style anew for each of a million cells would take minutes
        return cell

    def _style(self, look: Look) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill

        model: Any = WriteOnlyCell(self.sheet)
        model.number_format = look.format
        model.font = Font(bold=look.is_bold)
        if look.fill:
            model.fill = PatternFill("solid", fgColor=look.fill)
        if look.align:
            model.alignment = Alignment(wrap_text=True, vertical="top") if look.align == "wrap" else Alignment(horizontal=look.align)
        model.quotePrefix = int(look.is_quoted)
        return copy(model._style)


def harmless(text: str) -> str:
    """Text without characters that a workbook cannot hold, and no longer than a cell is."""
    kept = NO_XML.sub("", text)
    return kept if len(kept) <= LONGEST // 2 else kept.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")


def save(book: Workbook, path: Path) -> None:
    """Write a workbook so that the same content gives the same bytes: no time of writing in it, nor in the archive around it."""
    book.properties.created = EPOCH
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as kept:
        for entry in made.infolist():
            data = made.read(entry.filename)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + f"{EPOCH:%Y-%m-%dT%H:%M:%SZ}".encode(), data)
            same = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            same.compress_type, same.create_system, same.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            kept.writestr(same, data)
