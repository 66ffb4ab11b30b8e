"""What a worker does (see `apart`): branch and cut, neighborhoods, prices, floors, what solvers are. Only workers load this, and solvers with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rezoning.district.district import District
from rezoning.formulation.formulation import Formulation, Ints, Terms
from rezoning.optimize.asking import Order
from rezoning.optimize.exact import branch_and_cut
from rezoning.optimize.floor import floor as find_floor
from rezoning.optimize.opensets import Depth, OpenSets
from rezoning.optimize.prices import prices as find_prices
from rezoning.optimize.proving import Task
from rezoning.optimize.search.anneal import Search
from rezoning.optimize.search.neighborhoods import Neighborhoods
from rezoning.optimize.search.tracker import Objective, Tracker
from rezoning.optimize.set_floors import set_floors as find_set_floors
from rezoning.optimize.solvers import registry
from rezoning.optimize.solvers.base import Clock, Ending, SolverInfo, Watch
from rezoning.optimize.solvers.worker import Link
from rezoning.optimize.writing import start_values as find_start_values
from rezoning.optimize.writing import write_program as write_the_program
from rezoning.scenario.schema import Scenario


class _Telling(Tracker):
    """A tracker that tells the parent's, which checks again what it is told; bounds as they came."""

    def __init__(self, link: Link, task: Task) -> None:
        super().__init__(task.formulation, task.objective, Clock(), cutoff=task.cutoff)
        self._link, self._told = link, -np.inf
        if task.plan is not None:
            super().offer(task.plan)
        super().raise_bound(task.bound)

    def offer(self, school_of_node: Ints) -> bool:
        """Take a better plan, and tell of it."""
        is_better = super().offer(school_of_node)
        if is_better:
            self._link.send("plan", school_of_node)
        return is_better

    def absorb(self, school_of_node: Ints) -> None:
        """Take a plan that the parent has."""
        super().offer(school_of_node)

    def raise_bound(self, bound: float | None) -> None:
        """Tell of a bound, were it nonsense, and take it."""
        if bound is not None and not bound <= self._told:
            self._told = bound if np.isfinite(bound) else self._told
            self._link.send("bound", float(bound))
        super().raise_bound(bound)

    def credit(self, source: str) -> None:
        """Who vouches for the bounds to come."""
        super().credit(source)
        self._told = -np.inf
        self._link.send("credit", source)

    def add_cuts(self, count: int) -> None:
        """Count cuts."""
        super().add_cuts(count)
        self._link.send("cuts", count)

    def say(self, phase: str) -> None:
        """Tell what is being done."""
        if phase != self.phase:
            self._link.send("say", phase)
        self.phase = phase


def minimize(link: Link, task: Task) -> Ending:
    """Branch and cut, with all news to the parent."""
    tracker, limits = _Telling(link, task), task.limits
    link.on_plan = tracker.absorb
    watch = Watch(
        stop=link.stop,
        offered=_newer_than(tracker) if task.is_accompanied else lambda: None,
        is_accompanied=task.is_accompanied,
        is_done=lambda: tracker.is_within(limits.gap, limits.gap_abs),
        at_work=lambda name: link.send("at work", name),
    )
    left = replace(limits, seconds=max(task.until - time.monotonic(), 0.0))
    repair = (lambda loose: link.ask("repair", loose)) if task.is_repaired else None
    return branch_and_cut(tracker, registry.backend(task.solver), left, watch, repair, parts=task.parts, is_relaxed_first=task.is_relaxed_first)


def _newer_than(tracker: Tracker) -> Callable[[], Ints | None]:
    """A question that answers with the tracker's plan when it is another than at the last answer."""
    last = [tracker.plan]

    def ask() -> Ints | None:
        plan = tracker.plan
        if plan is last[0]:
            return None
        last[0] = plan
        return plan

    return ask


def improve(link: Link, setup: tuple[Formulation, Objective, str, int] | None, plan: Ints, until: float, solves: int | None) -> None:
    """A turn of the neighborhoods, which are made in the first one and kept; better plans go to the parent."""
    if setup is not None:
        formulation, objective, solver, seed = setup
        link.kept["neighborhoods"] = Neighborhoods(formulation, objective, registry.backend(solver), seed)
    neighborhoods: Neighborhoods = link.kept["neighborhoods"]
    link.send("at work", "")
    neighborhoods.improve(plan, max(until - time.monotonic(), 0.0), link.stop, lambda better, _value: link.send("plan", better), solves)


def compile_search(_link: Link, formulation: Formulation, objective: Objective, seed: int) -> None:
    """Fill numba's cache on disk with the search."""
    Search(formulation, objective, seed).prepare()


def prices(link: Link, problem: Formulation, terms: Terms, district: District, scenario: Scenario, until: float) -> dict[str, Any]:
    """Bound and prices, as a record."""
    found = find_prices(problem, terms, district, scenario, max(until - time.monotonic(), 0.1), Watch(link.stop))
    return {"bound": found.bound, "prices": [vars(price) for price in found.prices], "unpriced": list(found.unpriced)}


def floor(link: Link, problem: Formulation, terms: Terms, until: float) -> None:
    """What no plan goes below in a goal: every bound to the parent as soon as it is known."""
    find_floor(problem, terms, max(until - time.monotonic(), 0.1), Watch(link.stop), lambda bound: link.send("bound", float(bound)))


def set_floors(link: Link, question: tuple[Formulation, Objective, OpenSets], numbers: list[int], until: float, how: Depth) -> None:
    """The relaxation of every open set: every bound to the parent as soon as it is known."""
    seconds = max(until - time.monotonic(), 0.1)
    find_set_floors(*question, numbers, seconds, how, Watch(link.stop), lambda k, bound: link.send("bound", (k, float(bound))))


def write_program(link: Link, order: Order, path: Path) -> dict[str, Any]:
    """The program of a question in a file."""
    return write_the_program(order, path, Watch(link.stop))


def start_values(_link: Link, order: Order, nodes: Ints) -> dict[str, Any]:
    """A plan as values of the program's columns."""
    return find_start_values(order, nodes)


def solver_info(_link: Link, name: str) -> SolverInfo:
    """What one of our own solvers can do."""
    return registry.solver_info(name)


def other_solvers(_link: Link) -> list[SolverInfo]:
    """The other solvers that PuLP finds on this machine."""
    return registry.other_solvers()


def solver_name(_link: Link, name: str, place: str) -> str:
    """A solver's name as it is spelled; a ScenarioError where there is none."""
    return registry.backend(name, place).name
