"""A table or layer that was looked at, and simple facts of its columns; nothing here decides what a file is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from rezoning.district.counts import numbers
from rezoning.district.detect import NAMELESS, Texts, is_counter
from rezoning.district.district import Floats
from rezoning.district.files.table import Table, texts

Shape = Literal["polygons", "lines", "points", "table"]

FAMILIES: dict[str, Shape] = {
    "Polygon": "polygons", "MultiPolygon": "polygons", "LineString": "lines", "MultiLineString": "lines", "LinearRing": "lines",
    "Point": "points", "MultiPoint": "points",
}  # fmt: skip
MOSTLY = 0.5
MOST_HIDDEN = 0.4
"""Share of cells that may hold a mark in the place of a number; what they mean is asked of the user when the column is read."""


@dataclass(eq=False)
class Looked:
    """A table or layer with what is known of it.

    Parameters
    ----------
    path
        The file; a file geodatabase is a folder.
    table
        What it holds.
    layer
        The layer or sheet, where the file has several.
    name
        How people call it: the file, with its layer where there are several.
    """

    path: Path
    table: Table
    layer: str | None = None
    name: str = ""
    _texts: dict[str, Texts] = field(default_factory=dict, repr=False)
    _numbers: dict[str, Floats | None] = field(default_factory=dict, repr=False)

    @property
    def columns(self) -> list[str]:
        """Names of its columns, row numbers left out."""
        return [name for name in self.table.columns if not (NAMELESS.fullmatch(name) and is_counter(self.texts(name)))]

    @property
    def rows(self) -> int:
        """How many records it has."""
        return len(self.table.frame)

    @property
    def shape(self) -> Shape:
        """What its shapes are, or a mere table."""
        if self.table.geometry is None:
            return "table"
        kinds = [FAMILIES[kind] for kind in self.table.geometry.geom_type.dropna() if kind in FAMILIES]
        found = max(set(kinds), key=kinds.count) if kinds else "table"
        return found if kinds.count(found) >= MOSTLY * len(kinds) else "table"

    def texts(self, name: str) -> Texts:
        """A column as text."""
        if name not in self._texts:
            found = self.table.find(name)
            self._texts[name] = texts(found) if found is not None else np.array([], dtype=object)
        return self._texts[name]

    def numbers(self, name: str) -> Floats | None:
        """A column as numbers, NaN where blank or hidden (``*``, ``NA``); None where too many cells are words, or all are blank."""
        if name not in self._numbers:
            values, blank, wrong = numbers(self.table.frame[name]) if name in self.table.frame.columns else (np.array([]), True, True)
            self._numbers[name] = None if np.mean(wrong) > MOST_HIDDEN or np.all(blank | wrong) else np.where(wrong, np.nan, values)
        return self._numbers[name]

    def counts(self, name: str) -> Floats | None:
        """A column of counts, blank cells as 0; None where some value is below 0 or no number."""
        values = self.numbers(name)
        if values is None or np.nanmin(values) < 0:
            return None
        return np.nan_to_num(values)

    def distinct(self, name: str) -> set[str]:
        """The values of a column that are not blank."""
        return set(self.texts(name).tolist()) - {""}

    def is_key(self, name: str) -> bool:
        """Whether every record has a value of its own there."""
        return len(self.distinct(name)) == self.rows

    def those(self, wanted: Callable[[str], object]) -> list[str]:
        """Its columns of which something is true."""
        return [name for name in self.columns if wanted(name)]
