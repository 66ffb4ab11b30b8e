"""The goal `out_of_band`: students between each school and the nearest range of each of its bands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.asked import Asked, Excess, from_excesses, stacked
from rezoning.formulation.columns import numbers
from rezoning.formulation.formulation import Block, Floats, Ints, Matrix, Shape, Terms
from rezoning.formulation.sums import gathered_by_school
from rezoning.scenario.bands import BandRule


def out_of_band(asked: Asked) -> Terms:
    """Σ over bands, hard and soft, and their schools of min over ranges of (max(0, a_s - U n_s) + max(0, L n_s - a_s)) / (T · spread).

    A band of one range is an excess; one of several is a block per school that takes the least of its ranges.
    """
    excesses: list[Excess] = []
    blocks: list[Block] = []
    assert asked.scenario is not None
    for band in asked.scenario.rules.bands:
        ranges = [loads(band, asked.district, low, high) for low, high in limits(band, asked.district)]
        schools = np.array([s for s, name in enumerate(asked.district.school_ids) if band.holds_for(name)], dtype=np.int64)
        if len(ranges) == 1:
            excesses += [Excess.above(load, schools) for load in ranges[0]]
        elif all(ranges):  # a range that nothing can leave leaves nothing outside
            blocks += _least(asked, ranges, schools)
    return replace(from_excesses(asked, excesses), blocks=tuple(blocks))


def limits(band: BandRule, district: District) -> list[tuple[float, float]]:
    """Least and largest share (mean) of each range."""
    share = float("nan") if band.group is None else float(district.groups[band.group].sum() / district.total_students)
    return [part.limits(share) for part in band.ranges]


def loads(band: BandRule, district: District, low: float, high: float) -> list[Floats]:
    """Unit quantities whose sums over a zone, where above 0, are its distance from a range; what is nowhere above 0 is left out."""
    inside, spread = _held(band, district)
    found = [sign * (limit * district.students - inside) for sign, limit in ((1.0, low), (-1.0, high)) if np.isfinite(limit)]
    return [load / (district.total_students * spread) for load in found if (load > 0).any()]


def _held(band: BandRule, district: District) -> tuple[Floats, float]:
    """Students of the group, or students times the index, in each unit; and how far the index goes from unit to unit (1 for a group)."""
    if band.group is not None:
        return district.groups[band.group], 1.0
    index = numbers(district, str(band.index))
    spread = float(np.nanmax(index) - np.nanmin(index))
    return district.students * np.nan_to_num(index), spread if spread > 0 else 1.0


def _least(asked: Asked, ranges: list[list[Floats]], schools: Ints) -> list[Block]:
    """One block per school: the least of its distances from the ranges."""
    every: list[Matrix] = [gathered_by_school(asked.pairs, load, schools) for one in ranges for load in one]
    param = np.repeat(np.arange(len(ranges), dtype=np.float64), [len(one) for one in ranges])
    rows, k = stacked(every, len(asked.pairs)), np.arange(len(every)) * len(schools)
    names = [asked.district.school_ids[s] for s in schools]
    return [Block(Shape.LEAST, rows[k + i], np.zeros(len(k)), param=param, name=name) for i, name in enumerate(names)]
