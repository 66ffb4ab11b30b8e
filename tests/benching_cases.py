"""Runs of a bench, made up."""

from __future__ import annotations

from typing import Any

from rezoning.report.benching.comparison import Comparison
from rezoning.report.benching.trials import Trial

MACHINE = "system=Linux cpu=one cores=2 memory_gb=8"


def trial(
    setting: str = "default", seed: int = 0, instance: str = "here", *, steps: list[Any] | None = None, value: float | None = 1.0,
    bound: float | None = None, status: str = "feasible", is_same_question: bool = True, load: float | None = None, **row: Any,
) -> Trial:  # fmt: skip
    """A run; what is not said of it is as plain as can be."""
    base = {"status": status, "goal1_value": value, "goal1_bound": bound, "goal1_today": 3.0, "solve_seconds": 4.0, "first_plan_seconds": 0.5}
    base |= {"units": 60, "schools": 3, "peak_mb": 100.0, "machine": MACHINE}
    said = [(0.5, value, bound)] if steps is None and value is not None else steps or []
    return Trial(instance, setting, seed, base | row, said, is_same_question, load)


def comparison(*trials: Trial, seconds: float = 20.0) -> Comparison:
    """Them against each other."""
    return Comparison(list(trials), list(dict.fromkeys(one.setting for one in trials)), seconds)
