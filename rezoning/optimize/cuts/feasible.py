"""Is an assignment a plan? Exact answers from the formulation alone, apart from any engine's running totals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rezoning.formulation.formulation import Floats, Formulation, Ints, Terms
from rezoning.optimize.cuts.contiguity import Separator

ROW_TOLERANCE = 1e-7  # below the contract's 1e-6 students, so that the audit never sees what is accepted here
HELD_TOLERANCE = 1e-9  # natural values


def value(objective: Sequence[tuple[Terms, float]], formulation: Formulation, school_of_node: Ints) -> float:
    """Weighted sum of the goals' natural values; every node must have an admissible school."""
    x = formulation.vector(school_of_node)
    return float(sum(weight * terms.value(x) for terms, weight in objective))


def is_admissible(formulation: Formulation, school_of_node: Ints) -> bool:
    """Whether every node has one of its admissible schools."""
    pairs = formulation.pairs
    if len(school_of_node) != pairs.num_nodes or (school_of_node < 0).any() or (school_of_node >= pairs.num_schools).any():
        return False
    return bool((pairs.lookup[np.arange(pairs.num_nodes), school_of_node] >= 0).all())


def row_excess(formulation: Formulation, x: Floats) -> Floats:
    """By how much each row is violated at x, in the row's own unit; shape (R,)."""
    rows = formulation.rows
    activity = rows.matrix @ x
    return np.asarray(np.maximum(np.maximum(rows.lower - activity, activity - rows.upper), 0.0))


def held_excess(formulation: Formulation, x: Floats) -> Floats:
    """By how much each finished goal is above what it may be, in natural value; shape (number held,)."""
    return np.array([max(held.terms.value(x) - held.upper, 0.0) for held in formulation.held])


def either_excess(formulation: Formulation, x: Floats) -> Floats:
    """How far each rule that leaves a choice is from its nearest alternative, in the rule's own unit; shape (number of such rules,)."""
    return np.array([max(either.block.value(x), 0.0) for either in formulation.either])


def is_feasible(formulation: Formulation, school_of_node: Ints, separator: Separator | None = None) -> bool:
    """Whether an assignment obeys every rule: admissible pairs, rows, rules that leave a choice, held goals, contiguity.

    `separator` spares building one where many assignments of one formulation are asked about.
    """
    if not is_admissible(formulation, school_of_node):
        return False
    x = formulation.vector(school_of_node)
    if (row_excess(formulation, x) > ROW_TOLERANCE).any() or (held_excess(formulation, x) > HELD_TOLERANCE).any():
        return False
    if (either_excess(formulation, x) > ROW_TOLERANCE).any():
        return False
    return (separator or Separator(formulation)).is_contiguous(school_of_node)


def total_violation(formulation: Formulation, school_of_node: Ints, separator: Separator | None = None) -> float:
    """How far an assignment is from obeying every rule: 0 exactly when `is_feasible`.

    The sum of violations of rows and of rules that leave a choice, each over its largest coefficient (about: units too many), of held goals' excess,
    and of the nodes that have no admissible school or hang in the air. Where some node has none, rows and held goals are counted as if its
    coefficients were zero.
    """
    pairs = formulation.pairs
    nodes = np.arange(pairs.num_nodes)
    school = np.where((school_of_node >= 0) & (school_of_node < pairs.num_schools), school_of_node, 0)
    pair = np.where(school == school_of_node, pairs.lookup[nodes, school], -1)
    x = np.zeros(len(pairs))
    x[pair[pair >= 0]] = 1.0
    x = formulation.with_products(x)
    excess = row_excess(formulation, x)
    over = held_excess(formulation, x)
    largest = np.maximum(np.asarray(abs(formulation.rows.matrix).max(axis=1).todense()).ravel(), 1e-12) if len(excess) else np.ones(0)
    total = float((excess / largest)[excess > ROW_TOLERANCE].sum() + over[over > HELD_TOLERANCE].sum())
    for either, missed in zip(formulation.either, either_excess(formulation, x), strict=True):
        total += float(missed / max(abs(either.block.parts).max(), 1e-12)) if missed > ROW_TOLERANCE else 0.0
    placed = np.where(pair >= 0, school, -1)
    loose = sum(len(piece) for s, piece in (separator or Separator(formulation)).pieces(placed) if s >= 0)
    return total + float((pair < 0).sum() + loose)
