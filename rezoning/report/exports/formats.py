"""The formats of other programs, one line each: what writes it, what opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rezoning.public.book import Book
from rezoning.report.exports import assignments, geojson, graph, kml, sabs, vector, words, workbook
from rezoning.report.exports.coverage import GAP_M
from rezoning.report.exports.layers import Job, Written
from rezoning.report.exports.places import places_of
from rezoning.report.exports.readme import readme
from rezoning.report.exports.text import clean
from rezoning.runs.files import put

README = "README.txt"


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
        Writes the files of a job and says what they are.
    notes
        What to know about them.
    needs_polygons
        Whether units must have polygons.
    holds_all_options
        Whether one set of files holds all options; else each option has its own.
    """

    about: str
    opens_in: str
    write: Callable[[Job], list[Written]]
    notes: Callable[[Job], list[str]] = lambda _: []
    needs_polygons: bool = False
    holds_all_options: bool = False


FORMATS: dict[str, Format] = {
    "baf": Format(
        "Block assignment file of the Census Bureau, a line a unit; its labels are school ids, so rezoning reads it back as a plan.",
        "rezoning evaluate and compare, QGIS and ArcGIS (join to blocks), any program that takes block assignments",
        assignments.write_baf, assignments.notes,
    ),
    "dra": Format(
        "Block assignments for Dave's Redistricting, which numbers districts from 1.", "Dave's Redistricting (import a block assignment file)",
        assignments.write_dra, assignments.notes,
    ),
    "districtr": Format(
        "Block assignments for Districtr, which numbers zones from 1.", "Districtr (upload a CSV)", assignments.write_districtr, assignments.notes,
    ),
    "gpkg": Format(
        "GeoPackage with the layers units, zones and schools, in meters.", "QGIS, ArcGIS, GeoPandas, R sf",
        vector.write_gpkg, needs_polygons=True, holds_all_options=True,
    ),
    "geojson": Format(
        "GeoJSON (RFC 7946: WGS 84) of zones, units and schools.", "web maps, QGIS, enrollment programs (Avela, Aeries), GeoPandas",
        geojson.write_geojson, needs_polygons=True,
    ),
    "shp": Format(
        "Shapefiles of zones, units and schools, in meters, with a dictionary of their short column names.",
        "ArcGIS, QGIS, Transfinder and other routing and enrollment programs", vector.write_shp, vector.cut_notes, needs_polygons=True,
    ),
    "kml": Format("KML with zones in colors and schools as pins.", "Google Earth, Google My Maps, SchoolMint", kml.write_kml, needs_polygons=True),
    "gerrychain": Format(
        "The graph of units as JSON, with every view's assignment, area and borders.", "GerryChain (Graph.from_json), networkx (adjacency_graph)",
        graph.write_gerrychain, graph.notes, holds_all_options=True,
    ),
    "xlsx": Format(
        "Workbook with the options side by side.", "Excel, LibreOffice, Google Sheets", workbook.write_xlsx, holds_all_options=True,
    ),
    "sabs": Format(
        "Zones in the schema of the School Attendance Boundary Survey 2015-16 (NCES).", "whatever reads SABS: QGIS, ArcGIS, GeoPandas",
        sabs.write_sabs, vector.cut_notes, needs_polygons=True,
    ),
}  # fmt: skip
"""By the name that ``rezoning export --to`` takes."""


def export(book: Book, letter: str | None, to: str, place: Path, *, with_counts: bool = False) -> list[Path]:
    """Write options in a format of another program, with a README.txt.

    Parameters
    ----------
    book
        The options.
    letter
        The option to write; None for all.
    to
        A name of `FORMATS`.
    place
        An existing directory, empty.
    with_counts
        Whether units carry their numbers of students, where the format can hold them; the result is not for publication.

    Returns
    -------
    list of Path
        The files, README.txt last.

    Raises
    ------
    DataError
        When the format needs polygons and there are none, or cannot hold an id.
    """
    form = FORMATS[to]
    job = Job(book, tuple(book.views) if letter is None else (letter,), to, Path(place), with_counts)
    if form.needs_polygons:
        _ = job.ground  # before anything is written
    written = form.write(job)
    path = job.place / README
    put(path, readme(job, form.about, form.opens_in, written, _notes(job, form)))
    return [*dict.fromkeys(one.path for one in written), path]


def _notes(job: Job, form: Format) -> list[str]:
    """What is said of the format, then of the ground and of schools without a place."""
    notes = form.notes(job)
    if "ground" in job.__dict__:
        ground = job.ground
        notes += [words.mended_note(ground.closed_m2, GAP_M)] if ground.is_mended else []
    if form.needs_polygons and job.to != "sabs":
        places = places_of(job.book)
        lost = [clean(school.name) for school in job.book.schools if school.id not in places]
        notes += [words.unplaced_note(lost)] if lost else []
    return notes
