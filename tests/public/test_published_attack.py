"""A reader of published files who solves linear and integer programs: what is hidden stays unknown, alone and in pairs of reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from published_cases import write_place
from published_reader import ALL, Attacker, Known, read_report

from rezoning import run
from rezoning.commands.publishing import write_report
from rezoning.errors import DataError
from rezoning.metrics.zones import Zones, today_zones
from rezoning.report.comparing import write_workbook
from rezoning.report.language import language_of
from rezoning.runs.option import Option

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
LEAST = 10


@dataclass(frozen=True, eq=False)
class Report:
    """A published report, and what is true of its options."""

    folder: Path
    options: tuple[Option, ...]
    warnings: tuple[str, ...] = ()

    @property
    def stands_alone(self) -> bool:
        """Whether it was said that no report of one of its options may be published besides."""
        return any("Do not publish such reports beside this one" in text for text in self.warnings)

    @property
    def trips(self) -> dict[str, np.ndarray]:
        """What the map tells of trips."""
        now = today_zones(self.options[0].district)
        return {"Today": now.trips} | {one.letter: Zones(one.district, one.plan.school).trips for one in self.options}


def published(runs: Sequence[Path], folder: Path, *settings: str) -> Report:
    """The files that hold the most numbers: the report, and the workbook with the zones."""
    made = write_report(runs, folder / "report", settings)
    book = made.book
    (folder / "compare").mkdir()
    write_workbook(book, folder / "compare" / "compare.xlsx", language_of(book.settings))
    return Report(folder, book.options, made.warnings)


def labels_of(option: Option) -> dict[str, str]:
    language = language_of(option.scenario.report)
    return {str(language.group(name)): name for name in option.district.groups}


def known_of(reports: Sequence[Report]) -> Known:
    option = reports[0].options[0]
    known = Known((ALL, *option.district.groups), option.district.num_units)
    for report in reports:
        read_report(known, report.folder, option.district.partition, report.trips, labels_of(option))
    return known


def truth_of(option: Option) -> dict[str, np.ndarray]:
    return {ALL: option.district.students, **option.district.groups}


def small_cells(reports: Sequence[Report]) -> Iterator[tuple[str, Mapping[str, np.ndarray], float]]:
    """Every number of a few students that stands in a table of schools or of ways from school to school."""
    for report in reports:
        first = report.options[0]
        truth, today = truth_of(first), first.district.stayable
        views = {"today": today} | {one.letter: one.plan.school for one in report.options}
        for view, zone in views.items():
            for kind, counts in truth.items():
                for s in range(first.district.num_schools):
                    yield from small(f"{view} {kind} {s}", kind, zone == s, counts)
            for a in range(first.district.num_schools) if view != "today" else ():
                for b in range(first.district.num_schools):
                    yield from small(f"{view} {a} to {b}", ALL, (today == a) & (zone == b) & (a != b), first.district.students)


def small(words: str, kind: str, units: np.ndarray, counts: np.ndarray) -> Iterator[tuple[str, Mapping[str, np.ndarray], float]]:
    if 0 < counts[units].sum() < LEAST:
        yield words, {kind: units.astype(float)}, float(counts[units].sum())


def told_too_well(reports: Sequence[Report], *, whole: bool = False) -> tuple[int, list[tuple[str, float, float, float]]]:
    """How many small numbers there are, and which of them a reader of some reports finds."""
    option, known = reports[0].options[0], known_of(reports)
    assert known.lies(truth_of(option)) == []
    district = option.district
    others = [name for name in district.groups if name not in district.partition]
    attacker = Attacker(known, district.partition, others, district.students > 0)
    found, number = [], 0
    for words, weights, value in small_cells(reports):
        low, high = attacker.interval(weights)
        if whole and high - low < 2 * LEAST:  # whole numbers take away little more than the ends
            low, high = attacker.interval(weights, whole=True)
        assert low <= value <= high
        number += 1
        if high < LEAST or high - low < LEAST / 2:
            found.append((words, low, value, high))
    return number, found


WIDTH, HEIGHT = 8, 6


def place(folder: Path, seed: int, **budgets: float) -> Path:
    """Four schools, a group of a few students at each, another that lives at one, and others of no group."""
    rng = np.random.default_rng(seed)
    blocks = []
    for k in range(WIDTH * HEIGHT):
        x, y = k % WIDTH, k // WIDTH
        white, black, few = rng.integers(0, 9), rng.integers(0, 7), rng.choice([0, 1, 2], p=[0.6, 0.3, 0.1])
        students = int(white + black + few + rng.choice([0, 1], p=[0.8, 0.2]))
        letter = "ABCD"[2 * (y >= HEIGHT // 2) + (x >= WIDTH // 2)]
        poor = int(rng.integers(0, students + 1))
        groups = {"white": int(white), "black": int(black), "few": int(few), "poor": poor}
        blocks.append({"unit": f"{k + 100}", "students": students, **groups, "today": letter})
    corners = {"A": 0, "B": WIDTH - 1, "C": WIDTH * (HEIGHT - 1), "D": WIDTH * HEIGHT - 1}
    schools = [{"school": s, "name": f"School {s}", "seats": 200, "unit": blocks[u]["unit"]} for s, u in corners.items()]
    return write_place(
        folder, blocks, schools, WIDTH,
        units={"groups": {name: name for name in ("poor", "white", "black", "few")}, "partition": ["white", "black", "few"]},
        rules={"reassigned": {"max_share": 0.3, "groups": budgets}, "bands": [{"group": "poor", "within": 0.3}], "contiguity": {"method": "none"}},
        goals=[{"minimize": "dissimilarity", "group": "poor"}],
        solve={"method": "anneal", "time_limit": 0.5, "seed": seed, "threads": 1},
        report={"statement": {"draws": 100}},
    )  # fmt: skip


def drawn_reports(folder: Path, seed: int) -> dict[str, Report]:
    """Reports of two options, each alone and both together."""
    scenario = place(folder / "place", seed)
    runs = []
    for name, budget, group in (("first", 0.3, "poor"), ("second", 0.2, "black")):
        settings = [f"rules.reassigned.max_share={budget}", f"goals=[{{minimize: dissimilarity, group: {group}}}]"]
        assert run(scenario, folder / name, overrides=settings).exit_code == 0
        runs.append(folder / name)
    return {
        "A": published(runs[:1], folder / "report-a"),
        "B": published(runs[1:], folder / "report-b"),
        "AB": published(runs, folder / "report-ab"),
    }


@pytest.fixture(scope="module")
def drawn_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    assert run(place(folder / "place", 1), folder / "run").exit_code == 0
    return folder / "run"


def test_nobody_finds_a_small_number_in_a_drawn_district(drawn_run, tmp_path):
    number, found = told_too_well([published([drawn_run], tmp_path / "report")], whole=True)
    assert number > 0
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_finds_a_small_number_in_pairs_of_reports(seed, tmp_path):
    reports = drawn_reports(tmp_path, seed)
    for pair in (["A"], ["B"], ["AB"], ["A", "B"], ["A", "AB"]):
        if len(pair) > 1 and reports["AB"].stands_alone:
            continue
        number, found = told_too_well([reports[key] for key in pair])
        assert number > 0
        assert found == [], pair


def test_how_sure_a_verdict_is_tells_of_no_few_students(drawn_run, tmp_path):
    """Whether a ratio is above its limit by chance or beyond it bounds how many of a group move."""
    report = published([drawn_run], tmp_path / "report", "report.statement.max_ratio=1.02")
    assert any(words.startswith("sureness") for words in known_of([report]).words)
    number, found = told_too_well([report])
    assert number > 0
    assert found == []


def riverbend(folder: Path, names: Sequence[str]) -> list[Path]:
    return [run(SCENARIOS / f"{name}.yaml", folder / name, overrides=["solve.method=anneal", "solve.time_limit=1"]).directory for name in names]


@pytest.mark.slow
def test_nobody_finds_a_small_number_in_riverbend(tmp_path):
    number, found = told_too_well([published(riverbend(tmp_path, ["riverbend-unshaped"]), tmp_path / "report")])
    assert number > 0
    assert found == []


@pytest.mark.slow
def test_nobody_finds_a_small_number_in_three_options_of_riverbend(tmp_path):
    runs = riverbend(tmp_path, ["riverbend-unshaped", "riverbend-relieve", "riverbend-budget"])
    whole, alone = published(runs, tmp_path / "report"), published(runs[:1], tmp_path / "alone")
    for reports in ([alone], [whole], [whole] if whole.stands_alone else [whole, alone]):
        number, found = told_too_well(reports)
        assert number > 0
        assert found == []


def test_what_a_rule_tells_in_any_case_is_refused_before_anything_is_written(tmp_path):
    """That few of a small group were reassigned follows from a budget of theirs, whatever numbers are hidden."""
    run(place(tmp_path / "place", 1, few=0.3), tmp_path / "run")
    with pytest.raises(DataError, match="few") as error:
        write_report([tmp_path / "run"], tmp_path / "report")
    assert "exclude" in str(error.value)
    assert not (tmp_path / "report").exists()


def test_the_reader_finds_what_is_not_hidden(drawn_run, tmp_path):
    """So the tests above can fail: without hiding every small number is read, and without complements some are found."""
    number, found = told_too_well([published([drawn_run], tmp_path / "report", "report.min_cell=0")])
    assert 0 < len(found) == number
