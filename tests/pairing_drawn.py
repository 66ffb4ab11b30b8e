"""Small districts whose schools may be paired, drawn from a seed, and every way to pair them, by the documentation alone.

The oracle knows arrays of students by unit, grade and group, and Python's loops; no formula of the package is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise, permutations
from math import log
from typing import Any

import numpy as np

from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.scenario.schema import Scenario

GRADES = ("K", "1", "2")
GROUPS = ("low", "black", "white")
DATA = {
    "units": {
        "path": "units.csv", "students": "students", "groups": {name: name for name in GROUPS}, "partition": ["black", "white"],
        "current_school": "zone", "grades": {grade: f"g{grade}" for grade in GRADES},
    },
    "schools": {"path": "schools.csv", "capacity": "seats"},
    "travel": {"path": "travel.csv", "measure": "minutes"},
}  # fmt: skip
GOALS: tuple[dict[str, Any], ...] = (
    {"minimize": "dissimilarity", "group": "low"},
    {"minimize": "theil_h"},
    {"minimize": "max_deviation", "group": "low"},
    {"minimize": "isolation", "group": "black"},
    {"minimize": "normalized_exposure", "group": "low"},
    {"minimize": "imbalance"},
    {"minimize": "travel"},
    {"minimize": "added_travel"},
    {"minimize": "reassigned"},
    {"minimize": "burden_gap", "measure": "reassigned"},
    {"minimize": "over_capacity"},
    {"minimize": "utilization_spread"},
    {"minimize": "schools_changed"},
    {"minimize": "long_rides", "over": 12},
)


@dataclass(frozen=True, eq=False)
class Drawn:
    """A district, a question, and the counts by unit and grade; the last grade is that of nobody's."""

    district: District
    scenario: Scenario
    students: np.ndarray  # (n, G + 1)
    groups: dict[str, np.ndarray] = field(default_factory=dict)


def drawn(seed: int, **only: Any) -> Drawn:
    """The case of a seed; `only` may fix keys of the section pairing."""
    rng = np.random.default_rng(seed)
    m = int(rng.integers(3, 6))
    n, zone = 2 * m, np.repeat(np.arange(m), 2)
    students = np.hstack([rng.integers(0, 12, (n, len(GRADES))), rng.integers(0, 3, (n, 1)) * int(rng.random() < 0.4)]).astype(float)
    students[::2, 0] += 1
    is_counted = rng.random() < 0.7
    groups, by_grade = {}, {}
    left = students.copy()
    for name in GROUPS:
        most = students if name == "low" else left
        counts = rng.binomial(most.astype(int), np.clip(rng.beta(0.8, 0.8, m)[zone][:, None] + rng.normal(0, 0.2, most.shape), 0, 1)).astype(float)
        if not is_counted:
            total = np.minimum(counts.sum(axis=1), most.sum(axis=1))
            counts = total[:, None] * students / np.maximum(students.sum(axis=1), 1e-300)[:, None]
        groups[name] = counts
        left = left if name == "low" else np.maximum(left - counts, 0)
    if is_counted:
        by_grade = {name: {grade: counts[:, g] for g, grade in enumerate(GRADES)} for name, counts in groups.items()}
    edges = {(2 * s, 2 * s + 1) for s in range(m)} | {(2 * s + 1, 2 * s + 2) for s in range(m - 1)}
    edges |= {(int(min(a, b)), int(max(a, b))) for a, b in rng.integers(0, n, (m, 2)) if a != b}
    own = np.bincount(zone, weights=students.sum(axis=1), minlength=m)
    travel = rng.integers(2, 20, (n, m)).astype(float)
    travel[np.arange(n), zone] = rng.integers(1, 6, n)
    district = District(
        unit_ids=tuple(f"u{u}" for u in range(n)), students=students.sum(axis=1), school_ids=tuple("ABCDE"[:m]), school_names=tuple("ABCDE"[:m]),
        school_unit=np.arange(m) * 2, edges=np.array(sorted(edges)), border_m=rng.choice([0.5, 3.0, 10.0, np.nan], len(edges)),
        groups={name: counts.sum(axis=1) for name, counts in groups.items()}, partition=("black", "white"), current=zone,
        capacity=np.round(own * rng.uniform(0.85, 1.4, m) + 2), travel=travel, grades={grade: students[:, g] for g, grade in enumerate(GRADES)},
        groups_by_grade=by_grade,
    )  # fmt: skip
    return Drawn(district, _asked(rng, district, only), students, groups)


