"""Small numbers in the page of a diagnosis: what is hidden leaves no trace, and a reader who adds and subtracts does not find it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from published_cases import write_place
from published_reader import ALL, Attacker, Known
from test_published_attack import LEAST, place
from test_published_privacy import CASES, SECRET, schools, units

from rezoning import run
from rezoning.commands.diagnosis import diagnose, write_diagnosis
from rezoning.commands.diagnosis.diagnose import Diagnosed
from rezoning.public.build import make_book
from rezoning.public.cell import HIDDEN
from rezoning.public.diagnosed import PublicDiagnosis
from rezoning.public.diagnosis import public_diagnosis
from rezoning.runs.option_read import read_options

WIDTH = 6


def twin(folder: Path, few: dict[int, int], secret: int, **report: object) -> Path:
    return write_place(
        folder, units(few, secret=secret), schools(), WIDTH,
        units={"groups": {"poor": "poor", "few": "few", SECRET: SECRET}},
        attributes={SECRET: "exclude"},
        goals=[{"minimize": "dissimilarity", "group": "few"}],
        report=report,
    )  # fmt: skip


def page(folder: Path, found: Diagnosed) -> str:
    assert write_diagnosis(folder, found) is None
    text = (folder / "diagnosis.html").read_text(encoding="utf-8")
    for one in found.record["inputs"]:
        text = text.replace(one["sha256"], "sha256")
    return text


@pytest.mark.parametrize("language", ["en", pytest.param("es", marks=pytest.mark.slow)])
def test_what_is_hidden_leaves_no_trace_in_the_page(tmp_path, language):
    """4 and 6 students of a group, or 5 and 5: pages of two districts that differ in nothing else are the same, floors and pairs included."""
    pages = []
    for k, (name, few) in enumerate(CASES.items()):
        found = diagnose(twin(tmp_path / f"{k}" / "place", few, 3 + 8 * k, language=language), seconds=20)
        assert found.floors["few"].rules is not None
        pages.append(page(tmp_path / f"{k}" / "out", found).replace(name, ""))
    assert pages[0] == pages[1]
    assert SECRET not in pages[0].lower()


def public(found: Diagnosed) -> PublicDiagnosis:
    return public_diagnosis(found.scenario, found.district, found.diagnosis, found.floors)


def test_today_is_told_as_in_every_report(tmp_path):
    """Schools of today have the same numbers, hidden or not, in a diagnosis and in a report of a plan."""
    scenario = twin(tmp_path / "place", CASES["4 and 6"], 0)
    assert run(scenario, tmp_path / "run", overrides=["solve.method=anneal", "solve.time_limit=0.5"]).exit_code == 0
    book, told = make_book(read_options([tmp_path / "run"])), public(diagnose(scenario, seconds=0)).book
    assert told.is_hidden
    assert [(row.students, row.groups, row.shares) for row in told.today.schools] == [
        (row.students, row.groups, row.shares) for row in book.today.schools
    ]
    assert told.today.measures["dissimilarity"] == book.today.measures["dissimilarity"]


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 8))])
def test_a_reader_who_solves_linear_programs_finds_no_small_number(seed, tmp_path):
    found = diagnose(place(tmp_path / "place", seed), seconds=0)
    district, told = found.district, public(found)
    known = reader(told)
    truth = {ALL: district.students, **district.groups}
    assert known.lies(truth) == []
    attacker = Attacker(known, district.partition, [name for name in district.groups if name not in district.partition], district.students > 0)
    number = 0
    for kind, where in small_numbers(told, truth):
        low, high = attacker.interval({kind: where.astype(float)})
        assert low <= float(truth[kind][where].sum()) <= high
        assert high >= LEAST
        assert high - low >= LEAST / 2
        number += 1
    assert number > 0


def reader(told: PublicDiagnosis) -> Known:
    """What the page says of students: counts of schools, exact or hidden, and ranges along borders, on islands and near other schools."""
    district, today = told.book.district, told.book.today
    known = Known((ALL, *district.groups), district.num_units)
    for name, weights in {ALL: district.students, **district.groups}.items():
        known.say(f"all {name}", {name: np.ones(district.num_units)}, float(weights.sum()), float(weights.sum()))
        for k, row in enumerate(today.schools):
            cell = row.students if name == ALL else row.groups[name]
            if cell != HIDDEN:
                known.say(f"school {k} {name}", {name: (today.zone == k).astype(float)}, float(cell), float(cell))
    for where, cell in ranges(told):
        if isinstance(cell, tuple):
            known.say("range", {ALL: where.astype(float)}, cell[0], cell[1] - 1)
        elif cell != HIDDEN:
            known.say("count", {ALL: where.astype(float)}, float(cell), float(cell))
    return known


def ranges(told: PublicDiagnosis):
    district = told.book.district

    def inside(those) -> np.ndarray:
        return np.isin(np.arange(district.num_units), those)

    for border in told.borders:
        for side in border.sides:
            yield inside(side.units), side.students
    for island in told.islands:
        yield inside(island.units), island.students


def small_numbers(told: PublicDiagnosis, truth: dict[str, np.ndarray]):
    """Every number of a few students at a school, along a border or on an island."""
    for name, counts in truth.items():
        for k in range(len(told.book.schools)):
            where = told.book.today.zone == k
            if 0 < counts[where].sum() < LEAST:
                yield name, where
    for where, _ in ranges(told):
        if 0 < truth[ALL][where].sum() < LEAST:
            yield ALL, where


def test_numbers_of_units_are_told_as_ranges(tmp_path):
    told = public(diagnose(place(tmp_path / "place", 3), seconds=0))
    assert told.borders
    for _, cell in ranges(told):
        assert isinstance(cell, tuple) or cell in (HIDDEN, 0.0)
    assert all(isinstance(one.students, tuple) or one.students == HIDDEN for one in told.nearer)


def test_what_is_made_of_hidden_numbers_is_hidden(tmp_path):
    """Of a group that is few at some schools: no index, no floor, no pairs; of another all."""
    found = diagnose(twin(tmp_path / "place", CASES["4 and 6"], 0), seconds=10)
    told = public(found)
    few, poor = told.residence["few"], told.residence["poor"]
    assert (few.units, few.today, few.floor) == (HIDDEN, HIDDEN, HIDDEN)
    assert HIDDEN not in (poor.today, poor.floor)
    assert all(set(pair.after) == {"poor"} for pair in told.pairings)
    assert all(border.gaps["few"] == HIDDEN or border.gaps["few"] is not None for border in told.borders)
    assert any(band.unjudged for band in told.bands if band.band.group == "few")
    bare = public_diagnosis(
        found.scenario.model_copy(update={"report": found.scenario.report.model_copy(update={"min_cell": 0})}),
        found.district,
        found.diagnosis,
        found.floors,
    )
    assert bare.residence["few"].units == pytest.approx(found.diagnosis.residence["few"].units)


def test_a_bound_stays_one_when_it_is_rounded(tmp_path):
    found = diagnose(twin(tmp_path / "place", CASES["5 and 5"], 0), seconds=10)
    told = public(found)
    assert told.residence["poor"].floor <= found.floors["poor"].rules
