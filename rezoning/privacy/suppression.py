"""Hide small counts, and others with them, until no small count can be found.

The rule is that of statistical offices for tables of counts (threshold rule with secondary suppression): every count of 1 to `least` - 1
is hidden; so are further counts, until whatever the reader adds and subtracts, and though no count is below zero, every small count might
as well be `least` or more. Schools are told to do so by the U.S. Department of Education.

References
----------
Hundepool et al., Statistical Disclosure Control, 2012, chapter 4 (linked tables, secondary suppression, audit by intervals).
National Center for Education Statistics, Statistical Methods for Protecting Personally Identifiable Information in Aggregate Reporting,
SLDS Technical Brief 3 (NCES 2011-603); Privacy Technical Assistance Center, Frequently Asked Questions: Disclosure Avoidance, 2012.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rezoning.privacy.cells import HAIR, NOBODY, Bools, Cells, Floats, Ints
from rezoning.privacy.intervals import narrow_cells
from rezoning.privacy.span import Span


@dataclass(frozen=True, eq=False)
class Kinds:
    """How far small cells are protected, shape (k,) each.

    Parameters
    ----------
    unknown
        Nobody can work them out: (b) and (c) of `protect`.
    vague
        Nobody can narrow them down either: (d).
    """

    unknown: Bools
    vague: Bools


def protect(cells: Cells, least: float, *, kinds: Kinds | None = None, hidden: Bools | None = None, complements: bool = True) -> Bools:
    """Which published cells to hide, shape (k,).

    Parameters
    ----------
    least
        Counts above 0 and below this are small; 0 hides nothing.
    kinds
        Which small cells are protected how far; all of them all the way when left out.
    hidden
        Cells that are hidden already, and stay so.
    complements
        Whether to hide what would give small counts away as well; without, only small counts are hidden.

    Returns
    -------
    array
        (a) Every small published cell is hidden. (b) No small cell, published or not, is a combination of shown ones. (c) Where the total of
        a family is shown, its hidden cells add up to 0 or to `least` at the least. (d) To a reader who knows that no atom is below 0, every small
        cell may be `least` or more, and lies in an interval at least half as wide as `least`.
    """
    ours = cells.merged
    small = ours.sensitive(least)
    found = small & ours.published
    if hidden is not None:
        found |= hidden
    if not complements or not small.any():
        return found
    first = found.copy()
    unknown, vague = (small, small) if kinds is None else (small & kinds.unknown, small & kinds.vague)
    _hide_until_safe(ours, unknown, found, least)
    _show_again(ours, unknown, found, first, least)
    watched = np.flatnonzero(vague)
    while watched.size:
        narrow, watched = narrow_cells(ours, watched, found, least)
        _hide_one_of_each(ours, found, narrow)
        _hide_remainders(ours, unknown, found, least)
    return found


def exposed(cells: Cells, hidden: Bools, least: float) -> Ints:
    """Small cells that are shown, or that can be worked out from what is shown; for tests and audits."""
    small = cells.sensitive(least)
    shown = cells.published & ~hidden
    candidates = np.flatnonzero(small & ~shown)
    span = Span(cells.matrix[shown], cells.values[shown])
    return np.sort(np.concatenate([np.flatnonzero(small & shown), candidates[span.holds(cells.matrix[candidates])]]))


def _hide_until_safe(cells: Cells, small: Bools, hidden: Bools, least: float) -> None:
    while True:
        _hide_remainders(cells, small, hidden, least)
        shown = np.flatnonzero(cells.published & ~hidden)
        candidates = np.flatnonzero(small & (hidden | ~cells.published))
        span = Span(cells.matrix[shown], cells.values[shown])
        found = candidates[span.holds(cells.matrix[candidates])]
        if not found.size:
            return
        _hide_one_of_each(cells, hidden, [shown[makers] for makers in span.makers(cells.matrix[found])])


def _hide_one_of_each(cells: Cells, hidden: Bools, sets: Sequence[Ints]) -> None:
    """Hide at least one cell of each set, those first that cost little for the number of sets they settle."""
    left = [one for one in sets if one.size]
    assert len(left) == len(sets), "a small cell is known though nothing that is shown gives it away"
    while left:
        which, number = np.unique(np.concatenate(left), return_counts=True)
        best = which[np.argmin(cells.cost[which] / number)]
        hidden[best] = True
        left = [one for one in left if best not in one]


def _hide_remainders(cells: Cells, small: Bools, hidden: Bools, least: float) -> None:
    """Hide further cells of families until the hidden ones of each add up to enough."""
    is_done = False
    while not is_done:
        is_done = True
        for parts in _poor(cells, small, hidden, least):
            shown = parts[cells.published[parts] & ~hidden[parts] & (cells.values[parts] > NOBODY)]
            if shown.size:
                hidden[shown[np.argmin(cells.cost[shown])]] = True
                is_done = False


def _poor(cells: Cells, small: Bools, hidden: Bools, least: float) -> Iterator[Ints]:
    """Families whose total is shown, and whose hidden cells add up to a small number."""
    for family in cells.families:
        if cells.published[family.total] and not hidden[family.total]:
            unseen = family.parts[hidden[family.parts] | ~cells.published[family.parts]]
            if small[unseen].any() and NOBODY < _sum(cells.values, unseen) < least - HAIR:
                yield family.parts


def _sum(values: Floats, which: Ints) -> float:
    return float(values[which].sum())


def _show_again(cells: Cells, small: Bools, hidden: Bools, first: Bools, least: float) -> None:
    """Show again, the most valuable first, what was hidden in vain: cells without which no small one can be worked out either."""
    extra = np.flatnonzero(hidden & ~first)
    span: Span | None = None
    for cell in extra[np.argsort(-cells.cost[extra], kind="stable")]:
        if span is None:
            shown = cells.published & ~hidden
            span = Span(cells.matrix[shown], cells.values[shown])
            watched = cells.matrix[np.flatnonzero(small & (hidden | ~cells.published))]
        hidden[cell] = False
        before = span.null
        is_rich = span.narrow(cells.matrix[[cell]])
        if any(True for _ in _poor(cells, small, hidden, least)) or span.holds(watched).any():
            hidden[cell], span.null = True, before
        elif not is_rich:
            span = None
