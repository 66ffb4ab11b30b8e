"""Measures of an ensemble as they may be shown: how the samples are spread, and where today's zones and each plan stand among them.

Where privacy rounds a plan's number, its place is that of the rounded number: a percentile tells no more than the number beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rezoning.optimize.chain.standing import Standing, standing
from rezoning.public.book import Book
from rezoning.public.cell import HIDDEN, Cell, Rounded, is_number, look
from rezoning.report.catalogue.columns import COLORS
from rezoning.report.catalogue.goals import goal_cell
from rezoning.report.catalogue.kinds import Together, together
from rezoning.report.catalogue.measures import GROUP, MEASURES, Measure
from rezoning.report.catalogue.rows import Scope, called, paths
from rezoning.report.estimated import estimated_in
from rezoning.report.goal_words import goal_name, goal_of
from rezoning.report.language import Language, capital

Row = dict[str, Any]
Floats = NDArray[np.float64]
Samples = Mapping[str, Sequence[Floats]]

BINS = 40
LANE = 0.045  # of the width: marks nearer than this stand in lanes


@dataclass(frozen=True)
class Way:
    """Today's zones or a plan: its key, what it is called, and the class that gives it its color."""

    key: str
    name: str
    css: str

    @property
    def letter(self) -> str:
        """What stands in its swatch; empty for today."""
        return "" if self.key == "today" else self.key


@dataclass(frozen=True)
class Mark:
    """A plan's number on the scale: its place in [0, 1], the lane that keeps it apart from others, in words where it stands.

    Parameters
    ----------
    place
        None where the number is undefined.
    """

    way: Way
    value: str
    cell: Cell
    place: float | None
    lane: int
    standing: Standing | None


@dataclass(frozen=True)
class Shown:
    """A measure.

    Parameters
    ----------
    key, label, topic
        As in the record, for people, and in the catalogue; ``goals`` for a goal that is no measure.
    goal
        Place of the goal that it is, from 1.
    low, high, median, five, ninety_five
        Ends of the scale, and quantiles of the samples, written.
    bins, middle
        Heights of the histogram's bars over the largest, by chain; where the median and the middle nine tenths stand in [0, 1].
    limits
        Numbers at the ends of the scale.
    marks
        One for each way.
    """

    key: str
    label: str
    topic: str
    goal: int | None
    direction: str | None
    entry: Row
    said: Together
    limits: tuple[float, float]
    bins: tuple[float, ...]
    marks: tuple[Mark, ...]

    def text(self, value: float) -> str:
        """A number of the samples, with its unit."""
        return self.said.with_unit(value)

    def quantile(self, share: float) -> str:
        """A quantile of the samples, written."""
        return self.text(self.entry["samples"]["quantiles"][str(share)])

    def place(self, value: float) -> float:
        """Where a number stands between the ends of the scale."""
        low, high = self.limits
        return min(max((value - low) / (high - low), 0.0), 1.0)


def shown_rows(record: Row, samples: Samples, book: Book, language: Language) -> tuple[list[Shown], list[str]]:
    """The measures that everybody may see, and what the others are called.

    Where a number of some plan is hidden nothing is told of the measure: how the samples are spread tells of the same students.
    """
    ways = ways_of(record, language)
    views = {way.key: book.today if way.key == "today" else book.views[way.key] for way in ways}
    names = _names(record, book.groups, language, estimated_in(book))

    def cell(entry: Row, key: str) -> Cell:
        view, stands = views[key], entry["plans"].get(key)
        if view is None or stands is None:
            return None
        if _is_own(entry):
            return goal_cell(book, goal_of(record["goals"][entry["goal"] - 1]), stands["value"], view)
        return look(view.measures, *entry["key"].split("."))

    known = [entry for entry in record["measures"] if entry["key"] in names]
    hidden = [entry for entry in known if HIDDEN in [cell(entry, way.key) for way in ways]]
    rows = [_shown(entry, names[entry["key"]], samples[entry["key"]], ways, cell, language) for entry in known if entry not in hidden]
    return rows, [names[entry["key"]][0] for entry in hidden]


