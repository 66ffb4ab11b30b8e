"""The section `basemap` of `report`: streets, waters and places that are drawn under the zones, and that name areas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import Field, model_validator

from rezoning.scenario.section import File, Section, Text, Wrong
from rezoning.scenario.source import Source
from rezoning.scenario.streets import NETWORKS


class Drawn(Source):
    """A file of what is drawn; a path alone is enough."""

    short: ClassVar[str | None] = "path"

    path: File = Field(description="The file.")
    name: Text | None = Field(default=None, description="A layer: its column of names; detected when left out.")
    kind: Text | None = Field(default=None, description="A layer: its column of classes, which say what is drawn thicker; detected when left out.")

    @model_validator(mode="before")
    @classmethod
    def _of_path(cls, value: Any) -> Any:
        return value if isinstance(value, (dict, Source)) else {"path": value}

    @property
    def is_layer(self) -> bool:
        """Whether the file is a layer, whose columns can be named, and not one of OpenStreetMap."""
        return self.path.suffix.lower() not in NETWORKS

    def _wrongs(self) -> Iterator[Wrong]:
        for key in ("layer", "name", "kind"):
            if not self.is_layer and getattr(self, key) is not None:
                yield Wrong(f"{key} is for layers, and {self.path.name} says itself what is in it.", "Drop it.", at=(key,))
        if self.is_layer:
            yield from super()._wrongs()


class DrawnStreets(Drawn):
    """Streets that are drawn; a path alone is enough."""


class DrawnWater(Drawn):
    """Rivers and lakes that are drawn; a path alone is enough."""


class DrawnPlaces(Drawn):
    """Towns and neighborhoods that are named; a path alone is enough."""


class Basemap(Section):
    """Streets, waters and places under the zones of every map: for finding one's way, and for the names of areas; no number hangs on them."""

    streets: DrawnStreets | None = Field(
        default=None, description="The files of `data.travel.streets`. Left out: those of `data.travel.streets`, else of `data.walk.streets`."
    )
    water: DrawnWater | None = Field(
        default=None,
        description="A layer of rivers and lakes, or an extract of OpenStreetMap. Left out: those of the streets' extract, if it is one.",
    )
    places: DrawnPlaces | None = Field(
        default=None, description="A layer of towns and neighborhoods with names, points or polygons, or an extract of OpenStreetMap. Likewise."
    )
    travel_streets: bool = Field(default=True, description="Whether streets that trips are computed along are drawn where `streets` is left out.")
