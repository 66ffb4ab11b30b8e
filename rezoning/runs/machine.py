"""The machine that a run was made on: what makes its seconds comparable, or not."""

from __future__ import annotations

import contextlib
import os
import platform
from pathlib import Path
from typing import Any

GB = 2**30


def machine() -> dict[str, Any]:
    """Operating system, processor, cores that this process may use, and memory in GB; null for what the system does not tell."""
    from rezoning.optimize.threads import available_threads

    return {"system": platform.platform(), "cpu": _processor(), "cores": available_threads(), "memory_gb": _memory_gb()}


def _processor() -> str | None:
    """The processor's name; on Linux only the kernel's list has it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() in ("model name", "Model") and value.strip():
                return value.strip()
    return platform.processor() or platform.machine() or None


def _memory_gb() -> float | None:
    """What is built in, whatever of it a container may use."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GB, 1)
    except (AttributeError, ValueError, OSError):  # Windows
        return None
