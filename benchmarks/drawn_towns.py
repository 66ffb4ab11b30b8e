"""Towns drawn by hand, each with one property that makes zones hard to draw: places and who is next to whom, the rest is the same for all."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STUDENTS = 6.5  # of a block, in the mean
MINUTES = 2.0  # from a block to the next
RULES = "capacity: {min: 0.85, max: 1.15, of: current}, travel: {max_increase: 1.0, always_within: 6}"
DISSIMILARITY = "{minimize: dissimilarity, group: low_income}"


@dataclass(frozen=True)
class Town:
    """Blocks of a town.

    Parameters
    ----------
    place
        In steps from a block to the next, shape (n, 2).
    edges
        Who is next to whom, shape (k, 2).
    roots
        Block of each school, shape (m,).
    students
        Shape (n,).
    seats
        Of all schools together, over the students of today's zones; None where enrollment counts and not seats.
    today
        School of each block, shape (n,); the nearest along the edges when left out.
    areas
        Planning area of each block, shape (n,): blocks of one area go to school together. None where each goes its own way.
    low
        Share of low-income students, in the mean, shape (n,); a slope over the town with waves when left out.
    """

    place: Floats
    edges: Ints
    roots: Ints
    students: Ints
    seats: float | None = None
    today: Ints | None = None
    areas: Ints | None = None
    low: Floats | None = None


def spread(rng: np.random.Generator, place: Floats, m: int) -> list[int]:
    """Units of schools, each as far from the others as can be."""
    roots = [int(rng.integers(len(place)))]
    while len(roots) < m:
        roots.append(int(np.min([np.hypot(*(place - place[root]).T) for root in roots], axis=0).argmax()))
    return roots


# -- lands ---------------------------------------------------------------------------------------------------------------


def plain(rng: np.random.Generator, width: int, height: int, schools: int) -> Town:
    """A grid of streets and nothing else."""
    number = np.arange(width * height).reshape(height, width)
    place = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2).reshape(-1, 2).astype(float)
    edges = np.concatenate(
        [np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]), np.column_stack([number[:-1].ravel(), number[1:].ravel()])]
    )
    return Town(place, edges, np.array(spread(rng, place, schools)), rng.poisson(STUDENTS, len(place)))


def river(rng: np.random.Generator, width: int, height: int, schools: int, bridges: int) -> Town:
    """A grid that a river parts in the middle; so many bridges, none: two parts that nothing joins. Half of the schools on either bank."""
    town = plain(rng, width, height, schools)
    bank = town.place[:, 0] >= width // 2
    over = bank[town.edges[:, 0]] != bank[town.edges[:, 1]]
    rows = set(np.linspace(0, height - 1, bridges + 2).round()[1:-1].tolist())
    is_bridge = np.isin(town.place[town.edges[:, 0], 1], list(rows))
    sides = [np.flatnonzero(bank == side) for side in (False, True)]
    counts = (schools - schools // 2, schools // 2)
    roots = [units[spread(rng, town.place[units], count)] for units, count in zip(sides, counts, strict=True)]
    return replace(town, edges=town.edges[~over | is_bridge], roots=np.concatenate(roots))


def rings(rng: np.random.Generator, sectors: int, bands: int) -> Town:
    """A town of rings, a school in each and today's zones the rings themselves: each lies around the next, poorer towards the middle."""
    per = 2  # rings of blocks in a zone
    number = np.arange(sectors * bands * per).reshape(bands * per, sectors)
    radius, angle = number // sectors + 1.0, 2 * np.pi * (number % sectors) / sectors
    place = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=2).reshape(-1, 2)
    around = np.column_stack([number.ravel(), np.roll(number, -1, axis=1).ravel()])
    outward = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    roots = number[np.arange(bands) * per, rng.permutation(sectors)[:bands]]
    today = np.repeat(np.arange(bands), per * sectors)
    low = np.clip(0.9 - 0.75 * radius / radius.max() + 0.1 * np.sin(3 * angle), 0.05, 0.95).ravel()
    return Town(place, np.concatenate([around, outward]), roots, rng.poisson(STUDENTS, number.size), today=today, low=low)


def empty(town: Town, rng: np.random.Generator, share: float) -> Town:
    """The same town with nobody in a share of its blocks, and the others' students as many as they were."""
    is_empty = rng.random(len(town.place)) < share
    return replace(town, students=np.where(is_empty, 0, np.round(town.students / (1 - share)).astype(int)))


