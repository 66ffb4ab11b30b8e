"""A made-up county with three levels of schools: level by level, as districts do it, against all levels at once.

    python -m benchmarks.county_levels [--units 9404] [--schools 141 26 24] [--seconds 120] [--seed 0]

Prints the table in ``benchmarks/README.md``. Either way is a process of its own; memory is the most that it and all it starts had. Linux only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.flat import PAGE, family
from rezoning.auditing import audit
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.formulation.stacked import Asked, joined, split, stack
from rezoning.optimize.engine import prepare, solve
from rezoning.optimize.result import Result
from rezoning.scenario.levels import of_level
from rezoning.scenario.schema import Scenario
from rezoning.synthetic import make_district

NAMES = ("elementary", "middle", "high")
SHARE = (1.0, 0.48, 0.62)  # of the students of a block, against those of the elementary grades
GROUP = "low_income"
WAYS = ("level by level", "all at once")
BLANK_SOLVE = {"gap": 0, "threads": 2, "tidy": False}


def county(units: int, schools: tuple[int, ...], seed: int) -> dict[str, District]:
    """The levels of a made-up county: upper schools stand beside some of the elementary ones, and everybody goes to the nearest today."""
    lowest = make_district(units, schools[0], seed).district
    rng = np.random.default_rng([seed, 17])
    return {name: lowest if k == 0 else _upper(lowest, schools[k], SHARE[k], rng) for k, name in enumerate(NAMES)}


def _upper(lowest: District, count: int, share: float, rng: np.random.Generator) -> District:
    """A level above: `count` schools, each at one of the elementary schools, spread by how long the ways between them are."""
    assert lowest.travel is not None
    between = lowest.travel[lowest.school_unit]
    chosen = [int(rng.integers(len(between)))]
    while len(chosen) < count:
        chosen.append(int(np.argmax(between[:, chosen].min(axis=1))))
    chosen.sort()
    students = np.round(lowest.students * share * rng.uniform(0.8, 1.2, lowest.num_units))
    rate = lowest.groups[GROUP] / np.maximum(lowest.students, 1.0)
    today = lowest.travel[:, chosen].argmin(axis=1)
    return replace(
        lowest,
        students=students,
        groups={GROUP: np.minimum(np.round(students * np.clip(rate + rng.normal(0, 0.05, len(rate)), 0, 1)), students)},
        partition=(),
        school_ids=tuple(lowest.school_ids[s] for s in chosen),
        school_names=tuple(lowest.school_names[s] for s in chosen),
        school_unit=lowest.school_unit[chosen],
        current=today,
        capacity=np.ceil(1.1 * np.bincount(today, weights=students, minlength=count)),
        travel=lowest.travel[:, chosen],
        optional=np.zeros(count, dtype=bool),
        is_candidate=np.zeros(count, dtype=bool),
    )


def scenario_of(names: tuple[str, ...], seconds: float, seed: int, locked: str = "") -> Scenario:
    """Even out low income at every level, and split as few schools as can be: a split costs as much as a dissimilarity of .005."""
    level = {"students": "students", "schools": {"path": "schools.csv", "capacity": "seats"}, "current_school": "zone"}
    goals: list[dict[str, Any]] = [{"minimize": "dissimilarity", "group": GROUP, "level": name, "weight": 1.0} for name in names if name != locked]
    goals += [{"minimize": "split_feeders", "from": lower, "to": upper, "weight": 0.005} for lower, upper in pairwise(names)]
    return Scenario.model_validate(
        {
            "name": "county",
            "data": {"units": {"path": "units.csv", "groups": {GROUP: GROUP}}, "travel": {"path": "travel.csv", "measure": "minutes"}},
            "levels": {name: {**level, "locked": name == locked} for name in names},
            "rules": {
                "capacity": {"min": 0.85, "max": 1.15, "of": "current"},
                "travel": {"max_increase": 0.5, "always_within": 4},
                "contiguity": {"method": "exact", "islands": "keep"},
            },
            "goals": goals,
            "solve": {**BLANK_SOLVE, "time_limit": seconds, "seed": seed},
        }
    )


def question(districts: Mapping[str, District], names: tuple[str, ...], seconds: float, seed: int, locked: str = "") -> tuple[Formulation, Scenario]:
    """Some levels as one question."""
    scenario = scenario_of(names, seconds, seed, locked)
    return stack({name: Asked(districts[name], of_level(scenario, name)) for name in names}, scenario), scenario


def level_by_level(districts: dict[str, District], seconds: float, seed: int) -> dict[str, Plan]:
    """Elementary zones for themselves, then middle zones with these as they are, then high zones likewise; in equal times."""
    share, plans = seconds / len(NAMES), dict[str, Plan]()
    standing = dict(districts)
    for k, name in enumerate(NAMES):
        if k == 0:
            scenario = scenario_of(NAMES[:2], share, seed)
            problem = formulate(districts[name], of_level(scenario, name))
        else:
            problem, scenario = question(standing, NAMES[k - 1 : k + 1], share, seed, locked=NAMES[k - 1])
        result = solve(problem, scenario.solve)
        assert result.plan is not None
        plans[name] = result.plan if k == 0 else split(problem, result.plan)[name]
        standing[name] = replace(districts[name], current=plans[name].school)
    return plans


def measured(way: str, units: int, schools: tuple[int, ...], seconds: float, seed: int) -> dict[str, Any]:
    """One way in this process: its value in the joint question, which says too what the bound is."""
    districts = county(units, schools, 1)
    began = time.monotonic()
    problem, scenario = question(districts, NAMES, seconds, seed)
    formulated = time.monotonic() - began
    prepare(problem, scenario.solve)
    bound, began = None, time.monotonic()
    if way == WAYS[0]:
        plans = level_by_level(districts, seconds, seed)
    else:
        result: Result = solve(problem, scenario.solve)
        assert result.plan is not None
        assert result.objective is not None
        plans, bound = split(problem, result.plan), result.objective.bound
    took = time.monotonic() - began
    x = problem.vector(problem.pairs.of_units(joined(problem, plans).school))
    today = problem.vector(problem.start) if (problem.start >= 0).all() else None
    broken = sum(len(audit(plans[name], districts[name], of_level(scenario, name).rules).violations) for name in NAMES)
    return {
        "way": way, "value": _worth(problem, x), "goals": [terms.value(x) for terms in problem.terms], "bound": bound, "seconds": took,
        "formulated": formulated, "broken": broken, "pairs": len(problem.pairs), "products": len(problem.links or ()),
        "today": None if today is None else [_worth(problem, today), *(terms.value(today) for terms in problem.terms)],
    }  # fmt: skip


def _worth(problem: Formulation, x: np.ndarray) -> float:
    return float(sum(weight * terms.value(x) for terms, weight in zip(problem.terms, problem.weights or (), strict=True)))


def watched(command: list[str]) -> tuple[dict[str, Any], float]:
    """What a process prints as JSON in its last line, and the most megabytes that it and all it starts had at once."""
    most = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while process.poll() is None:
            most = max(most, sum(_pages(pid) for pid in family(process.pid)) * PAGE / 1e6)
            time.sleep(0.5)
        said = process.stdout.read()
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found, most


def _pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _row(way: str, goals: list[float], value: float, rest: list[str]) -> str:
    shares, splits = goals[: len(NAMES)], goals[len(NAMES) :]
    return f"| {way} | {value:.4f} | " + " | ".join([*(f"{share:.4f}" for share in shares), *(f"{number:.0f}" for number in splits), *rest]) + " |"


def main() -> None:
    """Run both ways, each in a process of its own, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=9404)
    parser.add_argument("--schools", type=int, nargs=3, default=[141, 26, 24])
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--way", choices=WAYS, help="one way in this process, told as JSON")
    said = parser.parse_args()
    if said.way:
        print(json.dumps(measured(said.way, said.units, tuple(said.schools), said.seconds, said.seed)))
        return
    heads = ["way", "weighted sum", *(f"dissimilarity, {name}" for name in NAMES), "split elementary", "split middle", "bound", "s", "MB"]
    print(f"| {' | '.join(heads)} |")
    print("| --- |" + " ---: |" * 9)
    for k, way in enumerate(WAYS):
        found, peak = watched([sys.executable, "-m", "benchmarks.county_levels", *sys.argv[1:], "--way", way])
        if k == 0 and found["today"]:
            print(_row("today", found["today"][1:], found["today"][0], ["–", "–", "–"]))
        bound = "null" if found["bound"] is None else f"{found['bound']:.4f}"
        print(_row(way, found["goals"], found["value"], [bound if k else "–", f"{found['seconds']:.0f}", f"{peak:,.0f}"]), flush=True)
        about = f"{found['pairs']:,} pairs, {found['products']:,} products, formulated in {found['formulated']:.1f} s, breaches {found['broken']}"
        print(about, file=sys.stderr)


if __name__ == "__main__":
    main()
