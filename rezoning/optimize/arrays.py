"""The Formulation as flat arrays for compiled code: the same pairs, rows, goals and graph, laid out by node and by pair.

Rows, parts of goals and parts of held goals are all *quantities*: q[k] = Σ coefficient x[p], with a cost that is zero between `low` and `high` and
grows straight outside. Only what the cost counts for differs: the objective, a rule that is broken, or a held goal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rezoning.formulation.formulation import Floats, Formulation, Terms
from rezoning.optimize.kernel import HELD, OBJECTIVE, ROW, Int32s, Model, mutual_bits

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Bytes = NDArray[np.uint8]


class _Quantities(NamedTuple):
    matrix: csr_array
    kind: Int32s
    low: Floats
    high: Floats
    over: Floats
    under: Floats


def compile_model(formulation: Formulation, objective: Sequence[tuple[Terms, float]]) -> Model:
    """Lay out a formulation and the weighted goals to minimize."""
    pairs, contiguity = formulation.pairs, formulation.contiguity
    quantities = _quantities(formulation, objective)
    columns = quantities.matrix.tocsc()
    columns.sort_indices()
    linear = sum((weight * terms.linear for terms, weight in objective), np.zeros(len(pairs)))
    held_linear = np.array([held.terms.linear for held in formulation.held]).reshape(len(formulation.held), len(pairs))
    indptr, indices = contiguity.graph.indptr.astype(np.int32), contiguity.graph.indices.astype(np.int32)
    mutual = np.zeros(len(indices), dtype=np.uint64)
    mutual_bits(indptr, indices, np.full(pairs.num_nodes, -1, dtype=np.int32), mutual)
    is_source = np.zeros(len(pairs), dtype=np.uint8)
    for s, nodes in enumerate(contiguity.sources):
        is_source[pairs.lookup[nodes, s]] = 1
    return Model(
        is_exact=int(contiguity.is_exact),
        nodes=_table(indptr, pairs.first, [*_idle(formulation, columns.indptr, linear, held_linear), 0]),
        near=indices,
        mutual=mutual,
        pairs=_table(columns.indptr, [*pairs.node, -1], [*pairs.school, -1], [*is_source, 0]),
        quantity=columns.indices.astype(np.int32),
        coefficient=columns.data.astype(np.float64),
        costs=np.vstack([linear, held_linear]),
        kind=quantities.kind,
        limits=np.vstack([quantities.low, quantities.high, quantities.over, quantities.under]),
        held=np.array([[held.terms.constant, held.upper] for held in formulation.held]).reshape(-1, 2).T.copy(),
        slots=_slots(formulation, indptr, indices, is_source),
        roomy=_roomy(formulation),
    )


def _table(*rows: ArrayLike) -> Int32s:
    return np.array([np.asarray(row) for row in rows], dtype=np.int32)


def _quantities(formulation: Formulation, objective: Sequence[tuple[Terms, float]]) -> _Quantities:
    """Rows, then the parts of the goals, then those of the held goals, one under the other."""
    from scipy.sparse import vstack

    rows = formulation.rows
    cells = rows.matrix.tocoo()
    largest = np.zeros(len(rows.names))
    np.maximum.at(largest, cells.row, np.abs(cells.data))
    slope = 1.0 / np.where(largest > 0, largest, 1.0)
    blocks = [_Quantities(rows.matrix, np.full(len(slope), ROW, dtype=np.int32), rows.lower, rows.upper, slope, slope)]
    blocks += [_parts(terms, weight, OBJECTIVE) for terms, weight in objective]
    blocks += [_parts(held.terms, 1.0, HELD + g) for g, held in enumerate(formulation.held)]
    matrix = vstack([block.matrix for block in blocks], format="csr")
    kind, low, high, over, under = (np.concatenate([block[i] for block in blocks]) for i in range(1, 6))
    return _Quantities(matrix, kind.astype(np.int32), *(np.ascontiguousarray(a, dtype=np.float64) for a in (low, high, over, under)))


def _parts(terms: Terms, weight: float, kind: int) -> _Quantities:
    return _Quantities(
        terms.parts, np.full(len(terms.target), kind, dtype=np.int32), terms.target, terms.target, weight * terms.over, weight * terms.under
    )


def _idle(formulation: Formulation, column_first: NDArray[Any], linear: Floats, held_linear: Floats) -> Bytes:
    """Nodes whose pairs count nowhere; costs that are the same for every school of a node count as nowhere too."""
    pairs = formulation.pairs
    matters = np.diff(column_first) > 0
    for cost in (linear, *held_linear):
        matters |= cost != cost[pairs.first[pairs.node]]
    return np.asarray(np.bincount(pairs.node, weights=matters, minlength=pairs.num_nodes) == 0, dtype=np.uint8)


def _slots(formulation: Formulation, indptr: Int32s, indices: Int32s, is_source: Bytes) -> Int32s:
    """The possible moves, as `Model.slots` says."""
    pairs = formulation.pairs
    free = np.flatnonzero(pairs.choices[pairs.node] > 1)
    if not formulation.contiguity.is_exact:
        return _table(pairs.node[free], -1 - free)
    allowed = pairs.lookup >= 0
    origin = np.repeat(np.arange(pairs.num_nodes), np.diff(indptr))
    movable = pairs.choices[origin] > 1
    origin, other = origin[movable], indices[movable].astype(np.int64)
    slices = [slice(i, i + 65536) for i in range(0, len(origin), 65536)]  # so that (slot, school) tables stay small
    shared = np.concatenate([np.zeros(0, bool), *[(allowed[origin[i]] & allowed[other[i]]).any(axis=1) for i in slices]])
    entries = free[is_source[free] == 1]
    return _table(np.concatenate([origin[shared], pairs.node[entries]]), np.concatenate([other[shared], -1 - entries]))


def _roomy(formulation: Formulation) -> Int32s:
    pairs = formulation.pairs
    free = np.flatnonzero(pairs.choices[pairs.node] > 1)
    order = free[np.argsort(pairs.school[free], kind="stable")]
    first = np.concatenate([[0], np.cumsum(np.bincount(pairs.school[free], minlength=pairs.num_schools))])
    return np.concatenate([first + len(first), pairs.node[order]]).astype(np.int32)
