"""What `pairing` asks of a district: schools and grades that are there, and who is whose neighbor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rezoning.district.buildings import Buildings
from rezoning.district.district import District
from rezoning.errors import Problem, shown
from rezoning.scenario.pairing import Pairing, Span, wrong_span
from rezoning.scenario.words import unknown


def grades_of(district: District, pairing: Pairing) -> tuple[str, ...]:
    """The grades that are split, lowest first: those that the section names, else those that the district counts."""
    return pairing.grades or tuple(district.grades)


def zone_neighbors(district: District, min_shared_m: float) -> NDArray[np.bool_]:
    """Schools whose zones of today share a border of so many meters, or one of unknown length; shape (m, m), symmetric, no school its own.

    A border is the sum over all neighboring units of the two zones, on islands too.
    """
    m, zone = district.num_schools, district.stayable[district.edges]
    between = (zone[:, 0] != zone[:, 1]) & (zone >= 0).all(axis=1)
    length = np.full(len(zone), np.nan) if district.border_m is None else district.border_m
    shared = np.zeros((m, m))
    np.add.at(shared, (zone[between, 0], zone[between, 1]), np.where(np.isnan(length[between]), np.inf, length[between]))
    touches = np.zeros((m, m), dtype=bool)
    touches[zone[between, 0], zone[between, 1]] = True
    touches |= touches.T
    return np.asarray(touches & (shared + shared.T >= min_shared_m - 1e-6))
