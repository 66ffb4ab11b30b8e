"""The oracle: every plan of a tiny district, judged and measured by the contract alone.

It shares no code with formulation, optimize, auditing or metrics. A zone is a set of units, written as a bit mask, so all that the contract says of
one school's zone (seats, contiguity, its part of every goal) is a table over the 2^n masks; a plan is one mask per school, its value a sum.
Contiguity is about the land: `land` is the mask of a zone's pieces of ground, of which a unit that is drawn in several places has several.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rezoning.district.district import District
from rezoning.scenario.schema import Goal, Scenario

STUDENTS, TRIP, SHARE = 1e-6, 1e-6, 1e-9  # the contract's tolerances


@dataclass(frozen=True)
class Truth:
    """Whether a plan exists, the best value of each goal under those before it, and the best weighted sum."""

    is_feasible: bool
    values: tuple[float, ...] = ()
    objective: float | None = None


class Oracle:
    """All plans of one district under one scenario."""

    def __init__(self, district: District, scenario: Scenario) -> None:
        self.d, self.scenario, self.rules = district, scenario, scenario.rules
        self.n, self.m = district.num_units, district.num_schools
        self.units, self.schools = range(self.n), range(self.m)
        self.zones = np.arange(1 << self.n)
        self.unit = list(self.units) if district.parts is None else district.parts.unit.tolist()  # of each piece of ground
        self.ground = range(len(self.unit))
        self.land = np.zeros(1 << self.n, dtype=np.int64)
        for g in self.ground:
            self.land |= (self.zones >> self.unit[g] & 1) << g
        self.near = [0] * len(self.unit)
        for a, b in (district.edges if district.parts is None else district.parts.edges).tolist():
            self.near[a] |= 1 << b
            self.near[b] |= 1 << a
        today = [-1] * self.n if district.current is None else district.current.tolist()
        self.is_new = [s < 0 for s in today]
        self.home = np.array(today)  # m + k: the closed school k
        self.today = [s if s < self.m else -1 for s in today]  # -1: new, or its school is closed

    # -- rules about one unit ----------------------------------------------------------------------------------------

    @cached_property
    def allowed(self) -> dict[str, np.ndarray]:
        """For each rule about units the schools it allows, shape (n, m)."""
        unit, school, rules = self.d.unit_index, self.d.school_index, self.rules
        table = {name: np.ones((self.n, self.m), dtype=bool) for name in ("locked", "assign", "forbid", "travel")}
        placed = {(unit[u], school[s]) for u, s in rules.assign.items()}  # pairs that override the travel rule
        for u, s in placed:
            table["assign"][u] &= np.arange(self.m) == s
        for name, units in self.kept().items():
            table[name] = np.ones((self.n, self.m), dtype=bool)
            for u in units:
                table[name][u] &= np.arange(self.m) == self.today[u]
                placed.add((u, self.today[u]))
        for u, s in rules.forbid:
            if s in school:  # a closed one is nobody's
                table["forbid"][unit[u], school[s]] = False
        if rules.locked is not None:
            shut = {school[s] for s in rules.locked.schools}
            stays = {unit[u] for u in rules.locked.units} | {u for u in self.units if self.today[u] in shut}
            for u in self.units:
                if u in stays:
                    table["locked"][u] &= np.arange(self.m) == self.today[u]
                    placed.add((u, self.today[u]))
                else:
                    table["locked"][u, sorted(shut)] = False
        if rules.travel is not None or self.counts_trips():
            table["travel"] = np.array([[self._has_trip(u, s, (u, s) in placed) for s in self.schools] for u in self.units])
        return table

    def measured(self) -> set[str]:
        """All that goals and rules on burden measure."""
        return {goal.measure or goal.minimize for goal in self.scenario.goals} | {rule.measure for rule in self.rules.burden}

    def counts_trips(self) -> bool:
        """Whether trips are counted, so that an unknown one is none to take."""
        return bool({"travel", "added_travel", "long_rides"} & self.measured())

    def _has_trip(self, u: int, s: int, is_placed: bool) -> bool:
        """An excused trip may be unknown, unless it is measured and somebody takes it; who stays adds nothing, whatever the trip is."""
        is_excused = is_placed or (self.rules.stay_allowed and self.today[u] == s)
        if np.isnan(self.d.travel[u, s]):
            return is_excused and (self.d.students[u] == 0 or not {"travel", "long_rides"} & self.measured())
        return is_excused or self._may_travel(u, s)

    def now(self, u: int, table: np.ndarray | None = None, closed: np.ndarray | None = None) -> float:
        """Today's trip of a unit (or today's of another table), be its school open or closed; NaN where there is none or nobody knows it."""
        table, closed = (self.d.travel, self.d.closed_travel) if table is None else (table, closed)
        s = int(self.home[u])
        if s < 0 or (s >= self.m and closed is None):
            return np.nan
        return float(table[u, s]) if s < self.m else float(closed[u, s - self.m])

    def kept(self) -> dict[str, set[int]]:
        """Further units that keep today's school, by rule."""
        return {}

    def _may_travel(self, u: int, s: int) -> bool:
        """Whether a trip that nothing excuses is within the limits."""
        rule, trip = self.rules.travel, self.d.travel[u, s]
        if rule is None or (rule.always_within is not None and trip <= rule.always_within + TRIP):
            return True
        if rule.max is not None and trip > rule.max + TRIP:
            return False
        return rule.max_increase is None or not trip > (1 + rule.max_increase) * self.now(u) + TRIP

    # -- rules about one zone ----------------------------------------------------------------------------------------

    def gathered(self, quantity: np.ndarray) -> np.ndarray:
        """Sum of a unit quantity over each zone, shape (2^n,)."""
        total = np.zeros(1)
        for u in self.units:
            total = np.concatenate([total, total + quantity[u]])
        return total

    def _grown(self, seeds: np.ndarray) -> np.ndarray:
        """For each zone the ground of it that hangs together with its seeds."""
        reached = self.land & seeds
        while True:
            spread = reached.copy()
            for g in self.ground:
                spread |= np.where(reached >> g & 1, self.near[g], 0)
            spread &= self.land
            if (spread == reached).all():
                return reached
            reached = spread

    def anchors(self, s: int) -> list[int]:
        """Of each detached piece of today's zone the ground of the unit with the most students, ties by smallest id as text, a main piece first."""
        left, found = {g for g in self.ground if self.today[self.unit[g]] == s}, []
        while left:
            piece = self._piece(left)
            left -= piece
            if int(self.d.school_unit[s]) not in piece:
                found.append(min(piece, key=lambda g: (-self.d.students[self.unit[g]], self.d.unit_ids[self.unit[g]], g)))
        return found

    def _piece(self, inside: set[int]) -> set[int]:
        piece, waiting = set(), [min(inside)]
        while waiting:
            u = waiting.pop()
            piece.add(u)
            waiting += [v for v in inside - piece if self.near[u] >> v & 1]
        return piece

    def _contiguous(self, s: int) -> np.ndarray:
        rule = self.rules.contiguity
        if rule.method == "none":
            return np.ones(1 << self.n, dtype=bool)
        if rule.method == "closer_neighbor":
            return self._closer(s) & self._joined(s)
        return self._joined(s)

    def _joined(self, s: int) -> np.ndarray:
        """Each piece holds the school's unit or, where islands may stay, an anchor; a zone without the school's unit is none."""
        root = int(self.d.school_unit[s])
        seeds = 1 << root
        if self.rules.contiguity.islands == "keep":
            seeds |= sum(1 << u for u in self.anchors(s))
        return (self.zones == 0) | ((self.zones >> root & 1 == 1) & (self._grown(seeds) == self.land))

    def _closer(self, s: int) -> np.ndarray:
        """All ground but the school's has some next to it in the zone that is earlier in the school's order; units' further pieces come last."""
        root = int(self.d.school_unit[s])
        far = self._hops(root) if self.d.travel is None else np.nan_to_num(self.d.travel[self.unit, s], nan=np.inf)
        order = sorted(self.ground, key=lambda g: (g != root, g >= self.n, far[g], self.d.unit_ids[self.unit[g]], g))
        exempt = {root}
        if self.rules.contiguity.islands == "keep":
            home = {g for g in self.ground if self.today[self.unit[g]] == s}
            exempt |= home - (self._with(root, home) if root in home else set())
        holds = np.ones(1 << self.n, dtype=bool)
        for place, g in enumerate(order):
            earlier = sum(1 << v for v in order[:place] if self.near[g] >> v & 1)
            if g not in exempt:
                holds &= (self.land >> g & 1 == 0) | (self.land & earlier != 0)
        return holds

    def _with(self, root: int, inside: set[int]) -> set[int]:
        left = set(inside)
        while left:
            piece = self._piece(left)
            if root in piece:
                return piece
            left -= piece
        return set()

    def _hops(self, root: int) -> np.ndarray:
        far = np.full(len(self.unit), np.inf)
        far[root] = 0
        for _ in self.ground:
            for g in self.ground:
                far[g] = min([far[g], *(far[v] + 1 for v in self.ground if self.near[g] >> v & 1)])
        return far

    def _seated(self, s: int) -> np.ndarray:
        rule = self.rules.capacity
        if rule is None:
            return np.ones(1 << self.n, dtype=bool)
        base = 0.0 if self.d.capacity is None else self.d.capacity[s]
        if rule.of == "current":
            enrolled = sum(self.d.students[u] for u in self.units if self.today[u] == s)
            base = enrolled if enrolled > 0 else base
        held = self.gathered(self.d.students)
        fits = held >= rule.min * base - STUDENTS
        return fits if rule.max is None else fits & (held <= rule.max * base + STUDENTS)

    @cached_property
    def zone_rules(self) -> dict[str, np.ndarray]:
        """For each rule about zones which zones of each school obey it, shape (m, 2^n)."""
        own = [self.zones >> int(root) & 1 == 1 for root in self.d.school_unit]
        return {
            "capacity": np.array([self._seated(s) for s in self.schools]),
            "contiguity": np.array([self._contiguous(s) for s in self.schools]),
            "school_in_own_zone": np.array(own) | (not self.rules.school_in_own_zone),
        }

    def moved(self, s: int) -> np.ndarray:
        """Students who change schools to come into each zone of s."""
        changes = np.array([not self.is_new[u] and self.today[u] != s for u in self.units])
        return self.gathered(self.d.students * changes)

    # -- plans -------------------------------------------------------------------------------------------------------

    def masks(self, plans: np.ndarray) -> np.ndarray:
        """Zone of each school, shape (plans, m), from plans of shape (plans, n)."""
        return np.stack([((plans == s) << np.arange(self.n)).sum(axis=1) for s in self.schools], axis=1)

    @cached_property
    def zones_of_plans(self) -> np.ndarray:
        """Every plan that obeys every rule, as one zone per school, shape (plans, m)."""
        table = np.logical_and.reduce(list(self.allowed.values()))
        found = np.zeros((1, self.m), dtype=np.int64)
        for u in self.units:
            found = np.concatenate([found + (np.arange(self.m) == s) * (1 << u) for s in np.flatnonzero(table[u])] or [found[:0]])
        holds = np.logical_and.reduce(list(self.zone_rules.values()))
        for s in self.schools:
            found = found[holds[s][found[:, s]]]
        if self.rules.reassigned is not None and self.rules.reassigned.max_share is not None:
            share = self._summed(found, [self.moved(s) / self.d.students.sum() for s in self.schools])
            found = found[share <= self.rules.reassigned.max_share + SHARE]
        return found

    def plans(self) -> np.ndarray:
        """Every plan that obeys every rule, school of each unit, shape (plans, n)."""
        return sum(s * (self.zones_of_plans[:, s, None] >> np.arange(self.n) & 1) for s in self.schools)

    def _summed(self, masks: np.ndarray, tables: list[np.ndarray]) -> np.ndarray:
        return sum(table[masks[:, s]] for s, table in enumerate(tables)) + np.zeros(len(masks))

    def breaches(self, plan: np.ndarray) -> list[str]:
        """Names of the rules that a plan breaks."""
        masks = self.masks(np.asarray(plan)[None, :])
        bad = [name for name, table in self.allowed.items() if not table[np.arange(self.n), plan].all()]
        bad += [name for name, table in self.zone_rules.items() if not table[np.arange(self.m), masks[0]].all()]
        share = self._summed(masks, [self.moved(s) for s in self.schools])[0] / self.d.students.sum()
        if self.rules.reassigned is not None and self.rules.reassigned.max_share is not None and share > self.rules.reassigned.max_share + SHARE:
            bad.append("reassigned")
        return bad

    # -- goals -------------------------------------------------------------------------------------------------------

    def _tables(self, goal: Goal) -> Iterator[np.ndarray]:
        """What each school's zone adds to a goal, shape (2^n,) each."""
        total, students = self.d.students.sum(), self.gathered(self.d.students)
        for s in self.schools:
            match goal.minimize:
                case "dissimilarity":
                    group = self.d.groups[goal.group]
                    others = self.d.students - group if goal.versus in (None, "others") else self.d.groups[goal.versus]
                    yield np.abs(self.gathered(group) / group.sum() - self.gathered(others) / others.sum()) / 2
                case "imbalance":
                    groups = [self.d.groups[name] for name in goal.groups or self.d.groups]
                    yield sum(np.abs(self.gathered(group) - group.sum() / total * students) for group in groups) / total
                case "reassigned":
                    yield self.moved(s) / total
                case "travel":
                    yield self.gathered(self.d.students * np.nan_to_num(self.d.travel[:, s])) / total
                case "over_capacity":
                    yield np.maximum(students - self.d.capacity[s], 0) / total

    @cached_property
    def _goal_tables(self) -> list[list[np.ndarray]]:
        return [list(self._tables(goal)) for goal in self.scenario.goals]

    def values(self, plan: np.ndarray) -> list[float]:
        """Natural value of each goal of one plan."""
        masks = self.masks(np.asarray(plan)[None, :])
        return [float(self._summed(masks, tables)[0]) for tables in self._goal_tables]

    @cached_property
    def values_of_plans(self) -> np.ndarray:
        """Natural value of each goal of every plan, shape (plans, goals)."""
        return np.stack([self._summed(self.zones_of_plans, tables) for tables in self._goal_tables], axis=1)

    def truth(self) -> Truth:
        """The answer: goals in order, each under those before it (given up and `gap_abs` as the contract says), or their weighted sum."""
        values, weights = self.values_of_plans, [goal.weight for goal in self.scenario.goals]
        if not len(values):
            return Truth(False)
        if weights[0] is not None:
            return Truth(True, (), float((values @ weights).min()))
        best, left = [], np.ones(len(values), dtype=bool)
        for goal, value in zip(self.scenario.goals, values.T, strict=True):
            best.append(float(value[left].min()))
            left &= value <= best[-1] + goal.give_up * abs(best[-1]) + self.scenario.solve.gap_abs + 1e-12
        return Truth(True, tuple(best))
