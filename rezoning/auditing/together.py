"""Together: units that share a school, and neighbors that move with one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import SHARE, AuditCase
from rezoning.auditing.violation import Violation, count, percent, violation
from rezoning.district.column_values import texts
from rezoning.errors import shown


def check_keep_together(case: AuditCase) -> Iterator[Violation]:
    """Units of one group have one school; units that have none are left to `assignment`."""
    for units in _together(case):
        schools = sorted({int(case.school[u]) for u in units if case.school[u] >= 0})
        if len(schools) > 1:
            ids = [case.district.unit_ids[u] for u in units]
            sentence = (
                f"units {shown(repr(text) for text in ids)} belong together and {case.says('would have', 'have')} "
                f"{count(len(schools), 'school')}: {shown(case.names[s] for s in schools)}"
            )
            yield violation("keep_together", ids[0], len(schools), 1, sentence)


def _together(case: AuditCase) -> list[list[int]]:
    """Groups of units that go together, each in the units' order; groups that share a unit are one."""
    import networkx as nx

    rule = case.rules.keep_together
    if rule is None:
        return []
    groups = [case.units(group).tolist() for group in rule.groups]
    if rule.column is not None:
        by_text: dict[str, list[int]] = defaultdict(list)
        for u, text in enumerate(texts(case.district, rule.column)):
            if text:
                by_text[text].append(u)
        groups += by_text.values()
    graph: nx.Graph[int] = nx.Graph()
    for group in groups:
        nx.add_path(graph, group)
    return sorted(sorted(piece) for piece in nx.connected_components(graph))


def check_unity(case: AuditCase) -> Iterator[Violation]:
    """A unit that leaves its school takes along at least a share of the neighbors that have the same school today.

    With Z its neighbors of the same school today, open or closed: |{j in Z: s(j) = s(u)}| >= min_share |Z|.
    """
    rule, n, current = case.rules.unity, case.district.num_units, case.district.current
    if rule is None or current is None:
        return
    pairs = np.concatenate([case.district.edges, case.district.edges[:, ::-1]])
    units, others = pairs[(current[pairs[:, 0]] == current[pairs[:, 1]]) & (current[pairs[:, 0]] >= 0)].T
    mates = np.bincount(units, minlength=n)
    along = np.bincount(units, weights=case.school[units] == case.school[others], minlength=n)
    share = np.divide(along, mates, out=np.ones(n), where=mates > 0)
    left = case.moved & (case.school >= 0)
    for u in np.flatnonzero(left & (share < rule.min_share - SHARE)).tolist():
        sentence = (
            f"{case.unit(u)} would go from {case.name_today(u)} to {case.school_of(u)} with {along[u]:.0f} of "
            f"{count(mates[u], 'neighbor')} of its zone ({percent(share[u])}), below the least share of {percent(rule.min_share)}"
        )
        yield violation("unity", case.district.unit_ids[u], share[u], rule.min_share, sentence)


CHECKS = (check_keep_together, check_unity)
