"""Questions that need a solver and are no solve: which there are, what rules cost, what no plan goes below. Workers answer: none is loaded here."""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rezoning.errors import OutputError, Problem
from rezoning.optimize.solvers.apart import call, grace_for, hired
from rezoning.optimize.solvers.base import SolverInfo
from rezoning.optimize.solvers.process import BrokenWorker, Left
from rezoning.optimize.solvers.registry import OWN

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.formulation.formulation import Formulation, Ints, Terms
    from rezoning.optimize.search.tracker import Objective
    from rezoning.scenario.schema import Scenario, Solve

REMOTE = "rezoning.optimize.remote"
QUICK = 60.0  # seconds for what takes none on a machine that is not overloaded
LONGEST_WRITING = 3_600.0  # seconds for a program of any size
Form = Literal["flow", "relaxation"]
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


@dataclass(frozen=True, eq=False)
class Order:
    """A program that is to be written.

    Parameters
    ----------
    formulation, objective
        The question, goals that are finished among what it holds, and what is minimized.
    form
        ``flow``: contiguity by rows (`model.flow`). ``relaxation``: without them.
    cut_seconds
        Of a relaxation: how long its cuts are looked for; None for none.
    unit_ids, school_ids
        For names.
    """

    formulation: Formulation
    objective: Objective
    form: Form
    cut_seconds: float | None
    unit_ids: tuple[str, ...]
    school_ids: tuple[str, ...]


def write_program(order: Order, path: Path, stop: threading.Event) -> dict[str, Any]:
    """Write a program to a file that ends in .mps or .lp (see `writing.write_program`); gives what there is to know of it."""
    return _written("write_program", order, path, stop=stop, seconds=LONGEST_WRITING + (order.cut_seconds or 0.0))


def start_values(order: Order, nodes: Ints, stop: threading.Event) -> dict[str, Any]:
    """A plan, school of each node, as values of the program's columns (see `writing.start_values`)."""
    return _written("start_values", order, nodes, stop=stop, seconds=LONGEST_WRITING)


def _written(function: str, *args: Any, stop: threading.Event, seconds: float) -> dict[str, Any]:
    try:
        found: dict[str, Any] = call(f"{REMOTE}:{function}", *args, seconds=seconds, must_end=stop.is_set)
    except BrokenWorker as broken:
        cure = "Where memory is short, ask for fewer units, or for --form relaxation, which is smaller."
        raise OutputError(Problem("the model", f"the process that builds it {broken.what}.", cure)) from None
    except Left:
        raise KeyboardInterrupt from None
    return found
