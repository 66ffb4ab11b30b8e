"""Schools that a plan may close or open: when they are, and what holds only of open ones.

No binary is new. A zone is in one piece that holds its school's unit, so that a school is open exactly where its unit is in its zone: o_s is the pair
(node of the school's unit, s), and every other pair of the zone implies it. Where zones need not hang together, rows say so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.formulation import Floats, Ints, Matrix, Pairs, RowName, Rows
from rezoning.formulation.sums import gathered_by_school, implications, stacked_rows
from rezoning.scenario.openings import HowMany
from rezoning.scenario.schema import Scenario

ALWAYS, NEVER = -1, -2
"""In place of a pair: a school that no plan closes, and one that no plan can open."""


def opened(pairs: Pairs, district: District) -> Ints:
    """The pair that says whether each school is open, o_s = x[pair]; `ALWAYS` (-1) for one that always is, `NEVER` (-2) where it cannot be; (m,)."""
    root = pairs.roots(district.school_unit)
    own = pairs.lookup[root, np.arange(district.num_schools)]
    return np.where(district.optional, np.where(own >= 0, own, NEVER), ALWAYS)


def roots(pairs: Pairs, district: District) -> Ints:
    """Node of the unit of each school that may be open or closed, -1 for the others, shape (m,); empty where there is none."""
    own = opened(pairs, district)
    found = np.where(own >= 0, pairs.node[own], -1)
    return found if (own >= 0).any() else found[:0]


def sum_of_open(pairs: Pairs, district: District, values: Floats) -> tuple[Floats, float]:
    """Σ_s values_s o_s as a cost of each pair, shape (P,), and a constant: of schools that are always open; `values` has shape (m,)."""
    pair, linear = opened(pairs, district), np.zeros(len(pairs))
    np.add.at(linear, pair[pair >= 0], values[pair >= 0])
    return linear, float(values[pair == ALWAYS].sum())


def only_when_open(pairs: Pairs, district: District, schools: Ints, parts: Matrix, target: Floats) -> tuple[Matrix, Floats]:
    """Quantities ``parts @ x - target``, one for each of some schools, with ``target_s o_s`` for the target: nothing is asked of a closed one.

    Returns
    -------
    Parts and targets of the same shapes; as they were for schools that are always open.
    """
    from scipy.sparse import csr_array

    pair = opened(pairs, district)[schools]
    row = np.flatnonzero(pair >= 0)
    asked = csr_array((target[row], (row, pair[row])), shape=parts.shape)
    return csr_array(parts - asked), np.where(pair == ALWAYS, target, 0.0)


def limits_of_open(pairs: Pairs, district: District, held: Matrix, limits: tuple[Floats, Floats], names: tuple[RowName, ...]) -> Rows | None:
    """Least o_s <= students of a zone <= most o_s, for schools that may close or open.

    Parameters
    ----------
    held
        Students of each zone, a row for each school; shape (m, P).
    limits
        Least and most of each school, shape (m,) each; none where 0, and where infinite.
    names
        Of the rows, one for each school.
    """
    found = []
    for limit, is_least in ((limits[0], True), (limits[1], False)):
        s = np.flatnonzero(district.optional & (limit > 0 if is_least else np.isfinite(limit)))
        if len(s):
            parts, _ = only_when_open(pairs, district, s, held[s], limit[s])
            none, free = np.zeros(len(s)), np.full(len(s), np.inf)
            found.append(Rows(parts, none if is_least else -free, free if is_least else none, tuple(names[k] for k in s)))
    return stacked_rows(found)


# -- rows --------------------------------------------------------------------------------------------------------------


def need_their_unit(pairs: Pairs, district: District) -> Rows | None:
    """x[b, s] <= o_s: nobody is in the zone of a closed school. None where no school may close or open.

    Where zones hang together with their school's unit this is so in every plan already.
    """
    if not district.has_optional:
        return None
    pair = opened(pairs, district)
    inside = np.flatnonzero(district.optional[pairs.school] & (pair[pairs.school] != np.arange(len(pairs))))
    needed = [(p, [q] if (q := int(pair[pairs.school[p]])) >= 0 else []) for p in inside.tolist()]
    return implications(pairs, needed, RowName("openings", "school's unit"))


def least_of_open(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """Students of an open school >= its least of the schools' file, and a share of its seats where `rules.openings.least` says so."""
    rule, schools = scenario.rules.openings, np.arange(district.num_schools)
    held = gathered_by_school(pairs, district.students, schools)
    names = tuple(RowName("openings", text) for text in district.school_ids)
    none, found = np.full(len(schools), np.inf), []
    least = district.least_students
    if least is not None:
        firm = np.flatnonzero(~district.optional & (least > 0))
        found.append(Rows(held[firm], least[firm], none[firm], tuple(names[s] for s in firm)) if len(firm) else None)
        found.append(limits_of_open(pairs, district, held, (least, none), names))
    if rule is not None and rule.least is not None:
        assert district.capacity is not None
        found.append(limits_of_open(pairs, district, held, (rule.least * district.capacity, none), names))
    return stacked_rows([rows for rows in found if rows is not None])


def counts(pairs: Pairs, district: District, scenario: Scenario) -> Rows | None:
    """How many schools open, close, and are open in the end; pairs of which one at most is open, or both are or neither."""
    rule = scenario.rules.openings
    if rule is None:
        return None
    may_close, m = district.optional & ~district.is_candidate, district.num_schools
    num = float(may_close.sum())
    ends: tuple[tuple[str, HowMany | None, Floats, float], ...] = (
        ("open", rule.open, district.is_candidate.astype(np.float64), 0.0),
        ("close", rule.close, -may_close.astype(np.float64), num),
        ("total", rule.total, np.ones(m), 0.0),
    )
    found = []
    for key, asked, values, beside in ends:
        if asked is not None:
            low, high = -np.inf if asked.min is None else asked.min, np.inf if asked.max is None else asked.max
            found.append(_of_open(pairs, district, values, (low - beside, high - beside), key))
    for key, ties, sign, limits in (("not_both", rule.not_both, 1.0, (-np.inf, 1.0)), ("together", rule.together, -1.0, (0.0, 0.0))):
        for one, other in ties:
            values = np.zeros(m)
            values[district.school_index[one]], values[district.school_index[other]] = 1.0, sign
            found.append(_of_open(pairs, district, values, limits, f"{key}: {one}, {other}"))
    return stacked_rows(found)


def _of_open(pairs: Pairs, district: District, values: Floats, limits: tuple[float, float], subject: str) -> Rows:
    """Lower <= Σ_s values_s o_s <= upper."""
    from scipy.sparse import csr_array

    linear, beside = sum_of_open(pairs, district, values)
    lower, upper = (np.array([limit - beside]) for limit in limits)
    return Rows(csr_array(linear[None, :]), lower, upper, (RowName("openings", subject),))


ROWS = (counts, least_of_open)


def root_of_today(district: District) -> District:
    """The district with each school's unit in its zone of today: where it lies elsewhere, another of the zone stands for it.

    So that today's zones, which may break what plans must obey, say which schools are open by the same pair as plans.
    """
    today, unit = district.stayable, district.school_unit.copy()
    for s in np.flatnonzero(district.optional & (today[unit] != np.arange(district.num_schools))).tolist():
        own = np.flatnonzero(today == s)
        unit[s] = own[0] if len(own) else unit[s]
    return replace(district, school_unit=unit)
