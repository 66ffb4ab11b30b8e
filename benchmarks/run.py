"""Run a benchmark suite and print its tables as Markdown.

    python benchmarks/run.py --suite settings --folder DIR [--workers 2] [--seeds 3] [--seconds 20] [--readme]
    python benchmarks/run.py --suite proofs|phases --folder DIR [...]
    python benchmarks/run.py --suite peers --folder DIR [--methods NAME...] [...]

Every run is a process of its own. A suite may be stopped, resumed and taken in parts; --table runs nothing and prints what is there.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import instances
import peers_suite
import proofs
import results
import streets

from rezoning.commands.benching.running import Bench, run_bench, standing
from rezoning.commands.benching.settings import DEFAULT, FULL, read_settings
from rezoning.errors import RezoningError
from rezoning.report.benching.trials import Trial


@dataclass(frozen=True)
class Suite:
    """Instances by settings by seeds, and what is usual: seconds, seeds, threads."""

    instances: tuple[str, ...]
    settings: tuple[str, ...]
    seconds: float
    seeds: int
    threads: int


SUITES = {
    "settings": Suite(instances.FULL, FULL, 20.0, 3, 1),
    "proofs": Suite(instances.PROOFS, (DEFAULT,), 60.0, 3, 2),
    "phases": Suite(instances.PHASES, (DEFAULT,), 60.0, 1, 2),
}
PEERS = "peers"


def bench_of(suite: Suite, folder: Path) -> Bench:
    """The suite with its instances written."""
    place = folder / "instances"
    place.mkdir(parents=True, exist_ok=True)
    scenarios = {name: instances.build(name, place) for name in suite.instances}
    return Bench(scenarios, read_settings(suite.settings), suite.seconds, suite.seeds, suite.threads)


def trials_of(bench: Bench, folder: Path, workers: int, *, only_table: bool) -> list[Trial]:
    """What is not there yet is run, and said on stderr; then everything that is there."""
    points = folder / "points"
    if only_table:
        return list(standing(bench, points))
    found: list[Trial] = []
    try:
        for trial, _ in run_bench(bench, points, workers=workers):
            found.append(trial)
            said = (
                f"{len(found)}/{bench.runs} {trial.instance} {trial.setting} {trial.seed}: {trial.status}, value {trial.value}, bound {trial.bound}"
            )
            print(said, file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from here.", file=sys.stderr)
    return found


def parsed() -> tuple[argparse.Namespace, Suite]:
    """The command line, and the suite that it makes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", choices=[*SUITES, PEERS], required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where made-up districts and runs are kept")
    parser.add_argument("--seconds", type=float, help="time limit of each solve")
    parser.add_argument("--seeds", type=int, help="runs of each setting on each instance")
    parser.add_argument("--threads", type=int, help="of each solve; the peers have two")
    parser.add_argument("--workers", type=int, default=1, help="runs at a time, each with its threads; 1 when left out")
    parser.add_argument("--instances", nargs="+", metavar="NAME", help="python benchmarks/instances.py lists them")
    parser.add_argument("--settings", nargs="+", metavar="NAME|FILE", help="those of rezoning bench")
    parser.add_argument("--methods", nargs="+", choices=peers_suite.METHODS, default=list(peers_suite.METHODS), metavar="NAME", help="peers only")
    parser.add_argument("--memory-gb", type=float, default=8.0, help="address space that a run may have")
    parser.add_argument("--table", action="store_true", help="run nothing, print what is there")
    parser.add_argument("--readme", action="store_true", help="settings: write tables and plots into benchmarks/README.md too")
    parser.add_argument("--claim", metavar="WHO", help="settings: put what is better than best_known.csv there, found by WHO")
    options = parser.parse_args()
    usual = SUITES.get(options.suite, Suite(instances.PEERS, (), 60.0, 3, 2))
    known = [*instances.REGISTRY, *(proofs.SPECIAL if options.suite == "proofs" else ())]
    wrong = [name for name in options.instances or () if name not in known]
    if wrong:
        parser.error(f"--instances: {', '.join(wrong)} is none of {', '.join(known)}")
    said = {key: value for key in ("seconds", "seeds", "threads") if (value := getattr(options, key)) is not None}
    said |= {key: tuple(value) for key in ("instances", "settings") if (value := getattr(options, key)) is not None}
    suite = replace(usual, **said)
    return options, suite if options.instances else replace(suite, instances=tuple(instances.here(suite.instances)))


def main() -> None:
    """Parse, run, print."""
    options, suite = parsed()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if options.suite == PEERS:
        peers_suite.main(folder, suite.seconds, suite.seeds, options.memory_gb, list(suite.instances), options.methods, only_table=options.table)
        return
    special = [name for name in suite.instances if name in proofs.SPECIAL] if options.instances else list(proofs.SPECIAL)
    suite = replace(suite, instances=tuple(name for name in suite.instances if name not in proofs.SPECIAL))
    try:
        bench = replace(bench_of(suite, folder), memory_gb=options.memory_gb)
        found = trials_of(bench, folder, options.workers, only_table=options.table)
    except RezoningError as error:
        raise SystemExit("\n".join(map(str, error.problems))) from None
    results.keep(found, bench, folder / f"{options.suite}.csv")
    if options.suite == "settings":
        if options.claim:
            print("\n".join(results.claim(found, bench, options.claim)), file=sys.stderr)
        results.show(found, bench, is_readme=options.readme)
    elif options.suite == "phases":
        print("\n".join(results.phases(found)))
        print()
        streets.table(folder)
    else:
        print("\n".join(results.proofs(found)))
        print("\n".join(proofs.lines(folder, special, only_table=options.table)))


if __name__ == "__main__":
    main()
