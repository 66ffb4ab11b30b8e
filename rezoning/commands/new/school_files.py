"""Which tables and layers are schools: a name or id of its own in each row, and a place or seats."""

from __future__ import annotations

from rezoning.commands.new.finds import Found, named
from rezoning.commands.new.looked import Looked
from rezoning.commands.new.words import (
    HIGHEST_GRADE,
    LEVEL,
    LOWEST_GRADE,
    OPEN,
    PORTABLES,
    PROGRAMS,
    SEATS,
    SPAN,
    speaks_of,
    spoken,
)
from rezoning.district.detect import LATITUDE, LONGITUDE, SCHOOL_ID, SCHOOL_NAME, by_name, words_of

NAMES = (*SCHOOL_NAME, "school", "schoolname", "school_nam", "facility", "site", "campus", "sch", "label", "schl_name", "fac_name")
ID_WORDS = frozenset({"id", "code", "number", "num", "no", "nbr", "idx", "index", "abbr", "abbrev", "key"})
FEWEST, MOST = 2, 3000
YES_NO = frozenset({"yes", "no", "y", "n", "true", "false", "0", "1", "t", "f", "x", ""})


def schools_in(one: Looked) -> Found | None:
    """A table or layer as schools; None where it is something else."""
    if one.shape not in ("points", "table") or not FEWEST <= one.rows <= MOST:
        return None
    name, key = name_column(one), id_column(one)
    seats = seat_columns(one)
    place = place_of(one)
    if (name is None and by_name(one.columns, SCHOOL_ID) is None) or not (place or seats) or _is_house(one, name):
        return None
    told = [column for column in (key, name, *seats[:2], *(place if one.shape == "table" else ())) if column]
    why = f"{'points' if one.shape == 'points' else 'a row each'} with {named(dict.fromkeys(told))}"
    columns = {"id": key, "name": name, "seats": seats, "place": bool(place), **_further(one)}
    known = by_name(one.columns, SCHOOL_ID) is not None
    score = 4 * bool(place) + 3 * bool(seats) + 2 * known + bool(columns["lowest"] or columns["level"]) + 0.5 * (one.shape == "table")
    return Found(one, "schools" if place else "capacities", why, columns, score)


def schools_by_unit(one: Looked, units: Looked, unit_id: str) -> Found | None:
    """A table with seats, an id and a column that names a unit for each row, as schools; None where it is something else."""
    seats, ids = seat_columns(one), units.distinct(unit_id)
    within = [column for column in one.columns if one.distinct(column) and one.distinct(column) <= ids]
    keys = [column for column in one.columns if one.is_key(column) and column not in (*within, *seats)]
    if one.shape != "table" or not FEWEST <= one.rows <= MOST or not seats or not within or not keys:
        return None
    columns = {"id": keys[0], "name": name_column(one), "seats": seats, "place": False, **_further(one)}
    return Found(one, "schools", f"a row each with {named([keys[0], *seats[:2], within[0]])}", columns)


def name_column(one: Looked) -> str | None:
    """The column of names: words, each once."""
    low = {column.lower(): column for column in one.columns}
    found = [low[name] for name in NAMES if name in low and is_worded(one, low[name])]
    if not found:
        found = [column for column in one.columns if {"school", "name"} & set(words_of(column)) and is_worded(one, column)]
    return found[0] if found else None


def is_worded(one: Looked, column: str) -> bool:
    """Whether a column holds words, nearly every row its own."""
    values = one.texts(column)
    letters = sum(any(letter.isalpha() for letter in text) for text in values)
    return letters >= 0.9 * len(values) and len(one.distinct(column)) >= 0.9 * len(values)


def id_column(one: Looked) -> str | None:
    """The column of ids: known as such, or called so; without spaces, and each once."""
    known = by_name(one.columns, SCHOOL_ID)
    if known is not None and one.is_key(known):
        return known
    called = [column for column in one.columns if ID_WORDS & set(words_of(column)) and _is_id(one, column)]
    by_school = [column for column in called if {"school", "sch", "schl", "site", "fac"} & set(words_of(column))]
    return next(iter([*by_school, *called]), None)


def _is_id(one: Looked, column: str) -> bool:
    return one.is_key(column) and not any(" " in text or "." in text for text in one.texts(column))


def seat_columns(one: Looked) -> list[str]:
    """Columns of seats, the surest first: called so and nothing else, as planned, and by year the latest."""
    found = [column for column in one.columns if speaks_of(column, SEATS) and _is_seats(one, column)]

    def order(column: str) -> tuple[int, int]:
        words = words_of(column)
        plain = len(words) == 1 or {"total", "seat", "seats"} >= set(words[1:])
        years = [int(word) for word in words if word.isdigit()]
        return (0 if plain else 1 if {"planned", "future", "adopted"} & set(words) else 2, -max(years, default=0))

    return sorted(found, key=order)


def _is_seats(one: Looked, column: str) -> bool:
    """Whole numbers as large as schools are, and no years or shares."""
    values = one.counts(column)
    words = set(words_of(column))
    if values is None or words & {"pct", "percent", "util", "utilization", "from", "year", "per"} or group_like(column):
        return False
    return 20 <= float(values.max()) < 10000 and not all(1900 <= value <= 2100 for value in values if value)


def group_like(column: str) -> bool:
    """Whether a column is about seats that are somewhere else: in portables."""
    return speaks_of(column, PORTABLES) > 0


def place_of(one: Looked) -> tuple[str, ...]:
    """What says where each row is: its points, or two columns of degrees."""
    if one.shape == "points":
        return ("its points",)
    lon, lat = by_name(one.columns, LONGITUDE), by_name(one.columns, LATITUDE)
    if lon is None or lat is None:
        return ()
    x, y = one.numbers(lon), one.numbers(lat)
    if x is None or y is None or not (abs(x) <= 180).all() or not (abs(y) <= 90).all():
        return ()
    return lon, lat


def _is_house(one: Looked, name: str | None) -> bool:
    """Whether rows are houses rather than schools: a number and a street each, and no name."""
    said = " ".join(spoken(column) for column in one.columns)
    return name is None and "_street" in said and ("_number_" in said or "_house" in said)


def _further(one: Looked) -> dict[str, object]:
    """Other things that a scenario can say of schools."""
    programs = {program: _first_flag(one, words) for program, words in PROGRAMS.items()}
    portables = [column for column in one.columns if speaks_of(column, PORTABLES) and one.counts(column) is not None]
    return {
        "lowest": by_name(one.columns, LOWEST_GRADE),
        "highest": by_name(one.columns, HIGHEST_GRADE),
        "span": by_name(one.columns, SPAN),
        "level": by_name(one.columns, LEVEL),
        "open": next((column for column in one.columns if column.lower() in OPEN and one.distinct(column) and _is_flag(one, column)), None),
        "portables": portables[0] if portables else None,
        "price": next((column for column in one.columns if "price" in words_of(column) and one.counts(column) is not None), None),
        "programs": {program: column for program, column in programs.items() if column},
    }


def _first_flag(one: Looked, words: tuple[str, ...]) -> str | None:
    return next((column for column in one.columns if speaks_of(column, words) and _is_flag(one, column)), None)


def _is_flag(one: Looked, column: str) -> bool:
    return {text.lower() for text in one.texts(column)} <= YES_NO
