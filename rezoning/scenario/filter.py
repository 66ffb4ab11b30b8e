"""Which rows of a file belong to the district."""

from __future__ import annotations

from pydantic import Field

from rezoning.scenario.section import AnyText, Section, Text


class Filter(Section):
    """Keep only the rows whose column equals a value."""

    column: Text = Field(description="Column to look at.")
    equals: AnyText = Field(description="Value that the rows to keep have there.")
