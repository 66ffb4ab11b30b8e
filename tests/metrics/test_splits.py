"""Pairs that are worth a look, against all splits tried out unit by unit."""

from itertools import combinations

import numpy as np
import pairing_seen_cases as seen
import pytest

from rezoning.metrics.diagnosis import diagnose
from rezoning.metrics.splits import LEAST_GAIN
from rezoning.metrics.zones import today_zones
from rezoning.public.cell import HIDDEN, is_number
from rezoning.public.diagnosis import public_diagnosis, whole_diagnosis
from rezoning.report.diagnosis.tables import splits_about, splits_table
from rezoning.report.diagnosis.words import Words
from rezoning.report.language import Language
from rezoning.scenario.schema import Scenario


def scenario(**report):
    asked = seen.scenario(**report)
    return Scenario.model_validate(asked.model_dump(exclude_unset=True) | {"attributes": {"low": "optimize"}})


def uneven(**changes):
    """The poor in A and C."""
    place = seen.district(**changes)
    grades = {grade: np.where(np.isin(place.current, (0, 2)), np.floor(0.8 * n), np.floor(0.2 * n)) for grade, n in place.grades.items()}
    return seen.district(groups={"low": sum(grades.values())}, groups_by_grade={"low": grades}, **changes)


def tried(place):
    """Index, students who move and mean trips of every pair, order and cut, by adding up each unit's grades."""
    zone, number = place.current, len(seen.GRADES)

    def measured(at):
        n, a = np.zeros(5), np.zeros(5)
        moved, far, far_today, inside = 0.0, 0.0, 0.0, 0.0
        both = {s for row in range(5) for s in at[row] if len(set(at[row])) > 1}
        for u, own in enumerate(zone.tolist()):
            for g, grade in enumerate(seen.GRADES):
                count, s = place.grades[grade][u], at[own][g]
                n[s] += count
                a[s] += place.groups_by_grade["low"][grade][u]
                moved += count * (s != own)
                if own in both:
                    far, far_today, inside = far + count * place.travel[u, s], far_today + count * place.travel[u, own], inside + count
        index = 0.5 * np.abs(a / a.sum() - (n - a) / (n - a).sum()).sum()
        return index, moved, (far_today / inside, far / inside) if inside else None

    today = measured([[s] * number for s in range(5)])[0]
    found = {}
    borders = {tuple(sorted((int(zone[u]), int(zone[v])))) for u, v in place.edges.tolist() if zone[u] != zone[v]}
    for one, other in combinations(range(5), 2):
        if (one, other) in borders:
            for low, high in ((one, other), (other, one)):
                for cut in range(1, number):
                    at = [[s] * number for s in range(5)]
                    at[low] = at[high] = [low] * cut + [high] * (number - cut)
                    found[low, high, cut] = measured(at)
    return today, found


@pytest.mark.parametrize("most", [700.0, 620.0])
def test_best_splits_are_the_best_of_all_that_fit(most):
    place = uneven()
    found = diagnose(today_zones(place), scenario(), np.full(5, most), None).splits
    today, every = tried(place)
    best = {}
    for (low, high, cut), (index, moved, _) in every.items():
        held = {low: 0.0, high: 0.0}  # seats of other schools are none of a pair's business
        for u in np.flatnonzero(np.isin(place.current, (low, high))):
            for k, grade in enumerate(seen.GRADES):
                held[low if k < cut else high] += place.grades[grade][u]
        if max(held.values()) <= most + 1e-6:
            key = (round(index, 3), moved, (low, high))
            best[frozenset((low, high))] = min(best.get(frozenset((low, high)), (key, cut)), (key, cut))
    wanted = {pair: one for pair, one in best.items() if today - every[(*one[0][2], one[1])][0] >= LEAST_GAIN}
    assert wanted
    assert {frozenset(one.schools) for one in found} == set(wanted)
    for one in found:
        (_, moved, schools), cut = wanted[frozenset(one.schools)]
        index, _, trips = every[(*schools, cut)]
        assert one.schools == schools
        assert one.grades == (seen.GRADES[:cut], seen.GRADES[cut:])
        assert one.after["low"] == pytest.approx(index, abs=1e-12)
        assert one.moved == moved
        assert one.trips == pytest.approx(trips)
    assert [one.after["low"] for one in found] == sorted(one.after["low"] for one in found)


def test_without_grades_nothing_is_said_of_splits():
    place = seen.district(grades={}, groups_by_grade={})
    assert diagnose(today_zones(place), scenario(), None, None).splits is None


def test_what_everybody_may_see_of_splits_is_coarse():
    place, asked = uneven(), scenario(min_cell=10)
    found = diagnose(today_zones(place), asked, None, None)
    whole, public = whole_diagnosis(asked, place, found, {}), public_diagnosis(asked, place, found, {})
    assert [one.moved for one in whole.splits] == [one.moved for one in found.splits]
    for one in public.splits:
        assert one.moved == HIDDEN or one.moved % 10 == 0
        assert all(round(value, 2) == value for value in one.after.values() if is_number(value))
    say = Words(whole, Language("en"))
    table = splits_table(whole, say)
    assert len(table.lines) == min(8, len(found.splits))
    assert " · " in table.lines[0].cells[0]
    assert "Groups were counted by grade." in splits_about(whole, say)
