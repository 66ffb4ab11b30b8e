"""The proofs suite: how far value and bound are apart after a time limit; every instance and seed a process of its own, each result one file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import counties
from engine import our_command
from instances import PROJECT, made_up, real

PROVEN = 1e-9
FIRST_RUN = "riverbend-first-run"
FRONTIER = "mount_vernon-frontier"
BORDERS_AFTER = "fairfax_hs-borders"
MADE_UP: dict[str, tuple[int, int, float, float | None]] = {
    "1000x12-tight": (1_000, 12, 0.5, None),
    "1000x12-middle": (1_000, 12, 0.5, 4.0),
    "1000x12-loose": (1_000, 12, 1.0, None),
    "5000x40-loose": (5_000, 40, 1.0, None),
    "9400x138-tight": (9_400, 138, 0.5, None),
    "50000x200-tight": (50_000, 200, 0.5, None),
}
Record = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """How the suite is run."""

    folder: Path
    seconds: float
    seeds: int

    def result(self, instance: str, seed: int) -> Path:
        """The file of one run."""
        return self.folder / "proofs" / instance / f"{seed}.json"


def names() -> list[str]:
    """All instances; those of the shared districts only where these are."""
    shared = {instance.name for instance in real()}
    first = [FIRST_RUN, *counties.names()]
    last = [name for name, of in ((BORDERS_AFTER, "fairfax_hs"), (FRONTIER, "mount_vernon")) if of in shared]
    return [*first, *(name for name in ("shaker_heights", "mount_vernon", "fairfax_hs") if name in shared), *MADE_UP, *last]


def run_suite(asked: Asked, instances: list[str]) -> None:
    """Make what is not there yet; what goes on is said on stderr."""
    for instance in instances:
        for seed in range(1 if instance in (FIRST_RUN, FRONTIER) else asked.seeds):
            path = asked.result(instance, seed)
            if path.exists():
                continue
            record = {"instance": instance, "seed": seed, **_how(instance)(asked, instance, seed)}
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps(record, indent=1), encoding="utf-8")
            partial.rename(path)
            print(json.dumps(record), file=sys.stderr, flush=True)


def _how(instance: str) -> Callable[[Asked, str, int], Record]:
    return {FIRST_RUN: _first_run, FRONTIER: _frontier}.get(instance, _one_run)


def _one_run(asked: Asked, instance: str, seed: int) -> Record:
    """Value, bound and memory of a run; of several goals the last one's."""
    seconds = 2.0 * asked.seconds if instance == BORDERS_AFTER else asked.seconds
    scenario = _scenario(asked.folder, instance)
    return _read(_solved(scenario, asked.folder, {"solve.time_limit": seconds, "solve.seed": seed, "solve.threads": 2, "solve.gap": 0}))


def _scenario(folder: Path, instance: str) -> Path:
    """The scenario file of an instance."""
    if instance in counties.names():
        return counties.write(folder, instance)
    if instance in MADE_UP:
        return made_up(folder, *MADE_UP[instance]).scenario
    shared = {other.name: other.scenario for other in real()}
    if instance != BORDERS_AFTER:
        return shared[instance]
    path = folder / f"{instance}.yaml"
    goals = "goals: [{minimize: dissimilarity, group: poverty, give_up: 0.05}, {minimize: cut_edges}]"
    path.write_text(f"name: {instance.replace('_', '-')}\nextends: {shared['fairfax_hs']}\n{goals}\n", encoding="utf-8")
    return path


def _solved(scenario: Path, folder: Path, settings: dict[str, object], cache: Path | None = None) -> Record:
    """The run.json of a run through the command line, {} where it ended without a plan."""
    out = Path(tempfile.mkdtemp(prefix="run-", dir=folder))
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)} | ({} if cache is None else {"NUMBA_CACHE_DIR": str(cache)})
    done = subprocess.run(our_command(scenario, out / "run", settings), capture_output=True, text=True, check=False, env=environment)
    shutil.rmtree(out, ignore_errors=True)
    if done.returncode:
        print(f"{scenario}: exit code {done.returncode}\n{done.stderr[-1000:]}", file=sys.stderr, flush=True)
    return json.loads(done.stdout) if done.stdout.startswith("{") else {}


