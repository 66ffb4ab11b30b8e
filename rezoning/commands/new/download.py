"""What to download for a district of which nothing is known but its NCES id: exact file names, what each is for, what goes without it. No network."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rezoning.commands.new.asking import AnswerError
from rezoning.commands.new.states import PARTED, STATES
from rezoning.errors import Problem
from rezoning.report.screen import heading, lines, listed, title, whole_line

if TYPE_CHECKING:
    from rich.console import Console

DECENNIAL, ACS, TIGER, CCD, SABS_ENDS = 2020, 2023, 2024, "2425", 2016
COUNTY = "CCC"
"""Stands for the three digits of a county until the blocks say which they are."""


@dataclass(frozen=True)
class Item:
    """One thing to download.

    Parameters
    ----------
    what
        What it is.
    files
        Exact names; ``*`` where the publisher changes the ending, CCC where a county stands.
    page
        Where it is.
    why
        What it is for.
    without
        What is possible without it.
    needed
        Whether nothing can be made without it.
    note
        What to mind.
    """

    what: str
    files: tuple[str, ...]
    page: str
    why: str
    without: str
    needed: bool = False
    note: str = ""


def leaid_of(text: str, option: str = "--list") -> str:
    """A district's id of seven digits, its first two a state's.

    Raises
    ------
    AnswerError
        It is no such id.
    """
    plain = text.strip()
    full = plain.zfill(7) if re.fullmatch(r"\d{6}", plain) else plain
    cure = "A LEAID has seven digits, the first two the state's: 5103000. The district search of nces.ed.gov/ccd/districtsearch shows it."
    if re.fullmatch(r"\d{12}", plain):
        raise AnswerError(Problem(f"{option} {text}", "has twelve digits, as the id of a school has.", f"Give its first seven: {plain[:7]}."))
    if not re.fullmatch(r"\d{7}", full):
        raise AnswerError(Problem(f"{option} {text}", "is no id of a district.", cure))
    if full[:2] not in STATES:
        said = f"begins with {full[:2]}, which is no state." if full == plain else f"has six digits, and with a zero in front no state ({full[:2]})."
        raise AnswerError(Problem(f"{option} {text}", said, cure))
    return full


def download_list(text: str, counties: Sequence[str] = ()) -> dict[str, Any]:
    """Everything to download for a district.

    Parameters
    ----------
    text
        Its LEAID.
    counties
        Three digits each, once the blocks say which they are.
    """
    leaid = leaid_of(text)
    state = leaid[:2]
    usps, name = STATES[state]
    items = [*_census(state, usps, counties), *_schools(), *_streets(state, name, counties)]
    notes = [f"The zero that was lost in front of {text.strip()} is restored: {leaid}."] if leaid != text.strip() else []
    if not counties:
        notes.append(
            f"{COUNTY} stands for the three digits of a county. Which counties they are is left open until the blocks are there: "
            f"once blocks and boundary are in the folder, rezoning new FOLDER --list {leaid} names them."
        )
    return {"district": leaid, "state": name, "items": [asdict(item) for item in items], "notes": notes, "exit_code": 0}


def _per_county(pattern: str, counties: Sequence[str]) -> tuple[str, ...]:
    return tuple(pattern.replace(COUNTY, county) for county in counties) or (pattern,)


def _census(state: str, usps: str, counties: Sequence[str]) -> list[Item]:
    tiger = "https://www2.census.gov/geo/tiger"
    boundary = [f"tl_{TIGER}_{state}_unsd.zip"] + ([f"tl_{TIGER}_{state}_elsd.zip", f"tl_{TIGER}_{state}_scsd.zip"] if usps in PARTED else [])
    ages = f"https://api.census.gov/data/{DECENNIAL}/dec/dhc?get=group(TABLE)&for=block:*&in=state:{state}&in=county:{COUNTY}"
    return [
        Item(
            "census blocks",
            (f"tl_{DECENNIAL}_{state}_tabblock20.zip",),
            f"{tiger}/TIGER{DECENNIAL}/TABBLOCK20/",
            "the units: a block always has one school",
            "nothing",
            needed=True,
            note="The whole state; the district's blocks are picked from it.",
        ),
        Item(
            "boundary of the district",
            tuple(boundary),
            f"{tiger}/TIGER{TIGER}/UNSD/ (ELSD/, SCSD/)",
            "which blocks are the district's",
            "the block assignment file says it as well",
            note="elsd and scsd are for districts of elementary or secondary grades only." if len(boundary) > 1 else "",
        ),
        Item(
            "blocks of the district as a list",
            (f"BlockAssign_ST{state}_{usps}.zip",),
            "https://www2.census.gov/geo/docs/maps-data/data/baf2020/",
            f"the same without shapes: BlockAssign_ST{state}_{usps}_SDUNI.txt in it",
            "the boundary says it as well",
        ),
        Item(
            "ages by group, by block (DHC, table P12 and P12H to P12O)",
            _per_county(f"P12, P12H, P12I, P12J, P12L (county {COUNTY})", counties),
            ages.replace("TABLE", "P12"),
            "the seed of the estimate: children of each block, by Hispanic origin and race",
            "children by race from PL 94-171; without either, all people stand in, and goals about groups are refused",
            needed=True,
            note="One request for each table and county; or data.census.gov, table P12, geography Block. "
            f"Where P12H and others are not published by block: PL 94-171, tables P1 to P4 (api.census.gov/data/{DECENNIAL}/dec/pl).",
        ),
        Item(
            "poverty by tract (ACS, table B17001)",
            (f"ACSDT5Y{ACS}.B17001-Data.csv",),
            f"https://data.census.gov/table/ACSDT5Y{ACS}.B17001?g=040XX00US{state}$1400000",
            "children from poor homes, by tract",
            "no goal or rule about low income, unless schools' lunch counts are there",
            note="Margins of error (columns that end in M) come along and are not summed.",
        ),
    ]


def _schools() -> list[Item]:
    age = datetime.datetime.now(tz=datetime.UTC).year - SABS_ENDS
    ccd = "https://nces.ed.gov/ccd/files.asp"
    return [
        Item(
            "schools with points, grades, race and lunch in one file",
            (f"EDGE_ADMINDATA_PUBLICSCH_{CCD}.csv",),
            "https://data-nces.opendata.arcgis.com (Public School Characteristics)",
            "the one file that has it all; the four below say the same in parts",
            "the four below",
            needed=True,
        ),
        Item(
            "school directory (CCD 029)",
            (f"ccd_sch_029_{CCD}_w_1a_073025.zip",),
            ccd,
            "names, grades, which schools are open, charter or special",
            "the file above has it",
        ),
        Item(
            "students by grade, race and sex (CCD 052)",
            (f"ccd_sch_052_{CCD}_l_1a_*.zip",),
            ccd,
            "what the estimate is raked to: each school's students by group and grade",
            "the file above has it by race, not by race and grade",
        ),
        Item(
            "free and reduced lunch (CCD 033)",
            (f"ccd_sch_033_{CCD}_l_1a_*.zip",),
            ccd,
            "students from low-income homes by school",
            "the file above has it",
        ),
        Item(
            "places of schools (EDGE)",
            (f"EDGE_GEOCODE_PUBLICSCH_{CCD}.zip",),
            "https://nces.ed.gov/programs/edge/Geographic/SchoolLocations",
            "longitude and latitude",
            "the file above has it",
        ),
        Item(
            "attendance zones (SABS)",
            ("SABS_1516.zip",),
            "https://nces.ed.gov/programs/edge/SABS",
            f"today's zones, as they were in 2015-16: {age} years old",
            "ask the district for its zones; without zones nothing can be estimated: schools' counts are spread within them",
            note=f"Every page says that they are {age} years old. The district's own zones are better.",
        ),
        Item(
            "seats of the schools",
            ("a table with school and capacity",),
            "the district, or the state's facilities office",
            "whether schools are full: no federal file has it",
            "today's students, 15 % more or less, stand in for seats",
        ),
    ]


def _streets(state: str, name: str, counties: Sequence[str]) -> list[Item]:
    slug = name.lower().replace(" ", "-")
    return [
        Item(
            "streets",
            _per_county(f"tl_{TIGER}_{state}{COUNTY}_edges.zip", counties),
            f"https://www2.census.gov/geo/tiger/TIGER{TIGER}/EDGES/ (or {slug}-latest.osm.pbf of download.geofabrik.de, cut to the county)",
            "trips along streets",
            "trips are estimated from straight lines, and every page says so",
            note="TIGER has no one-ways and no speeds; OpenStreetMap has.",
        ),
    ]


def list_page(console: Console, record: dict[str, Any]) -> None:
    """The list on a terminal."""
    title(console, f"To download for district {record['district']} ({record['state']}), into one folder")
    for number, item in enumerate(record["items"], 1):
        heading(console, f"{number}. {item['what']}{' (needed)' if item['needed'] else ''}")
        for file in item["files"]:
            whole_line(console, f"  {file}")
        whole_line(console, f"  from {item['page']}")
        lines(console, f"For: {item['why']}. Without it: {item['without']}.", *filter(None, [item["note"]]))
    console.print()
    listed(console, "", record["notes"])
    heading(console, "Then")
    whole_line(console, f"  rezoning new FOLDER --district {record['district']}")
