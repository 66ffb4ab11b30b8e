"""A process under watch: killed with its children when its time is over, its memory bounded and measured."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Measured:
    """How a process ended: its exit code (negative: the signal), whether its time was over, seconds, peak MB of the largest process in it."""

    code: int
    is_cut_off: bool
    wall: float
    peak_mb: float


def measured(command: Sequence[str], log: Path, *, cwd: Path, seconds: float, memory_gb: float | None = None) -> Measured:
    """Run a command, output to `log`, for at most `seconds`; with a limit of address space where `memory_gb` is given.

    The one that calls this must be small: Linux counts the memory of the caller, before the command takes its place, as the command's.
    """
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(command, cwd=cwd, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True)
        if memory_gb is not None:  # while it still starts: what it starts itself inherits the limit
            size = int(memory_gb * 2**30)
            resource.prlimit(process.pid, resource.RLIMIT_AS, (size, size))
        is_cut_off = False
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if not is_cut_off and time.monotonic() - began > seconds:
                is_cut_off = True
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(LOOK_EVERY)
    process.returncode = os.waitstatus_to_exitcode(status)
    if is_cut_off or process.returncode:
        _end_orphans(process.pid)
    return Measured(process.returncode, is_cut_off, time.monotonic() - began, usage.ru_maxrss / 1024)


def _end_orphans(group: int) -> None:
    """A peer that died may have left its solver running; both are in the session that was started for them."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
