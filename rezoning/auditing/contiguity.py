"""Contiguity: every piece of a zone holds its school. Pieces of the drawn land are found with networkx, apart from the arrays the engines use.

Ground is written as its number in `District.land`: units' main pieces have their unit's number, those in other places the numbers from n on.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import AuditCase
from rezoning.auditing.violation import Violation, breach, count, violation
from rezoning.district.district import District, Ints


def check_school_in_own_zone(case: AuditCase) -> Iterator[Violation]:
    """The unit that holds a school belongs to that school; nothing is asked of a closed one."""
    if not case.rules.school_in_own_zone:
        return
    for s in np.flatnonzero(case.is_open & (case.school[case.district.school_unit] != np.arange(case.district.num_schools))).tolist():
        u = int(case.district.school_unit[s])
        sentence = f"{case.unit(u)}, which holds {case.names[s]}, {case.says('would belong', 'belongs')} to {case.school_of(u)}"
        yield breach("school_in_own_zone", case.district.school_ids[s], sentence)


def check_contiguity(case: AuditCase) -> Iterator[Violation]:
    """Each piece of a zone, as a map shows it, holds the ground of its school's unit, or an anchor under `islands: keep`.

    Without `school_in_own_zone` a zone may be empty; one that is not, yet lacks its school's unit, is detached as a whole: anchors excuse
    nothing then. With it that breach is already reported by its own rule.
    """
    rule, district = case.rules.contiguity, case.district
    if rule.method == "none":
        return
    sources = [{int(u)} for u in district.school_unit]
    if rule.islands == "keep" and district.current is not None:
        holds_unit = case.school[district.school_unit] == np.arange(district.num_schools)
        for s, anchor in _anchors(district):
            if holds_unit[s] or (case.rules.school_in_own_zone and not district.optional[s]):
                sources[s].add(anchor)
    for piece in _pieces(district, case.school):
        s = int(case.school[district.land.unit[next(iter(piece))]])
        if piece.isdisjoint(sources[s]):
            yield _detached(case, s, piece)


def _detached(case: AuditCase, s: int, piece: set[int]) -> Violation:
    district, unit = case.district, case.district.land.unit
    whole = [u for u in piece if u < district.num_units]
    parts = [f"{count(len(piece) - len(whole), 'part')} of {'a unit' if len(piece) - len(whole) == 1 else 'units'} drawn in several places"]
    units = [f"{count(len(whole), 'unit')} with {count(float(district.students[whole].sum()), 'student')}"]
    made_of = " and ".join((units if whole else []) + (parts if len(whole) < len(piece) else []))
    example = int(unit[min(whole or piece, key=lambda ground: district.unit_ids[unit[ground]])])
    sentence = (
        f"{case.names[s]}'s zone {case.says('would have', 'has')} a detached piece of {made_of}: "
        f"{case.unit(example)}{' and its neighbors' if len(piece) > 1 else ''}"
    )
    return violation("contiguity", district.school_ids[s], len(piece), 0, sentence)


def _anchors(district: District) -> list[tuple[int, int]]:
    """School and anchor of every detached piece of today's zones: the ground of its unit with the most students, ties by smallest id as text."""
    assert district.current is not None
    unit = district.land.unit
    open_today = np.where(district.current < district.num_schools, district.current, -1)
    anchors = []
    for piece in _pieces(district, open_today):
        s = int(open_today[unit[next(iter(piece))]])
        if int(district.school_unit[s]) not in piece:
            anchors.append((s, min(piece, key=lambda ground: (-district.students[unit[ground]], district.unit_ids[unit[ground]], ground))))
    return anchors


def _pieces(district: District, school: Ints) -> Iterator[set[int]]:
    """Connected pieces of all zones, as sets of ground; units without a school are in none."""
    import networkx as nx

    land = district.land
    of_ground = school[land.unit]
    ends = of_ground[land.edges]
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(np.flatnonzero(of_ground >= 0).tolist())
    graph.add_edges_from(land.edges[(ends[:, 0] == ends[:, 1]) & (ends[:, 0] >= 0)].tolist())
    return iter(nx.connected_components(graph))


CHECKS = (check_school_in_own_zone, check_contiguity)
