"""Today's school of each unit, as files say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rezoning.district.checks import quoted
from rezoning.district.detect import Texts
from rezoning.district.district import Ints
from rezoning.district.files.table import texts
from rezoning.district.labels import Labels
from rezoning.district.reading import Reading, counted
from rezoning.errors import shown

if TYPE_CHECKING:
    from rezoning.district.schools import SchoolTable


def today(written: Texts, source: str, schools: SchoolTable, reading: Reading, rows: Sequence[int] = ()) -> Ints:
    """Today's school of each unit, shape (n,): open schools first, then closed ones, -1 where blank.

    Parameters
    ----------
    written
        School ids as the file has them, shape (n,).
    source
        Where they stand, for messages: ``"units.csv: column 'zone'"``.
    rows
        Rows of the source that give each, shape (n,), where it is no column of the units.
    """
    found, unknown = schools.lookup.find_all(written)
    if unknown:
        times = Counter(written.tolist())
        first = {text: f"row {row}, " for text, row in zip(reversed(written.tolist()), reversed(rows), strict=False) if row}
        named = shown([f"'{text}' ({first.get(text, '')}{counted(times[text], 'unit')})" for text in unknown], 30)
        plural = "a school" if len(unknown) == 1 else "schools"
        reading.problems.add(source, f"names {plural} that {schools.table.name} does not have: {named}.", _cure(unknown, schools))
    _note_today(found, written, source, schools, reading)
    return found


def _cure(unknown: list[str], schools: SchoolTable) -> str:
    for name in schools.table.frame.columns:
        held = texts(schools.table.frame[name]).tolist()
        if len(set(held)) == len(held) and set(held).issuperset(unknown):
            return f"They stand in its column '{name}': say data.schools.id: {name}."
    if set(unknown) & schools.dropped:
        return "data.schools.filter leaves them out: keep them there, with an open column that says they are closed."
    if set(unknown) <= {"0", "-1"}:
        return "Leave the cell blank where a unit has no school today."
    near = Labels(schools.lookup.ids, schools.names).nearest(unknown[0])
    hint = "" if near is None else f"Did you mean '{near}'? "
    return f"{hint}Schools are {shown(quoted(schools.ids))}. Add the missing ones, or leave the cell blank for a new unit."


def _note_today(found: Ints, written: Texts, source: str, schools: SchoolTable, reading: Reading) -> None:
    new = int((written == "").sum())
    if new == len(found):
        reading.problems.add(source, "no unit has a school of today.", "Name the right column, or leave the key out.")
    elif new:
        reading.note(f"{source}: {counted(new, 'unit')} without a school of today, taken as new")
    for k, closed in enumerate(schools.closed_ids):
        number = int((found == len(schools.ids) + k).sum())
        if number:
            reading.note(f"{source}: {counted(number, 'unit')} in the zone of '{closed}', which is closed")
    empty = [school for s, school in enumerate(schools.ids) if not (found == s).any()]
    if empty:
        reading.note(f"{source}: no unit is in the zone of {shown(quoted(empty))} today")
