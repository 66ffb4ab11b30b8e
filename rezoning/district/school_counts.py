"""What each school counts of its own students: columns of the schools file that an estimate is fitted to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rezoning.district.checks import TOLERANCE, quoted
from rezoning.district.counts import MISSING_CODES, NOT_AVAILABLE, SUPPRESSED, numbers, report_no_number
from rezoning.district.district import Floats
from rezoning.district.files.table import column, texts
from rezoning.district.reading import Reading, counted
from rezoning.errors import shown
from rezoning.scenario.section import columns_of

if TYPE_CHECKING:
    from rezoning.district.schools import SchoolTable
    from rezoning.scenario.data import Estimation


@dataclass(frozen=True, eq=False)
class SchoolCounts:
    """Counts of the open schools followed by the closed ones, shape (k,) each; NaN where a school does not know.

    Parameters
    ----------
    ids, names
        The schools.
    students, groups, grades
        All students, those of each group and those of each grade.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    students: Floats
    groups: dict[str, Floats]
    grades: dict[str, Floats]


def read_school_counts(section: Estimation, schools: SchoolTable, partition: tuple[str, ...], reading: Reading) -> SchoolCounts | None:
    """The columns that `data.estimate` names; None where a problem was found."""
    found = len(list(reading.problems))
    students = _counts(section.students, section.place("students"), schools, reading)
    groups = {name: _counts(column_, section.place("groups", name), schools, reading) for name, column_ in section.groups.items()}
    grades = {name: _counts(column_, section.place("grades", name), schools, reading) for name, column_ in section.grades.items()}
    ids = (*schools.ids, *schools.closed_ids)
    counts = SchoolCounts(ids, (*schools.names, *schools.closed_ids), students, groups, grades)
    if len(list(reading.problems)) > found:
        return None
    _check_sums(counts, partition, section, schools, reading)
    return counts if len(list(reading.problems)) == found else None


def _counts(named: str | tuple[str, ...], place: str, schools: SchoolTable, reading: Reading) -> Floats:
    """A column, or the sum of several, in the order of the schools; NaN where a part is not known."""
    is_open = schools.table.frame.index.isin(schools.open_table.frame.index)
    order = np.concatenate([np.flatnonzero(is_open), np.flatnonzero(~is_open)])
    return np.asarray(np.sum([_column(name, place, schools, reading) for name in columns_of(named)], axis=0)[order], dtype=np.float64)


def _column(name: str, place: str, schools: SchoolTable, reading: Reading) -> Floats:
    """One column in the order of the file. A code, a mark or a blank cell says that a count is not known, and is no zero."""
    with reading.gathering():
        values, table = column(schools.table, name, place), schools.table.holding(name)
        read, blank, wrong = numbers(values, thousands=True)
        hidden = np.array([text.lower() in {*NOT_AVAILABLE, "m", "†"} or bool(SUPPRESSED.fullmatch(text)) for text in texts(values)], dtype=bool)
        report_no_number(table, name, wrong & ~hidden, "Write plain numbers.", reading)
        low = ~blank & ~wrong & (read < 0)
        other = low & ~np.isin(read, list(MISSING_CODES))
        if other.any():
            reading.problems.add(table.place(table.rows(other)), f"column '{name}' holds negative counts.", "Correct the counts.")
        return np.where(blank | wrong | low, np.nan, read)
    return np.full(len(schools.table.frame), np.nan)


def _check_sums(counts: SchoolCounts, partition: tuple[str, ...], section: Estimation, schools: SchoolTable, reading: Reading) -> None:
    """No group has more students than its school, and neither have groups that do not overlap, nor grades, together."""
    if not np.nansum(counts.students) > 0:
        reading.problems.add(
            section.place("students"), f"{called(section.students)} of {schools.table.name} has no students.", "Name another column."
        )
    together = [counts.groups[name] for name in partition if name in counts.groups]
    sums = {**counts.groups, "the groups of the partition": np.nansum(together, axis=0) if together else np.zeros(len(counts.ids))}
    sums["the grades"] = np.nansum(list(counts.grades.values()), axis=0) if counts.grades else np.zeros(len(counts.ids))
    for name, number in sums.items():
        with np.errstate(invalid="ignore"):
            over = number > counts.students * (1 + TOLERANCE) + TOLERANCE
        if over.any():
            told = shown(f"{counts.names[s]} {number[s]:,.10g} of {counts.students[s]:,.10g}" for s in np.flatnonzero(over))
            message = f"{counted(int(over.sum()), 'school')} with more students of {name} than students: {told}."
            cure = "Correct the counts of the schools file: they have to be of one year, and of the same students."
            reading.problems.add(section.place(), message, cure)


def unknown_ones(counts: SchoolCounts, values: Floats) -> str:
    """Names of the schools that do not know a count though they know all their students."""
    return shown(quoted([counts.names[s] for s in np.flatnonzero(np.isnan(values) & ~np.isnan(counts.students))]))


def called(named: str | tuple[str, ...]) -> str:
    """How a message calls a column, or several that are added up."""
    return f"column {' + '.join(quoted(columns_of(named)))}"
