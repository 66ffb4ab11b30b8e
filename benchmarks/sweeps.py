"""What sweeps must hold, measured: nothing lost when workers or the command die, little memory, little time besides the solves.

    python benchmarks/sweeps.py cluster FOLDER                   a Dask scheduler and two workers, one killed in the middle
    python benchmarks/sweeps.py killed FOLDER [--like FOLDER]    the command killed ten times and resumed; the same answers as without
    python benchmarks/sweeps.py memory FOLDER [--points 1000]    the coordinator's memory along a long sweep
    python benchmarks/sweeps.py throughput FOLDER [--points 12]  two workers against two plain runs side by side

The first two take the published grid on shaker_heights and mount_vernon, where they are here; `--points 12` or `36` takes so many of each
district's 72. Points end after a counted amount of annealing, about a second each: what is measured is the sweep and not the engine. With `--full`
they are solved by the whole engine, search and then branch and cut, counted too; that takes hours.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
REZONING = (sys.executable, "-m", "rezoning")
DISTRICTS = ("shaker_heights", "mount_vernon")
CLOCKS = {"seconds", "machine", "peak_mb", "horizon", "primal_integral", "primal_dual_integral"}
"""Columns that time decides; the others are the same wherever and whenever a counted point is solved."""
MARK = "REZONING_MEASURED"
"""In the environment of all that is started here: the folder, by which processes that were left are found."""


def counted(cycles: int, is_full: bool) -> dict[str, Any]:
    """Settings under which no clock decides anything."""
    settings = {"solve.cycles": cycles, "solve.time_limit": 600, "solve.threads": 1}
    if is_full:
        return {**settings, "solve.gap": 0.6}
    return {**settings, "solve.method": "anneal", "solve.parts.neighborhoods": False, "solve.tidy": False}


def published(folder: Path, points: int, settings: dict[str, Any]) -> Path:
    """The published grid, or its first levers' values, on the shared districts."""
    text = (ROOT / "scenarios/published-grid.yaml").read_text(encoding="utf-8")
    grid = text.partition("grid:\n")[2]
    if points <= 36:
        grid = grid.replace("[0, 0.5]", "[0.5]")
    if points <= 12:
        grid = "".join(f"  {line.strip()}\n" for line in grid.splitlines() if "capacity" not in line)
    districts = [str(DATA / name / "balance.yaml") for name in DISTRICTS]
    path = folder / "sweep.yaml"
    path.write_text(f"districts: {json.dumps(districts)}\nset: {json.dumps(settings)}\ngrid:\n{grid}", encoding="utf-8")
    return path


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "sweep.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lasting(folder: Path) -> list[dict[str, str]]:
    """The table without what a clock decides, with a hash of each plan."""
    table = rows(folder)
    for row in table:
        row["plan"] = plan_hash(folder / "runs" / row["key"])
    return [{name: value for name, value in row.items() if not any(clock in name for clock in CLOCKS)} for row in table]


def plan_hash(run: Path) -> str:
    path = run / "plan.csv"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


def compared(one: Path, other: Path) -> str:
    """Whether two sweeps have the same table but for clocks, and the same plans; what differs is told."""
    first, second = lasting(one), lasting(other)
    pairs = list(zip(first, second, strict=False))
    differ = [f"point {a['point']}, {name}: {a[name]} and {b.get(name)}" for a, b in pairs for name in a if a[name] != b.get(name)]
    plans = sum(1 for row in first if row["plan"])
    if first == second:
        return f"{len(first)} rows and {plans} plans, the same in both but for clocks"
    return "\n  ".join([f"{len(first)} and {len(second)} rows, which DIFFER:", *differ])


def start(*words: object, log: Path, program: tuple[str, ...] = REZONING) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", MARK: str(log.parent)}
    with log.open("ab") as file:
        return subprocess.Popen([*program, *map(str, words)], env=environment, stdout=file, stderr=file, start_new_session=True)


