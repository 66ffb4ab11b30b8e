"""The indices of segregation by name, each of a group's students and all students in each school."""

from __future__ import annotations

from collections.abc import Callable

from rezoning.district.district import Floats
from rezoning.metrics import segregation
from rezoning.metrics.zones import Zones


def dissimilarity(a: Floats, n: Floats) -> float | None:
    """Dissimilarity of a group and all others."""
    return segregation.dissimilarity(a, n - a)


INDICES: dict[str, Callable[[Floats, Floats], float | None]] = {
    "dissimilarity": dissimilarity,
    "normalized_exposure": segregation.normalized_exposure,
    "isolation": segregation.isolation,
    "gini": segregation.gini,
}
"""As in metrics.json; all of a and n, shape (M,) each."""


def index_of(zones: Zones, index: str, group: str) -> float | None:
    """An index of a group in some zones; None where it is undefined."""
    return INDICES[index](zones.groups[group], zones.students)
