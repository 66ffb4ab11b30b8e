"""Which columns of a travel file say what: names win over positions, and what cannot be told is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rezoning.district.checks import quoted
from rezoning.district.detect import DESTINATION, ORIGIN, Lookup, by_name, row_numbers, words_of
from rezoning.district.files.table import texts
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    from rezoning.district.schools import SchoolTable
    from rezoning.district.units import UnitTable
    from rezoning.scenario.data import Travel, Walk

UNIT_WORDS = {
    "minutes": {"minutes", "minute", "mins", "min", "mn"},
    "seconds": {"seconds", "second", "secs", "sec", "s"},
    "meters": {"meters", "meter", "metres", "metre", "mtr", "mtrs"},
    "kilometers": {"kilometers", "kilometer", "kilometres", "kilometre", "kms", "km"},
    "miles": {"miles", "mile", "mi"},
    "feet": {"feet", "foot", "ft"},
    "other": {"hours", "hour", "hrs", "hr", "h", "ms", "yards", "yard", "yd"},
}
"""Words in a column's name that say its unit; ``m`` is not among them, for it is meters to some and minutes to others."""

KIND_WORDS = {
    "time": {"time", "duration", "tt", "traveltime", "walktime", "drivetime"},
    "distance": {"distance", "dist", "length", "len", "traveldistance"},
    "other": {"count", "cost", "fare", "speed", "kmh", "mph", "transfers", "rank", "weight"},
}
KIND = {"minutes": "time", "seconds": "time", "meters": "distance", "kilometers": "distance", "miles": "distance", "feet": "distance"}
R5 = re.compile(r"travel_time(_p\d{1,2})?")
CONVEYAL = ("origin", "destination", "percentile", "time")
EXTREMES = {"max", "maximum", "mean", "avg", "average", "median"}


@dataclass(frozen=True)
class TravelTableShape:
    """Which columns say what: `value` for a long table (one row per pair), `schools` for a wide one (a column per school).

    Parameters
    ----------
    passed_over
        Columns that number the rows.
    rivals
        Other columns of numbers that could have been the values.
    """

    origin: str
    destination: str = ""
    value: str = ""
    schools: tuple[tuple[str, int], ...] = ()
    passed_over: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    @property
    def is_long(self) -> bool:
        """One row per pair of unit and school."""
        return bool(self.value)


def told_shape(head: pd.DataFrame, name: str, section: Travel | Walk, units: UnitTable, schools: SchoolTable) -> TravelTableShape:
    """Tell a long table from a wide one: wide when headers are schools, long when two columns hold ids.

    Parameters
    ----------
    head
        The first records, as texts.
    name
        The file's name.

    Raises
    ------
    DataError
        It is neither; two headers are one school; or several columns could be the values and no name says which.
    """
    origin: str | None
    columns = [str(header) for header in head.columns]
    _check_header(columns, name, units.lookup, schools.lookup)
    numbers = row_numbers(columns, head)
    others = [header for header in columns if header not in numbers]
    named = [(header, schools.lookup.find(header)) for header in columns]
    wide = tuple((header, s) for header, s in named if 0 <= s < len(schools.ids) and header not in (units.key, section.value))
    destination = by_name(others, (schools.key, *DESTINATION))
    if section.value is None and wide and not (destination and _holds(head, destination, schools.lookup) and len(wide) == 1):
        _check_once(wide, name, schools)
        if units.key in numbers and _holds(head, units.key, units.lookup):  # one row per unit: their ids may count them
            numbers, others = [header for header in numbers if header != units.key], [*others, units.key]
        free = [header for header in others if header not in dict(wide)]
        origin = _of_units(head, free, name, units) or _of_units(head, numbers, name, units) or by_name(free, ORIGIN) or next(iter(free or columns))
        return TravelTableShape(origin, schools=wide, passed_over=tuple(header for header in numbers if header != origin))
    origin = by_name(others, (units.key, *ORIGIN))
    if not (origin and destination):
        origin, destination = _by_position(head, others, units.lookup, schools.lookup)
    if not origin or not destination or origin == destination:
        _check_named_pairs(head, None, name, units.lookup, schools.lookup)
        raise _neither(columns, name, schools)
    _check_named_pairs(head, (origin, destination), name, units.lookup, schools.lookup)
    value, rivals = _value(head, others, (origin, destination), name, section)
    if value is None:
        raise _neither(columns, name, schools)
    return TravelTableShape(origin, destination, value, passed_over=tuple(numbers), rivals=rivals)


