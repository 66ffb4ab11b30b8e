"""The goal `out_of_band`: students between each school and the nearest range of each of its bands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rezoning.district.column_values import numbers
from rezoning.district.district import District
from rezoning.formulation.asked import Asked, Excess, from_excesses, stacked
from rezoning.formulation.bands import band_limits, band_load, band_schools
from rezoning.formulation.formulation import Block, Floats, Ints, Matrix, Shape, Terms
from rezoning.formulation.sums import gathered_by_school
from rezoning.scenario.bands import BandRule


def out_of_band(asked: Asked) -> Terms:
    """Σ over bands, hard and soft, and their schools of min over ranges of (max(0, a_s - U n_s) + max(0, L n_s - a_s)) / (T · spread).

    A band of one range is an excess; one of several is a block per school that takes the least of its ranges.
    """
    excesses: list[Excess] = []
    blocks: list[Block] = []
    for band in asked.scenario.rules.bands:
        ranges, schools = outsides(band, asked.district), band_schools(asked.district, band)
        if len(ranges) == 1:
            excesses += [Excess.above(load, schools) for load in ranges[0]]
        elif all(ranges):  # a range that nothing can leave leaves nothing outside
            blocks += _least(asked, ranges, schools)
    return replace(from_excesses(asked, excesses), blocks=tuple(blocks))


def outsides(band: BandRule, district: District) -> list[list[Floats]]:
    """For each range unit quantities whose sums over a zone, where above 0, are its distance; what is nowhere above 0 is left out."""
    inside, n = band_load(district, band), district.students
    scale = district.total_students * _spread(band, district)
    found = []
    for low, high in band_limits(district, band):
        loads = [sign * (limit * n - inside) / scale for sign, limit in ((1.0, low), (-1.0, high)) if np.isfinite(limit)]
        found.append([load for load in loads if (load > 0).any()])
    return found


def _spread(band: BandRule, district: District) -> float:
    """How far an index goes from student to student; 1 for a group, and where it is the same for all."""
    if band.index is None:
        return 1.0
    index = numbers(district, band.index)[district.students > 0]
    return float(np.ptp(index)) or 1.0


def _least(asked: Asked, ranges: list[list[Floats]], schools: Ints) -> list[Block]:
    """One block per school: the least of its distances from the ranges."""
    every: list[Matrix] = [gathered_by_school(asked.pairs, load, schools) for one in ranges for load in one]
    param = np.repeat(np.arange(len(ranges), dtype=np.float64), [len(one) for one in ranges])
    rows, k = stacked(every, len(asked.pairs)), np.arange(len(every)) * len(schools)
    names = [asked.district.school_ids[s] for s in schools]
    return [Block(Shape.LEAST, rows[k + i], np.zeros(len(k)), param=param, name=name) for i, name in enumerate(names)]
