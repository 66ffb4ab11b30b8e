"""Breaks solvers in the processes where they really work.

Python loads this module by its name wherever this folder is on PYTHONPATH. In a worker it waits for the modules of solvers and wraps what solves; the
file that REZONING_FAULTS names says, at every call, what is to go wrong: ``{"scip": "segv@start"}``. What went wrong is noted beside that file.
"""

import ctypes
import json
import os
import signal
import sys
import time
from dataclasses import replace
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path

PLACE = os.environ.get("REZONING_FAULTS", "")


def fault_of(name: str) -> tuple[str, str]:
    """What is to go wrong with a solver, and when: at its start, inside its callbacks, after it has told its plan and bound, or in its answer."""
    kind, _, when = json.loads(Path(PLACE).read_text()).get(name, "").partition("@")
    return kind, when


def note(text: str) -> None:
    with Path(PLACE + ".fired").open("a") as file:
        file.write(text + "\n")


def strike(name: str, kind: str) -> None:
    """End, hang or break this process, for real."""
    note(f"{name} {kind} {os.getpid()}")
    {
        "exception": fail,
        "memory": exhaust,
        "segv": lambda: ctypes.string_at(0),
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "abort": os.abort,
        "exit": lambda: os._exit(0),
        "hang": lambda: time.sleep(3600),
        "spin": spin,
        "hold": lambda: ctypes.PyDLL(None).sleep(3600),  # in native code, with the interpreter's lock
        "freeze": lambda: os.kill(os.getpid(), signal.SIGSTOP),
        "chatter": chatter,
    }[kind]()


def fail() -> None:
    raise RuntimeError("error in LP solver!")


def exhaust() -> None:
    raise MemoryError


def spin() -> None:
    while True:
        pass


def chatter() -> None:
    os.write(1, b"a solver's own words on stdout\n")
    ctypes.CDLL(None).puts(b"and natively")


def lie(kind: str, milp, answer, Outcome):
    """The same answer with something in it that is not so."""
    import numpy as np

    if kind == "infeasible":
        return replace(answer, outcome=Outcome.INFEASIBLE, values=None, bound=None)
    if answer.outcome is Outcome.INFEASIBLE:
        return answer
    if kind == "failed":
        return replace(answer, outcome=Outcome.FAILED, failure="stopped with an error of its own")
    if kind in ("worse plan", "worse plan and bound"):
        return worse(kind, milp, answer, Outcome)
    changes = {
        "nan bound": {"bound": float("nan")},
        "infinite bound": {"bound": float("inf")},
        "high bound": {"bound": (answer.bound or 0.0) + 0.5 * abs(answer.bound or 0.0) + 1.0},
        "nan plan": {"values": np.full(len(milp.columns), np.nan)},
        "short plan": {"values": np.zeros(1)},
        "no plan": {"values": None},
        "broken row": {"values": milp.start(broken(milp))},
    }[kind]
    return replace(answer, outcome=Outcome.PROVEN, **changes)


def broken(milp):
    """An assignment that is no plan; the best one if it can be had."""
    from rezoning.optimize.cuts.feasible import is_feasible

    return max(some(milp), key=lambda plan: not is_feasible(milp.formulation, plan))


def worse(kind, milp, answer, Outcome):
    """A true plan that is not the best, called optimal; with the bound of the best one, or with its own."""
    from rezoning.optimize.cuts.feasible import is_feasible, value

    objective = [(terms, 1.0) for terms in milp.formulation.terms[:1]]
    plans = [plan for plan in some(milp) if is_feasible(milp.formulation, plan)]
    if not plans:
        return answer
    worst = max(plans, key=lambda plan: value(objective, milp.formulation, plan))
    bound = answer.bound if kind == "worse plan" else value(objective, milp.formulation, worst)
    return replace(answer, outcome=Outcome.PROVEN, values=milp.start(worst), bound=bound)


def some(milp):
    """Assignments at random."""
    import numpy as np

    rng, pairs = np.random.default_rng(0), milp.formulation.pairs
    for _ in range(3000):
        yield np.array([rng.choice(pairs.school[pairs.node == node]) for node in range(pairs.num_nodes)])


def wrapped(solve):
    def faulty(self, milp, limits, start, watch, separation=None):
        kind, when = fault_of(self.name)
        if when == "start":
            strike(self.name, kind)
        if when == "callback":
            watch = replace(watch, **{what: after(getattr(watch, what), self.name, kind) for what in ("on_plan", "on_bound")})
        answer = solve(self, milp, limits, start, watch, separation)
        if when == "middle":
            if answer.values is not None:
                watch.on_plan(milp.assignment(answer.values))
            if answer.bound is not None:
                watch.on_bound(answer.bound - 0.1 * abs(answer.bound))
            strike(self.name, kind)
        if when == "answer":
            from rezoning.optimize.solvers.base import Outcome

            note(f"{self.name} {kind} {os.getpid()}")
            return lie(kind, milp, answer, Outcome)
        if when == "bound":
            note(f"{self.name} {kind} {os.getpid()}")
            watch.on_bound(float(kind))
        return answer

    return faulty


def after(tell, name, kind):
    def told(news):
        tell(news)
        strike(name, kind)

    return told


def relaxed(solve):
    def faulty(*args):
        kind, when = fault_of("relaxation")
        if when == "start":
            strike("relaxation", kind)
        found = solve(*args)
        if when == "middle":
            strike("relaxation", kind)
        if kind == "nan" and found is not None:
            note("relaxation nan")
            return found[0] * float("nan"), found[1] * float("nan")
        return found

    return faulty


def patch(name: str, module) -> None:
    if name.endswith(".relaxation"):
        module._solve = relaxed(module._solve)
    else:
        solver = {"scip": "Scip", "highs": "HighsBackend", "command": "Command"}[name.rpartition(".")[2]]
        getattr(module, solver).solve = wrapped(getattr(module, solver).solve)


class Wait(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name not in {f"rezoning.optimize.{part}" for part in ("solvers.scip", "solvers.highs", "solvers.command", "cuts.relaxation")}:
            return None
        spec = PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            patch(name, module)

        spec.loader.exec_module = exec_module
        return spec


if PLACE and any("rezoning.optimize.solvers.worker" in word for word in sys.orig_argv):
    sys.meta_path.insert(0, Wait())
