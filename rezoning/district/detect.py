"""Which column is which, and ids made comparable: the conventions of census, state and district files.

Names and quirks are those of the TIGER/Line, NCES, Districtr and SchoolSite files. A choice made here is always said to the user.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rezoning.district.files.table import Table, texts
from rezoning.district.files.text import UNSEEN
from rezoning.district.reading import Reading, counted
from rezoning.errors import DataError, Problem, shown

UNIT_ID = (
    "GEOID20", "GEOID10", "BLOCKID", "BLOCKID20", "BLOCKID10", "GEOID", "GEOCODE", "geo_id", "block_id", "tabblk2020", "h_geocode", "GISJOIN",
    "unit_id", "unit", "PBID", "STDYAREA",
)  # fmt: skip
SCHOOL_ID = ("ncessch", "school_id", "schl_code", "schoolcode")
SCHOOL_NAME = ("sch_name", "school_name", "schnam", "name")
ORIGIN = ("from_id", "origin", "origin_id", "o_id", "fromid", "from", "from_unit", "source", "block", *UNIT_ID)
DESTINATION = ("to_id", "destination", "destination_id", "d_id", "toid", "to", "to_school", "target", *SCHOOL_ID, "school")
LATITUDE = ("lat", "latitude", "latcod", "y")
LONGITUDE = ("lon", "long", "lng", "longitude", "loncod", "x")

BLOCK = re.compile(r"\d{14,15}")
PREFIXED = re.compile(r"\d{7}US(?=\d)")
GISJOIN = re.compile(r"G(\d{2})0(\d{3})0(\d{6}\d{0,4})", re.IGNORECASE)
"""NHGIS's ids: a G, and a zero behind state and county."""
BLOCK_GROUP = re.compile(r"\d{11,12}")
EXCEL = re.compile(r"\d(\.\d+)?[eE]\+\d+")
TRAILING_ZERO = re.compile(r"\d+\.0")
NEARLY_ALL = 0.99

NAMELESS = re.compile(
    r"column \d+|unnamed: ?\d+(_level_\d+)?|\.\.\.\d+|__index_level_\d+__|level_\d+|x(\.\d+)?|v1|"
    r"index|(row|obs|case|seq|record|line|serial|sequence|_)?[ _.]?(names?|no|nr|num|number|id|index|#)|row|obs|seq|#|"
    r"fid|oid|objectid(_\d+)?|ogc_fid|gid|pk|nr\.?|no\.?|n",
    re.IGNORECASE,
)
"""Names that programs give to a column that numbers the rows."""

SAID_TO_BE_TEXT = re.compile(r"""="(.+)"|'(.+)""")
"""What keeps a spreadsheet from taking an id for a number."""

FOUND_MENDED = "found after restoring lost leading zeros, or dropping a prefix, '.0' or a mark of text"

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


