"""Make a book of options: gather every count from metrics, and say how the counts hang together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rezoning.district.district import District, Floats, Ints
from rezoning.metrics import burden, capacity, travel
from rezoning.metrics.measure import visible
from rezoning.metrics.zones import Zones, today_zones
from rezoning.report.language import Cell
from rezoning.report.option import Option
from rezoning.report.public.book import EVERYONE, Book, Change, Flow, Mover, School, SchoolRow, View


def make_book(options: Sequence[Option]) -> Book:
    """Everything that may be shown of some options.

    Parameters
    ----------
    options
        As `read_options` gives them: of one district.
    """
    first = options[0]
    district = visible(first.district, first.scenario)
    schools = _schools(options)
    place = {school.id: i for i, school in enumerate(schools)}
    bins = _bins(options)
    now = today_zones(district)
    today = None if now is None or first.metrics["today"] is None else _view("today", now, first, first.metrics["today"], schools, place, bins)
    views, changes = {}, {}
    for option in options:
        zones = Zones(visible(option.district, option.scenario), option.plan.school)
        views[option.letter] = _view(option.letter, zones, option, option.metrics["plan"], schools, place, bins)
        if today is not None:
            changes[option.letter] = _change(zones, today.zone, views[option.letter].zone)
    return Book(tuple(options), schools, tuple(district.groups), today, views, changes, first.metrics["nearest"], bins, is_hidden=False)


def _schools(options: Sequence[Option]) -> tuple[School, ...]:
    found: dict[str, str] = {}
    for option in options:
        found |= {text: name for text, name in zip(option.district.school_ids, option.district.school_names, strict=True) if text not in found}
    for option in options:
        district = option.district
        used = set() if district.current is None else set(district.current.tolist())
        for k, text in enumerate(district.closed_ids):
            if district.num_schools + k in used:
                found.setdefault(text, text)
    return tuple(School(text, name) for text, name in found.items())


def _bins(options: Sequence[Option]) -> tuple[float, ...]:
    """Edges of a round width, at most nine bins, that reach the trip which 99 % of students do not exceed."""
    longest = 0.0
    for option in options:
        for zones in (today_zones(option.district), Zones(option.district, option.plan.school)):
            longest = max(longest, (travel.percentile(zones, 0.99) if zones is not None else None) or 0.0)
    if longest <= 0:
        return (0.0,)
    power = 10.0 ** np.floor(np.log10(longest))
    width = float(next(step * power / 10 for step in (1, 2, 5, 10, 20) if longest <= 9 * step * power / 10))
    return tuple(float(round(k * width, 9)) for k in range(int(np.ceil(longest / width)) + 1))


def _view(
    key: str, zones: Zones, option: Option, measures: dict[str, Any], schools: Sequence[School], place: dict[str, int], bins: Sequence[float]
) -> View:
    rows: list[SchoolRow] = [_row(zones, None, option)] * len(schools)
    for s, text in enumerate(zones.ids):
        if text in place:
            rows[place[text]] = _row(zones, s, option)
    return View(key, _placed(zones, place), tuple(rows), _trips(zones, bins), measures)


def _placed(zones: Zones, place: dict[str, int]) -> Ints:
    """Each unit's school as an index into the book's schools."""
    index = np.array([*(place.get(text, -1) for text in zones.ids), -1], dtype=np.int64)
    return index[zones.school]


def _row(zones: Zones, s: int | None, option: Option) -> SchoolRow:
    """A school in a view; None for one that is not there."""
    if s is None:
        nobody = dict.fromkeys(zones.groups, 0.0)
        return SchoolRow(False, None, 0.0, nobody, dict.fromkeys(nobody), None, None, {})
    students, m = float(zones.students[s]), zones.district.num_schools
    groups = {name: float(counts[s]) for name, counts in zones.groups.items()}
    shares = {name: count / students if students > 0 else None for name, count in groups.items()}
    years = {name: float(counts[s]) for name, counts in capacity.enrollments(zones, option.scenario.rules.phase_in).items()}
    seats = None if zones.district.capacity is None or s >= m else float(zones.district.capacity[s])
    use = capacity.utilization(zones)[s] if s < m else None
    return SchoolRow(s < m, seats, students, groups, shares, use, travel.mean_by_school(zones)[s], years)


def _trips(zones: Zones, bins: Sequence[float]) -> dict[str, tuple[Cell, ...]] | None:
    if zones.trips is None:
        return None
    known = np.flatnonzero(~np.isnan(zones.trips))
    which = np.searchsorted(np.array(bins), zones.trips[known], side="right") - 1
    weights = {EVERYONE: zones.district.students, **zones.district.groups}
    return {name: tuple(np.bincount(which, weights=counts[known], minlength=len(bins)).tolist()) for name, counts in weights.items()}


def _change(zones: Zones, today: Ints, plan: Ints) -> Change:
    district = zones.district
    moved = np.flatnonzero(np.asarray(zones.moved))
    movers = {EVERYONE: _mover(district, zones, district.students)} | {
        name: _mover(district, zones, counts) for name, counts in district.groups.items()
    }
    pairs = np.column_stack([today[moved], plan[moved]])
    unique, at = np.unique(pairs, axis=0, return_inverse=True)
    at = at.ravel()
    students = np.bincount(at, weights=district.students[moved], minlength=len(unique))
    units = np.bincount(at, minlength=len(unique))
    order = np.argsort(-students, kind="stable")
    flows = tuple(Flow(int(unique[k, 0]), int(unique[k, 1]), float(students[k]), int(units[k])) for k in order)
    return Change(moved, tuple(district.students[moved].tolist()), movers, flows)


def _mover(district: District, zones: Zones, weights: Floats) -> Mover:
    borne = burden.per_student(zones, "reassigned")
    rate, everyone = burden.mean(weights, borne), burden.mean(district.students, borne)
    moved = None if borne is None else float((weights * borne).sum())
    return Mover(float(weights.sum()), moved, rate, None if rate is None or not everyone else rate / everyone)
