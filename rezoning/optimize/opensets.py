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
from rezoning.optimize.search.tracker import Objective

FEW = 200  # open sets that are solved one by one
LOOKS = 20_000  # partial sets that are looked at before they count as many
ROW_TOLERANCE = 1e-7
RULE = "openings"  # whose rows say which sets there are


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
        found = given(problem, {int(s): bool(is_open) for s, is_open in zip(self.schools, self.is_open[number], strict=True)})
        return found if (found.pairs.choices > 0).all() else None

    def shared(self, problem: Formulation, numbers: list[int]) -> Formulation | None:
        """The question with those schools given that all of some sets open, or all close; None where a unit then has no school."""
        inside = self.is_open[numbers]
        same = {int(s): bool(column[0]) for s, column in zip(self.schools, inside.T, strict=True) if column.all() or not column.any()}
        found = given(problem, same)
        return found if (found.pairs.choices > 0).all() else None

    def of(self, school_of_node: Ints, problem: Formulation) -> int | None:
        """The set of a plan, school of each node; None where it is none of these."""
        same = (self.is_open == (school_of_node[problem.pairs.node[self.pair]] == self.schools)).all(axis=1)
        return int(np.flatnonzero(same)[0]) if same.any() else None


def optional(problem: Formulation) -> Ints:
    """Schools whose own node has a choice, so that they may be open or not: indices, shape (k,)."""
    if problem.opened is None:
        return np.zeros(0, dtype=np.int64)
    schools = np.flatnonzero(problem.opened >= 0)
    return np.asarray(schools[~problem.pairs.is_fixed[problem.opened[schools]]], dtype=np.int64)


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
    schools = optional(problem)
    pair = problem.opened[schools]
    found: list[NDArray[np.bool_]] = []
    for one in _sets(*_rows(problem, pair)):
        if one is None or len(found) == most:
            return None
        found.append(one)
    return OpenSets(schools, pair, np.array(found, dtype=bool).reshape(len(found), len(schools)))


def _rows(problem: Formulation, pair: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Rows on openings with no other pair that is free, and that at most one school of a node is open: coefficients, lower, upper.

    Fixed pairs are constants of a row, so that one without any free pair is met by every set, or by none.
    """
    from scipy.sparse import csr_array

    pairs, rows = problem.pairs, problem.rows
    matrix = csr_array(rows.matrix)
    is_other = ~pairs.is_fixed
    is_other[pair] = False
    is_about = np.array([name.rule == RULE for name in rows.names], dtype=bool) | (abs(matrix[:, pair]).sum(axis=1) > 0)
    counts = is_about & (abs(matrix) @ is_other.astype(np.float64) == 0)
    constant = (matrix @ pairs.is_fixed.astype(np.float64))[counts]
    said = matrix[np.flatnonzero(counts)][:, pair].toarray()
    nodes = [v for v in np.unique(pairs.node[pair]) if (pairs.node[pair] == v).sum() > 1]
    alone = np.array([pairs.node[pair] == v for v in nodes], dtype=np.float64).reshape(len(nodes), len(pair))
    least = [float(pairs.choices[v] == (pairs.node[pair] == v).sum()) for v in nodes]
    return (
        np.concatenate([said, alone]),
        np.concatenate([rows.lower[counts] - constant, least]),
        np.concatenate([rows.upper[counts] - constant, np.ones(len(nodes))]),
    )


def _sets(rows: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Iterator[NDArray[np.bool_] | None]:
    """Depth first, dropped as soon as a row cannot be met; None once, where that takes too long."""
    count = rows.shape[1]
    most, least = np.maximum(rows, 0.0), np.minimum(rows, 0.0)
    more = np.concatenate([np.cumsum(most[:, ::-1], axis=1)[:, ::-1], np.zeros((len(rows), 1))], axis=1)  # what those from the j-th on can add
    less = np.concatenate([np.cumsum(least[:, ::-1], axis=1)[:, ::-1], np.zeros((len(rows), 1))], axis=1)
    stack: list[tuple[bool, ...]] = [()]
    looks = 0
    while stack:
        chosen, looks = stack.pop(), looks + 1
        if looks > LOOKS:
            yield None
            return
        j = len(chosen)
        sums = rows[:, :j] @ np.array(chosen, dtype=np.float64)
        if ((sums + more[:, j] < lower - ROW_TOLERANCE) | (sums + less[:, j] > upper + ROW_TOLERANCE)).any():
            continue
        if j == count:
            yield np.array(chosen, dtype=bool)
            continue
        stack += [(*chosen, False), (*chosen, True)]
