"""The JSON Schema of scenario files, for editors that complete and check while one writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rezoning.scenario.schema import Scenario
from rezoning.scenario.section import Section
from rezoning.scenario.shape import sections
from rezoning.scenario.sweep import Sweep

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXTENDS = {"type": "string", "description": "A parent file; this one is merged over it and wins."}
LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
"""pydantic leaves limits that follow a validator of ours under its own names."""
SWITCH = (True, False, "yes", "no", "on", "off")
"""YAML 1.2 knows true and false; the words that YAML 1.1 knew are read as well."""

Node = dict[str, Any]
NULL: Node = {"type": "null"}


def json_schema() -> Node:
    """Every key of a scenario with its type, limits, default and meaning (JSON Schema 2020-12).

    A scenario that extends another may leave out what its parent says, or take it away with null: so no key of a section is required, and each may
    be null. Entries of lists are whole, and what they require is. What one key means for another is said by ``rezoning validate``. Ids may be
    written without quotes: a whole number reaches the program as its digits.
    """
    document = Scenario.model_json_schema()
    whole, definitions = document.pop("required"), document["$defs"]
    parts = [definitions[name] for name in sorted(set(_merged(document, definitions)))]
    for section in [document, *parts]:
        section.pop("required", None)
        section["properties"] = {key: _or_null(value) for key, value in section["properties"].items()}
    for section in parts:
        section["type"] = ["object", "null"]
    together = definitions["Together"]
    definitions["Together"] = {"anyOf": [together, together["properties"]["groups"]]}  # a plain list of lists is the key `groups`
    counted = definitions["HowMany"]
    definitions["HowMany"] = {"anyOf": [counted, {"type": "integer", "minimum": 0}]}  # a plain number is both ends
    for section in _sections(Scenario):
        if section.short is not None:  # a plain value is that key
            definitions[section.__name__] = {"anyOf": [definitions[section.__name__], definitions[section.__name__]["properties"][section.short]]}
    document["properties"] = {"extends": EXTENDS, **document["properties"]}
    finished: Node = _in_its_words({"$schema": DIALECT, **document, "anyOf": [{"required": ["extends"]}, {"required": whole}]})
    return finished


def sweep_schema() -> Node:
    """Every key of a sweep file likewise; what it sets are keys of scenarios, by their names with dots."""
    document: Node = _in_its_words({"$schema": DIALECT, **Sweep.model_json_schema()})
    document["properties"]["districts"] = {"anyOf": [{"type": "string"}, document["properties"]["districts"]]}
    drawn = document["$defs"]["Sample"]["properties"]["settings"]
    pair = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}  # short for `uniform`
    drawn["additionalProperties"] = {"anyOf": [drawn["additionalProperties"], pair]}
    return document


def _sections(model: type[Section]) -> Iterator[type[Section]]:
    """Every section inside a section."""
    for inner in sections(model).values():
        yield inner
        yield from _sections(inner)


def _merged(node: Node, definitions: Node) -> Iterator[str]:
    """Definitions of the sections that a child file may give in part: those on a way from the top that passes no list."""
    for kind in [node, *node.get("anyOf", ())]:
        if "$ref" in kind:
            name = kind["$ref"].rsplit("/", 1)[-1]
            yield name
            yield from _merged(definitions[name], definitions)
        within = kind.get("additionalProperties")
        for inner in [*kind.get("properties", {}).values(), *([within] if isinstance(within, dict) else [])]:
            yield from _merged(inner, definitions)


def _or_null(node: Node) -> Node:
    """The same, or null; sections are so by their definition, which keeps the places of what is wrong in them."""
    found = dict(node)
    kinds = [kind for kind in node.get("anyOf", ()) if kind != NULL]
    if len(kinds) == 1:
        del found["anyOf"]
        found |= kinds[0]
    elif kinds:
        found["anyOf"] = [*kinds, NULL]
    if isinstance(within := found.get("additionalProperties"), dict):
        found["additionalProperties"] = _or_null(within)
    if "type" in found:
        found["type"] = [*([kind] if isinstance(kind := found["type"], str) else kind), "null"]
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    return found


def _in_its_words(node: Any) -> Any:
    """Limits and switches as JSON Schema has them, all through a document; keys of a scenario are no words of the schema."""
    if isinstance(node, list):
        return [_in_its_words(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "boolean" in node.get("type", ()):
        return {**{key: value for key, value in node.items() if key != "type"}, "enum": [*SWITCH, *([None] if "null" in node["type"] else [])]}
    inside = {"properties", "$defs"}
    return {
        LIMITS.get(key, key): {name: _in_its_words(one) for name, one in value.items()} if key in inside else _in_its_words(value)
        for key, value in node.items()
    }