def _read(run: Record) -> Record:
    if not run.get("goals"):
        return {"value": None, "bound": None, "today": None, "ended": "no plan", "mb": run.get("peak_rss_mb"), "warnings": run.get("warnings", [])}
    goal = run["goals"][-1]
    said = [warning for warning in run["warnings"] if "scip" in warning or "highs" in warning]
    return {**{key: goal[key] for key in ("value", "bound", "today", "ended")}, "mb": run["peak_rss_mb"], "warnings": said}


def _first_run(asked: Asked, _instance: str, _seed: int) -> Record:
    """Seconds of a run with nothing compiled, and of the same again."""
    cache = Path(tempfile.mkdtemp(prefix="cache-", dir=asked.folder))
    settings = {"solve.time_limit": 30, "solve.threads": 2}
    first, second = (_solved(PROJECT / "scenarios" / "riverbend.yaml", asked.folder, settings, cache) for _ in range(2))
    shutil.rmtree(cache, ignore_errors=True)
    return {**_read(first), "seconds": first["seconds"]["total"], "later": second["seconds"]["total"], "later_value": _read(second)["value"]}


def _frontier(asked: Asked, _instance: str, _seed: int) -> Record:
    """The gap of the worst point above 8 % of the students moved, ten points in 500 seconds."""
    scenario = {other.name: other.scenario for other in real()}["mount_vernon"]
    out = Path(tempfile.mkdtemp(prefix="run-", dir=asked.folder))
    command = [sys.executable, "-m", "rezoning", "frontier", str(scenario), "--goals", "dissimilarity,reassigned", "--points", "10"]
    command += ["--time-limit-total", "500", "--out", str(out / "frontier"), "--json", "--quiet", "--set", "solve.threads=2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(PROJECT)})
    shutil.rmtree(out, ignore_errors=True)
    return {"value": None, "bound": None, "ended": f"exit {done.returncode}", "mb": None, "said": json.loads(done.stdout) if done.stdout else None}


# -- the table ---------------------------------------------------------------------------------------------------------


def gap_of(record: Record) -> float | None:
    """(value - bound) / value; None without either."""
    value, bound = record["value"], record["bound"]
    if value is None or bound is None:
        return None
    return 0.0 if value - bound <= PROVEN else (value - bound) / max(abs(value), PROVEN)


def table(asked: Asked, instances: list[str]) -> list[str]:
    """One row per instance, medians over seeds, then what the graphs of a kind come to."""
    lines = ["| instance | seeds | today | value | bound | gap | proven | MB | ended |", "|" + "---|" * 9]
    kinds: dict[str, list[float | None]] = {}
    for instance in instances:
        paths = sorted((asked.folder / "proofs" / instance).glob("*.json"))
        runs = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
        if not runs:
            continue
        gaps = [gap_of(run) for run in runs]
        kinds.setdefault(instance.split("-")[0], []).append(_middle(gaps))
        cells = [instance, str(len(runs)), *(_number(_middle([run.get(key) for run in runs])) for key in ("today", "value", "bound"))]
        cells += [_percent(_middle(gaps)), str(sum(gap == 0.0 for gap in gaps)), f"{_middle([run['mb'] for run in runs]) or 0:.0f}"]
        lines.append("| " + " | ".join([*cells, _endings(runs)]) + " |")
    for kind in (counties.SMALL, counties.LARGE):
        if kind in kinds:
            known = [gap for gap in kinds[kind] if gap is not None]
            proven = sum(gap == 0.0 for gap in known)
            lines += [
                "",
                f"{kind}: {proven} of {len(kinds[kind])} proven, median gap {_percent(_middle(kinds[kind]))}, worst {_percent(max(known))}.",
            ]
    return lines


def _endings(runs: list[Record]) -> str:
    """How the runs ended, and what solvers were warned of."""
    found = [str(run["ended"]) for run in runs] + [warning for run in runs for warning in run.get("warnings", [])]
    found += [f"{run['seconds']:.1f} s, later {run['later']:.1f} s" for run in runs if "later" in run]
    found += [", ".join(_points(run["said"])) for run in runs if run.get("said")]
    return "; ".join(dict.fromkeys(found))


def _points(said: Record) -> list[str]:
    """Where each point of the frontier stands, and its gap."""
    return [f"{point['values'][1]:.3f}: {_percent(point['gap'])}" for point in said.get("points", []) if point["values"] is not None]


def _middle(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known and 2 * len(known) > len(values) else None


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}" if abs(value) < 2 else f"{value:g}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
