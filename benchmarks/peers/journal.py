"""What a peer says while it runs: one JSON line per better plan or bound, flushed at once, so that a killed peer has said what it knew."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers.problem import Ints, Problem


class Journal:
    """Lines of a run; the clock starts when the peer has the arrays, so building its model counts and importing its solver does not."""

    def __init__(self, path: Path, problem: Problem) -> None:
        self._stream = path.open("w", encoding="utf-8")
        self._problem = problem
        self._began = time.monotonic()

    def clock(self) -> float:
        """Seconds since the arrays were there."""
        return time.monotonic() - self._began

    def plan(self, school_of_node: Ints) -> None:
        """A better assignment of nodes."""
        self._say(value=self._problem.value(school_of_node), school=school_of_node[self._problem.node_of_unit].tolist())

    def units(self, school_of_unit: Ints) -> None:
        """An assignment of units that nodes may not be able to say."""
        self._say(value=None, school=school_of_unit.tolist())

    def bound(self, value: float) -> None:
        """A lower bound on every plan: only from a model that forbids no plan."""
        self._say(bound=value)

    def end(self, status: str, own_bound: float | None = None) -> None:
        """How it ended; `own_bound` is proven for the peer's own rule, which may forbid plans."""
        self._say(status=status, own_bound=own_bound)
        self._stream.close()

    def _say(self, **said: Any) -> None:
        self._stream.write(json.dumps({"seconds": round(self.clock(), 3), **said}) + "\n")
        self._stream.flush()


def entries(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a journal; a last one that was cut off is left out."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)


@dataclass(frozen=True)
class Job:
    """What a peer is asked."""

    problem: Problem
    journal: Journal
    seconds: float
    threads: int
    seed: int
    options: argparse.Namespace

    @property
    def left(self) -> float:
        """Seconds until the limit, at least a tenth."""
        return max(self.seconds - self.journal.clock(), 0.1)

    @property
    def start(self) -> Ints | None:
        """Today's school of each node, where that is admissible and breaks no row."""
        problem = self.problem
        return problem.start if problem.has_start and problem.obeys_rows(problem.start) else None


def run_peer(work: Callable[[Job], None], extend: Callable[[argparse.ArgumentParser], object] = lambda _parser: None) -> None:
    """The command line that all peers share."""
    parser = argparse.ArgumentParser()
    parser.add_argument("problem", type=Path)
    parser.add_argument("journal", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    extend(parser)
    options = parser.parse_args()
    problem = Problem.read(options.problem)
    work(Job(problem, Journal(options.journal, problem), options.seconds, options.threads, options.seed, options))
