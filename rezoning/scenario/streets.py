"""The section `streets` of `data.travel` and `data.walk`: a street network, and how fast one gets along it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from rezoning.scenario.section import File, Number, Share, Text, Wrong
from rezoning.scenario.source import Source

NETWORKS = (".pbf", ".osm", ".graphml")
"""Files that say themselves what is a street and where it leads; others are layers, whose columns can be named."""

DELAY_S = {"drive": 2.0, "walk": 0.0}

Kmh = Annotated[Number, Field(gt=0, le=200)]


class Streets(Source):
    """Minutes along streets: free flow, no traffic, no turn restrictions; labelled so everywhere."""

    path: File = Field(description="`.osm.pbf .osm`, TIGER edges, a layer of roads, or OSMnx's GraphML or GeoPackage.")
    mode: Literal["drive", "walk"] = Field(default="drive", description="Which streets may be used, and how fast.")
    speeds: dict[Text, Kmh] = Field(
        default_factory=dict, description="Class to km/h, where it is not the usual one: `{residential: 30, S1400: 40}`; wins over `speed_table`."
    )
    speed_table: File | None = Field(default=None, description="The same as a table with the columns `class` and `kmh` or `mph`.")
    share_of_limit: Annotated[Number, Field(gt=0, le=1.5)] = Field(
        default=0.8, description="Speed that is driven over the posted limit, where one is posted; 1 where a file holds driven speeds."
    )
    junction_delay: Annotated[Share, Field(le=120)] | None = Field(
        default=None, description="Seconds lost at each junction; left out: 2 to drive, none to walk."
    )
    walking_kmh: Kmh = Field(default=5.0, description="Speed on foot, on all ways and from a unit's or school's point to the nearest street.")
    class_column: Text | None = Field(default=None, description="A layer of roads: the column of classes; detected and printed when left out.")
    speed_column: Text | None = Field(default=None, description="Its column of posted speeds; likewise.")
    speed_unit: Literal["km/h", "mph"] | None = Field(default=None, description="Unit of plain numbers there; never guessed.")
    oneway_column: Text | None = Field(default=None, description="Its column of one-ways (yes, no, -1; B, FT, TF); detected likewise.")

    @property
    def is_layer(self) -> bool:
        """Whether the file is a layer, which does not say itself where streets meet."""
        return self.path.suffix.lower() not in NETWORKS

    @property
    def delay_s(self) -> float:
        """Seconds lost at each junction."""
        return self.junction_delay if self.junction_delay is not None else DELAY_S[self.mode]

    def _wrongs(self) -> Iterator[Wrong]:
        for key in ("speeds", "speed_table", "share_of_limit", "speed_column", "speed_unit"):
            if self.mode == "walk" and key in self.model_fields_set:
                yield Wrong(f"{key} is for mode: drive; on foot walking_kmh holds everywhere.", "Drop it.", at=(key,))
        for key in ("layer", "class_column", "speed_column", "speed_unit", "oneway_column"):
            if not self.is_layer and getattr(self, key) is not None:
                yield Wrong(f"{key} is for layers of roads, and {self.path.name} says itself what its streets are.", "Drop it.", at=(key,))
        if self.is_layer:
            yield from super()._wrongs()


class WalkingStreets(Streets):
    """Minutes on foot along streets and paths."""

    mode: Literal["walk"] = Field(default="walk", description="On foot.")
