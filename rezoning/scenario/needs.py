"""What a question needs and what it names: each section of the schema says it, and whoever knows what there is asks here.

`Section.needs` says which data a section cannot do without; the types of its keys (`UnitId`, `SchoolId`, `GroupName`, …) say what it names. Both are
read of plain values, valid or not, and of sections alike: `scenario.checks` asks before any data is read, `district.questions` of a district.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from rezoning.scenario.naming import Names
from rezoning.scenario.plain import get, is_said, named
from rezoning.scenario.section import Need, Section
from rezoning.scenario.tree import Keys, dotted


@dataclass(frozen=True)
class Datum:
    """Something that a question may need.

    Parameters
    ----------
    place
        Where a scenario gives it.
    cure, message
        What to do and what is wrong without it; ``{it}`` is what needs it, ``{value}`` its value.
    or_place
        Another place that is enough.
    """

    place: Keys
    cure: str
    message: str
    or_place: Keys = ()


def _datum(place: str, cure: str, message: str = "", or_place: str = "") -> Datum:
    other = tuple(or_place.split(".")) if or_place else ()
    return Datum(tuple(place.split(".")), cure, message or f"without {place} {{it}} is refused.", other)


_TODAY = "Give data.units.current_school or data.units.current, or drop it."
_DROP = "Give the units' polygons, or drop it."

DATA: dict[str, Datum] = {
    "today": _datum("data.units.current_school", _TODAY, "without today's schools {it} is refused.", "data.units.current"),
    "travel": _datum("data.travel", "Give data.travel, or drop it."),
    "walk": _datum("data.walk", "Give data.walk: walk zones or walks, or drop it."),
    "barriers": _datum("data.barriers", "Give data.barriers: a layer of lines, or drop it."),
    "groups": _datum(
        "data.units.groups",
        "Name groups and their columns in data.units.groups.",
        "{value} is over groups, and there is none.",
        "data.students.groups",
    ),
    "portables": _datum(
        "data.schools.portables", "Give data.schools.portables, or drop it.", "without data.schools.portables there are no portable seats."
    ),
    "seats to fill": _datum(
        "data.schools.capacity", "Give data.schools.capacity, or write of: current.", "without data.schools.capacity there are no seats to count."
    ),
    "seats": _datum("data.schools.capacity", "Give data.schools.capacity, or drop the goal."),
    "capacity": _datum(
        "rules.capacity", "Give rules.capacity, or drop it.", "the years of the transition are checked against rules.capacity, and there is none."
    ),
    "bands": _datum("rules.bands", "Give rules.bands.", "{it} counts students outside rules.bands, and there is none."),
    "partition": _datum(
        "data.units.partition", "Give data.units.partition: groups that do not overlap.", "{it} is over data.units.partition, and there is none."
    ),
    "programs": _datum("data.schools.programs", "Give data.schools.programs, or drop it."),
    "seats of schools": _datum("data.schools.capacity", "Give data.schools.capacity, or drop it."),
    "history": _datum("rules.not_again", "Give rules.not_again, or drop it.", "{it} reads the column of rules.not_again, and there is none."),
    "statuses": _datum("data.schools.status", "Give data.schools.status: a column with open, may_close and candidate, or drop it."),
    "costs": _datum("data.schools.cost_if_open", "Give data.schools.cost_if_open, or drop the goal."),
    "polygons": _datum("data.units.path", "Give the units' polygons, or drop the goal.", "the units have no polygons to measure."),
    "borders": _datum(
        "data.adjacency.path",
        "Give the units' polygons, a third column with lengths in meters in data.adjacency.path, or drop it.",
        "without lengths of borders {it} is refused.",
        "data.units.path",
    ),
    "polygons of strips": _datum("data.units.path", _DROP, "the units have no polygons to shrink."),
}
"""All that may be needed, in the order in which it is told."""

KNOWN = ("group", "grade", "program")
"""Kinds of names that a scenario itself gives."""


def place_of_names(kind: str, of_points: bool) -> Keys:
    """Where the names of a kind of `KNOWN` are given: with the schools, with students' points, or with the columns of the units that count them."""
    if kind == "program":
        return "data", "schools", "programs"
    return ("data", "students" if of_points else "units", f"{kind}s")


