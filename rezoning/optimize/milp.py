"""Formulation -> PuLP problem: the only place that writes PuLP expressions.

Columns are the pairs that have a choice, then one column of at least 0 for every max(0, d) of a goal. Numbers are scaled so that the solvers'
tolerances mean little: a part's largest coefficient becomes 1, and the objective is counted in hundredths of its natural value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pulp

from rezoning.formulation.formulation import Floats, Formulation, Ints, Pairs, RowName, Terms

ROW_TOLERANCE = 1e-7  # of a row's own unit (students): finer than the audit's, so that nothing passes here and fails there
UNIT = 100.0  # objective of the model per natural value: points of dissimilarity, not fractions


@dataclass(frozen=True)
class Cut:
    """``sum of x over plus - sum of x over minus <= upper``, over pairs; valid for every plan."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    upper: float = 0.0


@dataclass(eq=False)
class _Lift:
    """Columns that carry the max(0, d) of some terms: first column, scale of each part, side (+1 over, -1 under), weight."""

    terms: Terms
    parts: Ints
    side: Floats
    scale: Floats
    weight: Floats
    columns: list[pulp.LpVariable] = field(default_factory=list)

    def excess(self, x: Floats) -> Floats:
        """Value of each column at x, scaled."""
        d = (self.terms.parts @ x - self.terms.target)[self.parts]
        return np.asarray(np.maximum(self.side * d, 0.0) * self.scale)

    def most(self, pairs: Pairs) -> Floats:
        """What each column can be at most, and a little more: every node at its worst pair. A column without an end makes no bound (`weak_bound`)."""
        matrix = self.terms.parts.tocsr()[self.parts, :]
        worst = [np.maximum.reduceat(side * matrix[[i], :].toarray()[0], pairs.first[:-1]).sum() for i, side in enumerate(self.side)]
        d = np.array(worst) - self.side * self.terms.target[self.parts]
        return np.asarray(np.maximum(d, 0.0) * self.scale + 1.0)


@dataclass(eq=False)
class Milp:
    """A formulation as a PuLP problem, and the way back from columns to pairs.

    Parameters
    ----------
    formulation
        What was built.
    problem
        Minimizes UNIT x value. What no variable changes stands there too, as a column that is 1, so that a solver's relative gap is the user's.
    columns
        All variables, in the order of the vectors below: pairs with a choice first.
    free
        The pairs with a choice, in column order.
    broken
        Rows that the fixed pairs alone break: there is no plan, and the problem does not say so.
    """

    formulation: Formulation
    problem: pulp.LpProblem
    columns: list[pulp.LpVariable]
    free: Ints
    column_of_pair: Ints
    lifts: list[_Lift] = field(default_factory=list)
    constant: pulp.LpVariable | None = None
    broken: list[RowName] = field(default_factory=list)

    def start(self, school_of_node: Ints) -> Floats:
        """The columns' values for an assignment of nodes."""
        x = self.formulation.vector(school_of_node)
        return np.concatenate([x[self.free], *[lift.excess(x) for lift in self.lifts], [1.0] * (self.constant is not None)])

    def point(self, values: Sequence[float] | Floats) -> Floats:
        """The columns' values as a value of every pair, shape (P,)."""
        x = self.formulation.pairs.is_fixed.astype(float)
        x[self.free] = np.clip(np.asarray(values)[: len(self.free)], 0.0, 1.0)
        return x

    def assignment(self, values: Sequence[float] | Floats) -> Ints:
        """School of each node from the columns' values; the largest of a node's values wins."""
        return strongest(self.formulation, self.point(values))

    def natural(self, objective: float) -> float:
        """Natural value of a model objective or bound."""
        return objective / UNIT

    def row_of(self, cut: Cut) -> tuple[list[int], list[float], float]:
        """A cut over columns: (columns, coefficients, upper side)."""
        index, value, upper = [], [], cut.upper
        for pairs, sign in ((cut.plus, 1.0), (cut.minus, -1.0)):
            for p in pairs:
                j = int(self.column_of_pair[p])
                if j < 0:  # fixed at 1
                    upper -= sign
                else:
                    index.append(j)
                    value.append(sign)
        return index, value, upper

    def add_cuts(self, cuts: Iterable[Cut]) -> int:
        """Add separator cuts as rows; the number added."""
        added = 0
        for cut in cuts:
            index, value, upper = self.row_of(cut)
            if upper >= value.count(1.0):
                continue  # cannot be broken
            self.problem += pulp.LpAffineExpression([(self.columns[j], v) for j, v in zip(index, value, strict=True)]) <= upper
            added += 1
        return added


def strongest(formulation: Formulation, x: Floats) -> Ints:
    """The school with the largest x of each node; ties to the first."""
    pairs = formulation.pairs
    best = np.maximum.reduceat(x, pairs.first[:-1])
    is_best = x >= best[pairs.node]
    node, at = np.unique(pairs.node[is_best], return_index=True)
    school = np.empty(pairs.num_nodes, dtype=np.int64)
    school[node] = pairs.school[is_best][at]
    return school


