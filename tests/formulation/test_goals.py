"""Every goal against its formula: a unit-by-unit sum over plans, written from the table of goals and sharing no code with the package."""

from dataclasses import replace
from functools import cache
from itertools import product
from math import log, pi

import numpy as np
import pytest
from drawn import case, picture, scenario
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rezoning.district.district import District
from rezoning.errors import Infeasible
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Pairs
from rezoning.formulation.goals import GOALS, compile_terms
from rezoning.formulation.restrict import restrict_terms
from rezoning.scenario.goals import Goal
from rezoning.scenario.schema import Scenario

BANDS = [
    {"group": "low", "within": 0.1},
    {"group": "black", "min": 0.2, "max": 0.5, "soft": True, "except_schools": ["A"]},
    {"group": "white", "preset": "ct_diverse"},
    {"group": "low", "within": 0.05, "either": [{"min": 0.6}, {"max": 0.1}], "schools": ["B", "C"]},
    {"index": "tier", "min": 1.4, "max": 2.5, "soft": True},
    {"index": "tier", "min": 1.2, "max": 1.7, "either": [{"min": 2.6}]},
    {"group": "black", "within": 0.2, "relative": True},
]

ASKED = [
    {"minimize": "dissimilarity", "group": "low"},
    {"minimize": "dissimilarity", "group": "black", "versus": "white"},
    {"minimize": "imbalance"},
    {"minimize": "imbalance", "groups": ["low", "white"]},
    {"minimize": "normalized_exposure", "group": "low"},
    {"minimize": "isolation", "group": "black"},
    {"minimize": "theil_h"},
    {"minimize": "max_deviation", "group": "low"},
    {"minimize": "out_of_band"},
    {"minimize": "reassigned"},
    {"minimize": "schools_changed"},
    {"minimize": "burden_gap", "measure": "reassigned"},
    {"minimize": "burden_gap", "measure": "added_travel", "groups": ["black"]},
    {"minimize": "burden_gap", "measure": "walk_lost", "groups": ["low", "white"]},
    {"minimize": "burden_gap", "measure": "long_rides", "over": 4},
    {"minimize": "travel"},
    {"minimize": "added_travel"},
    {"minimize": "long_rides", "over": 3},
    {"minimize": "walk_lost"},
    {"minimize": "not_walking"},
    {"minimize": "over_capacity"},
    {"minimize": "out_of_utilization", "min": 0.8, "max": 1},
    {"minimize": "out_of_utilization", "max": 0.6},
    {"minimize": "utilization_spread"},
    {"minimize": "portables"},
    {"minimize": "boundary_length"},
    {"minimize": "cut_edges"},
    {"minimize": "polsby_popper"},
]  # fmt: skip
NEITHER = ("schools_changed", "polsby_popper", "out_of_band", "max_deviation")  # not convex, all or some of them

quick = settings(max_examples=25, deadline=None)
brief = settings(max_examples=15, deadline=None)


def goal(**said) -> Goal:
    return Goal.model_validate(said)


def name_of(said) -> str:
    return " ".join(str(value) for value in said.values())


def test_every_goal_is_asked_here():
    assert set(GOALS) == {said["minimize"] for said in ASKED}


# -- the formulas ----------------------------------------------------------------------------------------------------


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
            a, spread = [self.count[u] * index[u] for u in self.units], (max(index) - min(index)) or 1.0
        held, n = self.at(a, s), self.at(self.count, s)
        limits = [part.limits(sum(a) / self.total) for part in band.ranges]
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
        return sum(students[u] * self._burden(measure, u, over) for u in self.units) / sum(students)

    def _burden(self, measure, u, over) -> float:
        s, home = self.plan[u], self.now[u] if 0 <= self.now[u] < self.m else None
        trip = float("nan") if self.d.travel is None else self.d.travel[u, s]
        if measure == "reassigned":
            return float(self.moved(u))
        if measure == "walk_lost":
            return float(home is not None and self.d.walkable[u, home] and not self.d.walkable[u, s])
        if measure == "long_rides":
            return float(trip > over + 1e-6)
        added = float("nan") if home is None else trip - self.d.travel[u, home]
        return 0.0 if np.isnan(added) else float(added)

    def burden_gap(self, g):
        everyone = self._mean(g.measure, self.count, g.over)
        return max(0.0, *(self._mean(g.measure, self.d.groups[name], g.over) - everyone for name in g.groups or self.d.groups))

    def schools_changed(self, g):
        return sum(any(self.moved(u) and s in (self.now[u], self.plan[u]) for u in self.units) for s in self.schools)

    def travel(self, g):
        trips = [self.d.travel[u, self.plan[u]] for u in self.units]
        return sum(self.count[u] * (0 if np.isnan(trips[u]) else trips[u]) for u in self.units) / self.total

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

    def polsby_popper(self, g):
        scores = []
        for s in self.schools:
            zone = [u for u in self.units if self.plan[u] == s]
            area = sum(self.d.geometry.iloc[u].area for u in zone) / 1e6
            inside = sum(b for (u, v), b in zip(self.d.edges, self.d.border_m, strict=True) if u in zone and v in zone and not np.isnan(b)) / 1000
            length = sum(self.d.geometry.iloc[u].length for u in zone) / 1000 - 2 * inside
            scores += [4 * pi * area / length**2] if zone else []
        return 1 - sum(scores) / len(scores)


