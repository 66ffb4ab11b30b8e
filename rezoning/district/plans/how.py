"""How a plan file is to be read, where the file alone does not say it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rezoning.errors import DataError, Problem, shown

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
    buildings
        A table of who has which grades, for a plan that pairs schools; that beside the plan file when left out.
    columns
        Several: one for each plan file, in their order, as tables with a column for each option want it.
    """

    column: str | None = None
    layer: str | None = None
    sheet: str | None = None
    labels: Path | None = None
    rest: Literal["today"] | None = None
    rows: Filtered | None = None
    buildings: Path | None = None
    columns: tuple[str, ...] = ()

    def for_each(self, are_files: Sequence[bool]) -> list[PlanReading]:
        """How each plan is read.

        Parameters
        ----------
        are_files
            Whether each plan is a file, and not that of a run, which needs no column.

        Raises
        ------
        DataError
            There are several columns, and not one for each file.
        """
        if not self.columns:
            return [self] * len(are_files)
        if len(self.columns) != sum(are_files):
            message = f"names {len(self.columns)} columns ({shown(self.columns)}) for {sum(are_files)} plan file{'' if sum(are_files) == 1 else 's'}."
            raise DataError(
                Problem("--column", message, "Give one for all of them, or one for each, in their order; a file may be given several times.")
            )
        columns = iter(self.columns)
        return [replace(self, column=next(columns), columns=()) if is_file else self for is_file in are_files]

    def options(self) -> list[str]:
        """What was said, as the command line takes it; of files only the names."""
        labels, buildings = (None if path is None else path.name for path in (self.labels, self.buildings))
        columns = [word for name in self.columns for word in ("--column", shlex.quote(name))]
        said = {"column": self.column, "layer": self.layer, "sheet": self.sheet, "labels": labels, "rest": self.rest, "buildings": buildings}
        return columns + [word for name, value in said.items() if value is not None for word in (f"--{name}", shlex.quote(value))]


PLAINLY = PlanReading()
"""Nothing is said: the file must say it all."""