def left(folder: Path) -> list[int]:
    """Living processes that were started for a folder, by whatever process of ours."""
    mark, found = f"{MARK}={folder}".encode(), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words, state = (entry / "environ").read_bytes().split(b"\0"), (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if mark in words and state != "Z":
                found.append(int(entry.name))
    return found


def seconds_until_gone(folder: Path, most: float = 60.0) -> str:
    """How long processes lived on."""
    began = time.perf_counter()
    while left(folder):
        if time.perf_counter() - began > most:
            return f"{len(left(folder))} processes STILL THERE after {most:.0f} s"
        time.sleep(0.05)
    return f"no process after {time.perf_counter() - began:.1f} s"


def ended(folder: Path) -> int:
    runs = folder / "runs"
    return sum(1 for one in runs.iterdir() if not one.name.startswith(".")) if runs.is_dir() else 0


# -- a cluster that loses a worker -----------------------------------------------------------------------------------


def cluster(folder: Path, points: int, settings: dict[str, Any]) -> None:
    from rezoning.commands.sweep.asked import read_sweep

    path, log, known = published(folder, points, settings), folder / "log.txt", folder / "scheduler.json"
    begin = partial(start, log=log, program=(sys.executable, "-m", "dask"))
    scheduler = begin("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", known)
    while not known.exists() and scheduler.poll() is None:
        time.sleep(0.1)
    address = json.loads(known.read_text())["address"]
    workers = [begin("worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", folder) for _ in range(2)]
    began, killed, total = time.perf_counter(), 0, read_sweep(path).num_points
    try:
        sweep = start("sweep", path, "--out", folder / "out", "--scheduler", address, log=log)
        while sweep.poll() is None:
            if not killed and ended(folder / "out") * 2 >= total:
                os.kill(workers[0].pid, signal.SIGKILL)
                killed = ended(folder / "out")
            time.sleep(0.2)
        took = time.perf_counter() - began
    finally:
        for process in (*workers, scheduler):
            if process.poll() is None:
                process.terminate()
            process.wait()
    table = rows(folder / "out")
    said = {status: sum(row["status"] == status for row in table) for status in {row["status"] for row in table}}
    print(f"{len(table)} rows of {total} points; a worker killed after {killed}; {said}; exit code {sweep.returncode}; {took:.0f} s; "
          f"after the cluster's end {seconds_until_gone(folder)}")  # fmt: skip


# -- a command that is killed ----------------------------------------------------------------------------------------


def killed(folder: Path, points: int, settings: dict[str, Any], like: Path | None = None, times: int = 10) -> None:
    path, log, chance = published(folder, points, settings), folder / "log.txt", random.Random(1)
    began, seen, gone = time.perf_counter(), list[int](), list[str]()
    while len(seen) < times:
        before = ended(folder / "out")
        sweep = start("sweep", path, "--out", folder / "out", "--quiet", log=log)
        wanted = before + chance.randrange(points // times * 2)  # on a slow machine as on a fast one
        while sweep.poll() is None and ended(folder / "out") < wanted:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 3))
        if sweep.poll() is not None:
            print(f"the sweep ended before it could be killed {times} times")
            break
        sweep.send_signal(signal.SIGKILL)
        sweep.wait()
        gone.append(seconds_until_gone(folder))
        seen.append(ended(folder / "out"))
        assert seen[-1] >= before, "a point was lost"
    last = start("sweep", path, "--out", folder / "out", "--quiet", log=log)
    last.wait()
    took = time.perf_counter() - began
    if like is None:
        like = folder / "whole"
        start("sweep", path, "--out", like, "--quiet", log=log).wait()
    print(f"killed {len(seen)} times, at {seen} points; after each {', '.join(gone)}; {took:.0f} s, exit code {last.returncode}")
    print(compared(folder / "out", like))


# -- memory ----------------------------------------------------------------------------------------------------------


