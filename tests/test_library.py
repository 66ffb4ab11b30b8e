"""The library as a researcher uses it: examples in docstrings run, and a script with types passes the strictest reading."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import rezoning

ROOT = Path(rezoning.__file__).parent
SCRIPT = Path(__file__).parent / "typed_script.py"


def documented() -> list[str]:
    """Modules with examples."""
    return sorted(
        module.name for module in pkgutil.walk_packages(rezoning.__path__, "rezoning.")
        if ">>> " in inspect.getsource(importlib.import_module(module.name))
    )  # fmt: skip


def test_there_are_examples_of_custom_rules():
    assert "rezoning.district.custom" in documented()


@pytest.mark.parametrize("name", documented())
def test_examples_in_docstrings_run(name):
    found = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert found.attempted
    assert found.failed == 0


@pytest.mark.slow
def test_a_users_script_is_typed(tmp_path):
    """py.typed is there: mypy --strict reads our types from a script, without a word of its own."""
    pytest.importorskip("mypy")
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\n[mypy-geopandas.*]\nignore_missing_imports = true\n")
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--cache-dir", str(tmp_path / "cache"), "--follow-imports=silent"]
    done = subprocess.run([*command, str(SCRIPT)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
