"""Findings as rules on tiny drawn districts, and the oracle of what each of them says, by the words of the statement alone."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from drawn import Case, case, scenario
from lever_cases import equipped
from levers import LeverOracle

from rezoning.district.district import District
from rezoning.district.questions import problems
from rezoning.scenario.schema import Scenario

ALL = (1, 2, 3, 4, 5, 6, 7, 8, 11)


def asked(rules: dict[str, Any], goals: list[dict[str, Any]], settings: dict[str, Any]) -> Scenario:
    """A scenario with thresholds."""
    made = scenario(rules, goals)
    statement = made.report.statement.model_copy(update={"min_students": 1, **settings})
    return made.model_copy(update={"report": made.report.model_copy(update={"statement": statement})})


@cache
def statement_case(seed: int, findings: tuple[int, ...] = (), max_units: int = 8) -> Case:
    """A district with all that findings may need, and a question with some of those that can be judged there, or with those given."""
    rng = np.random.default_rng([seed, 13])
    d = equipped(case(seed, max_units).district, seed)
    d = replace(d, capacity=np.round(d.total_students / d.num_schools * rng.uniform(0.9, 1.6, d.num_schools)), programs=_programs(rng, d))
    rules: dict[str, Any] = {
        "contiguity": {"method": str(rng.choice(["exact", "exact", "none"])), "islands": "keep" if d.has_current else "forbid"},
        "school_in_own_zone": bool(rng.random() < 0.5),
        "bands": [_band(rng) for _ in range(int(rng.integers(1, 3)))],
    }
    if d.has_current:
        rules["not_again"] = {"column": "rezoned", "year": 2027, "years": 2}
    if rng.random() < 0.5:
        most: dict[str, Any] = {"max": float(rng.choice([1.1, 1.5]))} if rng.random() < 0.5 else {}
        rules["capacity"] = {"of": "current" if d.has_current and rng.random() < 0.5 else "capacity", "portables": bool(rng.random() < 0.5), **most}
    settings = {
        "index": str(rng.choice(["dissimilarity", "normalized_exposure", "isolation"])), "isolated_above": int(rng.choice([50, 50, 75, 90])),
        "max_ratio": float(rng.choice([1.0, 1.1, 1.5])), "max_extra": float(rng.choice([0.0, 0.5, 1.0])),
        "min_students": int(rng.choice([1, 10, 30])),
    }  # fmt: skip
    wanted = findings or tuple(sorted(rng.choice(ALL, int(rng.choice([1, 2, 3, 5])), replace=False).tolist()))
    goal: dict[str, Any] = {"minimize": str(rng.choice(["dissimilarity", "isolation"])), "group": "low"}
    goals = [{"minimize": "reassigned"} if d.has_current and rng.random() < 0.3 else goal]
    if rng.random() < 0.3:
        u = int(rng.integers(d.num_units))
        if u not in d.school_unit:
            rules["assign"] = {d.unit_ids[u]: str(rng.choice(d.school_ids))}
    known = [k for k in wanted if not any(problems(d, asked({**rules, "statement": [k]}, goals, settings).rules))]
    return Case(d, asked({**rules, "statement": known}, goals, settings))


def _programs(rng: np.random.Generator, d: District) -> dict[str, np.ndarray]:
    return {name: rng.random(d.num_schools + len(d.closed_ids)) < 0.6 for name in ("arts", "music")[: int(rng.integers(1, 3))]}


def _band(rng: np.random.Generator) -> dict[str, Any]:
    group = str(rng.choice(["low", "black"]))
    return [
        {"group": group, "within": round(float(rng.uniform(0.02, 0.3)), 2), "soft": True},
        {"group": group, "min": 0.0, "max": 0.2, "either": [{"min": 0.35, "max": 0.6}], "soft": True},
        {"index": "ses", "min": 1.6, "max": 2.2, "soft": True},
    ][int(rng.integers(3))]


class StatementOracle(LeverOracle):
    """Every plan of a district, by the rules and the findings in `rules.statement`."""

    @property
    def settings(self) -> Any:
        return self.scenario.report.statement

    def measured(self) -> set[str]:
        return super().measured() | ({"added_travel"} if 6 in self.rules.statement else set())

    def judged(self) -> dict[str, np.ndarray]:
        return {name: group for name, group in self.d.groups.items() if group.sum() >= self.settings.min_students}

    def plan_rules(self, plans: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        yield from super().plan_rules(plans)
        for number in self.rules.statement:
            yield "statement", self.meets(number, plans)

    def meets(self, number: int, plans: np.ndarray) -> np.ndarray:
        """Which plans meet a finding, shape (plans,)."""
        views = {1: self.home, 2: None if self.d.travel is None else self.nearest(), 3: self.home}
        each = np.ones(len(plans), dtype=bool)
        for group in self.judged().values():
            match number:
                case 1 | 2:
                    was = self.index(views[number][None, :], group)[0]
                    each &= ~(self.index(plans, group) > was + 1e-9)
                case 3:
                    was, before = self.isolated(self.home[None, :], group)[0], group[self.home >= 0].sum()
                    each &= (before == 0) | (self.isolated(plans, group) / group.sum() <= (was + 1e-6) / max(before, 1e-9))
                case 5:
                    moves = self.moves(plans)
                    own, all_ = (students * moves @ np.ones(self.n) / students.sum() for students in (group, self.d.students))
                    each &= own <= self.settings.max_ratio * all_ + 1e-9
                case 6:
                    own, all_ = (self.borne(plans, "added_travel", students, None) for students in (group, self.d.students))
                    each &= ~(own - all_ > self.settings.max_extra + 1e-9)
        if number == 4:
            return np.all([self.nearer(plans, band) for band in self.rules.bands], axis=0)
        if number == 7:
            return np.all([self.offered(plans, offers, who) for offers in self.d.programs.values() for who in self.everyone()], axis=0)
        if number == 8:
            return self.seated(plans)
        if number == 11:
            texts, since = self.d.columns[self.rules.not_again.column], self.rules.not_again.year - self.rules.not_again.years
            lately = np.array([bool(text) and int(text) > since for text in texts])
            return ~(self.moves(plans) & lately & (self.home >= 0)).any(axis=1)
        return each

    def everyone(self) -> list[np.ndarray]:
        return [self.d.students, *self.judged().values()]

    def nearest(self) -> np.ndarray:
        known = np.nan_to_num(self.d.travel, nan=np.inf)
        return np.array([int(np.argmin(row)) if np.isfinite(row).any() else -1 for row in known])

    def sums(self, plans: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Students in every school, open and closed, shape (plans, m + k)."""
        return np.stack([(counts * (plans == s)).sum(axis=1) for s in range(self.m + len(self.d.closed_ids))], axis=1)

    def index(self, plans: np.ndarray, group: np.ndarray) -> np.ndarray:
        """The index of a group, NaN where it has no value."""
        a, n = self.sums(plans, group), self.sums(plans, self.d.students)
        total, size = n.sum(axis=1), a.sum(axis=1)
        p = np.where(n > 0, a / np.where(n > 0, n, 1), 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share, mean = size / total, (a * p).sum(axis=1) / size
            others = np.where(total - size > 1e-9, total - size, np.nan)
            match self.settings.index:
                case "dissimilarity":
                    return np.abs(a / size[:, None] - (n - a) / others[:, None]).sum(axis=1) / 2
                case "isolation":
                    return mean
            return np.where(np.isnan(others), np.nan, (mean - share) / (1 - share))

    def isolated(self, plans: np.ndarray, group: np.ndarray) -> np.ndarray:
        a, n = self.sums(plans, group), self.sums(plans, self.d.students)
        return (a * ((n > 0) & (100 * a >= (self.settings.isolated_above - 1e-7) * n))).sum(axis=1)

    def nearer(self, plans: np.ndarray, band: Any) -> np.ndarray:
        """Whether each school is in a band or nearer to it than today."""
        home = np.array(self.today)[None, :]
        (now, scale), (was, _) = self.outside(plans, band), self.outside(home, band)
        n, before = self.held(plans, self.d.students), self.held(home, self.d.students)
        now, was = now / scale, was / scale
        has, had = n > 0, before[0] > 0
        far = np.where(has & (now > 1e-6), now / np.where(has, n, 1), 0)
        was_far = np.where(had, np.where(was[0] > 1e-6, was[0], 0) / np.where(had, before[0], 1), 0)
        return ((far <= 1e-9) | (had & (far < was_far - 1e-9))).all(axis=1)

    def offered(self, plans: np.ndarray, offers: np.ndarray, who: np.ndarray) -> np.ndarray:
        inside = self.home >= 0
        before = who[inside].sum()
        if before <= 0:
            return np.ones(len(plans), dtype=bool)
        was = (who * inside * offers[np.maximum(self.home, 0)]).sum() / before
        return (who * offers[plans]).sum(axis=1) / who.sum() >= was - 1e-9

    def seated(self, plans: np.ndarray) -> np.ndarray:
        rule, d = self.rules.capacity, self.d
        most = d.capacity.copy()
        for s in self.schools:
            if rule is not None:
                share = rule.limits(d.school_ids[s])[1] if rule.of == "capacity" else None
                most[s] = (1 if share is None else share) * most[s] + (d.portables[s] if rule.portables else 0)
        loads = [self.held(plans, counts) for counts in (d.students, *d.years.values(), *d.growth.values())]
        return np.all([(load <= most + 1e-6).all(axis=1) for load in loads], axis=0)
