"""Buildings of paired schools: who has which grades of which zone, from the plan, the district's land and the section alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from rezoning.auditing.case import STUDENTS
from rezoning.auditing.violation import Violation, count, number, violation
from rezoning.district.buildings import Buildings, span_words
from rezoning.district.district import District, Floats
from rezoning.district.graded import Graded
from rezoning.district.plan import Plan
from rezoning.scenario.pairing import Pairing
from rezoning.scenario.schema import Rules

RULE, FLOOR, FEEDER = "pairing", "pairing.min_of_own", "pairing.feeder_rows"


@dataclass(frozen=True, eq=False)
class PairingCase:
    """What is audited: a plan with buildings, and what its zones and buildings are to be.

    Parameters
    ----------
    plan, district, pairing, rules
        The plan, of zones; the district that has land; what is asked of pairing and of seats.
    view
        The graded district.
    """

    plan: Plan
    district: District
    pairing: Pairing
    rules: Rules
    view: Graded

    @property
    def buildings(self) -> Buildings:
        """The plan's buildings."""
        assert self.plan.buildings is not None
        return self.plan.buildings

    @cached_property
    def clusters(self) -> tuple[tuple[int, ...], ...]:
        """Clusters of two schools and more."""
        return tuple(cluster for cluster in self.buildings.clusters() if len(cluster) > 1)

    @cached_property
    def students(self) -> Floats:
        """Students of each building, shape (m,)."""
        return self._gather(self.view.plan(self.plan).school)

    @cached_property
    def own(self) -> Floats:
        """Students of each school's zone of today, shape (m,)."""
        return self._gather(self.view.district.stayable)

    def _gather(self, school: NDArray[np.int64]) -> Floats:
        held = np.zeros(self.district.num_schools + 1)
        np.add.at(held, np.where((school >= 0) & (school < self.district.num_schools), school, -1), self.view.district.students)
        return held[:-1]

    def name(self, s: int) -> str:
        """A school as a message names it."""
        return self.district.school_names[s]

    def names(self, cluster: tuple[int, ...]) -> str:
        """A cluster as a message names it."""
        return ", ".join(map(self.name, cluster))

    def broken(self, cluster: tuple[int, ...], amount: float, limit: float, sentence: str, rule: str = RULE) -> Violation:
        """A violation of a cluster."""
        return violation(rule, " ".join(self.district.school_ids[s] for s in cluster), amount, limit, sentence)


def check_form(case: PairingCase) -> Iterator[Violation]:
    """One building of one school for every grade of every zone, in the grades that are split: what all else rests on."""
    at, m = case.buildings.at, case.district.num_schools
    if case.buildings.grades != case.view.grades:
        said, wanted = ", ".join(case.buildings.grades), ", ".join(case.view.grades)
        yield case.broken((), len(case.buildings.grades), len(case.view.grades), f"the plan splits the grades {said}, and asked are {wanted}")
    elif at.shape != (m, len(case.view.grades)) or ((at < 0) | (at >= m)).any():
        yield case.broken((), 0, 0, "not every grade of every zone has one open school's building")


def check_zones(case: PairingCase) -> Iterator[Violation]:
    """Zones stay as they are; with clusters that are given they are redrawn, and who is in them is said by the other rules."""
    if case.pairing.given:
        return
    moved = (case.district.stayable >= 0) & (case.plan.school != case.district.stayable)
    if moved.any():
        units = int(moved.sum())
        yield case.broken((), units, 0, f"{count(units, 'unit')} would change zones, and with pairing zones stay as they are")


def check_clusters(case: PairingCase) -> Iterator[Violation]:
    """No more schools than may be, neighbors, none that is left alone, all that are kept, none that are parted."""
    if case.pairing.given:
        yield from _as_given(case)
        return
    for cluster in case.clusters:
        if len(cluster) > case.pairing.most:
            yield case.broken(cluster, len(cluster), case.pairing.most, f"{case.names(cluster)} would be a cluster of {len(cluster)} schools")
        yield from _neighbors(case, cluster)
        for s in cluster:
            if case.district.school_ids[s] in case.pairing.except_schools:
                yield case.broken((s,), 1, 0, f"{case.name(s)} is to be left alone, and would be in a cluster")
    where = {s: cluster for cluster in case.clusters for s in cluster}
    for key, wanted in (("keep", True), ("forbid", False)):
        for texts in getattr(case.pairing, key):
            for a, b in combinations([case.district.school_index[text] for text in texts], 2):
                if (b in where.get(a, ())) is not wanted:
                    said = "are to be in one cluster, and would not be" if wanted else "are not to be in one cluster, and would be"
                    yield case.broken((a, b), 0, 0, f"{case.name(a)} and {case.name(b)} {said}")


def _as_given(case: PairingCase) -> Iterator[Violation]:
    """Clusters are those that are given, with their buildings in order."""
    given = {tuple(sorted(case.district.school_index[text] for text in texts)): texts for texts in case.pairing.given}
    for cluster in {*given, *case.clusters}:
        if cluster not in given or cluster not in case.clusters:
            yield case.broken(cluster, 0, 0, f"{case.names(cluster)} {'are' if cluster in given else 'are not'} a cluster that is given")
            continue
        first = [case.view.grades.index(case.buildings.spans(case.district.school_index[text])[0]) for text in given[cluster]]
        if first != sorted(first):
            yield case.broken(cluster, 0, 0, f"{case.names(cluster)} are not in the order that is given")


