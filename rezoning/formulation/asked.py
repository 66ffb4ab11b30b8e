"""A goal that is asked, and the three forms its numbers take: costs of pairs, excesses of what schools gather, shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.formulation import Block, Floats, Ints, Matrix, Pairs, Shape, Terms
from rezoning.formulation.sums import gathered_by_school
from rezoning.scenario.schema import Goal, Scenario


@dataclass(frozen=True, eq=False)
class Asked:
    """A goal, the district it is about, and the pairs that its numbers are over."""

    goal: Goal
    district: District
    pairs: Pairs
    scenario: Scenario

    @property
    def schools(self) -> Ints:
        """All open schools, shape (m,)."""
        return np.arange(self.pairs.num_schools)


@dataclass(frozen=True, eq=False)
class Excess:
    """What some schools gather above and below a target.

    ``Σ_i over[i] max(0, d_i) + under[i] max(0, -d_i)`` with d_i = Σ_{u in schools[i]} load[u] - target[i].

    Parameters
    ----------
    load
        Shape (n,).
    schools, target, over, under
        Shape (k,).
    """

    load: Floats
    schools: Ints
    target: Floats
    over: Floats
    under: Floats

    @classmethod
    def above(cls, load: Floats, schools: Ints, target: Floats | float = 0.0, over: Floats | float = 1.0) -> Excess:
        """What lies above the target alone."""
        none = np.zeros(len(schools))
        return cls(load, schools, none + target, none + over, none)

    @classmethod
    def below(cls, load: Floats, schools: Ints, target: Floats) -> Excess:
        """What lies below the target alone."""
        none = np.zeros(len(schools))
        return cls(load, schools, none + target, none, none + 1.0)


def stacked(matrices: Sequence[Matrix], num_pairs: int) -> Matrix:
    """Matrices over the same pairs, one under the other; there may be none."""
    from scipy.sparse import csr_array, vstack

    return csr_array(vstack(matrices, format="csr")) if matrices else csr_array((0, num_pairs))


def from_linear(asked: Asked, linear: Floats) -> Terms:
    """A cost of each pair, shape (P,), and nothing else."""
    none = np.zeros(0)
    return Terms(asked.goal, linear, stacked((), len(asked.pairs)), none, none, none)


def from_costs(asked: Asked, table: Floats) -> Terms:
    """A cost of each unit at each school, shape (n, m)."""
    return from_linear(asked, asked.pairs.from_table(table))


def from_excesses(asked: Asked, excesses: Sequence[Excess]) -> Terms:
    """Sums of excesses."""
    parts = stacked([gathered_by_school(asked.pairs, one.load, one.schools) for one in excesses], len(asked.pairs))
    target, over, under = (np.concatenate([np.zeros(0), *(getattr(one, name) for one in excesses)]) for name in ("target", "over", "under"))
    return replace(from_linear(asked, np.zeros(len(asked.pairs))), parts=parts, target=target, over=over, under=under)


def from_blocks(asked: Asked, blocks: Sequence[Block], constant: float = 0.0) -> Terms:
    """Shapes, and a number that makes the value the natural one."""
    return replace(from_linear(asked, np.zeros(len(asked.pairs))), blocks=tuple(blocks), constant=float(constant))


def by_school(asked: Asked, shape: Shape, loads: Sequence[Floats], weight: float, param: Floats | None = None) -> list[Block]:
    """One block per school, of the unit quantities that it gathers: quantity k is Σ_{u in s} loads[k][u]."""
    m, k = asked.pairs.num_schools, len(loads)
    every = stacked([gathered_by_school(asked.pairs, load, asked.schools) for load in loads], len(asked.pairs))
    param = np.zeros(k) if param is None else param
    return [Block(shape, every[np.arange(k) * m + s], np.zeros(k), float(weight), param, name) for s, name in enumerate(asked.district.school_ids)]
