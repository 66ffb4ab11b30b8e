"""What a column of the units file says to a rule: a text, yes or no, a number; each read here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District, Floats
from rezoning.errors import Problem, shown

YES = frozenset({"yes", "true", "1", "y", "t", "x"})
NO = frozenset({"no", "false", "0", "n", "f", ""})


def texts(district: District, column: str) -> list[str]:
    """The column's texts without blanks around them, one per unit."""
    return [str(text).strip() for text in district.columns[column]]


def flags(district: District, column: str) -> NDArray[np.bool_]:
    """Units whose text means yes; shape (n,)."""
    return np.array([text.lower() in YES for text in texts(district, column)], dtype=bool)


def numbers(district: District, column: str) -> Floats:
    """The column's numbers, NaN where a text is blank or no number; shape (n,)."""
    return np.array([_number(text) for text in texts(district, column)], dtype=np.float64)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return np.nan
    return value if isfinite(value) else np.nan


EXPECTED = {
    "flag": ("yes, no or blank", "Write yes where the unit is protected, and no or nothing where it is not."),
    "year": ("a whole number, or blank", "Write a year like 2021, or leave it blank."),
    "number": ("a number in every unit with students", "Write a number, with a point for decimals."),
}


def unreadable(district: District, column: str, kind: str, place: str) -> Iterator[Problem]:
    """Units whose text is not what the rule asks for: a promise is not dropped in silence. Only units with students need an index."""
    said = texts(district, column)
    wrong = [u for u, text in enumerate(said) if not _is_fine(text, kind) and (kind != "number" or district.students[u] != 0)]
    if wrong:
        expected, cure = EXPECTED[kind]
        found = shown(f"unit '{district.unit_ids[u]}' " + (f"has '{said[u]}'" if said[u] else "is blank") for u in wrong)
        yield Problem(place, f"column '{column}' needs {expected}; {found}.", cure)


def _is_fine(text: str, kind: str) -> bool:
    if kind == "flag":
        return text.lower() in YES | NO
    value = _number(text)
    return (isfinite(value) and (kind == "number" or value == np.floor(value))) or (kind == "year" and not text)
