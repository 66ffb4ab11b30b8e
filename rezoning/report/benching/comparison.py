"""All runs of a bench together: who is compared with whom, on what, and in which time."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

from rezoning.report.benching.scores import (
    Cell,
    Curve,
    best_values,
    by_cell,
    cells,
    first_seconds,
    primal_dual_integral,
    primal_integral,
    profiles,
    question,
    solved_seconds,
    target_seconds,
)
from rezoning.report.benching.trials import Trial

SPARE = 1.0  # of the load: processes beyond the cores that do not make a machine busy
Cost = Callable[[Trial], float]


@dataclass(frozen=True)
class Comparison:
    """Runs of settings against each other.

    Parameters
    ----------
    trials
        All that is there.
    settings
        Names in their order, the default first.
    seconds
        Time limit of each solve.
    known
        Least value that somebody knows of an instance.
    """

    trials: Sequence[Trial]
    settings: Sequence[str]
    seconds: float
    known: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def best(self) -> dict[tuple[str, str], float]:
        """The least value that is known of each question."""
        return best_values(self.trials, self.known)

    @cached_property
    def runs(self) -> dict[str, dict[Cell, Trial]]:
        """Trials by setting, then by instance and seed; settings that were not run have none."""
        found = by_cell(self.trials)
        return {name: found.get(name, {}) for name in self.settings}

    @cached_property
    def cells(self) -> list[Cell]:
        """Instances and seeds that every setting was run on."""
        return cells(self.trials, self.settings)

    @cached_property
    def instances(self) -> list[str]:
        """In the order in which they were run."""
        return list(dict.fromkeys(trial.instance for trial in self.trials))

    @cached_property
    def others(self) -> set[str]:
        """Settings that ask another question."""
        return {trial.setting for trial in self.trials if not trial.is_same_question}

    @property
    def left_out(self) -> int:
        """Runs that are not compared, because some setting was not run on the same instance and seed."""
        return len(self.trials) - len(self.cells) * len(self.settings)

    def of(self, setting: str, instance: str | None = None) -> list[Trial]:
        """Runs of a setting that are compared, all or those on one instance."""
        return [self.runs[setting][cell] for cell in self.cells if instance in (None, cell[0])]

    # -- costs: seconds, infinite where it was not reached ----------------------------------------------------------

    def settled(self, trial: Trial) -> float:
        """Seconds until the question was settled."""
        return solved_seconds(trial)

    def target(self, trial: Trial) -> float:
        """Seconds until a plan was close to the best that is known."""
        return target_seconds(trial, self.best)

    def first(self, trial: Trial) -> float:
        """Seconds until the first plan."""
        return first_seconds(trial)

    def primal(self, trial: Trial) -> float:
        """Primal integral against the best that is known, seconds."""
        return primal_integral(trial, self.best, self.seconds)

    def both(self, trial: Trial) -> float:
        """Primal–dual integral, seconds."""
        return primal_dual_integral(trial, self.seconds)

    def excess(self, trial: Trial) -> float | None:
        """How far the last plan is above the best that is known, as a share of it; None without a plan."""
        least = self.best.get(question(trial))
        if trial.value is None or least is None:
            return None
        return max(trial.value - least, 0.0) / max(abs(least), 1e-9)

    def profiles(self, cost: Cost, shift: float = 0.0) -> dict[str, Curve]:
        """Performance profiles over all that is compared, of the settings that ask the same question."""
        same = [name for name in self.settings if name not in self.others]
        if not self.cells:
            return {}
        return profiles({name: [cost(trial) for trial in self.of(name)] for name in same}, shift)

    # -- the machine --------------------------------------------------------------------------------------------------

    @cached_property
    def loads(self) -> list[float]:
        """Of the machine when runs ended, as far as somebody looked."""
        return [trial.load for trial in self.trials if trial.load is not None]

    @property
    def usual_load(self) -> float:
        """The median load; nan where nobody looked."""
        return median(self.loads) if self.loads else math.nan

    @cached_property
    def cores(self) -> int | None:
        """Of the machine, the fewest where there were several; None where no run says it."""
        found = [int(said[1]) for trial in self.trials if (said := re.search(r"\bcores=(\d+)", str(trial.row.get("machine"))))]
        return min(found) if found else None

    @property
    def busy(self) -> int:
        """Runs that ended while more processes waited than the machine has cores."""
        return 0 if self.cores is None else sum(load > self.cores + SPARE for load in self.loads)
