"""Solvers behind one seam: our names for limits, options passed as written, honest status, valid bounds.

Every model is PuLP's; what differs between solvers stands in one file each (`scip`, `highs`, `command`). What any of them answers goes through
`checked.settled`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from rezoning.errors import Problem, ScenarioError
from rezoning.optimize.solvers.counted import Counted

if TYPE_CHECKING:
    from rezoning.formulation.formulation import Floats, Ints
    from rezoning.optimize.model.epigraph import Cut, Row
    from rezoning.optimize.model.milp import Milp


class Outcome(Enum):
    """How one call of a solver ended."""

    PROVEN = auto()  # optimal, tree exhausted
    GAP = auto()  # the asked gap is proven
    LIMIT = auto()  # a limit came first; there may be a plan or not
    INFEASIBLE = auto()
    FAILED = auto()  # the solver broke: `Answer.failure` says how, and only what was checked apart from it counts


@dataclass(frozen=True)
class Limits:
    """When a solver has to stop. Gaps are those of the natural value.

    `counted` says how much is done on a goal where that is counted; `nodes` is what of it a single call of a solver may have.
    """

    seconds: float
    gap: float = 0.0
    gap_abs: float = 0.0
    threads: int = 1
    seed: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    counted: Counted | None = None
    nodes: int | None = None


@dataclass(frozen=True)
class Answer:
    """What a solver found: the columns' values of its best plan, if any, and a valid lower bound in natural value, if any."""

    outcome: Outcome
    values: Floats | None
    bound: float | None
    nodes: int | None = None
    log: str = ""
    failure: str = ""  # a sentence that names the solver, where the outcome is FAILED
    claimed: float | None = None  # what the solver says its plan is worth, natural value; `checked` computes it again
    is_nonsense: bool = False  # it contradicted itself: no bound it gave is believed


@dataclass
class Ending:
    """How the exact method left the goal: proven optimal, proven infeasible, or neither; what the solver printed, and how it failed if it did.

    `nodes` is how many nodes solvers' trees had, None where none told.

    A failure is the rest of a sentence about the solver, or, where several may have failed one after the other, sentences that name them.
    """

    is_proven: bool = False
    is_infeasible: bool = False
    log: str = ""
    failure: str = ""
    nodes: int | None = None
    is_nonsense: bool = False  # the failure is that it said what cannot be: nothing else that it said counts


def together(one: int | None, other: int | None) -> int | None:
    """The sum of what was told; None where nothing was."""
    return other if one is None else one if other is None else one + other


@dataclass
class Watch:
    """What a running solver tells and is told: better plans and bounds go out, the wish to stop comes in.

    Parameters
    ----------
    stop
        Set by the user's Ctrl-C.
    on_plan
        Called with the school of each node of a better plan, for solvers that can.
    on_bound
        Called with a better bound in natural value.
    on_cuts
        Called with the number of cuts just added.
    offered
        Asked for a better plan that others found since it was last asked, for solvers that can take one while they work; None for none.
    is_accompanied
        A search runs beside the solver and brings it plans.
    is_done
        Asked whether value and bound, from wherever they came, are near enough.
    at_work
        Told who works when a solver's own code is entered, and an empty name when it is left: what it does there is no doing of ours.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    on_plan: Callable[[Ints], object] = lambda _plan: None
    on_bound: Callable[[float], object] = lambda _bound: None
    on_cuts: Callable[[int], object] = lambda _count: None
    offered: Callable[[], Ints | None] = lambda: None
    is_accompanied: bool = False
    is_done: Callable[[], bool] = lambda: False
    at_work: Callable[[str], object] = lambda _name: None

    def must_end(self) -> bool:
        """Whether to stop now."""
        return self.stop.is_set() or self.is_done()


class Separation(Protocol):
    """What rows alone do not say of an assignment of nodes; `cuts_fractions` says whether fractional points are to be cut too."""

    cuts_fractions: bool

    def holds(self, school_of_node: Ints, values: Floats | None = None) -> bool:
        """Whether it obeys everything and, where the columns' values are given, none of them is below what it stands for."""
        ...

    def cuts(self, school_of_node: Ints, values: Floats | None = None) -> list[Cut | Row]:
        """Valid cuts that forbid it, or these values of it; empty when `holds`."""
        ...

    def fractional_cuts(self, x: Floats, values: Floats | None = None) -> list[Cut | Row]:
        """Valid cuts that a fractional x, shape (P,), breaks; they need not be all."""
        ...


class Backend(Protocol):
    """A solver that PuLP can call."""

    name: str
    cuts_inside_tree: bool

    def solve(self, milp: Milp, limits: Limits, start: Ints | None, watch: Watch, separation: Separation | None = None) -> Answer:
        """Solve; only a backend that cuts inside its tree is given a separation."""
        ...


@dataclass(frozen=True)
class SolverInfo:
    """A solver as `doctor` shows it."""

    name: str
    version: str | None
    is_available: bool
    cuts_inside_tree: bool
    has_bound: bool
    has_warm_start: bool
    uses_threads: bool


def version_of(package: str) -> str | None:
    """The version of an installed package, without loading it; None where it is not here."""
    try:
        return metadata.version(package) if find_spec(package) is not None else None
    except metadata.PackageNotFoundError:
        return None


def bad_option(solver: str, option: str, value: object, said: str = "") -> ScenarioError:
    """The error for an option that a solver does not take."""
    detail = f" ({said})" if said else ""
    return ScenarioError(
        Problem(f"solve.options.{option}", f"{solver} does not take {option} = {value!r}{detail}.", f"Look it up in {solver}'s manual or drop it.")
    )


class Clock:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self._start
