"""Formulation -> PuLP problem: the only place that writes PuLP expressions.

Columns are the pairs that have a choice, then those of each epigraph: what goals, held goals and rules that leave a choice need beside pairs
(`epigraph`, `shapes`). Numbers are scaled so that the solvers' tolerances mean little: a part's largest coefficient becomes 1, and the objective is
counted in hundredths of its natural value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pulp
from scipy.sparse import csr_array, hstack

from rezoning.formulation.formulation import Floats, Formulation, Held, Ints, Matrix, RowName, Terms
from rezoning.optimize.model.epigraph import Cut, Epigraph, ExcessEpigraph, Product, Row, Sharp, Space, strongest
from rezoning.optimize.model.flow import flows
from rezoning.optimize.model.shapes import Choice, epigraph_of, is_surrogate, least_of, lowest

ROW_TOLERANCE = 1e-7  # of a row's own unit (students): finer than the audit's, so that nothing passes here and fails there
HELD_SLACK = 1e-9  # natural values: as `feasible` judges
NO_MULTIPLE = 1e-12  # what a number may be off a multiple, of its size
MEASURES = (1.0, 0.5, 0.1, 0.01, 1e-3, 1e-4)  # of which a row's numbers may be multiples
GOAL, HELD, ONE_SCHOOL, LINK, FLOW, CUT = "goal", "held", "one_school", "link", "flow", "cut"  # what rows are for that no rule made
UNIT = 100.0  # objective of the model per natural value: points of dissimilarity, not fractions


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
    space, epigraphs
        The free pairs, and what carries goals and choices; in column order.
    marks
        What rows and columns are for: (first row, first column, name), in the order in which they were added.
    """

    formulation: Formulation
    problem: pulp.LpProblem
    columns: list[pulp.LpVariable]
    free: Ints
    column_of_pair: Ints
    space: Space
    epigraphs: list[Epigraph] = field(default_factory=list)
    constant: pulp.LpVariable | None = None
    broken: list[RowName] = field(default_factory=list)
    added: dict[Cut | Row, None] = field(default_factory=dict)
    marks: list[tuple[int, int, RowName]] = field(default_factory=list)

    def mark(self, name: RowName) -> None:
        """Say what the rows and columns that are added from here on are for."""
        self.marks.append((int(self.problem.numConstraints()), len(self.columns), name))

    def start(self, school_of_node: Ints) -> Floats:
        """The columns' values for an assignment of nodes."""
        x = self.formulation.vector(school_of_node)
        return np.concatenate([x[self.free], *[epigraph.excess(x[self.free]) for epigraph in self.epigraphs], [1.0] * (self.constant is not None)])

    def point(self, values: Sequence[float] | Floats) -> Floats:
        """The columns' values as a value of every pair and product, shape (P + L,)."""
        x = self.formulation.lifted.is_fixed.astype(float)
        x[self.free] = np.clip(np.asarray(values)[: len(self.free)], 0.0, 1.0)
        return x

    def assignment(self, values: Sequence[float] | Floats) -> Ints:
        """School of each node from the columns' values; the largest of a node's values wins."""
        return strongest(self.formulation, self.point(values))

    def natural(self, objective: float) -> float:
        """Natural value of a model objective or bound."""
        return objective / UNIT

    def tangents(self, x: Floats, values: Floats | None, *, is_plan: bool) -> list[Row]:
        """Rows that epigraph columns which are below what they stand for at x, shape (P,); `values` None asks for all that touch at x.

        At a plan every such column is raised by a row; at a fractional point only where a shape is convex, and by what is worth one.
        """
        found: list[Row] = []
        for epigraph in self.bent if is_plan else [*self.bent, *self.sharp]:
            z = None if values is None else values[epigraph.first : epigraph.first + len(epigraph.model.lower)]
            found += epigraph.cuts(x[self.free], z, is_plan=is_plan)
        return found

    @cached_property
    def bent(self) -> list[Epigraph]:
        """The epigraphs whose rows do not say all."""
        middle = np.full(len(self.free), 0.5)
        return [epigraph for epigraph in self.epigraphs if epigraph.cuts(middle, None, is_plan=True)]

    @cached_property
    def sharp(self) -> list[Epigraph]:
        """The epigraphs whose rows say all of plans, and which have more of them for fractional points."""
        return [epigraph for epigraph in self.epigraphs if isinstance(epigraph, Sharp) and epigraph.is_sharp]

    @property
    def looked_at(self) -> list[int]:
        """The columns beside the pairs that fractional points are cut by."""
        return [j for epigraph in self.sharp for j in range(epigraph.first, epigraph.first + len(epigraph.model.lower))]

    @property
    def asked(self) -> list[int]:
        """The columns beside the pairs whose values `tangents` looks at."""
        return [epigraph.first for epigraph in self.bent]

    def products(self) -> list[Product]:
        """What no row says, for solvers that take products of columns."""
        return [product for epigraph in self.bent for product in epigraph.products()]

    def row_of(self, cut: Cut | Row) -> tuple[list[int], list[float], float]:
        """A cut over columns: (columns, coefficients, upper side)."""
        if isinstance(cut, Row):
            return list(cut.columns), list(cut.values), cut.upper
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

    def add_cuts(self, cuts: Iterable[Cut | Row]) -> int:
        """Add cuts as rows, tangents each once; the number added."""
        added = 0
        for cut in cuts:
            index, value, upper = self.row_of(cut)
            if cut in self.added if isinstance(cut, Row) else upper >= value.count(1.0):
                continue  # known, or cannot be broken
            self.added[cut] = None
            self.problem += pulp.LpAffineExpression([(self.columns[j], v) for j, v in zip(index, value, strict=True)]) <= upper
            added += 1
        return added


