"""Schools of a district from the files of NCES: where they are, which grades they have, how many students of each group."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rezoning.district.census.codes import all_known, known, nces
from rezoning.district.census.kinds import Kind
from rezoning.district.census.membership import lunch, membership
from rezoning.district.detect import Texts, by_name
from rezoning.district.files.table import Table, texts
from rezoning.errors import DataError, Problem

NAMES = ("SCH_NAME", "NAME", "SCHNAM")
LON, LAT = re.compile(r"LON(COD|\d{4})?", re.IGNORECASE), re.compile(r"LAT(COD|\d{4})?", re.IGNORECASE)
GONE = {"2": "closed", "6": "inactive", "7": "not yet open"}
"""Codes of SY_STATUS of schools without students; 1 open, 3 new, 4 added, 5 of another agency, 8 reopened."""

GRADES = ("PK", "KG", *(f"{grade:02}" for grade in range(1, 14)), "UG", "AE")

CHARACTERISTIC_GROUPS = {
    "native": ("AM", "AMALM", "AMALF"), "asian": ("AS", "ASALM", "ASALF"), "black": ("BL", "BLALM", "BLALF"), "hispanic": ("HI", "HIALM", "HIALF"),
    "pacific": ("HP", "HPALM", "HPALF"), "multiracial": ("TR", "TRALM", "TRALF"), "white": ("WH", "WHALM", "WHALF"),
}  # fmt: skip
"""Columns of public school characteristics: of a group, and of its boys and girls."""

GROUPS = ("hispanic", "white", "black", "native", "asian", "pacific", "multiracial", "not_specified", "low_income", "directly_certified")
TEXTS = ("name", "leaid", "status", "type", "charter", "level", "low_grade", "high_grade", "meals", "magnet", "virtual")


@dataclass(frozen=True, eq=False)
class SchoolTotals:
    """Schools by their twelve digits.

    Parameters
    ----------
    frame
        ``name``, ``leaid``, ``lon``, ``lat``, ``low_grade`` and ``high_grade`` (``KG``, ``05``), ``status``, ``type``, ``charter``, ``level``,
        ``meals``, ``magnet``, ``virtual``, ``students``, a column for each group and ``low_income``, and one for each grade; texts are blank and
        numbers NaN where not known.
    not_open
        Why a school has no students, by its id: closed, inactive, not yet open.
    not_zoned
        Why a school usually has no attendance zone: charter, magnet, virtual, special or vocational education, alternative.
    """

    frame: pd.DataFrame
    not_open: Mapping[str, str]
    not_zoned: Mapping[str, str]

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups of which some school's students are known."""
        return tuple(name for name in GROUPS if name in self.frame.columns and self.frame[name].notna().any())


def school_totals(tables: Sequence[tuple[Kind, Table]], leaid: str | None = None) -> SchoolTotals:
    """What files of NCES say of schools together; the first that knows something is believed.

    Parameters
    ----------
    tables
        Files and their kinds: directory, points, characteristics, membership, lunch, meals; others are passed over.
    leaid
        Seven digits of the district; all schools when left out.

    Raises
    ------
    DataError
        No file names schools, or none is of the district.
    """
    readers: dict[Kind, Callable[[Table], pd.DataFrame]] = {
        Kind.DIRECTORY: _directory, Kind.MEMBERSHIP: membership, Kind.LUNCH: lunch, Kind.POINTS: _points, Kind.MEALS: _programs,
        Kind.CHARACTERISTICS: _characteristics,
    }  # fmt: skip
    found = [read(table) for wanted, read in readers.items() for kind, table in tables if kind == wanted]
    if not found:
        raise DataError(Problem("schools", "no file of NCES names them.", "Download public school characteristics, or the directory and the points."))
    frame = _first_known(found)
    frame = frame.assign(leaid=frame["leaid"].fillna(frame.index.str[:7].to_series(index=frame.index)) if "leaid" in frame else frame.index.str[:7])
    if leaid is not None:
        frame = frame[frame["leaid"] == leaid]
    if frame.empty:
        raise DataError(Problem("schools", f"none is of district {leaid}.", "Check the seven digits: two of the state, five of the district."))
    frame = _arranged(frame)
    return SchoolTotals(frame, _not_open(frame), _not_zoned(frame))


