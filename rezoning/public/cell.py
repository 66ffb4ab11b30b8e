"""A number that everybody may see: itself, hidden to protect privacy, or undefined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, TypeGuard

HIDDEN = "*"  # what stands, in tables and in files, where a number is hidden to protect privacy

Cell = float | str | None
"""A number; HIDDEN; or None where it is undefined."""


class Rounded(float):
    """A number that was rounded to protect privacy: no more decimals than it has are ever written, of differences with it neither."""

    digits: int

    def __new__(cls, value: float, digits: int) -> Rounded:
        """Round a number to so many decimals."""
        made = super().__new__(cls, round(value, digits) + 0.0)
        made.digits = digits
        return made

    def __sub__(self, other: float) -> Rounded:
        return Rounded(float(self) - float(other), min(self.digits, decimals(other, self.digits)))

    def __rsub__(self, other: float) -> Rounded:
        return Rounded(float(other) - float(self), self.digits)

    def __abs__(self) -> Rounded:
        return Rounded(abs(float(self)), self.digits)


def hundredfold(value: float) -> float:
    """A share in hundredths."""
    return Rounded(100 * float(value), max(0, value.digits - 2)) if isinstance(value, Rounded) else 100 * value


def decimals(value: object, most: int) -> int:
    """How many decimals may be written of a number, of the most that are wanted."""
    return min(most, value.digits) if isinstance(value, Rounded) else most


# -- cells out of cells: hidden as soon as anything that they are made of is ------------------------------------------


def is_number(value: object) -> TypeGuard[float]:
    """Whether a cell holds a number: neither nothing, nor hidden, nor words."""
    return isinstance(value, (int, float)) and isfinite(value)


def look(found: Any, *path: str | int) -> Cell:
    """A measure by its place; None where nothing stands there, HIDDEN where it, or anything that it stands in, is hidden."""
    for key in path:
        if found == HIDDEN:
            return HIDDEN
        if isinstance(found, (list, tuple)):
            found = found[key] if isinstance(key, int) and key < len(found) else None
        else:
            found = found.get(key) if isinstance(found, Mapping) else None
    return found if is_number(found) or isinstance(found, str) else None


def ratio(part: Cell, whole: Cell) -> Cell:
    """One cell over another; undefined where either is, or nobody is the whole."""
    if HIDDEN in (part, whole):
        return HIDDEN
    return part / whole if is_number(part) and is_number(whole) and whole > 0 else None


def difference(after: Cell, before: Cell) -> Cell:
    """One cell less another; undefined where either is."""
    if HIDDEN in (after, before):
        return HIDDEN
    return after - before if is_number(after) and is_number(before) else None


def total(cells: Iterable[Cell]) -> Cell:
    """The sum of cells; undefined where one is."""
    found = list(cells)
    if HIDDEN in found:
        return HIDDEN
    return sum(filter(is_number, found)) if all(map(is_number, found)) else None