def build(
    formulation: Formulation,
    objective: Sequence[tuple[Terms, float]],
    *,
    with_dominators: bool = True,
    is_relaxed: bool = False,
    has_flow: bool = False,
    known: tuple[float | None, float | None] = (None, None),
) -> Milp:
    """Build the problem that minimizes a weighted sum of goals under all rows and held goals.

    Parameters
    ----------
    objective
        Goals and their weights.
    with_dominators
        Add x[p] <= x[dominator of p]; valid for exact contiguity.
    is_relaxed
        Let every binary be fractional, for a bound.
    has_flow
        Say contiguity by rows (`flow`), so that no cut for it is needed.
    known
        Bound and value of the objective so far: plans that are worse need not be in the problem. Only shapes that are not convex use it.
    """
    problem = pulp.LpProblem("rezoning", pulp.LpMinimize)
    space = Space.of(formulation)
    column_of_pair = np.full(len(space.pairs), -1, dtype=np.int64)
    column_of_pair[space.free] = np.arange(len(space.free))
    whole = 0 if is_relaxed else int(np.searchsorted(space.free, len(formulation.pairs)))  # products are whole where pairs are
    kinds = [pulp.LpBinary if j < whole else pulp.LpContinuous for j in range(len(space.free))]
    columns = [problem.add_variable(f"x{j:07d}", 0, 1, kind) for j, kind in enumerate(kinds)]  # PuLP sorts columns by name: pad the number
    milp = Milp(formulation, problem, columns, space.free, column_of_pair, space)
    _objective(milp, objective, known, is_relaxed=is_relaxed)
    _one_school_each(milp)
    _products(milp)
    _rule_rows(milp, is_relaxed=is_relaxed)
    for held in formulation.held:
        _hold(milp, held, is_relaxed=is_relaxed)
    for either in formulation.either:
        choice = Choice(space, either)
        if choice.is_broken:
            milp.broken.append(either.name)
        milp.mark(either.name)
        _add_epigraph(milp, choice, is_relaxed=is_relaxed)
    for flow in flows(formulation, space) if has_flow else []:
        milp.mark(RowName(FLOW, str(flow.arcs.school)))
        _add_epigraph(milp, flow, is_relaxed=is_relaxed)
    if milp.constant is not None:
        columns.append(milp.constant)
    if with_dominators and formulation.contiguity.is_exact:
        milp.mark(RowName(CUT))
        dominated = np.flatnonzero(formulation.contiguity.dominator >= 0)
        milp.add_cuts(Cut((int(p),), (int(formulation.contiguity.dominator[p]),)) for p in dominated)
    milp.mark(RowName(CUT))
    if milp.bent and (formulation.start >= 0).all():
        milp.add_cuts(milp.tangents(formulation.vector(formulation.start), None, is_plan=True))
    return milp


