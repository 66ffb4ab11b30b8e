"""Closing and opening by the documentation alone: tiny districts drawn from a seed, and every plan of each judged and measured.

It shares no code with formulation, optimize, auditing or metrics. All plans of a district are one array, judged together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from drawn import grid, scenario

from rezoning.district.district import District
from rezoning.scenario.schema import Goal, Scenario

HAIR = 1e-6


@dataclass(frozen=True, eq=False)
class Case:
    """A district and what is asked about it."""

    district: District
    scenario: Scenario


def drawn(seed: int) -> Case:
    """A district of six to eight units and three or four schools, some of which may close or open, with rules and a goal."""
    rng = np.random.default_rng(seed)
    district = _district(rng)
    rules = _rules(rng, district)
    return Case(district, scenario(rules, [_goal(rng)]))


def shared(seed: int) -> Case:
    """The same with two or three schools in one unit."""
    case, rng = drawn(seed), np.random.default_rng([seed, 1])
    at, schools = case.district.school_unit.copy(), rng.permutation(case.district.num_schools)
    at[schools[1 : 2 if rng.random() < 0.7 else 3]] = at[schools[0]]
    return replace(case, district=replace(case.district, school_unit=at))


def _district(rng: np.random.Generator) -> District:
    rows, columns = [(2, 3), (2, 4), (1, 7), (3, 3)][rng.choice(4, p=[0.35, 0.3, 0.2, 0.15])]
    n, m = rows * columns, 4 if rows * columns < 8 and rng.random() < 0.5 else 3
    status = rng.choice(["open", "may_close", "candidate"], m, p=[0.3, 0.45, 0.25])
    if (status == "candidate").all():
        status[0] = "may_close"
    is_candidate, optional = status == "candidate", status != "open"
    at = rng.permutation(n)[:m]
    students = rng.integers(0, 5, n) * 10.0
    students[rng.integers(n)] += 10
    low = np.floor(students * rng.random(n))
    travel = np.round(rng.uniform(1, 15, (n, m)), 1)
    travel[at, np.arange(m)] = np.round(rng.uniform(0, 2, m), 1)
    today = np.flatnonzero(~is_candidate)
    current = today[travel[:, today].argmin(axis=1)]
    current = np.where(rng.random(n) < 0.2, rng.choice(today, n), current)
    is_odd = rng.random(n)
    current = np.where(is_odd < 0.06, -1, np.where(is_odd > 0.92, m, current))
    return District(
        unit_ids=tuple(f"u{k}" for k in range(n)), students=students,
        school_ids=tuple("ABCD"[:m]), school_names=tuple(f"School {c}" for c in "ABCD"[:m]), school_unit=at,
        edges=np.array(sorted(grid(rows, columns)), dtype=np.int64), groups={"low": low},
        current=current, closed_ids=("Z",),
        capacity=np.ceil(students.sum() * rng.uniform(0.3, 0.9, m)), travel=travel, closed_travel=np.round(rng.uniform(1, 15, (n, 1)), 1),
        optional=optional, is_candidate=is_candidate, cost_if_open=rng.integers(1, 20, m) * 1.0,
        least_students=None if rng.random() < 0.6 else rng.integers(0, 4, m) * 10.0,
        walkable=travel <= 4, closed_walkable=np.zeros((n, 1), dtype=bool),
        columns={"kept": np.where(rng.random(n) < 0.3, "yes", "").astype(object)},
    )  # fmt: skip


def _rules(rng: np.random.Generator, d: District) -> dict[str, Any]:
    """Some of the rules that have to do with what is open."""
    ids = d.school_ids

    def some() -> list[str]:
        return [str(text) for text in rng.permutation(ids)[:2]]

    openings = {
        "open": int(rng.integers(0, 2)), "close": {"max": int(rng.integers(1, 3))}, "total": {"min": 2, "max": int(rng.integers(2, 4))},
        "least": float(rng.choice([0.2, 0.5])), "not_both": [some()], "together": [some()],
        "must_open": some()[:1], "must_close": [text for text, may in zip(ids, d.optional, strict=True) if may][:1],
    }  # fmt: skip
    kept = [key for key in openings if rng.random() < 0.25]
    if {"must_open", "must_close"} <= set(kept):
        kept.remove("must_open")
    offers = {
        "openings": (0.8, {key: openings[key] for key in kept}),
        "capacity": (0.6, {"min": float(rng.choice([0, 0.2, 0.4])), "max": float(rng.choice([1, 1.2])), "schools": {ids[0]: {"min": 0.1}}}),
        "travel": (0.5, TRIPS[rng.integers(4)]),
        "stay_allowed": (0.3, False), "school_in_own_zone": (0.2, False),
        "contiguity": (0.4, [{"method": "none"}, {"islands": "keep"}][rng.integers(2)]),
        "protected": (0.25, {"column": "kept"}), "walk": (0.3, {"guarantee": str(rng.choice(["keep", "any"]))}), "nearest": (0.3, {"within": 3}),
        "reassigned": (0.3, {"max_share": 0.6}), "bands": (0.3, [{"group": "low", "within": 0.3}]),
        "isolation": (0.2, [{"group": "low", "above": 0.6}]),
        "keep_together": (0.2, [[str(u) for u in rng.permutation(d.unit_ids)[:2]]]), "forbid": (0.2, [[d.unit_ids[0], ids[0]]]),
    }  # fmt: skip
    return {key: value for key, (chance, value) in offers.items() if rng.random() < chance}


TRIPS: tuple[dict[str, Any], ...] = (
    {"max_increase": 0.5}, {"max_increase": 0.3, "always_within": 5}, {"max": 12}, {"max_increase": 0.8, "max": 14},
)  # fmt: skip
GOALS: tuple[dict[str, Any], ...] = (
    {"minimize": "travel"}, {"minimize": "cost"}, {"minimize": "schools_open"}, {"minimize": "closure_burden", "group": "low"},
    {"minimize": "utilization_spread"}, {"minimize": "max_deviation", "group": "low"}, {"minimize": "out_of_utilization", "min": 0.5, "max": 0.9},
    {"minimize": "dissimilarity", "group": "low"}, {"minimize": "reassigned"}, {"minimize": "schools_changed"},
)  # fmt: skip


def _goal(rng: np.random.Generator) -> dict[str, Any]:
    return GOALS[rng.integers(len(GOALS))]


class Truth:
    """Every plan of one district under one scenario: which rules it breaks, and the value of the goal."""

    def __init__(self, case: Case) -> None:
        self.d, self.rules, self.goal = case.district, case.scenario.rules, case.scenario.goals[0]
        self.n, self.m = self.d.num_units, self.d.num_schools
        self.plans = np.array(list(product(range(self.m), repeat=self.n)), dtype=np.int64)
        self.has = self.plans[:, :, None] == np.arange(self.m)  # (K, n, m)
        self.open = self.has.any(axis=1) | ~self.d.optional
        self.n_s = self.gathered(self.d.students)
        assert self.d.current is not None
        self.home = self.d.current
        self.today = np.where(self.home < self.m, self.home, -1)
        self.is_kept = (self.today >= 0) & self.open[:, np.maximum(self.today, 0)]  # (K, n): today's school is open in the plan

    def gathered(self, values: np.ndarray) -> np.ndarray:
        return np.einsum("kus,u->ks", self.has, values)

    def at(self, table: np.ndarray) -> np.ndarray:
        """A (unit, school) table along every plan, (K, n)."""
        return table[np.arange(self.n), self.plans]

    @cached_property
    def now(self) -> np.ndarray:
        """Today's trip, NaN for who is new."""
        every = np.hstack([self.d.travel, self.d.closed_travel])
        return np.where(self.home < 0, np.nan, every[np.arange(self.n), np.maximum(self.home, 0)])

    # -- rules: by their names, the plans that break them --------------------------------------------------------------

    @cached_property
    def broken(self) -> dict[str, np.ndarray]:
        found: dict[str, np.ndarray] = {}
        for name in ("openings", "capacity", "travel", "school_in_own_zone", "contiguity", "protected", "walk", "nearest", "reassigned", "bands",
                     "isolation", "keep_together", "forbid"):  # fmt: skip
            found[name] = getattr(self, f"_{name}")()
        return found

    @property
    def feasible(self) -> np.ndarray:
        return ~np.any(list(self.broken.values()), axis=0)

    def _none(self) -> np.ndarray:
        return np.zeros(len(self.plans), dtype=bool)

    @cached_property
    def holds_its_unit(self) -> np.ndarray:
        return np.asarray(self.plans[:, self.d.school_unit] == np.arange(self.m))

    @cached_property
    def before(self) -> list[list[int]]:
        """The schools before each one in its unit: those that always are open come first."""
        order = sorted(range(self.m), key=lambda s: (bool(self.d.optional[s]), s))
        return [[t for t in order[: order.index(s)] if self.d.school_unit[t] == self.d.school_unit[s]] for s in range(self.m)]

    @cached_property
    def lacks_its_unit(self) -> np.ndarray:
        """Schools that are the first open one of a unit that they do not have, (K, m)."""
        is_later = np.array([self.open[:, before].any(axis=1) for before in self.before]).T
        return np.asarray(self.open & ~is_later & ~self.holds_its_unit)

    def _school_in_own_zone(self) -> np.ndarray:
        is_empty = self.open & ~self.has.any(axis=1)
        return (self.lacks_its_unit | is_empty).any(axis=1) if self.rules.school_in_own_zone else self._none()

    def _openings(self) -> np.ndarray:
        bad, rule, d = self._none(), self.rules.openings, self.d
        if not self.rules.school_in_own_zone:
            bad |= (self.lacks_its_unit & d.optional).any(axis=1)
        if d.least_students is not None:
            bad |= (self.open & (self.n_s < d.least_students - HAIR)).any(axis=1)
        if rule is None:
            return bad
        if rule.least is not None:
            bad |= (self.open & d.optional & (self.n_s < rule.least * d.capacity - HAIR)).any(axis=1)
        opened, closed = (self.open & d.is_candidate).sum(axis=1), (~self.open & ~d.is_candidate).sum(axis=1)
        for asked, number in ((rule.open, opened), (rule.close, closed), (rule.total, self.open.sum(axis=1))):
            if asked is not None:
                bad |= number < (asked.min or 0)
                bad |= number > (np.inf if asked.max is None else asked.max)
        of = {text: self.open[:, s] for s, text in enumerate(d.school_ids)}
        for text in rule.must_open:
            bad |= ~of[text]
        for text in rule.must_close:
            bad |= of[text]
        for one, other in rule.not_both:
            bad |= of[one] & of[other]
        for one, other in rule.together:
            bad |= of[one] != of[other]
        return bad

    def _capacity(self) -> np.ndarray:
        bad, rule = self._none(), self.rules.capacity
        if rule is None:
            return bad
        replaced = self.rules.openings is not None and self.rules.openings.least is not None
        for s, text in enumerate(self.d.school_ids):
            low, high = rule.limits(text)
            if self.d.optional[s] and replaced and text not in rule.schools:
                low = 0.0
            bad |= self.open[:, s] & (self.n_s[:, s] < low * self.d.capacity[s] - HAIR)
            bad |= self.n_s[:, s] > high * self.d.capacity[s] + HAIR
        return bad

    def _travel(self) -> np.ndarray:
        rule, t = self.rules.travel, self.d.travel
        if rule is None:
            return self._none()
        sure = np.where(self.d.optional, np.inf, t).min(axis=1)
        base = np.where(self.is_kept | (self.today < 0), self.now, np.maximum(self.now, sure))
        limit = np.full(base.shape, np.inf if rule.max is None else rule.max)
        if rule.max_increase is not None:
            limit = np.fmin(limit, (1 + rule.max_increase) * base)
        if rule.always_within is not None:
            limit = np.maximum(limit, rule.always_within)
        stays = self.plans == self.today
        excused = stays if self.rules.stay_allowed else stays & self._is_protected
        return ((self.at(t) > limit + HAIR) & ~excused).any(axis=1)

    @cached_property
    def _is_protected(self) -> np.ndarray:
        said = self.d.columns["kept"] == "yes" if self.rules.protected is not None else np.zeros(self.n, dtype=bool)
        return np.asarray(said & (self.today >= 0))

    def _protected(self) -> np.ndarray:
        return (self._is_protected & self.is_kept & (self.plans != self.today)).any(axis=1)

    def _walk(self) -> np.ndarray:
        rule, walkable = self.rules.walk, self.d.walkable
        if rule is None:
            return self._none()
        if rule.guarantee == "keep":
            walks = walkable[np.arange(self.n), np.maximum(self.today, 0)] & (self.today >= 0)
            return (walks & self.is_kept & (self.plans != self.today)).any(axis=1)
        can = (walkable & self.open[:, None, :]).any(axis=2)
        return (can & ~self.at(walkable)).any(axis=1)

    def _nearest(self) -> np.ndarray:
        rule = self.rules.nearest
        if rule is None:
            return self._none()
        least = np.where(self.open[:, None, :], self.d.travel, np.inf).min(axis=2)
        return ((least <= rule.within) & (self.at(self.d.travel) > least + HAIR)).any(axis=1)

    @cached_property
    def _moved(self) -> np.ndarray:
        return np.asarray((self.home >= 0) & (self.plans != self.home))

    def _reassigned(self) -> np.ndarray:
        rule = self.rules.reassigned
        return self._none() if rule is None else self._moved @ self.d.students > (rule.max_share + 1e-9) * self.d.students.sum()

    def _bands(self) -> np.ndarray:
        bad, a, share = self._none(), self.gathered(self.d.groups["low"]), self.d.groups["low"].sum() / self.d.students.sum()
        for band in self.rules.bands:
            bad |= ((a > (share + band.within) * self.n_s + HAIR) | (a < (share - band.within) * self.n_s - HAIR)).any(axis=1)
        return bad

    def _isolation(self) -> np.ndarray:
        bad, a = self._none(), self.gathered(self.d.groups["low"])
        for rule in self.rules.isolation:
            for s in range(self.m):
                inside = self.today == s
                n, low = self.d.students[inside].sum(), self.d.groups["low"][inside].sum()
                bad |= a[:, s] > max(rule.above, low / n if n else 0.0) * self.n_s[:, s] + HAIR
        return bad

    def _keep_together(self) -> np.ndarray:
        bad = self._none()
        for group in self.rules.keep_together.groups if self.rules.keep_together else ():
            u, v = (self.d.unit_index[text] for text in group)
            bad |= self.plans[:, u] != self.plans[:, v]
        return bad

    def _forbid(self) -> np.ndarray:
        bad = self._none()
        for unit, school in self.rules.forbid:
            bad |= self.plans[:, self.d.unit_index[unit]] == self.d.school_index[school]
        return bad

    def _contiguity(self) -> np.ndarray:
        """Zones as bit masks: each piece holds the school's unit, or under islands: keep an anchor beside it.

        Where another school comes before in the unit a piece may as well hold a neighbor of it: the school's site joins what borders it.
        """
        if self.rules.contiguity.method == "none":
            return self._none()
        masks = np.einsum("kus,u->ks", self.has, 1 << np.arange(self.n))
        home = [1 << int(u) for u in self.d.school_unit]
        for s in range(self.m):
            for a, b in self.d.edges.tolist() if self.before[s] else ():
                home[s] |= (1 << a | 1 << b) if self.d.school_unit[s] in (a, b) else 0
        anchors = [0] * self.m
        if self.rules.contiguity.islands == "keep":
            for s in range(self.m):
                for piece in self._pieces(int(sum(1 << u for u in np.flatnonzero(self.today == s)))):
                    if not piece & home[s]:
                        inside = [u for u in range(self.n) if piece >> u & 1]
                        anchors[s] |= 1 << min(inside, key=lambda u: (-self.d.students[u], self.d.unit_ids[u]))
        bad = self._none()
        for s in range(self.m):
            own, held = home[s], {}
            for mask in np.unique(masks[:, s]).tolist():
                with_unit = bool(mask & own) or bool(self.before[s]) or (self.rules.school_in_own_zone and not self.d.optional[s])
                sources = own | (anchors[s] if with_unit else 0)
                held[mask] = any(not piece & sources for piece in self._pieces(mask))
            bad |= np.array([held[mask] for mask in masks[:, s].tolist()])
        return bad

    def _pieces(self, mask: int) -> list[int]:
        found = []
        while mask:
            piece = mask & -mask
            while True:
                grown = piece
                for a, b in self.d.edges.tolist():
                    if (piece >> a & 1 and mask >> b & 1) or (piece >> b & 1 and mask >> a & 1):
                        grown |= 1 << a | 1 << b
                if grown == piece:
                    break
                piece = grown
            found.append(piece)
            mask &= ~piece
        return found

    # -- goals ---------------------------------------------------------------------------------------------------------

    @cached_property
    def values(self) -> np.ndarray:
        """Natural value of the goal at every plan, (K,)."""
        found: np.ndarray = getattr(self, f"_value_{self.goal.minimize}")(self.goal)
        return found

    def _value_travel(self, _: Goal) -> np.ndarray:
        return self.at(self.d.travel) @ self.d.students / self.d.students.sum()

    def _value_cost(self, _: Goal) -> np.ndarray:
        return self.open @ self.d.cost_if_open

    def _value_schools_open(self, _: Goal) -> np.ndarray:
        return self.open.sum(axis=1).astype(float)

    def _value_closure_burden(self, _: Goal) -> np.ndarray:
        low, students = self.d.groups["low"], self.d.students
        closes = (self.home >= 0) & ~self.is_kept
        return np.maximum(0, closes @ low / low.sum() - closes @ students / students.sum())

    def _value_utilization_spread(self, _: Goal) -> np.ndarray:
        use = self.n_s / self.d.capacity
        return np.where(self.open, use, -np.inf).max(axis=1) - np.where(self.open, use, np.inf).min(axis=1)

    def _value_max_deviation(self, _: Goal) -> np.ndarray:
        low, a = self.d.groups["low"], self.gathered(self.d.groups["low"])
        p = np.divide(a, self.n_s, out=np.full(a.shape, low.sum() / self.d.students.sum()), where=self.n_s > 0)
        return np.abs(p - low.sum() / self.d.students.sum()).max(axis=1)

    def _value_out_of_utilization(self, goal: Goal) -> np.ndarray:
        seats = self.d.capacity
        beyond = np.maximum(self.n_s - goal.max * seats, 0) + np.where(self.open, np.maximum(goal.min * seats - self.n_s, 0), 0)
        return beyond.sum(axis=1) / self.d.students.sum()

    def _value_dissimilarity(self, _: Goal) -> np.ndarray:
        low = self.d.groups["low"]
        others = self.d.students - low
        return np.abs(self.gathered(low) / low.sum() - self.gathered(others) / others.sum()).sum(axis=1) / 2

    def _value_reassigned(self, _: Goal) -> np.ndarray:
        return self._moved @ self.d.students / self.d.students.sum()

    def _value_schools_changed(self, _: Goal) -> np.ndarray:
        return (self.has != (self.home[:, None] == np.arange(self.m))).any(axis=1).sum(axis=1).astype(float)
