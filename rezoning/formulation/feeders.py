"""Feeder rules and goals in numbers: who of a counted level lives in a zone of a lower and of an upper level.

``F[e, m] = sum over units u in zone e and zone m of students[u]``, students those of the counted level.

==============  ===================================================================================================================================
split_feeders   number of lower schools e with more than one F[e, m] > 0.
small_feeders   sum of the F[e, m] with 0 < F[e, m] < min_share D, D = sum_m F[e, m] (`of: lower`) or sum_e F[e, m] (`of: upper`): students.
feeder_change   share of the counted students, of those whose upper school of today is known, who have another upper school than today.
==============  ===================================================================================================================================

A feed without students is none. Rules: no small feeders (`min_share`), no split lower school (`split: none`), or at most so many (`most_split`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rezoning.formulation.formulation import Floats, Formulation, Ints, Matrix


@dataclass(frozen=True, eq=False)
class Feeds:
    """The feeds between two levels over the columns of a stacked formulation.

    Parameters
    ----------
    lower, upper
        School of each feed, by its place in its own level, shape (K,): every lower school with every upper school, lower schools first.
    matrix
        ``matrix @ (x, w)`` are the students of each feed; CSR of shape (K, P + L).
    students
        Counted students of each unit, shape (n,).
    """

    lower: Ints
    upper: Ints
    matrix: Matrix
    students: Floats


def feeds(formulation: Formulation, lower: str, upper: str, students: Floats) -> Feeds:
    """The feeds between two levels of a stacked formulation, of so many students in each unit."""
    raise NotImplementedError


def linked_nodes(formulation: Formulation, asked: Sequence[tuple[str, str, Floats]]) -> tuple[Ints, Ints]:
    """The twos of nodes, both with a choice, in which somebody who is counted lives; shape (J,) each."""
    raise NotImplementedError


Denominator = Literal["lower", "upper"]
