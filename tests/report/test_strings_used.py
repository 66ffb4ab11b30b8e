"""Every sentence is said somewhere: a key of the strings that no module, template or script asks for is one to delete."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import rezoning

ROOT = Path(rezoning.__file__).parent
ENGLISH = ROOT / "report/strings/en"
SCRIPTS = sorted((ROOT / "report/assets").glob("*.js"))
WHOLE = {"language", "groups"}  # read as tables: of a language's manners, and of the names that districts have for groups


def literals(source: str) -> Iterator[str]:
    """Texts of a module; of one that is put together, with a dot and a star for what is filled in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Name | ast.AnnAssign):
            yield ast.unparse(node.target if isinstance(node, ast.AnnAssign) else node)


def words(source: str) -> Iterator[str]:
    """Texts and names of a template or a script; of a text to which something is added, with a dot and a star for that."""
    yield from (re.escape(found) for found in re.findall(r"[\w.]+", source))
    yield from (re.escape(found.split(".", 1)[-1]) for found in re.findall(r"\w+\.\w+", source))
    yield from (re.escape(found) + ".+" for found in re.findall(r"[\"']([\w.]+)[\"'] ?[~+]", source))


def asked_for() -> dict[str, set[str]]:
    """File to the patterns of texts in it."""
    modules = {str(path): set(literals(path.read_text(encoding="utf-8"))) for path in ROOT.rglob("*.py")}
    return modules | {str(path): set(words(path.read_text(encoding="utf-8"))) for path in [*ROOT.rglob("*.j2"), *SCRIPTS]}


def test_every_sentence_is_said_somewhere():
    asked = asked_for()
    anywhere = {text for texts in asked.values() for text in texts}
    by_scripts = {text for path in SCRIPTS for text in asked[str(path)]}  # that get the strings of a part, and never say of which
    unsaid = []
    for part in parts():
        near = [texts for texts in asked.values() if any(text == part or text.startswith(f"{part}\\.") for text in texts)]
        inside = by_scripts.union(*near)
        joined = [re.compile(text) for text in anywhere if ".+" in text and text.startswith(f"{part}\\.")]
        joined += [re.compile(rf"{part}\.{text}") for text in inside if ".+" in text and re.match(r"[a-z_]{3}", text)]
        for key in json.loads((ENGLISH / f"{part}.json").read_text(encoding="utf-8")):
            is_said = re.escape(f"{part}.{key}") in anywhere or re.escape(key) in inside or any(text.fullmatch(f"{part}.{key}") for text in joined)
            unsaid += [] if is_said else [f"{part}.{key}"]
    assert unsaid == []


def parts() -> list[str]:
    return [path.stem for path in sorted(ENGLISH.glob("*.json")) if path.stem not in WHOLE]
