"""rezoning redraws school attendance zones: a scenario file asks, one formulation answers, an auditor checks.

What is listed here is the whole public surface. A name loads what it needs when it is first used, so that ``rezoning --help`` stays fast.

- `load_scenario`, `load_district`: a question, and the place that it is about
- `formulate`, `solve`: the question in numbers, and its answer with value, bound and gap
- `audit`, `measure`: the second witness, what a plan breaks and what it is worth
- `run`, `validate`, `evaluate`, `compare`, `diagnose`, `explain`, `frontier`, `sweep`, `bench`, `ensemble`, `robustness`, `pack`, `verify`, `replay`,
  `write_model`, `write_report`, `write_export`: what the commands of like names do. The scenario or its path comes first, then a directory for the
  results: where it may be left out, nothing is written then, but that runs, frontiers, sweeps, benches and reports are directories and
  models and archives files
- `show_progress`: a watcher for whatever takes one, in notebooks and elsewhere
- `CustomRule`, `CustomGoal`: a rule and a goal of your own, for `run`, `formulate` and `audit`; made of `Limit`, `Linear`, `Deviation` and `Largest`,
  and a check that gives each `Breach`
- `Scenario`, `District`, `Plan`, `Result`: what they hand to one another
- `RezoningError` and its kinds `ScenarioError`, `DataError`, `Infeasible`, `NoPlanFound`, `OutputError`, `GoalsError`, `LevelsError`,
  `PairingError`, `ClusterError`: each holds its `problems`, and each `Problem` has a place, a message and a cure
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rezoning.auditing import audit
    from rezoning.commands.benching.steps import bench
    from rezoning.commands.comparing import compare
    from rezoning.commands.diagnosis import diagnose
    from rezoning.commands.ensembles import ensemble
    from rezoning.commands.evaluation import evaluate, validate
    from rezoning.commands.explanation import explain
    from rezoning.commands.frontier import frontier
    from rezoning.commands.modeling.writing import write_model
    from rezoning.commands.packing import pack
    from rezoning.commands.publishing import write_export, write_report
    from rezoning.commands.replaying import replay
    from rezoning.commands.robust import robustness
    from rezoning.commands.run import run
    from rezoning.commands.sweep import sweep
    from rezoning.commands.verifying import verify
    from rezoning.district.custom import Breach, CustomGoal, CustomRule, Deviation, Largest, Limit, Linear
    from rezoning.district.district import District
    from rezoning.district.load import load_district
    from rezoning.district.plan import Plan
    from rezoning.errors import (
        ClusterError,
        DataError,
        GoalsError,
        Infeasible,
        LevelsError,
        NoPlanFound,
        OutputError,
        PairingError,
        Problem,
        RezoningError,
        ScenarioError,
    )
    from rezoning.formulation.formulate import formulate
    from rezoning.metrics.measure import measure
    from rezoning.optimize.engine import solve
    from rezoning.optimize.result import Result
    from rezoning.report.notebook.progress import show_progress
    from rezoning.scenario.load import load_scenario
    from rezoning.scenario.schema import Scenario

__version__ = "0.1.0"
__all__ = [
    "Breach",
    "ClusterError",
    "CustomGoal",
    "CustomRule",
    "DataError",
    "Deviation",
    "District",
    "GoalsError",
    "Infeasible",
    "Largest",
    "LevelsError",
    "Limit",
    "Linear",
    "NoPlanFound",
    "OutputError",
    "PairingError",
    "Plan",
    "Problem",
    "Result",
    "RezoningError",
    "Scenario",
    "ScenarioError",
    "audit",
    "bench",
    "compare",
    "diagnose",
    "ensemble",
    "evaluate",
    "explain",
    "formulate",
    "frontier",
    "load_district",
    "load_scenario",
    "measure",
    "pack",
    "replay",
    "robustness",
    "run",
    "show_progress",
    "solve",
    "sweep",
    "validate",
    "verify",
    "write_export",
    "write_model",
    "write_report",
]

_ERRORS = (
    "ClusterError",
    "DataError",
    "GoalsError",
    "Infeasible",
    "LevelsError",
    "NoPlanFound",
    "OutputError",
    "PairingError",
    "Problem",
    "RezoningError",
    "ScenarioError",
)
_CUSTOM = ("Breach", "CustomGoal", "CustomRule", "Deviation", "Largest", "Limit", "Linear")
_HOMES = {
    **dict.fromkeys(_ERRORS, "rezoning.errors"),
    **dict.fromkeys(_CUSTOM, "rezoning.district.custom"),
    "District": "rezoning.district.district",
    "Plan": "rezoning.district.plan",
    "Result": "rezoning.optimize.result",
    "Scenario": "rezoning.scenario.schema",
    "audit": "rezoning.auditing",
    "bench": "rezoning.commands.benching.steps",
    "compare": "rezoning.commands.comparing",
    "diagnose": "rezoning.commands.diagnosis",
    "ensemble": "rezoning.commands.ensembles",
    "evaluate": "rezoning.commands.evaluation",
    "explain": "rezoning.commands.explanation",
    "formulate": "rezoning.formulation.formulate",
    "frontier": "rezoning.commands.frontier",
    "load_district": "rezoning.district.load",
    "load_scenario": "rezoning.scenario.load",
    "measure": "rezoning.metrics.measure",
    "pack": "rezoning.commands.packing",
    "replay": "rezoning.commands.replaying",
    "robustness": "rezoning.commands.robust",
    "run": "rezoning.commands.run",
    "show_progress": "rezoning.report.notebook.progress",
    "solve": "rezoning.optimize.engine",
    "sweep": "rezoning.commands.sweep",
    "validate": "rezoning.commands.evaluation",
    "verify": "rezoning.commands.verifying",
    "write_export": "rezoning.commands.publishing",
    "write_model": "rezoning.commands.modeling.writing",
    "write_report": "rezoning.commands.publishing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rezoning' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
