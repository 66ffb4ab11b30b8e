"""A run as one flat row, for tables over many runs; what its columns mean stands in `COLUMNS`."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rezoning.runs.run_record import read_run_record

Scalar = str | int | float | bool | None
Steps = list[tuple[float, float | None, float | None]]
"""Seconds, value and bound of a goal, as they got better; None where there was none yet."""

FAILED = "failed"
"""The status of a row that is no run's."""


@dataclass(frozen=True)
class RowColumn:
    """A column: its name, what it holds, and in what unit. A name with ``{n}`` stands for one column for each goal, from 1."""

    name: str
    meaning: str
    unit: str = ""


COLUMNS = (
    RowColumn("scenario", "Name of the scenario."),
    RowColumn("status", "How the run ended: `optimal`, `within_gap`, `feasible`, `infeasible`, `no_plan`; `failed` where there is no run."),
    RowColumn("exit_code", "Exit code of the run, or of the failure."),
    RowColumn("error", "Why there is no run, or why its plan was rejected; empty for others."),
    RowColumn("goal{n}", "What is made small: `minimize` and its group."),
    RowColumn("goal{n}_value", "Value in the plan.", "the goal's"),
    RowColumn("goal{n}_bound", "No plan that obeys the rules, and keeps the goals before this one, is below.", "the goal's"),
    RowColumn("goal{n}_gap", "Relative gap between value and bound.", "share"),
    RowColumn("goal{n}_today", "Value of today's zones.", "the goal's"),
    RowColumn("goal{n}_ended", "Why work on the goal ended: `proven`, `gap`, `limit`, `interrupted`, `failed`."),
    RowColumn("objective_value", "Value of the weighted sum; empty where goals have no weights."),
    RowColumn("objective_bound", "No plan's weighted sum is below."),
    RowColumn("first_plan_seconds", "From the begin of the solve to the first plan.", "s"),
    RowColumn("primal_integral", "Primal gap over time (Berthold 2013) of the first goal, or of the weighted sum.", "s"),
    RowColumn("primal_dual_integral", "Gap between value and bound over time of the same.", "s"),
    RowColumn("horizon", "Until when the integrals go.", "s"),
    RowColumn("nodes", "Nodes of branch and cut."),
    RowColumn("cuts", "Cuts that were added."),
    RowColumn("read_seconds", "To read the data; next to none where a worker remembered the district.", "s"),
    RowColumn("compile_seconds", "To make the formulation.", "s"),
    RowColumn("solve_seconds", "To solve.", "s"),
    RowColumn("audit_seconds", "To audit and measure.", "s"),
    RowColumn("write_seconds", "To write the files.", "s"),
    RowColumn("total_seconds", "All together.", "s"),
    RowColumn("peak_mb", "Most memory of the process and of those that solved for it; of a worker that lives on, since it began.", "MB"),
    RowColumn("students", "Students of the district."),
    RowColumn("units", "Units of the district."),
    RowColumn("schools", "Schools of the district."),
    RowColumn(
        "estimates", "What is estimated and neither counted nor measured: `travel`, `walk`, `students`, each with how; empty where nothing is."
    ),
    RowColumn("moved_students", "Students who change schools."),
    RowColumn("moved_units", "Units that change schools."),
    RowColumn("method", "`auto`, `exact` or `anneal`."),
    RowColumn("solver", "Which solver answered."),
    RowColumn("seed", "Seed of chance."),
    RowColumn("threads", "Threads of the solve."),
    RowColumn("is_counted", "Whether no clock decided anything: the same inputs, seed and versions then give the same plan."),
    RowColumn("input_hash", "Hash of the resolved scenario and its data files."),
    RowColumn("versions", "Python, this program and what it stands on."),
    RowColumn("machine", "System, processor, cores and memory."),
)
"""The columns in their order, as tables, documentation and pages have them."""

_SECONDS = ("read", "compile", "solve", "audit", "write", "total")


def run_row(directory: str | Path, *, horizon: float | None = None, best: float | None = None) -> dict[str, Scalar]:
    """One flat row of a run.

    Parameters
    ----------
    directory
        The run directory.
    horizon
        Until when the integrals go, in seconds of the solve; what the solve took when left out.
    best
        The least value of the first goal, or of the weighted sum, that is known, for the primal integral; that of this run when left out.

    Raises
    ------
    DataError
        There is no record of a run, or it is not what `rezoning run` writes.
    """
    directory = Path(directory)
    record = read_run_record(directory)
    seconds, counts = _dict(record.get("seconds")), _dict(record.get("counts"))
    horizon = float(seconds.get("solve") or 0.0) if horizon is None else horizon
    steps = first_steps(directory, is_weighted=record.get("objective") is not None)
    found: dict[str, Any] = {
        "scenario": record["name"],
        "status": record["status"],
        "exit_code": record.get("exit_code"),
        "error": _why(record),
        **_goals(record),
        "objective_value": _dict(record.get("objective")).get("value"),
        "objective_bound": _dict(record.get("objective")).get("bound"),
        "first_plan_seconds": next((at for at, value, _ in steps if value is not None), record.get("first_plan")),
        **_integrals(record, steps, horizon, best),
        "nodes": record.get("nodes"),
        "cuts": record.get("cuts"),
        **{f"{name}_seconds": seconds.get(name) for name in _SECONDS},
        "peak_mb": record.get("peak_rss_mb"),
        **{name: counts.get(name) for name in ("students", "units", "schools")},
        "estimates": _estimates(record),
        **{name: counts.get(name) for name in ("moved_students", "moved_units")},
        **{name: record.get(name) for name in ("method", "solver", "seed", "threads", "is_counted", "input_hash")},
        "versions": " ".join(f"{name}={version}" for name, version in record["versions"].items() if version is not None),
        "machine": " ".join(f"{name}={value}" for name, value in _dict(record.get("machine")).items()) or None,
    }
    return {name: value if isinstance(value, (str, int, float, bool)) else None for name, value in found.items()}


