"""Questions that need a solver and are no solve: which there are, what rules cost, what no plan goes below. Workers answer: none is loaded here."""

from __future__ import annotations

import logging
import math
import threading
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from rezoning.optimize.solvers.apart import call, grace_for, hired
from rezoning.optimize.solvers.base import SolverInfo
from rezoning.optimize.solvers.process import BrokenWorker, Left
from rezoning.optimize.solvers.registry import OWN

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.formulation.formulation import Formulation, Terms
    from rezoning.scenario.schema import Scenario, Solve

REMOTE = "rezoning.optimize.remote"
QUICK = 60.0  # seconds for what takes none on a machine that is not overloaded
MODULES = {"scip": "pyscipopt", "highs": "highspy"}
log = logging.getLogger(__name__)


def is_here(name: str) -> bool:
    """Whether one of our own solvers is installed, as far as can be seen without loading it."""
    return name in MODULES and find_spec(MODULES[name]) is not None


def installed_solvers() -> list[SolverInfo]:
    """See `registry.installed_solvers`; a solver that breaks when it is asked for its version is not available."""
    found: list[SolverInfo] = []
    for name in OWN:
        try:
            found.append(call(f"{REMOTE}:solver_info", name, seconds=QUICK))
        except BrokenWorker as broken:
            log.warning("%s %s.", name, broken.what)
            found.append(SolverInfo(name, None, False, False, False, False, False))
    try:
        found += call(f"{REMOTE}:other_solvers", seconds=QUICK)
    except BrokenWorker as broken:
        log.warning("The search for other solvers %s.", broken.what)
    return found


def solver_name(name: str, place: str = "solve.solver") -> str:
    """The name of a solver as it is spelled.

    Raises
    ------
    ScenarioError
        There is no such solver here; the message lists those there are.
    """
    if is_here(name.lower()):
        return name.lower()
    try:
        return str(call(f"{REMOTE}:solver_name", name, place, seconds=QUICK))
    except BrokenWorker:
        return name  # it will break where it is asked to solve, and others take its place


def check_solver(settings: Solve) -> None:
    """Refuse a solver that is not here before anything is solved.

    Raises
    ------
    ScenarioError
        See `solver_name`.
    """
    if settings.solver.lower() != "auto":
        solver_name(settings.solver, settings.place("solver"))


def prices(problem: Formulation, terms: Terms, district: District, scenario: Scenario, seconds: float, stop: threading.Event) -> dict[str, Any]:
    """Bound and prices of every rule as a record (see `prices.prices`), with the names of schools; none where the solver breaks."""
    until = time.monotonic() + seconds
    try:
        found: dict[str, Any] = call(f"{REMOTE}:prices", problem, terms, district, scenario, until, seconds=seconds, must_end=stop.is_set)
        index, names = district.school_index, district.school_names
        named = [{**price, "name": names[index[price["subject"]]] if price["subject"] in index else ""} for price in found["prices"]]
        return {**found, "prices": named}
    except BrokenWorker as broken:
        log.warning("The prices of the rules are not known: HiGHS %s.", broken.what)
    except Left:
        pass
    return {"bound": None, "prices": [], "unpriced": []}


def floor(problem: Formulation, terms: Terms, seconds: float, stop: threading.Event) -> float | None:
    """What no plan goes below in a goal (see `floor.floor`); None without a proof. What was told before a solver broke stays proven."""
    told: list[float] = []

    def hear(kind: str, load: Any) -> None:
        if kind == "bound" and math.isfinite(load):
            told.append(float(load))

    until = time.monotonic() + seconds
    try:
        with hired() as worker:
            task = (problem, terms, until - grace_for(seconds))
            worker.run(f"{REMOTE}:floor", task, until=until, grace=lambda: grace_for(seconds), hear=hear, must_end=stop.is_set)
    except BrokenWorker as broken:
        if not broken.is_overdue:
            log.warning("What no plan goes below may be higher than is said: HiGHS %s.", broken.what)
    except (Left, OSError):
        pass
    return max(told, default=None)
