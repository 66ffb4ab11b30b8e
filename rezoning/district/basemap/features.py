"""Streets, waters and places as shapes in degrees, whatever file they come from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import InputFile, Ints

Box = tuple[float, float, float, float]
"""West, south, east and north in degrees."""

LONGEST = 60
"""Letters of a name that are kept."""

NAMED_BY_NO_NAME = frozenset({"", "none", "null", "nan", "unnamed", "unknown", "no name", "noname", "n/a", "<null>"})


@dataclass(frozen=True, eq=False)
class Features:
    """Shapes of one kind.

    Parameters
    ----------
    shapes
        Lines, polygons or points in degrees, shape (k,).
    rank
        How important each is, 0 the most; shape (k,).
    name
        What each is called, blank where nothing is known; shape (k,).
    """

    shapes: NDArray[Any]
    rank: Ints
    name: NDArray[np.object_]

    @classmethod
    def none(cls) -> Features:
        """No shapes."""
        return cls(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0, dtype=object))

    @classmethod
    def joined(cls, parts: Sequence[Features]) -> Features:
        """All shapes of several."""
        if not parts:
            return cls.none()
        shapes, rank, name = zip(*((one.shapes, one.rank, one.name) for one in parts), strict=True)
        return cls(np.concatenate(shapes), np.concatenate(rank), np.concatenate(name))

    def __len__(self) -> int:
        return len(self.shapes)

    def kept(self, where: Any) -> Features:
        """Some of them, by flags or indices."""
        return Features(self.shapes[where], self.rank[where], self.name[where])

    def within(self, box: Box) -> Features:
        """What of them is in a box, cut off at its edges, every piece by itself."""
        import shapely

        near = self.kept(shapely.intersects(shapely.box(*box), self.shapes))
        pieces, of = shapely.get_parts(shapely.clip_by_rect(near.shapes, *box), return_index=True)
        found = Features(pieces, near.rank[of], near.name[of])
        return found.kept(~shapely.is_empty(pieces) & (shapely.get_dimensions(pieces) == shapely.get_dimensions(near.shapes)[of]))


@dataclass(frozen=True, eq=False)
class Geography:
    """What lies under a district.

    Parameters
    ----------
    streets
        Lines; ranks are those of `ranks`.
    lakes, rivers
        Polygons and lines of water.
    places
        Points of towns and neighborhoods.
    has_streets
        Whether a file of streets was named, even one that holds none here.
    is_osm
        Whether some of it is of OpenStreetMap, which wants to be named.
    inputs, notes, warnings
        As a District has them.
    """

    streets: Features = field(default_factory=Features.none)
    lakes: Features = field(default_factory=Features.none)
    rivers: Features = field(default_factory=Features.none)
    places: Features = field(default_factory=Features.none)
    has_streets: bool = False
    is_osm: bool = False
    inputs: tuple[InputFile, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def clean(names: Any) -> NDArray[np.object_]:
    """Names without what could not be drawn or would turn the text around it; the first of a list, as OSMnx writes it."""
    import pandas as pd

    codes, distinct = pd.factorize(np.asarray(names, dtype=object))
    tidy = np.array([*(_clean(text) for text in distinct), ""], dtype=object)
    return tidy[codes]


def _clean(text: Any) -> str:
    said = str(text)
    if said.startswith("["):
        said = re.split(r"['\"], ?['\"]", said.strip("[]"))[0].strip(" '\"")
    plain = "".join(letter if unicodedata.category(letter)[0] not in "CZ" else "" if unicodedata.category(letter) == "Cf" else " " for letter in said)
    plain = " ".join(plain.split())
    if plain.casefold() in NAMED_BY_NO_NAME:
        return ""
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1].rstrip()}…"
