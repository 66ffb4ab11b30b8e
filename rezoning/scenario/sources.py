"""Which files a scenario was read from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rezoning.scenario.schema import Scenario
from rezoning.scenario.section import Section
from rezoning.scenario.tree import Item


def scenario_files(scenario: Scenario) -> tuple[Path, ...]:
    """The scenario's file and the parents that say something in it, each once; none for a scenario that was built in code."""
    root = scenario._origin.root
    sources = {} if root is None else dict.fromkeys(item.source for item in _items(root) if item.source.keys is None)
    return tuple(dict.fromkeys(source.folder / Path(source.name).name for source in sources))


def named_files(section: Section) -> Iterator[Path]:
    """Every path that a scenario, or a section of it, names."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,):
            if isinstance(one, Section):
                yield from named_files(one)
            elif isinstance(one, Path):
                yield one


def _items(item: Item) -> Iterator[Item]:
    yield item
    inner = item.value.values() if isinstance(item.value, dict) else item.value if isinstance(item.value, list) else ()
    for one in inner:
        yield from _items(one)
