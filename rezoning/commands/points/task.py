"""What a worker does with a point; it is loaded there, and nowhere else."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.commands.run import run
from rezoning.runs.judge import Districts
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.optimize.solvers.worker import Link

KEPT = 2  # districts that a worker remembers
_districts = Districts(KEPT)


def solve(link: Link, scenario: Scenario, place: Path, memory_gb: float | None) -> int:
    """Answer a question and write its run directory; gives the exit code."""
    if memory_gb is not None:
        _limit(memory_gb)
    logging.basicConfig(level=logging.WARNING)
    return run(scenario, place, replace=True, stop=link.stop, load=_districts.load).exit_code


def _limit(gigabytes: float) -> None:
    """Let this process and each that it starts have no more memory than this, where the system can say so."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = int(gigabytes * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
