"""What a notebook shows of an object, and the one way to it: objects stand on low floors, words and pictures of them on a high one.

Nothing that computes comes through here: only methods that a person calls in a notebook, when they are called, and no answer depends on what they
give. `ROOMS` is the whole list; a test holds it to the classes that speak, and the rooms to `rezoning.report.notebook`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

HOME = "rezoning.report.notebook"

ROOMS: Mapping[str, str] = {
    "rezoning.scenario.schema:Scenario": f"{HOME}.scenario",
    "rezoning.district.district:District": f"{HOME}.district",
    "rezoning.district.plan:Plan": f"{HOME}.plan",
    "rezoning.auditing.violation:Audit": f"{HOME}.audit",
    "rezoning.metrics.measure:Measures": f"{HOME}.measures",
    "rezoning.runs.question:Measures": f"{HOME}.measures",
    "rezoning.runs.question:Question": f"{HOME}.question",
    "rezoning.optimize.result:Result": f"{HOME}.result",
    "rezoning.runs.question:RunOutcome": f"{HOME}.outcome",
    "rezoning.runs.option:Option": f"{HOME}.option",
    "rezoning.explaining.explanation:Explanation": f"{HOME}.explanation",
    "rezoning.commands.frontier.curve:Frontier": f"{HOME}.frontier",
    "rezoning.commands.comparing:Comparison": f"{HOME}.comparison",
    "rezoning.commands.diagnosis.diagnosed:Diagnosed": f"{HOME}.diagnosis",
    "rezoning.commands.sweep.sweeping:SweepOutcome": f"{HOME}.sweep",
    "rezoning.commands.benching.steps:BenchOutcome": f"{HOME}.bench",
    "rezoning.commands.ensembles.outcome:Ensemble": f"{HOME}.ensemble",
    "rezoning.commands.robust:Robustness": f"{HOME}.robustness",
    "rezoning.commands.verifying:Verified": f"{HOME}.verified",
    "rezoning.commands.replaying:Replayed": f"{HOME}.replayed",
}
"""Class, as ``module:name``, to the module that shows it."""


def display(one: object) -> Any:
    """The module that shows an object, with `html` and, as far as the object has them, `frame`, `zones`, `units` and `plot`."""
    return import_module(next(ROOMS[name] for kind in type(one).__mro__ if (name := f"{kind.__module__}:{kind.__qualname__}") in ROOMS))


class Displayed:
    """What speaks in a notebook: one screen of HTML without script, network or font of its own."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(display(self).html(self))
