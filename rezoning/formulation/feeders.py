"""Feeder rules and goals in numbers: who of a counted level lives in a zone of a lower and in one of an upper level.

``F[e, m] = sum over units u in zone e and in zone m of students[u]``, students those of the counted level; over pairs and products it is linear.

==============  ===================================================================================================================================
split_feeders   number of lower schools e with more than one F[e, m] > 0.
small_feeders   students: sum of the F[e, m] with 0 < F[e, m] < min_share D, D = sum_m F[e, m] (``of: lower``) or sum_e F[e, m] (``of: upper``).
feeder_change   share of the counted students whose upper school differs from today's; those who have none today do not change.
==============  ===================================================================================================================================

A feed without students is none. Rules: no small feeders (``min_share``), no split lower school (``split: none``), at most so many (``most_split``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.asked import stacked
from rezoning.formulation.formulation import FEED, Block, Floats, Formulation, Held, Ints, Level, Matrix, RowName, Shape, Terms, shape_value
from rezoning.formulation.sums import moved_pairs
from rezoning.scenario.feeders import Between, FeederRule
from rezoning.scenario.levels import feeding
from rezoning.scenario.schema import Goal, Scenario

RULE = "feeders"


@dataclass(frozen=True, eq=False)
class Feeding:
    """Two levels and whose students are counted between them, as a rule or goal says.

    Parameters
    ----------
    lower, upper
        Names of the levels.
    students
        Counted students of each unit, shape (n,).
    of
        Whose students a feed is a share of: ``lower`` or ``upper``.
    """

    lower: str
    upper: str
    students: Floats
    of: str

    @classmethod
    def between(cls, said: Between, scenario: Scenario, districts: Mapping[str, District]) -> Feeding:
        """What a rule or goal says, with the defaults of what it leaves out."""
        one = feeding(scenario, said)
        return cls(one.lower, one.upper, districts[one.count].students, one.of)

    def today(self, districts: Mapping[str, District]) -> Floats | None:
        """Today's feeds, shape (lower schools, upper schools); None where some who are counted have no open school today."""
        lower, upper = districts[self.lower], districts[self.upper]
        if not (lower.has_current and upper.has_current):
            return None
        e, m, counted = lower.stayable, upper.stayable, self.students > FEED
        if ((e < 0) | (m < 0))[counted].any():
            return None
        found = np.zeros((lower.num_schools, upper.num_schools))
        np.add.at(found, (e[counted], m[counted]), self.students[counted])
        return found


@dataclass(frozen=True, eq=False)
class Feeds:
    """The feeds between two levels over the columns of a stacked formulation.

    Parameters
    ----------
    matrix
        ``matrix @ (x, w)`` are the feeds, every lower school with every upper school, lower schools first; CSR of shape (E M, P + L).
    lower, upper
        The same for the counted students of each lower and of each upper school; CSR of shapes (E, P + L) and (M, P + L).
    """

    matrix: Matrix
    lower: Matrix
    upper: Matrix

    def rows_of(self, k: int, of: str) -> Matrix:
        """The feeds that the k-th lower or upper school is in, those that may have students."""
        e, m = self.lower.shape[0], self.upper.shape[0]
        rows = self.matrix[k * m + np.arange(m), :] if of == "lower" else self.matrix[np.arange(e) * m + k, :]
        return rows[np.flatnonzero(np.diff(rows.indptr)), :]


def linked_nodes(nodes: Mapping[str, Ints], choices: Ints, asked: Sequence[Feeding]) -> tuple[Ints, Ints]:
    """The twos of nodes, both with a choice, in which somebody who is counted lives; shape (J,) each, sorted.

    Parameters
    ----------
    nodes
        Of each level the node of each unit, shape (n,), in the numbers of the stacked question.
    choices
        Number of admissible schools of each of these nodes.
    """
    twos = [np.stack([nodes[one.lower], nodes[one.upper]], axis=1)[one.students > FEED] for one in asked]
    found = np.unique(np.concatenate([np.zeros((0, 2), dtype=np.int64), *twos]), axis=0)
    found = found[(choices[found] > 1).all(axis=1)]
    return found[:, 0], found[:, 1]


