"""How layers of a GeoPackage look in QGIS: as on our maps, by styles in the table where QGIS itself keeps those of a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from rezoning.public.book import View
from rezoning.report.exports import words
from rezoning.report.exports.layers import Job
from rezoning.report.exports.qml import Paint, Rule, Symbol, color, equals, style
from rezoning.report.maps.colors import Fill, school_fills

TABLE = "layer_styles"
NEVER = "1970-01-01T00:00:00.000Z"  # the same plan gives the same bytes
INK, PAPER = "#222222", "#FFFFFF"
SHARE = 0.8  # of the fill: a map of streets below shines through
MM = {"outline_width_unit": "MM", "line_width_unit": "MM", "size_unit": "MM"}

# As QGIS makes it with "save style in database".
MADE = f"""
CREATE TABLE "{TABLE}" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "f_table_catalog" TEXT(256), "f_table_schema" TEXT(256), "f_table_name" TEXT(256),
    "f_geometry_column" TEXT(256), "styleName" TEXT(30), "styleQML" TEXT, "styleSLD" TEXT, "useAsDefault" BOOLEAN, "description" TEXT,
    "owner" TEXT(30), "ui" TEXT(30), "update_time" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)"""
FILLED = f"""
INSERT INTO "{TABLE}" (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description,
    owner, ui, update_time)
SELECT '', '', table_name, column_name, ?, ?, '', 1, ?, '', NULL, '{NEVER}' FROM gpkg_geometry_columns WHERE table_name = ?"""
NAMED = f"""
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('{TABLE}', 'attributes', '{TABLE}', '', '{NEVER}')"""


def put_styles(job: Job, path: Path) -> None:
    """Add the styles of all layers to a GeoPackage that holds them."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(MADE)
        file.execute(NAMED)
        for name, document in styles(job).items():
            file.execute(FILLED, (words.STYLE, document, words.STYLE_ABOUT, name))


def styles(job: Job) -> dict[str, str]:
    """Layer to its style."""
    return {
        "units": style("MultiPolygon", list(_of_units(job))),
        "zones": style("MultiPolygon", [_of_view(job, view) for view in job.views]),
        "schools": style("Point", list(_of_schools(job)), label="name"),
    }


# -- layers ----------------------------------------------------------------------------------------------------------


def _of_view(job: Job, view: View) -> Rule:
    """The zones of a view, each school by its name; the first option is shown at first."""
    inside = [
        Rule(name, equals("school_id", str(school)), zone(fill))
        for name, school, fill in zip(job.names, job.ids, school_fills(job.book), strict=False)
    ]
    return Rule(view_name(job, view), equals("view", view.key), rules=inside, is_shown=view.key == job.letters[0])


def _of_units(job: Job) -> Iterator[Rule]:
    """Those that change school under each option, hatched; and thin lines round all."""
    if job.book.today is not None:
        for letter in job.letters:
            name = words.CHANGES.format(letter=letter)
            yield Rule(name, f'"changed_{letter}"', CHANGED, is_shown=letter == job.letters[0])
    yield Rule(words.UNITS, symbol=UNIT)


def _of_schools(job: Job) -> Iterator[Rule]:
    """Open schools full, those that the first option closes hollow."""
    is_open = f'"open_{job.letters[0]}"'
    yield Rule(words.SCHOOL, is_open, _dot(INK, PAPER))
    yield Rule(words.CLOSED_SCHOOL, f"not {is_open}", _dot(PAPER, INK))


def view_name(job: Job, view: View) -> str:
    """What the legend calls the zones of a view."""
    return words.TODAY if view.key not in job.letters else words.OPTION.format(letter=view.key, name=job.option_name(view.key))


# -- symbols ---------------------------------------------------------------------------------------------------------


def zone(fill: Fill) -> Symbol:
    """A school's fill with a line round it, and its pattern, if it has one."""
    line = {"outline_color": color(INK), "outline_style": "solid", "outline_width": "0.4", "joinstyle": "round", **MM}
    plain = Paint("SimpleFill", {"color": color(fill.color, SHARE), "style": "solid", **line})
    return Symbol("fill", [plain, *PATTERNED.get(fill.pattern, ())])


def _line(width: str, ink: str) -> Symbol:
    return Symbol("line", [Paint("SimpleLine", {"line_color": ink, "line_width": width, "line_style": "solid", "capstyle": "flat", **MM})])


def _dot(inside: str, rim: str, size: str = "2.6") -> Symbol:
    properties = {
        "name": "circle",
        "color": color(inside),
        "outline_color": color(rim),
        "outline_width": "0.4",
        "outline_style": "solid",
        "size": size,
    }
    return Symbol("marker", [Paint("SimpleMarker", {**properties, **MM})])


def _lines(angle: str, distance: str, width: str, ink: str) -> Paint:
    said = {"angle": angle, "distance": distance, "distance_unit": "MM", "color": ink, "line_width": width, **MM}
    return Paint("LinePatternFill", said, _line(width, ink))


FAINT = color(INK, 0.55)
_POINT = Paint("SimpleMarker", {"name": "circle", "color": FAINT, "outline_style": "no", "size": "0.6", **MM})
PATTERNED = {
    "dots": (
        Paint(
            "PointPatternFill",
            {"distance_x": "2.2", "distance_y": "2.2", "distance_x_unit": "MM", "distance_y_unit": "MM"},
            Symbol("marker", [_POINT]),
        ),
    ),
    "lines": (_lines("0", "2", "0.2", FAINT),),
}
"""What lies over a fill, by `Fill.pattern`."""

_EDGE = {"color": color(PAPER, 0), "style": "no", "outline_style": "solid", "joinstyle": "round", **MM}
UNIT = Symbol("fill", [Paint("SimpleFill", {**_EDGE, "outline_color": color(INK, 0.25), "outline_width": "0.1"})])
CHANGED = Symbol(
    "fill", [_lines("45", "1.6", "0.26", color(INK, 0.8)), Paint("SimpleFill", {**_EDGE, "outline_color": color(INK, 0.8), "outline_width": "0.3"})]
)