# -- drawn districts with all that goals need --------------------------------------------------------------------------


def furnished(district: District, seed: int) -> District:
    """A drawn district with today's zones, seats, trips, walks, an index, polygons and borders added where it has none."""
    from geopandas import GeoSeries
    from shapely import box

    rng = np.random.default_rng(seed)
    n, m = district.num_units, district.num_schools
    sides = rng.uniform(300, 900, n)
    border = rng.uniform(20, 120, len(district.edges))
    border[rng.random(len(border)) < 0.1] = np.nan
    border[:1] = 50.0
    black, low, students = district.groups["black"], district.groups["low"], district.students
    return replace(
        district,
        partition=("black", "white") if rng.random() < 0.8 else ("white",),
        groups=district.groups | {"white": np.minimum(district.groups["white"], students - black), "low": np.minimum(low, 0.9 * students)},
        current=rng.integers(0, m, n) if district.current is None else district.current,
        capacity=np.where(rng.random(m) < 0.2, 0.0, rng.integers(20, 90, m)) + np.eye(m)[0],
        portable_price=rng.integers(0, 5, m).astype(float) if rng.random() < 0.5 else None,
        travel=np.where(rng.random((n, m)) < 0.1, np.nan, rng.integers(0, 9, (n, m)).astype(float)),
        walkable=rng.random((n, m)) < 0.4,
        columns={"tier": np.array([str(x) for x in (rng.integers(1, 4, n) if rng.random() < 0.9 else [2] * n)])},
        border_m=border,
        geometry=GeoSeries([box(0, 0, a, 400) for a in sides], crs="EPSG:5070"),
    )


@cache
def question(seed: int, method: str) -> tuple[District, Scenario, Pairs]:
    """A furnished district and the pairs of its formulation: merged nodes under `exact`, every unit its own under `none`."""
    one = case(seed, 12, method=method)
    district = furnished(one.district, seed)
    rules = one.scenario.rules.model_dump(include={"contiguity", "forbid", "assign"}) | {"school_in_own_zone": True}
    bare = scenario(rules, [{"minimize": "reassigned"}])
    try:
        pairs = formulate(district, bare).pairs
    except Infeasible:
        return district, bare, Pairs(*[np.zeros(0, dtype=np.int64)] * 5)
    return district, scenario(rules | {"bands": BANDS}), pairs


@st.composite
def questions(draw, methods=("exact", "none")) -> tuple[District, Scenario, Pairs]:
    found = question(draw(st.integers(0, 60)), draw(st.sampled_from(methods)))
    assume(len(found[2]))
    return found


def some_school(pairs: Pairs, rng: np.random.Generator) -> np.ndarray:
    """An admissible school of each node."""
    return pairs.school[pairs.first[:-1] + np.floor(rng.random(pairs.num_nodes) * pairs.choices).astype(int)]


def vector(pairs: Pairs, school: np.ndarray) -> np.ndarray:
    return (pairs.school == school[pairs.node]).astype(float)


@pytest.mark.parametrize("said", ASKED, ids=name_of)
@given(asked=questions(), seed=st.integers(0, 10**6))
@quick
def test_value_of_plans(said, asked, seed):
    district, rules, pairs = asked
    terms = compile_terms(goal(**said), district, pairs, rules)
    assert min(terms.over.min(initial=0), terms.under.min(initial=0), *(block.weight for block in terms.blocks), 0) == 0
    assert all(len(block.param) == len(block.target) == block.parts.shape[0] for block in terms.blocks)
    rng = np.random.default_rng(seed)
    for school in (some_school(pairs, rng) for _ in range(4)):
        wanted = Direct(district, rules, school[pairs.node_of_unit]).value(goal(**said))
        assert terms.value(vector(pairs, school)) == pytest.approx(wanted, abs=1e-9)


def test_nodes_are_merged_in_some_districts():
    found = [question(seed, "exact") for seed in range(40)]
    assert sum(0 < pairs.num_nodes < district.num_units for district, _, pairs in found) > 5


@pytest.mark.parametrize("said", ASKED, ids=name_of)
@given(asked=questions())
@quick
def test_value_of_today(said, asked):
    """Today's zones are measured as they are, admissible or not; a zone may be empty."""
    district, rules, pairs = asked
    today = compile_terms(goal(**said), district, pairs, rules).today
    if (district.stayable < 0).any():
        assert today is None
    else:
        assert today == pytest.approx(Direct(district, rules, district.stayable).value(goal(**said)), abs=1e-9)


