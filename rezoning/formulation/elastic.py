"""The same question with every rule for sale: a plan always exists, and what it costs says which rules it breaks and by how much.

Each pair that a rule forbids carries that rule's price, each row of a rule becomes an excess with a price. Prices count in *mean units*: breaking a
rule for one unit of average size costs about 1, whatever the rule, so that rules can be weighed against one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rezoning.district.district import District
from rezoning.errors import Infeasible, Problems
from rezoning.formulation.admissible import admissible
from rezoning.formulation.formulation import Block, Either, Floats, Formulation, Held, Ints, Matrix, Pairs, Rows, Shape, Terms
from rezoning.formulation.graphs import cut_off_heads
from rezoning.formulation.ground import heads_of, together
from rezoning.formulation.openings import need_their_unit
from rezoning.formulation.presolve import reach
from rezoning.formulation.reduced import Reduced, unreduced
from rezoning.formulation.rows import CHOICE_RULES, LIMIT_RULES, ROW_RULES
from rezoning.formulation.rules import anchors_need_the_school, closer_neighbor, detached, equal_schools
from rezoning.formulation.sites import site_rows
from rezoning.formulation.sums import one_row, stacked_rows
from rezoning.scenario.rules import ContiguityRule, TravelRule
from rezoning.scenario.schema import Goal, Scenario

FEW_CHOICES = 5  # forbidden schools that a node of a large district may buy: the cheapest
MANY_PAIRS = 60_000
PER_PAIR = ("unity", "closer_neighbor", "keep_together", "protected", "not_again", "walk", "nearest", "travel")
"""Rules with a row for each pair, which counts one unit and not all students; the last five where schools may close or open."""
STEPS = ((0.0, 1.0), (0.05, 1.0), (0.15, 2.0), (0.4, 4.0))  # the further beyond a limit, the dearer: (share of the limit, what is added)
UNKNOWN_TRIP = 10.0  # as if a trip were so many times its limit too long


@dataclass(frozen=True, eq=False)
class Elastic:
    """A formulation without rows but contiguity, whose goals are the prices of the rules.

    Parameters
    ----------
    formulation
        One goal per rule, named after it; their weights are 1.
    rules
        Key under ``rules`` that each goal stands for.
    is_free_within
        Whether a plan that breaks nothing costs nothing: not where a limit is on a shape that has no excess of its own.
    """

    formulation: Formulation
    rules: tuple[str, ...]
    is_free_within: bool = True

    def priced(self, weights: Mapping[str, float]) -> Formulation:
        """The question with other weights of rules: 1 where none is given; a rule of weight 0 is taken back."""
        kept = [(terms, weights.get(rule, 1.0)) for rule, terms in zip(self.rules, self.formulation.terms, strict=True) if weights.get(rule, 1.0) > 0]
        terms, prices = zip(*kept, strict=True) if kept else ((free(len(self.formulation.pairs)),), (1.0,))
        return replace(self.formulation, terms=terms, weights=prices)


def elastic(district: District, scenario: Scenario, contiguity: ContiguityRule | None = None) -> Elastic:
    """Compile a question whose rules may all be broken at a price, but contiguity.

    Parameters
    ----------
    contiguity
        Instead of the scenario's: whether islands may stay, whether zones may fall into pieces.

    Raises
    ------
    Infeasible
        Units hang together with no school, so that no price helps.
    """
    rules = scenario.rules if contiguity is None else scenario.rules.model_copy(update={"contiguity": contiguity})
    method = rules.contiguity.method
    prices = forbidden_pairs(district, scenario)
    reduced = _unreduced(district, scenario.model_copy(update={"rules": rules}))
    if reduced.is_exact:
        head = cut_off_heads(reduced.graph, np.concatenate([reduced.roots, *reduced.anchors]))
        reduced.merge(head, reduced.allowed)
    total = _per_node(reduced, sum(prices.values(), np.zeros((district.num_units, district.num_schools))))
    idom = _affordable(reduced, total, district, scenario)
    groups = [nodes for nodes in (np.unique(reduced.node_of_unit[units]) for units in together(district, scenario)) if len(nodes) > 1]
    pairs = reduced.pairs()
    ways = reduced.contiguity(pairs, idom)
    rows = [rule(pairs, district, scenario) for rule in ROW_RULES] + [equal_schools(pairs, groups)]
    blocks: list[Rows | Either | Held] = [found for found in rows if found is not None]
    blocks += [choice for choices in CHOICE_RULES for choice in choices(pairs, district, scenario)]
    blocks += [limit for limits in LIMIT_RULES for limit in limits(pairs, district, scenario)]
    if method == "closer_neighbor":
        blocks.append(closer_neighbor(pairs, district, detached(district, scenario)))
    goals: dict[str, list[Terms]] = {}
    for terms in [*(_pair_terms(rule, pairs, table) for rule, table in prices.items()), *_row_goals(blocks, pairs, district.num_units)]:
        goals.setdefault(str(terms.goal.minimize), []).append(terms)
    anchored = anchors_need_the_school(pairs, reduced.roots, ways.sources)
    opening = None if ways.is_exact else need_their_unit(pairs, district)
    # Of units in several places; of what is too narrow; of schools in one unit.
    of_ground = (equal_schools(pairs, reduced.together), reduced.hanging_rows(pairs), site_rows(pairs, district))
    formulation = Formulation(
        pairs=pairs,
        rows=stacked_rows([anchored, *(rows for rows in (*of_ground, opening) if rows is not None)]) or anchored,
        terms=tuple(_joined(parts) for parts in goals.values()),
        contiguity=ways,
        start=reduced.start(district),
        weights=(1.0,) * len(goals),
    )
    is_free_within = all(_beyond(block) is not None for block in blocks if isinstance(block, Held))
    return Elastic(formulation, tuple(goals), is_free_within)


# -- pairs -----------------------------------------------------------------------------------------------------------


def forbidden_pairs(district: District, scenario: Scenario) -> dict[str, Floats]:
    """What each rule asks for the pairs that it forbids, 0 for the others; shape (n, m) each."""
    size = 0.5 + 0.5 * district.students * district.num_units / max(district.total_students, 1e-9)
    size = np.maximum(size, 0.5)
    prices = {}
    for restriction in admissible(district, scenario)[1]:
        far = _too_far(district, scenario.rules.travel) if restriction.rule == "travel" else 1.0
        prices[restriction.rule] = np.where(restriction.allowed, 0.0, size[:, None] * far)
    return prices


def _too_far(district: District, rule: TravelRule | None) -> Floats:
    """How much too long each trip is, as a share of its unit's limit, and a little for being too long at all; shape (n, m)."""
    t, now = district.travel, district.trips_today
    assert t is not None
    assert now is not None
    limit = np.full(district.num_units, np.inf)
    if rule is not None:
        limit = np.full(district.num_units, np.inf if rule.max is None else rule.max)
        limit = limit if rule.max_increase is None else np.fmin(limit, (1 + rule.max_increase) * now)
        limit = limit if rule.always_within is None else np.maximum(limit, rule.always_within)
        limit[[district.unit_index[text] for text in rule.units]] = list(rule.units.values())
    over = np.maximum(t - limit[:, None], 0.0) / np.maximum(limit, 1.0)[:, None]
    over = np.where(np.isfinite(over), over, 0.0)
    return np.asarray(0.25 + np.where(np.isnan(t), UNKNOWN_TRIP, over))


