"""What a solve took it gives back: descriptors, memory, temporary files and threads stay flat, and nothing reaches our stdout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import few

from rezoning.optimize.solvers.registry import installed_solvers

ROOT = Path(__file__).resolve().parents[2]
SOLVES = 300
MEGABYTES = 15.0  # that 300 solves may add; the allocator keeps some
PROC = Path("/proc/self/fd")
WAYS = [*(solver.name for solver in installed_solvers() if solver.is_available and solver.name in ("scip", "highs", "cbc")), "relaxation", "prices"]

COUNTED = """
import gc, json, os, sys, tempfile, threading
sys.path[:0] = [{root!r}, {tests!r}]
from drawn import case
from rezoning.formulation.formulate import formulate
from rezoning.optimize import prices
from rezoning.optimize.cuts import relaxation
from rezoning.optimize.solvers.base import Limits, Outcome, Watch
from rezoning.optimize.solvers.registry import backend
from rezoning.optimize.model.milp import build
from rezoning.optimize.model.program import program_of

one = case(5, 12, method="none")
problem = formulate(one.district, one.scenario)
start = None

way = {way!r}
milp = build(problem, [(problem.terms[0], 1.0)], is_relaxed=way in ("relaxation", "prices"))

def solve():
    global start
    if way == "relaxation":
        assert relaxation._solve(program_of(milp.problem, milp.columns), 30.0, lambda: False) is not None
    elif way == "prices":
        assert prices._solve(program_of(milp.problem, milp.columns), 30.0) is not None
    else:
        answer = backend(way).solve(milp, Limits(30.0), start, Watch())
        assert answer.outcome is Outcome.PROVEN
        start = milp.assignment(answer.values)

def counts():
    pages = int(open("/proc/self/statm").read().split()[1])
    return {{"descriptors": len(os.listdir("/proc/self/fd")), "megabytes": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "files": len(os.listdir(tempfile.gettempdir())), "threads": len(os.listdir("/proc/self/task"))}}

gc.disable()  # nothing may wait for it: between two collections a solver's memory is what Python knows nothing of
for _ in range(20):
    solve()
before = counts()
for _ in range({solves}):
    solve()
after = counts()
print(json.dumps({{key: after[key] - before[key] for key in after}}))
"""


@pytest.mark.skipif(not PROC.exists(), reason="descriptors are counted in /proc")
@pytest.mark.parametrize("way", few(WAYS, 3))
def test_three_hundred_solves_leave_nothing(way, tmp_path):
    code = COUNTED.format(root=str(ROOT), tests=str(ROOT / "tests"), way=way, solves=SOLVES)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"TMPDIR": str(tmp_path), "TMP": str(tmp_path)}, check=False
    )
    assert done.returncode == 0, done.stderr
    grown = json.loads(done.stdout)  # and nothing else on stdout
    assert (grown["descriptors"], grown["files"], grown["threads"]) == (0, 0, 0)
    assert grown["megabytes"] < MEGABYTES


@pytest.mark.parametrize(
    "asked", ["import rezoning.optimize.solvers.highs", "from rezoning.optimize.solvers.registry import installed_solvers; installed_solvers()"]
)
def test_no_banner_reaches_stdout(asked):
    code = f"import os, sys; sys.path.insert(0, {str(ROOT)!r}); {asked}; os.write(1, b'ours')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"ours"


def test_a_banner_without_a_stdout_harms_nobody():
    code = f"import os, sys; sys.path.insert(0, {str(ROOT)!r}); os.close(1); import rezoning.optimize.solvers.highs; os.write(2, b'alive')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr == b"alive"


def test_versions_are_those_of_the_packages():
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    code += "from rezoning.optimize.solvers.scip import info; print(info().version, 'pyscipopt' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0][0].isdigit()


@pytest.mark.skipif(not PROC.exists(), reason="Linux tells a parent's memory with its child's")
def test_a_large_parent_does_not_wear_its_workers_out():
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    code += "held = bytearray(1_200_000_000)\nheld[::4096] = bytes(len(held[::4096]))\n"
    code += "from rezoning.optimize.solvers import apart\nfirst = apart.hire()\n"
    code += "first.run('rezoning.optimize.remote:other_solvers', (), until=__import__('time').monotonic() + 60)\n"
    code += "print(first.mb < 1000, first.is_fit)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