def in_areas(town: Town, side: int) -> Town:
    """The same town with square planning areas of `side` by `side` blocks, each of which goes to one school today too."""
    corner = (town.place // side).astype(int)
    areas = corner[:, 0] * (1 + corner[:, 1].max()) + corner[:, 1]
    minutes = _minutes(town)
    sums = np.array([np.bincount(areas, column) for column in minutes.T]).T
    sums[areas[town.roots], np.arange(len(town.roots))] = -1.0  # a school is in its own zone
    return replace(town, areas=areas, today=sums.argmin(axis=1)[areas])


# -- files ---------------------------------------------------------------------------------------------------------------


def write(folder: Path, name: str, town: Town, seed: int, *, goal: str = DISSIMILARITY, rules: str = RULES) -> Path:
    """Units, schools, adjacency, minutes along the edges, and the scenario."""
    rng, minutes = np.random.default_rng(seed), _minutes(town)
    today = minutes.argmin(axis=1) if town.today is None else town.today
    low = rng.binomial(town.students, _share_of_low_income(rng, town.place) if town.low is None else town.low)
    ids, schools = [f"u{u:04d}" for u in range(len(town.place))], [f"S{s}" for s in range(len(town.roots))]
    held = np.bincount(today, town.students, len(schools))
    seats = held if town.seats is None else _seats(rng, town.seats * held.sum(), len(schools))
    directory = folder / name
    directory.mkdir(parents=True, exist_ok=True)
    areas = [""] * len(ids) if town.areas is None else [f"A{area}" for area in town.areas]
    units = zip(ids, town.students.tolist(), low.tolist(), (schools[s] for s in today), areas, strict=True)
    write_csv(directory / "units.csv", ["unit", "students", "low_income", "school", "area"], units)
    write_csv(
        directory / "schools.csv",
        ["school", "unit", "seats"],
        zip(schools, (ids[u] for u in town.roots), np.ceil(seats).astype(int).tolist(), strict=True),
    )
    write_csv(directory / "adjacency.csv", ["one", "other"], ([ids[u], ids[v]] for u, v in town.edges.tolist()))
    trips = ([unit, *("" if np.isinf(one) else f"{one:.1f}" for one in row)] for unit, row in zip(ids, minutes, strict=True))
    write_csv(directory / "minutes.csv", ["unit", *schools], trips)
    scenario = directory / "scenario.yaml"
    scenario.write_text(SCENARIO.format(name=name, rules=rules, goal=goal), encoding="utf-8")
    return scenario


SCENARIO = """name: {name}
data:
  units: {{path: units.csv, id: unit, students: students, groups: {{low_income: low_income}}, current_school: school}}
  schools: {{path: schools.csv, id: school, unit: unit, capacity: seats}}
  travel: {{path: minutes.csv, measure: minutes}}
  adjacency: {{path: adjacency.csv}}
rules: {{{rules}}}
goals: [{goal}]
"""


def write_csv(path: Path, head: Sequence[str], rows: Any) -> None:
    """A table."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([head, *rows])


def _minutes(town: Town) -> Floats:
    """From every block to every school along the edges, shape (n, m); infinite where there is no way."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    one, other = town.edges.T
    length = MINUTES * np.hypot(*(town.place[one] - town.place[other]).T)
    graph = coo_array((length, (one, other)), shape=(len(town.place),) * 2).tocsr()
    ways: Floats = dijkstra(graph, directed=False, indices=town.roots).T
    return 1.0 + ways


def _share_of_low_income(rng: np.random.Generator, place: Floats) -> Floats:
    """A slope from one side of the town to the other with two waves over it, .05 to .95."""
    middle = (place - place.mean(axis=0)) / place.std(axis=0).max()
    turn = rng.uniform(0, 2 * np.pi, 3)
    slope = 0.25 * (middle @ [np.cos(turn[0]), np.sin(turn[0])])
    waves = sum(0.12 * np.sin(2.0 * (middle @ [np.cos(one), np.sin(one)]) + one) for one in turn[1:])
    return np.clip(0.45 + slope + waves, 0.05, 0.95)


def _seats(rng: np.random.Generator, total: float, m: int) -> Floats:
    """Seats of schools that differ by a fifth, together `total`."""
    size = rng.uniform(0.8, 1.2, m)
    return np.asarray(total * size / size.sum())
