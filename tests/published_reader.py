"""A reader who has nothing but published files, and solves linear and integer programs for what they keep back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

ALL = "all"


class Tables(HTMLParser):
    """Tables of a page, each with its caption and rows of text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[list[str], list[list[str]]]] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.found.append(([], []))
        elif tag == "tr" and self.found:
            self.found[-1][1].append([])
        elif tag in ("td", "th") and self.found and self.found[-1][1]:
            self.found[-1][1][-1].append("")
            self.inside = "cell"
        elif tag == "caption":
            self.inside = "caption"

    def handle_endtag(self, tag):
        if tag in ("td", "th", "caption"):
            self.inside = ""

    def handle_data(self, data):
        if self.inside == "cell":
            self.found[-1][1][-1][-1] += data
        elif self.inside == "caption":
            self.found[-1][0].append(data)

    def with_caption(self, *words: str) -> list[list[list[str]]]:
        """Rows of every table whose caption holds some words."""
        return [[[cell.strip() for cell in row] for row in rows] for caption, rows in self.found if all(word in "".join(caption) for word in words)]


def range_of(text: str) -> tuple[float, float] | None:
    """What a printed count may be: `60`, `50 to 60`, `fewer than 20`; None where it is kept back. A range does not hold its upper end."""
    numbers = [float(part.replace(",", "")) for part in re.findall(r"\d[\d,]*", text)]
    if not numbers:
        return None
    if text.startswith("fewer"):
        return 0.0, numbers[0] - 1
    return (numbers[0], numbers[1] - 1) if " to " in text else (numbers[0], numbers[0])


@dataclass
class Known:
    """Inequalities on students by unit and kind: low ≤ Σ weights ≤ high, one a row."""

    kinds: tuple[str, ...]
    units: int
    rows: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def row(self, weights: Mapping[str, np.ndarray]) -> np.ndarray:
        made = np.zeros((len(self.kinds), self.units))
        for kind, of in weights.items():
            made[self.kinds.index(kind)] = of
        return made.ravel()

    def say(self, words: str, weights: Mapping[str, np.ndarray], low: float, high: float) -> None:
        self.rows.append(self.row(weights))
        self.low.append(low)
        self.high.append(high)
        self.words.append(words)

    def lies(self, truth: Mapping[str, np.ndarray]) -> list[tuple[str, float, float, float]]:
        """Published numbers that the truth does not keep."""
        table = np.concatenate([truth[kind] for kind in self.kinds])
        made = np.array(self.rows) @ table
        return [
            (words, low, float(value), high)
            for words, low, value, high in zip(self.words, self.low, made, self.high, strict=True)
            if value < low - 1e-6 or value > high + 1e-6
        ]


def read_report(known: Known, folder: Path, partition: Sequence[str], trips: Mapping[str, np.ndarray], labels: Mapping[str, str]) -> None:
    """Everything that one report, its workbook and its map say.

    Parameters
    ----------
    trips
        Option's name, or `Today`, to the trip of each unit, as the map tells it.
    labels
        What the report calls a group, to the group.
    """
    first = len(known.words)  # what other reports say of options of the same letters stands before
    book = openpyxl.load_workbook(folder / "compare" / "compare.xlsx")
    zones = _zones(book)
    _schools(known, book, zones, labels)
    _flows(known, book, zones)
    page = Tables((folder / "report" / "report.html").read_text(encoding="utf-8"))
    _movers(known, page, zones, trips, labels)
    _trips(known, page, zones, trips, labels)
    said = json.loads((folder / "report" / "statement.json").read_text(encoding="utf-8"))
    _verdicts(known, said, zones, trips, {name: label for label, name in labels.items()}, first)


def _sheet(book: openpyxl.Workbook, title: str) -> tuple[list[str], list[tuple]]:
    rows = list(book[title].iter_rows(values_only=True))
    return [str(cell) for cell in rows[0]], rows[1:]


def _zones(book: openpyxl.Workbook) -> dict[str, np.ndarray]:
    """`Today` and letters to the school id of each unit."""
    head, rows = _sheet(book, "Units")
    return {title.split(", ")[-1]: np.array([str(row[k]) for row in rows]) for k, title in enumerate(head) if k > 0}


def _counted(share: float, students: float) -> tuple[float, float]:
    """Least and most whole numbers of students that a share may stand for: it has five decimals, or, where these end in a tie, the three shown."""
    for half in (0.000005, 0.0005):
        low, high = np.ceil((share - half) * students - 1e-9), np.floor((share + half) * students + 1e-9)
        if low <= high:
            return float(low), float(high)
    raise AssertionError(f"{share} of {students} students is no number of students")


