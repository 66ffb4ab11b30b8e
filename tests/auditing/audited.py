"""Tiny drawn districts for the auditor's tests."""

import numpy as np

from rezoning.auditing import audit
from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.scenario.schema import Rules

NAMES = {"A": "Oak Hill", "B": "Elm Grove", "C": "Birch"}


def grid_edges(rows: int, columns: int) -> np.ndarray:
    index = np.arange(rows * columns).reshape(rows, columns)
    pairs = [*zip(index[:, :-1].ravel(), index[:, 1:].ravel(), strict=True), *zip(index[:-1].ravel(), index[1:].ravel(), strict=True)]
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def draw(picture: str, students=None, **changes) -> District:
    """A district from today's zones: ``Aab/aBb`` has school units in upper case; ``z`` is a closed school's unit, ``.`` a new one."""
    rows = picture.split("/")
    cells = "".join(rows)
    schools = sorted({c for c in cells if c.isupper()})
    code = {c.lower(): s for s, c in enumerate(schools)} | {"z": len(schools), ".": -1}
    given = {
        "unit_ids": tuple(f"{r}{c}" for r, row in enumerate(rows) for c, _ in enumerate(row)),
        "students": np.array([10.0] * len(cells) if students is None else students, dtype=float),
        "school_ids": tuple(schools),
        "school_names": tuple(NAMES[c] for c in schools),
        "school_unit": np.array([cells.index(c) for c in schools]),
        "edges": grid_edges(len(rows), len(rows[0])),
        "current": np.array([code[c.lower()] for c in cells]),
        "closed_ids": ("Z9",) if "z" in cells else (),
    }
    return District(**(given | changes))


def plan(picture: str) -> Plan:
    return Plan(["abcdefgh".index(c) for c in picture.replace("/", "").lower()])


def found(text: str, district: District, **rules) -> list[str]:
    return [violation.message for violation in audit(plan(text), district, Rules.model_validate(rules)).violations]
