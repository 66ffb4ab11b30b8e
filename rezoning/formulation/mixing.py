"""Goals of mixing: how a group is spread over schools. One function per goal; its formula is the natural value.

Notation: n_s students and a_s students of the group in school s, p_s = a_s / n_s; T, A and P = A / T of the district.
Σ_s of a group's surplus over all schools is zero in every plan, so Σ_s |surplus| = 2 Σ_s max(0, surplus): half the variables say the same.
"""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.asked import Asked, Excess, by_school, from_blocks, from_excesses, stacked
from rezoning.formulation.formulation import NOTHING, Block, Floats, Shape, Terms
from rezoning.formulation.sums import gathered_by_school


def dissimilarity(asked: Asked) -> Terms:
    """D = ½ Σ_s |a_s/A - b_s/B| with a the group and b the others or another group (Duncan & Duncan 1955)."""
    a, versus = _group(asked), asked.goal.versus
    b = asked.district.students - a if versus in (None, "others") else asked.district.groups[str(versus)]
    return from_excesses(asked, [Excess.above(a / a.sum() - b / b.sum(), asked.schools)])


def imbalance(asked: Asked) -> Terms:
    """Σ_g Σ_s |n_gs - P_g n_s| / T over the goal's groups, with P_g the district's share of group g."""
    district = asked.district
    surpluses = [_surplus(district, district.groups[name]) / district.total_students for name in asked.goal.groups or district.groups]
    return from_excesses(asked, [Excess.above(surplus, asked.schools, over=2.0) for surplus in surpluses])


def normalized_exposure(asked: Asked) -> Terms:
    """V = Σ_s n_s (p_s - P)² / (T P (1 - P)) = Σ_s (a_s² / n_s) / (T P (1 - P)) - P / (1 - P) (Massey & Denton 1988)."""
    a, total = _group(asked), asked.district.total_students
    share = a.sum() / total
    blocks = by_school(asked, Shape.RATIO, [a, asked.district.students], 1 / (total * share * (1 - share)))
    return from_blocks(asked, blocks, constant=-share / (1 - share))


def isolation(asked: Asked) -> Terms:
    """The group's share in the school of its average student: Σ_s (a_s / A) p_s (Massey & Denton 1988)."""
    a = _group(asked)
    return from_blocks(asked, by_school(asked, Shape.RATIO, [a, asked.district.students], 1 / a.sum()))


def theil_h(asked: Asked) -> Terms:
    """H = Σ_s n_s KL(p_s || P) / (T E) over the partition and the remainder, with E = -Σ_g P_g ln P_g (Theil 1971)."""
    counts = partition_counts(asked.district)
    totals = counts.sum(axis=1)
    kept = totals > NOTHING
    shares = totals[kept] / totals[kept].sum()
    entropy = -float(shares @ np.log(shares))
    return from_blocks(asked, by_school(asked, Shape.ENTROPY, list(counts[kept]), 1 / (float(totals[kept].sum()) * entropy), shares))


def partition_counts(district: District) -> Floats:
    """Students of each group of the partition and of the remainder, shape (G + 1, n); a remainder can be negative."""
    named = np.array([district.groups[name] for name in district.partition]).reshape(-1, district.num_units)
    return np.vstack([named, district.students - named.sum(axis=0)])


def max_deviation(asked: Asked) -> Terms:
    """max_s |p_s - P| over schools with students."""
    m, pairs = asked.pairs.num_schools, asked.pairs
    loads = (_surplus(asked.district, _group(asked)), asked.district.students)
    every = stacked([gathered_by_school(pairs, load, asked.schools) for load in loads], len(pairs))
    in_twos = np.arange(2 * m).reshape(2, m).T.ravel()  # surplus and students of school 0, of school 1, …
    return from_blocks(asked, [Block(Shape.DEVIATION, every[in_twos], np.zeros(2 * m), param=np.zeros(2 * m))])


def _group(asked: Asked) -> Floats:
    return asked.district.groups[str(asked.goal.group)]


def _surplus(district: District, group: Floats) -> Floats:
    """Students of the group above its share of the district, shape (n,)."""
    return np.asarray(group - group.sum() / district.total_students * district.students)
