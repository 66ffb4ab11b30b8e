"""Tiny districts with a question, drawn from a seed: up to 12 units and 3 schools, with all that real ones have.

Water (units without students), a missing or an extra border, islands, new units, closed schools, unknown trips, full schools, groups that overlap.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from rezoning.district.district import District, Land
from rezoning.scenario.schema import Scenario

DATA = {
    "units": {"path": "units.gpkg", "students": "students", "groups": {"low": "low", "black": "black", "white": "white"}, "current_school": "zone"},
    "schools": {"path": "schools.csv", "capacity": "seats"},
    "travel": {"path": "travel.csv", "measure": "minutes"},
}


def scenario(rules: dict[str, Any] | None = None, goals: list[dict[str, Any]] | None = None, **solve: Any) -> Scenario:
    """A scenario built in code; its data section names files that are never read."""
    settings = {"method": "exact", "gap": 0, "gap_abs": 1e-9, "threads": 1, "time_limit": 60} | solve
    said = {"name": "drawn", "data": DATA, "rules": rules or {}, "goals": goals or [{"minimize": "reassigned"}], "solve": settings}
    return Scenario.model_validate(said)


def picture(rows: str, students: Any = None, edges: Any = None, **changes: Any) -> District:
    """A district from a picture of today's zones on a grid: ``Aab/aBb`` has school units in upper case, ``z`` a closed school's, ``.`` a new unit."""
    lines = rows.split("/")
    cells, width = "".join(lines), len(lines[0])
    schools = sorted({c for c in cells if c.isupper()})
    code = {c.lower(): s for s, c in enumerate(schools)} | {"z": len(schools), ".": -1}
    given = {
        "unit_ids": tuple(f"{u // width}{u % width}" for u in range(len(cells))),
        "students": np.full(len(cells), 10.0) if students is None else np.array(students, dtype=float),
        "school_ids": tuple(schools),
        "school_names": tuple(f"School {c}" for c in schools),
        "school_unit": np.array([cells.index(c) for c in schools]),
        "edges": np.array(sorted(grid(len(lines), width)) if edges is None else edges, dtype=np.int64).reshape(-1, 2),
        "current": np.array([code[c.lower()] for c in cells]),
        "closed_ids": ("Z",) if "z" in cells else (),
    }
    return District(**(given | changes))


def grid(rows: int, columns: int) -> set[tuple[int, int]]:
    """Pairs of neighbors of a grid whose cells are numbered row by row."""
    across = {(r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)}
    return across | {(r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)}


@dataclass(frozen=True, eq=False)
class Case:
    """A district and what is asked about it."""

    district: District
    scenario: Scenario


@cache
def case(seed: int, max_units: int = 12, **only: Any) -> Case:
    """The case of a seed. `only` may fix ``method`` or ``islands`` of contiguity."""
    rng = np.random.default_rng(seed)
    district = _district(rng, max_units)
    return Case(district, _question(rng, district, only))


@cache
def parted(seed: int, max_units: int = 9, **only: Any) -> Case:
    """The case of a seed with one to three units in several places: their further pieces lie beside one to three others, a few beside none."""
    drawn, rng = case(seed, max_units, **only), np.random.default_rng(seed)
    n = drawn.district.num_units
    further = rng.choice(n, int(rng.integers(1, 4)))
    ground = [(int(v), n + k) for k, u in enumerate(further) for v in rng.permutation(n)[: rng.choice([1, 2, 3])] if v != u and rng.random() < 0.95]
    ground += [(n + k - 1, n + k) for k in range(1, len(further)) if further[k] != further[k - 1] and rng.random() < 0.2]
    unit = np.concatenate([np.arange(n), further])
    edges = np.unique(np.concatenate([drawn.district.edges, np.array(ground, dtype=np.int64).reshape(-1, 2)]), axis=0)
    pairs = np.unique(np.sort(unit[edges], axis=1), axis=0)
    return Case(replace(drawn.district, edges=pairs, parts=Land(unit, edges)), drawn.scenario)


def cases(max_units: int = 9, **only: Any) -> st.SearchStrategy[Case]:
    """Cases for hypothesis."""
    return st.integers(0, 2**31).map(lambda seed: case(seed, max_units, **only))


# -- the place -------------------------------------------------------------------------------------------------------


def _district(rng: np.random.Generator, max_units: int) -> District:
    n, m = int(rng.integers(4, max_units + 1)), int(rng.choice([1, 2, 3], p=[0.05, 0.4, 0.55]))
    edges = _edges(rng, n)
    students = np.where(rng.random(n) < rng.choice([0.2, 0.5]), 0.0, rng.integers(1, 40, n) * rng.choice([1.0, 0.5]))
    students[rng.integers(n)] += 10
    roots = rng.permutation(n)[:m]
    current = _today(rng, n, edges, roots) if rng.random() < 0.9 else None
    black, low = np.floor(students * rng.random(n)), np.floor(students * rng.random(n) ** 2)
    low[int(np.argmax(students))] = max(1.0, low[int(np.argmax(students))])
    black[int(np.argmax(students))] = 5.0
    white = np.floor((students - black) * rng.random(n))
    white[int(np.argmax(students))] = 4.0
    if rng.random() < 0.1:
        low[rng.integers(n)] += 3  # groups_above_total: keep
    closed = () if current is None or current.max() < m else ("Z",)
    ids = rng.permutation([f"{u + 5:02d}" for u in range(n)])  # ties by id are not ties by index
    return District(
        unit_ids=tuple(ids.tolist()),
        students=students,
        school_ids=tuple("ABC"[:m]),
        school_names=tuple(f"School {c}" for c in "ABC"[:m]),
        school_unit=roots,
        edges=edges,
        groups={"low": low, "black": black, "white": white},
        current=current,
        closed_ids=closed,
        capacity=np.round(students.sum() / m * rng.uniform(0.7, 1.5, m)) if rng.random() < 0.9 or current is None else None,
        travel=_travel(rng, n, edges, roots) if rng.random() < 0.85 else None,
    )


def _edges(rng: np.random.Generator, n: int) -> np.ndarray:
    """A part of a grid with some borders missing and a few diagonals, mostly connected."""
    width = int(rng.choice([3, 4])) if n > 4 else 2
    pairs = {(a, b) for a, b in grid(-(-n // width), width) if b < n}
    pairs |= {(u, u + width + 1) for u in range(n - width - 1) if u % width < width - 1 and rng.random() < 0.1}
    for pair in sorted(pairs):
        if rng.random() < 0.25 and (_is_connected(n, pairs - {pair}) or rng.random() < 0.03):
            pairs.discard(pair)
    shuffled = rng.permutation(n)
    return np.array(sorted(sorted(shuffled[list(pair)].tolist()) for pair in pairs), dtype=np.int64).reshape(-1, 2)


def _is_connected(n: int, pairs: set[tuple[int, int]]) -> bool:
    reached, grew = {0}, True
    while grew:
        before = len(reached)
        reached |= {b for a, b in pairs if a in reached} | {a for a, b in pairs if b in reached}
        grew = len(reached) > before
    return len(reached) == n


def _hops(n: int, edges: np.ndarray, root: int) -> np.ndarray:
    far = np.full(n, np.inf)
    far[root] = 0
    for _ in range(n):
        for a, b in edges:
            far[a], far[b] = min(far[a], far[b] + 1), min(far[b], far[a] + 1)
    return far


def _today(rng: np.random.Generator, n: int, edges: np.ndarray, roots: np.ndarray) -> np.ndarray:
    """Nearest school by hops, then a few units elsewhere: islands, new units, a closed school's."""
    m = len(roots)
    current = np.argmin([_hops(n, edges, root) + rng.random(n) for root in roots], axis=0)
    stray = rng.random(n) < rng.choice([0, 0.1, 0.25])
    current[stray] = rng.integers(0, m, stray.sum())
    if rng.random() < 0.8:
        current[roots] = np.arange(m)
    current[rng.random(n) < rng.choice([0, 0, 0.15])] = -1
    current[rng.random(n) < rng.choice([0, 0, 0.1])] = m
    return current.astype(np.int64)