def _unreduced(district: District, scenario: Scenario) -> Reduced:
    """Every piece of ground a node of its own that may have any school; those of one unit go together whatever is for sale."""
    problems = Problems()
    reduced, _lost = unreduced(district, scenario, np.ones((district.num_units, district.num_schools), dtype=bool), [], problems)
    problems.raise_as(Infeasible)
    if scenario.rules.contiguity.method != "closer_neighbor":
        reduced.merge(heads_of(reduced.graph, reduced.together, reduced.is_exact), reduced.allowed)
    return reduced


def _per_node(reduced: Reduced, table: Floats) -> Floats:
    total = np.zeros(reduced.allowed.shape)
    np.add.at(total, reduced.node_of_unit, table)
    return total


def _affordable(reduced: Reduced, total: Floats, district: District, scenario: Scenario) -> Ints:
    """Keep what is free and the cheapest of the rest, more of it where a node would have no way to a school; immediate dominators as `reach`."""
    everything = reduced.allowed
    few = FEW_CHOICES if everything.size > MANY_PAIRS else everything.shape[1]
    while True:
        reduced.allowed = everything & (total <= 0)
        if few >= everything.shape[1]:
            reduced.allowed = everything.copy()
        else:
            cheapest = np.argpartition(total, few - 1, axis=1)[:, :few]
            np.put_along_axis(reduced.allowed, cheapest, True, axis=1)
            units = np.flatnonzero(district.stayable >= 0)
            reduced.allowed[reduced.node_of_unit[units], district.stayable[units]] = True
        if not reduced.is_exact:
            reduced.agree()
            return np.full(everything.shape, -1, dtype=np.int64)
        try:
            return reach(reduced, district, scenario)
        except Infeasible:
            if few >= everything.shape[1]:
                raise
            few *= 2


# -- prices ----------------------------------------------------------------------------------------------------------


def _goal(rule: str) -> Goal:
    """A goal that no scenario may ask for: what a rule is broken by."""
    return Goal.model_construct(minimize=rule, give_up=0.0)


def free(num_pairs: int) -> Terms:
    """A goal that every plan reaches."""
    from scipy.sparse import csr_array

    none = np.zeros(0)
    return Terms(_goal("nothing"), np.zeros(num_pairs), csr_array((0, num_pairs)), none, none, none)


def _pair_terms(rule: str, pairs: Pairs, table: Floats) -> Terms:
    return replace(free(len(pairs)), goal=_goal(rule), linear=one_row(pairs, table).toarray()[0])


