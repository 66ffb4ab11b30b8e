"""A district of six census blocks and three schools, for plans that are read from files."""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.errors import DataError

BLOCKS = tuple(f"51059004001{1000 + k}" for k in range(6))
SCHOOLS, NAMES = ("S1", "S2", "S3"), ("Adams Elementary", "Brook Elementary", "Clay Elementary")
STUDENTS = (10.0, 20.0, 0.0, 7.0, 5.0, 8.0)


def drawn(units=BLOCKS, current=(0, 0, 1, 1, 2, 2), closed=(), schools=SCHOOLS, names=NAMES):
    """Blocks in a row; today's schools are those of `current`, -1 for a new one; indices behind the schools are closed ones."""
    return District(
        unit_ids=tuple(units), students=np.array(STUDENTS), school_ids=tuple(schools), school_names=tuple(names), school_unit=np.array([0, 2, 4]),
        edges=np.array([[u, u + 1] for u in range(len(units) - 1)]), current=None if current is None else np.array(current), closed_ids=tuple(closed),
    )  # fmt: skip


def table(*rows, sep=","):
    """Lines of a text file."""
    return "".join(f"{sep.join(map(str, row))}\n" for row in rows)


def said_of(work):
    """What a refusal says, a problem a line."""
    try:
        work()
    except DataError as error:
        return [str(problem) for problem in error.problems]
    raise AssertionError("it was read")
