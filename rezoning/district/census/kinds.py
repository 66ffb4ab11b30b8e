"""What a public file is, by the columns that it has: names of files change from year to year, columns hardly do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from rezoning.district.census.cells import cells_of


class Kind(StrEnum):
    """A public file that has something to say of a school district; the value is what people call it."""

    BLOCKS = "census blocks (TIGER/Line)"
    BLOCK_LIST = "list of blocks (block assignment file)"
    AGES = "ages by block (census, table P12)"
    REDISTRICTING = "race by block (census, PL 94-171)"
    POVERTY = "poverty by tract (ACS, table B17001)"
    INCOME_RATIO = "income and poverty by tract (ACS, table C17002)"
    DIRECTORY = "school directory (CCD 029)"
    MEMBERSHIP = "students by school (CCD 052)"
    LUNCH = "free and reduced lunch by school (CCD 033)"
    MEALS = "school characteristics (CCD 129)"
    POINTS = "school points (EDGE geocodes)"
    CHARACTERISTICS = "public school characteristics (EDGE)"
    SCHOOL_ZONES = "attendance zones (SABS)"
    BOUNDARY = "school district boundaries (TIGER/Line)"
    STREETS = "streets (TIGER/Line edges)"


OF_TABLE = {
    "P12": Kind.AGES, "B17001": Kind.POVERTY, "C17002": Kind.INCOME_RATIO, "P2": Kind.REDISTRICTING, "P4": Kind.REDISTRICTING,
    "P1": Kind.REDISTRICTING, "P3": Kind.REDISTRICTING,
}  # fmt: skip
"""The kind of a file by a census table in it; each table may be a file of its own."""

COLUMNS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.BLOCKS, ("GEOID20", "ALAND20", "BLOCKCE20")),
    (Kind.BLOCKS, ("GEOID10", "ALAND10", "BLOCKCE10")),
    (Kind.STREETS, ("TLID", "MTFCC", "ROADFLG")),
    (Kind.SCHOOL_ZONES, ("NCESSCH", "SCHNAM", "OPENENROLL")),
    (Kind.SCHOOL_ZONES, ("NCESSCH", "SCHNAM", "MULTIBDY")),
    (Kind.MEMBERSHIP, ("NCESSCH", "RACE_ETHNICITY", "STUDENT_COUNT", "TOTAL_INDICATOR")),
    (Kind.LUNCH, ("NCESSCH", "LUNCH_PROGRAM", "STUDENT_COUNT")),
    (Kind.MEALS, ("NCESSCH", "NSLP_STATUS")),
    (Kind.MEALS, ("NCESSCH", "NSLP_STATUS_TEXT")),
    (Kind.CHARACTERISTICS, ("NCESSCH", "LATCOD", "LONCOD")),
    (Kind.DIRECTORY, ("NCESSCH", "SCH_NAME", "SY_STATUS")),
    (Kind.DIRECTORY, ("NCESSCH", "SCH_NAME", "GSLO", "GSHI")),
)
"""Columns that tell a kind, in capitals; the first whose columns are all there."""

YEARLY = ((Kind.POINTS, re.compile(r"LAT(\d{4})?")), (Kind.BOUNDARY, re.compile(r"(UNSD|ELSD|SCSD)LEA(\d{2})?")))
"""Columns whose names carry a year in some files: a point's latitude, the code of a district."""

POINT_CELLS = 23
"""Cells in a record of EDGE points, which come as text without a header."""


def kind_of(columns: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> Kind | None:
    """What a file is by its columns; None where it is none of the public files.

    Parameters
    ----------
    columns
        Names of its columns as they are written, or the cells of its first record where it has no header.
    rows
        Some of its records, where two kinds have the same columns: a list of blocks is told from a plan by what it assigns them to.
    """
    names = {name.strip().upper() for name in columns}
    found = next((kind for kind, needed in COLUMNS if names.issuperset(needed)), None)
    if found is not None:
        return found
    tables = {cell.table for cell in cells_of(columns).values()}
    of_table = next((kind for table, kind in OF_TABLE.items() if table in tables), None)
    if of_table is not None:
        return of_table
    if is_points_record(columns) or ("NCESSCH" in names and any(YEARLY[0][1].fullmatch(name) for name in names)):
        return Kind.POINTS
    if any(YEARLY[1][1].fullmatch(name) for name in names):
        return Kind.BOUNDARY
    if names == {"BLOCKID", "DISTRICT"} and _are_districts([row[-1] for row in rows if row]):
        return Kind.BLOCK_LIST
    return None


def is_points_record(cells: Sequence[str]) -> bool:
    """Whether cells are a record of EDGE points: a school's id, that of its district, and twenty-one more."""
    return len(cells) == POINT_CELLS and re.fullmatch(r"\d{11,12}", cells[0].strip()) is not None and re.fullmatch(r"\d{6,7}", cells[1]) is not None


def _are_districts(values: Sequence[str]) -> bool:
    """Codes of school districts have five digits; zones of a plan have not."""
    given = [value.strip() for value in values if value.strip()]
    return bool(given) and all(re.fullmatch(r"\d{5}", value) for value in given)