def _first_known(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Of every school and column the first value that is known."""
    schools = pd.Index(sorted(set().union(*(frame.index for frame in frames))), name="NCESSCH")
    found: dict[str, pd.Series[Any]] = {}
    for frame in frames:
        for name in frame.columns:
            values = frame[name].reindex(schools)
            kept = found.get(name)
            found[name] = values if kept is None else kept.where(kept.notna(), values)
    return pd.DataFrame(found, index=schools)


def _arranged(frame: pd.DataFrame) -> pd.DataFrame:
    for name in TEXTS:
        frame[name] = frame[name].fillna("").astype(str) if name in frame else ""
    first = ["name", "leaid", "lon", "lat", *TEXTS[2:], "students", *GROUPS, *GRADES]
    return frame[[name for name in first if name in frame]].sort_index()


def _not_open(frame: pd.DataFrame) -> dict[str, str]:
    words = set(GONE.values()) | {"future", "closed", "inactive"}
    said = {school: GONE.get(status, status.lower()) for school, status in frame["status"].items()}
    return {str(school): "not yet open" if status == "future" else status for school, status in said.items() if status in words}


def _not_zoned(frame: pd.DataFrame) -> dict[str, str]:
    found = {}
    for school, row in frame.iterrows():
        kind = row["type"].lower()
        if row["charter"].lower().startswith(("yes", "1")):
            found[str(school)] = "charter school"
        elif row["magnet"].lower().startswith(("yes", "1")):
            found[str(school)] = "magnet school"
        elif row["virtual"].lower().replace(" ", "").startswith(("fullvirtual", "facevirtual", "virtualwith", "yes")):
            found[str(school)] = "virtual school"
        elif kind and not kind.startswith(("regular", "1")):
            found[str(school)] = row["type"]
    return found


# -- one reader a file -----------------------------------------------------------------------------------------------


def _directory(table: Table) -> pd.DataFrame:
    """File 029. What grades it offers is asked for of the columns that say so, for GSLO and GSHI were left out in some years."""
    said = _of(table, name=NAMES, leaid=("LEAID",), status=("UPDATED_STATUS_TEXT", "SY_STATUS_TEXT", "SY_STATUS"), type=("SCH_TYPE_TEXT", "SCH_TYPE"),
               charter=("CHARTER_TEXT", "CHARTER"), level=("LEVEL", "SCHOOL_LEVEL"), low_grade=("GSLO",), high_grade=("GSHI",))  # fmt: skip
    offered = {grade: _offered(table, grade) for grade in GRADES}
    has = np.array([column for column in offered.values() if column is not None])
    if len(has):
        names = np.array([grade for grade, column in offered.items() if column is not None], dtype=object)
        any_, low, high = has.any(axis=0), has.argmax(axis=0), len(has) - 1 - has[::-1].argmax(axis=0)
        for key, at in (("low_grade", low), ("high_grade", high)):
            before = said[key].to_numpy(dtype=object) if key in said else np.full(len(said), None)
            said[key] = np.where(any_, names[at], before)
    return said


def _offered(table: Table, grade: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    """Whether each school offers a grade: G_KG_OFFERED, in older years KGOFFERED, in both G_01_OFFERED or G_1_OFFERED."""
    short = grade.lstrip("0")
    name = by_name(table.columns, [f"G_{grade}_OFFERED", f"G_{short}_OFFERED", f"{grade}OFFERED", f"G{grade}OFFERED", f"G{short}OFFERED"])
    return None if name is None else np.array([text.lower() in ("yes", "1", "y") for text in texts(table.frame[name])], dtype=bool)


def _points(table: Table) -> pd.DataFrame:
    return _of(table, name=NAMES, leaid=("LEAID",)).join(_places(table))


def _programs(table: Table) -> pd.DataFrame:
    """File 129. Under Community Eligibility or Provision 2 (`meals`) all eat free, and who is poor is not counted."""
    return _of(table, meals=("NSLP_STATUS_TEXT", "NSLP_STATUS"), magnet=("MAGNET_TEXT", "MAGNET"), virtual=("VIRTUAL_TEXT", "VIRTUAL"))


def _characteristics(table: Table) -> pd.DataFrame:
    """Public school characteristics: points, grades, groups and meals in one file."""
    said = _of(table, name=NAMES, leaid=("LEAID",), status=("SY_STATUS_TEXT", "SY_STATUS"), type=("SCHOOL_TYPE_TEXT", "SCHOOL_TYPE"),
               charter=("CHARTER_TEXT",), level=("SCHOOL_LEVEL",), low_grade=("GSLO",), high_grade=("GSHI",),
               magnet=("MAGNET_TEXT",), virtual=("VIRTUAL", "VIRTUAL_TEXT"))  # fmt: skip
    counts = {
        "students": _number(table, "MEMBER", "TOTAL"),
        "low_income": _number(table, "TOTFRL"),
        "directly_certified": _number(table, "DIRECTCERT"),
    }
    parts = [_number(table, name) for name in ("FRELCH", "REDLCH")]
    if counts["low_income"] is None and parts[0] is not None and parts[1] is not None:
        counts["low_income"] = all_known([parts[0], parts[1]])
    for group, (whole, boys, girls) in CHARACTERISTIC_GROUPS.items():
        by_sex = [_number(table, boys), _number(table, girls)]
        counts[group] = _number(table, whole)
        if counts[group] is None and by_sex[0] is not None and by_sex[1] is not None:
            counts[group] = all_known([by_sex[0], by_sex[1]])
    for grade in GRADES:
        counts[grade] = _number(table, grade, f"G{grade}")
    known_ones = {name: values for name, values in counts.items() if values is not None}
    return said.join(_places(table)).assign(**{name: pd.Series(values, index=said.index) for name, values in known_ones.items()})


def _of(table: Table, **columns: Sequence[str]) -> pd.DataFrame:
    """Columns of texts by our names, for each school; of a school that is named twice the first row."""
    name = by_name(table.columns, ["NCESSCH"])
    if name is None:
        raise DataError(Problem(table.name, "has no column NCESSCH.", "Give a file of NCES with the ids of schools."))
    index = pd.Index(nces(table.frame[name]), name="NCESSCH")
    if index.has_duplicates:
        twice = sorted(set(index[index.duplicated()]))
        raise DataError(Problem(table.name, f"names school {twice[0]} more than once.", "Keep one year and one row per school."))
    found: dict[str, Texts] = {}
    for ours, theirs in columns.items():
        column = by_name(table.columns, theirs)
        if column is not None:
            said = nces(table.frame[column], 7) if ours == "leaid" else _said(texts(table.frame[column]), ours)
            found[ours] = np.array([text or None for text in said], dtype=object)
    return pd.DataFrame(found, index=index)


def _said(written: Texts, ours: str) -> Texts:
    """Texts without the codes that say that there is none; ``KG`` and ``05`` of grades at their full length."""
    blank = {"-1", "-2", "-9", "M", "N", "†", "–", "Missing", "Not Applicable", "Not applicable"}
    found = np.array(["" if text in blank else text for text in written], dtype=object)
    if ours.endswith("_grade"):
        return np.array([text.zfill(2) if text.isdigit() else text for text in found], dtype=object)
    return found


def _places(table: Table) -> pd.DataFrame:
    """Longitude and latitude, by columns whose name may end with a year; a layer's own points where there are none. 0, 0 is nowhere."""
    index = _of(table).index
    columns = [next((name for name in table.columns if pattern.fullmatch(name)), None) for pattern in (LON, LAT)]
    if columns[0] is not None and columns[1] is not None:
        lon, lat = (pd.to_numeric(pd.Series(texts(table.frame[name])), errors="coerce").to_numpy(dtype=np.float64) for name in columns)
    elif table.geometry is not None:
        points = table.geometry.to_crs(4326)
        lon, lat = points.x.to_numpy(), points.y.to_numpy()
    else:
        return pd.DataFrame(index=index)
    nowhere = ((lon == 0) & (lat == 0)) | (np.abs(lat) > 90) | (np.abs(lon) > 180)
    return pd.DataFrame({"lon": np.where(nowhere, np.nan, lon), "lat": np.where(nowhere, np.nan, lat)}, index=index)


def _number(table: Table, *names: str) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    name = by_name(table.columns, names)
    return None if name is None else known(table.frame[name])
