"""A bench as plain values: bench.json, and bench.csv with a row for each run."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rezoning.report.benching.advice import advised
from rezoning.report.benching.comparison import Comparison, Cost
from rezoning.report.benching.scores import PENALTY, SHIFT, par10, ratio_of_means, shifted_mean
from rezoning.report.benching.trials import Trial
from rezoning.runs.row import ordered

LABELS = ("instance", "setting", "seed")
OWN = ("load", "solved_seconds", "target_seconds", "primal_integral", "primal_dual_integral")


def bench_document(
    found: Comparison, about: Sequence[tuple[str, str, Mapping[str, Any]]], seeds: int, runs: int, skipped: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """The content of bench.json but its exit code.

    Parameters
    ----------
    about
        Name, meaning and keys of each setting.
    seeds, runs
        How many were asked for.
    skipped
        Settings that were left out, each with the solver that is not here.
    """
    same = [name for name in found.settings if name not in found.others]
    advice = {key: advised(found, cost, same) for key, cost in (("plan_and_bound", found.both), ("plan", found.primal))}
    return {
        "instances": found.instances,
        "seeds": seeds,
        "seconds": found.seconds,
        "runs": {"asked": runs, "there": len(found.trials), "compared": len(found.cells) * len(found.settings)},
        "shift": SHIFT,
        "penalty": PENALTY,
        "advice": {key: None if one is None else one.to_record() for key, one in advice.items()},
        "settings": [{"name": name, "about": words, "settings": dict(keys), **_scores(found, name)} for name, words, keys in about],
        "skipped": [{"name": name, "solver": solver} for name, solver in skipped],
        "load": {"median": _plain(found.usual_load), "most": max(found.loads, default=None), "busy": found.busy, "cores": found.cores},
    }


def _scores(found: Comparison, name: str) -> dict[str, Any]:
    trials, limit = found.of(name), found.seconds
    default = [found.both(trial) for trial in found.of(found.settings[0])]
    is_same = name not in found.others

    def mean(cost: Cost) -> float | None:
        return _plain(shifted_mean([cost(trial) for trial in trials], limit))

    return {
        "is_same_question": is_same,
        "runs": len(trials),
        "settled": sum(trial.is_solved for trial in trials),
        "mean_settled": mean(found.settled),
        "par10": _plain(par10([found.settled(trial) for trial in trials], limit)),
        "near": sum(found.target(trial) <= limit for trial in trials) if is_same else None,
        "mean_near": mean(found.target) if is_same else None,
        "mean_first": mean(found.first),
        "primal_integral": mean(found.primal) if is_same else None,
        "primal_dual_integral": mean(found.both),
        "over_default": _plain(ratio_of_means([found.both(trial) for trial in trials], default, limit)) if is_same else None,
    }


def csv_text(found: Comparison) -> str:
    """A table with a row for each run: which it is, its own scores, and the columns of `runs.row`."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(_rows(found))
    return stream.getvalue()


def _rows(found: Comparison) -> Iterator[list[object]]:
    names = dict.fromkeys(name for trial in found.trials for name in trial.row)
    columns = [name for name in ordered(list(names), LABELS) if name not in LABELS and name not in OWN]
    yield [*LABELS, *OWN, *columns]
    for trial in found.trials:
        yield [trial.instance, trial.setting, trial.seed, *_own(found, trial), *(trial.row.get(name) for name in columns)]


def _own(found: Comparison, trial: Trial) -> list[float | None]:
    return [trial.load, *(_plain(cost(trial)) for cost in (found.settled, found.target, found.primal, found.both))]


def _plain(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
