"""Today's zones, trips, walks, neighbors and addresses: the sections that stand beside units and schools."""

from __future__ import annotations

from typing import Any

import numpy as np

from rezoning.commands.new.asking import Choice
from rezoning.commands.new.beside import JOINED, todays
from rezoning.commands.new.draft import Draft, file_keys
from rezoning.commands.new.finds import Found, of_kind
from rezoning.commands.new.land import MEASURES, likely_measure, straight_km
from rezoning.commands.new.looked import Looked
from rezoning.commands.new.words import speaks_of_a_school
from rezoning.district.detect import by_name, words_of
from rezoning.district.district import Floats
from rezoning.district.travel_columns import UNIT_WORDS

FEW_DIGITS = 3
"""Numbers of so few digits may count or number anything."""

WALKS_KM = {"elementary": 1.6, "middle": 2.4, "high": 3.2}
"""How far districts let children walk: a mile, a mile and a half, two miles."""


def fill_today(draft: Draft) -> None:
    """Today's school of each unit: a column of the units, zones as polygons, or a plan file."""
    units, known = draft.folder.units, draft.folder.known
    assert units is not None
    columns = [column for column in known.school_columns(units.looked) if column != units.columns["id"]]
    columns = [column for column in columns if _of_level(draft, units.looked, column) > 0.5 and _may_be_today(draft, units.looked, column)]
    ranked = sorted(columns, key=lambda column: -todays(column))
    if ranked:
        best = [column for column in ranked if todays(column) == todays(ranked[0])]
        is_plain = len(best) == 1 and todays(best[0]) > -1
        draft.data["units"]["current_school"] = best[0] if is_plain else _asked_today(draft, ranked)
        return
    zones, plans = (
        of_kind(draft.folder.finds, "zones"),
        [one for one in of_kind(draft.folder.finds, "plan") if one.score > -1 and _may_be_today(draft, one.looked, one.columns["schools"][0])],
    )
    found = [one for one in [*zones, *plans] if _of_level(draft, one.looked, one.columns.get("school") or one.columns["schools"][0]) > 0.5]
    if not found:
        return
    one = found[0]
    if len(found) > 1:
        answer = draft.asking.choose("today", "Which file holds today's zones?", [Choice(each.name, each.why) for each in found], why=one.why)
        one = next(each for each in found if each.name == answer)
    one.use = "today's zones, laid over the units" if one.kind == "zones" else "today's school of each unit"
    draft.data["units"]["current"] = {**file_keys(one), "column": one.columns["school"] if one.kind == "zones" else one.columns["schools"][0]}


def _may_be_today(draft: Draft, one: Looked, column: str) -> bool:
    """Whether a column names most of the schools, and not by chance: counts and regions are small numbers, as ids of schools may be."""
    values = one.distinct(column)
    if len(draft.folder.known.schools_in(values) & draft.kept) < JOINED * len(draft.kept):
        return False
    return not all(len(text) <= FEW_DIGITS and text.isdecimal() for text in values) or speaks_of_a_school(column)


def _of_level(draft: Draft, one: Looked, column: str) -> float:
    """Share of the schools in a column that are of the level."""
    named = draft.folder.known.schools_in(one.distinct(column))
    return len(named & draft.kept) / len(named) if named else 0.0


def _asked_today(draft: Draft, ranked: list[str]) -> str:
    choices = [Choice(column) for column in ranked]
    return draft.asking.choose("today", "Which column holds today's school?", choices, why="it is named first, and no name speaks of today")


# -- trips -----------------------------------------------------------------------------------------------------------


def fill_travel(draft: Draft) -> None:
    """Trips from a table, else along streets, else along straight lines, which is said."""
    tables = of_kind(draft.folder.finds, "travel")
    if tables:
        one = tables[0]
        if len(tables) > 1:
            choices = [Choice(each.name, each.why) for each in tables]
            answer = draft.asking.choose("travel", "Which table holds the trips from units to schools?", choices)
            one = next(each for each in tables if each.name == answer)
        one.use = "trips"
        draft.data["travel"] = {"path": one.path, **_sheet(one), **_measured(draft, one, "measure")}
        return
    streets = draft.folder.best("streets")
    if streets is not None and _is_drawn(draft):
        streets.use = "trips along the streets"
        part = _road_layer(draft, streets) if isinstance(streets.seen, Looked) else {"path": streets.path}
        draft.data["travel"] = {"streets": {**part, "mode": "drive"}}
        draft.note("data.travel", "Minutes by car along the streets: free flow, no traffic.")
    elif _is_drawn(draft):
        draft.data["travel"] = {"estimate": "straight_line"}
        draft.note("data.travel", "No file has trips, and none has streets: minutes are estimated from straight lines, and every page says so.")


def _road_layer(draft: Draft, streets: Found) -> dict[str, Any]:
    """A layer of roads; whether its speeds are miles or kilometers an hour is asked where no name says it."""
    speed = streets.columns["speed"]
    values = None if speed is None else streets.looked.numbers(speed)
    if values is None or by_name(streets.looked.columns, ("highway", "mtfcc", "fclass")) or {"mph", "kmh", "kph"} & set(words_of(speed)):
        return file_keys(streets)
    choices, fastest = [Choice("mph"), Choice("km/h")], float(np.nanmax(values))
    why = f"the fastest is {fastest:g}, which is usual in miles" if fastest <= 80 else f"the fastest is {fastest:g}, which is usual in kilometers"
    text = f"Are the speeds in column '{speed}' of {streets.name} miles or kilometers an hour?"
    return {**file_keys(streets), "speed_unit": draft.asking.choose("speed_unit", text, choices, 0 if fastest <= 80 else 1, why)}


