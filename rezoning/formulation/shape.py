"""The rule on shape: the border between zones, and each zone's, no longer than so much over today's.

Borders count where two zones meet and their length is known. Today's are those between units that have a school today, open or closed; a zone that
has none today is measured by the mean of those that have.
"""

from __future__ import annotations

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.asked import Asked, from_blocks, stacked
from rezoning.formulation.borders import boundary_length, counted, differences, known_km, summed_by_school, zone_borders
from rezoning.formulation.formulation import Block, Floats, Held, Pairs, RowName, Shape
from rezoning.scenario.schema import Goal, Scenario

SLACK_KM = 1e-7  # a tenth of a millimeter: below what the audit allows, above what sums of borders are rounded by


def border_limits(pairs: Pairs, district: District, scenario: Scenario) -> list[Held]:
    """The district's border, and each zone's, at most so much over today's."""
    rule, held = scenario.rules.shape, []
    if rule is None or not rule.limits_borders:
        return []
    whole, by_school = today_km(district)
    goal = Goal.model_construct(minimize="boundary_length", give_up=0.0)
    asked = Asked(goal, district, pairs, scenario)
    if rule.max_boundary_increase is not None:
        limit = (1 + rule.max_boundary_increase) * whole
        held.append(Held(boundary_length(asked), limit + SLACK_KM, RowName("shape", "district")))
    if rule.each_school is not None:
        held += _limits_of_schools(asked, (1 + rule.each_school) * by_school)
    return held


def today_km(district: District) -> tuple[float, Floats]:
    """Today's border between zones in km; and what each open school's zone is compared with, shape (m,)."""
    assert district.current is not None
    ends, km = district.current[district.edges], known_km(district)
    cut = (ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1)
    own = counted(ends[cut].ravel(), np.repeat(km[cut], 2), district.num_schools + len(district.closed_ids))
    mean = float(own[own > 0].mean()) if (own > 0).any() else 0.0
    return float(km[cut].sum()), np.where(own > 0, own, mean)[: district.num_schools]


def _limits_of_schools(asked: Asked, limit: Floats) -> list[Held]:
    """No zone's border is longer than its limit: the excess over it is nothing.

    |d| = 2 max(0, d) - d, with d = x[v, s] - x[w, s].
    """
    pairs = asked.pairs
    met = zone_borders(asked.district, pairs)
    linear = met.alone - counted(met.near, met.km, len(pairs)) + counted(met.far, met.km, len(pairs))
    own = summed_by_school(pairs, linear)
    held = []
    for s, text in enumerate(asked.district.school_ids):
        rows = np.flatnonzero(pairs.school[met.near] == s)
        parts = stacked([own[[s]], differences(met.near[rows], met.far[rows], len(pairs))], len(pairs))
        target = np.concatenate([limit[[s]], np.zeros(len(rows))])
        excess = Block(Shape.EXCESS, parts, target, 1.0, np.concatenate([[0.0], 2 * met.km[rows]]), text)
        held.append(Held(from_blocks(asked, [excess]), SLACK_KM, RowName("shape", text)))
    return held