def memory(folder: Path, points: int, settings: dict[str, Any]) -> None:
    from rezoning.synthetic import make_district, write_district

    each = max(points // 10, 1)
    for seed in range(10):
        if not (folder / f"town{seed}" / "scenario.yaml").exists():
            write_district(folder / f"town{seed}", make_district(300, 5, seed + 1), 0.5)
    path = folder / "sweep.yaml"
    said = {"districts": "town*/scenario.yaml", "set": {**settings, "solve.time_limit": 1}, "grid": {"solve.seed": list(range(each))}}
    path.write_text(json.dumps(said), encoding="utf-8")
    began = time.perf_counter()
    sweep, seen, low = start("sweep", path, "--out", folder / "out", "--quiet", log=folder / "log.txt"), [], ended(folder / "out")
    while sweep.poll() is None:
        held = status(sweep.pid)
        if held:
            seen.append((ended(folder / "out"), *held))
        time.sleep(2)
    peak = max(one[2] for one in seen)
    early = next((one[1] for one in seen if one[0] >= points // 5), seen[-1][1])
    print(f"{len(rows(folder / 'out'))} points ({low} were there) in {time.perf_counter() - began:.0f} s, exit code {sweep.returncode}; coordinator: "
          f"{early:.0f} MB at {points // 5} points, {seen[-1][1]:.0f} MB at {seen[-1][0]}, peak {peak:.0f} MB")  # fmt: skip


def status(pid: int) -> tuple[float, float] | None:
    """Memory held now and at most, in MB."""
    try:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines() if line.startswith("Vm"))
        return int(lines["VmRSS"].split()[0]) / 1024, int(lines["VmHWM"].split()[0]) / 1024
    except (OSError, KeyError, ValueError):
        return None


# -- throughput ------------------------------------------------------------------------------------------------------


def throughput(folder: Path, points: int, settings: dict[str, Any]) -> None:
    """The same points by two workers of a sweep and by two loops of plain runs, one after the other on the same machine."""
    scenario = DATA / "mount_vernon" / "balance.yaml"
    path = folder / "sweep.yaml"
    path.write_text(json.dumps({"districts": str(scenario), "set": settings, "grid": {"solve.seed": list(range(points))}}), encoding="utf-8")
    took: dict[str, list[float]] = {"sweep": [], "plain": []}
    for turn in range(2):
        began = time.perf_counter()
        start("sweep", path, "--out", folder / f"out{turn}", "--workers", 2, "--quiet", log=folder / "log.txt").wait()
        took["sweep"].append(time.perf_counter() - began)

        def plain(seeds: range, turn: int = turn) -> None:
            for seed in seeds:
                words = [word for key, value in {**settings, "solve.seed": seed}.items() for word in ("--set", f"{key}={value}")]
                start("run", scenario, "--out", folder / f"plain{turn}-{seed}", "--quiet", *words, log=folder / "log.txt").wait()

        began = time.perf_counter()
        loops = [threading.Thread(target=plain, args=(range(first, points, 2),)) for first in (0, 1)]
        for loop in loops:
            loop.start()
        for loop in loops:
            loop.join()
        took["plain"].append(time.perf_counter() - began)
    ratio = sum(took["plain"]) / sum(took["sweep"])
    print(f"{points} points twice: sweep {took['sweep']}, plain runs {took['plain']} s; throughput of the sweep {ratio:.2f} of plain runs'")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["cluster", "killed", "memory", "throughput"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--points", type=int, default=None)
    parser.add_argument("--cycles", type=int, default=3, help="coolings of the search for each point")
    parser.add_argument("--full", action="store_true", help="the whole engine for each point")
    parser.add_argument("--like", type=Path, help="the `out` of a finished sweep of the same points, for killed")
    parser.add_argument("--again", action="store_true", help="keep what is in the folder")
    said = parser.parse_args()
    if said.folder.exists() and any(said.folder.iterdir()) and not said.again:
        parser.error(f"{said.folder} is not empty: name a new folder, or add --again to go on there")
    said.folder.mkdir(parents=True, exist_ok=True)
    end = partial(killed, like=said.like)
    work, points = {"cluster": (cluster, 72), "killed": (end, 72), "memory": (memory, 1000), "throughput": (throughput, 12)}[said.what]
    work(said.folder.absolute(), said.points or points, counted(said.cycles, said.full))


if __name__ == "__main__":
    main()