def build(formulation: Formulation, objective: Sequence[tuple[Terms, float]], *, with_dominators: bool = True, is_relaxed: bool = False) -> Milp:
    """Build the problem that minimizes a weighted sum of goals under all rows and held goals.

    Parameters
    ----------
    objective
        Goals and their weights.
    with_dominators
        Add x[p] <= x[dominator of p]; valid for exact contiguity.
    is_relaxed
        Let every binary be fractional, for a bound.
    """
    pairs = formulation.pairs
    problem = pulp.LpProblem("rezoning", pulp.LpMinimize)
    free = np.flatnonzero(~pairs.is_fixed)
    column_of_pair = np.full(len(pairs), -1, dtype=np.int64)
    column_of_pair[free] = np.arange(len(free))
    kind = pulp.LpContinuous if is_relaxed else pulp.LpBinary
    columns = [problem.add_variable(f"x{j:07d}", 0, 1, kind) for j in range(len(free))]  # PuLP sorts columns by name: pad the number
    milp = Milp(formulation, problem, columns, free, column_of_pair)
    _objective(milp, objective)
    _one_school_each(milp)
    _rule_rows(milp)
    for held in formulation.held:
        _hold(milp, held.terms, held.upper)
    if milp.constant is not None:
        columns.append(milp.constant)
    if with_dominators and formulation.contiguity.is_exact:
        dominated = np.flatnonzero(formulation.contiguity.dominator >= 0)
        milp.add_cuts(Cut((int(p),), (int(formulation.contiguity.dominator[p]),)) for p in dominated)
    return milp


def _expression(milp: Milp, index: Ints, value: Floats) -> tuple[list[tuple[pulp.LpVariable, float]], float]:
    """Terms over columns of a combination of pairs, and the constant of the fixed ones."""
    column = milp.column_of_pair[index]
    is_free = column >= 0
    terms = [(milp.columns[j], v) for j, v in zip(column[is_free].tolist(), value[is_free].tolist(), strict=True)]
    return terms, float(value[~is_free].sum())


def _lift(milp: Milp, terms: Terms) -> _Lift:
    """Columns z >= scale x side x d for every weighted side of a goal's parts."""
    sides = [(k, side, weight[k]) for side, weight in ((1.0, terms.over), (-1.0, terms.under)) for k in np.flatnonzero(weight)]
    parts = np.array([k for k, _, _ in sides], dtype=np.int64)
    matrix = terms.parts.tocsr()
    largest = np.array([np.abs(matrix.data[matrix.indptr[k] : matrix.indptr[k + 1]]).max(initial=0.0) for k in parts])
    scale = np.where(largest > 0, 1.0 / np.where(largest > 0, largest, 1.0), 1.0)
    lift = _Lift(terms, parts, np.array([s for _, s, _ in sides]), scale, np.array([w for _, _, w in sides]))
    most = lift.most(milp.formulation.pairs)
    for i, k in enumerate(parts):
        row = slice(matrix.indptr[k], matrix.indptr[k + 1])
        factor = lift.side[i] * scale[i]
        inside, constant = _expression(milp, matrix.indices[row].astype(np.int64), factor * matrix.data[row])
        z = milp.problem.add_variable(f"z{len(milp.columns):07d}", 0, float(most[i]))
        milp.columns.append(z)
        lift.columns.append(z)
        milp.problem += pulp.LpAffineExpression([*inside, (z, -1.0)]) <= float(factor * terms.target[k] - constant)
    milp.lifts.append(lift)
    return lift


def _weighted(milp: Milp, terms: Terms) -> tuple[list[tuple[pulp.LpVariable, float]], float]:
    """The value of a goal as terms over columns and a constant."""
    used = np.flatnonzero(terms.linear)
    inside, constant = _expression(milp, used, terms.linear[used])
    lift = _lift(milp, terms)
    inside += [(z, float(w / scale)) for z, w, scale in zip(lift.columns, lift.weight, lift.scale, strict=True)]
    return inside, constant + terms.constant


def _objective(milp: Milp, objective: Sequence[tuple[Terms, float]]) -> None:
    """Write the weighted sum of the goals; what no variable changes becomes a column of its own."""
    total: dict[pulp.LpVariable, float] = {}
    fixed = 0.0
    for terms, weight in objective:
        inside, constant = _weighted(milp, terms)
        fixed += weight * constant
        for variable, value in inside:
            total[variable] = total.get(variable, 0.0) + UNIT * weight * value
    if fixed or not total:  # to an empty objective PuLP would add a column that nobody here knows
        milp.constant = milp.problem.add_variable("zz_constant", 1, 1)
        total[milp.constant] = UNIT * fixed
    milp.problem.setObjective(pulp.LpAffineExpression(list(total.items())))


def _hold(milp: Milp, terms: Terms, upper: float) -> None:
    inside, constant = _weighted(milp, terms)
    milp.problem += pulp.LpAffineExpression([(variable, UNIT * value) for variable, value in inside]) <= UNIT * (upper - constant)


def _one_school_each(milp: Milp) -> None:
    pairs = milp.formulation.pairs
    for v in np.flatnonzero(pairs.choices > 1):
        own = milp.column_of_pair[pairs.first[v] : pairs.first[v + 1]].tolist()
        milp.problem += pulp.LpAffineExpression([(milp.columns[j], 1.0) for j in own]) == 1


def _rule_rows(milp: Milp) -> None:
    rows = milp.formulation.rows
    matrix = rows.matrix.tocsr()
    for r in range(len(rows.names)):
        cells = slice(matrix.indptr[r], matrix.indptr[r + 1])
        inside, constant = _expression(milp, matrix.indices[cells].astype(np.int64), matrix.data[cells])
        if not inside:
            if constant < rows.lower[r] - ROW_TOLERANCE or constant > rows.upper[r] + ROW_TOLERANCE:
                milp.broken.append(rows.names[r])
            continue
        if np.isfinite(rows.lower[r]):
            milp.problem += pulp.LpAffineExpression(inside) >= float(rows.lower[r] - constant)
        if np.isfinite(rows.upper[r]):
            milp.problem += pulp.LpAffineExpression(inside) <= float(rows.upper[r] - constant)
