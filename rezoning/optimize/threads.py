"""How many threads a solve may use."""

from __future__ import annotations

import os

from rezoning.scenario.schema import Solve


def available_threads() -> int:
    """The processors that this process may use; fewer than the machine has inside a container or a job of a cluster."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_for(settings: Solve) -> int:
    """The asked number of threads, or all there are; never more than there are."""
    return min(settings.threads or available_threads(), available_threads())
