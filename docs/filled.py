"""What pages say from the program itself, made while they are built: ``<!-- filled: commands -->`` becomes every command with its options."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_args

import rezoning

MARK = re.compile(r"<!-- filled: (\w+) -->")


def filled(text: str) -> str:
    """A page with what its marks stand for."""
    return MARK.sub(lambda found: FILLS[found[1]](), text)


# -- commands --------------------------------------------------------------------------------------------------------


def commands() -> str:
    """Every command: how it is called, what it does, its arguments and options."""
    return "\n\n".join(_command(name, command) for name, command in every_command())


def every_command() -> Iterator[tuple[str, Any]]:
    """Name and parser of each command, those of groups with both words, in the order of ``rezoning --help``."""
    import typer

    from rezoning.cli.app import app

    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        yield from ((f"{name} {word}", one) for word, one in inner.items()) if inner else [(name, command)]


def _command(name: str, command: Any) -> str:
    context = command.context_class(command, info_name=f"rezoning {name}")
    records = [one.get_help_record(context) for one in command.get_params(context) if one.name != "help"]
    arguments = [one.metavar or one.name.upper() for one in command.params if one.param_type_name == "argument"]
    usage = " ".join(["rezoning", name, *arguments, "[OPTIONS]"])
    parts = [f"## rezoning {name}", f"```text\n{usage}\n```", _plain(inspect.cleandoc(command.help or ""))]
    if records:
        parts.append(table([("word", "meaning"), ("---",) * 2, *((f"`{words.partition(' <')[0]}`", _plain(said)) for words, said in records)]))
    return "\n\n".join(parts)


# -- measures and goals ----------------------------------------------------------------------------------------------


def measures() -> str:
    """Every entry of metrics.json: what it is called, which way is better, and what its function says of it."""
    from rezoning.report.catalogue.measures import MEASURES

    known = {one.path[0]: one for one in reversed(MEASURES)}
    return "\n\n".join(_measure(key, function, known.get(key)) for key, function in measure_functions())


def _measure(key: str, function: Callable[..., Any] | None, known: Any) -> str:
    from rezoning.report.language import ENGLISH

    facts = []
    if known is not None:
        facts.append(f"*{ENGLISH.text(f'measures.{known.label}', **_parts(known.label))}*")
        facts += [f"{known.direction} is better"] if known.direction else []
    said = "" if function is None else _said(function)
    return f"### {key}\n\n" + "\n\n".join(part for part in (", ".join(facts), said or PLAIN.get(key, "")) if part)


PLAIN = {
    "students": "Students of the district: Σ_u n_u over all units that have a school.",
    "students_by_group": "Students of each group, likewise.",
}
"""Entries that no function of their own counts."""


def _parts(label: str) -> dict[str, str]:
    from rezoning.report.language import ENGLISH

    return {name: f"({name})" for name in re.findall(r"\{(\w+)\}", ENGLISH.part("measures")[label])}


def measure_functions() -> Iterator[tuple[str, Callable[..., Any] | None]]:
    """Key and function of each measure, read from the table in ``metrics/measure.py``."""
    home = importlib.import_module("rezoning.metrics.measure")
    body = next(node for node in ast.walk(ast.parse(inspect.getsource(home))) if isinstance(node, ast.FunctionDef) and node.name == "_measures")
    listed = max((node for node in ast.walk(body) if isinstance(node, ast.Dict)), key=lambda node: len(node.keys))
    set_before = [node for node in body.body if isinstance(node, ast.Assign)]
    named = {name.id: node.value for node in set_before for name in ast.walk(node.targets[0]) if isinstance(name, ast.Name)}
    for key, value in zip(listed.keys, listed.values, strict=True):
        assert isinstance(key, ast.Constant)
        yield str(key.value), _called(home, named.get(value.id, value) if isinstance(value, ast.Name) else value)


def _called(home: Any, value: ast.AST) -> Callable[..., Any] | None:
    """The function of this room that an expression calls, or of another room of metrics."""
    for node in ast.walk(value):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and inspect.ismodule(getattr(home, node.value.id, None)):
            return getattr(getattr(home, node.value.id), node.attr)  # type: ignore[no-any-return]
    for node in ast.walk(value):
        if isinstance(node, ast.Name) and inspect.isfunction(getattr(home, node.id, None)):
            return getattr(home, node.id)  # type: ignore[no-any-return]
    return None


def goals() -> str:
    """Every goal with the formula of its value, by the second witness."""
    from rezoning.metrics.feeders import BETWEEN
    from rezoning.metrics.goals import UNDEFINED, VALUES

    home = importlib.import_module("rezoning.metrics.goals")
    tree = ast.parse(inspect.getsource(home))
    listed = next(node.value for node in tree.body if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "VALUES")
    assert isinstance(listed, ast.Dict)
    rows: list[tuple[str, ...]] = [("goal", "value", "undefined where"), ("---",) * 3]
    for key, value in zip(VALUES, listed.values, strict=True):
        called = getattr(home, value.id) if isinstance(value, ast.Name) else _called(home, value)
        burden = f", of the measure `{key}`" if isinstance(value, ast.Call) else ""
        rows.append((f"`{key}`", _first(called).rstrip(".") + burden + ".", UNDEFINED[key] + "."))
    rows += [(f"`{key}`", _first(called).rstrip(".") + ".", UNDEFINED[key] + ".") for key, called in BETWEEN.items()]
    return table(rows)


def _first(function: Any) -> str:
    return _plain(inspect.cleandoc(function.__doc__ or "").split("\n\n")[0])


def _said(function: Any) -> str:
    """A docstring without what is about its code: the sentences, then the sources."""
    text = inspect.cleandoc(function.__doc__ or "")
    parts = re.split(r"^(\w[\w ]*)\n-+\n", text, flags=re.MULTILINE)
    sources = [body for head, body in zip(parts[1::2], parts[2::2], strict=True) if head == "References"]
    return _plain(parts[0].strip()) + "".join(f"\n\nSource: {_plain(' '.join(body.split()))}" for body in sources)


def _plain(text: str) -> str:
    """Text of a docstring or of a help as Markdown: signs of formulas are no markup, and what is below a letter stands below it."""
    pieces = re.split(r"(`[^`]*`|(?<![\w-])--[a-z][\w-]*)", re.sub(r"``([^`]*)``", r"`\1`", text))
    kept = [piece if piece.startswith("`") else f"`{piece}`" if piece.startswith("--") else _formula(piece) for piece in pieces]
    return "".join(kept)


def _formula(text: str) -> str:
    escaped = re.sub(r"([*|<\[])", r"\\\1", text)
    return re.sub(r"(?<![\w/])([A-Za-z]+|Σ)_([a-z]{1,2}|all|bands)(?![\w/])", r"\1<sub>\2</sub>", escaped).replace("_", "\\_")


# -- tables of other facts -------------------------------------------------------------------------------------------


def formats() -> str:
    """What ``rezoning export`` writes."""
    from rezoning.report.exports.formats import FORMATS

    rows = [("format", "what it is", "opens in"), ("---",) * 3]
    return table([*rows, *((f"`{name}`", one.about, one.opens_in) for name, one in FORMATS.items())])


def columns() -> str:
    """Columns of exported layers and tables."""
    from rezoning.report.exports.words import MEANINGS

    return table([("column", "meaning"), ("---",) * 2, *((f"`{name}`", said) for name, said in MEANINGS.items())])


def rows() -> str:
    """Columns of the table of a sweep, a row for each run."""
    from rezoning.runs.row import COLUMNS

    return table([("column", "meaning", "unit"), ("---",) * 3, *((f"`{one.name}`", one.meaning, one.unit) for one in COLUMNS)])


def errors() -> str:
    """Kinds of errors with the exit code that each ends a command with."""
    from rezoning import errors as home

    kinds = [one for one in vars(home).values() if inspect.isclass(one) and issubclass(one, home.RezoningError)]
    rows = [("error", "exit code", "meaning"), ("---",) * 3]
    return table([*rows, *((f"`{one.__name__}`", str(one.exit_code), _first(one)) for one in kinds)])


# -- API -------------------------------------------------------------------------------------------------------------


def api() -> str:
    """The public surface: functions, what they hand to one another and give back, errors."""
    public = [(f"rezoning.{name}", getattr(rezoning, name)) for name in rezoning.__all__]
    classes = [(name, one) for name, one in public if inspect.isclass(one)]
    handed = [(name, one) for name, one in classes if not issubclass(one, Exception)]
    found = [
        "## Functions",
        *(_auto("autofunction", name) for name, one in public if inspect.isfunction(one)),
        "## What they hand to one another",
        *(_auto("autoclass", name, has_members=not _is_section(one)) for name, one in handed),
        "## What they give back",
        *(_auto("autoclass", f"{one.__module__}.{one.__qualname__}", has_members=True) for one in given_back()),
        "## Errors",
        *(_auto("autoexception", name) for name, one in classes if issubclass(one, Exception)),
    ]
    return "\n\n".join(found)


def _auto(directive: str, name: str, *, has_members: bool = False) -> str:
    members = "\n   :members:" if has_members else ""
    return f"### {name.rpartition('.')[2]}\n\n```{{eval-rst}}\n.. {directive}:: {name}{members}\n```"


APART = ("rezoning.public.", "rezoning.scenario.")
"""Rooms whose records are for pages of the program itself, or are keys of a scenario, which have a page of their own."""


def given_back() -> list[type]:
    """Classes of this program that public functions take or give, and that stand in those, sections of scenarios apart; by name."""
    public = [getattr(rezoning, name) for name in rezoning.__all__]
    found: dict[type, None] = {}
    queue: list[Any] = list(public)
    while queue:
        for one in _named_in(queue.pop(0)):
            if one not in found and one not in public:
                found[one] = None
                queue.append(one)
    return sorted(found, key=lambda one: one.__name__)


def _named_in(one: Any) -> Iterator[type]:
    """Classes of this program that the annotations of a function, or of a class and its public methods, name."""
    if inspect.isclass(one):
        members = [member for name, member in vars(one).items() if not name.startswith("_")]
        methods = [member.fget if isinstance(member, property) else getattr(member, "func", member) for member in members]
        owners = [one, *(method for method in methods if inspect.isfunction(method))]
    else:
        owners = [one]
    for owner in owners:
        for name in re.findall(r"\w+", " ".join(map(str, getattr(owner, "__annotations__", {}).values()))):
            found = getattr(sys.modules[owner.__module__], name, None) or _imported_for_types(owner.__module__, name)
            yield from (kind for kind in _kinds(found) if kind.__module__.startswith("rezoning.") and not kind.__module__.startswith(APART))


def _kinds(found: Any) -> Iterator[type]:
    """A class, or those in a type that has a name of its own."""
    if inspect.isclass(found) and not _is_section(found):
        yield found
    for part in get_args(found):
        yield from (one for inner in (part if isinstance(part, list) else [part]) for one in _kinds(inner))


@cache
def _for_types(module: str) -> dict[str, str]:
    """Name to module of what a module imports only for types, and late."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {name.name: node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module for name in node.names}


def _imported_for_types(module: str, name: str) -> Any:
    home = _for_types(module).get(name, "")
    return getattr(importlib.import_module(home), name, None) if home.startswith("rezoning.") else None


def _is_section(one: Any) -> bool:
    """Keys of a scenario have a page of their own."""
    return hasattr(one, "model_fields")


def table(rows: list[tuple[str, ...]]) -> str:
    """A table of Markdown; cells in which a bar is no border."""
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows)


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))


FILLS: dict[str, Callable[[], str]] = {one.__name__: one for one in (commands, measures, goals, formats, columns, rows, errors, api)}
