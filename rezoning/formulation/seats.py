"""Goals of use: students and seats. Notation: n_s students and c_s seats of school s, T all students."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rezoning.formulation.asked import Asked, Excess, from_blocks, from_excesses
from rezoning.formulation.formulation import Block, Floats, Shape, Terms
from rezoning.formulation.openings import only_when_open
from rezoning.formulation.sums import gathered_by_school


def over_capacity(asked: Asked) -> Terms:
    """Σ_s max(0, n_s - c_s) / T."""
    return from_excesses(asked, [Excess.above(*_shares(asked, 1.0))])


def out_of_utilization(asked: Asked) -> Terms:
    """Σ_s (max(0, n_s - max c_s) + max(0, min c_s - n_s)) / T; a school that is closed lacks nobody."""
    goal, excesses = asked.goal, []
    if goal.max is not None:
        excesses.append(Excess.above(*_shares(asked, goal.max)))
    if goal.min is not None:
        excesses.append(Excess.below(*_shares(asked, goal.min)))
    terms = from_excesses(asked, excesses)
    return terms if goal.min is None or not asked.district.has_optional else _lacking_when_open(asked, terms)


def _lacking_when_open(asked: Asked, terms: Terms) -> Terms:
    """Terms whose last parts, one for each school, are what is missing to a target: that of open schools alone."""
    from scipy.sparse import csr_array, vstack

    first = len(terms.target) - len(asked.schools)
    parts, target = only_when_open(asked.pairs, asked.district, asked.schools, terms.parts[first:], terms.target[first:])
    whole = csr_array(vstack([terms.parts[:first], parts], format="csr"))
    return replace(terms, parts=whole, target=np.concatenate([terms.target[:first], target]))


def _shares(asked: Asked, share: float) -> tuple[Floats, np.ndarray, Floats]:
    """Students, schools, and a share of their seats; both counts as shares of all students."""
    total = asked.district.total_students
    return asked.district.students / total, asked.schools, share * _seats(asked) / total


def utilization_spread(asked: Asked) -> Terms:
    """max_s n_s / c_s - min_s n_s / c_s over open schools with seats: a peak of the utilizations, and one of their negatives.

    A closed school has no part in the least: there its utilization counts as one that some open school is always below.
    """
    from scipy.sparse import csr_array, diags_array

    seats = _seats(asked)
    schools = np.flatnonzero(seats > 0)
    students = gathered_by_school(asked.pairs, asked.district.students, schools)
    utilization = csr_array(diags_array(1 / seats[schools]) @ students)
    none = np.zeros(len(schools))
    highest, lowest = (Block(Shape.PEAK, sign * utilization, none, param=none) for sign in (1.0, -1.0))
    if asked.district.has_optional:
        full = np.where(asked.district.optional[schools], _never_the_least(asked, seats), 0.0)
        parts, _ = only_when_open(asked.pairs, asked.district, schools, lowest.parts, -full)
        lowest = replace(lowest, parts=parts, target=full)
    return from_blocks(asked, [highest, lowest])


def _never_the_least(asked: Asked, seats: Floats) -> float:
    """A utilization that some open school does not exceed, whichever are open: that of all students in the fewest seats."""
    firm, other = seats[~asked.district.optional], seats[asked.district.optional & (seats > 0)]
    return asked.district.total_students / float(firm.sum() or other.min(initial=np.inf))


def portables(asked: Asked) -> Terms:
    """Σ_s price_s max(0, n_s - c_s): students above the permanent seats, each times the price of a portable one (1 where none is given)."""
    price = asked.district.portable_price
    over = np.ones(asked.pairs.num_schools) if price is None else price
    return from_excesses(asked, [Excess.above(asked.district.students, asked.schools, _seats(asked), over)])


def _seats(asked: Asked) -> Floats:
    assert asked.district.capacity is not None
    return asked.district.capacity
