"""The most memory that a process has held."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path


def held_mb() -> float | None:
    """Peak of this process in MB; None where the system does not tell.

    Linux's `ru_maxrss` also counts what the parent held when it started this process, VmHWM does not.
    """
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 2**10
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
