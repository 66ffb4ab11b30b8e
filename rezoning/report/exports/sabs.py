"""The schema of the School Attendance Boundary Survey 2015-16 of NCES; what a plan does not know stays empty."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from rezoning.report.exports import words
from rezoning.report.exports.layers import Job, Layer, Written, zones_layer
from rezoning.report.exports.text import cut
from rezoning.report.exports.vector import EPOCH, put_arrays, zip_shapefile
from rezoning.report.language import ENGLISH

CRS = "EPSG:3857"
NCES = re.compile(r"\d{12}")

# The first two digits of a school's NCES id are its state's FIPS code.
FIPS = """
01 AL 02 AK 04 AZ 05 AR 06 CA 08 CO 09 CT 10 DE 11 DC 12 FL 13 GA 15 HI 16 ID 17 IL 18 IN 19 IA 20 KS 21 KY 22 LA 23 ME 24 MD 25 MA 26 MI 27 MN
28 MS 29 MO 30 MT 31 NE 32 NV 33 NH 34 NJ 35 NM 36 NY 37 NC 38 ND 39 OH 40 OK 41 OR 42 PA 44 RI 45 SC 46 SD 47 TN 48 TX 49 UT 50 VT 51 VA 53 WA
54 WV 55 WI 56 WY 60 AS 66 GU 69 MP 72 PR 78 VI
"""
_words = FIPS.split()
STATES = dict(zip(_words[::2], _words[1::2], strict=True))
LEVELS = {"primary": "1", "elementary": "1", "middle": "2", "high": "3"}


def write_sabs(job: Job) -> list[Written]:
    """A shapefile of zones for each option, its columns in the survey's order and types, in Web Mercator as the survey's."""
    found = []
    for letter in job.letters:
        layer = _mercator(zones_layer(job, [job.book.views[letter]]))
        path = job.place / f"SABS_{letter}.shp"
        fields, values = zip(*_columns(job, layer).items(), strict=True)
        put_arrays(layer, path, "ESRI Shapefile", list(fields), list(values), [None] * len(fields), ENCODING="UTF-8", DBF_DATE_LAST_UPDATE=EPOCH)
        zip_shapefile(path)
        about = f"Zones of option {letter} ({job.option_name(letter)}), with its parts beside it and all of them in {path.stem}.zip."
        found.append(Written(path, about, words.SABS_SHARED if "grades" in layer.columns else words.SABS))
        found += [Written(path.with_suffix(ending), "", {}) for ending in (".shx", ".dbf", ".prj", ".cpg", ".zip")]
    return found


def _mercator(layer: Layer) -> Layer:
    import geopandas as gpd

    series = gpd.GeoSeries(layer.shapes, crs=layer.crs).to_crs(CRS)
    return Layer(layer.name, layer.columns, np.asarray(series.array), series.crs)


def _columns(job: Job, layer: Layer) -> dict[str, Any]:
    """The survey's columns, in its order."""
    import shapely

    ids = layer.columns["school_id"].values
    nces = [text if NCES.fullmatch(text) else None for text in ids]
    n = len(ids)
    spans = layer.columns["grades"].values if "grades" in layer.columns else [None] * n
    columns = {
        "SrcName": [cut(ENGLISH.own(job.book.settings.author), 100) or None] * n,
        "ncessch": nces,
        "schnam": [cut(name) for name in layer.columns["name"].values],
        "leaid": [text and text[:7] for text in nces],
        "UpdateDate": np.full(n, np.datetime64("NaT"), dtype="datetime64[D]"),
        "gslo": [text and _grade(text.split("–")[0]) for text in spans],
        "gshi": [text and _grade(text.split("–")[-1]) for text in spans],
        "defacto": ["1" if n == 1 else "0"] * n,
        "stAbbrev": [text and STATES.get(text[:2]) for text in nces],
        "openEnroll": [None] * n,
        "Shape_Leng": shapely.length(layer.shapes),
        "Shape_Area": shapely.area(layer.shapes),
        "level": [_level(ENGLISH.own(job.book.settings.level))] * n,
        "MultiBdy": ["0"] * n,
    }
    return {name: values if isinstance(values, np.ndarray) else np.array(values, dtype=object) for name, values in columns.items()}


def _grade(name: str) -> str:
    """A grade as the survey writes it: ``KG``, ``PK``, ``03``; another as it is, cut."""
    plain = name.strip().upper()
    if plain.isdigit() and plain.isascii():
        return f"{int(plain):02d}"
    return {"K": "KG", "KINDERGARTEN": "KG", "PRE-K": "PK", "PREK": "PK"}.get(plain, plain[:2])


def _level(said: str) -> str | None:
    """The survey's code of a level that is named in plain words, and no other beside it."""
    codes = {LEVELS[word] for word in re.findall(r"[a-z]+", said.lower()) if word in LEVELS}
    return codes.pop() if len(codes) == 1 else None