def _asked(rng: np.random.Generator, district: District, only: dict[str, Any]) -> Scenario:
    ids = district.school_ids
    pairing: dict[str, Any] = {"most": int(rng.integers(2, 4)), "triples": str(rng.choice(["pairwise", "connected"]))}
    said = {
        "min_of_own": float(rng.choice([0.5, 0.8])), "min_shared_m": float(rng.choice([0, 5])), "feeder_rows": True, "alone": "held",
        "keep": [list(ids[:2])], "forbid": [list(ids[-2:])], "except_schools": [ids[1]], "spans": [["K"], ["1", "2"], ["K", "1"], ["2"]],
    }  # fmt: skip
    chance = dict.fromkeys(said, 0.17) | {"min_of_own": 0.4, "min_shared_m": 0.4, "spans": 0.3}
    pairing |= {key: value for key, value in said.items() if rng.random() < chance[key]} | only
    rules: dict[str, Any] = {}
    for key, rule, often in (
        ("capacity", {"max": float(rng.choice([1.0, 1.1])), "min": float(rng.choice([0.0, 0.5]))}, 0.7),
        ("reassigned", {"max_share": float(rng.choice([0.3, 0.5]))}, 0.3),
        ("travel", {"max": 14}, 0.3),
        ("bands", [{"group": "low", "within": 0.3}], 0.2),
        ("isolation", [{"group": "black", "above": 0.6}], 0.2),
        ("burden", [{"measure": "reassigned", "group": "low", "max_ratio": 1.3}], 0.2),
    ):
        if rng.random() < often:
            rules[key] = rule
    goals = [GOALS[k] for k in rng.choice(len(GOALS), 2, replace=False)]
    return Scenario.model_validate({"name": "drawn", "data": DATA, "pairing": pairing, "rules": rules, "goals": goals})


# -- every way ---------------------------------------------------------------------------------------------------------


def partitions(schools: tuple[int, ...], most: int) -> Iterator[list[tuple[int, ...]]]:
    """Every way to part schools into clusters of at most so many."""
    if not schools:
        yield []
        return
    first, rest = schools[0], schools[1:]
    for size in range(min(most, len(schools))):
        for others in combinations(rest, size):
            for more in partitions(tuple(s for s in rest if s not in others), most):
                yield [(first, *others), *more]


def runs(grades: int, size: int) -> Iterator[tuple[range, ...]]:
    """Every way to cut so many grades into so many runs."""
    for ends in combinations(range(1, grades), size - 1):
        cut = (0, *ends, grades)
        yield tuple(range(a, b) for a, b in pairwise(cut))


def every_plan(case: Drawn) -> Iterator[np.ndarray]:
    """The building of each grade of each zone, of every plan that obeys the section pairing and all rules; shape (m, G)."""
    m = case.district.num_schools
    assert case.scenario.pairing is not None
    for clusters in partitions(tuple(range(m)), case.scenario.pairing.most):
        if all(_may_be(case, cluster) for cluster in clusters):
            yield from _orders(case, clusters, np.zeros((m, len(GRADES)), dtype=int))


def _orders(case: Drawn, clusters: list[tuple[int, ...]], at: np.ndarray) -> Iterator[np.ndarray]:
    if not clusters:
        if obeys(case, at):
            yield at.copy()
        return
    for order in permutations(clusters[0]):
        for cut in runs(len(GRADES), len(order)):
            for s, span in zip(order, cut, strict=True):
                at[np.ix_(list(clusters[0]), list(span))] = s
            if _fits(case, order, cut, at):
                yield from _orders(case, clusters[1:], at)


def near(case: Drawn, a: int, b: int) -> bool:
    """Whether two zones share a border that is long enough."""
    total, found = 0.0, False
    zone, lengths = case.district.current, case.district.border_m
    assert zone is not None
    assert lengths is not None
    for (u, v), length in zip(case.district.edges.tolist(), lengths.tolist(), strict=True):
        if {int(zone[u]), int(zone[v])} == {a, b}:
            found, total = True, total + (1e9 if np.isnan(length) else length)
    assert case.scenario.pairing is not None
    return found and total >= case.scenario.pairing.min_shared_m