def _check_header(columns: Sequence[str], name: str, units: Lookup, schools: Lookup) -> None:
    """The first row names columns, and is none of a unit: it would be lost."""
    if len(columns) > 1 and units.find(columns[0]) >= 0 and (schools.find(columns[1]) >= 0 or _is_number(columns[1])):
        message = f"holds a unit where names of columns were expected: {shown(quoted(columns), 4)}."
        raise DataError(Problem(f"{name}, row 1", message, "Write a first row with the names: from_id,to_id,minutes, or the unit and the schools."))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+([.,]\d+)?", text) is not None


def _check_named_pairs(head: pd.DataFrame, ids: tuple[str, str] | None, name: str, units: Lookup, schools: Lookup) -> None:
    """Network analyses write ``unit - school`` into a column, beside numbers of their own, which may look like ids and are others'."""
    for column in head.columns:
        parted = [text.partition(" - ") for text in texts(head[column])]
        pairs = [(units.find(unit.strip()), schools.find(school.strip())) for unit, _, school in parted]
        if not pairs or min(map(min, pairs)) < 0:
            continue
        if ids is not None and list(zip(units.find_all(head[ids[0]])[0], schools.find_all(head[ids[1]])[0], strict=True)) == pairs:
            continue
        message = f"column '{column}' holds unit and school in one, as in '{parted[0][0]} - {parted[0][2]}'"
        if ids is not None:
            message += f", and '{ids[0]}' and '{ids[1]}' are others: they seem to be the numbers of the network analysis"
        raise DataError(Problem(f"{name}, row 1", f"{message}.", f"Part '{column}' into two columns, from_id and to_id, and leave its own ids out."))


def _neither(columns: Sequence[str], name: str, schools: SchoolTable) -> DataError:
    message = f"is neither a long table nor a wide one. Columns: {shown(columns, 40)}."
    cure = f"Expected from_id, to_id and a value, or a column of unit ids and one per school, headed {shown(quoted(schools.ids), 3)}."
    return DataError(Problem(f"{name}, row 1", message, cure))


def _of_units(head: pd.DataFrame, columns: list[str], name: str, units: UnitTable) -> str | None:
    """The column of unit ids: called as in the units file, else as such columns are, else the only one that holds some."""
    holding = list(_that_hold(head, columns, units.lookup))
    named = by_name(columns, (units.key,)) or by_name(holding, ORIGIN)
    if named is not None or not holding:
        return named
    if any((texts(head[header]) != texts(head[holding[0]])).any() for header in holding[1:]):
        message = f"has {len(holding)} columns that may hold units: {shown(quoted(holding))}."
        raise DataError(Problem(f"{name}, row 1", message, f"Name the right one '{units.key}', as in {units.table.name}."))
    return holding[0]


def _by_position(head: pd.DataFrame, columns: list[str], units: Lookup, schools: Lookup) -> tuple[str | None, str | None]:
    """Columns of units and of schools that no name tells: what they hold does, else their place in a table of three."""
    origin = next(_that_hold(head, columns, units), None)
    destination = next(_that_hold(head, [header for header in columns if header != origin], schools), None)
    if origin and destination:
        return origin, destination
    return (columns[0], columns[1]) if len(columns) == 3 else (None, None)


def _that_hold(head: pd.DataFrame, columns: Sequence[str], lookup: Lookup) -> Iterator[str]:
    return (header for header in columns if _holds(head, header, lookup))