def feeds(formulation: Formulation, between: Feeding) -> Feeds:
    """The feeds over pairs and products: a product where both nodes have a choice, else the pair of the one that has, or of the lower."""
    from scipy.sparse import csr_array

    lower, upper = (next(level for level in formulation.levels if level.name == name) for name in (between.lower, between.upper))
    pairs, (e, m) = formulation.pairs, (level.schools[1] - level.schools[0] for level in (lower, upper))
    width = len(formulation.lifted)
    v, u = (pairs.node_of_unit[slice(*level.units)] for level in (lower, upper))
    first, second, column, student = _columns(formulation, v, u, between.students)
    at = pairs.school[first] - lower.schools[0], pairs.school[second] - upper.schools[0]
    matrix = csr_array((student, (at[0] * m + at[1], column)), shape=(e * m, width))
    matrix.sum_duplicates()
    return Feeds(matrix, *(_gathered(formulation, level, between.students) for level in (lower, upper)))


def _gathered(formulation: Formulation, level: Level, students: Floats) -> Matrix:
    """Students of each zone of a level, over all columns."""
    from scipy.sparse import csr_array

    pairs = formulation.pairs
    own = np.bincount(pairs.node_of_unit[slice(*level.units)], weights=students, minlength=pairs.num_nodes)
    column = np.arange(*level.pairs)
    column = column[own[pairs.node[column]] > 0]
    count = level.schools[1] - level.schools[0]
    return csr_array((own[pairs.node[column]], (pairs.school[column] - level.schools[0], column)), shape=(count, len(formulation.lifted)))


def _columns(formulation: Formulation, v: Ints, u: Ints, students: Floats) -> tuple[Ints, Ints, Ints, Floats]:
    """For the units' nodes of two levels: pairs of either, the column that says that both are chosen, and who lives there; shape (K,) each."""
    pairs, links = formulation.pairs, formulation.links
    counted = students > FEED
    key, place = np.unique(v[counted] * pairs.num_nodes + u[counted], return_inverse=True)
    total = np.bincount(place, weights=students[counted], minlength=len(key))
    v, u = key // pairs.num_nodes, key % pairs.num_nodes
    is_linked = (pairs.choices[v] > 1) & (pairs.choices[u] > 1)
    found = []
    for chosen, other, is_first in ((~is_linked & (pairs.choices[u] == 1), u, True), (~is_linked & (pairs.choices[u] > 1), v, False)):
        free = (v if is_first else u)[chosen]
        size = pairs.choices[free]
        own = np.repeat(pairs.first[free] - np.concatenate([[0], np.cumsum(size)[:-1]]), size) + np.arange(size.sum()) if len(free) else free
        fixed = np.repeat(pairs.first[other[chosen]], size)
        found.append((*((own, fixed) if is_first else (fixed, own)), own, np.repeat(total[chosen], size)))
    if links is not None:
        starts = links.starts[:-1]
        known = pairs.node[links.first[starts]] * pairs.num_nodes + pairs.node[links.second[starts]]
        own = np.full(len(known), 0.0)
        own[np.searchsorted(known, key[is_linked])] = total[is_linked]
        product = np.flatnonzero(own[links.two] > 0)
        found.append((links.first[product], links.second[product], len(pairs) + product, own[links.two][product]))
    first, second, column, student = (np.concatenate([part[k] for part in found]) for k in range(4))
    return first, second, column, student


def split_feeders(formulation: Formulation, goal: Goal, between: Feeding, districts: Mapping[str, District]) -> Terms:
    """Number of lower schools that feed more than one upper school."""
    today = between.today(districts)
    value = None if today is None else float(((today > FEED).sum(axis=1) > 1).sum())
    return _of_blocks(formulation, goal, _splits(feeds(formulation, between), districts[between.lower].school_ids), value)


def small_feeders(formulation: Formulation, goal: Goal, between: Feeding, districts: Mapping[str, District]) -> Terms:
    """Students in feeds above 0 and below the share of the goal."""
    assert goal.min_share is not None
    today, share = between.today(districts), goal.min_share
    value = None
    if today is not None:
        table = today if between.of == "lower" else today.T
        value = sum(shape_value(Shape.SMALL, np.append(row, row.sum()), np.append(np.full(len(row), share), 0.0)) for row in table)
    names = districts[between.lower if between.of == "lower" else between.upper].school_ids
    return _of_blocks(formulation, goal, _smalls(feeds(formulation, between), between.of, share, names), value)


