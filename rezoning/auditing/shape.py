"""Shape: borders between zones against today's, and what hangs on by a strip; from the plan, units' polygons and the lengths of their borders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import isnan

from rezoning.auditing.case import AuditCase
from rezoning.auditing.violation import Violation, count, number, percent, violation
from rezoning.district.district import District, Ints

LENGTH_KM = 1e-6  # a millimeter


def check_borders(case: AuditCase) -> Iterator[Violation]:
    """The district's border between zones, and that of each open school's zone, at most so much over today's.

    A zone that has no border today is compared with the mean of those that have one. Today's zones are no longer than themselves.
    """
    rule, today = case.rules.shape, case.district.current
    if rule is None or not rule.limits_borders or today is None or case.is_today:
        return
    (before, of_zone), (after, of_school) = _borders_km(case.district, today), _borders_km(case.district, case.school)
    if rule.max_boundary_increase is not None and after > (1 + rule.max_boundary_increase) * before + LENGTH_KM:
        sentence = f"borders between zones would be {_grown(after, before, rule.max_boundary_increase)}"
        yield violation("shape", "district", after / before - 1, rule.max_boundary_increase, sentence)
    mean = sum(of_zone.values()) / len(of_zone)
    for s in range(case.district.num_schools):
        base = of_zone.get(s, mean)
        if rule.each_school is not None and of_school.get(s, 0.0) > (1 + rule.each_school) * base + LENGTH_KM:
            what = "today's" if s in of_zone else "today's mean, for it has none today"
            sentence = f"the border of {case.names[s]}'s zone would be {_grown(of_school[s], base, rule.each_school, what)}"
            yield violation("shape", case.district.school_ids[s], of_school[s] / base - 1, rule.each_school, sentence)


def _borders_km(district: District, school: Ints) -> tuple[float, dict[int, float]]:
    """Border between zones in km, and that of each zone that has one; units without a school lie in no zone."""
    assert district.border_m is not None
    total, own = 0.0, defaultdict[int, float](float)
    for (u, v), meters in zip(district.edges.tolist(), district.border_m.tolist(), strict=True):
        s, t = int(school[u]), int(school[v])
        if s != t and s >= 0 and t >= 0 and not isnan(meters) and meters > 0:
            total += meters / 1000
            own[s] += meters / 1000
            own[t] += meters / 1000
    return total, dict(own)


def _grown(after: float, before: float, most: float, what: str = "today's") -> str:
    """``12.3 km, 23 % over today's (10 km); the limit is 11 km (10 %)``."""
    limit = (1 + most) * before
    return f"{number(after)} km, {percent(after / before - 1)} over {what} ({number(before)} km); the limit is {number(limit)} km ({percent(most)})"


# -- strips ----------------------------------------------------------------------------------------------------------


def check_width(case: AuditCase) -> Iterator[Violation]:
    """Each zone hangs together without strips, and each strip touches its zone.

    A strip is ground that is gone when shrunk by half the width, or that no border of the width joins to ground that is not. It belongs to the zone
    of some neighbor that is none, or, where all are strips, of one that is nearer to such. Under `islands: keep` today's pieces stay.
    """
    rule, contiguity = case.rules.shape, case.rules.contiguity
    if rule is None or not rule.min_width_m or contiguity.method == "none":
        return
    ground = _Ground(case.district, rule.min_width_m)
    unit = case.district.land.unit
    sources, kept = [{int(u)} for u in case.district.school_unit], set[tuple[int, int]]()
    if contiguity.islands == "keep":
        holds_unit = case.school[case.district.school_unit] == range(case.district.num_schools)
        stay = [s for s in range(case.district.num_schools) if holds_unit[s] or (case.rules.school_in_own_zone and not case.district.optional[s])]
        for s, anchor in _anchors(case, ground):
            sources[s] |= {anchor} if s in stay else set()
        kept = {(g, s) for g, s in ground.loose(case.today) if s in stay}
    for piece in ground.pieces(case.school):
        s = int(case.school[unit[next(iter(piece))]])
        if piece.isdisjoint(sources[s]):
            yield _cut_off(case, s, piece, rule.min_width_m)
    for g, s in ground.loose(case.school):
        if (g, s) not in kept:
            sentence = (
                f"{case.unit(int(unit[g]))}, narrower than {rule.min_width_m:g} m, {case.says('would touch', 'touches')} {case.names[s]}'s zone "
            )
            yield violation("shape", case.district.unit_ids[unit[g]], 1, 0, f"{sentence}nowhere but by other strips")


