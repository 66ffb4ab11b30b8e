"""What a plan file says, before its labels are matched to schools."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rezoning.district.split_units import SplitUnit


@dataclass(frozen=True)
class PlanFile:
    """What a plan file says of the district's units, before labels are matched to schools.

    Parameters
    ----------
    name
        The file's name.
    unit_column, school_column
        The columns that were read; that of units is blank for zones, which are laid over them.
    schools
        The school's label for each unit, in unit order; blank where the file gives none.
    rows
        The row of the file that gives it, 0 where the unit is not in the file.
    extra
        Units in the file that are not the district's, with their rows.
    notes
        What was chosen or mended while reading.
    warnings
        What is in doubt.
    split
        Units that it divides among several schools.
    files
        Every file on disk that was read.
    """

    name: str
    unit_column: str
    school_column: str
    schools: tuple[str, ...]
    rows: tuple[int, ...]
    extra: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    split: tuple[SplitUnit, ...] = ()
    files: tuple[Path, ...] = ()