def exact_rows(record: Row, samples: Samples, language: Language) -> list[Shown]:
    """The same with nothing hidden, for a terminal, which is for those who may see all."""
    names = _names(record, list(record["attributes"]), language, frozenset())

    def cell(entry: Row, key: str) -> Cell:
        stands = entry["plans"].get(key)
        return None if stands is None else stands["value"]

    ways = ways_of(record, language)
    return [_shown(entry, names[entry["key"]], samples[entry["key"]], ways, cell, language) for entry in record["measures"] if entry["key"] in names]


def ways_of(record: Row, language: Language) -> list[Way]:
    """Today's zones, if there are any, then the plans."""
    has_today = any("today" in entry["plans"] for entry in record["measures"])
    found = [Way("today", language.text("measures.today"), "option-today")] if has_today else []
    plans = enumerate(record["plans"].items())
    return found + [Way(letter, one["name"], f"option-{chr(ord('a') + i % COLORS)}") for i, (letter, one) in plans]


def _is_own(entry: Row) -> bool:
    """Whether it is a goal that no measure equals."""
    return bool(entry["key"].startswith("goal "))


def _names(record: Row, groups: Sequence[str], language: Language, estimated: frozenset[str]) -> dict[str, tuple[str, str]]:
    """What each measure is called, and its topic; of groups that may not be shown there is none."""
    unit = (record["travel"] or {}).get("unit", "min")
    scope = Scope(language, unit, {GROUP: [(group, language.group(group)) for group in groups]}, {}, (), estimated)
    found = {".".join(map(str, path)): (label, one.topic) for one, path, label in _all_measures(scope)}
    for entry in record["measures"]:
        if _is_own(entry):
            goal = goal_of(record["goals"][entry["goal"] - 1])
            if all(name in (None, "others") or name in groups for name in (goal.group, goal.versus, *(goal.groups or ()))):
                found[entry["key"]] = (capital(goal_name(goal, unit, language)), "goals")
    return found


def _all_measures(scope: Scope) -> Iterator[tuple[Measure, tuple[str | int, ...], str]]:
    """Every measure of the catalogue that an ensemble may have: of all students or of a group, and with no number of the scenario in its name."""
    for one in MEASURES:
        if {part for part in one.path if part.startswith("{")} <= {GROUP} and one.label not in ("long_rides", "over_allowed"):
            for path, words in paths(one, scope):
                yield one, path, called(one, words, scope)[2]


def _shown(entry: Row, name: tuple[str, str], chains: Sequence[Floats], ways: Sequence[Way], cell: Any, language: Language) -> Shown:
    cells = {way.key: cell(entry, way.key) for way in ways}
    every = np.concatenate(list(chains))
    numbers = [float(value) for value in cells.values() if is_number(value)]
    low, high = min([float(every.min()), *numbers]), max([float(every.max()), *numbers])
    if high - low < 1e-12 * max(1.0, abs(high)):
        low, high = low - 0.5 * max(abs(low), 1e-3), high + 0.5 * max(abs(high), 1e-3)
    heights = np.histogram(every, bins=BINS, range=(low, high))[0]
    spread = entry["samples"]["quantiles"]
    said = together([*cells.values(), spread["0.05"], spread["0.95"]], entry["kind"], language)
    places = {key: (float(value) - low) / (high - low) if is_number(value) else None for key, value in cells.items()}
    lanes = _lanes(places)
    marks = tuple(
        Mark(way, said.with_unit(cells[way.key]), cells[way.key], places[way.key], lanes[way.key], _standing(cells[way.key], chains, entry))
        for way in ways
    )
    bars = tuple((heights / heights.max()).tolist())
    return Shown(entry["key"], name[0], name[1], entry["goal"], entry["direction"], entry, said, (low, high), bars, marks)


def _standing(value: Cell, chains: Sequence[Floats], entry: Row) -> Standing | None:
    if not is_number(value):
        return None
    step = 10.0**-value.digits if isinstance(value, Rounded) else 0.0
    return standing(float(value), list(chains), entry["direction"], step)


def _lanes(places: Mapping[str, float | None]) -> dict[str, int]:
    """The lowest lane of each mark in which none stands too near."""
    lanes, ends = dict.fromkeys(places, 0), list[float]()
    for place, key in sorted((place, key) for key, place in places.items() if place is not None):
        lane = next((k for k, end in enumerate(ends) if place - end >= LANE), len(ends))
        ends[lane : lane + 1] = [place]
        lanes[key] = lane
    return lanes
