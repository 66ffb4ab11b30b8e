"""Run a benchmark suite and print its table as Markdown.

    python benchmarks/run.py --suite phases [--seconds 60] [--folder DIR]
    python benchmarks/run.py --suite engine --folder DIR [--seconds 60] [--seeds 3] [--instances NAME...] [--methods NAME...] [--table]
    python benchmarks/run.py --suite proofs --folder DIR [--seconds 60] [--seeds 3] [--instances NAME...] [--table]

Every run is a process of its own; ours is started through the command line that users have.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import proofs
import streets
from engine import METHODS, Suite, our_command, records, run_suite
from instances import Instance, engine_names, made_up, real
from table import grouped, methods_table, ratios_table

PHASES = ("read", "compile", "solve", "audit", "write", "total")


def solved(instance: Instance, folder: Path, settings: dict[str, object]) -> dict[str, object]:
    """The run.json of one run."""
    command = our_command(instance.scenario, folder / "runs" / instance.name, settings)
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


def engine(suite: Suite, instances: list[str] | None, methods: list[str], *, only_table: bool) -> None:
    """Every method on every instance, then both tables of all results in the folder."""
    if not only_table:
        run_suite(suite, instances or engine_names(), methods)
    runs = grouped(records(suite, instances))
    if not runs:
        raise SystemExit(f"{suite.folder} holds no results yet.")
    print("\n".join([*methods_table(runs), "", *ratios_table(runs)]))


def prove(asked: proofs.Asked, instances: list[str], *, only_table: bool) -> None:
    """What is not there yet, then the table of what is."""
    if not only_table:
        proofs.run_suite(asked, instances)
    print("\n".join(proofs.table(asked, instances)))


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", choices=["engine", "phases", "proofs"], required=True)
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each solve")
    parser.add_argument("--folder", type=Path, help="where made-up districts and runs go; a temporary one when left out (phases only)")
    parser.add_argument("--seeds", type=int, default=3, help="engine, proofs: runs of each method that knows seeds")
    parser.add_argument(
        "--instances", nargs="+", metavar="NAME", help=f"engine: of {', '.join(engine_names())}; proofs: of {', '.join(proofs.names())}"
    )
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS), metavar="NAME", help=f"engine: of {', '.join(METHODS)}")
    parser.add_argument("--memory-gb", type=float, default=8.0, help="engine: address space that a peer may have")
    parser.add_argument("--table", action="store_true", help="engine, proofs: run nothing, print what is there")
    options = parser.parse_args()
    if options.suite != "phases" and options.folder is None:
        parser.error(f"--suite {options.suite} keeps its results: give it a --folder")
    known = proofs.names() if options.suite == "proofs" else engine_names()
    for name in options.instances or []:
        if name not in known:
            parser.error(f"--instances: {name} is none of {', '.join(known)}")
    return options


def main() -> None:
    """Parse, run, print."""
    options = parsed()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if options.suite == "engine":
            suite = Suite(folder, options.seconds, options.seeds, options.memory_gb)
            engine(suite, options.instances, options.methods, only_table=options.table)
        elif options.suite == "proofs":
            asked = proofs.Asked(folder, options.seconds, options.seeds)
            prove(asked, options.instances or proofs.names(), only_table=options.table)
        else:
            phases(folder, options.seconds)
            print()
            streets.table(folder)


if __name__ == "__main__":
    main()
