"""A reader who sees only a book, and tries to work out small numbers from it by adding and subtracting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import REAL, SHARED_DATA
from drawn import cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rezoning import run
from rezoning.auditing import audit, audit_today
from rezoning.district.plan import Plan
from rezoning.errors import DataError
from rezoning.metrics import segregation
from rezoning.metrics.measure import by_school, measure, measure_all, visible
from rezoning.metrics.zones import Zones, today_zones
from rezoning.public import ledger as ledger_module
from rezoning.public import measures as measures_module
from rezoning.public.book import EVERYONE, Book, View
from rezoning.public.build import make_book
from rezoning.public.cell import HIDDEN
from rezoning.public.privacy import suppression
from rezoning.runs.option import Option
from rezoning.runs.option_read import read_options

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
LEAST = 10


def option(letter: str, case, school: np.ndarray, least: int = LEAST) -> Option:
    scenario = case.scenario.model_copy(update={"report": case.scenario.report.model_copy(update={"min_cell": least})})
    plan, district = Plan(school), case.district
    metrics, _ = measure_all(plan, district, scenario)
    return Option(
        letter, letter, letter, Path(letter), scenario, district, plan, {"goals": []}, metrics, by_school(plan, district, scenario),
        audit(plan, district, scenario.rules), audit_today(district, scenario.rules),
    )  # fmt: skip


def options(case, seed: int, number: int, least: int = LEAST) -> list[Option]:
    """Some units of today's zones, or of a drawn plan, moved at random."""
    rng, district = np.random.default_rng(seed), case.district
    first = np.where(district.stayable >= 0, district.stayable, rng.integers(0, district.num_schools, district.num_units))
    moved = [np.where(rng.random(district.num_units) < 0.3, rng.integers(0, district.num_schools, district.num_units), first) for _ in range(number)]
    return [option("ABC"[k], case, school, least) for k, school in enumerate(moved)]


class Reader:
    """What a book says of one kind of students: rows over units, and their numbers; of some options, or of all."""

    def __init__(self, book: Book, name: str, letters: tuple[str, ...] | None = None) -> None:
        self.rows: list[np.ndarray] = []
        self.basis: np.ndarray | None = None  # of what can be made of the rows
        n = book.district.num_units
        letters = tuple(book.views) if letters is None else letters
        views = ([] if book.today is None else [book.today]) + [book.views[letter] for letter in letters]
        for view in views:
            for k, row in enumerate(view.schools):
                self.see(view.zone == k, row.students if name == EVERYONE else row.groups[name])
        for change in [book.changes[letter] for letter in letters if letter in book.changes]:
            said = book.views[next(key for key, one in book.changes.items() if one is change)].measures
            is_moved = np.isin(np.arange(n), change.moved)
            self.see(np.ones(n, dtype=bool), said["students"] if name == EVERYONE else said["students_by_group"][name])
            self.see(is_moved, said["students_reassigned"] if name == EVERYONE else said["students_reassigned_by_group"][name])
            if name == EVERYONE:
                letter = next(key for key, one in book.changes.items() if one is change)
                for flow in change.flows:
                    self.see(is_moved & (book.today.zone == flow.origin) & (book.views[letter].zone == flow.target), flow.students)
                for u, cell in zip(change.moved, change.unit_students, strict=True):
                    self.see(np.arange(n) == u, cell)
        for view in views:
            self.see_measures(book, view, name)
        self.views = views

    def see_measures(self, book: Book, view: View, name: str) -> None:
        """Trips by length, and what shares of a group, times the group, count."""
        option = next((one for one in book.options if one.letter == view.key), book.options[0])
        district = visible(option.district, option.scenario)
        zones = today_zones(district) if view.key == "today" else Zones(district, option.plan.school)
        said, total = view.measures, district.students.sum() if name == EVERYONE else district.groups[name].sum()
        if view.trips is not None:
            at = np.searchsorted(np.array(book.bins), np.nan_to_num(zones.trips, nan=-1.0), side="right") - 1
            for k, cell in enumerate(view.trips[name]):
                self.see((at == k) & ~np.isnan(zones.trips), cell)
        counted, offers = zones.counted, np.where(zones.counted, zones.school, 0)
        for program, found in said["program_access"].items() if said["program_access"] else ():
            self.see(counted & district.programs[program][offers], found[name])
        if name == EVERYONE:
            self.see(counted, said["students"])
            unknown = None if zones.trips is None else np.isnan(zones.trips) & counted
            for key, units in (("walk_share", zones.walks), ("travel_unknown_students", unknown)):
                if units is not None:
                    self.see(units, said[key])
            return
        n = zones.students
        for share, cell in said["isolated_students"][name].items():
            isolates = np.append((n > 0) & (zones.groups[name] >= int(share) / 100 * n - 1e-9), False)
            self.see(isolates[zones.school], cell)
        if zones.moved is not None and total > 0 and said["reassigned_by_group"] is not None:
            self.see(zones.moved, said["reassigned_by_group"][name])
            for measure, burdens in said["burden"][name].items():
                if measure == "reassigned":
                    self.see(zones.moved, burdens["group"])

    def see(self, units: np.ndarray, cell: object) -> None:
        if isinstance(cell, float):
            self.rows.append(units.astype(float))

    def knows(self, units: np.ndarray) -> bool:
        if self.basis is None:
            _, size, across = np.linalg.svd(np.array(self.rows).reshape(-1, len(units)), full_matrices=False)
            self.basis = across[size > 1e-9 * max(1.0, size.max(initial=0.0))]
        wanted = units.astype(float)
        return bool(np.abs(wanted - self.basis.T @ (self.basis @ wanted)).max() < 1e-8)


