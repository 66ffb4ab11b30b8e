"""Graphs like those of counties and tracts: few units whose counts differ a thousandfold, nearly equal schools, as few cut edges as can be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawn_towns import spread, write_csv
from numpy.typing import NDArray

SMALL, LARGE = "counties", "tracts"
SIZES = {SMALL: (60, 100), LARGE: (250, 550)}  # units
SCHOOLS = {SMALL: (4, 5, 6), LARGE: (2, 3)}
COUNT = {SMALL: 15, LARGE: 10}  # instances of a kind
WITHIN = 0.005  # of equal size
MEAN_LOG, SIGMA = {SMALL: 10.0, LARGE: 8.0}, 1.0  # of the people of a unit
LONGEST = 1.8  # of a cell of the grid that units are shaken from: longer sides of triangles are no borders


def names() -> list[str]:
    """All instances."""
    return [f"{kind}-{seed:02d}" for kind in (SMALL, LARGE) for seed in range(COUNT[kind])]


def sizes() -> dict[str, tuple[int, int]]:
    """Units and schools of every instance."""
    return {name: _sized(name)[:2] for name in names()}


def _sized(name: str) -> tuple[int, int, np.random.Generator]:
    """Units and schools of an instance, and chance for the rest of it."""
    kind, seed = name.split("-")
    rng = np.random.default_rng([len(kind), int(seed)])
    low, high = SIZES[kind]
    return int(rng.integers(low, high + 1)), SCHOOLS[kind][int(seed) % len(SCHOOLS[kind])], rng


def write(folder: Path, name: str) -> Path:
    """The scenario of an instance, its files written under `folder`."""
    directory = folder / name
    kind = name.split("-", maxsplit=1)[0]
    n, m, rng = _sized(name)
    place, edges = drawn(rng, n)
    people = np.round(rng.lognormal(MEAN_LOG[kind], SIGMA, n)).astype(int)
    roots = spread(rng, place, m)
    nearest = np.argmin([np.hypot(*(place - place[root]).T) for root in roots], axis=0)
    ids, schools = [f"{u:03d}" for u in range(n)], [f"S{s}" for s in range(m)]
    directory.mkdir(parents=True, exist_ok=True)
    write_csv(directory / "units.csv", ["unit", "students", "school"], [[ids[u], people[u], schools[nearest[u]]] for u in range(n)])
    write_csv(directory / "schools.csv", ["school", "unit", "seats"], [[schools[s], ids[roots[s]], people.sum() / m] for s in range(m)])
    write_csv(directory / "adjacency.csv", ["one", "other"], [[ids[u], ids[v]] for u, v in edges])
    (directory / "scenario.yaml").write_text(_scenario(name), encoding="utf-8")
    return directory / "scenario.yaml"


def drawn(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
    """Places on a shaken grid, and the sides of their triangulation that are not long: a planar graph in one piece."""
    from scipy.spatial import Delaunay

    side = int(np.ceil(np.sqrt(n)))
    place = np.array([(i // side, i % side) for i in range(n)], dtype=float) + rng.uniform(-0.4, 0.4, (n, 2))
    sides = {(int(min(a, b)), int(max(a, b))) for t in Delaunay(place).simplices for a, b in ((t[0], t[1]), (t[1], t[2]), (t[0], t[2]))}
    return place, sorted((a, b) for a, b in sides if np.hypot(*(place[a] - place[b])) < LONGEST)


def _scenario(name: str) -> str:
    return f"""name: {name}
data:
  units: {{path: units.csv, id: unit, students: students, current_school: school}}
  schools: {{path: schools.csv, id: school, unit: unit, capacity: seats}}
  adjacency: {{path: adjacency.csv}}
rules:
  capacity: {{min: {1 - WITHIN}, max: {1 + WITHIN}}}
  contiguity: {{method: exact}}
goals: [{{minimize: cut_edges}}]
"""
