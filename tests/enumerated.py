"""All plans of a Formulation of a dozen nodes, by enumeration: what its pairs, rows and contiguity say, read without any engine."""

from itertools import product

import numpy as np

from rezoning.formulation.formulation import Formulation, Terms


def assignments(problem: Formulation) -> np.ndarray:
    """Every assignment of admissible schools, shape (k, N)."""
    pairs = problem.pairs
    choices = [pairs.school[pairs.first[v] : pairs.first[v + 1]].tolist() for v in range(pairs.num_nodes)]
    return np.array(list(product(*choices)), dtype=np.int64).reshape(-1, pairs.num_nodes)


def vectors(problem: Formulation, schools: np.ndarray) -> np.ndarray:
    """x of each assignment, shape (k, P)."""
    return (schools[:, problem.pairs.node] == problem.pairs.school).astype(float)


def are_contiguous(problem: Formulation, schools: np.ndarray) -> np.ndarray:
    """Which assignments have only pieces that hold a source of their school; shape (k,)."""
    contiguity = problem.contiguity
    if not contiguity.is_exact:
        return np.ones(len(schools), dtype=bool)
    near = contiguity.graph.toarray().astype(bool)
    reached = np.zeros_like(schools, dtype=bool)
    for s, nodes in enumerate(contiguity.sources):
        reached[:, nodes] |= schools[:, nodes] == s
    while True:
        same = schools[:, :, None] == schools[:, None, :]
        grown = reached | (same & near & reached[:, None, :]).any(axis=2)
        if (grown == reached).all():
            return reached.all(axis=1)
        reached = grown


def plans(problem: Formulation) -> np.ndarray:
    """Every assignment that obeys rows and contiguity, shape (k, N)."""
    found = assignments(problem)
    activity = (problem.rows.matrix @ vectors(problem, found).T).T
    found = found[((activity >= problem.rows.lower - 1e-6) & (activity <= problem.rows.upper + 1e-6)).all(axis=1)]
    return found[are_contiguous(problem, found)]


def values(terms: Terms, x: np.ndarray) -> np.ndarray:
    """Natural value of a goal at each row of x, by the formula of `Terms`; shape (k,)."""
    d = (terms.parts @ x.T).T - terms.target
    return terms.constant + x @ terms.linear + np.maximum(d, 0) @ terms.over + np.maximum(-d, 0) @ terms.under


def outcomes(problem: Formulation) -> set[tuple[float, ...]]:
    """What the goals can be together over all plans, rounded: two formulations of one question have the same."""
    x = vectors(problem, plans(problem))
    return rounded(np.stack([values(terms, x) for terms in problem.terms], axis=1))


def rounded(rows: np.ndarray) -> set[tuple[float, ...]]:
    """Rows as a set of tuples."""
    return {tuple(row) for row in np.round(rows, 7) + 0.0}