def failed_row(failure: Mapping[str, Any]) -> dict[str, Scalar]:
    """The row of what did not become a run: status, exit code, error in words, seconds."""
    problems = [" ".join(filter(None, (f"{one['place']}:", one["message"], one["cure"]))) for one in failure.get("problems", ())]
    said = " ".join(problems) or str(failure.get("error", ""))
    return {"status": FAILED, "exit_code": failure.get("exit_code"), "error": said, "total_seconds": failure.get("seconds")}


def ordered(names: Sequence[str], labels: Sequence[str] = ()) -> list[str]:
    """Columns of a table over many rows: labels, then those of `COLUMNS`, goals by their number, then others."""
    numbers = sorted({int(digits) for name in names if name.startswith("goal") and (digits := name[4:].partition("_")[0]).isdecimal()})
    goals = [column for column in COLUMNS if "{n}" in column.name]
    known: list[str] = []
    for column in COLUMNS:
        if column == goals[0]:
            known += [goal.name.format(n=n) for n in numbers for goal in goals]
        elif column not in goals:
            known.append(column.name)
    return list(dict.fromkeys([*labels, *(name for name in names if name not in known), *known]))


# -- what it is made of -----------------------------------------------------------------------------------------------


def _goals(record: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, goal in enumerate(record["goals"], 1):
        found[f"goal{number}"] = " ".join(filter(None, (goal["minimize"], goal.get("group"))))
        found |= {f"goal{number}_{key}": goal.get(key) for key in ("value", "bound", "gap", "today", "ended")}
    return found


def _estimates(record: Mapping[str, Any]) -> str | None:
    """``travel=streets students=raked``."""
    travel, walk, students = (_dict(record.get(name)) for name in ("travel", "walk", "students"))
    said = {name: one.get("source") for name, one in (("travel", travel), ("walk", walk)) if one.get("is_estimate")}
    said |= {"students": students.get("method")} if students.get("estimated") else {}
    return " ".join(f"{name}={how}" for name, how in said.items()) or None


def _why(record: Mapping[str, Any]) -> str | None:
    """The auditor's words, or those of arithmetic."""
    broken = [one["message"] for one in _dict(record.get("audit")).get("violations", ())]
    problems = [f"{one['place']}: {one['message']}" for one in record.get("problems", ())]
    return " ".join([*broken, *problems]) or None


def first_steps(directory: Path, *, is_weighted: bool = False) -> Steps:
    """How value and bound of the first goal, or of the weighted sum, got better; empty where no plan was found."""
    try:
        with (directory / "trace.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["goal"] == ("" if is_weighted else "1")]
            return [(float(row["seconds"]), _number(row["value"]), _number(row["bound"])) for row in rows]
    except (OSError, ValueError, KeyError):
        return []


def _integrals(record: Mapping[str, Any], steps: Steps, horizon: float, best: float | None) -> dict[str, float | None]:
    """Both integrals; None for a question that has no plan."""
    if record["status"] == "infeasible":
        return {"primal_integral": None, "primal_dual_integral": None, "horizon": horizon}
    values = [value for _, value, _ in steps if value is not None]
    reference = min(values, default=math.inf) if best is None else best
    primal = integral([(at, primal_gap(value, reference)) for at, value, _ in steps], horizon)
    both = integral([(at, primal_dual_gap(value, bound)) for at, value, bound in steps], horizon)
    return {"primal_integral": round(primal, 4), "primal_dual_integral": round(both, 4), "horizon": horizon}


def primal_gap(value: float | None, best: float) -> float:
    """Primal gap γ of a plan (Berthold 2013): 0 at the best value, 1 without a plan.

    γ = |best - value| / max(|best|, |value|); 0 where both are 0, 1 where their signs differ.
    """
    if value is None or not math.isfinite(best) or value * best < 0:
        return 1.0
    return 0.0 if value == best else min(abs(best - value) / max(abs(best), abs(value)), 1.0)


def primal_dual_gap(value: float | None, bound: float | None) -> float:
    """The same between value and bound: 1 while one of them is not there."""
    return 1.0 if value is None or bound is None else 0.0 if bound >= value else primal_gap(value, bound)


def integral(steps: Sequence[tuple[float, float]], horizon: float) -> float:
    """Integral to the horizon of a function that is 1 before its first step and constant between steps."""
    found, last, height = 0.0, 0.0, 1.0
    for at, value in steps:
        if at >= horizon:
            break
        found, last, height = found + (at - last) * height, at, value
    return found + max(horizon - last, 0.0) * height


def _number(text: str) -> float | None:
    return float(text) if text else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
