"""From the rows of a plan file to one school for each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rezoning.district.detect import EXCEL, Lookup
from rezoning.district.district import Floats
from rezoning.district.labels import Labels
from rezoning.district.plans.columns import Places
from rezoning.district.plans.parts import Claims
from rezoning.district.reading import counted
from rezoning.district.split_units import SplitUnit
from rezoning.errors import Problems, shown


@dataclass(frozen=True)
class Row:
    """A row of the file: its number, its unit and label as written, and how much of the unit it is about (None where nothing says)."""

    number: int
    unit: str
    label: str
    weight: float | None = None


@dataclass
class Settled:
    """School and row of each unit, in unit order, and what was found on the way.

    Parameters
    ----------
    extra
        Units that are not the district's, with their rows.
    restored
        How many ids were found only when mended.
    parts
        How many rows are about a part of a unit.
    split
        Units that were divided among schools.
    """

    schools: list[str]
    rows: list[int]
    extra: list[tuple[str, int]] = field(default_factory=list)
    restored: int = 0
    parts: int = 0
    split: list[SplitUnit] = field(default_factory=list)


def rows_of(numbers: Sequence[int], units: Sequence[str], labels: Sequence[str], weights: Floats | None) -> list[Row]:
    """The rows of a table."""
    if weights is None:
        return [Row(number, unit, label) for number, unit, label in zip(numbers, units, labels, strict=True)]
    return [Row(*held) for held in zip(numbers, units, labels, weights.tolist(), strict=True)]


def report_shortened(name: str, rows: Sequence[Row], columns: tuple[str, str], places: Places, problems: Problems) -> None:
    """Ids of which a spreadsheet kept the first digits only."""
    for column, cells in zip(columns, ([(row.unit, row.number) for row in rows], [(row.label, row.number) for row in rows]), strict=True):
        lost = {text for text in {text for text, _ in cells} if EXCEL.fullmatch(text) and places.whole.get(text, -1) < 0}
        found = [f"'{text}' (row {number})" for text, number in cells if text in lost] if lost else []
        if found:
            message = f"a spreadsheet shortened {counted(len(found), 'id')} in column '{column}', and the digits are lost: {shown(found)}."
            problems.add(name, message, "Export the file again with this column as text.")


def settled(name: str, rows: Sequence[Row], lookup: Lookup, places: Places, labels: Labels, of: str, problems: Problems) -> Settled:
    """One school for each unit: the one that its rows name or, where they divide it, the one with the most of it.

    Rows that repeat a unit with the same school, or with none, do no harm. A row about a part of a unit counts where no row is about the whole.

    Parameters
    ----------
    of
        The column that says how much of a unit a row is about; blank where there is none.
    """
    found = Settled([""] * len(lookup.ids), [0] * len(lookup.ids))
    claims, is_parted = _claims(rows, lookup, places, labels, found)
    torn = []
    for u, held in claims.items():
        schools = held.schools
        meant = schools[0] if schools else ""
        found.schools[u], found.rows[u] = held.labels[meant], held.rows[meant]
        if len(schools) < 2:
            continue
        if held.is_even or not (of or u in is_parted):
            one, other = schools[:2] if held.rows[schools[0]] < held.rows[schools[1]] else schools[1::-1]
            said = [f"'{held.labels[school]}' (row {held.rows[school]})" for school in (one, other)]
            torn.append((held.rows[one], f"'{lookup.ids[u]}' has {said[0]} and {said[1]}"))
        else:
            found.split.append(held.split(u, of or "parts"))
    if torn:
        cure = "Keep one row per unit, or add a column share that says how much of the unit each row is about."
        problems.add(name, f"gives two schools to {counted(len(torn), 'unit')}: {shown([said for _, said in sorted(torn)])}.", cure)
    return found


def _claims(rows: Sequence[Row], lookup: Lookup, places: Places, labels: Labels, found: Settled) -> tuple[dict[int, Claims], set[int]]:
    """What all rows say of each unit, and the units that are given in parts only."""
    whole = {places.whole[row.unit] for row in rows} - {-1}
    claims, parted = dict[int, Claims](), set[int]()
    for row in rows:
        u = places.whole[row.unit]
        if u < 0:
            u = places.parts.get(row.unit, -1)
            if u < 0 or u in whole:
                found.extra.append((row.unit, row.number))
                continue
            parted.add(u)
            found.parts += 1
        else:
            found.restored += row.unit != lookup.ids[u]
        label = "" if labels.is_blank(row.label) else row.label
        s = labels.find(label) if label else -1
        claims.setdefault(u, Claims()).add(s if s >= 0 else label, label, row.number, row.weight, row.unit)
    return claims, parted
