"""Counts and ids as public files write them: numbers that are not known, ids behind a prefix or in several columns, zeros that were lost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from rezoning.district.detect import PREFIXED, Texts, by_name
from rezoning.district.district import Floats
from rezoning.district.files.table import Table, texts
from rezoning.errors import DataError, Problem, shown

GEOIDS = ("GEO_ID", "GEOID20", "GEOID10", "GEOID", "GEOCODE", "BLOCKID", "BLOCKID20", "BLOCKID10", "GISJOIN")
PARTS = (("state", 2), ("county", 3), ("tract", 6), ("block group", 1), ("block", 4))
"""Columns of an answer of the API that together make an id, and how many digits each has."""

GISJOIN = re.compile(r"G(\d\d)0(\d{3})0(\d{6})(\d{4})?")
LABELS = "Geography"
"""What data.census.gov writes under GEO_ID in a second row of names."""


def known(values: pd.Series[Any]) -> Floats:
    """Counts or margins, NaN where they are not known.

    A count is never negative: -1, -2 and -9 of NCES and -222222222 to -999999999 of the ACS are codes that say why there is none, and so are
    ``M``, ``N``, ``†`` and a blank cell. ``1,250`` is a number.
    """
    written = pd.Series(texts(values), dtype=str).str.replace(",", "", regex=False)
    read = pd.to_numeric(written, errors="coerce").to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(read) & (read >= 0), read, np.nan)


def all_known(columns: Iterable[Floats]) -> Floats:
    """The sum of counts, NaN where any of them is not known: what is left out of a sum would be taken for nobody."""
    return np.asarray(np.sum(list(columns), axis=0), dtype=np.float64)


def geoids(table: Table, digits: int) -> Texts:
    """Census ids of the records with so many digits (15 a block, 11 a tract); blank for a row of labels.

    Raises
    ------
    DataError
        There is no column of ids, or some id has other digits.
    """
    name = by_name(table.columns, GEOIDS)
    ids = texts(table.frame[name]) if name is not None else _composed(table)
    bare = np.array([_bare(text) for text in ids], dtype=object)
    padded = np.array([text.zfill(digits) if len(text) == digits - 1 else text for text in bare], dtype=object)
    wrong = np.array([text != "" and not (text.isdigit() and len(text) == digits) for text in padded], dtype=bool)
    if wrong.any():
        what = {15: "blocks", 11: "tracts"}[digits]
        message = f"ids of {what} have {digits} digits, and {shown([repr(str(text)) for text in ids[wrong]])} are others."
        raise DataError(Problem(table.place(table.rows(wrong)), message, f"Download the table by {what.removesuffix('s')}."))
    return padded


def _bare(text: str) -> str:
    joined = GISJOIN.fullmatch(text)
    if joined is not None:
        return "".join(part or "" for part in joined.groups())
    return "" if text == LABELS else PREFIXED.sub("", text)


def _composed(table: Table) -> Texts:
    there = {name.lower(): name for name in table.columns}
    wanted = [(name, width) for name, width in PARTS if name in there and not (name == "block group" and "block" in there)]
    parts, widths = [texts(table.frame[there[name]]) for name, _ in wanted], [width for _, width in wanted]
    if len(parts) < 3:
        cure = "Ask for GEO_ID, or for state, county and tract beside the numbers."
        raise DataError(Problem(table.name, f"has no column of census ids: {shown(table.columns, 20)}.", cure))
    return np.array(["".join(text.zfill(width) for text, width in zip(row, widths, strict=True)) for row in zip(*parts, strict=True)], dtype=object)


def nces(values: pd.Series[Any], digits: int = 12) -> Texts:
    """NCES ids at their full length (12 a school, 7 a district): the first zero is lost where a program took them for numbers."""
    return np.array([text.zfill(digits) if text else "" for text in texts(values)], dtype=object)
