"""What a column of the units file says to a rule: yes, a number, a text; and what is wrong with it, for the user."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.errors import Problems, shown
from rezoning.formulation.formulation import Floats
from rezoning.scenario.words import unknown

YES = frozenset({"yes", "true", "1", "y", "t", "x"})
NO = frozenset({"no", "false", "0", "n", "f", ""})


def texts(district: District, column: str) -> list[str]:
    """The column's texts without blanks around them, one per unit."""
    return [str(text).strip() for text in district.columns[column]]


def is_yes(district: District, column: str) -> NDArray[np.bool_]:
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


def has_column(district: District, column: str, place: str, problems: Problems) -> bool:
    """Whether the units file has the column; collects a problem where it has not."""
    if column not in district.columns:
        problems.add(place, f"there is no column '{column}' in the units file.", unknown(column, district.columns))
    return column in district.columns


def yes_or_no(district: District, column: str, place: str, problems: Problems) -> None:
    """Collect units whose text means neither yes nor no: a promise is not dropped in silence."""
    wrong = [u for u, text in enumerate(texts(district, column)) if text.lower() not in YES | NO]
    _wrong(district, column, wrong, "yes, no or blank", "Write yes where the unit is protected, and no or nothing where it is not.", place, problems)


def whole_or_blank(district: District, column: str, place: str, problems: Problems) -> None:
    """Collect units whose text is neither blank nor a whole number."""
    values, said = numbers(district, column), texts(district, column)
    wrong = [u for u, text in enumerate(said) if text and values[u] != np.floor(values[u])]
    _wrong(district, column, wrong, "a whole number, or blank", "Write a year like 2021, or leave it blank.", place, problems)


def numbers_of_students(district: District, column: str, place: str, problems: Problems) -> None:
    """Collect units with students whose text is no number, blank ones too."""
    wrong = np.flatnonzero(np.isnan(numbers(district, column)) & (district.students != 0)).tolist()
    _wrong(district, column, wrong, "a number in every unit with students", "Write a number, with a point for decimals.", place, problems)


def _wrong(district: District, column: str, units: list[int], expected: str, cure: str, place: str, problems: Problems) -> None:
    if units:
        said = texts(district, column)
        found = shown(f"unit '{district.unit_ids[u]}' " + (f"has '{said[u]}'" if said[u] else "is blank") for u in units)
        problems.add(place, f"column '{column}' needs {expected}; {found}.", cure)