def found(book: Book) -> list[tuple]:
    """Small numbers that a reader knows: of a group, and of all but a group, in a school; of heads in one option."""
    of_groups = [hit for name in book.groups for hit in found_of_group(book, name)]
    return of_groups + [hit for letter in book.views for hit in found_of_heads(book, letter)]


def is_small(count: float) -> bool:
    return 1e-9 < count < LEAST - 1e-6


def found_of_group(book: Book, name: str) -> list[tuple]:
    district, reader, everyone, hits = book.district, Reader(book, name), Reader(book, EVERYONE), []
    weights = district.groups[name]
    for view in reader.views:
        for k in range(len(book.schools)):
            units = view.zone == k
            count, rest = (float(values[units].sum()) for values in (weights, district.students - weights))
            if is_small(count) and reader.knows(units):
                hits.append((name, view.key, k, count))
            if is_small(rest) and reader.knows(units) and everyone.knows(units):
                hits.append(("all but", name, view.key, k, rest))
    return hits


def found_of_heads(book: Book, letter: str) -> list[tuple]:
    district, reader, n = book.district, Reader(book, EVERYONE, (letter,)), book.district.num_units
    sets = [(view.key, k, view.zone == k) for view in reader.views for k in range(len(book.schools))]
    if letter in book.changes:
        moved, plan = np.isin(np.arange(n), book.changes[letter].moved), book.views[letter].zone
        sets += [(letter, flow, moved & (book.today.zone == flow.origin) & (plan == flow.target)) for flow in book.changes[letter].flows]
        sets += [(letter, u, np.arange(n) == u) for u in book.changes[letter].moved.tolist()]
    return [(key, what) for key, what, units in sets if is_small(float(district.students[units].sum())) and reader.knows(units)]


def tables_that_fit(book: Book, view: View, name: str) -> list[float]:
    """For a group that two schools hide: what the first may have, by the group's total and by all indices that are shown; None is any number."""
    students, counts = [row.students for row in view.schools], [row.groups[name] for row in view.schools]
    where, said = [k for k, cell in enumerate(counts) if cell == HIDDEN], view.measures
    if len(where) != 2 or HIDDEN in students:
        return []
    n = np.array([cell or 0.0 for cell in students])
    a = np.array([0.0 if cell in (HIDDEN, None) else cell for cell in counts])
    rest = float(book.district.groups[name][view.zone >= 0].sum() - a.sum())
    fitting = []
    for first in np.arange(0.0, rest + 1):
        a[where] = first, rest - first
        made = {
            "dissimilarity": segregation.dissimilarity(a, n - a), "normalized_exposure": segregation.normalized_exposure(a, n),
            "isolation": segregation.isolation(a, n), "gini": segregation.gini(a, n),
        }  # fmt: skip
        shown = {key: said[key][name] for key in made if said[key][name] not in (None, HIDDEN)}
        if (a <= n).all() and all(abs(made[key] - value) <= 10.0 ** -digits_of(value) / 2 + 1e-12 for key, value in shown.items()):
            fitting.append(first)
    return fitting


def digits_of(value: float) -> int:
    return next((digits for digits in range(1, 4) if round(value, digits) == value), 12)


