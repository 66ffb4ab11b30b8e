"""A table of students that nothing is quoted from: messages name rows and columns, and of values only those that many students share."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from rezoning.district.address_lists import is_address_list, refusal
from rezoning.district.checks import quoted
from rezoning.district.detect import Texts
from rezoning.district.files.read import read_source
from rezoning.district.files.table import Table, column, texts
from rezoning.district.reading import Reading, counted
from rezoning.errors import DataError, Problem, shown
from rezoning.scenario.formats import format_of

if TYPE_CHECKING:
    from rezoning.scenario.students import StudentPoints

MANY = 10
"""A value that fewer students have is not quoted: it may be an id or an address."""

VALUE = re.compile(r"[-+]?\d*\.\d+|[-+]?\d{5,}")
"""What is no name of a column: a coordinate, an id, a postal code."""


def read_students(section: StudentPoints, reading: Reading) -> Table:
    """The students that the section's filter keeps.

    Raises
    ------
    DataError
        The file cannot be read, has no names of columns, has addresses and no places, or no student whom the filter keeps.
    """
    table = _read(section)
    if any(VALUE.fullmatch(name) for name in table.columns):
        message = "begins with a row of values where the names of its columns belong."
        raise DataError(Problem(table.name, message, "Write the columns' names into the first row."))
    if is_address_list(table):
        raise DataError(refusal(section.place("path"), table.name))
    reading.took(table)
    return _filtered(section, table, reading)


def _read(section: StudentPoints) -> Table:
    """The table; what a reader quotes of a text file or a workbook is not repeated, for it may be of a student."""
    kind = format_of(section.path)
    if kind is None or not kind.is_text:
        return read_source(section)
    try:
        table = read_source(section)
    except DataError as error:
        raise DataError([Problem(one.place, _unquoted(one.message), one.cure) for one in error.problems]) from None
    return replace(table, notes=tuple(map(_unquoted, table.notes)), warnings=tuple(map(_unquoted, table.warnings)))


def _unquoted(said: str) -> str:
    return re.sub(r"'.*'", "'…'", said)


def _filtered(section: StudentPoints, table: Table, reading: Reading) -> Table:
    if section.filter is None:
        return table
    wanted, name = section.filter.equals.strip(), section.filter.column
    values = texts(column(table, name, section.place("filter", "column")))
    inside = values == wanted
    if not inside.any():
        raise DataError(Problem(section.place("filter", "equals"), f"no student of {table.name} has '{wanted}' in column '{name}'.", common(values)))
    reading.note(f"{table.name}: filter {name} = {wanted} keeps {int(inside.sum()):,} of {counted(len(inside), 'student')}")
    return table.kept(inside)


def common(values: Texts) -> str:
    """A sentence on what a column holds, as far as many students share it."""
    often = [value for value, times in Counter(values.tolist()).most_common() if times >= MANY and value]
    return f"The column holds {shown(quoted(often), 10)}." if often else f"It holds nothing that {MANY} students have in common; name another column."
