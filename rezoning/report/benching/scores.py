"""What runs are worth against each other: seconds with what fails at the limit, means that no outlier rules, performance profiles.

References: Dolan and Moré (2002), *Benchmarking optimization software with performance profiles*; Berthold (2013), *Measuring the impact of primal
heuristics*; Achterberg (2007), on shifted geometric means; PAR10 as in Hutter et al. (2009).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from rezoning.report.benching.trials import Trial
from rezoning.runs.row import integral, primal_dual_gap, primal_gap

SHIFT = 1.0  # seconds: runs far below count about alike
PENALTY = 10.0  # of PAR10: times the limit
CLOSE = 0.01  # of the best value: a plan that near it has reached the target
ENOUGH = 1e-9

Cell = tuple[str, int]
"""An instance and a seed: what every setting is run on."""
Best = Mapping[tuple[str, str], float]


def question(trial: Trial) -> tuple[str, str]:
    """The question of a trial: that of its instance, or its setting's own where it forbids or allows other plans."""
    return trial.instance, "" if trial.is_same_question else trial.setting


def best_values(trials: Iterable[Trial], known: Mapping[str, float] | None = None) -> dict[tuple[str, str], float]:
    """The least value that is known of each question: of all runs here, and of the instances that somebody knows better."""
    found = {(instance, ""): value for instance, value in (known or {}).items()}
    for trial in trials:
        if trial.value is not None:
            key = question(trial)
            found[key] = min(found.get(key, math.inf), trial.value)
    return found


def solved_seconds(trial: Trial) -> float:
    """Seconds until a question was settled; infinite where it was not."""
    return (trial.number("solve_seconds") or 0.0) if trial.is_solved else math.inf


def target_seconds(trial: Trial, best: Best, close: float = CLOSE) -> float:
    """Seconds until a plan was within `close` of the best that is known, as a share of it; infinite where none was."""
    target = best.get(question(trial))
    if target is None:
        return math.inf
    limit = target + close * abs(target) + ENOUGH
    return next((at for at, value, _ in trial.steps if value is not None and value <= limit), math.inf)


def first_seconds(trial: Trial) -> float:
    """Seconds until the first plan; infinite where there was none."""
    found = trial.number("first_plan_seconds")
    return math.inf if found is None else found


def primal_integral(trial: Trial, best: Best, horizon: float) -> float:
    """Primal gap over time against the best that is known, in seconds: nothing for the best plan at once, the horizon for none."""
    return integral([(at, primal_gap(value, best.get(question(trial), math.inf))) for at, value, _ in trial.steps], horizon)


def primal_dual_integral(trial: Trial, horizon: float) -> float:
    """Gap between value and bound over time, in seconds; a question that was shown to have no plan counts until then."""
    if trial.status == "infeasible":
        return min(horizon, solved_seconds(trial))
    return integral([(at, primal_dual_gap(value, bound)) for at, value, bound in trial.steps], horizon)


# -- many runs -----------------------------------------------------------------------------------------------------------


def shifted_mean(values: Sequence[float], limit: float, shift: float = SHIFT) -> float:
    """Shifted geometric mean, exp(mean(log(t + s))) - s, of values that count as the limit where they are above it; nan of nothing."""
    if not values:
        return math.nan
    return math.exp(sum(math.log(min(value, limit) + shift) for value in values) / len(values)) - shift


def par10(values: Sequence[float], limit: float) -> float:
    """Mean of the seconds, ten times the limit for what was not settled in it; nan of nothing."""
    if not values:
        return math.nan
    return sum(value if value < math.inf else PENALTY * limit for value in values) / len(values)


def ratio_of_means(values: Sequence[float], others: Sequence[float], limit: float, shift: float = SHIFT) -> float:
    """Geometric mean of (value + s) over (other + s), pair by pair: below 1 is less than the others."""
    if not values:
        return math.nan
    logs = [math.log((min(a, limit) + shift) / (min(b, limit) + shift)) for a, b in zip(values, others, strict=True)]
    return math.exp(sum(logs) / len(logs))


def middle(values: Iterable[float | None]) -> float | None:
    """The median, where more than half are known; what is not known counts as the worst."""
    listed = [math.inf if value is None else value for value in values]
    found = median(listed) if listed else math.inf
    return None if math.isinf(found) else found


def cells(trials: Iterable[Trial], settings: Sequence[str]) -> list[Cell]:
    """Instances and seeds that every one of the settings was run on, in the order of the trials: only they are compared."""
    run: dict[Cell, set[str]] = {}
    for trial in trials:
        run.setdefault((trial.instance, trial.seed), set()).add(trial.setting)
    return [cell for cell, done in run.items() if done >= set(settings)]


def by_cell(trials: Iterable[Trial]) -> dict[str, dict[Cell, Trial]]:
    """Trials by setting, then by instance and seed."""
    found: dict[str, dict[Cell, Trial]] = {}
    for trial in trials:
        found.setdefault(trial.setting, {})[trial.instance, trial.seed] = trial
    return found


Curve = list[tuple[float, float]]


def profiles(costs: Mapping[str, Sequence[float]], shift: float = 0.0) -> dict[str, Curve]:
    """Performance profiles: for each name the steps of ρ(τ), the share of problems on which its cost is at most τ times the least of all.

    Parameters
    ----------
    costs
        For each name its cost on each problem, in one order; infinite where it failed. Problems on which all failed count, and nobody gets them.
    shift
        Added to every cost, so that costs near nothing do not make ratios of thousands.

    Returns
    -------
    dict
        Name to (τ, ρ) where ρ steps up, τ rising from 1; a name that won nowhere begins at (1, 0).
    """
    rows = list(zip(*costs.values(), strict=True))
    least = [min(row) for row in rows]
    found: dict[str, Curve] = {}
    for name, column in costs.items():
        ratios = sorted((cost + shift) / (low + shift) for cost, low in zip(column, least, strict=True) if not math.isinf(cost))
        steps = {1.0: 0.0} | {ratio: (k + 1) / len(rows) for k, ratio in enumerate(ratios)}
        found[name] = sorted(steps.items())
    return found