@pytest.mark.parametrize("size", [1, 30])  # a small group, and one whose indices are still told in hundredths
def test_indices_do_not_tell_what_two_schools_hide(size):
    from drawn import case

    checked = 0
    for seed in range(6):
        drawn = case(seed, 9)
        place = drawn.district
        if place.num_schools < 2 or not place.has_current:
            continue
        # 4 and 6 of the group "low" in two schools, 300 times `size` in each other one, if there is any
        students, low = np.full(place.num_units, 400.0 * size), np.zeros(place.num_units)
        zones = np.where(place.stayable >= 0, place.stayable, 0)
        for s, few in enumerate((4.0, 6.0, 300.0 * size)[: place.num_schools]):
            units = np.flatnonzero(zones == s)
            low[units[:1]] = few
        given_ = replace(place, students=students, groups={"low": low}, partition=())
        book = make_book([option("A", replace(drawn, district=given_), zones)])
        for view in (book.today, *book.views.values()):
            fitting = tables_that_fit(book, view, "low")
            checked += bool(fitting)
            assert not fitting or max(fitting) - min(fitting) >= LEAST / 2
    assert checked


def test_every_measure_is_known_to_those_that_hide(monkeypatch):
    """So that a new measure neither crashes a report nor is shown as it is."""
    from drawn import case

    known = set()

    class Watched(measures_module._Hider):
        def __init__(self, *given_):
            super().__init__(*given_)
            known.update(self.table)

    monkeypatch.setattr(measures_module, "_Hider", Watched)
    drawn = case(3, 9)
    m = drawn.district.num_schools
    may_close = replace(drawn.district, optional=np.ones(m, dtype=bool), cost_if_open=np.ones(m))
    one = options(replace(drawn, district=may_close), 3, 1)[0]
    make_book([one])
    assert {*measure(one.plan, one.district, one.scenario), "attributes"} == known


@settings(max_examples=6)
@given(cases(), st.integers(0, 99), st.integers(1, 3))
def test_no_small_number_can_be_worked_out_of_a_drawn_book(case, seed, number):
    """Districts of a handful of units are refused where no hiding helps."""
    try:
        book = make_book(options(case, seed, number))
    except DataError as refused:
        assume("could be worked out whatever else is hidden" not in str(refused))
        raise
    assert found(book) == []


@settings(max_examples=6)
@given(cases(), st.integers(0, 99))
def test_min_cell_zero_hides_nothing_and_changes_no_measure(case, seed):
    ours = options(case, seed, 2, least=0)
    book = make_book(ours)
    assert not book.is_hidden
    assert "'*'" not in repr((book.today, book.views, book.changes, book.nearest))
    assert {letter: view.measures for letter, view in book.views.items()} == {one.letter: one.metrics["plan"] for one in ours}


def test_without_complements_the_reader_finds_some(monkeypatch):
    """So the tests here can fail: seeds are tried until small numbers alone are not enough."""
    from drawn import case

    monkeypatch.setattr(ledger_module, "widen", lambda cells, state, narrow, least: state)
    monkeypatch.setattr(ledger_module, "protect", lambda cells, least, **known: suppression.protect(cells, least, complements=False, **known))
    assert any(found(make_book(options(case(seed, 9), seed, 2))) for seed in range(8))


def test_an_excluded_group_is_nowhere():
    from drawn import case

    one = options(case(3, 9), 3, 1)[0]
    scenario = one.scenario.model_copy(update={"attributes": {"low": "exclude"}})
    metrics, rows = measure_all(one.plan, one.district, scenario)
    book = make_book([replace(one, scenario=scenario, metrics=metrics, schools=rows)])
    assert "low" not in book.groups
    assert all("low" not in part for part in (book.views["A"].measures["isolation"], book.views["A"].schools[0].groups))


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("scenarios", [["riverbend-unshaped", "riverbend-relieve"], ["riverbend"], *([name] for name in REAL)], ids="+".join)
def test_no_small_number_can_be_worked_out_of_a_real_book(scenarios, tmp_path):
    paths = []
    for name in scenarios:
        folder = SHARED_DATA if "/" in name else SCENARIOS
        if not (folder / f"{name}.yaml").is_file():
            pytest.skip(f"{folder / name}.yaml is not there")
        paths.append(run(folder / f"{name}.yaml", tmp_path / name, overrides=["solve.method=anneal", "solve.time_limit=1"]).directory)
    book = make_book(read_options(paths))
    assert found(book) == []
    shown = [row.students for view in book.views.values() for row in view.schools]
    assert sum(cell == HIDDEN for cell in shown) <= len(shown) / 4
    assert all(view.measures["students_reassigned"] != HIDDEN or book.groups == () for view in book.views.values())
