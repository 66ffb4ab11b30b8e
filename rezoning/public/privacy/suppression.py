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

import numpy as np

from rezoning.public.privacy.cells import HAIR, NOBODY, Bools, Cells, Floats, Ints
from rezoning.public.privacy.intervals import Doubt, Reader
from rezoning.public.privacy.span import Span
from rezoning.public.privacy.state import KEPT, State

AT_ONCE = 6  # cells known too well that are settled before the others are looked at again


def protect(cells: Cells, least: float, *, before: State | None = None, fixed: Bools | None = None, complements: bool = True) -> State:
    """What is told of each cell and fact.

    Parameters
    ----------
    least
        Counts above 0 and below this are small; 0 hides nothing.
    before
        What is told of each so far; everything when left out. Never is more told than that.
    fixed
        Cells, and facts after them, of which neither more nor less may be told than so far, shape (k + f,).
    complements
        Whether to hide what would give small counts away as well; without, only small counts are hidden.

    Returns
    -------
    State
        (a) No small cell is told exactly. (b) No small cell, published or not, is a combination of what is told exactly. (c) Where the total
        of a family is told, its hidden cells add up to 0 or to `least` at the least. (d) To a reader who knows that no atom is below 0, all
        bonds, facts and ranges, and that students are whole, every small cell may be `least` or more, and lies in an interval at least half as
        wide as `least`. Cells of which this cannot be said, for what is fixed tells them, are `lost`.
    """
    ours = cells.merged
    state = State.of(ours) if before is None else before.copy()
    small = ours.sensitive(least)
    movable = _movable(ours, fixed)
    fresh = movable[: len(small)] & (state.level <= 1)
    state.level[small & ours.published & fresh] = KEPT
    if not complements or not small.any():
        return state
    first, hidden = state.hidden, state.hidden
    known = _hide_until_safe(ours, small, hidden, movable, least)
    _show_again(ours, small, hidden, first, least)
    state.level[hidden & fresh] = KEPT
    state.level[hidden & fresh & ours.may_be_range] = 1  # as a narrow range at first, which widens as far as it must
    state.level[hidden & fresh & ours.may_be_range & small] = 2
    state.lost = np.union1d(state.lost, known)
    sought = Doubt.sought(ours, least)
    _widen_until_safe(ours, np.setdiff1d(np.flatnonzero(small), state.lost), state, movable, least, sought)
    return state


def widen(cells: Cells, state: State, narrow: Ints, least: float) -> State:
    """Tell less of anything until some small cells are as unknown as is promised."""
    ours, state = cells.merged, state.copy()
    state.lost = np.setdiff1d(state.lost, narrow)
    _widen_until_safe(ours, narrow, state, _movable(ours, None), least, Doubt.promised(ours, least))
    return state


def _movable(cells: Cells, fixed: Bools | None) -> Bools:
    told = np.zeros(0) if cells.facts is None else cells.facts.cost
    movable = np.concatenate([np.ones(len(cells.published), dtype=bool), np.isfinite(told)])
    return movable if fixed is None else movable & ~fixed


def narrow(cells: Cells, state: State, least: float) -> Ints:
    """Small cells that a reader knows too well: (d) of `protect` does not hold of them."""
    ours = cells.merged
    promised = Doubt.promised(ours, least)
    reader = Reader(ours, state, least, promised)
    doubt = reader.doubtful(np.flatnonzero(ours.sensitive(least)))
    return np.array([k for k in doubt.tolist() if not promised.is_met(k, reader.reach(k))], dtype=np.int64)


def exposed(cells: Cells, hidden: Bools, least: float) -> Ints:
    """Small cells that are shown, or that can be worked out from what is shown; for tests and audits."""
    small = cells.sensitive(least)
    shown = cells.published & ~hidden
    candidates = np.flatnonzero(small & ~shown)
    span = Span(cells.matrix[shown], cells.values[shown])
    return np.sort(np.concatenate([np.flatnonzero(small & shown), candidates[span.holds(cells.matrix[candidates])]]))


def _hide_until_safe(cells: Cells, small: Bools, hidden: Bools, movable: Bools, least: float) -> Ints:
    """Hide until nothing small can be worked out; the cells that can be though nothing is left to hide."""
    known = np.zeros(0, dtype=np.int64)
    while True:
        _hide_remainders(cells, small, hidden, movable, least)
        shown = np.flatnonzero(cells.published & ~hidden)
        candidates = np.setdiff1d(np.flatnonzero(small & (hidden | ~cells.published)), known)
        span = Span(cells.matrix[shown], cells.values[shown])
        found = candidates[span.holds(cells.matrix[candidates])]
        if not found.size:
            return known
        makers = [shown[makers][movable[shown[makers]]] for makers in span.makers(cells.matrix[found])]
        known = np.union1d(known, found[[not one.size for one in makers]])
        hidden[_one_of_each(cells.cost, makers)] = True


def _widen_until_safe(cells: Cells, watched: Ints, state: State, movable: Bools, least: float, sought: Doubt) -> None:
    """Tell less until every small cell is unknown enough. The less is told the wider is every interval: one that is wide once stays so."""
    promised, lost = Doubt.promised(cells, least), list[int]()
    while watched.size:
        reader, sets, done = Reader(cells, state, least, sought), list[Ints](), list[int]()
        doubt = reader.doubtful(watched)
        for k in doubt.tolist():
            found = reader.reach(k)
            why = found.why[movable[found.why]]
            if sought.is_met(k, found) or not why.size:
                done.append(k)
                lost += [] if promised.is_met(k, found) else [k]
                continue
            sets.append(why)
            if len(sets) == AT_ONCE:
                break
        watched = np.setdiff1d(doubt, done)
        for which in _one_of_each(state.cost(cells), sets):
            state.coarsen(cells, which)
    state.lost = np.union1d(state.lost, np.array(lost, dtype=np.int64))


def _one_of_each(cost: Floats, sets: Sequence[Ints]) -> list[int]:
    """At least one of each set that has any, those first that cost little for the number of sets they settle."""
    left, chosen = [one for one in sets if one.size], []
    while left:
        which, number = np.unique(np.concatenate(left), return_counts=True)
        best = int(which[np.argmin(cost[which] / number)])
        chosen.append(best)
        left = [one for one in left if best not in one]
    return chosen


def _hide_remainders(cells: Cells, small: Bools, hidden: Bools, movable: Bools, least: float) -> None:
    """Hide further cells of families until the hidden ones of each add up to enough."""
    is_done = False
    while not is_done:
        is_done = True
        for parts in _poor(cells, small, hidden, least):
            shown = parts[cells.published[parts] & ~hidden[parts] & movable[parts] & (cells.values[parts] > NOBODY)]
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
