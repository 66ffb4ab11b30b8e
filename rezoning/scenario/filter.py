"""Which rows of a file belong to the district."""

from __future__ import annotations

from typing import Protocol

from pydantic import Field

from rezoning.scenario.section import AnyText, Section, Text
from rezoning.scenario.tree import Key


class Filter(Section):
    """Keep only the rows whose column equals a value."""

    column: Text = Field(description="Column to look at.")
    equals: AnyText = Field(description="Value that the rows to keep have there.")


class Filtered(Protocol):
    """A section with a filter."""

    @property
    def filter(self) -> Filter | None:
        """Which rows count; all without one."""

    def place(self, *keys: Key) -> str:
        """Where a value of the section stands."""
