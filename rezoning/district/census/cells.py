"""Cells of census tables, by whatever a file calls them: ``P12H_004N``, ``P012H004``, ``P0020002``, ``B17001_004E``, ``U7C002``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

API = re.compile(r"(?P<table>P\d{1,2}|[BC]\d{5})(?P<iteration>[A-Z]{0,2})_(?P<cell>\d{3})(?P<what>N|E|M)")
"""Of the Census Bureau's API and of data.census.gov."""

SUMMARY_FILE = re.compile(r"P(?P<table>\d{3})(?P<iteration>[A-Z]?)(?P<cell>\d{3,4})")
"""Of summary files, and of those who pass them on."""

OF_NHGIS = re.compile(r"(?P<letter>U7[B-F])(?P<cell>\d{3})")
NHGIS = {"U7B": "P1", "U7C": "P2", "U7D": "P3", "U7E": "P4", "U7F": "P5"}
"""Codes that NHGIS gives the tables of PL 94-171 of 2020."""


@dataclass(frozen=True)
class Cell:
    """One number of a census table.

    Parameters
    ----------
    table
        ``P12``, ``B17001``.
    iteration
        Letter of the group that the table is repeated for, blank where it is of everyone.
    number
        1 is the total.
    is_margin
        Whether it is the margin of error of an estimate, and not the number itself.
    """

    table: str
    iteration: str
    number: int
    is_margin: bool = False


def cell_of(name: str) -> Cell | None:
    """The cell that a column holds by its name; None where it is none."""
    text = name.strip().upper()
    if found := API.fullmatch(text):
        return Cell(found["table"], found["iteration"], int(found["cell"]), found["what"] == "M")
    if found := SUMMARY_FILE.fullmatch(text):
        return Cell(f"P{int(found['table'])}", found["iteration"], int(found["cell"]))
    if found := OF_NHGIS.fullmatch(text):
        return Cell(NHGIS[found["letter"]], "", int(found["cell"]))
    return None


def cells_of(columns: Sequence[str]) -> dict[str, Cell]:
    """The cells of a census table among columns, by the column's name."""
    return {name: cell for name in columns if (cell := cell_of(name)) is not None}
