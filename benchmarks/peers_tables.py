"""Markdown tables of the peers' suite's records: every method on every instance, and what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Any

from instances import PEERS
from peers_suite import METHODS, OURS, SHAPED

Record = dict[str, Any]
Runs = dict[tuple[str, str], list[Record]]  # by instance and method

NONE = float("inf")  # the value of no plan: a median over seeds sees it as the worst
RIVAL = "hop-closer"
ENOUGH = 1e-9
PROVEN = 1e-9  # the contract's gap of nothing


def grouped(records: Iterable[Record]) -> Runs:
    """Runs of each instance and method, in the order of seeds."""
    runs: Runs = {}
    for record in records:
        runs.setdefault((record["instance"], record["method"]), []).append(record)
    return runs


def instances_of(runs: Runs) -> list[str]:
    """Instances that have runs, in the suite's order."""
    there = {instance for instance, _ in runs}
    return [name for name in PEERS if name in there] + sorted(there - set(PEERS))


def value_at(runs: list[Record], mark: int) -> float:
    """Median value at a mark; infinite where half of the runs have no plan."""
    return median(NONE if run["marks"][mark]["value"] is None else run["marks"][mark]["value"] for run in runs)


def _last(runs: list[Record], key: str) -> list[Any]:
    return [run["marks"][-1][key] for run in runs if run["marks"][-1]["value"] is not None]


def is_contiguous(runs: list[Record]) -> bool:
    """Whether every last plan is."""
    return all(pieces == 0 for pieces in _last(runs, "pieces"))


def obeys_rows(runs: list[Record]) -> bool:
    """Whether every last plan breaks nothing but contiguity."""
    return all(broken == 0 for broken in _last(runs, "broken"))


# -- every method on every instance ------------------------------------------------------------------------------------


def methods_table(runs: Runs) -> list[str]:
    """One row per instance and method, medians over seeds."""
    marks = max((run["marks"] for each in runs.values() for run in each), key=len)
    reached = [f"{mark['at']:g} s" for mark in marks]
    head = ["instance", "method", "runs", *reached, "bound", "gap", "contiguous", "rows", "cut edges", "detached", "ended", "MB"]
    lines = _head(head)
    for instance in instances_of(runs):
        for method in METHODS:
            if (instance, method) in runs:
                lines.append(_row([instance, method, *_method_cells(runs[instance, method])]))
    return lines


def _method_cells(runs: list[Record]) -> list[str]:
    marks = range(len(runs[0]["marks"]))
    bounds = [run["bound"] for run in runs if run["bound"] is not None]
    gaps = [gap for gap in map(_gap, runs) if gap is not None]
    return [
        str(len(runs)),
        *(_value_cell(runs, mark) for mark in marks),
        _number(median(bounds)) if bounds else "–",
        f"{100 * median(gaps):.1f} %" if gaps else "–",
        _contiguous_cell(runs),
        _rows_cell(runs),
        _shape_cell(runs, "cut_edges"),
        _shape_cell(runs, "detached"),
        Counter(run["status"] for run in runs).most_common(1)[0][0],
        f"{median(run['peak_mb'] for run in runs):.0f}",
    ]


def _value_cell(runs: list[Record], mark: int) -> str:
    value = value_at(runs, mark)
    if value == NONE:
        return "no plan"
    return _number(value) + ("*" if any(run["marks"][mark]["pieces"] for run in runs) else "")


def _contiguous_cell(runs: list[Record]) -> str:
    pieces = _last(runs, "pieces")
    if not pieces:
        return "–"
    return "yes" if not any(pieces) else f"{median(pieces):g} forbidden"


def _rows_cell(runs: list[Record]) -> str:
    broken = _last(runs, "broken")
    if not broken:
        return "–"
    rules = sorted({rule for run in runs for rule in run["marks"][-1]["rules"]})
    return "kept" if not any(broken) else f"{median(broken):g} broken ({', '.join(rules)})"


def _shape_cell(runs: list[Record], key: str) -> str:
    """Median over the last plans, beside today's."""
    found = _last(runs, key)
    if not found:
        return "–"
    today = runs[0]["shape_today"]
    return f"{median(found):,g}" + ("" if today is None else f" ({today[key]:,})")


def _gap(run: Record) -> float | None:
    value, bound = run["marks"][-1]["value"], run["bound"]
    if value is None or bound is None:
        return None
    return 0.0 if value - bound <= PROVEN else (value - bound) / max(abs(value), PROVEN)


# -- what it comes to --------------------------------------------------------------------------------------------------


def ratios_table(runs: Runs) -> list[str]:
    """One row per instance: how much of today's value is taken away, by us and by the best peer, and when we had the rival's last value."""
    head = ["instance", "today", "ours", "best contiguous peer", "ratio", "best peer", "ratio", RIVAL, "ratio", "ours is there", "of the limit"]
    lines = _head(head)
    for instance in instances_of(runs):
        if (instance, OURS) in runs and (instance, "today") in runs:
            lines.append(_row([instance, *_ratio_cells(runs, instance)]))
    return lines


def _ratio_cells(runs: Runs, instance: str) -> list[str]:
    today, ours = value_at(runs[instance, "today"], -1), value_at(runs[instance, OURS], -1)
    if not obeys_rows(runs[instance, "today"]):
        today = NONE  # not a plan that one could come from
    peers = {method: each for (name, method), each in runs.items() if name == instance and method not in (OURS, SHAPED, "today") and obeys_rows(each)}
    contiguous = {method: each for method, each in peers.items() if is_contiguous(each)}
    rival = {method: each for method, each in peers.items() if method == RIVAL}
    cells = [_number(today), _number(ours)]
    for some in (contiguous, peers, rival):
        method, value = min(((method, value_at(each, -1)) for method, each in some.items()), key=lambda pair: pair[1], default=("", NONE))
        name = f" {method}" if value < NONE and some is not rival else ""
        cells += [(_value_cell(some[method], -1) if some else "no plan") + name, _ratio(today, ours, value)]
    return cells + _arrival(runs, instance)


def _ratio(today: float, ours: float, peer: float) -> str:
    """Our reduction from today over the peer's."""
    if NONE in (today, ours, peer):
        return "–"
    reduced = today - peer
    if reduced <= ENOUGH:
        return "it has none" if today - ours > ENOUGH else "–"
    return f"{(today - ours) / reduced:.2f}"


def _arrival(runs: Runs, instance: str) -> list[str]:
    """When our value was first as good as the rival's last, median over seeds, and that over the seconds both had."""
    rivals = runs.get((instance, RIVAL), [])
    goal = value_at(rivals, -1) if rivals else NONE
    if goal == NONE:
        return ["–", "–"]
    ours = runs[instance, OURS]
    after = median(next((seconds for seconds, value in run["trace"] if value <= goal + ENOUGH), NONE) for run in ours)
    if after == NONE:
        return ["never", "–"]
    return [f"{after:.1f} s", "0" if after <= 0 else f"1/{ours[0]['seconds'] / after:.0f}"]


def _number(value: float) -> str:
    return "no plan" if value == NONE else f"{round(value, 4) + 0.0:.4f}"  # + 0.0: no "-0.0000"


def _head(cells: list[str]) -> list[str]:
    return [_row(cells), "|" + "---|" * len(cells)]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