def _schools(known: Known, book: openpyxl.Workbook, zones: Mapping[str, np.ndarray], labels: Mapping[str, str]) -> None:
    head, rows = _sheet(book, "Schools")
    for row in rows:
        counts: dict[str, float] = {}
        for title, cell in zip(head, row, strict=True):
            what, _, view = title.rpartition(", ")
            if view not in zones or not isinstance(cell, (int, float)):
                continue
            inside = (zones[view] == str(row[0])).astype(float)
            if what == "Students":
                counts[view] = float(cell)
                known.say(f"{title} {row[0]}", {ALL: inside}, cell, cell)
            label = what.removeprefix("Share: ")
            if what.startswith("Share: ") and view in counts:
                known.say(f"{title} {row[0]}", {labels[label]: inside}, *_counted(float(cell), counts[view]))


def _flows(known: Known, book: openpyxl.Workbook, zones: Mapping[str, np.ndarray]) -> None:
    _, rows = _sheet(book, "Flows")
    for option, origin, _, target, _, students, _ in rows:
        told = range_of(str(students))
        units = (zones["Today"] == str(origin)) & (zones[str(option)[0]] == str(target))
        if told is not None:
            known.say(f"flow {option} {origin} {target}", {ALL: units.astype(float)}, *told)


def _movers(known: Known, page: Tables, zones: Mapping[str, np.ndarray], trips: Mapping[str, np.ndarray], labels: Mapping[str, str]) -> None:
    """Students of each group, those who change schools, mean trips."""
    for letter in [key for key in zones if key != "Today"]:
        tables = page.with_caption("What each group would bear", f"Option {letter}") or page.with_caption("What each group would bear")
        moved = ((zones["Today"] != zones[letter]) & (zones["Today"] != "None")).astype(float)
        for label, enrolled, movers, _, _, mean, _ in tables[0][1:]:
            kind = ALL if label == "Everyone" else labels[label]
            for words, told, units in (("enrolled", range_of(enrolled), np.ones(known.units)), ("moved", range_of(movers), moved)):
                if told is not None:
                    known.say(f"{words} {letter} {label}", {kind: units}, *told)
            if re.fullmatch(r"\d+\.\d", mean):
                known.say(f"mean {letter} {label}", {kind: trips[letter] - float(mean) - 0.05}, -np.inf, 1e-6)
                known.say(f"mean {letter} {label}", {kind: float(mean) - 0.05 - trips[letter]}, -np.inf, 1e-6)


def _trips(known: Known, page: Tables, zones: Mapping[str, np.ndarray], trips: Mapping[str, np.ndarray], labels: Mapping[str, str]) -> None:
    """Shares by bin of trip, which are of the group's students."""
    for rows in page.with_caption("Share of students by length of trip"):
        edges = [float(re.findall(r"[\d.]+", title)[0]) for title in rows[0][2:-1]]
        for label, view, *cells in rows[1:]:
            kind, key = (ALL if label == "Everyone" else labels[label]), "Today" if view == "Today" else view.split()[1][0]
            said = zip(known.words, known.high, strict=True)
            total = next((high for words, high in said if words.startswith("enrolled") and words.endswith(f" {label}")), None)
            bins = np.searchsorted(np.array(edges), trips[key], side="right") - 1
            for k, cell in enumerate(cells[:-1]):
                ends = [float(part) / 100 for part in re.findall(r"[\d.]+", cell)]
                if ends:
                    assert total is not None, "shares of students whose number is kept back"
                    half = 0.0005 if len(ends) == 1 else 0.0
                    low, high = np.ceil((ends[0] - half) * total - 1e-6), np.floor((ends[-1] + half) * total + 1e-6)
                    known.say(f"bin {k} {view} {label}", {kind: (bins == k).astype(float)}, low, high)


def _verdicts(
    known: Known,
    statement: Mapping[str, Any],
    zones: Mapping[str, np.ndarray],
    trips: Mapping[str, np.ndarray],
    said_as: Mapping[str, str],
    first: int,
) -> None:
    """What it means that a group moves no more often than a limit, and that its trips grow by no more."""
    for letter, said in statement.items():
        moved = ((zones["Today"] != zones[letter]) & (zones["Today"] != "None")).astype(float)
        added = np.where(moved > 0, trips[letter] - trips["Today"], 0.0)
        facts = [fact for finding in said["findings"] for fact in finding["facts"] if fact["measure"] in ("ratio", "extra_travel") and fact["status"]]
        for fact in facts:
            whole, ours = _enrolled(known, "Everyone"), _enrolled(known, said_as[fact["group"]])
            if whole is None or ours is None:
                continue
            least, most = (-np.inf, 1e-6) if fact["status"] == "meets" else (-1e-6, np.inf)
            borne, times, extra = (moved, fact["limit"], 0.0) if fact["measure"] == "ratio" else (added, 1.0, fact["limit"])
            weights = {fact["group"]: borne / ours, ALL: -times * borne / whole}
            known.say(f"verdict {fact['measure']} {letter} {fact['group']}", weights, least + extra, most + extra)
            if fact["measure"] == "ratio":
                _sureness(known, letter, fact, moved, (ours, whole), said["settings"], first)