def unmet(model: type[Section], said: Any, keys: Keys, lacking: Container[str]) -> Iterator[tuple[str, Keys, str, str]]:
    """What a section and all inside it need and lack: what, where in the scenario, the message and the cure.

    Parameters
    ----------
    model, said, keys
        The section's type, what it says, and where it stands in a scenario.
    lacking
        Keys of `DATA` that are not there.
    """
    found = [
        (need, (*place, need.key) if need.key and need.at_key else place, value)
        for inner, place, one in _visited(model, said, keys)
        if not isinstance(inner, Names)
        for need, value in _asked(inner, one)
        if need.what in lacking
    ]
    for need, place, value in sorted(found, key=lambda one: list(DATA).index(one[0].what)):
        it = f"{place[-1]}: {value}" if isinstance(value, str) else dotted(place)  # one of a few words is called with its key
        if isinstance(need.value, int):
            it = f"finding {need.value} of {it}"
        datum = DATA[need.what]
        yield need.what, place, datum.message.format(it=it, value=value), datum.cure


def _asked(model: type[Section], said: Any) -> Iterator[tuple[Need, Any]]:
    """What a section needs where it says this, and the value that needs it."""
    for need in model.needs:
        value = get(said, need.key) if need.key else said
        if need.value is not None:
            value = model.model_fields[need.key].default if value is None else value
        if isinstance(need.value, int):
            yield from [(need, value)] if isinstance(value, (list, tuple)) and need.value in value else []
        elif not need.key or (is_said(value) if need.value is None else value == need.value):
            yield need, value


def names_in(model: type[Section], said: Any, keys: Keys = ()) -> Iterator[tuple[Names, Keys, Any]]:
    """Everything that a section and all inside it name: what kind of name, where it stands, the name as it is written."""
    return ((mark, place, named(value)) for mark, place, value in _visited(model, said, keys) if isinstance(mark, Names))


def _visited(annotation: Any, value: Any, keys: Keys) -> Iterator[tuple[type[Section] | Names, Keys, Any]]:
    """A value and all inside it, with what its type says of it: that it is a section, or that it is a name. What is not said is left out."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if value is None:
        return
    if isinstance(annotation, type) and issubclass(annotation, Section) and isinstance(value, (Mapping, Section)):
        yield annotation, keys, value
        for key, field in annotation.model_fields.items():
            whole: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
            yield from _visited(whole, get(value, key), (*keys, key))
    elif origin is Annotated:
        yield from ((mark, keys, value) for mark in parts[1:] if isinstance(mark, Names))
        yield from _visited(parts[0], value, keys)
    elif origin in (Union, UnionType):
        for part in parts:
            yield from _visited(part, value, keys)
    elif origin is tuple and isinstance(value, (list, tuple)):
        is_list = parts[-1] is ...
        for k, one in enumerate(value if is_list else value[: len(parts)]):  # the names of a pair stand where the pair does
            yield from _visited(parts[0 if is_list else k], one, (*keys, k) if is_list else keys)
    elif origin is dict and isinstance(value, Mapping):
        for key, one in value.items():
            yield from _visited(parts[0], key, (*keys, key))
            yield from _visited(parts[1], one, (*keys, key))


def needing(model: type[Section], what: str) -> list[str]:
    """Everything that a scenario may say and that needs a key of `DATA`: ``rules.travel.max_increase``, ``goals.minimize: travel``."""
    return list(
        dict.fromkeys(said for keys, inner in _sections(model, ()) for need in inner.needs if need.what == what for said in _said(keys, need))
    )


def _said(keys: Keys, need: Need) -> Iterator[str]:
    place = dotted((*keys, need.key) if need.key else keys)
    yield place if need.value is None else f"{place}: {need.value}"


def _sections(annotation: Any, keys: Keys) -> Iterator[tuple[Keys, type[Section]]]:
    """Every section that a type may hold, with its place; entries of lists and of mappings stand where the whole does."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield keys, annotation
        for key, field in annotation.model_fields.items():
            yield from _sections(field.annotation, (*keys, key))
    for part in get_args(annotation):
        yield from _sections(part, keys)
