"""Rules that keep people where they are: budgets of reassigned students, units that go together, neighbors that move together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rezoning.district.district import District
from rezoning.district.rule_names import texts
from rezoning.formulation.formulation import Floats, Ints, Matrix, Pairs, RowName, Rows
from rezoning.formulation.sums import moved_pairs, row_of_units, stacked_rows
from rezoning.scenario.schema import Scenario
from rezoning.scenario.tree import Keys


@dataclass(frozen=True, eq=False)
class Budget:
    """Students who may change schools at most: a share of all of some students.

    Parameters
    ----------
    keys
        Where it stands under ``rules.reassigned``.
    subject
        Whose students: empty for all, a group, a school's id.
    students
        Those that count, shape (n,).
    share
        Largest share of them.
    """

    keys: Keys
    subject: str
    students: Floats
    share: float

    @property
    def limit(self) -> float:
        """Students who may change schools."""
        return float(self.share * self.students.sum())


def budgets(district: District, scenario: Scenario) -> list[Budget]:
    """All budgets of `rules.reassigned`: everyone's, the groups', the schools' of today, closed ones too, which everyone leaves."""
    rule = scenario.rules.reassigned
    if rule is None or district.current is None:
        return []
    found = [] if rule.max_share is None else [Budget(("max_share",), "", district.students, rule.max_share)]
    found += [Budget(("groups", name), name, district.groups[name], share) for name, share in rule.groups.items()]
    for s, text in enumerate((*district.school_ids, *district.closed_ids)):
        share = rule.schools.get(text, rule.each_school)
        if share is not None:
            own = np.where(district.current == s, district.students, 0.0)
            found.append(Budget(("schools", text) if text in rule.schools else ("each_school",), text, own, share))
    return found


def reassigned(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """Students whose school changes <= share of all, of each group's, of each school's."""
    moved, none = moved_pairs(district), np.array([-np.inf])
    found = [(one, moved_of(pairs, one, moved)) for one in budgets(district, scenario)]
    return stacked_rows([Rows(row, none, np.array([one.limit]), (RowName("reassigned", one.subject),)) for one, row in found])


def moved_of(pairs: Pairs, budget: Budget, moved: NDArray[np.bool_]) -> Matrix:
    """The row that counts a budget's students who change schools; CSR of shape (1, P)."""
    units = np.flatnonzero(budget.students)
    return row_of_units(pairs, units, budget.students[units, None] * moved[units])


def together(district: District, scenario: Scenario) -> list[Ints]:
    """Units that `keep_together` gives one school, two at least; groups that share a unit are one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rule, n = scenario.rules.keep_together, district.num_units
    if rule is None:
        return []
    lists = [[district.unit_index[text] for text in group] for group in rule.groups]
    if rule.column is not None:
        alike: dict[str, list[int]] = {}
        for u, text in enumerate(texts(district, rule.column)):
            alike.setdefault(text, []).append(u)
        lists += [units for text, units in alike.items() if text]
    ties = np.array([(units[0], u) for units in lists for u in units], dtype=np.int64).reshape(-1, 2)
    tied = coo_array((np.ones(len(ties)), (ties[:, 0], ties[:, 1])), shape=(n, n))
    labels = connected_components(tied, directed=False)[1].astype(np.int64)
    return [units for units in members(labels) if len(units) > 1]


def members(labels: Ints) -> list[Ints]:
    """The places of each label, labels in order, places sorted."""
    order = np.argsort(labels, kind="stable")
    return [np.asarray(part) for part in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1) if len(part)]


def heads_of(graph: Matrix, groups: list[Ints], is_exact: bool) -> Ints:
    """The node that each node of a group may be merged into, itself outside the groups; shape (N,).

    Where zones must hang together that is the first member that it hangs together with inside the group, else the group's first.
    """
    from rezoning.district.district import same_school_components

    n = graph.shape[0]
    group = np.arange(n) + len(groups)
    for i, nodes in enumerate(groups):
        group[nodes] = i
    labels = same_school_components(graph, group) if is_exact else group
    first = np.full(int(labels.max(initial=0)) + 1, n)
    np.minimum.at(first, labels, np.arange(n))
    return np.asarray(first[labels])


def equal_schools(pairs: Pairs, groups: list[Ints]) -> Rows | None:
    """Nodes that must go together and are not one node: x[a, s] = x[b, s] for every school; their admissible schools are the same."""
    from scipy.sparse import csr_array

    a = np.array([nodes[0] for nodes in groups for _ in nodes[1:]], dtype=np.int64)
    b = np.array([v for nodes in groups for v in nodes[1:]], dtype=np.int64)
    one, other = pairs.lookup[a], pairs.lookup[b]
    used = (one >= 0) & (other >= 0) & (pairs.choices[a] > 1)[:, None]
    p, q = one[used], other[used]
    rows = np.arange(len(p))
    value = np.concatenate([np.ones(len(p)), -np.ones(len(p))])
    matrix = csr_array((value, (np.concatenate([rows, rows]), np.concatenate([p, q]))), shape=(len(p), len(pairs)))
    zero = np.zeros(len(p))
    return Rows(matrix, zero, zero, (RowName("keep_together"),) * len(p)) if len(p) else None


def unity(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """A unit that gets a new school takes a share of its zone-mates next door along: share x |Z| x[u, s] <= sum of x[j, s] over j in Z.

    The zone is today's, be its school open or closed: whoever goes to school together now goes on doing so.
    """
    from scipy.sparse import csr_array

    rule, today = scenario.rules.unity, district.current
    if rule is None or today is None:
        return None
    ways = np.concatenate([district.edges, district.edges[:, ::-1]])
    ways = ways[(today[ways[:, 0]] >= 0) & (today[ways[:, 0]] == today[ways[:, 1]])]
    mates = np.bincount(ways[:, 0], minlength=district.num_units)
    table = pairs.lookup[pairs.node_of_unit]
    units, schools = np.nonzero((table >= 0) & (np.arange(district.num_schools) != today[:, None]) & (mates > 0)[:, None])
    row_of = np.full(table.shape, -1, dtype=np.int64)
    row_of[units, schools] = np.arange(len(units))
    way, s = np.nonzero((row_of[ways[:, 0]] >= 0) & (table[ways[:, 1]] >= 0))
    row = np.concatenate([np.arange(len(units)), row_of[ways[way, 0], s]])
    column = np.concatenate([table[units, schools], table[ways[way, 1], s]])
    value = np.concatenate([rule.min_share * mates[units], -np.ones(len(way))])
    matrix = csr_array((value, (row, column)), shape=(len(units), len(pairs)))
    names = tuple(RowName("unity", district.unit_ids[u]) for u in units)
    return Rows(matrix, np.full(len(units), -np.inf), np.zeros(len(units)), names) if len(units) else None
