"""The one way from objects on low floors to what shows them: a short list, true, and used by nothing that computes."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import rezoning
from rezoning.scenario.display import HOME, ROOMS, Displayed, display

ROOT = Path(rezoning.__file__).parent


@pytest.mark.parametrize("name", ROOMS)
def test_every_class_has_its_room(name):
    module, _, kind = name.partition(":")
    shown, room = getattr(import_module(module), kind), import_module(ROOMS[name])
    assert issubclass(shown, Displayed)
    assert callable(room.html)
    assert ROOMS[name].startswith(f"{HOME}.")
    for method, function in (("to_frame", "frame"), ("zones", "zones"), ("units", "units"), ("plot", "plot")):
        assert not hasattr(shown, method) or callable(getattr(room, function, None) or room.frame), (name, method)


def test_a_class_without_a_room_is_a_fault():
    class Other(Displayed):
        pass

    with pytest.raises(StopIteration):
        display(Other())


def test_it_is_called_by_methods_for_people_alone():
    """`to_frame`, `zones`, `units`, `schools`, `plot` and `_repr_html_`: no other function calls it."""
    seen = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                calls = {inner.func.id for inner in ast.walk(node) if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name)}
                seen |= {node.name} if "display" in calls else set()
    assert seen == {"to_frame", "zones", "units", "schools", "plot", "_repr_html_"}


def test_a_solve_loads_no_room_of_it():
    code = (
        "import sys, rezoning\n"
        "for name in ('load_scenario', 'load_district', 'formulate', 'solve', 'audit', 'measure'): getattr(rezoning, name)\n"
        f"assert not [name for name in sys.modules if name.startswith('{HOME}')]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
