"""Editions of small districts, for the papers that are made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
from comparing_drawn import book, district
from shapely.geometry import box

from rezoning.public.book import Book
from rezoning.report.language import language_of
from rezoning.report.papers import Edition
from rezoning.report.statement import statement_record


def edition_of(made: Book) -> Edition:
    language = language_of(made.settings)
    return Edition(made, {option.letter: statement_record(made, option.letter, language) for option in made.options}, language)


def squared(**asked: Any) -> Book:
    """The drawn district as squares in a row, of a kilometer each."""
    place = district()
    shapes = gpd.GeoSeries(
        [box(500_000 + 1000 * (k % 3), 4_400_000 - 1000 * (k // 3), 501_000 + 1000 * (k % 3), 4_401_000 - 1000 * (k // 3)) for k in range(6)],
        crs="EPSG:32616",
    )
    return book(replace(place, geometry=shapes), **asked)
