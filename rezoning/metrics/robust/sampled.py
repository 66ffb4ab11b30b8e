"""Measures of several assignments on the same draws of the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rezoning.district.district import Floats, Ints
from rezoning.metrics import capacity, travel
from rezoning.metrics.draws import Gather, Noise, drawn
from rezoning.metrics.indices import index_of
from rezoning.metrics.programs import EVERYONE
from rezoning.metrics.robust.noise import Leaving
from rezoning.metrics.uncertainty import OF_DRAWS
from rezoning.metrics.zones import Zones

Key = tuple[str, str | None]
"""A measure and its group; None for all students."""

INDICES = ("dissimilarity", "normalized_exposure", "isolation", "gini")
OF_ALL = ("utilization_max", "over_capacity_students", "travel_mean")
"""Measures that can be drawn; less is better of each."""


@dataclass(frozen=True, eq=False)
class Case:
    """One way in which counts may be others.

    Parameters
    ----------
    kind
        ``chance``, ``margin``, ``rounding``, ``growth``, ``year`` or ``leaving``.
    noise
        None for chance in the counts alone.
    leaving
        Who of the reassigned leaves.
    said
        Its numbers, for documents.
    """

    kind: str
    noise: Noise | None = None
    leaving: Leaving | None = None
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether what was counted lies in the middle of what may be true."""
        return self.leaving is None and (self.noise is None or self.noise.is_error)


def keys_of(views: Sequence[Zones], groups: Sequence[str]) -> list[Key]:
    """The measures that are known of every assignment."""
    district = views[0].district
    known = {"utilization_max": district.capacity is not None, "over_capacity_students": district.capacity is not None}
    known["travel_mean"] = all(zones.trips is not None and not np.isnan(zones.trips[zones.counted]).all() for zones in views)
    return [*((name, group) for name in INDICES for group in groups), *((name, None) for name in OF_ALL if known[name])]


def measured(views: Sequence[Zones], keys: Sequence[Key]) -> dict[Key, list[float | None]]:
    """Each measure of each assignment on the counts as they are."""
    of_all = {
        "utilization_max": lambda zones: capacity.extremes(zones)[1],
        "over_capacity_students": capacity.over_capacity_students,
        "travel_mean": travel.mean,
    }
    return {(name, group): [of_all[name](one) if group is None else index_of(one, name, group) for one in views] for name, group in keys}


def sampled(views: Sequence[Zones], case: Case, keys: Sequence[Key], draws: int, seed: int) -> dict[Key, Floats]:
    """Each measure of each assignment on the same draws, shape (views, draws); NaN where a draw leaves it undefined.

    Parameters
    ----------
    views
        Assignments of one district's units.
    case
        How counts are drawn.
    draws, seed
        How often, and what makes chance repeatable.
    """
    found: dict[Key, Floats] = {}
    for group in dict.fromkeys(group for _, group in keys):
        names = [name for name, one in keys if one == group]
        parts = [_measures(views, names, group, *one) for one in _students(views, case, group or EVERYONE, draws, seed)]
        found |= {(name, group): np.concatenate([part[k] for part in parts], axis=1) for k, name in enumerate(names)}
    return found


def _students(views: Sequence[Zones], case: Case, group: str, draws: int, seed: int) -> Any:
    """Cells of the assignments, shape (views, C), and students of the group and others in each for each assignment, shape (views, C, K) each."""
    district = views[0].district
    moves = [np.zeros(district.num_units, dtype=np.int64) if zones.moved is None else zones.moved.astype(np.int64) for zones in views]
    schools = np.stack([*(zones.school for zones in views), *moves])
    is_merged = group != EVERYONE and case.noise is None and (case.leaving is None or not case.leaving.groups)
    cells, which = np.unique(schools, axis=1, return_inverse=True) if is_merged else (schools, np.arange(schools.shape[1]))
    moved = cells[len(views) :] == 1
    width = max(len(zones.ids) for zones in views) * len(views)
    leaves = np.random.default_rng([seed, 1, *group.encode()])
    chances: tuple[Any, Any] | None = None
    if case.leaving is not None:
        chances = (case.leaving.share,) * 2 if is_merged else case.leaving.chances(district, group)
    for a, b in drawn(district, group, which.ravel(), cells.shape[1], draws, seed, width, case.noise):
        both = [np.broadcast_to(part, (len(views), *part.shape)) for part in (a, b)]
        if chances is not None:
            any_moved = moved.any(axis=0)
            both = [part - moved[:, :, None] * _gone(part[0], chance, any_moved, leaves) for part, chance in zip(both, chances, strict=True)]
        yield cells[: len(views)], both[0], both[1]


def _gone(counts: Floats, chance: Any, moved: Any, generator: np.random.Generator) -> Floats:
    """How many of each count leave, shape (C, K): of whole students each by chance, of the rest of an estimate its share."""
    gone = np.zeros(counts.shape)
    each = np.broadcast_to(np.asarray(chance, dtype=np.float64), counts.shape[:1])[moved][:, None]
    whole = np.floor(np.maximum(counts[moved], 0))
    gone[moved] = generator.binomial(whole.astype(np.int64), each) + (np.maximum(counts[moved], 0) - whole) * each
    return gone


def _measures(views: Sequence[Zones], names: Sequence[str], group: str | None, cells: Ints, a: Floats, b: Floats) -> list[Floats]:
    """Each named measure, shape (views, K) each."""
    found: list[list[Floats]] = [[] for _ in names]
    for k, zones in enumerate(views):
        gather = Gather(cells[k], len(zones.ids))
        if group is not None:
            ours, others = gather(a[k]), gather(b[k])
            values = [OF_DRAWS[name](ours, others) for name in names]
        else:
            held = gather(a[k])
            values = [_of_all(name, zones, held, a[k]) for name in names]
        for one, value in zip(found, values, strict=True):
            one.append(value)
    return [np.array(one) for one in found]


def _of_all(name: str, zones: Zones, held: Floats, students: Floats) -> Floats:
    """A measure of all students on draws: held by each school, shape (M, K), and living in each unit, shape (n, K)."""
    if name == "travel_mean":
        assert zones.trips is not None
        known = ~np.isnan(zones.trips)
        total = students[known].sum(axis=0)
        return np.asarray(np.divide(zones.trips[known] @ students[known], total, out=np.full(len(total), np.nan), where=total > 0))
    seats = zones.district.capacity
    assert seats is not None
    held = held[: len(seats)]
    if name == "over_capacity_students":
        return np.asarray(np.maximum(held - seats[:, None], 0).sum(axis=0))
    some = seats > 0
    return np.asarray((held[some] / seats[some, None]).max(axis=0)) if some.any() else np.full(held.shape[1], np.nan)
