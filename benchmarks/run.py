"""Run a benchmark suite and print its table as Markdown.

    python benchmarks/run.py --suite phases [--seconds 60] [--folder DIR]

Every run is a process of its own, started through the command line that users have.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from instances import Instance, made_up, real

PHASES = ("read", "compile", "solve", "audit", "write", "total")


def solved(instance: Instance, folder: Path, settings: dict[str, object]) -> dict[str, object]:
    """The run.json of one run."""
    sets = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    out = folder / "runs" / instance.name
    command = [sys.executable, "-m", "rezoning", "run", str(instance.scenario), "--out", str(out), "--json", "--quiet", *sets]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{instance.name}: exit code {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def phases(folder: Path, seconds: float) -> None:
    """Seconds of every phase, peak memory, and what was reached, for the real districts and made-up ones."""
    sizes = ((1_000, 12), (5_000, 40), (20_000, 100))
    print("| district | units × schools | pairs | " + " | ".join(PHASES) + " | MB | today | value | bound |")
    print("|---|---|---|" + "---|" * (len(PHASES) + 4))
    for instance in [*real(), *(made_up(folder, units, schools, 0.5) for units, schools in sizes)]:
        run = solved(instance, folder, {"solve.time_limit": seconds})
        counts, goal = run["counts"], run["goals"][0]
        cells = [instance.name, f"{counts['units']:,} × {counts['schools']}", f"{counts['pairs']:,}"]
        cells += [f"{run['seconds'][phase]:.1f}" for phase in PHASES]
        cells += [f"{run['peak_rss_mb']:.0f}", *("–" if goal[key] is None else f"{goal[key]:.4f}" for key in ("today", "value", "bound"))]
        print("| " + " | ".join(cells) + " |", flush=True)


SUITES = {"phases": phases}


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", choices=sorted(SUITES), required=True)
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each solve")
    parser.add_argument("--folder", type=Path, help="where made-up districts and runs go; a temporary one when left out")
    options = parser.parse_args()
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
        SUITES[options.suite](options.folder, options.seconds)
        return
    with tempfile.TemporaryDirectory() as folder:
        SUITES[options.suite](Path(folder), options.seconds)


if __name__ == "__main__":
    main()
