"""How exact a number is that is no count, yet was made from counts that may be hidden."""

from __future__ import annotations

from dataclasses import dataclass

from rezoning.public.cell import HIDDEN, Cell, Rounded

INDEX = 3  # decimals of an index of segregation
COARSE = 2  # of one that is made from counts that are hidden


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
    least
        Counts below this are small.
    """

    is_on: bool
    unit: str
    least: float = 10.0

    def trip(self, value: Cell) -> Cell:
        """Minutes to one decimal, kilometers to two."""
        return self._rounded(value, self._digits)

    @property
    def half_trip(self) -> float:
        """How far a rounded trip may be from the true one."""
        return 0.5 * 10.0**-self._digits

    @property
    def _digits(self) -> int:
        return 1 if self.unit == "min" else 2

    def index(self, value: Cell, *, is_open: bool) -> Cell:
        """An index of segregation; whole where every count that it is made from is shown."""
        return value if is_open else self._rounded(value, INDEX)

    def mix(self, value: Cell, ours: float, others: float, *, is_open: bool) -> Cell:
        """An index of a group's spread over schools; to hundredths, or not at all, where some count that it is made from is hidden.

        An index is one more equation for the hidden counts: of two schools that hide theirs it tells both. `least` students who change places
        move it by about least (1 / ours + 1 / others), and a hundredth must be twice that to leave them unknown: several indices are told.
        """
        if is_open or not self.is_on or not isinstance(value, (int, float)):
            return value
        if min(ours, others) <= 0 or 2 * self.least * (1 / ours + 1 / others) > 10.0**-COARSE:
            return HIDDEN
        return self._rounded(value, COARSE)

    def ratio(self, value: Cell) -> Cell:
        """A ratio of trips."""
        return self._rounded(value, 2)

    def _rounded(self, value: Cell, digits: int) -> Cell:
        return Rounded(value, digits) if self.is_on and isinstance(value, (int, float)) else value