@pytest.mark.parametrize("said", ASKED, ids=name_of)
@given(asked=questions(), seed=st.integers(0, 10**6))
@brief
def test_value_without_some_pairs(said, asked, seed):
    """Targets stay right when columns go: what is left is the same function where the others are 0."""
    district, rules, pairs = asked
    terms, rng = compile_terms(goal(**said), district, pairs, rules), np.random.default_rng(seed)
    school = some_school(pairs, rng)
    x = vector(pairs, school)
    kept = (x > 0) | (rng.random(len(pairs)) < 0.4)
    left = restrict_terms(terms, kept)
    assert left.value(x[kept]) == pytest.approx(terms.value(x), abs=1e-12)
    assert all(block.parts.shape == (len(block.target), kept.sum()) for block in left.blocks)


def fractional(pairs: Pairs, rng: np.random.Generator) -> np.ndarray:
    """Every node in shares of its schools, some of them none."""
    x = rng.random(len(pairs)) * (rng.random(len(pairs)) < 0.7)
    x[pairs.first[:-1]] += 0.01
    return x / np.add.reduceat(x, pairs.first[:-1])[pairs.node]


@pytest.mark.parametrize("said", [said for said in ASKED if said["minimize"] not in NEITHER], ids=name_of)
@given(asked=questions(), seed=st.integers(0, 10**6), at=st.floats(0.05, 0.95))
@brief
def test_convex_goals_are_convex(said, asked, seed, at):
    district, rules, pairs = asked
    terms, rng = compile_terms(goal(**said), district, pairs, rules), np.random.default_rng(seed)
    x, y = fractional(pairs, rng), fractional(pairs, rng)
    assert terms.value(at * x + (1 - at) * y) <= at * terms.value(x) + (1 - at) * terms.value(y) + 1e-9


@given(asked=questions(), seed=st.integers(0, 10**6), at=st.floats(0.05, 0.95))
@quick
def test_level_sets_of_max_deviation_are_convex(asked, seed, at):
    district, rules, pairs = asked
    terms = compile_terms(goal(minimize="max_deviation", group="low"), district, pairs, rules)
    x, y = (fractional(pairs, rng) for rng in np.random.default_rng(seed).spawn(2))
    assert terms.value(at * x + (1 - at) * y) <= max(terms.value(x), terms.value(y)) + 1e-9


# -- few parts -------------------------------------------------------------------------------------------------------


def parts_of(district: District, rules=None, **said):
    asked = scenario(rules or {"contiguity": {"method": "none"}}, [said])
    return formulate(district, asked).terms[0], formulate(district, asked)


def test_borders_take_one_part_each_between_two_schools():
    """Of a/b-b-a-A only edges of two free units need a part: 01-02 and 02-03; 00 and 04 are fixed by their schools."""
    terms, problem = parts_of(picture("BbbaA"), minimize="cut_edges")
    assert (terms.parts.shape[0], terms.over.tolist(), terms.under.tolist()) == (2, [1, 1], [1, 1])
    for school in product((0, 1), repeat=3):
        plan = np.array([1, *school, 0])
        assert terms.value(problem.vector(plan)) == (plan[1:] != plan[:-1]).sum()


def test_borders_of_three_schools_take_a_part_per_school():
    terms, _ = parts_of(picture("AabbBC"), minimize="cut_edges")
    assert (terms.parts.shape[0], terms.under.tolist()) == (6, [0] * 6)


def test_borders_within_a_node_cost_nothing():
    """Units 11 and 12 hang on 01 and go where it goes."""
    terms, problem = parts_of(picture("AabB/.aa.", edges=[(0, 1), (1, 2), (2, 3), (1, 5), (5, 6), (1, 6), (0, 4), (3, 7)]), {"stay_allowed": True}, minimize="cut_edges")
    assert len(set(problem.pairs.node_of_unit[[1, 5, 6]])) == 1
    for s in (0, 1):
        school = np.where(problem.pairs.lookup[:, s] >= 0, s, 1 - s)
        plan = problem.expand(school).school
        assert terms.value(problem.vector(school)) == 1 == (plan[[0, 1, 2]] != plan[[1, 2, 3]]).sum()


def test_a_band_that_nobody_can_leave_has_no_parts():
    terms, _ = parts_of(
        picture("AabB", groups={"low": np.array([5.0, 4, 6, 5])}),
        {"contiguity": {"method": "none"}, "bands": [{"group": "low", "within": 0.5, "soft": True}]},
        minimize="out_of_band",
    )
    assert (terms.parts.shape[0], terms.blocks) == (0, ())
