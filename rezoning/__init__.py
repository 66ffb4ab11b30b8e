"""rezoning redraws school attendance zones: a scenario file asks, one formulation answers, an auditor checks.

The names below load what they need when they are first used, so that ``rezoning --help`` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rezoning.auditing import audit
    from rezoning.commands.run import run
    from rezoning.district.load import load_district
    from rezoning.formulation.formulate import formulate
    from rezoning.metrics.measure import measure
    from rezoning.optimize.engine import solve
    from rezoning.scenario.load import load_scenario

__version__ = "0.1.0"
__all__ = ["audit", "formulate", "load_district", "load_scenario", "measure", "run", "solve"]

_HOMES = {
    "audit": "rezoning.auditing",
    "formulate": "rezoning.formulation.formulate",
    "load_district": "rezoning.district.load",
    "load_scenario": "rezoning.scenario.load",
    "measure": "rezoning.metrics.measure",
    "run": "rezoning.commands.run",
    "solve": "rezoning.optimize.engine",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rezoning' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
