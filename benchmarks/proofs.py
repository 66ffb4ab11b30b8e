"""What the proofs suite measures beside runs: the very first run on a machine, and a whole frontier; each result one file that is not made again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from instances import PROJECT, shared

FIRST_RUN = "riverbend-first-run"
FRONTIER = "mount_vernon-frontier"
SPECIAL = (FIRST_RUN, *((FRONTIER,) if shared("mount_vernon") is not None else ()))
Record = dict[str, Any]


def lines(folder: Path, names: list[str], *, only_table: bool) -> list[str]:
    """A line for each that is there, or is made now."""
    how, found = {FIRST_RUN: _first_run, FRONTIER: _frontier}, []
    for name in names:
        path = folder / "special" / f"{name}.json"
        if not path.exists() and not only_table:
            record = how[name](folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps(record, indent=1), encoding="utf-8")
            partial.rename(path)
        if path.exists():
            found.append(f"\n{name}: {json.loads(path.read_text(encoding='utf-8'))['words']}.")
    return found


def _called(arguments: list[str], folder: Path, cache: Path | None = None) -> Record:
    """The JSON document of a command that users have, {} where it ended without one."""
    out = Path(tempfile.mkdtemp(prefix="run-", dir=folder))
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)} | ({} if cache is None else {"NUMBA_CACHE_DIR": str(cache)})
    command = [sys.executable, "-m", "rezoning", *arguments, "--out", str(out / "run"), "--json", "--quiet", "--set", "solve.threads=2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    shutil.rmtree(out, ignore_errors=True)
    if done.returncode:
        print(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stderr[-1000:]}", file=sys.stderr, flush=True)
    return json.loads(done.stdout) if done.stdout.startswith("{") else {}


def _first_run(folder: Path) -> Record:
    """Seconds of a run with nothing compiled, and of the same again."""
    cache = Path(tempfile.mkdtemp(prefix="cache-", dir=folder))
    asked = ["run", str(PROJECT / "scenarios" / "riverbend.yaml"), "--set", "solve.time_limit=30"]
    seconds = [_called(asked, folder, cache)["seconds"]["total"] for _ in range(2)]
    shutil.rmtree(cache, ignore_errors=True)
    return {"seconds": seconds, "words": f"{seconds[0]:.1f} s, later {seconds[1]:.1f} s"}


def _frontier(folder: Path) -> Record:
    """The gap of each of ten points in 500 seconds."""
    asked = ["frontier", str(shared("mount_vernon")), "--goals", "dissimilarity,reassigned", "--points", "10", "--time-limit-total", "500"]
    said = _called(asked, folder)
    points = [f"{one['values'][1]:.3f}: {100 * one['gap']:.1f} %" for one in said.get("points", []) if one["values"] is not None]
    return {"said": said, "words": ", ".join(points)}
