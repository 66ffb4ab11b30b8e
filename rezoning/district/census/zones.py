"""Attendance zones as NCES gathered them once: the School Attendance Boundary Survey."""

from __future__ import annotations

import numpy as np

from rezoning.district.census.codes import nces
from rezoning.district.detect import by_name
from rezoning.district.files.table import Table, texts
from rezoning.district.reading import counted

AGE = "attendance zones of the School Attendance Boundary Survey are of 2015-16 at the latest: ask the district for today's"
LEVELS = {"primary": "1", "middle": "2", "high": "3", "other": "4"}


def survey_zones(table: Table, leaid: str, level: str = "") -> tuple[Table, list[str]]:
    """The zones of a district, and what must be said of them.

    Parameters
    ----------
    table
        The layer.
    leaid
        Seven digits of the district.
    level
        One of `LEVELS`; all when blank.

    Returns
    -------
    zones
        Its rows but for those of schools that anybody of the district may go to (``openEnroll``): their zone is all of it.
    doubts
        Their age, what was left out, and zones that are drawn from where students live and not from a policy (``defacto``).
    """
    ids = by_name(table.columns, ["leaid"])
    inside = np.ones(len(table.frame), dtype=bool) if ids is None else nces(table.frame[ids], 7) == leaid
    levels = by_name(table.columns, ["level", "sLevel"])
    if level and levels is not None:
        inside &= np.isin(texts(table.frame[levels]), [LEVELS[level], LEVELS[level].zfill(2)])
    everywhere, guessed = _flag(table, "openEnroll") & inside, _flag(table, "defacto") & inside
    doubts = [f"{table.name}: {AGE}"]
    if everywhere.any():
        doubts.append(f"{table.name}: left out {counted(int(everywhere.sum()), 'school')} that anybody of the district may go to (openEnroll)")
    if (guessed & ~everywhere).any():
        doubts.append(f"{table.name}: {counted(int((guessed & ~everywhere).sum()), 'zone')} drawn from where students live (defacto)")
    return table.kept(inside & ~everywhere), doubts


def _flag(table: Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    column = by_name(table.columns, [name])
    written = np.full(len(table.frame), "") if column is None else texts(table.frame[column])
    return np.array([str(text).lower() in ("y", "yes", "1") for text in written], dtype=bool)
