"""Contiguity: every piece of a zone holds its school. Pieces are found with networkx, apart from the arrays the engines use."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rezoning.auditing.case import Case
from rezoning.auditing.violation import Violation, breach, count, violation
from rezoning.district.district import District, Ints


def check_school_in_own_zone(case: Case) -> Iterator[Violation]:
    """The unit that holds a school belongs to that school."""
    if not case.rules.school_in_own_zone:
        return
    for s in np.flatnonzero(case.school[case.district.school_unit] != np.arange(case.district.num_schools)).tolist():
        u = int(case.district.school_unit[s])
        sentence = f"{case.unit(u)}, which holds {case.names[s]}, {case.says('would belong', 'belongs')} to {case.school_of(u)}"
        yield breach("school_in_own_zone", case.district.school_ids[s], sentence)


def check_contiguity(case: Case) -> Iterator[Violation]:
    """Each piece of a zone holds its school's unit, or an anchor under `islands: keep`.

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
            if holds_unit[s] or case.rules.school_in_own_zone:
                sources[s].add(anchor)
    for piece in _pieces(district, case.school):
        s = int(case.school[next(iter(piece))])
        if piece.isdisjoint(sources[s]):
            yield _detached(case, s, piece)


def _detached(case: Case, s: int, piece: set[int]) -> Violation:
    students = float(case.district.students[list(piece)].sum())
    example = min(piece, key=lambda u: case.district.unit_ids[u])
    sentence = (
        f"{case.names[s]}'s zone {case.says('would have', 'has')} a detached piece of {count(len(piece), 'unit')} with "
        f"{count(students, 'student')}: {case.unit(example)}{' and its neighbors' if len(piece) > 1 else ''}"
    )
    return violation("contiguity", case.district.school_ids[s], len(piece), 0, sentence)


def _anchors(district: District) -> list[tuple[int, int]]:
    """School and anchor of every detached piece of today's zones: its unit with the most students, ties by smallest id as text."""
    assert district.current is not None
    open_today = np.where(district.current < district.num_schools, district.current, -1)
    anchors = []
    for piece in _pieces(district, open_today):
        s = int(open_today[next(iter(piece))])
        if int(district.school_unit[s]) not in piece:
            anchors.append((s, min(piece, key=lambda u: (-district.students[u], district.unit_ids[u]))))
    return anchors


def _pieces(district: District, school: Ints) -> Iterator[set[int]]:
    """Connected pieces of all zones, as sets of units; units without a school are in none."""
    import networkx as nx

    ends = school[district.edges]
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(np.flatnonzero(school >= 0).tolist())
    graph.add_edges_from(district.edges[(ends[:, 0] == ends[:, 1]) & (ends[:, 0] >= 0)].tolist())
    return iter(nx.connected_components(graph))
