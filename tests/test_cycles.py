"""No module of the package needs itself by way of others: not at its top, not inside a function, not for types alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "rezoning"


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def named(node: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    """What an import names, as ``a.b`` and ``a.b.c`` for ``from a.b import c``: whichever of the two is a module is meant, the longer first."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*above, *filter(None, [node.module])])
        yield from ((base, f"{base}.{alias.name}") for alias in node.names)


def imports(root: Path) -> nx.DiGraph:
    """Modules of a package, with an edge to each that one names anywhere in its text."""
    paths = {module_name(path, root.parent): path for path in sorted(root.rglob("*.py"))}
    graph = nx.DiGraph()
    graph.add_nodes_from(paths)
    for name, path in paths.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for base, longer in named(node, package):
                graph.add_edges_from((name, one) for one in [longer if longer in paths else base] if one in paths)
    return graph


def cycles(graph: nx.DiGraph) -> list[list[str]]:
    """Modules that need each other, a list of names for each circle."""
    return sorted(sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1)


def test_no_modules_import_each_other():
    assert cycles(imports(PACKAGE)) == []


@pytest.mark.parametrize(
    "back",
    [
        "from box.low import use",
        "import box.low",
        "from box import low",
        "from . import low",
        "from .low import use",
        "def late():\n    from box.low import use",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from box.low import use",
    ],
)
def test_a_circle_is_found_wherever_the_import_stands(back, tmp_path):
    """So that the test above can fail; a package that is named for a module in it is not meant itself."""
    (tmp_path / "box").mkdir()
    texts = {"__init__": "from box.high import call", "low": "from box.high import call", "high": back, "other": "from box import low"}
    for name, text in texts.items():
        (tmp_path / "box" / f"{name}.py").write_text(text, encoding="utf-8")
    assert cycles(imports(tmp_path / "box")) == [["box.high", "box.low"]]
