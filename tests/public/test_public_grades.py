"""Students by grade: a reader who subtracts tables of grades from each other, and knows what a table can be, finds no few children."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import drawn
import numpy as np
import pytest
from scipy.optimize import linprog

from rezoning.district.plan import Plan
from rezoning.errors import DataError
from rezoning.public import counting
from rezoning.public.book import Book
from rezoning.public.build import make_book
from rezoning.runs.option_judged import option_of_plan

LEAST = 10
TODAY = "Aaabb/aaBbb/aaccb/ccCcb"
PLANS = ("Aaaab/aaBbb/aaccb/ccCcb", "Aaabb/aaBbb/aaacb/ccCcc")
GRADES = ("K", "1", "2")


def district(seed: int, *, of_none: int = 0):
    """Units with children of three grades, and some of no grade."""
    number = len(TODAY.replace("/", ""))
    rng = np.random.default_rng(seed)
    counts = {grade: rng.integers(2, 9, number).astype(float) for grade in GRADES}
    students = np.sum(list(counts.values()), axis=0) + np.where(np.arange(number) % 5 == 0, of_none, 0)
    return drawn.picture(TODAY, students, grades=counts)


def asked(**rules):
    return drawn.scenario(rules, goals=[{"minimize": "cut_edges"}])


def book(place, plans=PLANS, question=None, least: int = LEAST) -> Book:
    question = question or asked()
    question = question.model_copy(update={"report": question.report.model_copy(update={"min_cell": least})})
    schools = [np.array(["ABC".index(c.upper()) for c in plan.replace("/", "")]) for plan in plans]
    return make_book([option_of_plan("AB"[k], f"plan {k}", Path(f"{k}.csv"), question, place, Plan(school)) for k, school in enumerate(schools)])


class Reader:
    """Linear programs over children of each grade, and of none, in each unit; none is below zero."""

    def __init__(self, told: Book, places: np.ndarray) -> None:
        self.kinds, self.n = len(GRADES) + 1, len(places)
        self.equal, self.right = [], []
        self.below, self.most = [], []
        views = {"today": told.today, **told.views}
        for view in views.values():
            for k, row in enumerate(view.schools):
                self.say(range(self.kinds), view.zone == k, row.students)
                for g, grade in enumerate(told.grades):
                    self.say([g], view.zone == k, row.by_grade[grade])
        for letter, change in told.changes.items():
            for flow in change.flows:
                is_its = np.isin(np.arange(self.n), change.moved) & (told.today.zone == flow.origin) & (told.views[letter].zone == flow.target)
                self.say(range(self.kinds), is_its, flow.between or flow.students)

    def row(self, kinds, units: np.ndarray) -> np.ndarray:
        made = np.zeros((self.kinds, self.n))
        made[list(kinds)] = units
        return made.ravel()

    def say(self, kinds, units: np.ndarray, said) -> None:
        if isinstance(said, tuple):
            self.below += [self.row(kinds, units), -self.row(kinds, units)]
            self.most += [said[1] - 1, -said[0]]
        elif isinstance(said, float):
            self.equal.append(self.row(kinds, units))
            self.right.append(said)

    def interval(self, kinds, units: np.ndarray) -> tuple[float, float]:
        goal, found = self.row(kinds, units), []
        for sign in (1, -1):
            result = linprog(
                sign * goal, A_ub=np.array(self.below) if self.below else None, b_ub=self.most or None, A_eq=np.array(self.equal), b_eq=self.right
            )
            assert result.status in (0, 3), result.message
            found.append(np.inf if result.status == 3 else sign * result.fun)
        return float(np.ceil(found[0] - 1e-6)), float(np.floor(found[1] + 1e-6))


def too_well_known(told: Book, place) -> list[tuple]:
    """Small numbers of a grade, or of no grade, in a school or on a way between two, of which a reader knows more than is promised."""
    reader, found = Reader(told, place.students), []
    none = place.students - np.sum(list(place.grades.values()), axis=0)
    places = [("today", k, told.today.zone == k) for k in range(3)]
    for letter, change in told.changes.items():
        places += [(letter, k, told.views[letter].zone == k) for k in range(3)]
        inside = np.isin(np.arange(place.num_units), change.moved)
        places += [
            (letter, (flow.origin, flow.target), inside & (told.today.zone == flow.origin) & (told.views[letter].zone == flow.target))
            for flow in change.flows
        ]
    for g, counts in enumerate([*place.grades.values(), none]):
        for key, what, units in places:
            count = float(counts[units].sum())
            if 0 < count < LEAST:
                low, high = reader.interval([g], units)
                if high < LEAST or high - low < LEAST / 2:
                    found.append((key, what, g, count, low, high))
    return found


@pytest.mark.parametrize(("seed", "of_none"), [(1, 0), (2, 0), (3, 3)])
def test_a_reader_of_tables_by_grade_finds_no_few_children(seed, of_none):
    place = district(seed, of_none=of_none)
    told = book(place)
    assert told.grades == GRADES
    cells = [cell for view in (told.today, *told.views.values()) for row in view.schools for cell in row.by_grade.values()]
    assert any(isinstance(cell, tuple) for cell in cells), "nothing had to be hidden, so nothing was tried"
    assert any(isinstance(cell, float) for cell in cells), "nothing is told, so nothing was tried"
    assert not too_well_known(told, place)


def test_without_watching_those_who_move_the_reader_finds_some(monkeypatch):
    """The test above can fail."""
    pairs = counting._pairs
    place = district(1)
    monkeypatch.setattr(counting, "_grades", _unwatched)
    assert counting._pairs is pairs
    assert too_well_known(book(place), place)


def _unwatched(ledger, people, one, found, today, num_schools) -> None:
    ledger.begin("grades", ledger.school_names)
    for name, population in people.grades_of(one.zones.district).items() if one.has_schools else ():
        found.grades[name] = counting._plain_table(ledger, people, population, one.zone, num_schools, counting.GRADE, counting.MAYBE)


def test_ranges_hold_what_they_hide_and_numbers_are_right():
    place = district(2)
    told = book(place)
    for view in (told.today, *told.views.values()):
        for k, row in enumerate(view.schools):
            for grade, cell in row.by_grade.items():
                count = float(place.grades[grade][view.zone == k].sum())
                assert cell in (count, "*") or cell[0] <= count < cell[1], (view.key, k, grade)


def test_min_cell_zero_tells_every_grade():
    place = district(2)
    told = book(place, least=0)
    for view in (told.today, *told.views.values()):
        for k, row in enumerate(view.schools):
            assert row.by_grade == {grade: float(counts[view.zone == k].sum()) for grade, counts in place.grades.items()}


def test_today_is_told_alike_in_every_book():
    place = district(1)
    both, one = book(place), book(place, PLANS[1:])
    assert [row.by_grade for row in both.today.schools] == [row.by_grade for row in one.today.schools]


def test_who_may_stay_is_made_of_the_grades_that_are_told():
    """A reader who knows how many of grade 2 stay knows how many of grade 2 change: years of the transition and grades are protected together."""
    place = replace(district(1), capacity=np.full(3, 500.0))
    told = book(place, PLANS[:1], asked(phase_in=[{"year": "2027", "stay": {"2": 1.0}}], capacity={"max": 1.0}))
    moved, zone = told.changes["A"].moved, told.views["A"].zone
    for k, row in enumerate(told.views["A"].schools):
        stays = row.by_year["2027"]
        gone = float(place.grades["2"][moved[told.today.zone[moved] == k]].sum())
        come = float(place.grades["2"][moved[zone[moved] == k]].sum())
        if isinstance(stays, float) and isinstance(row.students, float) and 0 < max(gone, come) < LEAST:
            assert stays - row.students != gone - come, "the difference tells of a few children"


def test_grades_that_another_option_counts_otherwise_are_not_told_twice():
    place = district(1)
    other = replace(place, grades={"K": place.grades["K"], "1-2": place.grades["1"] + place.grades["2"]})
    school = np.array(["ABC".index(c.upper()) for c in PLANS[0].replace("/", "")])
    question = asked()
    pair = [option_of_plan("AB"[k], f"plan {k}", Path(f"{k}.csv"), question, where, Plan(school)) for k, where in enumerate((place, other))]
    try:
        told = make_book(pair)
    except DataError:
        pytest.fail("two options that count grades otherwise are published together")
    assert told.grades == GRADES
    assert list(told.views["B"].schools[0].by_grade) == ["K"]
