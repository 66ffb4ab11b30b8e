"""How exact a number is that is no count, yet was made from counts that may be hidden."""

from __future__ import annotations

from dataclasses import dataclass

from rezoning.report.language import Cell

INDEX = 3  # decimals of an index of segregation


@dataclass(frozen=True)
class Rounding:
    """Rounds what would say too much if all its digits were known; nothing where nothing is to be hidden.

    The mean trip of a school times its students is one more equation for the students of its units, and one of sixteen digits would be
    enough to find them all. Rounded to a tenth of a minute it leaves some dozen of student-minutes open.

    Parameters
    ----------
    is_on
        Whether small numbers are hidden.
    unit
        Of travel, ``min`` or ``km``.
    """

    is_on: bool
    unit: str

    def trip(self, value: Cell) -> Cell:
        """Minutes to one decimal, kilometers to two."""
        return self._rounded(value, 1 if self.unit == "min" else 2)

    def index(self, value: Cell, *, is_open: bool) -> Cell:
        """An index of segregation; whole where every count that it is made from is shown."""
        return value if is_open else self._rounded(value, INDEX)

    def ratio(self, value: Cell) -> Cell:
        """A ratio of trips."""
        return self._rounded(value, 2)

    def _rounded(self, value: Cell, digits: int) -> Cell:
        return round(value, digits) + 0.0 if self.is_on and isinstance(value, (int, float)) else value
