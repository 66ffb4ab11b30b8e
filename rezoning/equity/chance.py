"""What chance may do to a count or a share: whether something is so in nearly all draws, or only in the one head count that is at hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rezoning.equity.case import EquityCase
from rezoning.equity.statement import Status

Bools = NDArray[np.bool_]
Event = Callable[[], Bools]
"""Whether something is so in each draw, shape (K,)."""


def is_sure(case: EquityCase, is_so: bool, event: Event) -> bool:
    """Whether something is so, and in at least a share `confidence` of the draws; draws are not asked where the definition is strict."""
    return is_so and (case.is_strict or float(event().mean()) >= case.settings.confidence)


def status_of(case: EquityCase, is_wrong: bool, event: Event) -> Status:
    """``meets`` where the counts at hand are on the right side; where they are not, ``does_not_meet`` where that is sure, else ``uncertain``."""
    if not is_wrong:
        return "meets"
    return "does_not_meet" if is_sure(case, is_wrong, event) else "uncertain"