def _sureness(
    known: Known, letter: str, fact: Mapping[str, Any], moved: np.ndarray, enrolled: tuple[float, float], settings: Mapping[str, Any], first: int
) -> None:
    """What it means that a ratio is above its limit by chance or beyond it: so many of the group move at the least or the most.

    A reader who knows how many move of all finds for every number of the group how often its draws would be above the limit.
    """
    told = zip(known.words[first:], known.low[first:], known.high[first:], strict=True)
    movers = next((low for words, low, high in told if words == f"moved {letter} Everyone" and low == high), None)
    if movers is None or fact["status"] == "meets" or settings["definition"] == "strict":
        return
    ours, whole = enrolled
    rng, fits = np.random.default_rng(0), []
    for count in range(int(min(ours, movers)) + 1):
        means = np.array([count, ours - count, movers - count, whole - ours - (movers - count)])
        a, b, c, d = rng.poisson(np.maximum(means, 0)[:, None], (4, 2000)).astype(float)
        above = float((a * (a + b + c + d) > fact["limit"] * (a + c) * (a + b)).mean())
        is_sure, slack = fact["status"] == "does_not_meet", 0.06
        if (above >= settings["confidence"] - slack) if is_sure else (above < settings["confidence"] + slack):
            fits.append(count)
    if fits:
        known.say(f"sureness {letter} {fact['group']}", {fact["group"]: moved}, float(min(fits)), float(max(fits)))


def _enrolled(known: Known, label: str) -> float | None:
    told = zip(known.words, known.low, known.high, strict=True)
    return next((low for words, low, high in told if words.startswith("enrolled") and words.endswith(f" {label}") and low == high), None)


class Attacker:
    """Solves for the least and the most that a sum may be: nobody is below zero, groups are within everyone, students are whole."""

    def __init__(self, known: Known, partition: Sequence[str], others: Sequence[str], lived: np.ndarray) -> None:
        self.known, kinds, n = known, known.kinds, known.units
        eye = csr_array(np.eye(n))
        blocks = []
        for less in [partition, *[[name] for name in others]]:
            if less:
                parts = [eye if kind == ALL else -1.0 * eye if kind in less else csr_array((n, n)) for kind in kinds]
                blocks.append(csr_array(np.hstack([part.toarray() for part in parts])))
        rows = csr_array(np.array(known.rows))
        self.rows = vstack([rows, *blocks], format="csr")
        count = self.rows.shape[0] - rows.shape[0]
        self.low = np.concatenate([known.low, np.zeros(count)])
        self.high = np.concatenate([known.high, np.full(count, np.inf)])
        self.most = np.tile(np.where(lived, np.inf, 0.0), len(kinds))

    def interval(self, weights: Mapping[str, np.ndarray], *, whole: bool = False) -> tuple[float, float]:
        """The least and the most that a sum of students may be."""
        goal = self.known.row(weights)
        return self._end(goal, whole), -self._end(-goal, whole)

    def _end(self, goal: np.ndarray, whole: bool) -> float:
        if whole:
            limits = LinearConstraint(self.rows, self.low, self.high)
            found = milp(goal, constraints=limits, bounds=Bounds(0, self.most), integrality=np.ones(len(goal)), options={"time_limit": 20.0})
            assert found.status in (0, 1), found.message
            return float(found.mip_dual_bound if found.x is None or found.status else found.fun)
        equal = self.low == self.high
        upper, lower = ~equal & np.isfinite(self.high), ~equal & np.isfinite(self.low)
        found = linprog(
            goal, A_eq=self.rows[np.flatnonzero(equal)], b_eq=self.low[equal],
            A_ub=vstack([self.rows[np.flatnonzero(upper)], -self.rows[np.flatnonzero(lower)]], format="csr"),
            b_ub=np.concatenate([self.high[upper], -self.low[lower]]), bounds=np.column_stack([np.zeros(len(goal)), self.most]), method="highs",
        )  # fmt: skip
        assert found.status in (0, 3), found.message
        return -np.inf if found.status == 3 else float(np.ceil(found.fun - 1e-6))
