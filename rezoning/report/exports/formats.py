"""The formats of other programs, one line each: what writes it, what opens it. The command line lists them without loading what writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A format of other programs.

    Parameters
    ----------
    about
        What it is, in one sentence.
    opens_in
        Programs that open it.
    write
        ``module:function`` of this package: writes the files of a `layers.Job` and gives a `layers.Written` for each.
    notes
        Likewise, what to know about the files of a job, as sentences; empty for nothing.
    needs_polygons
        Whether units must have polygons.
    holds_schools
        Whether schools stand in it as places of their own.
    holds_all_options
        Whether one set of files holds all options; else each option has its own.
    """

    about: str
    opens_in: str
    write: str
    notes: str = ""
    needs_polygons: bool = False
    holds_schools: bool = False
    holds_all_options: bool = False


FORMATS: dict[str, Format] = {
    "baf": Format(
        "Block assignment file of the Census Bureau, a line a unit; its labels are school ids, so rezoning reads it back as a plan.",
        "rezoning evaluate and compare, QGIS and ArcGIS (join to blocks), any program that takes block assignments",
        "assignments:write_baf",
        "assignments:notes",
    ),
    "dra": Format(
        "Block assignments for Dave's Redistricting, which numbers districts from 1.",
        "Dave's Redistricting (import a block assignment file)",
        "assignments:write_dra",
        "assignments:notes",
    ),
    "districtr": Format(
        "Block assignments for Districtr, which numbers zones from 1.",
        "Districtr (upload a CSV)",
        "assignments:write_districtr",
        "assignments:notes",
    ),
    "gpkg": Format(
        "GeoPackage with the layers units, zones and schools, in meters.",
        "QGIS, ArcGIS, GeoPandas, R sf",
        "vector:write_gpkg",
        needs_polygons=True,
        holds_schools=True,
        holds_all_options=True,
    ),
    "geojson": Format(
        "GeoJSON (RFC 7946: WGS 84) of zones, units and schools.",
        "web maps, QGIS, enrollment programs (Avela, Aeries), GeoPandas",
        "geojson:write_geojson",
        needs_polygons=True,
        holds_schools=True,
    ),
    "shp": Format(
        "Shapefiles of zones, units and schools, in meters, with a dictionary of their short column names.",
        "ArcGIS, QGIS, Transfinder and other routing and enrollment programs",
        "vector:write_shp",
        "vector:cut_notes",
        needs_polygons=True,
        holds_schools=True,
    ),
    "kml": Format(
        "KML with zones in colors and schools as pins.",
        "Google Earth, Google My Maps, SchoolMint",
        "kml:write_kml",
        needs_polygons=True,
        holds_schools=True,
    ),
    "gerrychain": Format(
        "The graph of units as JSON, with every view's assignment, area and borders.",
        "GerryChain (Graph.from_json), networkx (adjacency_graph)",
        "graph:write_gerrychain",
        "graph:notes",
        holds_all_options=True,
    ),
    "xlsx": Format(
        "Workbook with the options side by side.",
        "Excel, LibreOffice, Google Sheets",
        "workbook:write_xlsx",
        holds_all_options=True,
    ),
    "sabs": Format(
        "Zones in the schema of the School Attendance Boundary Survey 2015-16 (NCES).",
        "whatever reads SABS: QGIS, ArcGIS, GeoPandas",
        "sabs:write_sabs",
        "vector:cut_notes",
        needs_polygons=True,
    ),
}
"""By the name that ``rezoning export --to`` takes."""