def _add_rows(milp: Milp, matrix: Matrix, lower: Floats, upper: Floats, names: Sequence[RowName] = ()) -> None:
    """Rows over columns; each is marked where they have names."""
    columns, start = milp.columns, matrix.indptr.tolist()
    index, value = matrix.indices.tolist(), matrix.data.tolist()
    for r, (low, high) in enumerate(zip(lower.tolist(), upper.tolist(), strict=True)):
        inside = pulp.LpAffineExpression([(columns[index[i]], value[i]) for i in range(start[r], start[r + 1])])
        if names:
            milp.mark(names[r])
        if low == high:
            milp.problem += pulp.LpConstraint(inside, pulp.LpConstraintEQ, rhs=low)
            continue
        if np.isfinite(low):
            milp.problem += pulp.LpConstraint(inside, pulp.LpConstraintGE, rhs=low)
        if np.isfinite(high):
            milp.problem += pulp.LpConstraint(inside, pulp.LpConstraintLE, rhs=high)


def _add_epigraph(milp: Milp, epigraph: Epigraph, *, is_relaxed: bool) -> tuple[list[tuple[pulp.LpVariable, float]], float]:
    """Add an epigraph's columns and rows; its value as terms over columns and a constant."""
    model, count = epigraph.model, len(epigraph.model.lower)
    used = np.flatnonzero(model.linear)
    inside = [(milp.columns[j], v) for j, v in zip(used.tolist(), model.linear[used].tolist(), strict=True)]
    if count:
        epigraph.first = len(milp.columns)
        for low, high, is_integer, cost in zip(model.lower.tolist(), model.upper.tolist(), model.is_integer, model.cost.tolist(), strict=True):
            kind = pulp.LpInteger if is_integer and not is_relaxed else pulp.LpContinuous
            z = milp.problem.add_variable(f"z{len(milp.columns):07d}", low, high, kind)
            milp.columns.append(z)
            inside += [(z, cost)] * (cost != 0)
        gap = csr_array((model.rows.shape[0], epigraph.first - model.rows.shape[1]))
        _add_rows(milp, csr_array(hstack([model.rows, gap, model.own], format="csr")), model.row_lower, model.row_upper)
        milp.epigraphs.append(epigraph)
    return inside, model.constant


def _weighted(
    milp: Milp, terms: Terms, weight: float, upper: float | None, lower: float | None, *, is_relaxed: bool
) -> tuple[list[tuple[pulp.LpVariable, float]], float]:
    """A weight times the value of a goal as terms over columns and a constant.

    `upper` and `lower` are known limits of the goal's value, for blocks that are all of it or nearly.
    """
    used = np.flatnonzero(terms.linear)
    column = milp.column_of_pair[used]
    inside = [(milp.columns[j], v) for j, v in zip(column[column >= 0].tolist(), terms.linear[used[column >= 0]].tolist(), strict=True)]
    total = float(terms.linear[used[column < 0]].sum()) + terms.constant
    rest = lowest(milp.formulation, terms)
    is_alone = len(terms.blocks) == 1 and not len(used) and not terms.over.any() and not terms.under.any()
    for block in terms.blocks:
        if block.weight <= 0:
            continue
        others = rest - block.weight * least_of(milp.space, block)
        high = np.inf if upper is None else (upper - others) / block.weight
        low = (lower - terms.constant) / block.weight if is_alone and lower is not None else -np.inf
        more, constant = _add_epigraph(milp, epigraph_of(milp.space, block, (low, high)), is_relaxed=is_relaxed)
        inside, total = inside + more, total + constant
    more, constant = _add_epigraph(milp, ExcessEpigraph(milp.space, terms), is_relaxed=is_relaxed)
    return [(variable, weight * value) for variable, value in inside + more], weight * (total + constant)


def _objective(milp: Milp, objective: Sequence[tuple[Terms, float]], known: tuple[float | None, float | None], *, is_relaxed: bool) -> None:
    """Write the weighted sum of the goals; what no variable changes becomes a column of its own."""
    total: list[tuple[pulp.LpVariable, float]] = []
    fixed = 0.0
    lower, upper = known if len(objective) == 1 and objective[0][1] == 1.0 else (None, None)
    for terms, weight in objective:
        milp.mark(RowName(GOAL, terms.goal.minimize))
        inside, constant = _weighted(milp, terms, weight, upper, lower, is_relaxed=is_relaxed)
        fixed, total = fixed + constant, total + inside
    if fixed or not total:  # to an empty objective PuLP would add a column that nobody here knows
        milp.constant = milp.problem.add_variable("zz_constant", 1, 1)
        total.append((milp.constant, fixed))
    milp.problem.setObjective(_summed(total))


