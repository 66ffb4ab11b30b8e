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
    """The unit that holds a school belongs to that school, of several in it to the first that is open; nothing is asked of a closed one.

    The others have a zone that lies around the unit: `check_contiguity` sees to it that it hangs together there.
    """
    if not case.rules.school_in_own_zone:
        return
    for s in case.lacks_its_unit.tolist():
        u = int(case.district.school_unit[s])
        sentence = f"{case.unit(u)}, which holds {case.names[s]}, {case.says('would belong', 'belongs')} to {case.school_of(u)}"
        yield breach("school_in_own_zone", case.district.school_ids[s], sentence)
    for s in np.setdiff1d(np.flatnonzero(case.is_open & ~case.has_zone), case.lacks_its_unit).tolist():
        sentence = f"{case.names[s]}, which lies in a unit with another school, {case.says('would have', 'has')} no zone"
        yield breach("school_in_own_zone", case.district.school_ids[s], sentence)


def check_contiguity(case: AuditCase) -> Iterator[Violation]:
    """Each piece of a zone, as a map shows it, holds the ground of its school's unit, or an anchor under `islands: keep`.

    Without `school_in_own_zone` a zone may be empty; one that is not, yet lacks its school's unit, is detached as a whole: anchors excuse
    nothing then. With it that breach is already reported by its own rule. A school in a unit that another keeps has a site, which borders the unit
    and its neighbors: its zone is in one piece when its units together with the site are.
    """
    rule, district = case.rules.contiguity, case.district
    if rule.method == "none":
        return
    sites = _sites(district, case.school)
    sources = [{sites.get(s, int(u))} for s, u in enumerate(district.school_unit)]
    if rule.islands == "keep" and district.current is not None:
        holds_unit = np.where(district.has_site, case.has_zone, case.school[district.school_unit] == np.arange(district.num_schools))
        for s, anchor in _anchors(district):
            if holds_unit[s] or (case.rules.school_in_own_zone and not district.optional[s]):
                sources[s].add(anchor)
    for piece in _pieces(district, case.school, sites):
        s = int(case.school[district.land.unit[min(piece)]])
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
    anchors, sites = [], _sites(district, open_today)
    for piece in _pieces(district, open_today, sites):
        s = int(open_today[unit[min(piece)]])
        if sites.get(s, int(district.school_unit[s])) not in piece:
            anchors.append((s, min(piece, key=lambda ground: (-district.students[unit[ground]], district.unit_ids[unit[ground]], ground))))
    return anchors


def _sites(district: District, school: Ints) -> dict[int, int]:
    """Ground that stands for the sites of schools which some unit has, with numbers behind those of all other ground."""
    having = np.flatnonzero(district.has_site & np.isin(np.arange(district.num_schools), school))
    return {s: len(district.land.unit) + s for s in having.tolist()}


def _pieces(district: District, school: Ints, sites: dict[int, int]) -> Iterator[set[int]]:
    """Connected pieces of all zones with their sites, as sets of ground; units without a school are in none, and a site that borders none is none."""
    import networkx as nx

    land = district.land
    of_ground = school[land.unit]
    ends = of_ground[land.edges]
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(np.flatnonzero(of_ground >= 0).tolist())
    graph.add_edges_from(land.edges[(ends[:, 0] == ends[:, 1]) & (ends[:, 0] >= 0)].tolist())
    for s, site in sites.items():
        unit = int(district.school_unit[s])
        around = {unit, *land.edges[(land.edges == unit).any(axis=1)].ravel().tolist()}
        graph.add_edges_from((site, ground) for ground in around if of_ground[ground] == s)
    return iter(nx.connected_components(graph))


CHECKS = (check_school_in_own_zone, check_contiguity)
