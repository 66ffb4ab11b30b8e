"""The workbook of several levels: what is between them, then every level's sheets, called by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.public.cell import Cell
from rezoning.public.levels import LevelsBook
from rezoning.report.charts.parts import view_name
from rezoning.report.comparing.cells import ID, Look, Sheet, save
from rezoning.report.comparing.workbook import new_workbook, put_sheets
from rezoning.report.language import Language
from rezoning.report.levels.feeders import denominator
from rezoning.report.levels.goals import goals_table
from rezoning.report.levels.names import level_title

if TYPE_CHECKING:
    from openpyxl import Workbook

LONGEST = 14
"""Letters of a level's name in the name of a sheet, which has 31 at most."""


def write_workbooks(book: LevelsBook, path: str | Path, language: Language) -> None:
    """Write options of several levels side by side as .xlsx: goals of all levels, feeders, then the sheets of each level."""
    workbook = new_workbook()
    _goals(workbook, book, language)
    _feeders(workbook, book, language)
    for name, called in zip(book.books, sheet_names(book.books), strict=True):
        put_sheets(workbook, book.books[name], language, called)
    save(workbook, Path(path))


def sheet_names(levels: Iterable[str]) -> list[str]:
    """Levels as names of sheets may have them, no two alike."""
    found: list[str] = []
    for name in levels:
        kept = re.sub(r"[^\w -]+", " ", name).strip()[:LONGEST] or "level"
        again = sum(one.casefold() == kept.casefold() for one in found)
        found.append(f"{kept[: LONGEST - 2]} {again + 1}" if again else kept)
    return found


def _goals(workbook: Workbook, book: LevelsBook, language: Language) -> None:
    table = goals_table(book, language)
    if table.rows:
        sheet = Sheet(workbook, language, language.text("levels.sheet_goals"), (24, 60, 14), "C2", len(table.head))
        sheet.head(*table.head)
        for row in table.rows:
            sheet.row(*(sheet.text(text, Look(align="right") if k >= table.wide else Look()) for k, text in enumerate(row)))


def _feeders(workbook: Workbook, book: LevelsBook, language: Language) -> None:
    """A row for each feed of each view; what is counted stands in every row."""
    t = language.text
    sheet = Sheet(workbook, language, t("levels.sheet_feeders"), (24, 18, 26, 18, 26, 12, 12, 20, 60), "B2", 9)
    ends = [f"{t(f'levels.column_{end}')}{said}" for end in ("from", "to") for said in (f": {t('compare.id')}", "")]
    sheet.head(t("levels.column_view"), *ends, *(t(f"levels.column_{key}") for key in ("students", "share", "small", "counted")))
    for table in book.feeds:
        said = f"{level_title(table.asked.lower, language)} → {level_title(table.asked.upper, language)}. {denominator(table, language)}"
        for key, view in table.views.items():
            for feed in view.feeds:
                schools = (table.lower.schools[feed.lower], table.upper.schools[feed.upper])
                names = [cell for school in schools for cell in (sheet.text(school.id, ID), sheet.text(school.name))]
                students: Cell = feed.students if feed.between is None else language.between(feed.between)
                small = None if feed.is_small is None else t("levels.yes" if feed.is_small else "levels.no")
                cells = (sheet.number(students, "count"), sheet.number(feed.share, "percent"), sheet.text(small), sheet.text(said))
                sheet.row(sheet.text(view_name(key, table.lower, language)), *names, *cells)
