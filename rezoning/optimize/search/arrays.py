"""The Formulation as flat arrays for compiled code: the same pairs, rows, goals and graph, laid out by node and by pair.

Rows, parts of goals and parts of held goals are all *quantities*: q[k] = Σ coefficient x[p], with a cost that is zero between `low` and `high` and
grows straight outside. Only what the cost counts for differs: the objective, a rule that is broken, or a held goal. Quantities of blocks are further
ones that cost nothing by themselves: what their block's shape makes of them does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rezoning.formulation.formulation import Block, Floats, Formulation, Held, Ints, Matrix, Shape, Terms
from rezoning.optimize.search.kernel import HELD, OBJECTIVE, ROW, Int32s, SearchModel, mutual_bits

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Bytes = NDArray[np.uint8]


SHAPES = list(Shape)  # the kernel's codes are their places


class _Quantities(NamedTuple):
    matrix: csr_array
    kind: Int32s
    low: Floats
    high: Floats
    over: Floats
    under: Floats
    param: Floats


class _Partners(NamedTuple):
    """`SearchModel.partners` and `products`, and where those of each node and pair begin."""

    first: Ints
    first_product: Ints
    table: Int32s
    products: Int32s


class _Role(NamedTuple):
    """A block, what it counts for, and how much."""

    block: Block
    role: int
    slope: float


def compile_model(formulation: Formulation, objective: Sequence[tuple[Terms, float]]) -> SearchModel:
    """Lay out a formulation and the weighted goals to minimize."""
    pairs, contiguity = formulation.pairs, formulation.contiguity
    roles = _roles(formulation, objective)
    quantities = _quantities(formulation, objective, roles)
    columns = quantities.matrix.tocsc()
    columns.sort_indices()
    size = quantities.matrix.shape[1]  # pairs, then products
    linear = sum((weight * terms.linear for terms, weight in objective), np.zeros(size))
    limits = _limits(formulation)
    held_linear = np.array([held.terms.linear for held in limits]).reshape(len(limits), size)
    partners = _partners(formulation)
    indptr, indices = contiguity.graph.indptr.astype(np.int32), contiguity.graph.indices.astype(np.int32)
    mutual = np.zeros(len(indices), dtype=np.uint64)
    mutual_bits(indptr, indices, np.full(pairs.num_nodes, -1, dtype=np.int32), mutual)
    is_source = np.zeros(len(pairs), dtype=np.uint8)
    for s, nodes in enumerate(contiguity.sources):
        is_source[pairs.lookup[nodes, s]] = 1
    return SearchModel(
        is_exact=int(contiguity.is_exact),
        nodes=_table(indptr, pairs.first, [*_idle(formulation, columns.indptr, linear, held_linear), 0], partners.first),
        near=indices,
        mutual=mutual,
        pairs=_table(columns.indptr[: len(pairs) + 1], [*pairs.node, -1], [*pairs.school, -1], [*is_source, 0], partners.first_product),
        quantity=columns.indices.astype(np.int32),
        coefficient=columns.data.astype(np.float64),
        costs=np.vstack([linear, held_linear]),
        kind=quantities.kind,
        limits=np.vstack([quantities.low, quantities.high, quantities.over, quantities.under, quantities.param]),
        blocks=_table(*_layout(roles, len(quantities.kind))),
        slope=np.array([slope for _block, _role, slope in roles], dtype=np.float64),
        held=np.array([[held.terms.constant, held.upper] for held in limits]).reshape(-1, 2).T.copy(),
        slots=_slots(formulation, indptr, indices, is_source),
        roomy=_roomy(formulation),
        partners=partners.table,
        products=partners.products,
        product_cells=columns.indptr[len(pairs) :].astype(np.int32),
        twins=_twins(formulation),
    )


def _table(*rows: ArrayLike) -> Int32s:
    return np.array([np.asarray(row) for row in rows], dtype=np.int32)


def _quantities(formulation: Formulation, objective: Sequence[tuple[Terms, float]], roles: Sequence[_Role]) -> _Quantities:
    """Rows, then the parts of the goals, then those of the held goals, then those of blocks, one under the other."""
    from scipy.sparse import vstack

    rows = formulation.rows
    slope = 1.0 / _largest(rows.matrix)
    tables = [_Quantities(rows.matrix, np.full(len(slope), ROW, dtype=np.int32), rows.lower, rows.upper, slope, slope, np.zeros(len(slope)))]
    tables += [_ties(formulation)] if len(formulation.contiguity.ties) else []
    tables += [_parts(terms, weight, OBJECTIVE) for terms, weight in objective]
    tables += [_parts(held.terms, 1.0, HELD + g) for g, held in enumerate(_limits(formulation))]
    tables += [_quantities_of(block, -1 - b) for b, (block, _role, _slope) in enumerate(roles)]
    matrix = vstack([table.matrix for table in tables], format="csr")
    kind, low, high, over, under, param = (np.concatenate([table[i] for table in tables]) for i in range(1, 7))
    return _Quantities(matrix, kind.astype(np.int32), *(np.ascontiguousarray(a, dtype=np.float64) for a in (low, high, over, under, param)))


def _ties(formulation: Formulation) -> _Quantities:
    """Rows x[p] - x[q] <= 0: what keeps a plan of the first contiguity one of the second, of which the search knows nothing."""
    from scipy.sparse import csr_array

    pairs, count = formulation.contiguity.ties, len(formulation.contiguity.ties)
    value = np.tile([1.0, -1.0], count)
    matrix = csr_array((value, pairs.ravel(), np.arange(0, 2 * count + 1, 2)), shape=(count, formulation.rows.matrix.shape[1]))
    one = np.ones(count)
    return _Quantities(matrix, np.full(count, ROW, dtype=np.int32), -np.inf * one, 0.0 * one, one, one, np.zeros(count))


def _largest(matrix: Matrix) -> Floats:
    """Largest coefficient of each row; 1 where it has none."""
    cells = matrix.tocoo()
    largest = np.zeros(matrix.shape[0])
    np.maximum.at(largest, cells.row, np.abs(cells.data))
    return np.where(largest > 0, largest, 1.0)


def _parts(terms: Terms, weight: float, kind: int) -> _Quantities:
    size, target = len(terms.target), terms.target
    return _Quantities(terms.parts, np.full(size, kind, dtype=np.int32), target, target, weight * terms.over, weight * terms.under, np.zeros(size))


def _roles(formulation: Formulation, objective: Sequence[tuple[Terms, float]]) -> list[_Role]:
    """All blocks: those of the goals, of the held goals, of limits that are an excess, and of the rules that leave a choice."""
    roles = [_Role(block, OBJECTIVE, weight * block.weight) for terms, weight in objective for block in terms.blocks]
    roles += [_Role(block, HELD + g, block.weight) for g, held in enumerate(_limits(formulation)) for block in held.terms.blocks]
    excesses = [held.excess for held in formulation.held]
    roles += [_Role(block, ROW, 1.0 / float(block.param[1:].mean() if len(block.param) > 1 else 1.0)) for block in excesses if block is not None]
    return roles + [_Role(either.block, ROW, 1.0 / float(_largest(either.block.parts).max(initial=0.0) or 1.0)) for either in formulation.either]


def _limits(formulation: Formulation) -> list[Held]:
    """The limits that are told by their value. One that is an excess is like a row, each with a price of its own: there may be one a school."""
    return [held for held in formulation.held if held.excess is None]


def _quantities_of(block: Block, kind: int) -> _Quantities:
    """Quantities of a block, those of one alternative together."""
    size = len(block.target)
    order = np.argsort(block.param, kind="stable") if block.shape is Shape.LEAST else np.arange(size)
    target, param = block.target[order], block.param[order] if len(block.param) else np.zeros(size)
    return _Quantities(block.parts.tocsr()[order], np.full(size, kind, dtype=np.int32), target, target, np.zeros(size), np.zeros(size), param)


def _layout(roles: Sequence[_Role], size: int) -> tuple[list[int], list[int], list[int]]:
    """Rows of `SearchModel.blocks`: the quantities of blocks are the last of all."""
    first = [size]
    for block, _role, _slope in reversed(roles):
        first.append(first[-1] - len(block.target))
    return first[::-1], [*(SHAPES.index(block.shape) for block, _role, _slope in roles), -1], [*(role for _block, role, _slope in roles), -1]


def _idle(formulation: Formulation, column_first: NDArray[Any], linear: Floats, held_linear: Floats) -> Bytes:
    """Nodes whose pairs count nowhere, nor their products; costs that are the same for every school of a node count as nowhere too."""
    pairs, links = formulation.pairs, formulation.links
    matters = np.diff(column_first) > 0
    own = matters[: len(pairs)]
    for cost in (linear, *held_linear):
        own |= cost[: len(pairs)] != cost[pairs.first[pairs.node]]
        matters[len(pairs) :] |= cost[len(pairs) :] != 0
    if links is not None:
        for pair in (links.first, links.second):
            own[pair[matters[len(pairs) :]]] = True
    return np.asarray(np.bincount(pairs.node, weights=own, minlength=pairs.num_nodes) == 0, dtype=np.uint8)


def _partners(formulation: Formulation) -> _Partners:
    """Who has products with whom, and which. Each product is there twice, once from either of its pairs."""
    pairs, links = formulation.pairs, formulation.links
    if links is None:
        nothing = np.zeros(0, dtype=np.int32)
        return _Partners(np.zeros(pairs.num_nodes + 1, dtype=np.int64), np.zeros(len(pairs) + 1, dtype=np.int64), nothing.reshape(2, 0), nothing)
    own, other = np.concatenate([links.first, links.second]), np.concatenate([links.second, links.first])
    two, place = np.unique(pairs.node[own] * pairs.num_nodes + pairs.node[other], return_inverse=True)
    node, partner = two // pairs.num_nodes, two % pairs.num_nodes
    first = np.searchsorted(node, np.arange(pairs.num_nodes + 1))
    before = np.concatenate([[0], np.cumsum(pairs.choices[partner])])  # pairs of the partners before, of all nodes
    offset = before[:-1] - before[first[node]]
    width = before[first[1:]] - before[first[:-1]]  # pairs of all partners of a node
    first_product = np.concatenate([[0], np.cumsum(width[pairs.node])])
    products = np.full(first_product[-1], -1, dtype=np.int32)
    products[first_product[own] + offset[place] + other - pairs.first[pairs.node[other]]] = np.tile(np.arange(len(links)), 2)
    return _Partners(first, first_product, _table(partner, offset - pairs.first[partner]), products)


def _twins(formulation: Formulation) -> Int32s:
    """Nodes of other levels with the same units, as `SearchModel.twins` says."""
    num_nodes, levels = formulation.pairs.num_nodes, formulation.levels
    copies = [formulation.pairs.node_of_unit[slice(*level.units)] for level in levels]
    twos = [own * num_nodes + other for i, own in enumerate(copies) for j, other in enumerate(copies) if i != j]
    two = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *twos]))
    first = np.searchsorted(two // num_nodes, np.arange(num_nodes + 1))
    return np.concatenate([num_nodes + 1 + first, two % num_nodes]).astype(np.int32)


def _slots(formulation: Formulation, indptr: Int32s, indices: Int32s, is_source: Bytes) -> Int32s:
    """The possible moves, as `SearchModel.slots` says."""
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