def _may_be(case: Drawn, cluster: tuple[int, ...]) -> bool:
    asked, ids = case.scenario.pairing, [case.district.school_ids[s] for s in cluster]
    assert asked is not None
    borders = sum(near(case, a, b) for a, b in combinations(cluster, 2))
    wanted = {1: 0, 2: 1, 3: 3 if asked.triples == "pairwise" else 2}[len(cluster)]
    whole = all(set(one) <= set(ids) or not set(one) & set(ids) for one in asked.keep)
    parted = all(len(set(one) & set(ids)) < 2 for one in asked.forbid)
    return borders >= wanted and whole and parted and (len(cluster) == 1 or not set(ids) & set(asked.except_schools))


def _fits(case: Drawn, order: tuple[int, ...], cut: tuple[range, ...], at: np.ndarray) -> bool:
    """Spans, floor and published rows of one cluster."""
    asked, district = case.scenario.pairing, case.district
    assert asked is not None
    if len(order) == 1:
        return True
    zone = district.current
    held = [sum(case.students[u, g] for u in range(len(zone)) if zone[u] in order for g in span) for span in cut]
    held = [count + sum(case.students[u, -1] for u in range(len(zone)) if zone[u] == s) for s, count in zip(order, held, strict=True)]
    own = [case.students[zone == s].sum() for s in order]
    if asked.spans is not None and any(tuple(GRADES[g] for g in span) not in asked.spans for span in cut):
        return False
    if any(count < asked.min_of_own * mine - 1e-6 for count, mine in zip(held, own, strict=True)):
        return False
    if asked.feeder_rows:
        rule = case.scenario.rules.capacity
        for low, high in combinations(range(len(order)), 2):
            seats = district.capacity[order[high]]
            least = max(asked.min_of_own * own[high], 0 if rule is None else rule.min * seats)
            most = np.inf if rule is None else rule.max * seats
            if not least - 1e-6 <= held[low] <= most + 1e-6:
                return False
    return True


def building(case: Drawn, at: np.ndarray, u: int, g: int) -> int:
    """Where a child of a unit and grade goes; of no grade that is split to the school of the zone."""
    zone = int(case.district.current[u])
    return zone if g == len(GRADES) else int(at[zone, g])


