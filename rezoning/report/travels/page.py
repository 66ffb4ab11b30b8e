"""Two tables of travel as one page: facts, a map of where they differ, and tables beside it."""

from __future__ import annotations

from typing import Any

from rezoning.district.district import District, Floats
from rezoning.report.html import render
from rezoning.report.language import Language
from rezoning.report.maps.basemap import Basemap, map_notes
from rezoning.report.public_text import file_name
from rezoning.report.travels.picture import travel_map
from rezoning.report.travels.words import SIDES, facts, pairs, school_rows, sides, times, unit_rows


def travels_page(document: dict[str, Any], district: District, unit_ratio: Floats, language: Language, base: Basemap | None = None) -> str:
    """The page as HTML that needs nothing but itself.

    Parameters
    ----------
    document
        The content of travels.json.
    district
        The first, for its polygons.
    unit_ratio
        Median ratio of each unit, shape (n,); NaN where it has none.
    language
        Of every text on the page.
    base
        What lies under the map.
    """
    median = document["ratio"]["median"]
    return render(
        "travels.html.j2",
        language,
        name=document["name"],
        sides=sides(document, language),
        facts=list(facts(document, language)),
        pairs=pairs(document, language),
        median=times(median, language),
        map=travel_map(district, unit_ratio, median, language, base),
        map_notes=map_notes(base, language),
        schools=_numbered(school_rows(document, language)),
        units=unit_rows(document, language),
        files=[(letter, file_name(file["path"]), file["sha256"]) for letter, key in SIDES for file in document[key]["inputs"]],
        warnings=[(letter, text) for letter, key in SIDES for text in document[key]["warnings"]],
    )


def _numbered(rows: tuple[list[str], list[list[str]]]) -> tuple[list[str], list[list[str]]]:
    """The rows of schools with the numbers that they have on the map."""
    heads, cells = rows
    return heads, [[f"{number}. {row[0]}", *row[1:]] for number, row in enumerate(cells, 1)]