def _holds(head: pd.DataFrame, name: str, lookup: Lookup) -> bool:
    found, _ = lookup.find_all(texts(head[name]))
    return bool((found >= 0).any())


def _check_once(wide: tuple[tuple[str, int], ...], name: str, schools: SchoolTable) -> None:
    seen: dict[int, str] = {}
    for header, s in wide:
        if s in seen:
            message = f"columns '{seen[s]}' and '{header}' are both the school '{schools.ids[s]}'."
            raise DataError(Problem(f"{name}, row 1", message, "Keep one of them."))
        seen[s] = header


# -- values ----------------------------------------------------------------------------------------------------------


def _value(head: pd.DataFrame, columns: list[str], ids: tuple[str, str], name: str, section: Travel | Walk) -> tuple[str | None, tuple[str, ...]]:
    """The column of values, and the other columns of numbers.

    Raises
    ------
    DataError
        There is no such column as the scenario names; or several fit its measure alike.
    """
    free = [header for header in columns if header not in ids]
    if section.value is not None:
        wanted = " ".join(section.value.split())
        if wanted not in free:
            cure = f"Columns beside {ids[0]} and {ids[1]}: {shown(free, 40)}."
            raise DataError(Problem(section.place("value"), f"{name} has no column '{section.value}' of values.", cure))
        return wanted, ()
    numeric = [header for header in free if _is_numeric(head[header])] or free
    fitness = {header: fits(header, section.measure, numeric) for header in numeric}
    best = [header for header in numeric if fitness[header] == max(fitness.values())]
    if len(best) > 1:
        key = ".".join((*map(str, section.usual_keys), "value"))
        message = f"{name} has {len(best)} columns that may hold {section.measure}: {shown(quoted(best), 40)}."
        raise DataError(Problem(section.place("path"), message, f"Say which with {key}, e.g. {key.rpartition('.')[2]}: {best[0]}"))
    return (best[0] if best else None), tuple(header for header in numeric if header not in best)


def _is_numeric(values: pd.Series[Any]) -> bool:
    """Whether some cell is a number, and none a word; what says that there is no number is no word."""
    written = texts(values)
    given = written[written != ""]
    read = pd.to_numeric(pd.Series(given, dtype=str), errors="coerce").to_numpy(dtype=np.float64)
    return bool(np.isfinite(read).mean() >= 0.5) if len(given) else False


def fits(name: str, measure: str | None, rivals: Sequence[str] = ()) -> int:
    """How well a column's name fits a measure: 3 it names the unit, 2 the kind, 1 neither, 0 another unit or kind.

    ``min`` is minutes, but for beside a ``max`` or in a distance: then it is the smallest.
    """
    words = set(words_of(name))
    if "min" in words and ((words & KIND_WORDS["distance"]) or any(EXTREMES & set(words_of(rival)) for rival in rivals)):
        words.discard("min")
    wanted = KIND.get(measure or "", "")
    if "m" in words:
        words.add("meter" if words & KIND_WORDS["distance"] or (wanted == "distance" and not words & KIND_WORDS["time"]) else "minute")
    units = {unit for unit, said in UNIT_WORDS.items() if said & words}
    kinds = {kind for kind, said in KIND_WORDS.items() if said & words} | {KIND[unit] for unit in units if unit in KIND}
    if measure in units:
        return 3
    if units or (kinds and wanted not in kinds) or "other" in kinds:
        return 0
    return 2 if wanted in kinds else 1


def written_in_minutes(columns: Sequence[str], shape: TravelTableShape) -> bool:
    """Whether a long table has just the columns that R5 gives it: of r5r and r5py, and of Conveyal's regional analyses."""
    of_r5 = (shape.origin, shape.destination) == ("from_id", "to_id") and R5.fullmatch(shape.value) is not None
    return of_r5 or tuple(columns) == CONVEYAL
