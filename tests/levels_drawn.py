"""Two or three levels over the same few units with a question, drawn from a seed; and every plan of all of them, by enumeration.

`Joint` shares no code with formulation or optimize: plans of a level are the oracle's, feeds are counted as the documentation says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from drawn import _edges, _question, _today, _travel
from oracle import Oracle, Truth

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.formulation.formulation import Formulation
from rezoning.formulation.stacked import Asked, stack
from rezoning.scenario.levels import goals_of, of_level
from rezoning.scenario.schema import Goal, Scenario

NAMES = ("low", "mid", "high")
FEW = 1e-6  # students


@dataclass(frozen=True, eq=False)
class Levels:
    """Districts of all levels, and what is asked about them together."""

    districts: dict[str, District]
    scenario: Scenario

    @cached_property
    def asked(self) -> dict[str, Asked]:
        return {name: Asked(district, of_level(self.scenario, name)) for name, district in self.districts.items()}

    def formulated(self) -> Formulation:
        return stack(self.asked, self.scenario)


def drawn_levels(seed: int, count: int = 2, max_units: int = 6) -> Levels:
    """The levels of a seed; most of those that have a level without a plan are drawn anew."""
    rng = np.random.default_rng(seed)
    levels = _drawn(rng, count, max_units)
    while rng.random() < 0.9 and not Joint(levels).size:
        levels = _drawn(rng, count, max_units)
    return levels


def _drawn(rng: np.random.Generator, count: int, max_units: int) -> Levels:
    n = int(rng.integers(4, max_units + 1))
    edges, ids = _edges(rng, n), tuple(f"{u + 5:02d}" for u in range(n))
    districts = {name: _district(rng, n, edges, ids, most=3 - k) for k, name in enumerate(NAMES[:count])}
    said = {name: _level(rng, district) for name, district in districts.items()}
    rules = {"feeders": [_feeders(rng, count) for _ in range(rng.choice([0, 1, 1, 2]))]}
    goals = _goals(rng, districts)
    solve = {"method": "exact", "gap": 0, "gap_abs": 1e-9, "threads": 1, "time_limit": 60}
    whole = {"name": "drawn", "data": {"units": {"path": "units.csv"}}, "levels": said, "rules": rules, "goals": goals, "solve": solve}
    return Levels(districts, Scenario.model_validate(whole))


def _district(rng: np.random.Generator, n: int, edges: np.ndarray, ids: tuple[str, ...], most: int) -> District:
    m = int(rng.integers(1 if rng.random() < 0.1 else 2, max(most, 2) + 1))
    students = np.where(rng.random(n) < rng.choice([0.1, 0.4]), 0.0, rng.integers(1, 40, n) * rng.choice([1.0, 0.5]))
    students[rng.integers(n)] += 10
    roots = rng.permutation(n)[:m]
    current = _today(rng, n, edges, roots) if rng.random() < 0.8 else None
    low = np.floor(students * rng.random(n) ** 2)
    low[int(np.argmax(students))] = max(1.0, low[int(np.argmax(students))])
    return District(
        unit_ids=ids,
        students=students,
        school_ids=tuple("ABC"[:m]),
        school_names=tuple(f"School {c}" for c in "ABC"[:m]),
        school_unit=roots,
        edges=edges,
        groups={"low": low, "black": np.floor(students / 2), "white": students - np.floor(students / 2)},
        current=current,
        closed_ids=() if current is None or current.max() < m else ("Z",),
        capacity=np.round(students.sum() / m * rng.uniform(0.7, 1.5, m)) if rng.random() < 0.9 or current is None else None,
        travel=_travel(rng, n, edges, roots) if rng.random() < 0.7 else None,
    )


def _level(rng: np.random.Generator, district: District) -> dict[str, Any]:
    """A level as a scenario says it; its rules are those of a drawn question, a band and units that go together besides."""
    said: dict[str, Any] = {"students": "s", "groups": {"low": "l", "black": "b", "white": "w"}, "schools": {"path": "schools.csv"}}
    if district.capacity is not None:
        said["schools"]["capacity"] = "seats"
    if district.has_current:
        said["current_school"] = "zone"
    if district.travel is not None:
        said["travel"] = {"path": "travel.csv", "measure": "minutes"}
    if district.has_current and district.stayable.min() >= 0 and rng.random() < 0.15:
        return said | {"locked": True}
    rules = _question(rng, district, {}).rules.model_dump(mode="json", exclude_unset=True)
    rules = {key: rule for key, rule in rules.items() if key in ("contiguity", "school_in_own_zone") or rng.random() < 0.5}
    if rng.random() < 0.15:
        rules["bands"] = [{"group": "low", "within": float(rng.choice([0.2, 0.3, 0.4]))}]
    if rng.random() < 0.15:
        rules["keep_together"] = {"groups": [[str(text) for text in rng.permutation(district.unit_ids)[:2]]]}
    return said | {"rules": rules}


def _feeders(rng: np.random.Generator, count: int) -> dict[str, Any]:
    low, high = (0, 1) if count == 2 else sorted(rng.permutation(count)[:2].tolist())
    of, counted = str(rng.choice(["lower", "upper"])), NAMES[int(rng.integers(count))]
    rule: dict[str, Any] = {"from": NAMES[low], "to": NAMES[high], "of": of, "count": counted}
    kind = rng.integers(4)
    if kind in (0, 3):
        rule["min_share"] = float(rng.choice([0.15, 0.25, 0.4, 0.5]))
    if kind == 1:
        rule["split"] = "none"
    if kind in (2, 3):
        rule["most_split"] = int(rng.integers(0, 2))
    return rule


def _goals(rng: np.random.Generator, districts: dict[str, District]) -> list[dict[str, Any]]:
    names, choice = list(districts), list[dict[str, Any]]()
    for name, district in districts.items():
        choice += [{"minimize": "dissimilarity", "group": "low", "level": name}]
        choice += [{"minimize": "reassigned", "level": name}] * district.has_current
        choice += [{"minimize": "travel", "level": name}] * (district.travel is not None)
    for goal, has in (("reassigned", [d.has_current for d in districts.values()]), ("travel", [d.travel is not None for d in districts.values()])):
        choice += [{"minimize": goal}] * 2 * all(has)
    low, high = sorted(rng.permutation(len(names))[:2].tolist())
    between = {"from": names[low], "to": names[high], "count": names[int(rng.integers(len(names)))]}
    choice += [{"minimize": "split_feeders", **between}] * 3
    share, of = float(rng.choice([0.2, 0.34, 0.5])), str(rng.choice(["lower", "upper"]))
    choice += [{"minimize": "small_feeders", "min_share": share, "of": of, **between}] * 3
    choice += [{"minimize": "feeder_change", **between}] * 2 * districts[names[high]].has_current
    picked = [dict(choice[i]) for i in rng.permutation(len(choice))[: rng.choice([1, 2, 3], p=[0.3, 0.5, 0.2])]]
    if len(picked) > 1 and rng.random() < 0.3:
        return [goal | {"weight": float(rng.choice([0.5, 1, 3]))} for goal in picked]
    return picked


class Joint:
    """All plans of all levels together."""

    def __init__(self, levels: Levels) -> None:
        self.levels, self.scenario, self.names = levels, levels.scenario, list(levels.districts)
        self.oracles = {name: Oracle(asked.district, asked.scenario) for name, asked in levels.asked.items()}
        self.plans = {name: self._plans(name) for name in self.names}
        self.shape = tuple(len(plans) for plans in self.plans.values())

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    def _plans(self, name: str) -> np.ndarray:
        """The oracle's plans of a level that obey its bands, keep together what must, and stay where the level is locked."""
        district, rules = self.levels.districts[name], self.levels.asked[name].scenario.rules
        found = self.oracles[name].plans()
        for group in rules.keep_together.groups if rules.keep_together else ():
            units = [district.unit_index[text] for text in group]
            found = found[(found[:, units] == found[:, units[:1]]).all(axis=1)]
        if rules.locked is not None and rules.locked.all:
            found = found[(found == district.current).all(axis=1)]
        for band in rules.bands:
            share = district.groups[band.group].sum() / district.students.sum()
            for s in range(district.num_schools):
                students, low = ((found == s) @ kind for kind in (district.students, district.groups[band.group]))
                found = found[(low <= (share + band.within) * students + FEW) & (low >= (share - band.within) * students - FEW)]
        return found

    def along(self, name: str, values: np.ndarray) -> np.ndarray:
        """Values of a level's plans so that they stand beside those of the other levels."""
        return values.reshape(tuple(-1 if other == name else 1 for other in self.names))

    def feeds(self, lower: str, upper: str, count: str) -> np.ndarray:
        """Feed of every lower with every upper school, for every plan of either, shape (plans, plans, schools, schools)."""
        students = self.levels.districts[count].students
        e, m = ((self.plans[name][:, :, None] == np.arange(self.levels.districts[name].num_schools)).astype(float) for name in (lower, upper))
        return np.einsum("aue,u,bum->abem", e, students, m)

    def _spread(self, lower: str, upper: str, values: np.ndarray) -> np.ndarray:
        return values.reshape(tuple(values.shape[(lower, upper).index(name)] if name in (lower, upper) else 1 for name in self.names))

    def _between(self, said: Any) -> tuple[str, str, np.ndarray]:
        lower, upper = said.lower or self.names[0], said.to or self.names[-1]
        return lower, upper, self.feeds(lower, upper, said.count or lower)

    @staticmethod
    def _small(feeds: np.ndarray, of: str | None, share: float) -> np.ndarray:
        whole = feeds.sum(axis=2 if of == "upper" else 3, keepdims=True)
        return np.where((feeds > FEW) & (feeds < share * whole - FEW), feeds, 0.0).sum(axis=(2, 3))

    @cached_property
    def holds(self) -> np.ndarray:
        """Which plans of all levels obey the rules of feeders."""
        found = np.ones(self.shape, dtype=bool)
        for rule in self.scenario.rules.feeders:
            lower, upper, feeds = self._between(rule)
            splits = ((feeds > FEW).sum(axis=3) > 1).sum(axis=2)
            if rule.min_share is not None:
                found &= self._spread(lower, upper, self._small(feeds, rule.of, rule.min_share) == 0)
            if rule.split == "none":
                found &= self._spread(lower, upper, splits == 0)
            if rule.most_split is not None:
                found &= self._spread(lower, upper, splits <= rule.most_split)
        return found

    def _values(self, position: int, goal: Goal) -> np.ndarray:
        if goal.minimize in ("split_feeders", "small_feeders"):
            lower, upper, feeds = self._between(goal)
            if goal.minimize == "split_feeders":
                return self._spread(lower, upper, ((feeds > FEW).sum(axis=3) > 1).sum(axis=2).astype(float))
            return self._spread(lower, upper, self._small(feeds, goal.of, goal.min_share))
        if goal.minimize == "feeder_change":
            upper = self.levels.districts[goal.to or self.names[-1]]
            students = self.levels.districts[goal.count or goal.lower or self.names[0]].students
            moved = (self.plans[goal.to or self.names[-1]] != upper.current) & (upper.current >= 0)
            return self.along(goal.to or self.names[-1], moved @ students / students.sum())
        total, students = np.zeros(self.shape), 0.0
        for name in self.names if goal.level is None else [goal.level]:
            district, place = self.levels.districts[name], goals_of(self.scenario, name).index(position)
            own = np.array([self.oracles[name].values(plan)[place] for plan in self.plans[name]])
            total, students = total + self.along(name, own) * district.students.sum(), students + district.students.sum()
        return total / students

    @cached_property
    def values(self) -> list[np.ndarray]:
        """Value of each goal at every plan of all levels."""
        return [self._values(k, goal) + np.zeros(self.shape) for k, goal in enumerate(self.scenario.goals)]

    def truth(self) -> Truth:
        """The answer, as `Oracle.truth`."""
        goals, left = self.scenario.goals, self.holds.copy()
        if not left.any():
            return Truth(False)
        if goals[0].weight is not None:
            total = sum(goal.weight * value for goal, value in zip(goals, self.values, strict=True))
            return Truth(True, (), float(total[left].min()))
        best = []
        for value, goal in zip(self.values, goals, strict=True):
            best.append(float(value[left].min()))
            left &= value <= best[-1] + goal.give_up * abs(best[-1]) + self.scenario.solve.gap_abs + 1e-12
        return Truth(True, tuple(best))

    def place(self, plans: dict[str, Plan]) -> tuple[int, ...] | None:
        """Where plans stand among all; None where one is none."""
        at = [np.flatnonzero((self.plans[name] == plans[name].school).all(axis=1)) for name in self.names]
        return tuple(int(one[0]) for one in at) if all(len(one) for one in at) else None


def locked(levels: Levels, name: str) -> Levels:
    """The same with one level locked."""
    said = levels.scenario.levels
    changed = {**said, name: said[name].model_copy(update={"locked": True})}
    return replace(levels, scenario=levels.scenario.model_copy(update={"levels": changed}))
