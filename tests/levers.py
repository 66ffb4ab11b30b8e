"""The oracle of the levers: every plan of a tiny district, judged and measured by what scenarios/README.md says of each lever.

Plans are rows of an array, shape (plans, n), and every rule and goal is one plain formula over them; no code is shared with the package.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from oracle import SHARE, STUDENTS, TRIP, Oracle, Truth

from rezoning.scenario.schema import Goal

YES = {"yes", "true", "1", "y", "t", "x"}
OUTSIDE = 1e-6  # students outside a band


class LeverOracle(Oracle):
    """All plans of one district under one scenario with levers."""

    # -- rules about one unit ----------------------------------------------------------------------------------------

    def kept(self) -> dict[str, set[int]]:
        """Protected units and those that were moved lately; they override the travel rule."""
        rules, units, found = self.rules, self.d.unit_index, {}
        if rules.protected is not None:
            texts = self.d.columns[rules.protected.column] if rules.protected.column else [""] * self.n
            found["protected"] = {units[u] for u in rules.protected.units}
            found["protected"] |= {u for u in self.units if texts[u].strip().lower() in YES}
            found["protected"] = {u for u in found["protected"] if self.today[u] >= 0}  # the others have no school to keep
        if rules.not_again is not None:
            texts, since = self.d.columns[rules.not_again.column], rules.not_again.year - rules.not_again.years
            found["not_again"] = {u for u in self.units if texts[u] and int(texts[u]) > since and self.today[u] >= 0}
        return found

    def _may_travel(self, u: int, s: int) -> bool:
        rule, d = self.rules.travel, self.d
        trip = d.travel[u, s]
        if rule is not None and d.unit_ids[u] in rule.units:
            return bool(trip <= rule.units[d.unit_ids[u]] + TRIP)  # its own limit, whatever the others say
        if not super()._may_travel(u, s) or rule is None or rule.modes is None:
            return super()._may_travel(u, s)
        if rule.always_within is not None and trip <= rule.always_within + TRIP:
            return True
        walks = bool(d.walkable[u, s])
        limits, length = (rule.modes.walk if walks else rule.modes.bus), (d.walk if walks and d.walk is not None else d.travel)[u, s]
        if limits.max is not None and length > limits.max + TRIP:
            return False
        return limits.max_increase is None or not length > (1 + limits.max_increase) * self.made(u) + TRIP

    def walks_now(self, u: int) -> bool:
        """Whether a unit can walk to today's school, open or closed."""
        return self.now(u, self.d.walkable.astype(float), None if self.d.closed_walkable is None else self.d.closed_walkable.astype(float)) == 1

    def made(self, u: int) -> float:
        """Today's trip as it is made today: on foot where the unit walks and walks have lengths of their own, else by bus."""
        on_foot = self.d.walk is not None and self.walks_now(u)
        return self.now(u, self.d.walk, self.d.closed_walk) if on_foot else self.now(u)

    @cached_property
    def allowed(self) -> dict[str, np.ndarray]:
        table, rules, d = super().allowed, self.rules, self.d
        for name in ("walk", "nearest", "no_crossing"):
            table[name] = np.ones((self.n, self.m), dtype=bool)
        for u in self.units:
            near = np.nan_to_num(d.travel[u], nan=np.inf) if d.travel is not None else None
            if rules.walk is not None and rules.walk.guarantee == "keep" and self.today[u] >= 0 and self.walks_now(u):
                table["walk"][u] = np.arange(self.m) == self.today[u]
            if rules.walk is not None and rules.walk.guarantee == "any" and d.walkable[u].any():
                table["walk"][u] = d.walkable[u]
            if rules.nearest is not None and near.min() <= rules.nearest.within + TRIP:
                table["nearest"][u] = near <= near.min() + TRIP
            if rules.no_crossing is not None:
                table["no_crossing"][u] = ~d.crossed[u]
                if rules.no_crossing.today == "keep" and self.today[u] >= 0:
                    table["no_crossing"][u, self.today[u]] = True
        return table

    # -- what a plan gathers -----------------------------------------------------------------------------------------

    def held(self, plans: np.ndarray, quantity: np.ndarray) -> np.ndarray:
        """Sum of a unit quantity in each school's zone, shape (plans, m)."""
        return np.stack([(quantity * (plans == s)).sum(axis=1) for s in self.schools], axis=1)

    def moves(self, plans: np.ndarray) -> np.ndarray:
        """Which units change schools, shape (plans, n)."""
        return ~np.array(self.is_new) & (plans != np.array(self.today))

    def picked(self, plans: np.ndarray, table: np.ndarray) -> np.ndarray:
        """A (unit, school) table at each unit's school, shape (plans, n)."""
        return table[np.arange(self.n), plans]

    def borne(self, plans: np.ndarray, measure: str, students: np.ndarray, over: float | None) -> np.ndarray:
        """Mean of a measure of burden over students of the units of whom it is known, shape (plans,)."""
        d = self.d
        if measure == "reassigned":
            each = self.moves(plans).astype(float)
        elif measure == "added_travel":
            now = np.array([self.now(u) for u in self.units])
            each = np.where(np.array(self.is_new), 0.0, self.picked(plans, d.travel) - now)
        elif measure == "walk_lost":
            each = (np.array([self.walks_now(u) for u in self.units]) & ~self.picked(plans, d.walkable)).astype(float)
        else:
            trips = self.picked(plans, d.travel)
            each = np.where(np.isnan(trips), np.nan, trips > over + TRIP)
        counted = (students * ~np.isnan(each)).sum(axis=1)
        return np.nansum(students * each, axis=1) / np.where(counted > 0, counted, np.nan)

    def shares(self, plans: np.ndarray, group: str, measure: str, over: float | None) -> tuple[np.ndarray, np.ndarray]:
        """A measure of a group and of everyone, per student."""
        return self.borne(plans, measure, self.d.groups[group], over), self.borne(plans, measure, self.d.students, over)

    def outside(self, plans: np.ndarray, band: Any) -> tuple[np.ndarray, float]:
        """Students of each school outside a band, shape (plans, m), 0 where it is not for the school; and the scale of its index."""
        d, scale = self.d, 1.0
        if band.index is not None:
            index = np.array([float(text) for text in d.columns[band.index]])
            counted, scale = d.students * index, float(np.ptp(index[d.students > 0])) or 1.0
        else:
            counted = d.groups[band.group]
        share = counted.sum() / d.students.sum()
        a, n = self.held(plans, counted), self.held(plans, d.students)
        found = []
        for part in band.ranges[:1] if band.preset == "ct_diverse" and share < 0.5 - SHARE else band.ranges:
            low, high = part.limits(share)
            above = np.maximum(a - high * n, 0) if np.isfinite(high) else 0 * a
            below = np.maximum(low * n - a, 0) if np.isfinite(low) else 0 * a
            found.append(above + below)
        inside = np.array([band.holds_for(text) for text in d.school_ids])
        return np.where(inside, np.min(found, axis=0), 0.0), scale

    # -- rules about a plan ------------------------------------------------------------------------------------------

    def _seated(self, s: int) -> np.ndarray:  # seats are looked at plan by plan
        return np.ones(1 << self.n, dtype=bool)

    def seats_hold(self, plans: np.ndarray) -> np.ndarray:
        d, rule, holds = self.d, self.rules.capacity, np.ones(len(plans), dtype=bool)
        if rule is None:
            return holds
        home = np.array(self.today)
        enrolled = np.array([d.students[home == s].sum() for s in self.schools])
        seats = np.zeros(self.m) if d.capacity is None else d.capacity
        base = np.where(enrolled > 0, enrolled, seats) if rule.of == "current" else seats
        loads = [self.held(plans, counts) for counts in (d.students, *d.years.values(), *d.growth.values())]
        for year in self.rules.phase_in:
            stay = sum(share * d.grades[grade] for grade, share in year.stay.items())
            stays = self.moves(plans) & (home >= 0)
            load = self.held(plans, d.students)
            for s in self.schools:
                load[:, s] += (stay * (stays & (home == s))).sum(axis=1) - (stay * (stays & (plans == s))).sum(axis=1)
            loads.append(load)
        for s in self.schools:
            least, most = rule.limits(d.school_ids[s])
            extra = d.portables[s] if rule.portables else 0.0
            for load in loads:
                holds &= load[:, s] >= least * base[s] - STUDENTS
                holds &= (most is None) | (load[:, s] <= (0 if most is None else most) * base[s] + extra + STUDENTS)
        return holds

    def plan_rules(self, plans: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """For each rule about whole plans which plans obey it."""
        yield "capacity", self.seats_hold(plans)
        yield from self.stable(plans)
        yield from self.budgets(plans)
        yield from self.mixed(plans)
        yield from self.shared(plans)

    def stable(self, plans: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """Who stays together."""
        d, rules = self.d, self.rules
        if rules.keep_together is not None:
            groups = [[d.unit_index[u] for u in group] for group in rules.keep_together.groups]
            if rules.keep_together.column is not None:
                texts = d.columns[rules.keep_together.column]
                groups += [[u for u in self.units if texts[u] == text] for text in sorted(set(texts)) if text]
            for group in groups:
                yield "keep_together", (plans[:, group] == plans[:, group[:1]]).all(axis=1)
        if rules.unity is not None:
            holds = np.ones(len(plans), dtype=bool)
            for u in self.units:
                mates = [v for v in self.units if self.near[u] >> v & 1 and self.home[v] == self.home[u]]
                if self.home[u] >= 0 and mates:
                    along = (plans[:, mates] == plans[:, [u]]).sum(axis=1)
                    holds &= (plans[:, u] == self.home[u]) | (along >= rules.unity.min_share * len(mates) - 1e-9)
            yield "unity", holds

    def budgets(self, plans: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """How many change schools."""
        d, budget, moves = self.d, self.rules.reassigned, self.moves(plans)
        if budget is not None:
            everyone = d.students.sum()
            share = (d.students * moves).sum(axis=1) / everyone
            yield "reassigned", share <= (1 if budget.max_share is None else budget.max_share) + SHARE
            for group, most in budget.groups.items():
                yield "reassigned", (d.groups[group] * moves).sum(axis=1) <= most * d.groups[group].sum() + STUDENTS
            for s, text in enumerate((*d.school_ids, *d.closed_ids)):
                most, own = budget.schools.get(text, budget.each_school), d.students * (self.home == s)
                if most is not None:
                    yield "reassigned", (own * moves).sum(axis=1) <= most * own.sum() + STUDENTS

    def mixed(self, plans: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """Who goes to school with whom."""
        d, home = self.d, np.array(self.today)
        for band in self.rules.bands:
            if not band.soft:
                yield "bands", (self.outside(plans, band)[0] <= OUTSIDE).all(axis=1)
        for rule in self.rules.isolation:
            counts, held = d.groups[rule.group], self.held(plans, d.students)
            before = [d.students[home == s].sum() for s in self.schools]
            today = np.array([counts[home == s].sum() / before[s] if before[s] > 0 else 0.0 for s in self.schools])
            yield "isolation", (self.held(plans, counts) <= np.maximum(rule.above, today) * held + OUTSIDE).all(axis=1)

    def shared(self, plans: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """Who carries the change."""
        d, moves = self.d, self.moves(plans)
        for rule in self.rules.burden:
            own, all_ = self.shares(plans, rule.group, rule.measure, rule.over)
            slack = TRIP if rule.measure == "added_travel" else SHARE
            nobody = np.isnan(own) | np.isnan(all_)
            if rule.max_ratio is not None:
                yield "burden", nobody | (own <= np.where(all_ > 0, rule.max_ratio * all_, all_) + slack)
            if rule.max_extra is not None:
                yield "burden", nobody | (own <= all_ + rule.max_extra + slack)
        for rule in self.rules.flow_balance:
            area = np.array(d.columns[rule.column])
            school_area, counts = area[d.school_unit], d.students if rule.group is None else d.groups[rule.group]
            a, b = rule.between
            there, back = ((counts * (moves & (area == x) & (school_area[plans] == y))).sum(axis=1) for x, y in ((a, b), (b, a)))
            yield "flow_balance", there <= rule.max_ratio * back + STUDENTS
            if rule.ways == "both":
                yield "flow_balance", back <= rule.max_ratio * there + STUDENTS

    def plans(self) -> np.ndarray:
        """Every plan that obeys every rule, shape (plans, n)."""
        base = Oracle.plans(self)
        holds = np.ones(len(base), dtype=bool)
        for _, good in self.plan_rules(base):
            holds &= good
        return base[holds]

    def breaches(self, plan: np.ndarray) -> list[str]:
        masks = self.masks(np.asarray(plan)[None, :])
        bad = [name for name, table in self.allowed.items() if not table[np.arange(self.n), plan].all()]
        bad += [name for name, table in self.zone_rules.items() if not table[np.arange(self.m), masks[0]].all()]
        return bad + [name for name, holds in self.plan_rules(np.asarray(plan)[None, :]) if not holds[0]]

    # -- goals -------------------------------------------------------------------------------------------------------

    def value(self, goal: Goal, plans: np.ndarray) -> np.ndarray:  # noqa: PLR0911, PLR0912 (a table of formulas)
        """Natural value of a goal of every plan, shape (plans,)."""
        d = self.d
        total, n = d.students.sum(), self.held(plans, d.students)
        edges = plans[:, d.edges[:, 0]] != plans[:, d.edges[:, 1]]
        has = n > 1e-9
        match goal.minimize:
            case "normalized_exposure" | "isolation" | "max_deviation":
                group = d.groups[goal.group]
                share, counts = group.sum() / total, self.held(plans, group)
                p = np.where(has, counts / np.where(has, n, 1), share)
                if goal.minimize == "normalized_exposure":
                    return (n * (p - share) ** 2).sum(axis=1) / (total * share * (1 - share))
                return (counts / group.sum() * p).sum(axis=1) if goal.minimize == "isolation" else np.abs(p - share).max(axis=1)
            case "theil_h":
                parts = [d.groups[name] for name in d.partition]
                parts = [part for part in (*parts, d.students - sum(parts)) if part.sum() > 0]
                p = np.array([part.sum() / total for part in parts])
                entropy = -(p * np.log(p)).sum()
                held = np.stack([self.held(plans, part) for part in parts], axis=-1)
                q = held / np.where(has, n, 1)[..., None]
                logs = np.where(q > 1e-12, q * np.log(np.where(q > 1e-12, q, 1) / p), 0).sum(axis=-1)
                return (n * logs).sum(axis=1) / (total * entropy)
            case "out_of_band":
                return sum(outside.sum(axis=1) / scale for outside, scale in (self.outside(plans, band) for band in self.rules.bands)) / total
            case "schools_changed":
                touched = [((plans != self.home) & ((plans == s) | (self.home == s))).any(axis=1) for s in self.schools]
                return sum(touched).astype(float)
            case "burden_gap":
                gaps = [np.subtract(*self.shares(plans, group, goal.measure, goal.over)) for group in goal.groups or d.groups]
                return np.maximum(np.max(gaps, axis=0), 0)
            case "travel":
                trips = self.picked(plans, d.travel)
                known = (d.students * ~np.isnan(trips)).sum(axis=1)
                return np.nansum(d.students * trips, axis=1) / np.where(known > 0, known, np.nan)
            case "added_travel" | "long_rides" | "walk_lost":
                return self.borne(plans, goal.minimize, d.students, goal.over)
            case "not_walking":
                return (d.students * ~self.picked(plans, d.walkable)).sum(axis=1) / total
            case "out_of_utilization":
                over = np.maximum(n - np.inf if goal.max is None else n - goal.max * d.capacity, 0)
                return (over + np.maximum((goal.min or 0) * d.capacity - n, 0)).sum(axis=1) / total
            case "utilization_spread":
                use = (n / np.where(d.capacity > 0, d.capacity, np.nan))[:, d.capacity > 0]
                return use.max(axis=1) - use.min(axis=1)
            case "portables":
                return (np.maximum(n - d.capacity, 0) * (1 if d.portable_price is None else d.portable_price)).sum(axis=1)
            case "cut_edges":
                return edges.sum(axis=1).astype(float)
            case "boundary_length":
                return (edges * np.nan_to_num(d.border_m)).sum(axis=1) / 1000
        masks = self.masks(plans)
        return self._summed(masks, list(self._tables(goal)))

    def values(self, plan: np.ndarray) -> list[float]:
        return [float(self.value(goal, np.asarray(plan)[None, :])[0]) for goal in self.scenario.goals]

    def truth(self) -> Truth:
        plans = self.plans()
        if not len(plans):
            return Truth(False)
        goals, best, left = self.scenario.goals, [], np.ones(len(plans), dtype=bool)
        values = [self.value(goal, plans) for goal in goals]
        if goals[0].weight is not None:
            return Truth(True, (), float(sum(goal.weight * value for goal, value in zip(goals, values, strict=True)).min()))
        for goal, value in zip(goals, values, strict=True):
            best.append(float(value[left].min()))
            left &= value <= best[-1] + goal.give_up * abs(best[-1]) + self.scenario.solve.gap_abs + 1e-12
        return Truth(True, tuple(best))
