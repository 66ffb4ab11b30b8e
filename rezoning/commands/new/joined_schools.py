"""Schools of a district from the files of NCES: those of a level that have zones, as a file of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from rezoning.commands.new.finds import Found
from rezoning.commands.new.level import of_span
from rezoning.commands.new.looked import Looked
from rezoning.district.census.schools import SchoolTotals
from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problem, shown


def zoned_schools(totals: SchoolTotals, level: str, remarks: list[str]) -> pd.DataFrame:
    """The open schools of the level that have zones, with their places; what is left out is told."""
    frame = totals.frame
    spans = [of_span(low, high) or _worded(word) for low, high, word in zip(frame["low_grade"], frame["high_grade"], frame["level"], strict=True)]
    of_level = pd.Series([not span or level in span for span in spans], index=frame.index)
    left = {school: why for school, why in {**totals.not_zoned, **totals.not_open}.items() if of_level[school]}
    if left:
        names = frame["name"].to_dict()
        told = [f"{names[school] or school} ({why})" for school, why in left.items()]
        remarks.append(f"Left out, for such schools usually have no zone: {shown(told, 10)}.")
    kept = frame[of_level & ~frame.index.isin(list(left))]
    nowhere = kept[kept["lon"].isna()] if "lon" in kept else kept
    if len(nowhere):
        told = [str(name or school) for school, name in nowhere["name"].items()]
        raise DataError(
            Problem("schools", f"no file says where {shown(told)} are.", "Add EDGE geocodes or public school characteristics of that year.")
        )
    if len(kept) < 2:
        cure = "Give another --level, or check the seven digits."
        raise DataError(Problem("schools", f"the district has {len(kept)} open {level} schools with zones.", cure))
    if "students" not in kept or kept["students"].isna().all():
        raise DataError(Problem("schools", "no file says how many students they have.", "Add public school characteristics, or CCD 052."))
    unknown = kept[kept["students"].isna()]
    if len(unknown):
        remarks.append(f"Not known how many students: {shown(unknown['name'])}; their zones are filled like the others.")
    return kept


def _worded(word: str) -> set[str]:
    low = word.lower()
    return next(
        ({level} for level, said in (("elementary", "elem"), ("elementary", "prim"), ("middle", "mid"), ("high", "high")) if said in low), set()
    )


def schools_csv(schools: pd.DataFrame, groups: Sequence[str]) -> bytes:
    """Schools with their places and students, as a table that a scenario reads."""
    columns = ["name", "lon", "lat", "low_grade", "high_grade", "students", *groups]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["NCESSCH", *columns])
    for school, row in schools.iterrows():
        writer.writerow([school, *(_cell(row[column]) for column in columns)])
    return stream.getvalue().encode()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return ""
    return f"{value:.7f}".rstrip("0").rstrip(".")


def school_file(schools: pd.DataFrame, groups: Sequence[str], path: Path) -> Found:
    """The same table as a file of the folder."""
    frame = schools.reset_index().set_axis(pd.RangeIndex(2, 2 + len(schools)))
    columns = {
        "id": "NCESSCH", "name": "name", "seats": [], "place": True, "lowest": "low_grade", "highest": "high_grade", "span": None, "level": None,
        "open": None, "portables": None, "price": None, "programs": {}, "keep": ["low_grade", "high_grade", "students", *groups],
    }  # fmt: skip
    return Found(Looked(path, Table(path, frame), None, path.name), "schools", "put together from the files of NCES", columns)
