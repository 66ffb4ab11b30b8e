"""Steps and new plans per second of our chain of single flips and of GerryChain's, under the same rules, in one run.

    python benchmarks/chains.py ../shared/data/shaker_heights/balance.yaml [--seconds 10]

GerryChain proposes again until a rule is kept and counts only that, so proposals and new plans are told apart: the ratio is of new plans, which both
count alike. Both start at the same plan; ours is timed after it is compiled. Effective samples are those of the first
goal, by Geyer's sequence.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from rezoning.commands.ensembles.chains import starts
from rezoning.commands.ensembles.measuring import Measurer
from rezoning.commands.run import read_district, read_scenario
from rezoning.optimize.chain.chain import Chain
from rezoning.optimize.chain.peer import peer_samples
from rezoning.optimize.chain.question import formulate_all
from rezoning.optimize.chain.series import effective_size

CHUNK, SAMPLE = 20_000, 25
ENOUGH = 100  # effective samples, below which their number is a guess


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    scenario = read_scenario(asked.scenario)
    district = read_district(scenario)
    problem = formulate_all(district, scenario)
    (start,), _ = starts(problem, 1, asked.seed, scenario.solve.time_limit, None, None)
    measurer = Measurer(scenario, district)
    ours = _ours(Chain(problem, start.school, asked.seed), problem, measurer, asked.seconds)
    theirs = _theirs(problem, start.school, measurer, asked.seconds, asked.seed)
    both = {"rezoning": ours, "gerrychain": theirs, "ratio_new_plans": ours["new_plans_per_second"] / theirs["new_plans_per_second"]}
    print(json.dumps({"scenario": scenario.name, "nodes": problem.pairs.num_nodes, "rows": len(problem.rows.lower), **both}, indent=2))


def _ours(chain: Chain, problem, measurer: Measurer, seconds: float) -> dict:  # type: ignore[no-untyped-def]
    chain.advance(1)
    before, began, schools = chain.flips, time.process_time(), []
    while time.process_time() - began < seconds:
        chain.advance(CHUNK)
        schools.append(chain.school)
    took, after = time.process_time() - began, chain.flips
    told = {
        "steps_per_second": (after.tried - before.tried) / took,
        "new_plans_per_second": (after.accepted - before.accepted) / took,
        "acceptance": after.rate,
    }
    return told | {"effective_per_second": _effective(problem, schools, measurer, took)}


def _theirs(problem, start: np.ndarray, measurer: Measurer, seconds: float, seed: int) -> dict:  # type: ignore[no-untyped-def]
    began, schools = 0.0, []
    for school in peer_samples(problem, start, seed, 10**9, SAMPLE):
        began = began or time.process_time()  # the first samples pay for its start
        schools.append(school)
        took = time.process_time() - began
        if took >= seconds:
            break
    steps = (len(schools) - 1) * SAMPLE
    return {"new_plans_per_second": steps / took, "effective_per_second": _effective(problem, schools[1:], measurer, took)}


def _effective(problem, schools: list[np.ndarray], measurer: Measurer, took: float) -> float | None:  # type: ignore[no-untyped-def]
    """Effective samples of the first measure per second of the chain, measuring aside; None where it was too short to know."""
    values = np.array([measurer(problem.expand(school))[0] for school in schools])
    size = effective_size(values)
    return None if size is None or size < ENOUGH else size / took


if __name__ == "__main__":
    main()
