"""Checks of the data, each naming rows, values and the cure; nothing here looks at rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rezoning.district.detect import BLOCK, Texts, share_matching, words_of
from rezoning.district.district import Floats, Ints
from rezoning.district.files.table import Table
from rezoning.district.reading import Reading, counted
from rezoning.errors import shown
from rezoning.scenario.section import columns_of

TOLERANCE = 1e-6
JOIN_RATE = 0.95
DOZENS = 12
SHARE_WORDS = frozenset({"share", "shares", "pct", "percent", "perc", "percentage", "rate", "prop", "proportion", "ratio", "pctg"})
PEOPLE = re.compile(
    r"pop(20|10|100|ulation)?|tot_?pop(20|10)?|total_?pop(ulation)?(_?\d+)?|p1_001n|p0010001|u7b001|p12_001n|b01001_001e", re.IGNORECASE
)
"""Columns of the census that count everybody."""


Mask = NDArray[np.bool_]


def quoted(values: Sequence[Any] | NDArray[Any]) -> list[str]:
    """Values as they stand in the file, in quotes."""
    return [f"'{value}'" for value in values]


# -- ids -------------------------------------------------------------------------------------------------------------


def check_ids(ids: Texts, table: Table, what: str, reading: Reading) -> None:
    """Every record has an id, and no two have the same."""
    blank = ids == ""
    if blank.any():
        reading.problems.add(
            table.place(table.rows(blank)), f"{counted(int(blank.sum()), what)} without an id.", "Fill in the ids or delete the rows."
        )
    repeated = pd.Series(ids).duplicated(keep=False).to_numpy() & ~blank
    if repeated.any():
        names = list(dict.fromkeys(ids[repeated]))
        appear = "appears" if len(names) == 1 else "appear"
        message = f"{what} {shown(quoted(names))} {appear} more than once."
        reading.problems.add(table.place(table.rows(repeated)), message, f"Keep one row per {what}.")


def check_one_state(ids: Texts, table: Table, reading: Reading) -> None:
    """Census blocks of one district lie in one state: their first two digits agree."""
    if share_matching(ids, BLOCK) < 1 or any(len(text) < 15 for text in ids):
        return
    states = Counter(text[:2] for text in ids)
    if len(states) > 1:
        rare = min(states, key=lambda state: (states[state], state))
        rows = table.rows(np.array([text.startswith(rare) for text in ids]))
        found = ", ".join(f"{state} ({counted(number, 'block')})" for state, number in states.most_common())
        reading.problems.add(
            table.place(rows), f"block ids of {len(states)} states: {found}.", "Check for ids with a wrong or lost digit, and keep one state."
        )


def check_join(units: Sequence[str], num_found: int, unknown: Sequence[str], name: str, reading: Reading) -> bool:
    """Whether a file speaks of the same units: most of its units are ours, or most of ours are among its.

    A file may cover more than the district, or leave units out. Where neither holds for 95 % of the ids, they are of another kind.
    """
    in_file = num_found + len(unknown)
    if not in_file:
        return True
    if max(num_found / in_file, num_found / len(units)) >= JOIN_RATE:
        return True
    said = f"only {num_found:,} of its {in_file:,} unit ids are among the {len(units):,} units; unknown: {shown(quoted(unknown))}."
    blocks = share_matching(units, BLOCK) == 1 and share_matching(unknown, BLOCK) == 1
    if blocks and not {text.zfill(15)[:2] for text in unknown} & {text[:2] for text in units}:
        reading.problems.add(name, f"its block ids are of another state: {said}", "Name the file of this district.")
    elif blocks:
        reading.problems.add(name, f"block ids of mixed vintages (2010 and 2020?): {said}", "Use files of one census, or a crosswalk between them.")
    elif not num_found:
        message = f"none of its {in_file:,} unit ids is a unit: {shown(quoted(unknown))}."
        reading.problems.add(name, message, f"Units are like {shown(quoted(units[:2]))}.")
    else:
        reading.warn(f"{name}: {said}")
        return True
    return False


# -- students and groups ---------------------------------------------------------------------------------------------


def doubt_shares(students: Floats, groups: dict[str, Floats], columns: Mapping[str, str | tuple[str, ...]], table: Table, reading: Reading) -> None:
    """Doubt groups that look like shares or percentages where counts of students belong.

    Parameters
    ----------
    students, groups
        Counts, shape (n,) each.
    columns
        The column of each group, or its columns.
    """
    for group, count in groups.items():
        name = "', '".join(columns_of(columns[group]))
        is_fraction = count != np.round(count)
        largest = float(count.max(initial=0))
        if is_fraction.any() and largest <= 1 and students.max(initial=0) >= DOZENS:
            reading.warn(
                f"{table.name}: column '{name}' of group '{group}' never exceeds 1, beside up to {students.max():,.10g} students in a unit: "
                "does it hold shares? Counts of students belong here (share x students)"
            )
        elif "%" in name or SHARE_WORDS & set(words_of(name)):
            reading.warn(f"{table.name}: column '{name}' of group '{group}' is named like a share, and is read as counts of students")


def doubt_people(names: str | Sequence[str], students: Floats, table: Table, reading: Reading) -> None:
    """Doubt a column of people of all ages where students belong."""
    for name in [names] if isinstance(names, str) else names:
        if not PEOPLE.fullmatch(name):
            continue
        reading.warn(
            f"{table.name}: column '{name}' is named like people of all ages: {students.sum():,.0f} students? "
            "Name a column of students, or estimate them from children and the schools' counts: data.estimate"
        )


def settle_groups(groups: dict[str, Floats], students: Floats, above: str, table: Table, reading: Reading) -> dict[str, Floats]:
    """Groups with more students than their unit: refused, lowered to the total, or kept with a warning, as the scenario says."""
    settled = {}
    for group, count in groups.items():
        over = count > students + TOLERANCE
        settled[group] = np.minimum(count, students) if above == "clip" else count
        if not over.any():
            continue
        found = f"{counted(int(over.sum()), 'unit')} with more {group} students than students"
        if above == "error":
            cure = "Correct them, or say data.units.groups_above_total: clip (lower the group to the total) or keep."
            reading.problems.add(table.place(table.rows(over)), f"{found}.", cure)
        elif above == "clip":
            reading.note(f"{table.name}: {found}, lowered to the total ({np.sum(count - settled[group]):g} students)")
        else:
            reading.warn(f"{table.name}: {found} (rows {shown(table.rows(over))}), kept: the others are negative there")
    return settled


def check_students(students: Floats, groups: dict[str, Floats], partition: tuple[str, ...], table: Table, reading: Reading) -> None:
    """Somebody lives here, every group has students, and groups that do not overlap sum to no more than all."""
    if not students.sum() > 0:
        reading.problems.add(table.name, "the units have no students.", "Name the column of students with data.units.students.")
    for group, count in groups.items():
        if not count.sum() > 0:
            reading.warn(f"{table.name}: group '{group}' has no students; measures of it are undefined")
    parts = [groups[name] for name in partition if name in groups]
    above = np.sum(parts, axis=0) > students + TOLERANCE if parts else np.zeros(len(students), dtype=bool)
    if above.any():
        message = f"{counted(int(above.sum()), 'unit')} where the groups of the partition ({', '.join(partition)}) sum to more than the students."
        reading.problems.add(table.place(table.rows(above)), message, "Groups of a partition must not overlap: correct the counts, or leave one out.")


def check_grades(students: Floats, grades: dict[str, Floats], named: str | tuple[str, ...], table: Table, reading: Reading) -> None:
    """No unit has more students in the grades than students (of the columns `named`); fewer is noted, for nobody outside of them is phased in."""
    if not grades:
        return
    total = np.sum(list(grades.values()), axis=0)
    over = total > students + TOLERANCE
    if over.any():
        counts = shown(f"{more:g} of {everyone:g}" for more, everyone in zip(total[over], students[over], strict=True))
        message = f"{counted(int(over.sum()), 'unit')} with more students in the grades ({', '.join(grades)}) than students: {counts}."
        cure = f"Correct the counts: the grades are those of the students in column {' + '.join(quoted(columns_of(named)))}."
        reading.problems.add(table.place(table.rows(over)), message, cure)
    elif total.sum() < students.sum() - TOLERANCE:
        reading.note(f"{table.name}: the grades ({', '.join(grades)}) hold {total.sum():,.10g} of {students.sum():,.10g} students")


def check_groups_by_grade(group: str, by_grade: dict[str, Floats], total: Floats, grades: dict[str, Floats], table: Table, reading: Reading) -> None:
    """A group has no more students in a grade than the grade, and in all of them together no more than the group."""
    cure = "Correct the counts of data.units.groups_by_grade."
    for grade, count in by_grade.items():
        over = count > grades[grade] + TOLERANCE
        if over.any():
            message = f"{counted(int(over.sum()), 'unit')} with more {group} students in grade {grade} than students."
            reading.problems.add(table.place(table.rows(over)), message, cure)
    over = np.sum(list(by_grade.values()), axis=0) > total + TOLERANCE
    if over.any():
        message = f"{counted(int(over.sum()), 'unit')} with more {group} students in the grades ({', '.join(by_grade)}) than {group} students."
        reading.problems.add(table.place(table.rows(over)), message, cure)


# -- travel ----------------------------------------------------------------------------------------------------------


def check_travel(travel: Floats, units: Sequence[str], schools: Sequence[str], reading: Reading, *, name: str, is_minutes: bool) -> None:
    """Say what is unknown or improbable about travel of shape (n, m)."""
    unknown = np.isnan(travel)
    lost_units, lost_schools = unknown.all(axis=1), unknown.all(axis=0)
    if lost_units.any() and not lost_units.all():
        named = shown(quoted(np.array(units, dtype=object)[lost_units]))
        reading.warn(f"{name}: no travel from {counted(int(lost_units.sum()), 'unit')}: {named}; they can only keep today's school")
    if lost_schools.any():
        named = shown(quoted(np.array(schools, dtype=object)[lost_schools]))
        reading.warn(f"{name}: no travel to {counted(int(lost_schools.sum()), 'school')}: {named}; only today's units can be in its zone")
    elsewhere = int(unknown[~lost_units][:, ~lost_schools].sum())
    if elsewhere:
        reading.note(f"{name}: travel of {counted(elsewhere, 'pair')} of unit and school is unknown")
    if is_minutes and not unknown.all():
        median = float(np.nanmedian(travel))
        if not 1 <= median <= 120:
            reading.warn(f"{name}: the median trip is {median:.3g} min; check data.travel.measure")


def note_unknown_trips(travel: Floats, current: Ints, students: Floats, reading: Reading) -> None:
    """Count units whose trip to today's school is unknown: nothing can be measured against it. `travel` has closed schools after the open ones."""
    has_one = np.flatnonzero(current >= 0)
    missing = has_one[np.isnan(travel[has_one, current[has_one]])]
    if len(missing):
        said = (
            f"travel to today's school is unknown for {counted(len(missing), 'unit')} with {round(float(students[missing].sum()), 1):,.10g} students"
        )
        reading.warn(f"{said}: no limit of increase holds for them, and added travel leaves them out")
