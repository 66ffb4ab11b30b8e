"""The house keeps its floors: import-linter's contracts, modules that all load, and a --help that loads nothing heavy."""

from __future__ import annotations

import ast
import pkgutil
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import rezoning

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(module.name for module in pkgutil.walk_packages(rezoning.__path__, "rezoning."))


def test_the_contracts_of_import_linter_hold():
    done = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
                          cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_top_level_module_has_a_floor():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["type"] == "layers")["layers"]
    floors = {name.strip() for layer in layers for name in layer.split("|")}
    houses = {".".join(name.split(".")[:2]) for name in MODULES}
    assert houses - floors == set()


@pytest.mark.parametrize("name", MODULES)
def test_every_module_loads(name):
    import_module(name)


def test_public_functions_stay_callable_after_every_import():
    code = (
        "import importlib, pkgutil, rezoning\n"
        "for m in pkgutil.walk_packages(rezoning.__path__, 'rezoning.'): importlib.import_module(m.name)\n"
        "bad = [n for n in rezoning.__all__ if not callable(getattr(rezoning, n))]\n"
        "assert not bad, bad\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nimport rezoning.cli.app\n"
        "heavy = {'numpy', 'pandas', 'geopandas', 'shapely', 'scipy', 'matplotlib', 'pulp', 'highspy', 'pyscipopt', 'networkx', 'pydantic', 'rich'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_module_prints():
    loud = []
    for path in sorted((ROOT / "rezoning").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                loud.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert loud == []
