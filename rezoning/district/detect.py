"""Which column is which, and ids made comparable: the conventions of census, state and district files.

Names and quirks are those of the TIGER/Line, NCES, Districtr and SchoolSite files. A choice made here is always said to the user.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rezoning.district.readers import Table, texts
from rezoning.district.reading import Reading, counted
from rezoning.errors import DataError, Problem, shown

UNIT_ID = (
    "GEOID20", "GEOID10", "BLOCKID", "BLOCKID20", "BLOCKID10", "GEOID", "GEOCODE", "geo_id", "block_id", "tabblk2020", "h_geocode", "GISJOIN",
    "unit_id", "unit", "PBID", "STDYAREA",
)  # fmt: skip
SCHOOL_ID = ("ncessch", "school_id", "schl_code", "schoolcode")
SCHOOL_NAME = ("sch_name", "school_name", "schnam", "name")
LATITUDE = ("lat", "latitude", "latcod", "y")
LONGITUDE = ("lon", "long", "lng", "longitude", "loncod", "x")
ORIGIN = ("from_id", "origin", "o_id", "fromid", "block", *UNIT_ID)
DESTINATION = ("to_id", "destination", "d_id", *SCHOOL_ID)
TRAVEL_VALUE = ("value", "travel_time", "travel_time_p50", "time", "duration", "minutes", "seconds", "tt", "distance")

BLOCK = re.compile(r"\d{14,15}")
PREFIXED = re.compile(r"\d{7}US(?=\d)")
BLOCK_GROUP = re.compile(r"\d{11,12}")
EXCEL = re.compile(r"\d(\.\d+)?[eE]\+\d+")
TRAILING_ZERO = re.compile(r"\d+\.0")
NEARLY_ALL = 0.99

Texts = np.ndarray[Any, np.dtype[np.object_]]


def share_matching(values: Iterable[str], pattern: re.Pattern[str]) -> float:
    """Share of the values that are not blank and match a pattern as a whole."""
    given = [value for value in values if value]
    return sum(pattern.fullmatch(value) is not None for value in given) / len(given) if given else 0.0


def by_name(columns: Sequence[str], names: Sequence[str]) -> str | None:
    """The first of `names` that is a column, whatever its case."""
    low = {column.lower(): column for column in reversed(columns)}
    return next((low[name.lower()] for name in names if name.lower() in low), None)


def unit_id_column(table: Table, place: str) -> str:
    """The column of unit ids: by name, else the only one that holds census block ids.

    Raises
    ------
    DataError
        None can serve, or several can. Ids of 11 or 12 digits (tracts, block groups) are not guessed at.
    """
    columns = [str(name) for name in table.frame.columns]
    named = by_name(columns, UNIT_ID)
    if named is not None:
        return named
    content = {name: [PREFIXED.sub("", text) for text in texts(table.frame[name])] for name in columns}
    found = [name for name, values in content.items() if share_matching(values, BLOCK) >= NEARLY_ALL]
    if len(found) == 1:
        return found[0]
    if found:
        raise DataError(Problem(place, f"{table.name} has {len(found)} columns of block ids: {shown(found)}.", "Say which with data.units.id."))
    groups = [name for name, values in content.items() if share_matching(values, BLOCK_GROUP) >= NEARLY_ALL]
    hint = f" ('{groups[0]}' holds 11 or 12 digits, which may be a tract, a block group or another code)" if groups else ""
    raise DataError(
        Problem(place, f"{table.name} has no column known to hold unit ids{hint}.", f"Name it with data.units.id. Columns: {shown(columns, 40)}.")
    )


def school_id_column(table: Table, place: str) -> str:
    """The column of school ids: by name, else the only one that holds twelve-digit NCES ids."""
    columns = [str(name) for name in table.frame.columns]
    named = by_name(columns, SCHOOL_ID)
    if named is not None:
        return named
    found = [name for name in columns if share_matching(texts(table.frame[name]), re.compile(r"\d{12}")) >= NEARLY_ALL]
    if len(found) == 1:
        return found[0]
    said = f"{len(found)} columns of twelve digits: {shown(found)}" if found else "no column known to hold school ids"
    raise DataError(Problem(place, f"{table.name} has {said}.", f"Name it with data.schools.id. Columns: {shown(columns, 40)}."))


def clean_ids(ids: Texts, table: Table, what: str, reading: Reading) -> Texts:
    """Ids as they were before a spreadsheet or a data frame touched them; blanks stay blank.

    Excel's ``5.10594E+14`` cannot be recovered and is a problem. A ``.0`` that every value carries is dropped.
    """
    _report_shortened(ids, table, what, reading)
    if share_matching(ids, TRAILING_ZERO) == 1:
        reading.note(f"{table.name}: dropped '.0' from every {what}")
        return np.array([text.removesuffix(".0") for text in ids], dtype=object)
    return ids


def report_shortened(unknown: Sequence[str], table: Table, name: str, what: str, reading: Reading) -> bool:
    """Whether ids in a column that are unknown are so because a spreadsheet shortened them; they are a problem then."""
    return any(EXCEL.fullmatch(text) for text in unknown) and _report_shortened(texts(table.frame[name]), table, what, reading)


def _report_shortened(ids: Texts, table: Table, what: str, reading: Reading) -> bool:
    broken = np.array([EXCEL.fullmatch(text) is not None for text in ids], dtype=bool)
    if broken.any():
        values = shown(dict.fromkeys(f"'{text}'" for text in ids[broken]))
        message = f"{what} {values} was shortened by a spreadsheet, and its digits are lost."
        reading.problems.add(table.place(table.rows(broken)), message, "Export the file again with this column as text.")
    return bool(broken.any())


def census_block_ids(ids: Texts, name: str, reading: Reading) -> Texts:
    """Block ids at their full fifteen digits, where the column holds block ids; any other ids unchanged."""
    stripped = np.array([PREFIXED.sub("", text) for text in ids], dtype=object)
    if share_matching(stripped, BLOCK) < NEARLY_ALL:
        return ids
    prefixes = int((stripped != ids).sum())
    if prefixes:
        reading.note(f"{name}: stripped the prefix '{PREFIXED.match(ids[stripped != ids][0])[0]}' from {counted(prefixes, 'id')}")  # type: ignore[index]
    return _padded(stripped, 15, f"{name}: padded {{}} of 14 digits to 15 (a leading zero was lost)", reading)


def nces_school_ids(ids: Texts, name: str, reading: Reading) -> Texts:
    """NCES school ids at their full twelve digits, where the column holds them; any other ids unchanged."""
    if share_matching(ids, re.compile(r"\d{11,12}")) < 1 or share_matching(ids, re.compile(r"0?[1-9]\d{10}|[1-9]\d{11}")) < 1:
        return ids
    return _padded(ids, 12, f"{name}: padded {{}} of 11 digits to 12 (a leading zero was lost)", reading)


def _padded(ids: Texts, width: int, note: str, reading: Reading) -> Texts:
    short = np.array([len(text) == width - 1 and text.isdigit() for text in ids], dtype=bool)
    if not short.any():
        return ids
    reading.note(note.format(counted(int(short.sum()), "id")))
    return np.array([text.zfill(width) if is_short else text for text, is_short in zip(ids, short, strict=True)], dtype=object)


class Lookup:
    """Finds ids of another file among known ones: as written, else without a census prefix and with lost leading zeros.

    Parameters
    ----------
    ids
        The known ids; their place is the index that `find` answers.
    width
        Digits of an id that may have lost its leading zero (15 for blocks, 12 for NCES schools).
    """

    def __init__(self, ids: Sequence[str], width: int) -> None:
        self.ids = tuple(ids)
        self.index = {text: place for place, text in enumerate(self.ids)}
        self.width = width

    def find(self, text: str) -> int:
        """Index of one id, -1 where it is unknown."""
        if text in self.index:
            return self.index[text]
        bare = PREFIXED.sub("", text.strip()).removesuffix(".0")
        if bare.isdigit() and len(bare) == self.width - 1 and bare not in self.index:
            bare = bare.zfill(self.width)
        return self.index.get(bare, -1)

    def find_all(self, values: pd.Series[Any] | Texts) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[str]]:
        """Index of every value, shape (k,), -1 where unknown or blank, and the distinct unknown ones that are not blank."""
        codes, distinct = pd.factorize(values if isinstance(values, pd.Series) else np.asarray(values, dtype=object))
        written = texts(pd.Series(distinct))
        places = np.array([self.find(text) for text in written] + [-1], dtype=np.int64)
        unknown = [text for text, place in zip(written, places, strict=False) if place < 0 and text]
        return places[codes], unknown
