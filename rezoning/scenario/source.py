"""A file that holds a table or a layer of shapes, as a section of the scenario names it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from rezoning.scenario.section import File, Section, Text, Wrong


class Source(Section):
    """A file with a table or a layer of shapes."""

    path: File = Field(description="The file.")
    layer: Text | None = Field(default=None, description="Layer of a GeoPackage or a zip file; its only layer when left out.")

    def _wrongs(self) -> Iterator[Wrong]:
        yield from wrong_layer(self.path.suffix, self.layer)


def wrong_layer(suffix: str, layer: str | None) -> Iterator[Wrong]:
    """What is wrong with naming a layer of a file of this kind."""
    if layer is not None and suffix.lower() not in (".gpkg", ".zip"):
        yield Wrong("only a GeoPackage (.gpkg) or a zip file has layers.", "Drop layer, or give such a file as path.", at=("layer",))