def gathered(case: Drawn, at: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Students of a kind in every building."""
    held = np.zeros(case.district.num_schools)
    for u, g in np.ndindex(counts.shape):
        held[building(case, at, u, g)] += counts[u, g]
    return held


def is_alone(at: np.ndarray, s: int) -> bool:
    """Whether a school has all grades of its own zone, and nobody else."""
    return bool((at[s] == s).all() and not (np.delete(at, s, axis=0) == s).any())


def obeys(case: Drawn, at: np.ndarray) -> bool:  # noqa: PLR0911 (a rule after the other)
    """All rules, on buildings."""
    rules, district, asked = case.scenario.rules, case.district, case.scenario.pairing
    assert asked is not None
    n, students = gathered(case, at, case.students), case.students
    everyone = students.sum()
    if rules.capacity is not None:
        for s, seats in enumerate(district.capacity):
            exempt = asked.alone == "exempt" and is_alone(at, s)
            if not exempt and not rules.capacity.min * seats - 1e-6 <= n[s] <= rules.capacity.max * seats + 1e-6:
                return False
    if rules.reassigned is not None and moved(case, at, students) > rules.reassigned.max_share * everyone + 1e-6:
        return False
    if rules.travel is not None:
        for u, g in np.ndindex(students.shape):
            s = building(case, at, u, g)
            if students[u, g] > 0 and s != district.current[u] and district.travel[u, s] > rules.travel.max + 1e-6:
                return False
    low, black = (gathered(case, at, case.groups[name]) for name in ("low", "black"))
    if rules.bands and any(abs(a / b - low.sum() / everyone) > 0.3 + 1e-9 for a, b in zip(low, n, strict=True) if b > 0):
        return False
    if rules.isolation:
        today = [case.groups["black"][district.current == s].sum() / max(students[district.current == s].sum(), 1e-9) for s in range(len(n))]
        if any(a > max(0.6, share) * b + 1e-7 for a, b, share in zip(black, n, today, strict=True)):
            return False
    if rules.burden:
        mine = moved(case, at, case.groups["low"])
        return bool(mine <= 1.3 * case.groups["low"].sum() * moved(case, at, students) / everyone + 1e-6)
    return True


def moved(case: Drawn, at: np.ndarray, counts: np.ndarray) -> float:
    """Students of a kind whose building is not today's."""
    return float(sum(counts[u, g] for u, g in np.ndindex(counts.shape) if building(case, at, u, g) != case.district.current[u]))


def value(case: Drawn, goal: Any, at: np.ndarray) -> float:  # noqa: PLR0911, PLR0912 (a table of formulas)
    """A goal by its formula, on buildings."""
    district, everyone = case.district, case.students.sum()
    n = gathered(case, at, case.students)
    trips = [(case.students[u, g], u, building(case, at, u, g)) for u, g in np.ndindex(case.students.shape)]
    a = None if goal.group is None else gathered(case, at, case.groups[goal.group])
    match goal.minimize:
        case "dissimilarity":
            return float(sum(abs(x / a.sum() - (y - x) / (everyone - a.sum())) for x, y in zip(a, n, strict=True)) / 2)
        case "isolation":
            return float(sum(x * x / y for x, y in zip(a, n, strict=True) if y > 0) / a.sum())
        case "normalized_exposure":
            share = a.sum() / everyone
            return float(sum(y * (x / y - share) ** 2 for x, y in zip(a, n, strict=True) if y > 0) / (everyone * share * (1 - share)))
        case "max_deviation":
            return float(max(abs(x / y - a.sum() / everyone) for x, y in zip(a, n, strict=True) if y > 0))
        case "imbalance":
            held = [gathered(case, at, counts) for counts in case.groups.values()]
            return float(sum(abs(x - one.sum() / everyone * y) for one in held for x, y in zip(one, n, strict=True)) / everyone)
        case "theil_h":
            parts = [gathered(case, at, case.groups[name]) for name in ("black", "white")]
            parts.append(n - sum(parts))
            shares = [one.sum() / everyone for one in parts]
            entropy = -sum(p * log(p) for p in shares if p > 1e-12)
            total = 0.0
            for p, one in zip(shares, parts, strict=True):
                total += sum(x * log(x / y / p) for x, y in zip(one, n, strict=True) if x > 1e-9)
            return float(total / (everyone * entropy))
        case "travel":
            return float(sum(count * district.travel[u, s] for count, u, s in trips) / everyone)
        case "added_travel":
            return float(sum(count * (district.travel[u, s] - district.travel[u, district.current[u]]) for count, u, s in trips) / everyone)
        case "long_rides":
            return float(sum(count for count, u, s in trips if district.travel[u, s] > 12) / everyone)
        case "reassigned":
            return moved(case, at, case.students) / everyone
        case "burden_gap":
            average = moved(case, at, case.students) / everyone
            return max(0.0, *(moved(case, at, counts) / counts.sum() - average for counts in case.groups.values()))
        case "over_capacity":
            return float(sum(max(0.0, y - seats) for y, seats in zip(n, district.capacity, strict=True)) / everyone)
        case "utilization_spread":
            return float(np.ptp(n / district.capacity))
        case "schools_changed":
            return float(sum(not is_alone(at, s) for s in range(len(n)) if _has_moves(case, at, s)))
    raise AssertionError(goal.minimize)


def _has_moves(case: Drawn, at: np.ndarray, s: int) -> bool:
    """Whether anybody, or a grade of the school's own unit that nobody is in, comes to a building or leaves it."""
    counted = case.students > 0
    counted |= np.any([counts > 0 for counts in case.groups.values()], axis=0)
    counted[case.district.school_unit, 0] = True
    ends = [(int(case.district.current[u]), building(case, at, u, g)) for u, g in np.argwhere(counted).tolist()]
    return any(s in pair for pair in ends if pair[0] != pair[1])


def plan_of(case: Drawn, at: np.ndarray) -> Plan:
    """The plan with these buildings."""
    assert case.district.current is not None
    return Plan(case.district.current, Buildings(at, GRADES))


# -- zones redrawn around clusters that are given ----------------------------------------------------------------------


def given(seed: int) -> Drawn:
    """A case whose first two schools share a zone that is redrawn with all others, on little land."""
    case = drawn(seed)
    rng, asked = np.random.default_rng(seed), case.scenario
    rules = asked.rules.model_dump(exclude_unset=True)
    rules["contiguity"] = {"islands": str(rng.choice(["keep", "forbid"]))}
    if rng.random() < 0.3:
        rules["forbid"] = [["u1", "B"]]
    pairing = {"given": [["B", "A"]], "spans": [["K"], ["1", "2"]], "min_of_own": float(rng.choice([0, 0.5]))}
    plain = {
        "name": "given",
        "data": DATA,
        "pairing": pairing,
        "rules": rules,
        "goals": [goal.model_dump(exclude_unset=True) for goal in asked.goals],
    }
    return Drawn(case.district, Scenario.model_validate(plain), case.students, case.groups)
