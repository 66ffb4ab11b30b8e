"""Writes what documents say from the program itself: floors, rooms, where rules stand, keys of scenarios. ``python docs/make.py`` renews them."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
PACKAGE = ROOT / "rezoning"
ASPECTS = {"rows": "formulation", "check": "auditing", "knob": "explaining/relaxing", "words": "report"}
"""What a rule has beside its schema, and the room where functions that read it do that."""

BY_NAME = "explaining/relaxing"  # edits are made of plain scenarios, in which a rule is a text


def floors() -> str:
    """The layers of import-linter's first contract, the highest first; each says what it is with the first line of its docstring."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(one for one in contracts if one["type"] == "layers")["layers"]
    rows = [("floor", "what it is"), ("---", "---")]
    for layer in layers:
        rooms = [name.strip().removeprefix("rezoning.") for name in layer.split("|")]
        rows.append((" · ".join(f"`{room}`" for room in rooms), "<br>".join(_summary(room) for room in rooms)))
    return _table(rows)


def contracts() -> str:
    """The names of all contracts."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    return "\n".join(f"- {one['name']}." for one in found)


def rooms() -> str:
    """The folders inside the large rooms, with their first lines."""
    inner = sorted(path.parent for path in PACKAGE.glob("*/*/**/__init__.py"))
    rows = [
        ("folder", "what it holds"),
        ("---", "---"),
        *((f"`{path.relative_to(PACKAGE)}`", _summary(str(path.relative_to(PACKAGE)))) for path in inner),
    ]
    return _table(rows)


def rules() -> str:
    """For every rule: its schema, and the modules whose functions make rows of it, check it, loosen it and put it in words."""
    reads = {aspect: _reads(PACKAGE / room) for aspect, room in ASPECTS.items()}
    rows = [("rule", "schema", *ASPECTS), ("---",) * (2 + len(ASPECTS))]
    for key, kind in _rule_keys():
        where = [_named(reads[aspect].get(key, set())) for aspect in ASPECTS]
        rows.append((f"`{key}`", kind, *where))
    return _table(rows)


def keys() -> str:
    """Every key of a scenario file."""
    from rezoning.scenario.reference import key_table

    return key_table()


def sweep_keys() -> str:
    """Every key of a sweep."""
    from rezoning.scenario.reference import key_table
    from rezoning.scenario.sweep import Sweep

    return key_table(Sweep)


def _rule_keys() -> Iterator[tuple[str, str]]:
    from rezoning.scenario.schema import Rules
    from rezoning.scenario.shape import sections

    inner = sections(Rules)
    for key in Rules.model_fields:
        model = inner.get(key)
        yield key, f"`{model.__module__.removeprefix('rezoning.')}.{model.__name__}`" if model else "`scenario.rules.Rules`"


def _reads(folder: Path) -> dict[str, set[str]]:
    """Rule to modules of a folder with a function that reads ``rules.<rule>``, or, where rules are plain texts, names it."""
    from rezoning.scenario.schema import Rules

    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            key = _key(node, is_named=folder == PACKAGE / BY_NAME)
            if key in Rules.model_fields:
                found.setdefault(key, set()).add(".".join(path.relative_to(folder).with_suffix("").parts))
    return found


def _key(node: ast.AST, *, is_named: bool) -> str:
    """The rule that a node of the program names; empty for none."""
    if isinstance(node, ast.Attribute):
        owner = node.value
        name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
        return node.attr if name == "rules" else ""
    if is_named and isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def _named(modules: set[str]) -> str:
    return ", ".join(f"`{one}`" for one in sorted(modules)) if modules else "–"


def _summary(room: str) -> str:
    path = PACKAGE / room
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def _table(rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


BLOCKS = {"floors": floors, "contracts": contracts, "rooms": rooms, "rules": rules, "keys": keys, "sweep_keys": sweep_keys}
BLOCK = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(text: str) -> str:
    """A document with every made block as it is now."""
    return BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found[2]]()}\n{found[3]}", text)


def documents() -> list[Path]:
    """Those that may have made blocks."""
    return [*sorted(DOCS.glob("*.md")), ROOT / "scenarios" / "README.md"]


def main() -> None:
    """Renew all documents."""
    for path in documents():
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