def _travel(rng: np.random.Generator, n: int, edges: np.ndarray, roots: np.ndarray) -> np.ndarray:
    far = np.stack([np.minimum(_hops(n, edges, root), n) for root in roots], axis=1)
    trips = np.round(far * rng.uniform(2, 4) + rng.choice([0, 1, 2], far.shape), 1)
    trips[roots, np.arange(len(roots))] = 0
    trips[rng.random(far.shape) < rng.choice([0, 0.1])] = np.nan
    return trips


# -- the question ----------------------------------------------------------------------------------------------------


def _question(rng: np.random.Generator, district: District, only: dict[str, Any]) -> Scenario:
    rules: dict[str, Any] = {
        "contiguity": {"method": str(rng.choice(["exact", "exact", "exact", "exact", "exact", "none", "closer_neighbor"]))},
        "school_in_own_zone": bool(rng.random() < 0.75),
        "stay_allowed": bool(rng.random() < 0.8),
    }
    rules["contiguity"]["islands"] = "keep" if district.has_current and rng.random() < 0.6 else "forbid"
    rules["contiguity"] |= {key: value for key, value in only.items() if key == "method" or district.has_current}
    if rng.random() < 0.5:
        rules["capacity"] = _capacity(rng, district)
    if district.travel is not None and rng.random() < 0.5:
        rules["travel"] = _limits(rng, district)
    _names(rng, district, rules)
    if district.has_current and rng.random() < 0.25:
        rules["reassigned"] = {"max_share": round(float(rng.uniform(0, 0.6)), 2)}
    return scenario(rules, _goals(rng, district))