def _is_drawn(draft: Draft) -> bool:
    units = draft.folder.units
    return units is not None and units.looked.shape == "polygons"


def _sheet(one: Found) -> dict[str, Any]:
    return {key: value for key, value in file_keys(one).items() if key != "path"}


def _measured(draft: Draft, one: Found, key: str) -> dict[str, Any]:
    """The unit of a table's values: said by a column's name, else asked with what straight lines and the file's name suggest."""
    values = one.columns.get("values") or []
    said = {column: unit for column in values if (unit := _unit_of(column))}
    if len(values) == 1 and said:
        return {"measure": said[values[0]]}
    column = values[0] if values else None
    if len(values) > 1:
        column = draft.asking.choose(f"{key}.value", f"Which column of {one.name} holds the trips?", [Choice(each) for each in values])
        if column in said:
            return {"measure": said[column], "value": column}
    likely, named = _likely(draft, one, column), _unit_of(one.path.name.split(".")[0])
    suggested = named or likely or "minutes"
    why = {True: "the file's name says so", False: "beside straight lines they are as long as that" if likely else "nothing says otherwise"}[
        named is not None
    ]
    if named and likely and named != likely:
        why += f", though beside straight lines they look like {likely}"
    choices = [Choice(measure) for measure in MEASURES]
    answer = draft.asking.choose(key, f"In which unit does {one.name} measure trips?", choices, MEASURES.index(suggested), why)
    return {"measure": answer, **({"value": column} if column is not None and len(values) > 1 else {})}


def _unit_of(name: str) -> str | None:
    """The unit that a name says; m alone says nothing, but beside a distance."""
    words = set(words_of(name))
    found = next((unit for unit, said in UNIT_WORDS.items() if said & words and unit != "other"), None)
    return "meters" if found is None and "m" in words and words & {"distance", "dist", "length"} else found


def _likely(draft: Draft, one: Found, column: str | None) -> str | None:
    """The unit in which the trips are most likely."""
    units, schools, known = draft.folder.units, draft.folder.schools, draft.folder.known
    assert units is not None
    assert schools is not None
    straight = straight_km(units.looked, schools.looked, None)
    if straight is None:
        return None
    rows = [known.units.find(text) for text in one.looked.texts(one.columns["unit"])]
    trips: Floats = np.full(straight.shape, np.nan)
    if one.columns.get("wide"):
        for header in one.columns["wide"]:
            for u, value in zip(rows, one.looked.numbers(header), strict=True):  # type: ignore[arg-type]
                if u >= 0:
                    trips[u, known.exact.find(header)] = value
    elif column is not None:
        sites = [known.exact.find(text) for text in one.looked.texts(one.columns["school"])]
        for u, s, value in zip(rows, sites, one.looked.numbers(column), strict=True):  # type: ignore[arg-type]
            if u >= 0 and s >= 0:
                trips[u, s] = value
    return likely_measure(trips, straight)


def fill_walk(draft: Draft) -> None:
    """Who can walk: polygons of walk zones, else a table of walks with the longest that counts."""
    zones, walks = draft.folder.best("walk_zones"), draft.folder.best("walks")
    if zones is not None:
        zones.use = "walk zones"
        layer = {key: value for key, value in file_keys(zones).items() if key != "path"}
        draft.data["walk"] = {"zones": zones.path, **layer, "school": zones.columns["school"]}
    elif walks is not None:
        walks.use = "walks"
        measured = _measured(draft, walks, "walk_measure")
        is_time = measured["measure"] in ("minutes", "seconds")
        longest = round(WALKS_KM[draft.level] / 5 * 60) if is_time else WALKS_KM[draft.level]
        choices = [Choice(f"{longest * share:g}") for share in (0.5, 0.75, 1, 1.25)]
        unit = "minutes" if is_time else "kilometers"
        answer = draft.asking.choose(
            "walk_within", f"How many {unit} do children of {draft.level} schools walk at most?", choices, 2, "a usual limit"
        )
        draft.data["walk"] = {"path": walks.path, **measured, "within": float(answer)}


# -- neighbors, addresses --------------------------------------------------------------------------------------------


def fill_adjacency(draft: Draft) -> None:
    """Pairs of neighbors from a file, where there is one."""
    pairs = draft.folder.best("adjacency")
    if pairs is not None:
        pairs.use = "neighbors"
        draft.data["adjacency"] = {"path": pairs.path}
        draft.note("data.adjacency", "Neighbors as the file has them; without it they would be found from the polygons.")


def fill_addresses(draft: Draft) -> None:
    """Addresses for the school finder."""
    book = draft.folder.best("addresses")
    if book is not None and _is_drawn(draft) and book.looked.shape == "table" and book.path.name.lower().endswith((".csv", ".txt", ".tsv", ".gz")):
        book.use = "the school finder's addresses"
        draft.report["addresses"] = {"path": book.path}
