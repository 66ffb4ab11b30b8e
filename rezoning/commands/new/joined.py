"""A district put together from public files: its blocks with children, its schools with students, and today's zones where there are any."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rezoning.commands.new.counts import main_group
from rezoning.commands.new.draft import Draft
from rezoning.commands.new.finds import Found
from rezoning.commands.new.folder import Made
from rezoning.commands.new.joined_schools import school_file, schools_csv, zoned_schools
from rezoning.commands.new.look import Public, look
from rezoning.commands.new.looked import Looked
from rezoning.commands.new.place import SCHOOLS, STREETS, UNITS, ZONES, free_name
from rezoning.commands.new.public import by_id, layers, opened, school_tables, those
from rezoning.district.census.blocks import district_blocks, read_blocks
from rezoning.district.census.children import TOTAL, Children, children_by_block
from rezoning.district.census.kinds import Kind
from rezoning.district.census.poverty import low_income_by_block, poverty_by_tract
from rezoning.district.census.read import public_table
from rezoning.district.census.schools import school_totals
from rezoning.district.census.zones import survey_zones
from rezoning.district.files.table import Table, texts
from rezoning.errors import DataError, Problem, shown

if TYPE_CHECKING:
    import geopandas as gpd

AGES = {"elementary": (5, 11), "middle": (11, 14), "high": (14, 18)}
SURVEY_LEVEL = {"elementary": "primary", "middle": "middle", "high": "high"}
PARTITION = ("hispanic", "white", "black", "native", "asian", "pacific", "multiracial")
FEWEST = 30
SURVEY_YEAR = 2016
MOST_LOST = 0.02
"""Share of a district's people that may live in blocks of which no ages are known."""

USES = {
    Kind.BLOCKS: "the units", Kind.BLOCK_LIST: "which blocks are the district's", Kind.BOUNDARY: "which blocks are the district's",
    Kind.AGES: "where children live", Kind.REDISTRICTING: "where children of each group live", Kind.POVERTY: "where low-income children live",
    Kind.DIRECTORY: "the schools", Kind.MEMBERSHIP: "the schools' students", Kind.LUNCH: "the schools' low-income students",
    Kind.POINTS: "where schools are", Kind.CHARACTERISTICS: "the schools and their students", Kind.SCHOOL_ZONES: "today's zones",
    Kind.STREETS: "trips along the streets",
}  # fmt: skip


@dataclass(eq=False)
class Joined:
    """A district of public files.

    Parameters
    ----------
    made
        Units, schools and zones as they will be written.
    derived
        The files that hold them.
    groups
        Groups that both the seed and the schools know, by the name of their column in both.
    sizes, students
        How many students the schools count, of each group and in all.
    words
        Where the children come from.
    remarks
        What was left out, and what is not known.
    uses
        What each file is used for, by its name.
    used
        The files that were used.
    streets
        Streets of its counties as one layer.
    told
        Where everything comes from, for people.
    """

    made: Made
    derived: dict[str, bytes]
    groups: list[str]
    sizes: dict[str, float]
    students: float
    words: str
    remarks: list[str] = field(default_factory=list)
    uses: dict[str, str] = field(default_factory=dict)
    used: list[Public] = field(default_factory=list)
    streets: list[Looked] = field(default_factory=list)
    told: str = ""

    def fill(self, draft: Draft) -> None:
        """Write units and estimate into a scenario."""
        units: dict[str, Any] = {"path": self.made.units.path, "id": "GEOID", "students": TOTAL, "groups": {one: one for one in self.groups}}
        partition = [one for one in PARTITION if one in self.groups]
        if len(partition) > 1:
            units["partition"] = partition
        draft.data["units"] = {key: value for key, value in units.items() if value}
        draft.main = main_group(draft, self.sizes, self.students)
        draft.data["estimate"] = {"students": "students", **({"groups": {one: one for one in self.groups}} if self.groups else {})}
        draft.note("data.units", f"Census blocks; what they count is a seed, no students: {self.words}.")
        draft.note(
            "data.estimate",
            "Students of each block are an estimate: the seed, scaled within each zone of today to what its school counts (schools.csv), "
            "by group or not at all. Every page says so. The district's own counts by block are better.",
        )


