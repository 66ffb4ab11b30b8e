"""Every key of a scenario with values that nobody means: wrong types, wrong sizes, nothing, too much."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, get_origin

from pydantic import BaseModel

from rezoning.scenario.schema import Scenario
from rezoning.scenario.shape import is_mapping, sections

NAN, INF, HUGE = "@.nan", "@.inf", "@1e300"  # as YAML writes them; JSON cannot
WRONG: dict[str, Any] = {
    "nan": NAN, "infinite": INF, "huge": HUGE, "minus-infinite": "@-.inf", "negative": -1, "zero": 0, "sixty": 60, "tiny": "@1e-300", "half": 0.5,
    "empty": "", "list": [], "mapping": {}, "null": None, "true": True, "text": "text", "control": "a\u0007\nb", "long": "x" * 100_000,
    "many": list(range(2000)), "texts": ["text", "text"], "deep": [[[[["text"]]]]], "odd": {"": {"": None}}, "whole": 10**30,
}  # fmt: skip

# What a section needs beside the key that is wrong, so that the key is what is looked at.
BESIDE: dict[str, Any] = {
    "rules.bands[]": {"group": "poor", "within": 0.9},
    "rules.burden[]": {"group": "poor", "measure": "reassigned", "max_ratio": 9},
    "rules.travel": {"max": 60},
    "rules.reassigned": {"max_share": 1},
    "goals[]": {"minimize": "dissimilarity", "group": "poor"},
    "data.barriers[]": {"path": "edges.csv"},
    "data.walk": {"max": 1},
    "alternatives": {"count": 1},
    "report.addresses": {"path": "units.csv"},
}


def keys(model: type[BaseModel] = Scenario, prefix: str = "") -> Iterator[str]:
    """Every key, as the table of the documentation writes it: ``rules.bands[].within``, ``attributes.<name>.use``."""
    inner = sections(model)
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}"
        yield key
        if name in inner:
            ending = "[]." if get_origin(field.annotation) is tuple else ".<name>." if is_mapping(model, name) else "."
            yield from keys(inner[name], f"{key}{ending}")


def spoiled(scenario: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The scenario with one value in the place of another, and with what its section needs beside it."""
    document = copy.deepcopy(scenario)
    at: Any = document
    *way, last = key.split(".")
    for i, part in enumerate(way):
        name, beside = part.removesuffix("[]"), BESIDE.get(".".join(way[: i + 1]), {})
        name = "poor" if name == "<name>" else name
        if part.endswith("[]"):
            at[name] = [dict(beside)]
            at = at[name][0]
        else:
            if not isinstance(at.get(name), dict):
                at[name] = {}
            at[name] = {**beside, **at[name]}
            at = at[name]
    at["poor" if last == "<name>" else last] = value
    return document


def yaml_text(document: dict[str, Any]) -> str:
    """JSON is YAML, but for numbers that JSON lacks."""
    text = json.dumps(document)
    for word in {value for value in WRONG.values() if isinstance(value, str) and value.startswith("@")}:
        text = text.replace(f'"{word}"', word[1:])
    return text
