"""Open sets: which of the schools that may be closed or opened are open together, as far as the rows about them alone allow.

A school is open exactly where the node of its own unit has it, so that an open set is a choice of these pairs, and the question with an open set
given is the same question over fewer pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import Formulation, Ints
from rezoning.formulation.restrict import columns, restrict, restrict_terms
from rezoning.optimize.search.openings import ROW_TOLERANCE, OpeningRows, opening_rows
from rezoning.optimize.search.tracker import Objective

FEW = 200  # open sets that are solved one by one
LOOKS = 20_000  # partial sets that are looked at before they count as many


@dataclass(frozen=True)
class Depth:
    """How far the relaxations of open sets go.

    Parameters
    ----------
    cutoff
        A value that is known: a set whose bound has reached it needs no better one.
    rounds
        Of cuts at most; 1 for none at all.
    """

    cutoff: float | None = None
    rounds: int | None = None


@dataclass(frozen=True, eq=False)
class OpenSets:
    """All open sets of a question.

    Parameters
    ----------
    schools
        Schools that may be open or not, indices, shape (k,).
    pair
        The pair of each that says whether it is open, shape (k,).
    is_open
        Whether each of them is open in each set, shape (number of sets, k).
    """

    schools: Ints
    pair: Ints
    is_open: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.is_open)

    def question(self, problem: Formulation, number: int) -> Formulation | None:
        """The question with one set given; None where a unit then has no school."""
        return self.shared(problem, [number])

    def shared(self, problem: Formulation, numbers: list[int]) -> Formulation | None:
        """The question with those schools given that all of some sets open, or all close; None where a unit then has no school."""
        inside = self.is_open[numbers]
        same = {int(s): bool(column[0]) for s, column in zip(self.schools, inside.T, strict=True) if column.all() or not column.any()}
        found = given(problem, same)
        return found if has_schools(found) else None

    def of(self, school_of_node: Ints, problem: Formulation) -> int | None:
        """The set of a plan, school of each node; None where it is none of these."""
        same = (self.is_open == (school_of_node[problem.pairs.node[self.pair]] == self.schools)).all(axis=1)
        return int(np.flatnonzero(same)[0]) if same.any() else None


def given(problem: Formulation, is_open: dict[int, bool]) -> Formulation:
    """The question with some schools open or closed: a closed one loses all its pairs, the node of an open one all others.

    A node may end without a pair: then there is no plan.
    """
    assert problem.opened is not None
    pairs, keep = problem.pairs, np.ones(len(problem.pairs), dtype=bool)
    for s, is_one_open in is_open.items():
        if is_one_open:
            keep[(pairs.node == pairs.node[problem.opened[s]]) & (pairs.school != s)] = False
        else:
            keep[pairs.school == s] = False
    return restrict(problem, keep)


def has_schools(question: Formulation) -> bool:
    """Whether every node has a school left."""
    return bool((question.pairs.choices > 0).all())


def objective_of(objective: Objective, problem: Formulation, question: Formulation) -> Objective:
    """A weighted sum of goals of a question, over the fewer pairs of a restricted one."""
    kept = columns(problem, question)
    return [(restrict_terms(terms, kept), weight) for terms, weight in objective]


def open_sets(problem: Formulation, most: int = FEW) -> OpenSets | None:
    """Every open set that rows over these pairs alone allow, the first schools open first.

    None where they are more than `most`, or no school may close or open, or levels are linked: then one tree has the choice, with its feeds.

    Parameters
    ----------
    problem
        Whose `opened` says which pair is a school's own.
    """
    if problem.opened is None or problem.links is not None:
        return None
    rows = opening_rows(problem)
    found: list[NDArray[np.bool_]] = []
    for one in _sets(rows):
        if one is None or len(found) == most:
            return None
        found.append(one)
    return OpenSets(rows.schools, rows.pair, np.array(found, dtype=bool).reshape(len(found), len(rows.schools)))


def _sets(rows: OpeningRows) -> Iterator[NDArray[np.bool_] | None]:
    """Depth first, dropped as soon as a row cannot be met; None once, where that takes too long."""
    said, count = rows.said, rows.said.shape[1]
    most, least = np.maximum(said, 0.0), np.minimum(said, 0.0)
    more = np.concatenate([np.cumsum(most[:, ::-1], axis=1)[:, ::-1], np.zeros((len(said), 1))], axis=1)  # what those from the j-th on can add
    less = np.concatenate([np.cumsum(least[:, ::-1], axis=1)[:, ::-1], np.zeros((len(said), 1))], axis=1)
    stack: list[tuple[bool, ...]] = [()]
    looks = 0
    while stack:
        chosen, looks = stack.pop(), looks + 1
        if looks > LOOKS:
            yield None
            return
        j = len(chosen)
        sums = said[:, :j] @ np.array(chosen, dtype=np.float64)
        if ((sums + more[:, j] < rows.lower - ROW_TOLERANCE) | (sums + less[:, j] > rows.upper + ROW_TOLERANCE)).any():
            continue
        if j == count:
            yield np.array(chosen, dtype=bool)
            continue
        stack += [(*chosen, False), (*chosen, True)]
