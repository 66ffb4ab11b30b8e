"""What the other files are, beside the schools and the units: whose ids, names and places they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rezoning.commands.new.finds import Found, named
from rezoning.commands.new.looked import Looked
from rezoning.commands.new.school_files import place_of, seat_columns
from rezoning.commands.new.unit_files import counts_in
from rezoning.commands.new.words import PROPOSED, TODAY, group_of, level_of, race_of, speaks_of
from rezoning.district.detect import Lookup, by_name, words_of
from rezoning.district.district import Floats
from rezoning.district.labels import Labels
from rezoning.district.streets.roads import CLASS, ONE_WAY, SPEED

JOINED = 0.6
"""Share of ids or labels that must be known for a column to be of them: a file may cover more than the district, or less."""

FEW_POINTS = 50
FEWEST_STREETS = 20


@dataclass(frozen=True, eq=False)
class Known:
    """What other files are held against.

    Parameters
    ----------
    units, schools
        Find ids of units, and labels of schools.
    num_units, num_schools
        How many there are.
    ids
        The schools' ids.
    exact
        Finds schools by id or by their very name, as tables of trips are read.
    """

    units: Lookup
    schools: Labels
    num_units: int
    num_schools: int
    ids: frozenset[str] = frozenset()
    exact: Lookup = field(default_factory=lambda: Lookup(()))

    def by_id(self, labels: set[str]) -> int:
        """How many of some labels are schools' ids as they are written."""
        return len(labels & self.ids)

    def share_of_units(self, one: Looked, column: str) -> float:
        """Share of a column's values that are units."""
        values = one.distinct(column)
        return sum(self.units.find(text) >= 0 for text in values) / len(values) if values else 0.0

    def schools_in(self, labels: Sequence[str] | set[str]) -> set[int]:
        """The schools that some labels mean."""
        return {s for s in map(self.schools.find, labels) if s >= 0}

    def share_of_schools(self, one: Looked, column: str) -> float:
        """Share of a column's values that mean a school."""
        values = {text for text in one.distinct(column) if text not in ("0", "-1")}
        if not values or len(values) > 20 * max(1, self.num_schools):
            return 0.0
        return sum(self.schools.find(text) >= 0 for text in values) / len(values)

    def names_most(self, one: Looked, column: str) -> bool:
        """Whether most of a column's values mean a school, and most schools are among them."""
        return self.share_of_schools(one, column) >= JOINED and len(self.schools_in(one.distinct(column))) >= JOINED * self.num_schools

    def unit_column(self, one: Looked) -> str | None:
        """The column that holds units."""
        shares = {column: self.share_of_units(one, column) for column in one.columns}
        best = max(shares, key=lambda column: shares[column], default=None)
        return best if best is not None and shares[best] >= JOINED else None

    def school_columns(self, one: Looked) -> list[str]:
        """The columns that hold schools, those of today before those of plans."""
        found = [column for column in one.columns if self.share_of_schools(one, column) >= 0.9 and len(self.schools_in(one.distinct(column))) > 1]
        return sorted(found, key=lambda column: -todays(column))


def todays(column: str) -> float:
    """How much a column's name says that it holds the school of today, and not that of a plan."""
    words = words_of(column)
    plan = any(word in PROPOSED or word.rstrip("0123456789") in PROPOSED or word.startswith("opt") for word in words)
    return speaks_of(column, TODAY) - 20 * plan + 0.5 * any(word in ("school", "zone", "attendance") for word in words)


def beside(one: Looked, known: Known) -> Found:
    """What a table or layer is."""
    tests: dict[str, Sequence[Callable[[Looked, Known], Found | None]]] = {
        "polygons": (_zones,),
        "lines": (_lines,),
        "points": (_students, _addresses),
        "table": (_trips, _pairs, _capacities, _counts, _plan, _students, _addresses, _homes),
    }
    for test in tests[one.shape]:
        found = test(one, known)
        if found is not None:
            return found
    return Found(one, "none", f"{one.rows:,} {'rows' if one.shape == 'table' else one.shape} with {named(one.columns)}")


