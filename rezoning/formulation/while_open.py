"""Rules on units that hold while a certain school is open: whoever may keep today's school keeps it, if it does not close.

While school s is open, unit u has one of some schools A: ``Σ_{t in A} x[u, t] >= o_s``. Where s is open whatever a plan says, the tables of
`admissible` say so; here are the rows for schools that may close or open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.access import nearest_of_open, travel_while_open, walk_of_open
from rezoning.formulation.formulation import Pairs, RowName, Rows
from rezoning.formulation.openings import opened
from rezoning.formulation.tables import Places, While, not_again_places, protected_places
from rezoning.scenario.schema import Scenario


def _keeping(places: Callable[[District, Scenario], Places]) -> Callable[[District, Scenario], Iterator[While]]:
    """Units of a rule that keep today's school, where that may close."""

    def found(district: District, scenario: Scenario) -> Iterator[While]:
        for u, s in zip(*places(district, scenario), strict=True):
            if s >= 0 and district.optional[s]:
                yield int(u), int(s), np.arange(district.num_schools) == s

    return found


KINDS: dict[str, Callable[[District, Scenario], Iterator[While]]] = {
    "protected": _keeping(protected_places),
    "not_again": _keeping(not_again_places),
    "walk": walk_of_open,
    "nearest": nearest_of_open,
    "travel": travel_while_open,
}


def while_open(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """The rows of all rules; None where no school may close or open, or no rule asks for any."""
    from scipy.sparse import csr_array

    if not district.has_optional:
        return None
    own, names = opened(pairs, district), list[RowName]()
    row, column, value = list[int](), list[int](), list[float]()
    for rule, find in KINDS.items():
        for u, s, allowed in find(district, scenario):
            if own[s] < 0:  # it never opens
                continue
            held = pairs.lookup[pairs.node_of_unit[u], allowed]
            held = held[held >= 0]
            if own[s] in held:
                continue  # the school's own unit: it is there where the school is open
            row += [len(names)] * (len(held) + 1)
            column += [int(own[s]), *held.tolist()]
            value += [-1.0, *[1.0] * len(held)]
            names.append(RowName(rule, district.unit_ids[u]))
    matrix = csr_array((value, (row, column)), shape=(len(names), len(pairs)))
    return Rows(matrix, np.zeros(len(names)), np.full(len(names), np.inf), tuple(names)) if names else None
