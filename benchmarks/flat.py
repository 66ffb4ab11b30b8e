"""Descriptors, memory, threads and temporary files of one long run, over time: none of them may grow with the number of solves.

    python -m benchmarks.flat SCENARIO [--every 15] [--set solve.time_limit=600 --set solve.gap=0]

What it does not know goes to ``rezoning run``. Prints a row each time it looks; the processes that a run starts count too. Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def count(folder: str) -> int:
    """Entries of a folder."""
    return sum(1 for _ in Path(folder).iterdir())


def look(pid: int, place: Path) -> tuple[int, int, int, int]:
    """Descriptors, megabytes and threads of a process and its children, and entries in its temporary folder."""
    descriptors, pages, threads = 0, 0, 0
    for one in family(pid):
        try:
            descriptors += count(f"/proc/{one}/fd")
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
            threads += count(f"/proc/{one}/task")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
    return descriptors, pages * PAGE // 1_000_000, threads, sum(1 for _ in place.rglob("*"))


def main() -> None:
    """Run and look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario")
    parser.add_argument("--every", type=float, default=15.0)
    said, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "tmp"
        place.mkdir()
        call = [sys.executable, "-m", "rezoning", "run", said.scenario, "--out", str(Path(folder) / "run"), "-q", *more]
        with subprocess.Popen(call, env=os.environ | {"TMPDIR": str(place), "TMP": str(place)}) as run:
            began = time.monotonic()
            print("seconds,descriptors,megabytes,threads,files")
            while run.poll() is None:
                print(f"{time.monotonic() - began:.0f}", *look(run.pid, place), sep=",", flush=True)
                try:
                    run.wait(said.every)
                except subprocess.TimeoutExpired:
                    continue
        print(f"ended with {run.returncode}; left in the temporary folder: {sorted(path.name for path in place.iterdir())}")


if __name__ == "__main__":
    main()
