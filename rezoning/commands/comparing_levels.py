"""Plans of several levels beside each other in public: page, workbook and changed units of every level in one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rezoning.commands.publishing_levels import LEVEL, read_levels
from rezoning.runs.files import put
from rezoning.runs.option import Option


def put_levels(directory: Path, options: Sequence[Option]) -> None:
    """Page, workbook and changed units of all levels, with what may be shown.

    Raises
    ------
    DataError
        Where small numbers could be worked out whatever is hidden.
    """
    from rezoning.report.comparing import changed_units, comparison_page, write_workbooks
    from rezoning.report.levels.page import joined_page
    from rezoning.runs.tables import public_csv

    book, language = read_levels(options)
    pages = {name: comparison_page(one, language) for name, one in book.books.items()}
    put(directory / "compare.html", joined_page(book, pages, language, ""))
    write_workbooks(book, directory / "compare.xlsx", language)
    put(directory / "changes.csv", public_csv([{LEVEL: name, **row} for name, one in book.books.items() for row in changed_units(one)]))
