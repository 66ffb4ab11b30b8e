"""Seconds in which a county of 144 schools is paired: made up on a grid from a seed, so that anybody has the same one.

python benchmarks/pairing.py [--solver highs|scip] [--seed 1]
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.formulate import formulate
from rezoning.optimize.engine import prepare, solve
from rezoning.scenario.schema import Scenario

GRADES = ("K", "1", "2", "3", "4", "5")
DATA = {
    "units": {"path": "units.csv", "students": "n", "groups": {"low": "low", "black": "black"}, "partition": ["black"], "current_school": "zone"},
    "schools": {"path": "schools.csv", "capacity": "seats"},
    "travel": {"path": "travel.csv", "measure": "minutes"},
}
TRIPLES = {"most": 3, "triples": "connected", "min_of_own": 0.8}
QUESTIONS: tuple[tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]], ...] = (
    ([{"minimize": "dissimilarity", "group": "low"}], {"most": 2}, {}),
    ([{"minimize": "dissimilarity", "group": "low"}, {"minimize": "travel"}], TRIPLES, {"reassigned": {"max_share": 0.3}}),
    ([{"minimize": "theil_h"}], TRIPLES, {}),
    ([{"minimize": "max_deviation", "group": "low"}], TRIPLES, {}),
)


def county(seed: int, schools_across: int = 12, blocks_across: int = 8) -> District:
    """Square zones of square blocks; groups live in waves across the county, and every grade counts its own children."""
    rng = np.random.default_rng(seed)
    m, side = schools_across**2, schools_across * blocks_across
    n = side * side
    row, column = np.divmod(np.arange(n), side)
    zone = (row // blocks_across) * schools_across + column // blocks_across
    right, down = np.flatnonzero(column < side - 1), np.flatnonzero(row < side - 1)
    edges = np.concatenate([np.stack([right, right + 1], axis=1), np.stack([down, down + side], axis=1)])
    edges = edges[np.lexsort((edges[:, 1], edges[:, 0]))]
    students = rng.poisson(1.4, (n, len(GRADES))).astype(float)
    share = np.clip(0.5 + 0.35 * np.sin(row / 17) + 0.3 * np.cos(column / 13) + rng.normal(0, 0.1, n), 0.02, 0.98)
    groups = {name: rng.binomial(students.astype(int), (part * share)[:, None]).astype(float) for name, part in (("low", 1.0), ("black", 0.6))}
    middle = np.array([np.flatnonzero(zone == s)[blocks_across * blocks_across // 2] for s in range(m)])
    place = np.stack([row, column], axis=1).astype(float)
    own = np.bincount(zone, weights=students.sum(axis=1), minlength=m)
    names = tuple(f"S{s}" for s in range(m))
    return District(
        unit_ids=tuple(map(str, range(n))), students=students.sum(axis=1), school_ids=names, school_names=names, school_unit=middle, edges=edges,
        border_m=np.full(len(edges), 100.0), groups={name: counts.sum(axis=1) for name, counts in groups.items()}, partition=("black",),
        current=zone, capacity=np.round(own * rng.uniform(0.95, 1.3, m)), travel=np.abs(place[:, None] - place[middle]).sum(axis=2) * 0.8 + 1,
        grades={grade: students[:, g] for g, grade in enumerate(GRADES)},
        groups_by_grade={name: {grade: counts[:, g] for g, grade in enumerate(GRADES)} for name, counts in groups.items()},
    )  # fmt: skip


def main() -> None:
    """Print a row for every question."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--solver", default="highs")
    said.add_argument("--seed", type=int, default=1)
    asked = said.parse_args()
    district = county(asked.seed)
    print("| goals | pairing | columns | compile s | solve s | status | values |\n|---|---|---|---|---|---|---|")
    for goals, pairing, rules in QUESTIONS:
        settings = {"solver": asked.solver, "threads": 1, "time_limit": 120}
        plain = {"name": "county", "data": DATA, "pairing": pairing, "rules": {"capacity": {"max": 1.0}, **rules}, "goals": goals, "solve": settings}
        scenario = Scenario.model_validate(plain)
        began = time.perf_counter()
        problem = formulate(district, scenario)
        compiled = time.perf_counter()
        prepare(problem, scenario.solve)
        ready = time.perf_counter()
        result = solve(problem, scenario.solve)
        seconds = time.perf_counter() - ready
        names, values = ", ".join(goal["minimize"] for goal in goals), ", ".join(f"{goal.value:.6g}" for goal in result.goals)
        how = f"{pairing['most']}, {pairing.get('triples', 'pairwise')}"
        print(f"| {names} | {how} | {problem.pairs.num_schools:,} | {compiled - began:.1f} | {seconds:.1f} | {result.status} | {values} |")


if __name__ == "__main__":
    main()
