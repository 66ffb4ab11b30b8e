"""The bounds of pyproject.toml, what CI passed with, and what it tells of newer releases stay in step."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CI = ROOT / ".ci"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CERTIFIED = ("highspy", "pyscipopt", "pulp")  # solvers, whose answers we certify


def loaded():
    loader = SourceFileLoader("newer", str(CI / "newer"))
    module = module_from_spec(spec_from_loader("newer", loader))
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


NEWER = loaded()
TESTED = NEWER.pins((CI / "constraints.txt").read_text(encoding="utf-8"))
NAMED = {
    NEWER.normal(re.split(r"[\[<>=]", line)[0]): line
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["parquet"], *PROJECT["optional-dependencies"]["test"]]
    if not line.startswith("rezoning")
}


def parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def bound(line: str, sign: str) -> tuple[int, ...] | None:
    found = re.search(rf"{sign}([\d.]+)", line)
    return None if found is None else parts(found[1])


@pytest.mark.parametrize("name", sorted(NAMED))
def test_the_tested_version_is_allowed(name):
    tested, low, high = parts(TESTED[name]), bound(NAMED[name], ">="), bound(NAMED[name], "<")
    assert low is not None
    assert low <= tested
    assert high is None or tested < high


@pytest.mark.parametrize("name", CERTIFIED)
def test_a_solver_goes_no_further_than_what_was_tested(name):
    """Up to the next release that may solve otherwise."""
    major, minor = parts(TESTED[name])[:2]
    assert bound(NAMED[name], "<") == (major, minor + 1)


def test_constraints_are_exact():
    lines = [line for line in (CI / "constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.+]+( ; .+)?", line) for line in lines), lines
    assert "rezoning" not in TESTED


def test_the_lowest_versions_are_those_of_the_project():
    """`.ci/lowest` runs with what stands here; renew it from the bounds."""
    wanted = {name: re.search(r">=([\d.]+)", line)[1] for name, line in NAMED.items()}
    assert NEWER.pins((CI / "lowest.txt").read_text(encoding="utf-8")) == wanted


def test_linters_are_pinned():
    """A new release of theirs may find what the last one did not, and CI would end over it."""
    dev = {NEWER.normal(re.split(r"[\[<>=]", line)[0]) for line in PROJECT["optional-dependencies"]["dev"]} - {"rezoning"}
    assert dev <= TESTED.keys()


def test_the_test_command_takes_the_constraints():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "-c .ci/constraints.txt -e '.[test]'" in readme.partition("<!-- test -->")[2].partition("```\n")[0]


def test_ci_tells_before_it_tests():
    script = (CI / "run").read_text(encoding="utf-8")
    steps = [".ci/check --lint &\n", "\n.venv/bin/python .ci/newer || true\n", '\nwait "$lint"\n', '\neval "$command"']
    assert sorted(steps, key=script.index) == steps
    assert script.rstrip().endswith('eval "$command"')


def test_one_script_checks_for_everybody():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"entry: (\S+)", hooks) == [".ci/check"]
    assert os.access(CI / "check", os.X_OK)
    text = (CI / "check").read_text(encoding="utf-8")
    assert all(f'"$python" -m {tool}' in text for tool in ("ruff check", "ruff format --check", "mypy", "pytest"))


def test_newer_releases_are_named():
    outdated = [{"name": name, "version": "1", "latest_version": "99.1"} for name in ("highspy", "PyYAML")]
    assert NEWER.told(outdated, {"highspy": "1.16.0"})[1:] == ["  highspy 1.16.0 -> 99.1"]
    assert NEWER.told(outdated, {"pulp": "3.3.2"}) == ["The tests know the newest release of every package that pyproject.toml names."]
    assert {"highspy", "ruamel-yaml", "pyarrow", "pytest-xdist", "mypy"} <= NEWER.own((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_without_an_index_it_says_so_and_goes_on():
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": ""}
    done = subprocess.run([sys.executable, str(CI / "newer")], env=os.environ | closed, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (0, "Whether there are newer releases could not be asked.\n")