def joined_district(files: Sequence[Public], leaid: str, level: str, place: Path) -> Joined:
    """Blocks, schools and zones of a district.

    Parameters
    ----------
    files
        Public files, told by their columns.
    leaid
        Seven digits.
    level
        elementary, middle or high.
    place
        Where the scenario will stand.

    Raises
    ------
    DataError
        Something is missing, or the files are of other places.
    """
    _check_there(files, leaid)
    remarks: list[str] = []
    totals = school_totals(school_tables(files, leaid), leaid)
    schools = zoned_schools(totals, level, remarks)
    blocks = _blocks(files, leaid)
    children, words = _seed(files, blocks, level, remarks)
    groups = _groups(children, schools, remarks)
    zones = _zones(files, leaid, level, schools, place, remarks)
    units = blocks[["land_m2", "geometry"]].join(children[[TOTAL, *groups]]).reset_index()
    derived = {free_name(place, UNITS): layer_bytes(units, "units"), free_name(place, SCHOOLS): schools_csv(schools, groups)}
    unit_name, school_name = list(derived)
    if zones is not None:
        derived[zones.path.name] = layer_bytes(_framed(zones.looked.table), "zones")
    streets = _streets(files, place)
    if len(those(files, Kind.STREETS)) > 1:
        derived[streets[0].path.name] = layer_bytes(_framed(streets[0].table), "streets")
    made = Made(_unit_find(units, place / unit_name), school_file(schools, groups, place / school_name), zones)
    used = [one for one in files if one.kind in USES]
    sizes = {one: float(schools[one].sum()) for one in groups}
    uses = {one.name: USES[one.kind] for one in used if one.kind is not Kind.STREETS}
    return Joined(made, derived, groups, sizes, float(schools["students"].sum()), words, remarks, uses, used, streets, _told(words, zones))


def counties_of(folder: Path, scratch: Path, leaid: str) -> list[str]:
    """Three digits of each county in which a district has blocks, where blocks and boundary are in a folder; none where they are not yet."""
    files = [one for one in look(folder, scratch) if isinstance(one, Public)]
    if not those(files, Kind.BLOCKS) or not those(files, Kind.BOUNDARY, Kind.BLOCK_LIST):
        return []
    return sorted({str(block)[2:5] for block in _blocks(files, leaid).index})


def _check_there(files: Sequence[Public], leaid: str) -> None:
    """Refuse a folder without what an estimate cannot do without, all of it at once."""
    held = {one.kind for one in files}
    wanted = (
        ({Kind.BLOCKS}, "census blocks", "tl_2020_SS_tabblock20.zip"),
        ({Kind.BOUNDARY, Kind.BLOCK_LIST}, "boundary of the district or list of its blocks", "tl_YYYY_SS_unsd.zip"),
        ({Kind.AGES, Kind.REDISTRICTING}, "ages by block", "table P12 with P12H to P12O, or PL 94-171"),
        ({Kind.CHARACTERISTICS, Kind.MEMBERSHIP}, "students of each school", "public school characteristics, or CCD 052"),
        ({Kind.CHARACTERISTICS, Kind.POINTS}, "places of the schools", "public school characteristics, or EDGE geocodes"),
    )
    missing = [(what, name) for kinds, what, name in wanted if not held & kinds]
    if missing:
        cure = f"rezoning new --list {leaid} prints the exact names and pages."
        raise DataError([Problem("folder", f"there is no file of {what} ({name}).", cure) for what, name in missing])


# -- blocks ----------------------------------------------------------------------------------------------------------


def _blocks(files: Sequence[Public], leaid: str) -> gpd.GeoDataFrame:
    table = layers(those(files, Kind.BLOCKS))
    assert table is not None
    blocks = read_blocks(table)
    blocks = blocks[~blocks.index.duplicated()]
    listed = those(files, Kind.BLOCK_LIST)
    inside = None
    for one in listed:
        try:
            inside = district_blocks(blocks, leaid, listed=public_table(one.path))
        except DataError:
            continue
        break
    if inside is None:
        inside = district_blocks(blocks, leaid, boundary=layers(those(files, Kind.BOUNDARY)))
    if not inside.any():
        raise DataError(Problem(table.name, f"has no block of district {leaid}.", "Give the blocks of its state, and its boundary."))
    return blocks[inside]


def _seed(files: Sequence[Public], blocks: gpd.GeoDataFrame, level: str, remarks: list[str]) -> tuple[pd.DataFrame, str]:
    """Children of the level's ages in each block, by group as far as it is known."""
    found: Children = children_by_block(by_id(those(files, Kind.AGES), 15), by_id(those(files, Kind.REDISTRICTING), 15), AGES[level])
    children = found.frame.reindex(blocks.index)
    unknown = children[TOTAL].isna()
    people = blocks["population"].fillna(0) if blocks["population"].notna().any() else pd.Series(1.0, index=blocks.index)
    if float(people[unknown].sum()) > MOST_LOST * float(people.sum()):
        counties = sorted({block[2:5] for block in blocks.index[unknown & (people > 0)]})
        message = f"knows nothing of {int(unknown.sum()):,} of the district's {len(blocks):,} blocks, in counties {shown(counties)}."
        raise DataError(Problem("ages by block", message, "Download the same tables for these counties."))
    if (unknown & (people > 0)).any():
        remarks.append(f"No ages are known of {int((unknown & (people > 0)).sum())} blocks where people live; nobody is put there.")
    children = children.fillna(0.0)
    races = [one for one in found.groups if one in children]
    children[TOTAL] = np.maximum(
        children[TOTAL], children[races].sum(axis=1)
    )  # the noise of the census may leave fewer children than there are of groups
    poverty = those(files, Kind.POVERTY)
    table = by_id(poverty, 11)
    if table is not None:
        low, tracts = low_income_by_block(children[TOTAL], poverty_by_tract(table))
        children["low_income"] = np.minimum(low.fillna(0.0), children[TOTAL])
        if tracts:
            remarks.append(f"Poverty is not known of {len(tracts)} tracts; the district's usual share is taken there: {shown(tracts)}.")
    return children.round(4), found.words


