"""Goals of closing and opening: how many schools are open, what they cost, and whose schools close."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.asked import Asked, from_linear
from rezoning.formulation.formulation import Floats, Terms
from rezoning.formulation.openings import sum_of_open


def schools_open(asked: Asked) -> Terms:
    """Number of open schools, Σ_s o_s."""
    return _sum(asked, np.ones(asked.pairs.num_schools))


def cost(asked: Asked) -> Terms:
    """What the open schools cost, Σ_s cost_s o_s, in the currency of the file."""
    assert asked.district.cost_if_open is not None
    return _sum(asked, asked.district.cost_if_open)


def _sum(asked: Asked, values: Floats) -> Terms:
    linear, constant = sum_of_open(asked.pairs, asked.district, values)
    return replace(from_linear(asked, linear), constant=constant)


def closure_burden(asked: Asked) -> Terms:
    """max(0, Σ_s (1 - o_s) (G_s / G - N_s / T)): by how much the group's share whose school closes is above everyone's.

    G_s and N_s are the students of the group, and all students, whose school of today is s, closed schools included; G and T those of the district.
    """
    from scipy.sparse import csr_array

    pairs, excess = asked.pairs, _beyond_everyone(asked.district, asked.district.groups[str(asked.goal.group)])
    m = pairs.num_schools
    linear, beside = sum_of_open(pairs, asked.district, excess[:m])
    part = csr_array(-linear[None, :])
    target = np.array([beside - excess.sum()])
    return replace(from_linear(asked, np.zeros(len(pairs))), parts=part, target=target, over=np.ones(1), under=np.zeros(1))


def _beyond_everyone(district: District, group: Floats) -> Floats:
    """Share of a group less the share of everyone whose school of today is each; open schools and then closed ones, shape (m + k,)."""
    assert district.current is not None
    known = district.current >= 0
    size = district.num_schools + len(district.closed_ids)
    shares = (np.bincount(district.current[known], weights=who[known], minlength=size) / who.sum() for who in (group, district.students))
    mine, everyone = shares
    return np.asarray(mine - everyone)