def _row_goals(blocks: Sequence[Rows | Either | Held], pairs: Pairs, num_units: int) -> Iterator[Terms]:
    """The price of every row, choice and limit, one goal per rule and block."""
    for block in blocks:
        if isinstance(block, Held):
            yield _limit_goal(block, pairs, num_units)
            continue
        if isinstance(block, Either):
            price = num_units / max(float(_reach_of(block.block.parts, pairs).max(initial=0.0)), 1e-9)
            yield replace(free(len(pairs)), goal=_goal(block.name.rule), blocks=(replace(block.block, weight=price),))
            continue
        rules = np.array([name.rule for name in block.names], dtype=object)
        for rule in dict.fromkeys(rules.tolist()):
            chosen = np.flatnonzero(rules == rule)
            yield _excess(rule, block.matrix[chosen], block.lower[chosen], block.upper[chosen], pairs, num_units)


def _limit_goal(limit: Held, pairs: Pairs, num_units: int) -> Terms:
    """The price of a limit: what lies beyond it; of one on a shape the shape's whole value, so that less of it is cheaper."""
    assert limit.name is not None
    beyond = _beyond(limit)
    if beyond is None:
        return _times(limit.terms, _goal(limit.name.rule), num_units / max(abs(limit.upper), 1e-9))
    block = replace(beyond, weight=num_units / max(abs(float(beyond.target[0])), 1e-9))
    return replace(free(len(pairs)), goal=_goal(limit.name.rule), blocks=(block,))


def _times(terms: Terms, goal: Goal, price: float) -> Terms:
    """A goal's value, but for what is constant, times a price."""
    blocks = tuple(replace(block, weight=price * block.weight) for block in terms.blocks)
    linear, over, under = (price * part for part in (terms.linear, terms.over, terms.under))
    return replace(terms, goal=goal, linear=linear, over=over, under=under, constant=0.0, blocks=blocks)


def _beyond(limit: Held) -> Block | None:
    """What lies beyond a limit on sums and their excesses; None where it is on other shapes.

    under max(0, -d) = under max(0, d) - under d, so that each part is one quantity.
    """
    from scipy.sparse import csr_array, vstack

    terms = limit.terms
    if terms.blocks:
        return limit.excess
    first = csr_array((terms.linear - terms.under @ terms.parts)[None, :])
    target = np.concatenate([[limit.upper - terms.constant - terms.under @ terms.target], terms.target])
    parts = csr_array(vstack([first, terms.parts], format="csr"))
    return Block(Shape.EXCESS, parts, target, 1.0, np.concatenate([[0.0], terms.over + terms.under]))


def _excess(rule: str, matrix: Matrix, lower: Floats, upper: Floats, pairs: Pairs, num_units: int) -> Terms:
    """What lies beyond each side of rows, in steps that grow dearer with the distance from the limit."""
    from scipy.sparse import csr_array, vstack

    price = np.ones(len(lower)) if rule in PER_PAIR else num_units / np.maximum(_reach_of(matrix, pairs), 1e-9)
    parts, target, weight, is_over = [], [], [], []
    for limit, side in ((upper, 1.0), (lower, -1.0)):
        rows = np.flatnonzero(np.isfinite(limit))
        for share, dearer in STEPS if rule not in PER_PAIR else STEPS[:1]:
            stepped = rows if share == 0 else rows[limit[rows] != 0]
            parts.append(matrix[stepped])
            target.append(limit[stepped] + side * share * np.abs(limit[stepped]))
            weight.append(dearer * price[stepped])
            is_over.append(np.full(len(stepped), side > 0))
    sides, prices = np.concatenate(is_over), np.concatenate(weight)
    return replace(
        free(len(pairs)),
        goal=_goal(rule),
        parts=csr_array(vstack(parts, format="csr")),
        target=np.concatenate(target),
        over=np.where(sides, prices, 0.0),
        under=np.where(sides, 0.0, prices),
    )


def _reach_of(matrix: Matrix, pairs: Pairs) -> Floats:
    """The most that a row's quantity can be: every node at its pair with the largest coefficient; shape (rows,)."""
    cells = matrix.tocoo()
    key = cells.row.astype(np.int64) * pairs.num_nodes + pairs.node[cells.col]
    order = np.lexsort((np.abs(cells.data), key))
    last = np.append(key[order][1:] != key[order][:-1], True) if len(key) else np.zeros(0, dtype=bool)
    largest = order[last]
    return np.asarray(np.bincount(cells.row[largest], weights=np.abs(cells.data[largest]), minlength=matrix.shape[0]), dtype=np.float64)


def _joined(goals: Sequence[Terms]) -> Terms:
    """Several goals of one rule as one."""
    from scipy.sparse import csr_array, vstack

    first = goals[0]
    return replace(
        first,
        linear=np.sum([terms.linear for terms in goals], axis=0),
        parts=csr_array(vstack([terms.parts for terms in goals], format="csr")),
        target=np.concatenate([terms.target for terms in goals]),
        over=np.concatenate([terms.over for terms in goals]),
        under=np.concatenate([terms.under for terms in goals]),
        blocks=tuple(block for terms in goals for block in terms.blocks),
    )
