"""The Formulation as flat arrays for compiled code: the same pairs, rows, goals and graph, laid out by node and by pair.

Rows, parts of goals and parts of held goals are all *quantities*: q[k] = Σ coefficient x[p], with a cost that is zero between `low` and `high` and
grows straight outside. Only what the cost counts for differs: the objective, a rule that is broken, or a held goal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import Floats, Formulation, Terms

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Int32s = NDArray[np.int32]
Bytes = NDArray[np.uint8]

OBJECTIVE, ROW, HELD = 0, 1, 2  # kind of a quantity; HELD + g for held goal g


class Model(NamedTuple):
    """What does not change while searching.

    Indices: `v` node, `e` slot of the adjacency, `p` pair, `k` quantity, `g` held goal.

    Parameters
    ----------
    is_exact
        1 where contiguity must be kept.
    near_first, near
        Neighbors of v are ``near[near_first[v]:near_first[v + 1]]``.
    mutual
        Per slot (v, w): bit i is set when w is adjacent to the i-th neighbor of v; shape of `near`, zero where v has more than 64 neighbors.
    pair_first, node, school, is_source
        Pairs of v; node and school of each pair; whether the node is a source of the school.
    column_first, quantity, coefficient
        Quantities that a pair counts in.
    linear
        Cost of each pair, goals' weights included; shape (P,).
    kind, low, high, over, under
        Per quantity. `over` and `under` are slopes in the goal's value (weights included), for rows 1 / largest coefficient.
    held_linear, held_constant, held_upper
        Shapes (G, P), (G,), (G,).
    is_idle
        Nodes that no quantity and no cost counts; shape (N,).
    edge_from, edge_to
        The slots over which a node may change zones: `edge_from` has a choice, and the two share a school.
    entries
        Pairs that need no neighbor in the zone: those of sources, and without contiguity all.
    roomy_first, roomy
        Nodes with a choice that may have school s: ``roomy[roomy_first[s]:roomy_first[s + 1]]``.
    """

    is_exact: int
    near_first: Int32s
    near: Int32s
    mutual: NDArray[np.uint64]
    pair_first: Int32s
    node: Int32s
    school: Int32s
    is_source: Bytes
    column_first: Int32s
    quantity: Int32s
    coefficient: Floats
    linear: Floats
    kind: Int32s
    low: Floats
    high: Floats
    over: Floats
    under: Floats
    held_linear: Floats
    held_constant: Floats
    held_upper: Floats
    is_idle: Bytes
    edge_from: Int32s
    edge_to: Int32s
    entries: Int32s
    roomy_first: Int32s
    roomy: Int32s


class _Quantities(NamedTuple):
    matrix: csr_array
    kind: Int32s
    low: Floats
    high: Floats
    over: Floats
    under: Floats


def compile_model(formulation: Formulation, objective: Sequence[tuple[Terms, float]]) -> Model:
    """Lay out a formulation and the weighted goals to minimize."""
    from rezoning.optimize.kernel import mutual_bits

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
        near_first=indptr,
        near=indices,
        mutual=mutual,
        pair_first=pairs.first.astype(np.int32),
        node=pairs.node.astype(np.int32),
        school=pairs.school.astype(np.int32),
        is_source=is_source,
        column_first=columns.indptr.astype(np.int32),
        quantity=columns.indices.astype(np.int32),
        coefficient=columns.data.astype(np.float64),
        linear=np.ascontiguousarray(linear, dtype=np.float64),
        kind=quantities.kind,
        low=quantities.low,
        high=quantities.high,
        over=quantities.over,
        under=quantities.under,
        held_linear=np.ascontiguousarray(held_linear, dtype=np.float64),
        held_constant=np.array([held.terms.constant for held in formulation.held], dtype=np.float64),
        held_upper=np.array([held.upper for held in formulation.held], dtype=np.float64),
        is_idle=_idle(formulation, columns.indptr, linear, held_linear),
        **_candidates(formulation, indptr, indices, is_source),
    )


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


def _idle(formulation: Formulation, column_first: Floats, linear: Floats, held_linear: Floats) -> Bytes:
    """Nodes whose pairs count nowhere; costs that are the same for every school of a node count as nowhere too."""
    pairs = formulation.pairs
    matters = np.diff(column_first) > 0
    for cost in (linear, *held_linear):
        matters |= cost != cost[pairs.first[pairs.node]]
    return (np.bincount(pairs.node, weights=matters, minlength=pairs.num_nodes) == 0).astype(np.uint8)


def _candidates(formulation: Formulation, indptr: Int32s, indices: Int32s, is_source: Bytes) -> dict[str, Int32s]:
    """Slots over which zones can change, and for each school the nodes that may come and go."""
    pairs = formulation.pairs
    allowed = pairs.lookup >= 0
    origin = np.repeat(np.arange(pairs.num_nodes), np.diff(indptr))
    movable = pairs.choices[origin] > 1
    origin, other = origin[movable], indices[movable]
    if len(origin):
        shared = np.concatenate([(allowed[a] & allowed[b]).any(axis=1) for a, b in _slices(origin, other)])
        origin, other = origin[shared], other[shared]
    free = np.flatnonzero(pairs.choices[pairs.node] > 1)
    entries = free[is_source[free] == 1]
    if not formulation.contiguity.is_exact:
        origin, other, entries = origin[:0], other[:0], free
    order = free[np.argsort(pairs.school[free], kind="stable")]
    counts = np.bincount(pairs.school[free], minlength=pairs.num_schools)
    return {
        "edge_from": origin.astype(np.int32),
        "edge_to": other.astype(np.int32),
        "entries": entries.astype(np.int32),
        "roomy_first": np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        "roomy": pairs.node[order].astype(np.int32),
    }


def _slices(a: NDArray[np.int64], b: Int32s, size: int = 65536) -> list[tuple[NDArray[np.int64], Int32s]]:
    """Both arrays in slices, so that (edge, school) tables stay small."""
    return [(a[i : i + size], b[i : i + size]) for i in range(0, len(a), size)]