# -- layers ----------------------------------------------------------------------------------------------------------


def _zones(one: Looked, known: Known) -> Found | None:
    columns = known.school_columns(one) or [column for column in one.columns if known.names_most(one, column)]
    if not columns or one.rows > 3 * known.num_schools + 10:
        return None
    held = {name: one.distinct(name) for name in columns}
    column = max(columns, key=lambda name: (len(known.schools_in(held[name])), known.by_id(held[name]), name.lower() in ("name", "school")))
    said = f"{one.rows} polygons, '{column}' names {len(known.schools_in(one.distinct(column)))} schools"
    return Found(one, "zones", said, {"school": column}, len(known.schools_in(one.distinct(column))))


def _lines(one: Looked, _known: Known) -> Found | None:
    roads = [found for names in (CLASS, SPEED, ONE_WAY, ("ROADFLG",)) if (found := by_name(one.columns, names)) is not None]
    if roads and one.rows >= FEWEST_STREETS:
        return Found(one, "streets", f"{one.rows:,} lines with {named(roads)}", {"speed": by_name(one.columns, SPEED)}, len(roads))
    return Found(one, "barriers", f"{one.rows:,} lines with {named(one.columns)}")


def _students(one: Looked, _known: Known) -> Found | None:
    place = place_of(one)
    said = " ".join(column.lower() for column in one.columns)
    grade = next(
        (column for column in one.columns if "grade" in words_of(column) or column.lower() in ("gr", "grd", "gradelevel", "grade_lvl")), None
    )
    is_student = grade is not None or any(word in said for word in ("student", "stud", "pupil"))
    if not place or one.rows < FEW_POINTS or not is_student:
        return None
    flags = {group: column for column in one.columns if (group := group_of(column)) and len(one.distinct(column)) <= 3}
    races = next((column for column in one.columns if {"race", "ethnicity", "raceeth", "eth", "ethnic"} & set(words_of(column))), None)
    told = [column for column in (grade, *flags.values(), races) if column]
    columns = {"grade": grade, "flags": flags, "races": {} if races is None else _race_groups(one, races)}
    return Found(one, "students", f"{one.rows:,} points with {named(told)}", columns, one.rows)


def _race_groups(one: Looked, column: str) -> dict[str, dict[str, object]]:
    """Groups by the values of a column of races, as `data.students.groups` has them."""
    values: dict[str, list[str]] = {}
    for text in sorted(one.distinct(column)):
        group = race_of(text)
        if group is not None:
            values.setdefault(group, []).append(text)
    return {group: {"column": column, "equals": said[0] if len(said) == 1 else said} for group, said in values.items()}


def _addresses(one: Looked, _known: Known) -> Found | None:
    from rezoning.report.finder.addresses import ADDRESS, NUMBER, STREET

    whole, number, street = (by_name(one.columns, names) for names in (ADDRESS, NUMBER, STREET))
    if not place_of(one) or not (whole or (number and street)):
        return None
    return Found(one, "addresses", f"{one.rows:,} places with {named([column for column in (whole, number, street) if column])}", {}, one.rows)


# -- tables ----------------------------------------------------------------------------------------------------------


def _trips(one: Looked, known: Known) -> Found | None:
    """A column for each school, or a row for each pair."""
    unit = known.unit_column(one)
    if unit is None:
        return None
    wide = [column for column in one.columns if column != unit and known.exact.find(column) >= 0 and one.numbers(column) is not None]
    if len({known.exact.find(column) for column in wide}) >= max(2, JOINED * known.num_schools):
        return _travel(one, f"a column for each of {len(wide)} schools, a row for each of {one.rows:,} units", {"unit": unit, "wide": wide})
    school = next((column for column in one.columns if column != unit and _is_of_schools(one, column, known)), None)
    values = [column for column in one.columns if column not in (unit, school) and one.numbers(column) is not None]
    if school is None or not values or len(one.distinct(unit)) >= 0.9 * one.rows:
        return None
    return _travel(one, f"{one.rows:,} pairs of '{unit}' and '{school}' with {named(values)}", {"unit": unit, "school": school, "values": values})


