"""Graphs like counties and tracts: dozens or hundreds of units, populations that differ a thousandfold, as few cut borders as can be."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from drawn import scenario
from scipy.spatial import Delaunay

from rezoning.district.district import District
from rezoning.formulation.formulate import formulate
from rezoning.formulation.formulation import Formulation
from rezoning.optimize.exact import branch_and_cut
from rezoning.optimize.search.anneal import Search
from rezoning.optimize.search.tracker import Tracker
from rezoning.optimize.solvers.base import Limits, Watch
from rezoning.optimize.solvers.registry import backend

DEVIATIONS = (0.01, 0.05, 0.1)


def county(seed: int, tracts: bool) -> Formulation:
    """Some forty to two hundred units on a shaken grid, triangulated, and schools far from each other."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(120, 220) if tracts else rng.integers(44, 120)), int(rng.integers(3, 6))
    side = int(np.ceil(np.sqrt(n)))
    place = np.array([(i // side, i % side) for i in range(n)], dtype=float) + rng.uniform(-0.4, 0.4, (n, 2))
    near = {(int(min(a, b)), int(max(a, b))) for t in Delaunay(place).simplices for a, b in ((t[0], t[1]), (t[1], t[2]), (t[0], t[2]))}
    edges = sorted((a, b) for a, b in near if np.hypot(*(place[a] - place[b])) < 1.8)
    people = rng.integers(2500, 8000, n).astype(float) if tracts else np.round(rng.lognormal(10, 1.0, n))
    roots = [int(rng.integers(n))]
    while len(roots) < m:
        roots.append(int(np.min([np.hypot(*(place - place[r]).T) for r in roots], axis=0).argmax()))
    district = District(
        unit_ids=tuple(f"{u:03d}" for u in range(n)),
        students=people,
        school_ids=tuple("ABCDE"[:m]),
        school_names=tuple("ABCDE"[:m]),
        school_unit=np.array(roots),
        edges=np.array(edges),
        groups={},
        current=np.argmin([np.hypot(*(place - place[r]).T) for r in roots], axis=0),
        capacity=np.full(m, people.sum() / m),
    )
    within = DEVIATIONS[seed % len(DEVIATIONS)]
    return formulate(district, scenario({"capacity": {"min": 1 - within, "max": 1 + within}}, [{"minimize": "cut_edges"}]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(18))
def test_scip_does_not_break_on_it(seed):
    """By SCIP's clock of the processor, so that a busy machine asks it no less."""
    problem = county(seed, tracts=seed % 2 == 0)
    objective = [(problem.terms[0], 1.0)]
    tracker = Tracker(problem, objective, lambda: 0.0)
    Search(problem, objective, 0).improve(problem.start, 30.0, threading.Event(), lambda plan, _: tracker.offer(plan), cycles=4)
    limits = Limits(600.0, options={"timing/clocktype": 1, "limits/time": 25})
    ending = branch_and_cut(tracker, backend("scip"), limits, Watch())
    assert not ending.failure
    assert tracker.bound is None or tracker.value is None or tracker.bound <= tracker.value
