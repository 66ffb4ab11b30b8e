"""Several files for one thing: columns of a further file, found by the ids (or names) of units or schools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rezoning.district.address_lists import is_address_list, refusal
from rezoning.district.checks import quoted
from rezoning.district.detect import FOUND_MENDED, Lookup, Texts, note_mended, report_shortened
from rezoning.district.district import Ints
from rezoning.district.files.read import read_source
from rezoning.district.files.table import Table, column, texts
from rezoning.district.files.text import plain_name
from rezoning.district.labels import Labels
from rezoning.district.reading import Reading, counted
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    from rezoning.scenario.data import Join


def joined(joins: Sequence[Join], table: Table, ids: Texts, what: str, reading: Reading, names: Texts | None = None) -> Table | None:
    """A table with the columns of further files; None where one of them cannot be joined.

    Parameters
    ----------
    table
        The first file.
    ids
        The id of each of its rows.
    what
        What a row is: ``unit`` or ``school``.
    names
        What people call each of them, for files that have names where ids are wanted.
    """
    found: Table | None = table
    for join in joins:
        one = None
        with reading.gathering():
            one = _joined(join, found or table, ids, what, names, reading)
        found = None if found is None else one
    return found


def _joined(join: Join, table: Table, ids: Texts, what: str, names: Texts | None, reading: Reading) -> Table:
    other = read_source(join)
    reading.took(other)
    written = texts(column(other, join.on, join.place("on")))
    if report_shortened(written, other, f"{what} id", reading):
        raise DataError(())
    known = ids if join.to is None else _distinct(texts(column(table, join.to, join.place("to"))), table, join.to, what)
    partner = _partners(written, known, names if join.to is None else None, other, join.on, reading)
    _check_once(partner, written, other, what)
    if not (partner >= 0).any():
        if what == "unit" and is_address_list(other):
            raise DataError(refusal(join.place("path"), other.name))
        message = f"none of its {counted(len(written), 'row')} names a {what} of {table.name} in column '{join.on}': {shown(quoted(written))}."
        raise DataError(Problem(other.name, message, f"There they are like {shown(quoted(known[:2]))}; name the column that has them with on or to."))
    _tell_alone(partner, written, known, other, table, what, reading)
    return _beside(table, other, join, partner, reading)


def _distinct(known: Texts, table: Table, name: str, what: str) -> Texts:
    """The values that rows are found by; a row of the further file belongs to one unit, or it would count twice."""
    twice = pd.Series(known).duplicated(keep=False).to_numpy() & (known != "")
    if twice.any():
        message = f"column '{name}' has {shown(quoted(list(dict.fromkeys(known[twice]))))} more than once: a row can be joined to one {what} only."
        raise DataError(Problem(table.place(table.rows(twice)), message, f"Name a column with to that tells the {what}s apart."))
    return known


def _partners(written: Texts, known: Texts, names: Texts | None, other: Table, name: str, reading: Reading) -> Ints:
    """The row of the first file that each row of the further one is about, -1 where it is none."""
    if names is None:
        lookup = Lookup(tuple(known))
        note_mended(lookup.mended(written), other, reading)
        return _found(written, lookup.find)
    labels = Labels(tuple(known), tuple(names))
    for said, held in ((FOUND_MENDED, labels.mended(written.tolist())), ("known by a name like theirs", labels.alike(written.tolist()))):
        if held:
            reading.note(f"{other.name}: schools in column '{name}' {said}: {shown(held, 20)}")
    return _found(written, labels.find)


def _found(written: Texts, find: Callable[[str], int]) -> Ints:
    at = {text: find(text) if text else -1 for text in dict.fromkeys(written.tolist())}
    return np.array([at[text] for text in written], dtype=np.int64)


def _check_once(partner: Ints, written: Texts, other: Table, what: str) -> None:
    twice = (partner >= 0) & pd.Series(partner).duplicated(keep=False).to_numpy()
    if twice.any():
        named = shown(quoted(list(dict.fromkeys(written[twice]))))
        raise DataError(Problem(other.place(other.rows(twice)), f"more than one row for {what} {named}.", f"Keep one row per {what}."))


def _tell_alone(partner: Ints, written: Texts, known: Texts, other: Table, table: Table, what: str, reading: Reading) -> None:
    """Count the rows of both files that have no partner in the other."""
    strange = partner < 0
    if strange.any():
        held = shown([f"'{text}' (row {row})" for text, row in zip(written[strange], other.rows(strange), strict=True)])
        said = ("names no {}, and is left out" if strange.sum() == 1 else "name no {}, and are left out").format(f"{what} of {table.name}")
        reading.warn(f"{other.name}: {int(strange.sum()):,} of {counted(len(written), 'row')} {said}: {held}")
    alone = np.ones(len(known), dtype=bool)
    alone[partner[~strange]] = False
    if alone.any():
        held = shown(quoted(known[alone]))
        reading.warn(f"{other.name}: has no row for {int(alone.sum()):,} of {counted(len(known), what)}, whose cells are blank: {held}")


def _beside(table: Table, other: Table, join: Join, partner: Ints, reading: Reading) -> Table:
    """The table with the columns of the other beside its own; shapes too, where it has none."""
    at = np.full(len(table.frame), -1, dtype=np.int64)
    at[partner[partner >= 0]] = np.flatnonzero(partner >= 0)
    rows = np.where(at >= 0, other.frame.index.to_numpy()[at], 0)
    taken = [name for name in other.columns if name != plain_name(join.on)]
    called = {name: _name(name, table, other) for name in taken}
    _tell_renamed(called, table, other, reading)
    values = other.frame[taken].rename(columns=called).reset_index(drop=True).reindex(at)
    frame = pd.concat([table.frame, values.set_axis(table.frame.index)], axis=1)
    short = {
        name: held.reset_index(drop=True).reindex(at) for name, held in other.keys.items() if table.find(name) is None and name not in frame.columns
    }
    view = Table(other.path, values.set_axis(rows), keys={name: held.set_axis(rows) for name, held in short.items()})
    keys = {**table.keys, **{name: held.set_axis(table.frame.index) for name, held in short.items()}}
    found = replace(table, frame=frame, keys=keys, joined={**table.joined, **dict.fromkeys([*called.values(), *short], view)})
    if table.geometry is not None or other.geometry is None:
        return found
    reading.note(f"{other.name}: gives the shapes, for {table.name} has none")
    shapes = other.geometry.reset_index(drop=True).reindex(at).set_axis(table.frame.index)
    own = dict(zip(rows.tolist(), table.frame.index.tolist(), strict=True))
    return replace(found, geometry=shapes, broken={own[row]: why for row, why in other.broken.items() if row in own})


def _name(name: str, table: Table, other: Table) -> str:
    """What a column is called beside those of the first file: its own name, else that of its file before it."""
    if name not in table.columns:
        return name
    for before in (Path(other.name).name.partition(".")[0], other.name):
        if f"{before}.{name}" not in (*table.columns, *other.columns):
            return f"{before}.{name}"
    raise DataError(Problem(other.name, f"column '{name}' is in {table.name} too.", "Rename one of them."))


def _tell_renamed(called: dict[str, str], table: Table, other: Table, reading: Reading) -> None:
    renamed = [f"'{new}'" for old, new in called.items() if old != new]
    if renamed:
        have = "a column of this name" if len(renamed) == 1 else "columns of these names"
        reading.note(
            f"{other.name}: {table.name} has {have} already; the joined {'one is' if len(renamed) == 1 else 'ones are'} {shown(renamed, 20)}"
        )