def feeder_change(formulation: Formulation, goal: Goal, between: Feeding, districts: Mapping[str, District]) -> Terms:
    """Share of the counted students whose upper school differs from today's."""
    district, pairs = districts[between.upper], formulation.pairs
    level = next(level for level in formulation.levels if level.name == between.upper)
    table = moved_pairs(district) * (between.students / between.students.sum())[:, None]
    total = np.zeros((pairs.num_nodes, district.num_schools))
    np.add.at(total, pairs.node_of_unit[slice(*level.units)], table)
    column = np.arange(*level.pairs)
    linear = np.zeros(len(formulation.lifted))
    linear[column] = total[pairs.node[column], pairs.school[column] - level.schools[0]]
    none = np.zeros(0)
    today = district.stayable
    value = float(table[np.arange(len(today)), today].sum()) if district.has_current and (today >= 0).all() else None
    return Terms(goal, linear, stacked((), len(linear)), none, none, none, today=value)


GOALS: dict[str, Callable[[Formulation, Goal, Feeding, Mapping[str, District]], Terms]] = {
    "split_feeders": split_feeders,
    "small_feeders": small_feeders,
    "feeder_change": feeder_change,
}
"""Goals that are about two levels."""


def feeder_limits(formulation: Formulation, rule: FeederRule, between: Feeding, districts: Mapping[str, District]) -> list[Held]:
    """What a rule on feeders holds: no small feed of any school, no split school, or at most so many."""
    found, held = feeds(formulation, between), list[Held]()
    name = f"{between.lower}-{between.upper}"
    lowers = districts[between.lower].school_ids
    if rule.min_share is not None:
        goal = _goal("small_feeders")
        names = districts[between.lower if between.of == "lower" else between.upper].school_ids
        for block in _smalls(found, between.of, rule.min_share, names):
            held.append(Held(_of_blocks(formulation, goal, [block]), 0.0, RowName(RULE, block.name, name)))
    splits, goal = _splits(found, lowers), _goal("split_feeders")
    if rule.split == "none":
        held += [Held(_of_blocks(formulation, goal, [block]), 0.0, RowName(RULE, block.name, name)) for block in splits]
    elif rule.most_split is not None and rule.most_split < len(splits):
        held.append(Held(_of_blocks(formulation, goal, splits), float(rule.most_split), RowName(RULE, "", name)))
    return held


def unsplit(fixed: Ints, students: Floats) -> list[Ints]:
    """Units of each lower school that is fixed and must not be split, two at least: those with counted students have one upper school.

    Parameters
    ----------
    fixed
        The lower school of each unit that has no other, -1 where it has; shape (n,).
    """
    groups = [np.flatnonzero((fixed == e) & (students > FEED)) for e in np.unique(fixed[fixed >= 0])]
    return [units for units in groups if len(units) > 1]


def _goal(name: str) -> Goal:
    return Goal.model_construct(minimize=name, give_up=0.0)


def _of_blocks(formulation: Formulation, goal: Goal, blocks: Sequence[Block], today: float | None = None) -> Terms:
    width, none = len(formulation.lifted), np.zeros(0)
    return Terms(goal, np.zeros(width), stacked((), width), none, none, none, today=today, blocks=tuple(blocks))


def _splits(found: Feeds, names: Sequence[str]) -> list[Block]:
    """A block for each lower school that may feed several."""
    rows = [found.rows_of(e, "lower") for e in range(len(names))]
    return [Block(Shape.SPLIT, part, np.zeros(part.shape[0]), name=name) for part, name in zip(rows, names, strict=True) if part.shape[0] > 1]


def _smalls(found: Feeds, of: str, share: float, names: Sequence[str]) -> list[Block]:
    """A block for each school whose feeds are shares: they, and all its counted students."""
    blocks, whole = [], found.lower if of == "lower" else found.upper
    for k, name in enumerate(names):
        part = found.rows_of(k, of)
        count = part.shape[0]
        if count:
            both = stacked([part, whole[[k], :]], part.shape[1])
            blocks.append(Block(Shape.SMALL, both, np.zeros(count + 1), param=np.append(np.full(count, share), 0.0), name=name))
    return blocks
