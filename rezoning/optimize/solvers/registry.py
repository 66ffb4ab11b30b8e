"""Which solvers there are, and the backend of a name. A solver's own package is loaded when one is asked for, never before."""

from __future__ import annotations

from collections.abc import Callable

from rezoning.errors import Problem, ScenarioError
from rezoning.optimize.solvers.base import Backend, SolverInfo

OWN = ("scip", "highs", "cbc")  # the solvers this program knows by itself


def solver_info(name: str) -> SolverInfo:
    """What one of our own can do, and whether it is here."""
    from rezoning.optimize.solvers import command, highs, scip

    return {"scip": scip.info, "highs": highs.info, "cbc": command.cbc_info}[name]()


def other_solvers() -> list[SolverInfo]:
    """Every other solver that PuLP finds on this machine."""
    import pulp

    hidden = {"SCIP_PY", "HiGHS", "PULP_CBC_CMD", "COIN_CMD"}
    return [SolverInfo(name, None, True, False, False, False, False) for name in pulp.listSolvers(onlyAvailable=True) if name not in hidden]


def installed_solvers() -> list[SolverInfo]:
    """The solvers this program knows by itself, then every other one."""
    return [*(solver_info(name) for name in OWN), *other_solvers()]


def backend(name: str, place: str = "solve.solver") -> Backend:
    """The backend of a name: ``scip``, ``highs``, ``cbc`` or any solver that PuLP knows and this machine has.

    Raises
    ------
    ScenarioError
        There is no such solver here; the message lists those there are.
    """
    from rezoning.optimize.solvers import command, highs, scip

    key = name.lower()
    if key in OWN and solver_info(key).is_available:
        own: dict[str, Callable[[], Backend]] = {"scip": scip.Scip, "highs": highs.HighsBackend, "cbc": command.cbc}
        return own[key]()
    available = {solver.name.lower(): solver.name for solver in installed_solvers() if solver.is_available}
    if key in available and key not in OWN:
        return command.other(available[key])
    raise ScenarioError(Problem(place, f"the solver '{name}' is not on this machine.", f"Take one of auto, {', '.join(sorted(available.values()))}."))
