"""Solvers' own command lines, where they are on this machine: CBC as PuLP brings it along, HiGHS of the package highsbox."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest


def cbc() -> str:
    """The path of CBC; skips where it is not."""
    pulp = pytest.importorskip("pulp")
    path = getattr(pulp.apis.PULP_CBC_CMD, "pulp_cbc_path", "")
    if not path or not os.access(path, os.X_OK):
        pytest.skip("PuLP brings no CBC here")
    return path


def highs() -> tuple[str, dict[str, str]]:
    """The path of HiGHS and the environment that it needs; skips where it is not."""
    if find_spec("highsbox") is None:
        pytest.skip("HiGHS's own command line is not here: pip install highsbox")
    import highsbox

    return highsbox.highs_bin_path(), {**os.environ, "LD_LIBRARY_PATH": highsbox.highs_lib_dir()}


def solve_with_cbc(model: Path, solution: Path, *before: str, seconds: float = 60) -> str:
    """Have CBC solve a model to the end and write its solution; what it printed."""
    command = [cbc(), str(model), *before, "-ratio", "0", "-sec", str(seconds), "-solve", "-solution", str(solution)]
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=True, cwd=solution.parent).stdout


def solve_with_highs(model: Path, solution: Path, *before: str, seconds: float = 60) -> str:
    """Have HiGHS solve a model to the end and write its solution; what it printed."""
    path, environment = highs()
    options = solution.with_suffix(".options")
    options.write_text("mip_rel_gap = 0\nthreads = 1\n", encoding="utf-8")
    command = [path, "--options_file", str(options), "--time_limit", str(seconds), "--solution_file", str(solution), *before, str(model)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=True, env=environment, cwd=solution.parent)
    return done.stdout
