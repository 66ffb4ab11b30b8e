"""Schools: their ids, names, seats and places, from one file or from several; a table of their own is written where ids have to be made."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from rezoning.commands.new.asking import Choice
from rezoning.commands.new.draft import Draft, file_keys
from rezoning.commands.new.finds import Found, of_kind
from rezoning.commands.new.land import outside, places
from rezoning.commands.new.level import levels_of
from rezoning.commands.new.place import SCHOOLS, free_name
from rezoning.commands.new.words import Slug
from rezoning.district.labels import Labels
from rezoning.errors import DataError, Problem, shown

MOST_OUTSIDE = 0.5
"""Where more schools lie outside, it is rather their places that are wrong."""


def fill_schools(draft: Draft) -> None:
    """Write `data.schools`: the file as it is, or one that is derived from it where ids or seats have to be brought together."""
    schools = draft.folder.schools
    assert schools is not None
    schools.use = "the schools"
    unit = _unit_column(draft, schools)
    kept = _inside(draft, schools, _kept(draft, schools), unit)
    draft.kept = frozenset(s for s, keep in enumerate(kept) if keep)
    seats, table = _seats(draft, schools)
    if schools.columns["id"] and (table is None or table is schools) and all(kept):
        draft.data["schools"] = _as_it_is(schools, seats, unit)
    else:
        _derive(draft, schools, kept, table, seats, unit)


def _as_it_is(schools: Found, seats: str | None, unit: str | None) -> dict[str, Any]:
    columns = schools.columns
    section: dict[str, Any] = {**file_keys(schools), "id": columns["id"]}
    section |= {key: value for key, value in (("name", columns["name"]), ("capacity", seats), ("unit", unit)) if value}
    section |= _further(columns)
    return section


def _further(columns: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if columns["portables"]:
        found["portables"] = columns["portables"]
        if columns["price"]:
            found["portable_price"] = columns["price"]
    if columns["programs"]:
        found["programs"] = columns["programs"]
    if columns["open"]:
        found["open"] = columns["open"]
    return found


def _kept(draft: Draft, schools: Found) -> list[bool]:
    """The schools of the level, where some are of another one."""
    levels = levels_of(schools)
    kept = [not found or draft.level in found for found in levels]
    if not any(kept):
        return [True] * len(kept)
    lost = [text for text, keep in zip(_names(schools), kept, strict=True) if not keep]
    if lost:
        draft.remark(f"{schools.name}: {len(lost)} schools are not {draft.level} schools and are left out: {shown(lost)}.")
    return kept


def _inside(draft: Draft, schools: Found, kept: list[bool], unit: str | None) -> list[bool]:
    """The schools that lie in the district; of those outside only such as have a zone today stay, which is for the user to mend."""
    units = draft.folder.units
    if unit is not None or units is None:
        return kept
    lost = outside(schools.looked, units.looked)
    if not any(lost) or sum(lost) > MOST_OUTSIDE * len(lost):
        return kept
    named = draft.folder.known.school_columns(units.looked)
    zoned = {s for column in named for s in draft.folder.known.schools_in(units.looked.distinct(column))}
    out = [is_lost and s not in zoned and kept[s] for s, is_lost in enumerate(lost)]
    if any(out):
        told = shown(text for text, is_out in zip(_names(schools), out, strict=True) if is_out)
        draft.remark(f"{schools.name}: {sum(out)} schools lie outside every unit and are left out: {told}.")
    return [keep and not is_out for keep, is_out in zip(kept, out, strict=True)]


def _names(schools: Found) -> list[str]:
    column = schools.columns["name"] or schools.columns["id"]
    return [str(text) for text in schools.looked.texts(column)]


def _seats(draft: Draft, schools: Found) -> tuple[str | None, Found | None]:
    """The column of seats and the file that has it; which of several is asked."""
    options = [(schools, column) for column in schools.columns["seats"]]
    for table in of_kind(draft.folder.finds, "capacities"):
        options += [(table, column) for column in table.columns["seats"]]
    if not options:
        return None, None
    is_plain = len(options) == len({column for _, column in options})
    told = [f"{_sum(one, column):,.0f} seats in {one.name}" for one, column in options]
    choices = [Choice(column if is_plain else f"{one.name}:{column}", said) for (one, column), said in zip(options, told, strict=True)]
    if len(options) == 1:
        at = 0
    else:
        answer = draft.asking.choose("capacity", "Which column holds the seats of the schools?", choices, why="its name says so")
        at = next(k for k, choice in enumerate(choices) if choice.value == answer)
    table, column = options[at]
    if table is not schools:
        table.use = "seats, joined to the schools"
    return column, table


def _sum(one: Found, column: str) -> float:
    counts = one.looked.counts(column)
    return 0.0 if counts is None else float(counts.sum())


def _unit_column(draft: Draft, schools: Found) -> str | None:
    """The column that names the unit of each school."""
    known, one = draft.folder.known, schools.looked
    found = [column for column in one.columns if column not in (schools.columns["id"], schools.columns["name"])]
    return next((column for column in found if all(known.units.find(text) >= 0 for text in one.texts(column))), None)


# -- a table of their own --------------------------------------------------------------------------------------------


def _derive(draft: Draft, schools: Found, kept: Sequence[bool], table: Found | None, seats: str | None, unit: str | None) -> None:
    """schools.csv: id, name, seats, place and whatever else a scenario can say of schools."""
    one, columns = schools.looked, schools.columns
    names = _names(schools)
    ids = [str(text) for text in one.texts(columns["id"])] if columns["id"] else _made(names, kept)
    rows: dict[str, list[str]] = {"id": ids, "name": names}
    if seats is not None and table is not None:
        rows["capacity"] = _joined(draft, schools, table, seats, ids, names, kept)
    where = places(one)
    if unit:
        rows["unit"] = [str(text) for text in one.texts(unit)]
    if where is not None:
        rows["lon"], rows["lat"] = ([f"{value:.7f}" for value in axis] for axis in where.T)
    more = _further(columns)
    told = [
        *columns.get("keep", ()),
        *(more[key] for key in ("portables", "portable_price", "open") if key in more),
        *more.get("programs", {}).values(),
    ]
    rows |= {column: [str(text) for text in one.texts(column)] for column in told if column not in rows}
    name = free_name(draft.place, SCHOOLS)
    draft.derived[name] = _text(rows, kept)
    section: dict[str, Any] = {"path": draft.place / name, "id": "id", "name": "name"}
    section |= {key: key for key in ("capacity", "unit") if key in rows}
    draft.data["schools"] = {**section, **more}
    why = []
    if not columns["id"]:
        why.append(f"ids are made of the names ('{names[0]}' is {ids[0]})")
    if table is not None and table is not schools:
        why.append(f"seats come from {table.name}")
    if not all(kept):
        why.append(f"{len(kept) - sum(kept)} schools are left out")
    draft.note("data.schools", f"Written by rezoning new from {schools.name}: {', '.join(why)}.")


def _made(names: Sequence[str], kept: Sequence[bool]) -> list[str]:
    slug = Slug(set())
    return [slug.of(name) if keep else "" for name, keep in zip(names, kept, strict=True)]


def _joined(draft: Draft, schools: Found, table: Found, seats: str, ids: Sequence[str], names: Sequence[str], kept: Sequence[bool]) -> list[str]:
    """Seats of each school, from its own row or by its id or name from another table."""
    if table is schools:
        return [str(text) for text in schools.looked.texts(seats)]
    labels = Labels(list(ids), list(names))
    held: dict[int, str] = {}
    lost = []
    for label, value in zip(table.looked.texts(table.columns["on"]), table.looked.texts(seats), strict=True):
        s = labels.find(str(label))
        if s >= 0:
            held[s] = str(value)
        elif label:
            lost.append(str(label))
    missing = [name for s, name in enumerate(names) if kept[s] and not held.get(s)]
    alike = labels.alike([str(label) for label in table.looked.texts(table.columns["on"]) if label])
    if alike:
        draft.remark(f"{table.name}: schools were found by names that are not quite theirs: {shown(alike)}.")
    if lost:
        draft.remark(f"{table.name}: {len(lost)} rows name no school of {schools.name}: {shown(lost)}.")
    if missing:
        raise DataError(
            Problem(table.name, f"has no seats for {shown(missing)}.", f"Add them to column '{seats}', under the names of {schools.name}.")
        )
    return [held.get(s, "") for s in range(len(names))]


def _text(rows: dict[str, list[str]], kept: Sequence[bool]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(rows)
    writer.writerows(row for row, keep in zip(zip(*rows.values(), strict=True), kept, strict=True) if keep)
    return stream.getvalue().encode()
