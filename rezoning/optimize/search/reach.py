"""Which questions the search can walk: the one place that says so."""

from __future__ import annotations

from rezoning.formulation.formulation import Formulation


def can_search(formulation: Formulation) -> bool:
    """Whether the search keeps up what this question counts. Products of levels it does not: they are left to branch and cut."""
    return formulation.links is None