def _neighbors(case: PairingCase, cluster: tuple[int, ...]) -> Iterator[Violation]:
    """Every two of a cluster are neighbors, or with `connected` each is joined to the others by some that are."""
    apart = [(a, b) for a, b in combinations(cluster, 2) if not _touch(case, a, b)]
    if case.pairing.triples == "connected":
        joined, grown = {cluster[0]}, True
        while grown:
            more = {b for b in cluster for a in joined if b not in joined and (min(a, b), max(a, b)) not in apart}
            joined, grown = joined | more, bool(more)
        apart = [] if joined == set(cluster) else apart
    for a, b in apart:
        sentence = f"{case.name(a)} and {case.name(b)} would be in one cluster, and their zones are no neighbors"
        yield case.broken((a, b), 0, case.pairing.min_shared_m, sentence)


def _touch(case: PairingCase, a: int, b: int) -> bool:
    """Whether two zones of today share a border that is long enough, edge by edge."""
    district, total, is_found = case.district, 0.0, False
    zone = district.stayable
    ends = zone[district.edges]
    for e in np.flatnonzero(((ends[:, 0] == a) & (ends[:, 1] == b)) | ((ends[:, 0] == b) & (ends[:, 1] == a))).tolist():
        length = np.nan if district.border_m is None else float(district.border_m[e])
        is_found, total = True, total + (np.inf if np.isnan(length) else length)
    return is_found and total >= case.pairing.min_shared_m - 1e-6


def check_spans(case: PairingCase) -> Iterator[Violation]:
    """All zones of a cluster have the same buildings, each building a run of grades that no other has, and one that may be."""
    for cluster in case.clusters:
        rows = case.buildings.at[list(cluster)]
        if (rows != rows[0]).any():
            yield case.broken(cluster, 0, 0, f"the zones of {case.names(cluster)} would have different buildings for one grade")
        for s in cluster:
            has = np.flatnonzero((rows == s).any(axis=0))
            span = case.buildings.spans(s)
            if not len(has):
                yield case.broken((s,), 0, 1, f"{case.name(s)} would have no grade")
            elif has[-1] - has[0] + 1 != len(has):
                yield case.broken((s,), 0, 0, f"{case.name(s)} would have the grades {', '.join(span)}, which do not follow each other")
            elif case.pairing.spans is not None and span not in case.pairing.spans:
                yield case.broken((s,), 0, 0, f"{case.name(s)} would have the grades {span_words(span)}, which are none of pairing.spans")


def check_floor(case: PairingCase) -> Iterator[Violation]:
    """A building of a cluster has a share of the students of its own zone of today at least."""
    share = case.pairing.min_of_own
    for s in (s for cluster in case.clusters for s in cluster):
        least = share * float(case.own[s])
        if case.students[s] < least - STUDENTS:
            held = float(case.students[s])
            sentence = f"{case.name(s)} would hold {count(held, 'student')}, {number(least - held)} below {number(least)} of its own"
            yield case.broken((s,), held, least, sentence, FLOOR)


def check_feeder_rows(case: PairingCase) -> Iterator[Violation]:
    """Students of a building fit every building of its cluster with higher grades, by seats and by floor."""
    if not case.pairing.feeder_rows:
        return
    for cluster in case.clusters:
        order = sorted(cluster, key=lambda s: int(np.flatnonzero(case.buildings.at[cluster[0]] == s)[0]))
        for low, high in combinations(order, 2):
            held, (least, most) = float(case.students[low]), _limits(case, high)
            if held > most + STUDENTS or held < least - STUDENTS:
                sentence = f"the {count(held, 'student')} of {case.name(low)} would not fit {case.name(high)}, which comes after it"
                yield case.broken((low, high), held, most if held > most else least, sentence, FEEDER)


def _limits(case: PairingCase, s: int) -> tuple[float, float]:
    """Least and most students that a school may have by its seats and its floor."""
    rule, text = case.rules.capacity, case.district.school_ids[s]
    least, most = case.pairing.min_of_own * float(case.own[s]), np.inf
    if rule is not None:
        low, high = rule.limits(text)
        seats = np.nan if case.district.capacity is None else float(case.district.capacity[s])
        base = float(case.own[s]) if rule.of == "current" and (case.own[s] > 0 or np.isnan(seats)) else seats
        extra = float(case.district.portables[s]) if rule.portables and case.district.portables is not None else 0.0
        least, most = max(least, low * base), np.inf if high is None else high * base + extra
    return least, most


def check_buildings_inside(case: PairingCase, cluster: NDArray[np.int64], of_school: NDArray[np.int64]) -> Iterator[Violation]:
    """Every building lies in the zone that it serves; `cluster` of each unit, shape (n,), and `of_school`, shape (m,)."""
    for s, unit in enumerate(case.district.school_unit.tolist()):
        if cluster[unit] != of_school[s]:
            yield case.broken((s,), 0, 0, f"{case.name(s)} would lie outside of the zone that it serves")


FORM = (check_form,)
CHECKS = (check_zones, check_clusters, check_spans, check_floor, check_feeder_rows)


def check_pairing(case: PairingCase) -> Iterator[Violation]:
    """All of it; nothing else where the form is not that of buildings."""
    found = [one for check in FORM for one in check(case)]
    yield from found or (one for check in CHECKS for one in check(case))


def not_asked(plan: Plan) -> Iterator[Violation]:
    """A plan that pairs schools where nobody asked for that."""
    if plan.buildings is not None:
        yield violation(RULE, "district", 1, 0, "the plan pairs schools, and the question has no section pairing")


def left_alone(plan: Plan, pairing: Pairing, district: District) -> frozenset[str]:
    """Schools that are left alone and to which limits of seats therefore mean nothing, by id."""
    if plan.buildings is None or pairing.alone != "exempt" or pairing.given:
        return frozenset()
    return frozenset(district.school_ids[s] for s in np.flatnonzero(plan.buildings.is_alone()).tolist())
