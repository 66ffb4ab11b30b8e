"""Two levels over six units, drawn from a seed: stacked questions with feeders of all kinds, and all their plans."""

from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
from drawn import DATA, picture
from enumerated import are_contiguous

from rezoning.formulation.formulation import Formulation
from rezoning.formulation.stacked import Asked, stack
from rezoning.optimize.cuts.contiguity import Separator
from rezoning.optimize.cuts.feasible import is_feasible
from rezoning.scenario.levels import of_level
from rezoning.scenario.schema import Scenario

LOWER = ("AaB/cCb", "AcC/aBb", "aAb/aBb", "AaB/.Cc")
UPPER = ("MnN/mmn", "mNn/mMn", "MmN/mnn")
FEEDERS = (
    {"minimize": "split_feeders", "from": "lower", "to": "upper"},
    {"minimize": "small_feeders", "from": "lower", "to": "upper", "min_share": 0.4},
    {"minimize": "small_feeders", "from": "lower", "to": "upper", "min_share": 0.4, "of": "upper", "count": "upper"},
    {"minimize": "feeder_change", "from": "lower", "to": "upper"},
)
RULES = ([], [{"from": "lower", "to": "upper", "most_split": 1}], [{"from": "lower", "to": "upper", "min_share": 0.3}])


def said(goals: list[dict], feeders: list[dict], method: str = "exact") -> Scenario:
    """A scenario of two levels, built in code; no file of it is read."""
    rules = {"contiguity": {"method": method, "islands": "keep"}, "school_in_own_zone": False}
    level = {"schools": {"path": "schools.csv", "capacity": "seats"}, "current_school": "zone", "groups": DATA["units"]["groups"]}
    levels = {"lower": {"students": "es", **level}, "upper": {"students": "ms", **level}}
    solve = {"gap": 0, "gap_abs": 1e-9, "threads": 1, "tidy": False}
    keys = {"name": "drawn", "data": DATA, "levels": levels, "goals": goals, "solve": solve}
    return Scenario.model_validate({**keys, "rules": rules | ({"feeders": feeders} if feeders else {})})


@cache
def stacked(seed: int) -> Formulation:
    """The stacked question of a seed: a goal of each level, and one or more between them."""
    rng = np.random.default_rng(seed)
    goals = [{"minimize": "dissimilarity", "group": "low", "level": name} for name in ("lower", "upper")]
    chosen = [FEEDERS[i] for i in rng.permutation(len(FEEDERS))[: rng.integers(1, 4)]]
    weighted = [{**goal, "weight": float(rng.choice([0.02, 0.3, 1.0]))} for goal in goals + chosen]
    scenario = said(weighted, RULES[seed % len(RULES)], "none" if seed % 5 == 4 else "exact")
    return stack({name: Asked(level_of(rng, rows, seed), of_level(scenario, name)) for name, rows in (("lower", LOWER), ("upper", UPPER))}, scenario)


def level_of(rng: np.random.Generator, rows: tuple[str, ...], seed: int):
    """A level's district: other students than the other's, some units without any."""
    students = np.where(rng.random(6) < 0.2, 0.0, rng.integers(1, 40, 6))
    students[0] += 1
    return picture(rows[seed % len(rows)], students=students, groups={"low": np.minimum(students, 1 + np.floor(students * rng.random(6)))})


@cache
def plans_of(seed: int) -> np.ndarray:
    """All plans of a seed, by the formulas of `formulation`: those of either level, every one with every one; (k, N)."""
    problem = stacked(seed)
    own = [_of_one(problem, level.nodes) for level in problem.levels]
    every = np.array([np.concatenate(both) for both in product(*own)])
    separator = Separator(problem)
    return np.array([plan for plan in every if is_feasible(problem, plan, separator)]).reshape(-1, problem.pairs.num_nodes)


def _of_one(problem: Formulation, nodes: tuple[int, int]) -> np.ndarray:
    """All contiguous zones of one level: the other keeps those of today."""
    pairs = problem.pairs
    choices = [pairs.school[pairs.first[v] : pairs.first[v + 1]].tolist() for v in range(*nodes)]
    chosen = np.array(list(product(*choices)))
    whole = np.tile(pairs.school[pairs.first[:-1]], (len(chosen), 1))
    whole[:, slice(*nodes)] = chosen
    alone = replace(problem, contiguity=replace(problem.contiguity, sources=_held(problem, nodes)))
    return chosen[are_contiguous(alone, whole)]


def _held(problem: Formulation, nodes: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """Sources of the level's schools; the other's zones hang on every node."""
    others = np.setdiff1d(np.arange(problem.pairs.num_nodes), np.arange(*nodes))
    return tuple(own if nodes[0] <= own[0] < nodes[1] else others for own in problem.contiguity.sources)
