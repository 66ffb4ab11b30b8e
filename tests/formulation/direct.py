"""The table of goals as sums over the units of one plan: plain loops, written from the table and sharing no code with the package."""

from math import log, pi

import numpy as np

from rezoning.district.district import District
from rezoning.scenario.goals import Goal
from rezoning.scenario.schema import Scenario


class Direct:
    """The table of goals for one plan, unit by unit."""

    def __init__(self, district: District, asked: Scenario, plan: np.ndarray):
        self.d, self.plan = district, plan.tolist()
        self.rules, self.m, self.n = asked.rules, district.num_schools, district.num_units
        self.units, self.schools = range(self.n), range(self.m)
        self.count = [float(x) for x in district.students]
        self.total = sum(self.count)
        self.now = [-1] * self.n if district.current is None else district.current.tolist()

    def value(self, asked: Goal) -> float:
        return getattr(self, asked.minimize)(asked)

    def at(self, quantity, s: int) -> float:
        return sum(float(quantity[u]) for u in self.units if self.plan[u] == s)

    def moved(self, u: int) -> bool:
        return self.now[u] >= 0 and self.now[u] != self.plan[u]

    def others(self, group: str):
        return [self.count[u] - self.d.groups[group][u] for u in self.units]

    def dissimilarity(self, g):
        a, b = self.d.groups[g.group], self.others(g.group) if g.versus is None else self.d.groups[g.versus]
        return sum(abs(self.at(a, s) / sum(a) - self.at(b, s) / sum(b)) for s in self.schools) / 2

    def imbalance(self, g):
        groups = [self.d.groups[name] for name in g.groups or self.d.groups]
        return sum(abs(self.at(a, s) - sum(a) / self.total * self.at(self.count, s)) for a in groups for s in self.schools) / self.total

    def _shares(self, group):
        """Students and share of the group, of schools with students."""
        both = [(self.at(self.count, s), self.at(self.d.groups[group], s)) for s in self.schools]
        return [(n, a / n) for n, a in both if n > 0]

    def normalized_exposure(self, g):
        p = sum(self.d.groups[g.group]) / self.total
        return sum(n * (share - p) ** 2 for n, share in self._shares(g.group)) / (self.total * p * (1 - p))

    def isolation(self, g):
        return sum(n * share * share for n, share in self._shares(g.group)) / sum(self.d.groups[g.group])

    def theil_h(self, g):
        named = [self.d.groups[name] for name in self.d.partition]
        groups = [*named, [self.count[u] - sum(a[u] for a in named) for u in self.units]]
        whole = self._entropy([sum(a) for a in groups])
        parts = [[self.at(a, s) for a in groups] for s in self.schools]
        return sum(sum(part) * (whole - self._entropy(part)) for part in parts if sum(part) > 0) / (self.total * whole)

    @staticmethod
    def _entropy(counts):
        return -sum(c / sum(counts) * log(c / sum(counts)) for c in counts if c > 0)

    def max_deviation(self, g):
        p = sum(self.d.groups[g.group]) / self.total
        return max(abs(share - p) for _, share in self._shares(g.group))

    def out_of_band(self, g):
        return sum(self._outside(band, s) for band in self.rules.bands for s in self.schools if band.holds_for(self.d.school_ids[s])) / self.total

    def _outside(self, band, s):
        if band.index is None:
            a, spread = list(self.d.groups[band.group]), 1.0
        else:
            index = [float(text) for text in self.d.columns[band.index]]
            said = [index[u] for u in self.units if self.count[u] > 0]
            a, spread = [self.count[u] * index[u] for u in self.units], (max(said) - min(said)) or 1.0
        held, n = self.at(a, s), self.at(self.count, s)
        is_law = band.preset != "ct_diverse" or sum(a) / self.total >= 0.5
        limits = [part.limits(sum(a) / self.total) for part in (band.ranges if is_law else band.ranges[:1])]
        return min(max(0, held - high * n if n else 0) + max(0, low * n - held if n else 0) for low, high in limits) / spread

    def reassigned(self, g):
        return self._mean("reassigned", self.count, None)

    def added_travel(self, g):
        return self._mean("added_travel", self.count, None)

    def walk_lost(self, g):
        return self._mean("walk_lost", self.count, None)

    def long_rides(self, g):
        return self._mean("long_rides", self.count, g.over)

    def _mean(self, measure, students, over):
        """Mean over the students of whom it is known; those who have no trip to measure are no part of it."""
        borne = [self._burden(measure, u, over) for u in self.units]
        known = [u for u in self.units if not np.isnan(borne[u])]
        return sum(students[u] * borne[u] for u in known) / sum(students[u] for u in known)

    def _home(self, table, closed, u) -> float:
        """A table at today's school, open or closed."""
        s = self.now[u]
        if s < 0:
            return float("nan")
        return float(table[u][s]) if s < self.m else float("nan") if closed is None else float(closed[u][s - self.m])

    def _burden(self, measure, u, over) -> float:
        s = self.plan[u]
        if measure == "reassigned":
            return float(self.moved(u))
        if measure == "walk_lost":
            return float(self._home(self.d.walkable, self.d.closed_walkable, u) == 1 and not self.d.walkable[u, s])
        trip = float(self.d.travel[u, s])
        if measure == "long_rides":
            return float("nan") if np.isnan(trip) else float(trip > over + 1e-6)
        return 0.0 if self.now[u] < 0 else trip - self._home(self.d.travel, self.d.closed_travel, u)

    def burden_gap(self, g):
        everyone = self._mean(g.measure, self.count, g.over)
        return max(0.0, *(self._mean(g.measure, self.d.groups[name], g.over) - everyone for name in g.groups or self.d.groups))

    def schools_changed(self, g):
        return sum(any(self.now[u] != self.plan[u] and s in (self.now[u], self.plan[u]) for u in self.units) for s in self.schools)

    def travel(self, g):
        known = [u for u in self.units if not np.isnan(self.d.travel[u, self.plan[u]])]
        return sum(self.count[u] * self.d.travel[u, self.plan[u]] for u in known) / sum(self.count[u] for u in known)

    def not_walking(self, g):
        return sum(self.count[u] for u in self.units if not self.d.walkable[u, self.plan[u]]) / self.total

    def _beyond(self, share):
        return sum(max(0, self.at(self.count, s) - share * self.d.capacity[s]) for s in self.schools) / self.total

    def over_capacity(self, g):
        return self._beyond(1)

    def out_of_utilization(self, g):
        short = 0 if g.min is None else sum(max(0, g.min * self.d.capacity[s] - self.at(self.count, s)) for s in self.schools) / self.total
        return short + (0 if g.max is None else self._beyond(g.max))

    def utilization_spread(self, g):
        use = [self.at(self.count, s) / self.d.capacity[s] for s in self.schools if self.d.capacity[s] > 0]
        return max(use) - min(use)

    def portables(self, g):
        price = [1] * self.m if self.d.portable_price is None else self.d.portable_price
        return sum(price[s] * max(0, self.at(self.count, s) - self.d.capacity[s]) for s in self.schools)

    def _cut(self):
        return [e for e, (u, v) in enumerate(self.d.edges) if self.plan[u] != self.plan[v]]

    def cut_edges(self, g):
        return len(self._cut())

    def boundary_length(self, g):
        return sum(self.d.border_m[e] for e in self._cut() if not np.isnan(self.d.border_m[e])) / 1000

    def schools_open(self, g):
        return self.m  # none of these may close

    def cost(self, g):
        return float(sum(self.d.cost_if_open))

    def closure_burden(self, g):
        def share(who):
            return sum(who[u] for u in self.units if self.now[u] >= self.m) / sum(who)  # of a school that is closed already

        return max(0.0, share(self.d.groups[g.group]) - share(self.count))

    def polsby_popper(self, g):
        scores = []
        for s in self.schools:
            zone = [u for u in self.units if self.plan[u] == s]
            area = sum(self.d.geometry.iloc[u].area for u in zone) / 1e6
            inside = sum(b for (u, v), b in zip(self.d.edges, self.d.border_m, strict=True) if u in zone and v in zone and not np.isnan(b)) / 1000
            length = sum(self.d.geometry.iloc[u].length for u in zone) / 1000 - 2 * inside
            scores += [4 * pi * area / length**2] if zone else []
        return 1 - sum(scores) / len(scores)