def _cut_off(case: AuditCase, s: int, piece: set[int], width: float) -> Violation:
    units = sorted({int(case.district.land.unit[g]) for g in piece}, key=lambda u: case.district.unit_ids[u])
    what = f"{count(len(units), 'unit')} with {count(float(case.district.students[units].sum()), 'student')}"
    sentence = (
        f"{what} {case.says('would hang', 'hang' if len(units) > 1 else 'hangs')} on {case.names[s]}'s zone by what is narrower than {width:g} m, "
        f"or by nothing: {case.unit(units[0])}{' and its neighbors' if len(units) > 1 else ''}"
    )
    return violation("shape", case.district.school_ids[s], len(piece), 0, sentence)


def _anchors(case: AuditCase, ground: _Ground) -> Iterator[tuple[int, int]]:
    """School and anchor of every piece of today's zones that lacks the school's unit: the ground of its unit with the most students, then by id."""
    unit, district = case.district.land.unit, case.district
    for piece in ground.pieces(case.today):
        s = int(case.today[unit[next(iter(piece))]])
        if int(district.school_unit[s]) not in piece:
            yield s, min(piece, key=lambda g: (-district.students[unit[g]], district.unit_ids[unit[g]], g))


class _Ground:
    """Pieces of ground with networkx: which are strips, and who borders whom."""

    def __init__(self, district: District, width: float) -> None:
        import networkx as nx
        from shapely.geometry.base import BaseGeometry

        self._land, roots = district.land, {int(u) for u in district.school_unit}
        polygons = self._land.polygons
        shapes: list[BaseGeometry] = [district.geometry.iloc[u] for u in self._land.unit] if polygons is None else list(polygons)  # type: ignore[union-attr]
        self.thin = {g for g, shape in enumerate(shapes) if g not in roots and shape.buffer(-width / 2).is_empty}
        self.all: nx.Graph[int] = nx.Graph()
        self.all.add_nodes_from(range(len(shapes)))
        lengths = [float("nan")] * len(self._land.edges) if self._land.border_m is None else self._land.border_m.tolist()
        self.all.add_edges_from((g, h, {"is_wide": not length < width}) for (g, h), length in zip(self._land.edges.tolist(), lengths, strict=True))
        self.firm: nx.Graph[int] = self.all.subgraph(set(self.all) - self.thin).copy()
        whole = self.firm.copy()
        self.firm.remove_edges_from([(g, h) for g, h in whole.edges if not whole[g][h]["is_wide"]])
        for g in [g for g in roots if self.firm.degree(g) == 0]:  # all borders of a school's unit carry where none is wide
            self.firm.add_edges_from(whole.edges(g))
        alone = {g for g in self.firm if self.firm.degree(g) == 0} - roots
        self.firm.remove_nodes_from(alone)
        self.thin |= alone
        self.steps: dict[int, float] = dict(nx.multi_source_dijkstra_path_length(self.all, set(self.firm), weight=lambda *_: 1)) if self.firm else {}

    def pieces(self, school: Ints) -> Iterator[set[int]]:
        """Pieces of all zones without strips; units without a school are in none."""
        import networkx as nx

        inside = self.firm.edge_subgraph([(g, h) for g, h in self.firm.edges if self._of(g, school) == self._of(h, school)]).copy()
        inside.add_nodes_from(self.firm)
        return (piece for piece in nx.connected_components(inside) if self._of(next(iter(piece)), school) >= 0)

    def loose(self, school: Ints) -> Iterator[tuple[int, int]]:
        """Strips that touch their zone nowhere, and the school they have."""
        far = len(self.all)
        for g in sorted(self.thin):
            s, here = self._of(g, school), self.steps.get(g, far)
            if s >= 0 and not any(self.steps.get(h, far) < here and self._of(h, school) == s for h in self.all[g]):
                yield g, s

    def _of(self, g: int, school: Ints) -> int:
        return int(school[self._land.unit[g]])


CHECKS = (check_borders, check_width)
