"""Pairs of units: read from a file of neighbors, mended by links and barriers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rezoning.errors import Problems, shown

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Links = Sequence[tuple[int, int]]


# -- from a file -----------------------------------------------------------------------------------------------------


def edges_from_file(table: pd.DataFrame, unit_index: Mapping[str, int], place: str, problems: Problems) -> tuple[Ints, Floats]:
    """Pairs of neighbors from a table of text: two id columns, then optionally the shared length in meters.

    A pair that is listed twice, in either direction, is one edge; its length is the first that is given.

    Parameters
    ----------
    table
        Text cells, one row per pair; the index holds the row numbers that a user sees. A fourth column and later ones are not looked at.
    unit_index
        Text id of each unit to its index.
    place
        The file's name, for messages.
    problems
        Receives unknown units, units paired with themselves, lengths that are no lengths, lengths that contradict each other.

    Returns
    -------
    edges, shared
        Shape (e, 2), the smaller index first, sorted, unique; and shape (e,), NaN where no length is given. Rows with a problem are left out.
    """
    if table.shape[1] < 2:
        problems.add(place, f"one column ({shown(table.columns)}) where two columns of unit ids were expected.", "Give one pair of units a row.")
        return _merged(np.empty((0, 2), dtype=np.int64), np.empty(0))
    text = table.iloc[:, :2].fillna("").astype(str).apply(lambda column: column.str.strip())
    pairs = np.column_stack([text.iloc[:, side].map(unit_index).fillna(-1).to_numpy(np.int64) for side in (0, 1)])
    known = (pairs >= 0).all(axis=1)
    _report_unknown(text, pairs, place, problems)
    loops = known & (pairs[:, 0] == pairs[:, 1])
    if loops.any():
        named = [f"'{text.iloc[k, 0]}' (row {table.index[int(k)]})" for k in np.flatnonzero(loops)]
        problems.add(place, f"{_count(named, 'unit is its', 'units are their')} own neighbor: {shown(named)}.", "Delete these rows.")
    shared = _lengths(table, place, problems)
    good = known & ~loops
    _report_contradictions(text, pairs, np.where(good, shared, np.nan), place, problems)
    return _merged(pairs[good], shared[good])


def _report_unknown(text: pd.DataFrame, pairs: Ints, place: str, problems: Problems) -> None:
    """One problem for all ids that are no unit's, each shown once with its first row."""
    first_row: dict[str, int] = {}
    for k, side in np.argwhere(pairs < 0):
        first_row.setdefault(str(text.iloc[k, side]), text.index[k])
    if first_row:
        named = [f"'{unit}' (row {row})" for unit, row in first_row.items()]
        cure = "Give ids as the units file has them, leading zeros included, or delete the rows of units outside the district."
        problems.add(place, f"{_count(named, 'id is', 'ids are')} no unit's: {shown(named)}.", cure)


def _lengths(table: pd.DataFrame, place: str, problems: Problems) -> Floats:
    """Third column as meters, NaN where blank or absent; shape (rows,)."""
    import pandas as pd

    if table.shape[1] < 3:
        return np.full(len(table), np.nan)
    text = table.iloc[:, 2].fillna("").astype(str).str.strip()
    shared = pd.to_numeric(text, errors="coerce").to_numpy(np.float64)
    wrong = ((text != "") & ~text.str.lower().eq("nan")).to_numpy() & ~(np.isfinite(shared) & (shared >= 0))
    if wrong.any():
        named = [f"'{text.iloc[k]}' (row {table.index[int(k)]})" for k in np.flatnonzero(wrong)]
        message = f"column '{table.columns[2]}' holds {_count(named, 'value that is', 'values that are')} no length in meters: {shown(named)}."
        problems.add(place, message, "The third column is the shared length; leave it blank where unknown, or put other columns after it.")
    return np.where(wrong, np.nan, shared)


def _report_contradictions(text: pd.DataFrame, pairs: Ints, shared: Floats, place: str, problems: Problems) -> None:
    """A pair that is listed again with another length; up to 1 m and 1 % apart is rounding."""
    seen: dict[tuple[int, int], int] = {}
    named = []
    for k in map(int, np.flatnonzero(~np.isnan(shared))):
        earlier = seen.setdefault((int(pairs[k].min()), int(pairs[k].max())), k)
        if abs(shared[k] - shared[earlier]) > 1 + 0.01 * shared[earlier]:
            u, v = text.iloc[k, :2]
            rows = text.index[earlier], text.index[k]
            named.append(f"'{u}' and '{v}' share {shared[earlier]:g} m (row {rows[0]}) and {shared[k]:g} m (row {rows[1]})")
    if named:
        problems.add(place, f"{_count(named, 'pair has', 'pairs have')} two different lengths: {shown(named)}.", "Keep one row per pair.")


def _merged(pairs: Ints, shared: Floats) -> tuple[Ints, Floats]:
    """Pairs in any direction and number as sorted unique edges; the first length that is given stands."""
    pairs = np.sort(pairs.reshape(-1, 2), axis=1)
    order = np.lexsort((np.isnan(shared), pairs[:, 1], pairs[:, 0]))
    pairs, shared = pairs[order], shared[order]
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[first], shared[first]


# -- links and barriers ----------------------------------------------------------------------------------------------


def with_links(
    edges: Ints, border_m: Floats, links: Sequence[tuple[int, int]], barriers: Sequence[tuple[int, int]]
) -> tuple[Ints, Floats, tuple[str, ...]]:
    """Add the pairs of `links`, then take away those of `barriers`; a pair in both is no edge.

    Parameters
    ----------
    edges, border_m
        Shapes (e, 2) and (e,).
    links, barriers
        Pairs of two unit indices, in either direction. A link between units that share a border already keeps its length; a new one has none (NaN).

    Returns
    -------
    edges, border_m
        Sorted and unique.
    notes
        What was without effect, by count, for the user to see.
    """
    joined, cut = _pairs(links), _pairs(barriers)
    notes = []
    idle = int(_among(joined, edges).sum())
    if idle:
        notes.append(f"adjacency.links: {idle} of {len(joined)} pairs were neighbors already")
    edges, border_m = _merged(np.concatenate([edges.reshape(-1, 2), joined]), np.concatenate([border_m, np.full(len(joined), np.nan)]))
    idle = int((~_among(cut, edges)).sum())
    if idle:
        notes.append(f"adjacency.barriers: {idle} of {len(cut)} pairs were no neighbors anyway")
    kept = ~_among(edges, cut)
    return edges[kept], border_m[kept], tuple(notes)


def _pairs(given: Sequence[tuple[int, int]]) -> Ints:
    """Pairs with the smaller index first, each once; shape (k, 2)."""
    return np.unique(np.sort(np.asarray(given, dtype=np.int64).reshape(-1, 2), axis=1), axis=0)


def _among(pairs: Ints, others: Ints) -> NDArray[np.bool_]:
    """For each pair, whether it is one of `others`; shape (len(pairs),)."""
    if not len(pairs) or not len(others):
        return np.zeros(len(pairs), dtype=bool)
    width = int(max(pairs.max(), others.max())) + 1
    return np.isin(pairs[:, 0] * width + pairs[:, 1], others[:, 0] * width + others[:, 1])


def _count(items: Sequence[object], one: str, many: str) -> str:
    """``'1 id is'`` or ``'3 ids are'``."""
    return f"{len(items)} {one if len(items) == 1 else many}"
