"""The same question with fewer pairs: a few zones may still change, the rest stays as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rezoning.formulation.formulation import Block, Contiguity, Either, Formulation, Ints, Matrix, Pairs, Rows, Terms
from rezoning.formulation.graphs import UNREACHED, dominators


def restrict(formulation: Formulation, keep: NDArray[np.bool_]) -> Formulation:
    """The formulation without the pairs that are not kept.

    Its plans are exactly the formulation's plans that use kept pairs only: rows, goals and held goals lose columns that would be 0, the graph
    and what holds up a piece stay. Beyond that, for every school that loses a pair,

    - pairs that no way of kept pairs joins to a source go too: they are in no contiguous plan;
    - dominators are found anew among the kept pairs, where x[p] <= x[dominator of p] holds for every plan that is left. A node with one school
      left needs no dominator of its own; it gives its school to the nodes that cut it off from the sources, as any plan would.

    Parameters
    ----------
    keep
        Pairs that stay, shape (P,).

    Returns
    -------
    Nodes, schools, rows and parts of goals have the same numbers as before; pairs are numbered anew, in the same order (see `columns`).
    Where the kept pairs leave no plan a node may end without a pair: keep those of one plan at least.
    """
    contiguity, pairs = formulation.contiguity, formulation.pairs
    allowed = np.zeros(pairs.lookup.shape, dtype=bool)
    allowed[pairs.node[keep], pairs.school[keep]] = True
    idom: dict[int, tuple[Ints, Ints]] = {}
    if contiguity.is_exact:
        lost = np.bincount(pairs.school[~keep], minlength=pairs.num_schools)
        idom = _reach(contiguity, allowed, np.flatnonzero(lost))
    kept = allowed[pairs.node, pairs.school]
    left, links = _pairs(pairs, kept), formulation.links
    columns = kept if links is None else np.concatenate([kept, links.kept(kept)])
    return replace(
        formulation,
        pairs=left,
        links=None if links is None else links.without(kept),
        rows=_rows(formulation.rows, columns),
        terms=tuple(restrict_terms(terms, columns) for terms in formulation.terms),
        contiguity=replace(
            contiguity,
            sources=_sources(contiguity, allowed),
            dominator=_dominators(contiguity.dominator, left, kept, idom),
            also=None
            if contiguity.also is None
            else replace(contiguity.also, sources=_sources(contiguity.also, allowed), dominator=np.full(len(left), -1, dtype=np.int64)),
            ties=(np.cumsum(kept) - 1)[contiguity.ties[kept[contiguity.ties].all(axis=1)]],
        ),
        start=np.where((formulation.start >= 0) & allowed[np.arange(pairs.num_nodes), formulation.start], formulation.start, -1),
        held=tuple(replace(held, terms=restrict_terms(held.terms, columns)) for held in formulation.held),
        either=tuple(Either(either.name, _block(either.block, columns)) for either in formulation.either),
    )


def _sources(contiguity: Contiguity, allowed: NDArray[np.bool_]) -> tuple[Ints, ...]:
    """What still may hold up a piece of each zone."""
    return tuple(nodes[allowed[nodes, s]] for s, nodes in enumerate(contiguity.sources))


def columns(formulation: Formulation, restricted: Formulation) -> NDArray[np.bool_]:
    """Which pairs of a formulation are left in what `restrict` made of it, shape (P,); products go with their pairs."""
    kept = np.zeros(len(formulation.pairs), dtype=bool)
    kept[formulation.pairs.lookup[restricted.pairs.node, restricted.pairs.school]] = True
    return kept


def restrict_terms(terms: Terms, kept: NDArray[np.bool_]) -> Terms:
    """A goal over the kept columns alone; its value is the same wherever the others are 0."""
    blocks = tuple(_block(block, kept) for block in terms.blocks)
    return replace(terms, linear=terms.linear[kept], parts=_sliced(terms.parts, kept), blocks=blocks)


def _block(block: Block, kept: NDArray[np.bool_]) -> Block:
    return replace(block, parts=_sliced(block.parts, kept))


def _rows(rows: Rows, kept: NDArray[np.bool_]) -> Rows:
    return replace(rows, matrix=_sliced(rows.matrix, kept))


def _sliced(matrix: Matrix, kept: NDArray[np.bool_]) -> Matrix:
    """Columns of a CSR matrix."""
    from scipy.sparse import csr_array

    stays = kept[matrix.indices]
    number = np.cumsum(kept) - 1
    indptr = np.concatenate([[0], np.cumsum(stays)])[matrix.indptr]
    return csr_array((matrix.data[stays], number[matrix.indices[stays]], indptr), shape=(matrix.shape[0], int(kept.sum())))


def _pairs(pairs: Pairs, kept: NDArray[np.bool_]) -> Pairs:
    node, school = pairs.node[kept], pairs.school[kept]
    lookup = np.full(pairs.lookup.shape, -1, dtype=np.int64)
    lookup[node, school] = np.arange(len(node))
    first = np.concatenate([[0], np.cumsum(np.bincount(node, minlength=pairs.num_nodes))])
    return Pairs(node, school, first, lookup, pairs.node_of_unit, pairs.unit_of_node, pairs.sites)


def _reach(contiguity: Contiguity, allowed: NDArray[np.bool_], stale: Ints) -> dict[int, tuple[Ints, Ints]]:
    """Take pairs without a way to a source out of `allowed`, shape (N, m), and fix what forced nodes force, until nothing changes.

    Returns for each stale school its nodes and the dominator of each, -1 for none. Where no node has a choice there is nothing to find.
    """
    found: dict[int, tuple[Ints, Ints]] = {}
    num_choices = allowed.sum(axis=1)
    waiting = set(stale.tolist())
    while waiting:
        s = min(waiting)
        waiting.discard(s)
        nodes = np.flatnonzero(allowed[:, s])
        if (num_choices[nodes] <= 1).all():
            found[s] = (nodes, np.full(len(nodes), -1, dtype=np.int64))
            continue
        idom = _within(contiguity, nodes, contiguity.sources[s])
        lost, held = nodes[idom == UNREACHED], nodes[idom != UNREACHED]
        cut_by = np.full(len(allowed), -1, dtype=np.int64)
        cut_by[nodes] = np.maximum(idom, -1)
        forced = _above(cut_by, held[num_choices[held] == 1])
        forced = forced[num_choices[forced] > 1]
        touched = np.concatenate([lost, forced])
        before = allowed[touched].any(axis=0)
        allowed[lost, s] = False
        allowed[forced] = False
        allowed[forced, s] = True
        num_choices[touched] = allowed[touched].sum(axis=1)
        found[s] = (nodes, cut_by[nodes])
        waiting |= set(np.flatnonzero(before).tolist()) - {s}  # they lost a pair, or a node of theirs has no choice any more
    return found


def _above(cut_by: Ints, nodes: Ints) -> Ints:
    """All nodes that cut one of the given ones off from the sources, sorted."""
    parent, seen = cut_by.tolist(), set()
    for v in nodes.tolist():
        w = parent[v]
        while w >= 0 and w not in seen:
            seen.add(w)
            w = parent[w]
    return np.array(sorted(seen), dtype=np.int64)


def _within(contiguity: Contiguity, nodes: Ints, sources: Ints) -> Ints:
    """`dominators` of a few nodes among themselves: on their own part of the graph, so that the time goes with their number."""
    part = contiguity.graph[nodes][:, nodes]
    place = np.full(contiguity.graph.shape[0], -1, dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    inner = place[sources]
    idom = dominators(part, np.ones(len(nodes), dtype=bool), inner[inner >= 0])
    return np.where(idom >= 0, nodes[np.maximum(idom, 0)], idom)


def _dominators(old: Ints, left: Pairs, kept: NDArray[np.bool_], idom: dict[int, tuple[Ints, Ints]]) -> Ints:
    """Dominators in the new numbers: those found anew, and the old ones of schools that lost nothing."""
    number = np.append(np.cumsum(kept) - 1, -1)
    dominator = number[old[kept]]
    for s, (nodes, cut_by) in idom.items():
        own = left.lookup[nodes, s]
        above = np.where(cut_by >= 0, left.lookup[np.maximum(cut_by, 0), s], -1)
        dominator[own[own >= 0]] = above[own >= 0]
    dominator[left.choices[left.node] == 1] = -1
    return np.asarray(dominator)
