"""Which files a scenario was read from, and which it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rezoning.scenario.schema import Scenario
from rezoning.scenario.section import Section
from rezoning.scenario.tree import Item

IN_PARTS = (".shp", ".tab", ".mif")
"""Layers that are several files of one name."""


def scenario_files(scenario: Scenario) -> tuple[Path, ...]:
    """The scenario's file and the parents that say something in it, each once; none for a scenario that was built in code."""
    root = scenario._origin.root
    sources = {} if root is None else dict.fromkeys(item.source for item in _items(root) if item.source.keys is None)
    return tuple(dict.fromkeys(source.folder / Path(source.name).name for source in sources))


def data_files(section: Section) -> Iterator[Path]:
    """Every file that a section of the data names, with those that belong to it, there or not."""
    for path in dict.fromkeys(named_files(section)):
        yield path
        if path.suffix.lower() in IN_PARTS and path.parent.is_dir():
            yield from sorted(other for other in path.parent.iterdir() if other != path and other.name.startswith(f"{path.stem}."))


def named_files(value: object) -> Iterator[Path]:
    """Every path that a scenario, or a section of it, names."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, Section):
        yield from named_files([getattr(value, key) for key in type(value).model_fields])
    elif isinstance(value, (tuple, list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from named_files(part)


def _items(item: Item) -> Iterator[Item]:
    yield item
    inner = item.value.values() if isinstance(item.value, dict) else item.value if isinstance(item.value, list) else ()
    for one in inner:
        yield from _items(one)
