"""The peers' suite: every method on every instance with every seed, each run a process of its own, each result one file that is never made twice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measured import Measured, measured

HERE = Path(__file__).resolve().parent
THREADS = 2
MARKS = (1.0, 10.0)
OURS, SHAPED = "rezoning", "rezoning-shaped"
OTHER_WORK = 300.0  # seconds that reading, auditing and writing may take beside our solve


@dataclass(frozen=True)
class Peer:
    """A module under `peers` and what it is called with."""

    module: str
    arguments: tuple[str, ...] = ()
    has_seeds: bool = True


PEERS = {
    "today": Peer("peers.today", has_seeds=False),
    "nearest": Peer("peers.nearest", has_seeds=False),
    "hop-closer": Peer("peers.hop_closer"),
    "closer": Peer("peers.closer"),
    "flow-highs": Peer("peers.flow", ("--solver", "highs")),
    "flow-cbc": Peer("peers.flow", ("--solver", "cbc")),
    "gerrychain-bursts": Peer("peers.markov_chain", ("--run", "bursts")),
    "gerrychain-tilted": Peer("peers.markov_chain", ("--run", "tilted")),
}
METHODS = ("today", "nearest", OURS, SHAPED, "hop-closer", "closer", "flow-highs", "flow-cbc", "gerrychain-bursts", "gerrychain-tilted")


@dataclass(frozen=True)
class Suite:
    """What is run, and where it is kept."""

    folder: Path
    seconds: float
    seeds: int
    memory_gb: float

    @property
    def marks(self) -> list[float]:
        """Seconds at which values are asked."""
        return [*(mark for mark in MARKS if mark < self.seconds), self.seconds]

    @property
    def grace(self) -> float:
        """Seconds after the limit until a peer is killed: to import its solver, and to come to an end."""
        return 20.0 + 0.25 * self.seconds

    def result(self, instance: str, method: str, seed: int) -> Path:
        """The file of one run."""
        return self.folder / "peers" / instance / f"{method}-{seed}.json"

    def seeds_of(self, method: str) -> range:
        """Seeds of a method; one where it knows none."""
        return range(1 if method in PEERS and not PEERS[method].has_seeds else self.seeds)


def run_suite(suite: Suite, instances: list[str], methods: list[str]) -> None:
    """Make what is not there yet; what goes on is said on stderr."""
    for instance in instances:
        wanted = [(method, seed) for method in methods for seed in suite.seeds_of(method)]
        missing = [(method, seed) for method, seed in wanted if not _is_there(suite, suite.result(instance, method, seed))]
        if not missing:
            continue
        question = prepared(suite, instance)
        for method, seed in missing:
            record = one_run(suite, question, method, seed)
            _keep(suite.result(instance, method, seed), record)
            last = record["marks"][-1]
            print(f"{instance} {method} {seed}: {last['value']} ({record['status']}, {record['peak_mb']:.0f} MB)", file=sys.stderr, flush=True)


def _is_there(suite: Suite, path: Path) -> bool:
    if not path.exists():
        return False
    seconds = json.loads(path.read_text(encoding="utf-8"))["seconds"]
    if seconds != suite.seconds:
        raise SystemExit(f"{path} is a run of {seconds:g} seconds, not {suite.seconds:g}: take another --folder, or delete it.")
    return True


def _keep(path: Path, record: dict[str, Any]) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(record, indent=1), encoding="utf-8")
    partial.rename(path)


@dataclass(frozen=True)
class Question:
    """What is asked of all methods: the instance's scenario file, the problem that peers read, and our goals where shape is asked too."""

    instance: str
    scenario: Path
    problem: Path
    shaped_goals: str


def prepared(suite: Suite, instance: str) -> Question:
    """The question of an instance, with its files."""
    command = [sys.executable, "-m", "peers.write", instance, str(suite.folder)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{instance}: {done.stderr}")
    scenario, shaped_goals = done.stdout.strip().splitlines()[-2:]
    return Question(instance, Path(scenario), suite.folder / f"{instance}.npz", shaped_goals)


def one_run(suite: Suite, question: Question, method: str, seed: int) -> dict[str, Any]:
    """Run, score, forget everything but the record."""
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=suite.folder))
    try:
        if method in PEERS:
            ended, source = _peer_run(suite, question.problem, PEERS[method], seed, folder)
        else:
            goals = {"goals": question.shaped_goals} if method == SHAPED else {}
            ended, source = _our_run(suite, question.scenario, seed, folder, goals)
        scored = _scored(suite, question.scenario, source, folder)
        if ended.code:
            scored["status"] = "killed" if ended.is_cut_off else f"exit {ended.code}"
            scored["said"] = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-1000:]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    asked = {"instance": question.instance, "method": method, "seed": seed, "seconds": suite.seconds, "threads": THREADS}
    return {**asked, "wall": round(ended.wall, 2), "peak_mb": round(ended.peak_mb, 1), **scored}


def our_command(scenario: Path, out: Path, settings: dict[str, object]) -> list[str]:
    """The command line that users have."""
    sets = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    return [sys.executable, "-m", "rezoning", "run", str(scenario), "--out", str(out), "--json", "--quiet", *sets]


def _our_run(suite: Suite, scenario: Path, seed: int, folder: Path, goals: dict[str, object]) -> tuple[Measured, list[str]]:
    settings = {"solve.time_limit": suite.seconds, "solve.seed": seed, "solve.threads": THREADS, "solve.gap": 0, **goals}
    ended = measured(our_command(scenario, folder / "run", settings), folder / "log.txt", cwd=folder, seconds=suite.seconds + OTHER_WORK)
    return ended, ["--run", str(folder / "run")]


def _peer_run(suite: Suite, problem: Path, peer: Peer, seed: int, folder: Path) -> tuple[Measured, list[str]]:
    asked = ["--seconds", str(suite.seconds), "--threads", str(THREADS), "--seed", str(seed), *peer.arguments]
    command = [sys.executable, "-m", peer.module, str(problem), str(folder / "journal"), *asked]
    ended = measured(command, folder / "log.txt", cwd=HERE, seconds=suite.seconds + suite.grace, memory_gb=suite.memory_gb)
    return ended, ["--journal", str(folder / "journal")]


def _scored(suite: Suite, scenario: Path, source: list[str], folder: Path) -> dict[str, Any]:
    """The record of a run, made by a process of its own so that this one stays small."""
    marks = ",".join(f"{mark:g}" for mark in suite.marks)
    command = [sys.executable, "-m", "peers.score", str(scenario), marks, *source]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return json.loads(done.stdout)
    log = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")
    raise SystemExit(f"the run could not be scored:\n{done.stderr}\nIt said:\n{log[-2000:]}")


def records(suite: Suite, instances: list[str] | None = None) -> list[dict[str, Any]]:
    """All results that are there."""
    paths = sorted((suite.folder / "peers").glob("*/*-*.json"))
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return [record for record in found if instances is None or record["instance"] in instances]


def main(folder: Path, seconds: float, seeds: int, memory_gb: float, instances: list[str], methods: list[str], *, only_table: bool) -> None:
    """Every method on every instance, then both tables of all results in the folder."""
    from peers_tables import grouped, methods_table, ratios_table

    suite = Suite(folder, seconds, seeds, memory_gb)
    if not only_table:
        run_suite(suite, instances, methods)
    runs = grouped(records(suite, instances))
    if not runs:
        raise SystemExit(f"{folder} holds no results yet.")
    print("\n".join([*methods_table(runs), "", *ratios_table(runs)]))
