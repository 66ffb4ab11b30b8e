"""Numbers for a table's file: with the decimals that a spreadsheet holds, in the unit that the page shows, and bare."""

from __future__ import annotations

from rezoning.public.cell import Cell, is_number
from rezoning.report.catalogue.kinds import MANNERS, Kind, sheet_number, unit_words
from rezoning.report.language import Language

WHOLE = "1 = 100 %"
"""What shares are told in: 0.309 is 30.9 percent."""


def exact_number(value: Cell, kind: Kind) -> str:
    """The number; nothing for a value that is hidden or not known, whose text says so."""
    return f"{sheet_number(value, kind):.10g}" if is_number(value) and kind != "text" else ""


def unit_of_exact(kind: Kind, language: Language) -> str:
    """Its unit in words; nothing for bare numbers."""
    unit = MANNERS[kind].unit
    return WHOLE if unit == "%" else unit_words(unit, language)