def _hold(milp: Milp, held: Held, *, is_relaxed: bool) -> None:
    """A finished goal, or a limit of a rule, as a row; one that the model cannot say is left to `feasible`."""
    terms, upper = held.terms, held.upper
    if is_surrogate(terms):
        return
    milp.mark(held.name or RowName(HELD, terms.goal.minimize))
    inside, constant = _weighted(milp, terms, 1.0, upper + HELD_SLACK, None, is_relaxed=is_relaxed)
    if not inside:
        if constant > upper + HELD_SLACK:
            milp.broken.append(held.name or RowName(GOAL, terms.goal.minimize))
        return
    milp.problem += _summed(inside) <= UNIT * (upper - constant)


def _summed(inside: list[tuple[pulp.LpVariable, float]]) -> pulp.LpAffineExpression:
    """Terms over columns in the model's unit, each column once."""
    total: dict[pulp.LpVariable, float] = {}
    for variable, value in inside:
        total[variable] = total.get(variable, 0.0) + UNIT * value
    return pulp.LpAffineExpression(list(total.items()))


def _one_school_each(milp: Milp) -> None:
    pairs = milp.formulation.pairs
    node, row = np.unique(pairs.node[milp.free[milp.free < len(pairs)]], return_inverse=True)
    count = len(node)
    matrix = csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(count, len(milp.free)))
    milp.mark(RowName(ONE_SCHOOL))
    _add_rows(milp, matrix, np.ones(count), np.ones(count))


def _products(milp: Milp) -> None:
    """The hull of products, by two nodes (`links`)."""
    formulation = milp.formulation
    if formulation.links is None:
        return
    whole = csr_array(formulation.links.hull(len(formulation.pairs)))
    side = -(whole @ formulation.lifted.is_fixed.astype(float))
    matrix = csr_array(whole[:, milp.free])
    said = np.flatnonzero(np.diff(matrix.indptr))
    milp.mark(RowName(LINK))
    _add_rows(milp, csr_array(matrix[said, :]), side[said], side[said])


def _rule_rows(milp: Milp, *, is_relaxed: bool) -> None:
    rows = milp.formulation.rows
    whole = csr_array(rows.matrix)
    matrix = csr_array(whole[:, milp.free])
    constant = whole @ milp.formulation.lifted.is_fixed.astype(float)
    is_said = np.diff(matrix.indptr) > 0
    broken = ~is_said & ((constant < rows.lower - ROW_TOLERANCE) | (constant > rows.upper + ROW_TOLERANCE))
    milp.broken += [rows.names[r] for r in np.flatnonzero(broken)]
    said, lower, upper = csr_array(matrix[is_said, :]), (rows.lower - constant)[is_said], (rows.upper - constant)[is_said]
    names = [rows.names[r] for r in np.flatnonzero(is_said)]
    if not is_relaxed:
        lower, upper = measured(said, lower, upper)
    _add_rows(milp, said, lower, upper, names)


def measured(matrix: Matrix, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """The sides of rows over binary columns, moved in to multiples of the measure that all of a row's numbers share, where they do.

    No plan is lost, and between two multiples there is room for a solver's tolerance, which is relative: 1,000.9995 seats hold 1,000 students then,
    and not 1,001.
    """
    measure = np.zeros(matrix.shape[0])
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    for length in MEASURES[::-1]:
        count = matrix.data / length
        is_odd = np.bincount(row, np.abs(count - np.round(count)) > NO_MULTIPLE * (1.0 + np.abs(count)), matrix.shape[0]) > 0
        measure = np.where(is_odd, measure, length)
    step = np.where(measure > 0, measure, 1.0)
    low, high = np.ceil((lower - ROW_TOLERANCE) / step) * step, np.floor((upper + ROW_TOLERANCE) / step) * step
    return np.where(measure > 0, low, lower), np.where(measure > 0, high, upper)
