"""Neighborhoods in a process of their own: the same search, started again with another solver where one breaks."""

from __future__ import annotations

import threading
import time
from typing import Any

from rezoning.formulation.formulation import Ints
from rezoning.optimize.asking import REMOTE
from rezoning.optimize.proving import Prover
from rezoning.optimize.search.tracker import OnPlan, Tracker
from rezoning.optimize.solvers import apart
from rezoning.optimize.solvers.process import BrokenWorker, Left, Worker

SOLVERS = ("highs", "scip")
PATIENCE = 10.0  # seconds beyond its turn, or after a wish to stop: a model may be being built, and what was tried is worth the wait
HEAD_START = 1.5  # seconds for a proof that makes another process superfluous
HURRY = 0.3  # seconds, where the goal's time is over


class Neighboring:
    """What `neighborhoods.Neighborhoods` does, where its solver's death is survived."""

    def __init__(self, tracker: Tracker, prover: Prover, seed: int) -> None:
        self._tracker, self._prover, self._seed = tracker, prover, seed
        self._solvers = [name for name in SOLVERS if f"{name} in neighborhoods" not in prover.broken]
        self._worker: Worker | None = None
        self._is_over, self._began = False, time.monotonic()

    def improve(self, plan: Ints, seconds: float, stop: threading.Event, on_plan: OnPlan, solves: int | None = None) -> None:
        """Look for better plans until the time is over, `stop` is set, every neighborhood drawn is exhausted, or so many are solved."""
        if not self._solvers or self._is_over or stop.wait(max(self._began + HEAD_START - time.monotonic(), 0.0) if solves is None else 0.0):
            return
        solver, setup = self._solvers[0], None
        try:
            if self._worker is None:
                self._worker = apart.hire()
                setup = (self._tracker.formulation, self._tracker.objective, solver, self._seed)

            def hear(kind: str, load: Any) -> None:
                if kind == "plan":
                    on_plan(load, float("nan"))  # judged anew by whoever is told

            until = time.monotonic() + seconds
            turn = (setup, plan, until, solves)
            self._worker.run(f"{REMOTE}:improve", turn, until=until + PATIENCE, hear=hear, must_end=stop.is_set, patience=self._patience)
        except Left:
            self._worker = None
        except (BrokenWorker, OSError) as error:
            self._worker = None
            self._solvers.pop(0)
            what = error.what if isinstance(error, BrokenWorker) else f"could not be given a process of its own: {error}"
            self._prover.blame(f"{solver} in neighborhoods", f"{solver}, which re-optimizes a few zones at a time in the search, {what}.")

    def _patience(self) -> float:
        return HURRY if self._is_over else PATIENCE

    def hurry(self) -> None:
        """Nobody waits for it any more than for any worker."""
        self._is_over = True

    def close(self) -> None:
        """Give its process back."""
        if self._worker is not None:
            apart.release(self._worker)
            self._worker = None
