"""What every sheet of the workbook is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rezoning.public.book import Book, View
from rezoning.report.catalogue.columns import Side
from rezoning.report.comparing.cells import Sheet
from rezoning.report.estimated import EstimateLabels, labelled
from rezoning.report.language import Language

if TYPE_CHECKING:
    from openpyxl import Workbook


@dataclass(frozen=True, eq=False)
class WorkbookMaker:
    """A workbook, the book that it is of, and the language that it speaks; of one level of schools where there are several."""

    book: Book
    language: Language
    workbook: Workbook
    columns: tuple[Side, ...]
    labels: EstimateLabels
    level: str = ""

    def sheet(self, key: str, widths: Sequence[float], freeze: str, num_columns: int) -> Sheet:
        """A sheet by the key of its name."""
        return self.named_sheet(self.language.text(f"compare.sheet_{key}"), widths, freeze, num_columns)

    def named_sheet(self, title: str, widths: Sequence[float], freeze: str, num_columns: int) -> Sheet:
        """A sheet by its name, with the level's where there are several."""
        return Sheet(self.workbook, self.language, f"{title}, {self.level}" if self.level else title, widths, freeze, num_columns)

    def said(self, key: str, **values: str) -> str:
        """A string of the part ``compare``."""
        return self.language.text(f"compare.{key}", **values)

    @property
    def views(self) -> list[tuple[Side, View]]:
        """Today and the options."""
        return [(column, column.view) for column in self.columns if column.view is not None]

    @property
    def students(self) -> str:
        """The heading of a column of students."""
        return labelled(self.said("students"), self.labels.students_short)

    def title(self, column: Side) -> str:
        """An option's letter and name; today and nearest as they are called."""
        return f"{column.letter}: {column.name}" if column.is_option else column.name

    def short(self, column: Side) -> str:
        """An option's letter; today as it is called."""
        return column.key if column.is_option else column.title
