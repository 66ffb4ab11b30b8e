"""Tables of the suites, from their runs; those of the settings are written into README.md between its marks."""

from __future__ import annotations

from rezoning.commands.benching.running import Bench
from rezoning.report.benching.trials import Trial


def show(trials: list[Trial], bench: Bench, *, is_readme: bool) -> None:
    print(len(trials))


def phases(trials: list[Trial]) -> list[str]:
    return []


def proofs(trials: list[Trial]) -> list[str]:
    return []
