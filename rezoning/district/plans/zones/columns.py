"""Which column of a layer of zones holds the schools."""

from __future__ import annotations

import numpy as np

from rezoning.district.checks import quoted
from rezoning.district.detect import SCHOOL_NAME, Texts, by_name
from rezoning.district.district import Ints
from rezoning.district.files.table import Table, texts
from rezoning.district.labels import Labels
from rezoning.district.plans.columns import NEW_SCHOOL, SMALL_NUMBER, numbering, settled_by, timely
from rezoning.district.plans.how import When
from rezoning.errors import DataError, Problem, shown

USUAL = (*NEW_SCHOOL, *SCHOOL_NAME)
"""Names of such columns, the surest first; a KML file's is Name."""


def zone_schools(table: Table, column: str | None, labels: Labels, when: When) -> str:
    """The column that was asked for, else the one that names the most of the district's schools.

    Layers of all of a state's schools hold others, of other levels; so not how many of its texts are schools counts, but how many schools are there.

    Raises
    ------
    DataError
        There is none; or several name as many and do not say the same.
    """
    names = table.columns
    if column is not None:
        named = " ".join(column.split())
        found = named if named in names else by_name(names, (named,))
        if found is None:
            raise DataError(Problem(table.name, f"has no column '{column}'.", f"Columns: {shown(names, 40)}."))
        return found
    held = [texts(table.frame.iloc[:, at]) for at in range(len(names))]
    meant = [np.array([place[cell] for cell in cells]) for cells in held for place in [{cell: labels.find(cell) for cell in set(cells)}]]
    counting = numbering(names, held)
    fitting = [at for at in range(len(names)) if at not in counting and _names_schools(names[at], held[at], meant[at])]
    fitting = timely(names, fitting, when)
    if not fitting:
        return _called_so(table, counting, when)
    most = max(_number(meant[at]) for at in fitting)
    best = [at for at in sorted(fitting, key=lambda at: _order(names[at])) if _number(meant[at]) == most]
    rivals = [at for at in fitting if 2 * _number(meant[at]) > most and _differ(meant[best[0]], meant[at])]
    if rivals:
        told = shown(quoted([names[at] for at in [best[0], *rivals]]), 40)
        message = f"has {1 + len(rivals)} columns that may hold {'the plan' if when == 'new' else 'today'}'s schools: {told}."
        raise DataError(Problem(table.name, message, f"Say which with {settled_by(when)} {names[rivals[-1]]}."))
    return names[best[0]]


def _names_schools(name: str, held: Texts, meant: Ints) -> bool:
    """Whether a column names some school; small numbers are counts as well, and need a name."""
    schools = held[meant >= 0]
    return bool(len(schools)) and (_order(name) < len(USUAL) or not all(SMALL_NUMBER.fullmatch(text) for text in schools))


def _called_so(table: Table, counting: list[int], when: When) -> str:
    """Where no column names a school of the district: the one that is called so, whose texts are refused then; or the only one."""
    named = by_name(table.columns, USUAL)
    others = [name for at, name in enumerate(table.columns) if at not in counting]
    if named is None and len(others) != 1:
        said = f"none of its columns is known to hold schools: {shown(table.columns, 40)}" if table.columns else "has shapes and no columns"
        raise DataError(Problem(table.name, f"{said}.", f"Name the column of schools with {settled_by(when)}."))
    return named or others[0]


def _number(meant: Ints) -> int:
    return len(np.unique(meant[meant >= 0]))


def _differ(one: Ints, other: Ints) -> bool:
    """Whether two columns name different schools in some row."""
    return bool(((one >= 0) & (other >= 0) & (one != other)).any())


def _order(name: str) -> int:
    return next((place for place, known in enumerate(USUAL) if known.lower() == name.lower()), len(USUAL))
