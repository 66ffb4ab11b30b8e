"""The shape of the schema: which keys hold sections, and which hold paths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def kinds(annotation: Any) -> Iterator[Any]:
    """The plain types inside an annotation: ``Path`` and ``None`` for ``File | None``."""
    if get_origin(annotation) is Annotated:
        yield from kinds(get_args(annotation)[0])
    elif get_args(annotation):
        for part in get_args(annotation):
            yield from kinds(part)
    else:
        yield annotation


def sections(model: type[BaseModel]) -> dict[str, Any]:
    """The sections directly inside a section, by key; for a list of sections, that of its entries, for a mapping to sections, that of its values."""
    found = {}
    for name, field in model.model_fields.items():
        for kind in kinds(field.annotation):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found[name] = kind
    return found


def is_list(model: type[BaseModel], name: str) -> bool:
    """Whether a key holds a list of sections."""
    return name in sections(model) and get_origin(model.model_fields[name].annotation) is tuple


def is_mapping(model: type[BaseModel], name: str) -> bool:
    """Whether a key holds a mapping from names of the user's own."""
    return any(get_origin(kind) is dict for kind in _outer(model.model_fields[name].annotation))


def _outer(annotation: Any) -> Iterator[Any]:
    """An annotation, without its `Annotated`, and the alternatives of a union."""
    if get_origin(annotation) is Annotated:
        yield from _outer(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _outer(part)
    else:
        yield annotation


def path_keys(model: type[BaseModel]) -> set[str]:
    """The keys of a section that hold a path."""
    return {name for name, field in model.model_fields.items() if Path in kinds(field.annotation)}


def all_keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every key of the schema with the sections before it: ``solve.time_limit``; without those of lists."""
    inner = sections(model)
    for name in model.model_fields:
        yield f"{prefix}{name}"
        if name in inner and not is_list(model, name) and not is_mapping(model, name):
            yield from all_keys(inner[name], f"{prefix}{name}.")
