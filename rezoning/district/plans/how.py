"""How a plan file is to be read, where the file alone does not say it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rezoning.scenario.filter import Filtered

When = Literal["new", "today"]
"""Whether a file is read as a plan, or for the zones of today."""


@dataclass(frozen=True)
class PlanReading:
    """What a user says of a plan file.

    Parameters
    ----------
    column
        The column of schools; found by its name when left out, or because it is the only other one.
    layer
        Layer of a file that has several, or the file in a zip file or a folder.
    sheet
        Sheet of a workbook.
    labels
        A table with the columns label and school, for a plan that numbers its zones.
    rest
        ``today`` where units that the file leaves out keep today's school; refused when left out.
    rows
        The section of the scenario whose filter says which rows count; all when left out.
    """

    column: str | None = None
    layer: str | None = None
    sheet: str | None = None
    labels: Path | None = None
    rest: Literal["today"] | None = None
    rows: Filtered | None = None

    def options(self) -> list[str]:
        """What was said, as the command line takes it; of files only the names."""
        labels = None if self.labels is None else self.labels.name
        said = {"column": self.column, "layer": self.layer, "sheet": self.sheet, "labels": labels, "rest": self.rest}
        return [word for name, value in said.items() if value is not None for word in (f"--{name}", shlex.quote(value))]


PLAINLY = PlanReading()
"""Nothing is said: the file must say it all."""
