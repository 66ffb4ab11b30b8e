"""Everything that exports say to people, in English: their readers are programs and those who work with them."""

from __future__ import annotations

ILLUSTRATIVE = "Illustrative, not a district proposal."
NOT_PUBLIC = "NOT FOR PUBLICATION: holds counts of few students. Units have numbers of students that could tell of single children."
NO_COUNTS = "Units carry no numbers of students; those of zones are hidden (blank, and named in the column hidden) where they would tell of few."
TEXT_IDS = "Ids are text: keep their leading zeros. In a spreadsheet import their columns as text instead of opening the file."
NUMBERED = "rezoning itself reads ids and names, not these numbers: put ids in their place by plan_districts.csv, or export to baf."
GUARDED = "A cell that a spreadsheet would take for a formula begins with an apostrophe, which is not part of its text."

STYLE = "rezoning"
STYLE_ABOUT = "The look of rezoning's own maps, for QGIS."
TODAY = "Today"
OPTION = "Option {letter}: {name}"
UNITS = "Units"
CHANGES = "Change school under option {letter}"
SCHOOL = "School"
CLOSED_SCHOOL = "School that closes"

BUILDINGS = "buildings_{letter}.csv"
SHARED = (
    "Schools share zones in option {letters}: each unit has the school whose zone it was in, and which grades each school of a shared zone has "
    "stands in the file of buildings. Layers of zones hold a shared zone once for each of its schools, with its grades."
)

MEANINGS = {
    "unit_id": "Id of the unit (census block or planning unit), as text.",
    "school_today": "Id of today's school; empty for a unit that has none.",
    "view": "Which zones: today, or the letter of an option.",
    "school_id": "Id of the school, as text.",
    "name": "Name of the school.",
    "number": "Number of the school, for programs that number their districts; the same in every option.",
    "units": "Number of units in the zone.",
    "grades": "Grades that the school has of its zone; empty for all. Schools that share a zone each have some.",
    "area_km2": "Area of the zone in square kilometers, measured in the units' projection.",
    "fill": "Color of the zone on all maps of the report; the same for a school in every option.",
    "capacity": "Seats; empty where unknown.",
    "utilization": "Students over seats.",
    "hidden": "Columns of this row whose number is kept back to protect privacy.",
    "located": "What the point is that of: 'school' as the district's file has it, or 'unit', a point inside the unit that holds the school.",
    "BLOCKID": "Id of the unit (a census block where the units are blocks), as text.",
    "DISTRICT": "Id of the school, as text; nothing for a unit without one.",
    "GEOID20": "Id of the unit (a census block where the units are blocks), as text.",
    "geo_id": "Id of the unit (a census block where the units are blocks), as text.",
    "District": "Number of the school; 0 for a unit without one.",
    "zone": "Number of the school; nothing for a unit without one.",
    "file": "The file that the column is in.",
    "column": "The short name, at most ten characters.",
    "long_name": "Its name in the other formats.",
    "meaning": "What it holds.",
}

SABS = {
    "SrcName": "Who made the zones: report.author of the scenario, else empty.",
    "ncessch": "School id where it is one of NCES (twelve digits), else empty.",
    "schnam": "Name of the school.",
    "leaid": "District id: the first seven digits of ncessch, else empty.",
    "UpdateDate": "Empty: the plan has no date.",
    "gslo": "Lowest grade: empty, not known here.",
    "gshi": "Highest grade: empty, not known here.",
    "defacto": "0: one of several zones; 1: the only zone, so the whole district.",
    "stAbbrev": "State, by the first two digits of ncessch, else empty.",
    "openEnroll": "Open enrollment: empty, not known here.",
    "Shape_Leng": "Length of the outline in the layer's own units, which are not true meters (Web Mercator); do not measure with it.",
    "Shape_Area": "Area in the layer's own units, which are not true square meters (Web Mercator); do not measure with it.",
    "level": "1 primary, 2 middle, 3 high: by report.level of the scenario where it says so plainly, else empty.",
    "MultiBdy": "0: a school has one record, islands included.",
}

SABS_SHARED = SABS | {
    "gslo": "Lowest grade of a school that shares its zone (KG, 01, …); else empty, not known here.",
    "gshi": "Highest grade, likewise.",
}

BUILDING = {
    "cluster": "Number of the zone that schools share, or of the zone of a school that shares none.",
    "zones": "Ids of the schools whose zones it has, with ; between them.",
    "school": "Id of the school, as text.",
    "grades": "Grades of the building, with ; between them.",
}

GRAPH = {
    "id": "Number of the node, 0..n-1.",
    "area": "Area in square meters.",
    "boundary_node": "Whether the unit lies on the outline of the district.",
    "boundary_perim": "Length of the unit's border on that outline, in meters.",
    "shared_perim": "Of edges: length of the shared border in meters; 0 for a link (a bridge), left out where it is unknown.",
}


def meaning(column: str) -> str:
    """What a column holds."""
    if column in MEANINGS:
        return MEANINGS[column]
    kind, _, what = column.partition("_")
    return {
        "school": _school(what),
        "grades": f"Grades that the school has under option {what}; empty for all.",
        "changed": f"Whether the school under option {what} is another than today's.",
        "open": f"Whether the school is open {'today' if what == 'today' else f'under option {what}'}.",
        "group": f"Students of the group {what}.",
        "students": "Number of students.",
    }[kind]


def building_meaning(column: str) -> str:
    """What a column of the file of buildings holds."""
    if column in BUILDING:
        return BUILDING[column]
    return meaning(column) if column in ("name", "students", "capacity") else f"Students of the group {column.removeprefix('group_')}."


def _school(what: str) -> str:
    letter, _, grade = what.partition("_")
    return f"Id of the school under option {letter}" + (f" in grade {grade}." if grade else ".")


def cut_note(count: int) -> str:
    """That texts were too long."""
    many = "1 text was" if count == 1 else f"{count:,} texts were"
    return f"{many} cut to 254 bytes, the longest that a shapefile holds."


def mended_note(closed_m2: float, gap_m: float) -> str:
    """What was done to units that do not fit together as they were drawn."""
    return (
        f"The units' polygons as drawn leave gaps or overlap. Gaps up to {gap_m:g} m wide were closed and overlaps given to the smaller unit, "
        f"{closed_m2:+,.1f} m2 in all, so that zones have neither."
    )


def unplaced_note(names: list[str]) -> str:
    """Schools that are on no map."""
    return f"Schools of unknown place, left out of the layer of schools: {', '.join(names)}."


def not_blocks_note() -> str:
    """That a program that knows census blocks will not know these units."""
    return "The units are not census blocks (fifteen digits): redistricting programs know only blocks of their own maps."
