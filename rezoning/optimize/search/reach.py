"""Which questions the search can walk: the one place that says so."""

from __future__ import annotations

from rezoning.formulation.formulation import Formulation


def can_search(formulation: Formulation) -> bool:
    """Whether single moves lead from plan to plan, and the search keeps up what is counted: products of levels it leaves to branch and cut."""
    return formulation.links is None and not formulation.is_partition