def _groups(children: pd.DataFrame, schools: pd.DataFrame, remarks: list[str]) -> list[str]:
    """Groups of which both is known: where their children live, and how many each school has."""
    counted = [one for one in (*PARTITION, "low_income") if one in schools and schools[one].fillna(0).sum() >= FEWEST]
    groups = [one for one in counted if one in children and children[one].sum() > 0]
    blind = [one for one in counted if one not in groups]
    if blind:
        remarks.append(f"Schools count {shown(blind)}, but no file says where these children live, so they are left out: by group or not at all.")
    return groups


def _unit_find(units: gpd.GeoDataFrame, path: Path) -> Found:
    frame = pd.DataFrame(units.drop(columns="geometry")).set_axis(pd.RangeIndex(1, 1 + len(units)))
    table = Table(path, frame, units.geometry.set_axis(frame.index))
    columns = {"id": "GEOID", "students": [], "groups": {}, "grades": {}, "years": {}, "growth": {}, "people": [], "numbers": []}
    return Found(Looked(path, table, None, path.name), "units", f"{len(units):,} blocks of the district", columns, use="the units")


# -- streets ---------------------------------------------------------------------------------------------------------


def _streets(files: Sequence[Public], place: Path) -> list[Looked]:
    """Streets of one county as they lie there; those of several as one layer, without what is no road."""
    edges = those(files, Kind.STREETS)
    if len(edges) < 2:
        return [opened(one) for one in edges]
    table = layers(edges)
    assert table is not None
    flag = next(name for name in table.columns if name.upper() == "ROADFLG")
    path = place / free_name(place, STREETS)
    kept = table.kept(np.array([text.upper() == "Y" for text in texts(table.frame[flag])], dtype=bool))
    return [Looked(path, replace(kept, path=path), None, path.name)]


def _told(words: str, zones: Found | None) -> str:
    """Where everything comes from, in one sentence each."""
    said = f"Students by block are estimated: {words}, scaled to each school's own counts (NCES)."
    if zones is None:
        return said
    age = datetime.datetime.now(tz=datetime.UTC).year - SURVEY_YEAR
    return f"{said} Today's zones are those of the School Attendance Boundary Survey of 2015-16, {age} years old."


# -- zones -----------------------------------------------------------------------------------------------------------


def _zones(files: Sequence[Public], leaid: str, level: str, schools: pd.DataFrame, place: Path, remarks: list[str]) -> Found | None:
    """The survey's zones of the district's schools; None without the survey."""
    table = layers(those(files, Kind.SCHOOL_ZONES))
    if table is None:
        return None
    zones, doubts = survey_zones(table, leaid, SURVEY_LEVEL[level])
    remarks += doubts
    if not len(zones.frame):
        remarks.append(f"{table.name}: has no {level} zone of district {leaid}.")
        return None
    column = next(name for name in zones.columns if name.lower() == "ncessch")
    path = place / free_name(place, ZONES)
    looked = Looked(path, zones, None, path.name)
    known = [str(text).zfill(12) in schools.index for text in looked.texts(column)]
    lost = [str(text) for text, is_known in zip(looked.texts(column), known, strict=True) if not is_known]
    if lost:
        remarks.append(f"{table.name}: zones of schools that are not among today's are left out: {shown(lost)}.")
        looked = Looked(path, zones.kept(np.array(known, dtype=bool)), None, path.name)
    return Found(looked, "zones", f"{looked.rows} zones of the survey", {"school": column}, float(looked.rows))


def _framed(table: Table) -> gpd.GeoDataFrame:
    import geopandas as gpd

    assert table.geometry is not None
    return gpd.GeoDataFrame(table.frame.reset_index(drop=True), geometry=table.geometry.reset_index(drop=True), crs=table.geometry.crs)


def layer_bytes(frame: gpd.GeoDataFrame, layer: str) -> bytes:
    """A GeoPackage with one layer; the same frame gives the same bytes."""
    from rezoning.report.exports.vector import undated

    with tempfile.TemporaryDirectory() as folder, undated():
        path = Path(folder) / f"{layer}.gpkg"
        frame.to_file(path, layer=layer, driver="GPKG", promote_to_multi=True)
        return path.read_bytes()
