"""What a column of the units file says to a rule: yes, a number, a text."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.district.rule_names import YES, texts
from rezoning.formulation.formulation import Floats


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