def words_of(name: str) -> list[str]:
    """The words of a column's name, in lower case: ``travelTime_p50`` has travel, time and p50."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[^a-z0-9%#]+", parted.lower()) if word]


def is_counter(values: Texts) -> bool:
    """Whether a column counts its rows, from 0 or from 1 on; one row alone is no sign of it."""
    if len(values) < 2 or values[0] not in ("0", "1"):
        return False
    start = int(values[0])
    return all(text == str(number) for number, text in enumerate(values, start=start))


def row_numbers(columns: Sequence[str], head: pd.DataFrame) -> list[str]:
    """Columns of no name, or of one that programs give them, which number the rows; they are ids only where nothing else can be."""
    return [name for name in columns if NAMELESS.fullmatch(name) and is_counter(texts(head[name]))]


def said_row_numbers(names: Sequence[str], file: str) -> list[str]:
    """Notes that columns were taken for row numbers."""
    said = ["a column without a name" if re.fullmatch(r"column \d+", name) else f"column '{name}'" for name in names]
    return [f"{file}: {name} holds row numbers, and is passed over" for name in said]


def note_mended(mended: Sequence[str], table: Table, reading: Reading) -> None:
    """Say which ids were found only when mended."""
    if mended:
        named = shown([f"'{text}'" for text in mended])
        reading.note(f"{table.name}: {counted(len(mended), 'id')} {FOUND_MENDED}: {named}")


def clean_ids(ids: Texts, table: Table, what: str, reading: Reading) -> Texts:
    """Ids as they were before a data frame touched them: a ``.0`` that every value carries is dropped; blanks stay blank."""
    if share_matching(ids, TRAILING_ZERO) == 1:
        reading.note(f"{table.name}: dropped '.0' from every {what}")
        return np.array([text.removesuffix(".0") for text in ids], dtype=object)
    return ids


def report_shortened(ids: Texts, table: Table, what: str, reading: Reading) -> bool:
    """Whether a spreadsheet shortened ids to ``5.10594E+14``, which cannot be recovered and is a problem."""
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


def folded(name: str) -> str:
    """A name in any case, with single spaces."""
    return " ".join(name.casefold().split())


class Lookup:
    """Finds ids of another file among known ones: as written, else mended on both sides.

    Mended is what programs do to ids: a census prefix, the form of GISJOIN, ``.0``, zeros that were lost in front, a spreadsheet's marks of
    text (``="001"``, ``'001``),
    and letters that look the same and are written in another way.

    Parameters
    ----------
    ids
        The known ids; their place is the index that `find` answers.
    names
        What people call the first of them; a name that is no id finds the one that it belongs to. None does where left out.
    """

    def __init__(self, ids: Sequence[str], names: Sequence[str] = ()) -> None:
        self.ids = tuple(ids)
        self.index = {text: place for place, text in enumerate(self.ids)}
        self._mended: dict[str, int] = {}
        for place, text in enumerate(self.ids):
            mended = self._mend(text)
            self._mended[mended] = -1 if mended in self._mended else place  # two ids that look alike when mended are two
        self._named: dict[str, int] = {}
        for place, name in enumerate(names):
            self._named[folded(name)] = -1 if folded(name) in self._named else place

    @staticmethod
    def _mend(text: str) -> str:
        plain = unicodedata.normalize("NFC", UNSEEN.sub("", text)).strip()
        said = SAID_TO_BE_TEXT.fullmatch(plain)
        bare = PREFIXED.sub("", said[1] or said[2] if said else plain).removesuffix(".0")
        joined = GISJOIN.fullmatch(bare)
        bare = "".join(joined.groups()) if joined else bare
        return bare.lstrip("0") or "0" if bare.isdecimal() else bare

    def find(self, text: str) -> int:
        """Index of one id, -1 where it is unknown."""
        place = self.index.get(text)
        if place is None:
            place = self._mended.get(self._mend(text))
        return self._named.get(folded(text), -1) if place is None else place

    def by_name_only(self, found: Sequence[str]) -> list[str]:
        """Those that are known by their name and not by their id."""
        return [text for text in found if text not in self.index and self._mend(text) not in self._mended and folded(text) in self._named]

    def find_all(self, values: pd.Series[Any] | Texts) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[str]]:
        """Index of every value, shape (k,), -1 where unknown or blank, and the distinct unknown ones that are not blank."""
        codes, distinct = pd.factorize(values if isinstance(values, pd.Series) else np.asarray(values, dtype=object))
        written = texts(pd.Series(distinct))
        places = np.array([self.find(text) for text in written] + [-1], dtype=np.int64)
        unknown = [text for text, place in zip(written, places, strict=False) if place < 0 and text]
        return places[codes], unknown

    def mended(self, values: pd.Series[Any] | Texts) -> list[str]:
        """Distinct values that are known only when mended."""
        distinct = texts(pd.Series(pd.unique(values if isinstance(values, pd.Series) else np.asarray(values, dtype=object))))
        return [text for text in distinct if text and text not in self.index and self.find(text) >= 0]
