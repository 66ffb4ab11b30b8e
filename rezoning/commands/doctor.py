"""What this machine has: versions, and solvers with what each can do."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict
from typing import Any


def examine() -> dict[str, Any]:
    """Versions, cores and solvers; exit code 3 when no solver is available, for then nothing can be solved."""
    from rezoning.optimize.asking import installed_solvers
    from rezoning.runs.record import versions

    solvers = [asdict(solver) for solver in installed_solvers()]
    return {
        "exit_code": 0 if any(solver["is_available"] for solver in solvers) else 3,
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "versions": versions(),
        "solvers": solvers,
    }