def _capacity(rng: np.random.Generator, district: District) -> dict[str, Any]:
    use_today = district.has_current and (district.capacity is None or rng.random() < 0.3)
    rule: dict[str, Any] = {"of": "current" if use_today else "capacity", "min": float(rng.choice([0, 0.3, 0.6]))}
    return rule | ({"max": float(rng.choice([1.0, 1.25, 1.6, 2]))} if rng.random() < 0.8 else {})


def _limits(rng: np.random.Generator, district: District) -> dict[str, Any]:
    longest = float(np.nanmax(district.travel, initial=1.0))
    rule: dict[str, Any] = {}
    if rng.random() < 0.8:
        rule["max"] = round(longest * float(rng.uniform(0.4, 1)), 1)
    if district.has_current and rng.random() < 0.5:
        rule["max_increase"] = float(rng.choice([0, 0.25, 0.5, 1, 2]))
    if rng.random() < 0.4:
        rule["always_within"] = round(longest * float(rng.uniform(0, 0.5)), 1)
    return rule


def _names(rng: np.random.Generator, district: District, rules: dict[str, Any]) -> None:
    """Rules that name units and schools."""
    units, schools = district.unit_ids, district.school_ids

    def some(texts: tuple[str, ...], most: int) -> list[str]:
        return [str(text) for text in rng.permutation(texts)[: rng.integers(1, most + 1)]]

    if district.has_current and rng.random() < 0.2:
        rules["locked"] = {"units": some(units, 3) if rng.random() < 0.7 else [], "schools": some(schools, 1) if rng.random() < 0.5 else []}
    if rng.random() < 0.15:
        rules["assign"] = {u: str(rng.choice(schools)) for u in some(units, 2)}
    if rng.random() < 0.25:
        rules["forbid"] = [[u, str(rng.choice(schools))] for u in some(units, 3)]


def _goals(rng: np.random.Generator, district: District) -> list[dict[str, Any]]:
    choice: list[dict[str, Any]] = [
        {"minimize": "dissimilarity", "group": "low"},
        {"minimize": "dissimilarity", "group": "black", "versus": "white"},
        {"minimize": "imbalance"},
        {"minimize": "imbalance", "groups": ["low", "white"]},
    ]
    choice += [{"minimize": "reassigned"}] * 2 * district.has_current
    choice += [{"minimize": "travel"}] * 2 * (district.travel is not None)
    choice += [{"minimize": "over_capacity"}] * 2 * (district.capacity is not None)
    picked = [dict(choice[i]) for i in rng.permutation(len(choice))[: rng.choice([1, 2, 3], p=[0.5, 0.35, 0.15])]]
    if len(picked) > 1 and rng.random() < 0.3:
        return [goal | {"weight": float(rng.choice([0.5, 1, 3]))} for goal in picked]
    return [goal | ({"give_up": 0.1} if rng.random() < 0.3 else {}) for goal in picked]
