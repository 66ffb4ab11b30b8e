"""`plan.csv` as this program writes it."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.district.plan import Plan

COLUMNS = ("unit_id", "school_id", "previous_school_id", "students")


def write_plan(path: str | Path, plan: Plan, district: District) -> None:
    """Write `plan.csv`: ``unit_id,school_id,previous_school_id,students``, one row per unit in the input's order.

    The previous school is blank for a new unit and where the scenario has no zones of today. Where students were estimated a last column says so,
    ``students_are``.
    """
    said = ("estimated",) if district.students_are_estimated else ()
    schools = (*district.school_ids, *district.closed_ids, "")
    current: NDArray[np.int64] = np.full(district.num_units, -1) if district.current is None else district.current
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow((*COLUMNS, *(("students_are",) if said else ())))
        table.writerows(
            (unit, schools[s], schools[c], _plain(students), *said)
            for unit, s, c, students in zip(district.unit_ids, plan.school.tolist(), current.tolist(), district.students.tolist(), strict=True)
        )


def _plain(students: float) -> str:
    """A count without useless decimals: ``12``, ``12.5``; the shortest text that reads back as the same number."""
    return str(int(students)) if students.is_integer() else repr(students)
