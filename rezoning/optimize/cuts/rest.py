"""What a solver's rows do not hold, asked about every integer point, and the cuts that forbid the points that break it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from rezoning.formulation.formulation import Floats, Formulation, Ints
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import ROW_TOLERANCE, either_excess, is_feasible
from rezoning.optimize.cuts.fractional import Fractional
from rezoning.optimize.model.epigraph import Cut, Row
from rezoning.optimize.model.milp import Milp

NODE_VIOLATION = 0.05  # of a node: what a cut must be broken by inside the tree
NODE_CUTS = 200


class Rest:
    """What a solver's rows do not hold: zones in one piece, curved goals, and rows that its tolerance let through.

    Parameters
    ----------
    cuts_fractions
        Whether fractional points are cut too, and not only those that are whole.
    """

    def __init__(self, formulation: Formulation, milp: Milp, *, cuts_fractions: bool = True) -> None:
        self._formulation, self.milp, self.cuts_fractions = formulation, milp, cuts_fractions
        self._separator = Separator(formulation)

    @cached_property
    def fractional(self) -> Fractional:
        """What finds the cuts of fractional zones."""
        return Fractional(self._formulation)

    def holds(self, school_of_node: Ints, values: Floats | None = None) -> bool:
        """Whether it is a plan, and the columns' values are not below what they stand for."""
        if not is_feasible(self._formulation, school_of_node, self._separator):
            return False
        return values is None or not self._tangents(school_of_node, values)

    def cuts(self, school_of_node: Ints, values: Floats | None = None) -> list[Cut | Row]:
        """Separator cuts for loose pieces and tangents for columns that are too low; else cuts for this very choice on every broken row."""
        found: list[Cut | Row] = [*self._separator.cuts(school_of_node), *self._tangents(school_of_node, values)]
        return found or [*_no_goods(self._formulation, school_of_node)]

    def fractional_cuts(self, x: Floats, values: Floats | None = None) -> list[Cut | Row]:
        """The separator cuts that a fractional x breaks by the most, and tangents."""
        tangents = [] if values is None else self.milp.tangents(x, values, is_plan=False)
        return [*self.fractional.cuts(x, NODE_VIOLATION, NODE_CUTS, is_sparing=True), *tangents]

    def _tangents(self, school_of_node: Ints, values: Floats | None) -> list[Row]:
        return self.milp.tangents(self._formulation.vector(school_of_node), values, is_plan=True) if self.milp.bent else []


def _no_goods(formulation: Formulation, school_of_node: Ints) -> list[Cut]:
    """Forbid exactly this choice on the pairs of every row that is broken by more than our tolerance and less than the solver's."""
    x, rows = formulation.vector(school_of_node), formulation.rows
    activity = rows.matrix @ x
    broken = np.flatnonzero((activity > rows.upper + ROW_TOLERANCE) | (activity < rows.lower - ROW_TOLERANCE))
    supports = [rows.matrix[[r], :].indices.astype(np.int64) for r in broken]
    for held in formulation.held:
        if held.terms.value(x) > held.upper + 1e-9:
            used = [abs(parts).sum(axis=0) > 0 for parts in (held.terms.parts, *(block.parts for block in held.terms.blocks))]
            supports.append(np.flatnonzero(np.logical_or.reduce([held.terms.linear != 0, *used])))
    for either, excess in zip(formulation.either, either_excess(formulation, x), strict=True):
        if excess > ROW_TOLERANCE:
            supports.append(np.unique(either.block.parts.indices).astype(np.int64))
    cuts = []
    for support in supports:
        chosen = tuple(int(p) for p in support if x[p])
        cuts.append(Cut(chosen, tuple(int(p) for p in support if not x[p]), len(chosen) - 1.0))
    return cuts
