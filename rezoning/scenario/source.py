"""A file that holds a table or a layer of shapes, as a section of the scenario names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import Field

from rezoning.scenario.formats import Part, endings, format_of
from rezoning.scenario.section import File, Section, Text, Wrong
from rezoning.scenario.tree import Key
from rezoning.scenario.words import choice

Layer = Annotated[Text | None, Field(description="Layer (or table) of a file that has several; its only one when left out.")]
Sheet = Annotated[Text | None, Field(description="Sheet of a workbook; its only one that holds anything when left out.")]


class Sourced(Protocol):
    """A section that names a file, and which of its layers or sheets."""

    @property
    def path(self) -> Path | None:
        """The file."""

    @property
    def layer(self) -> str | None:
        """One of its layers."""

    @property
    def sheet(self) -> str | None:
        """One of its sheets."""

    def place(self, *keys: Key) -> str:
        """Where a value of the section stands."""


class Source(Section):
    """A file with a table or a layer of shapes."""

    path: File = Field(description="The file.")
    layer: Layer = None
    sheet: Sheet = None

    def _wrongs(self) -> Iterator[Wrong]:
        yield from wrong_part(self.path, self.layer, self.sheet)


def wrong_part(path: Path | None, layer: str | None, sheet: str | None) -> Iterator[Wrong]:
    """What is wrong with naming a layer or a sheet of a file of this kind."""
    given: tuple[tuple[Part, str | None], ...] = (("layer", layer), ("sheet", sheet))
    for part, wanted in given:
        if wanted is not None and (path is None or not may_have(path, part)):
            yield Wrong(f"{_having(part)} {part}s.", _cure(part, path), at=(part,))


def may_have(path: Path, part: Part) -> bool:
    """Whether a file of this name may have several layers, or sheets."""
    kind = format_of(path)
    return kind is not None and kind.part == part


def _having(part: Part) -> str:
    if part == "sheet":
        return f"only a workbook ({choice(endings(part))}) has"
    return "only a GeoPackage (.gpkg), geodatabase (.gdb), KML, TopoJSON or zip file has"


def _cure(part: Part, path: Path | None) -> str:
    kind = None if path is None else format_of(path)
    if kind is not None and kind.part is not None:
        return f"Say {kind.part}: in its place, or drop it."
    return f"Drop {part}, or give such a file as path."
