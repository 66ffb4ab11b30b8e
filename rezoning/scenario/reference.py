"""Every key of a scenario file, and of a sweep file, in one table each, made from the schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from rezoning.scenario.level import Level
from rezoning.scenario.schema import Scenario
from rezoning.scenario.section import Section
from rezoning.scenario.shape import is_list, is_mapping, kinds, sections

_EXTENDS = ("`extends`", "path", "none", "A parent file; this one is merged over it and wins.")
_SCALARS = {str: "text", float: "number", int: "whole number", bool: "true / false", Path: "path", Any: "value"}


def key_table(model: type[Section] = Scenario) -> str:
    """A Markdown table of every key: key, type, default, meaning."""
    rows = [("key", "type", "default", "meaning"), ("---",) * 4, *_rows(model, "")]
    if model is Scenario:
        rows.insert(4, _EXTENDS)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _rows(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str, str]]:
    inner = sections(model)
    for name, field in model.model_fields.items():
        is_listed = is_list(model, name)
        is_named = name in inner and is_mapping(model, name)
        key = f"{prefix}{name}"
        said = field.description or ""
        summary = (inner[name].__doc__ or "").strip().split("\n")[0] if name in inner else ""
        meaning = " ".join(part for part in (summary, said) if part).replace("|", "\\|")
        kind = ("list of sections" if is_listed else "mapping of text to sections" if is_named else "section") if name in inner else _kind(field)
        yield f"`{key}`", kind, _default(field, name in inner), meaning
        if name in inner and model is not Level:  # its keys are said where it stands in `data`, or among the rules
            yield from _rows(inner[name], f"{key}[]." if is_listed else f"{key}.<name>." if is_named else f"{key}.")


def _kind(field: FieldInfo) -> str:
    """The type in words, with its limits."""
    checks = [*field.metadata, *_metadata(field.annotation)]
    limits = [f"{sign} {_count(getattr(part, name))}" for part in checks for name, sign in _SIGNS if hasattr(part, name)]
    return " ".join([_name(field.annotation), " and ".join(limits)]).strip()


def _metadata(annotation: Any) -> Iterator[Any]:
    """What annotations inside an annotation say, for ``Share | None``; nothing of lists, whose entries it would be about."""
    if get_origin(annotation) is Annotated:
        for part in get_args(annotation)[1:]:
            yield from part.metadata if isinstance(part, FieldInfo) else [part]
    if get_origin(annotation) not in (tuple, dict, Literal):
        for part in get_args(annotation):
            yield from _metadata(part)


_SIGNS = (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<"))


def _count(limit: float) -> str:
    return f"{limit:.0f}" if float(limit).is_integer() else f"{limit:g}"


def _name(annotation: Any) -> str:
    """An annotation in words."""
    origin, parts = get_origin(annotation), [part for part in get_args(annotation) if part not in (type(None), ...)]
    if origin is Literal:
        return " / ".join(f"`{part}`" for part in parts)
    if origin is tuple:
        return f"list of {_plural(_name(parts[0]))}" if len(parts) == 1 else "pair"
    if origin is dict:
        return f"mapping of text to {_name(parts[1])}"
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(map(_name, parts)))
    if len(parts) >= 1:  # Annotated[X, ...]
        return _name(parts[0])
    return _SCALARS.get(next(kinds(annotation)), "value")


def _plural(name: str) -> str:
    return name.replace("list of", "lists of", 1) if name.startswith("list of") else f"{name}s"


def _default(field: FieldInfo, is_section: bool) -> str:
    if field.is_required():
        return "**required**"
    default = field.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined or default is None or default in ({}, (), "") or is_section:
        return "none" if default is None or not is_section else "as below"
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}".replace("e-0", "e-") if isinstance(default, float) else str(default)