def _is_of_schools(one: Looked, column: str, known: Known) -> bool:
    values = one.distinct(column)
    found = {s for text in values if (s := known.exact.find(text)) >= 0}
    return len(found) > 1 and sum(known.exact.find(text) >= 0 for text in values) >= JOINED * len(values)


def _travel(one: Looked, why: str, columns: dict[str, object]) -> Found:
    is_walk = any("walk" in text.lower() or "foot" in text.lower() for text in (one.path.name, *one.columns))
    return Found(one, "walks" if is_walk else "travel", why, columns, one.rows)


def _pairs(one: Looked, known: Known) -> Found | None:
    columns = [column for column in one.columns if known.share_of_units(one, column) >= 0.9]
    if len(columns) < 2 or one.rows < known.num_units / 2 or (one.texts(columns[0]) == one.texts(columns[1])).mean() > 0.1:
        return None
    others = [column for column in one.columns if column not in columns and one.numbers(column) is not None]
    return Found(
        one, "adjacency", f"{one.rows:,} pairs of units ({named(columns[:2])}){f' with {named(others)}' if others else ''}", {"further": others}
    )


def _capacities(one: Looked, known: Known) -> Found | None:
    seats = seat_columns(one)
    on = [column for column in one.columns if column not in seats and len(known.schools_in(one.distinct(column))) >= JOINED * known.num_schools]
    if not seats or not on or one.rows > 5 * known.num_schools + 20:
        return None
    return Found(one, "capacities", f"'{on[0]}' names the schools, with {named(seats)}", {"on": on[0], "seats": seats}, len(seats))


def _counts(one: Looked, known: Known) -> Found | None:
    unit = known.unit_column(one)
    if unit is None or len(one.distinct(unit)) < 0.9 * one.rows:
        return None
    counted = counts_in(one, unit)
    if not counted["students"] and not counted["grades"] and not counted["groups"]:
        return None
    told = [*counted["students"][:2], *list(counted["grades"].values())[:2], *[columns[0] for columns in counted["groups"].values()]]
    return Found(one, "counts", f"'{unit}' names the units, with {named(told)}", {"on": unit, **counted}, len(told))


def _plan(one: Looked, known: Known) -> Found | None:
    unit, schools = known.unit_column(one), known.school_columns(one)
    if unit is None or not schools or len(one.distinct(unit)) < 0.9 * one.rows:
        return None
    return Found(
        one, "plan", f"'{unit}' names the units and '{schools[0]}' a school for each", {"unit": unit, "schools": schools}, todays(schools[0])
    )


def _homes(one: Looked, known: Known) -> Found | None:
    """The district's export of students, not geocoded."""
    words = {word for column in one.columns for word in words_of(column)}
    if not {"address", "street", "addr", "home"} & words or not {"grade", "school", "student", "gr"} & words or one.rows <= 3 * known.num_schools:
        return None
    return Found(one, "homes", f"addresses ({named(one.columns)}) and no coordinates")


def best_level(columns: Sequence[str], level: str | None) -> list[str]:
    """Columns that speak of a level, or of none, those of the level first."""
    fitting = [column for column in columns if level is None or level_of(column) in (None, level)]
    return sorted(fitting, key=lambda column: level_of(column) != level) if level else fitting


def is_subset(values: Floats, total: Floats) -> bool:
    """Whether a count is part of another one in nearly every unit."""
    return bool(np.mean(values <= total + 1e-6) >= 0.9)
