"""A made-up district in the very layouts of the Census Bureau and of NCES: 48 blocks, four schools, in a county that does not exist."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry import LineString, box

STATE, COUNTY, LEAID = "51", "999", "5199990"
COLUMNS, ROWS = 8, 6
SIDE = 0.004  # degrees
WEST, SOUTH = -91.2, 40.3
SCHOOLS = {"519999000011": "Peña", "519999000022": "South", "519999000033": "Mill", "519999000044": "High Point"}
PLACES = ((1, 1), (6, 1), (1, 4), (6, 4))
BELOW, ABOVE = (*range(4, 10), *range(18, 24)), (*range(33, 39), *range(47, 53))
ITERATIONS = {"": "all", "H": "hispanic", "I": "white", "J": "black"}


def block_id(column: int, row: int) -> str:
    """Fifteen digits; the western half is one tract, the eastern another."""
    return f"{STATE}{COUNTY}{'000100' if column < COLUMNS / 2 else '000200'}{1000 + row * COLUMNS + column:04}"


def cells() -> list[tuple[int, int]]:
    """Every block's column and row."""
    return [(column, row) for row in range(ROWS) for column in range(COLUMNS)]


def square(column: int, row: int) -> object:
    """The block's shape."""
    return box(WEST + column * SIDE, SOUTH + row * SIDE, WEST + (column + 1) * SIDE, SOUTH + (row + 1) * SIDE)


def school_of(column: int, row: int) -> str:
    """The school in whose quarter a block lies."""
    return list(SCHOOLS)[(column >= COLUMNS / 2) + 2 * (row >= ROWS / 2)]


def children(column: int, row: int) -> dict[str, int]:
    """Children of 5 to 9 in a block: in the west more are Hispanic."""
    hispanic, white, black = (20, 5, 3) if column < COLUMNS / 2 else (6, 18, 4)
    hispanic, white = hispanic + (column + row) % 3, white + row % 4
    return {"hispanic": hispanic, "white": white, "black": black, "all": hispanic + white + black}


def write_public_folder(folder: Path) -> Path:
    """Every file of the list for a district."""
    folder.mkdir(parents=True, exist_ok=True)
    _blocks(folder)
    _boundary(folder)
    _ages(folder)
    _poverty(folder)
    _directory(folder)
    _membership(folder)
    _lunch(folder)
    _points(folder)
    _survey(folder)
    _edges(folder)
    return folder


def _zipped(frame: gpd.GeoDataFrame, folder: Path, stem: str) -> None:
    """A shapefile in a zip file, as the Census Bureau packs it."""
    frame.to_file(folder / f"{stem}.shp")
    parts = sorted(folder.glob(f"{stem}.*"))
    with zipfile.ZipFile(folder / f"{stem}.zip", "w") as packed:
        for part in parts:
            packed.write(part, part.name)
    for part in parts:
        part.unlink()


def _blocks(folder: Path) -> None:
    """Blocks of the state: those of the district and a row to the north that is another one's."""
    every = [*cells(), *((column, ROWS) for column in range(COLUMNS))]
    ids = [block_id(*cell) for cell in every]
    middle = [square(*cell).centroid for cell in every]
    frame = gpd.GeoDataFrame(
        {
            "STATEFP20": STATE, "COUNTYFP20": COUNTY, "TRACTCE20": [one[5:11] for one in ids], "BLOCKCE20": [one[11:] for one in ids], "GEOID20": ids,
            "NAME20": [f"Block {one[11:]}" for one in ids], "MTFCC20": "G5040", "ALAND20": 150000, "AWATER20": 0,
            "INTPTLAT20": [f"+{point.y:.7f}" for point in middle], "INTPTLON20": [f"{point.x:.7f}" for point in middle], "HOUSING20": 60,
            "POP20": 150,
        },
        geometry=[square(*cell) for cell in every], crs=4269,
    )  # fmt: skip
    _zipped(frame, folder, f"tl_2020_{STATE}_tabblock20")


def _boundary(folder: Path) -> None:
    whole = box(WEST, SOUTH, WEST + COLUMNS * SIDE, SOUTH + ROWS * SIDE)
    north = box(WEST, SOUTH + ROWS * SIDE, WEST + COLUMNS * SIDE, SOUTH + (ROWS + 1) * SIDE)
    frame = gpd.GeoDataFrame(
        {"STATEFP": STATE, "UNSDLEA": ["99990", "99980"], "GEOID": [LEAID, "5199980"], "NAME": ["Nowhere Schools", "North Schools"], "LOGRADE": "KG",
         "HIGRADE": "12", "MTFCC": "G5420"}, geometry=[whole, north], crs=4269,
    )  # fmt: skip
    _zipped(frame, folder, f"tl_2024_{STATE}_unsd")


def _ages(folder: Path) -> None:
    """Table P12 and its iterations, an answer of the API for each."""
    for letter, group in ITERATIONS.items():
        names = [f"P12{letter}_{number:03}N" for number in (1, 3, 4, 5, 6, 27, 28, 29, 30)]
        rows = [[*names, "state", "county", "tract", "block"]]
        for cell in cells():
            number, one = children(*cell)[group], block_id(*cell)
            boys = number // 2
            values = [number * 4, 2, boys, boys, 3, 2, number - boys, number - boys, 3]
            rows.append([*map(str, values), one[:2], one[2:5], one[5:11], one[11:]])
        (folder / f"P12{letter}.json").write_text(json.dumps(rows).replace("], [", "],\n["), encoding="utf-8")


def _poverty(folder: Path) -> None:
    """Table B17001 by tract, zipped as data.census.gov gives it; in the second tract a cell is no estimate."""
    names = [f"B17001_{number:03}{what}" for number in (*BELOW, *ABOVE) for what in "EM"]
    lines = [["GEO_ID", "NAME", *names], ["Geography", "Geographic Area Name", *(f"Estimate!!{name}" for name in names)]]
    for tract, below in (("000100", 40), ("000200", 10)):
        cells_ = [text for number in (*BELOW, *ABOVE) for text in ((str(below), "9") if number in BELOW else ("30", "8"))]
        lines.append([f"1400000US{STATE}{COUNTY}{tract}", f"Census Tract {tract}", *cells_])
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    with zipfile.ZipFile(folder / "ACSDT5Y2023.B17001.zip", "w") as packed:
        packed.writestr("ACSDT5Y2023.B17001-Data.csv", text.encode("utf-8-sig"))
        packed.writestr("ACSDT5Y2023.B17001-Column-Metadata.csv", "Column Name,Label\nGEO_ID,Geography\n")
        packed.writestr("ACSDT5Y2023.B17001-Table-Notes.txt", "Notes of the table\n")


def _packed_csv(folder: Path, stem: str, rows: Iterable[Iterable[object]], encoding: str = "utf-8") -> None:
    lines = []
    for row in rows:
        lines.append(",".join(f'"{cell}"' if "," in str(cell) else str(cell) for cell in row))
    with zipfile.ZipFile(folder / f"{stem}.zip", "w") as packed:
        packed.writestr(f"{stem}.csv", ("\n".join(lines) + "\n").encode(encoding))


def _directory(folder: Path) -> None:
    """File 029 in Latin-1: four schools, a closed one, a charter school and one of another district."""
    offered = ["G_KG_OFFERED", "G_01_OFFERED", "G_02_OFFERED", "G_03_OFFERED", "G_04_OFFERED", "G_05_OFFERED", "G_06_OFFERED"]
    head = ["SCHOOL_YEAR", "FIPST", "ST", "SCH_NAME", "LEA_NAME", "LEAID", "NCESSCH", "SY_STATUS", "SY_STATUS_TEXT", "SCH_TYPE", "SCH_TYPE_TEXT",
            "CHARTER_TEXT", *offered, "GSLO", "GSHI", "LEVEL"]  # fmt: skip
    grades = ["Yes"] * 6 + ["No", "KG", "05", "Elementary"]
    rows: list[list[str]] = [head]
    for school, name in SCHOOLS.items():
        rows.append(
            ["2024-2025", STATE, "NW", f"{name} Elementary", "Nowhere Schools", LEAID, school, "1", "Open", "1", "Regular School", "No", *grades]
        )
    for school, name, status, word, charter, leaid in (
        ("519999000055", "Old", "2", "Closed", "No", LEAID), ("519999000066", "Bright Futures", "1", "Open", "Yes", LEAID),
        ("519998000011", "North", "1", "Open", "No", "5199980"),
    ):  # fmt: skip
        rows.append(["2024-2025", STATE, "NW", f"{name} Elementary", "Nowhere", leaid, school, status, word, "1", "Regular School", charter, *grades])
    _packed_csv(folder, "ccd_sch_029_2425_w_1a_073025", rows, "latin-1")


def enrolled(school: str) -> dict[str, int]:
    """Students of a school by group: nine in ten of the children of its quarter, and a fifth more for the older ones."""
    found: dict[str, int] = {}
    for cell in cells():
        if school_of(*cell) == school:
            for group, number in children(*cell).items():
                found[group] = found.get(group, 0) + number
    parts = {group: round(1.1 * number) for group, number in found.items() if group != "all"}
    return {**parts, "all": sum(parts.values())}


def _membership(folder: Path) -> None:
    """File 052: the detail and several subtotals of it in one column."""
    head = ["SCHOOL_YEAR", "FIPST", "STATENAME", "ST", "SCH_NAME", "LEAID", "NCESSCH", "SCHID", "GRADE", "RACE_ETHNICITY", "SEX", "STUDENT_COUNT",
            "TOTAL_INDICATOR", "DMS_FLAG"]  # fmt: skip
    races = {"hispanic": "Hispanic/Latino", "white": "White", "black": "Black or African American"}
    none, detail = "No Category Codes", "Category Set A - By Race/Ethnicity; Sex; Grade"
    by_race = "Derived - Subtotal by Race/Ethnicity and Sex minus Adult Education Count"
    rows: list[list[str]] = [head]
    for school, name in SCHOOLS.items():

        def row(grade: str, race: str, sex: str, count: int, total: str, school: str = school, name: str = name) -> list[str]:
            return [
                "2024-2025",
                "7",
                "NOWHERE",
                "NW",
                name,
                LEAID.lstrip("0"),
                school.lstrip("0"),
                school[7:],
                grade,
                race,
                sex,
                str(count),
                total,
                "ok",
            ]

        counts = enrolled(school)
        for group, race in races.items():
            girls = counts[group] // 2
            for sex, number in (("Female", girls), ("Male", counts[group] - girls)):
                rows += [row("Grade 1", race, sex, number, detail), row(none, race, sex, number, by_race)]
        rows.append(row("Grade 1", none, none, counts["all"], "Subtotal 4 - By Grade"))
        rows.append(row(none, none, none, counts["all"], "Education Unit Total"))
    _packed_csv(folder, "ccd_sch_052_2425_l_1a_073025", rows)


def _lunch(folder: Path) -> None:
    head = ["SCHOOL_YEAR", "FIPST", "STATENAME", "ST", "SCH_NAME", "LEAID", "NCESSCH", "DATA_GROUP", "LUNCH_PROGRAM", "STUDENT_COUNT",
            "TOTAL_INDICATOR",            "DMS_FLAG"]  # fmt: skip
    rows: list[list[str]] = [head]
    for number, school in enumerate(SCHOOLS):
        poor = round(enrolled(school)["all"] * (0.6 if number % 2 == 0 else 0.2))
        start = ["2024-2025", STATE, "NOWHERE", "NW", SCHOOLS[school], LEAID, school, "Free and Reduced-price Lunch Table"]
        rows += [
            [*start, "Free lunch qualified", str(poor - 5), "Category Set A", "ok"],
            [*start, "Reduced-price lunch qualified", "5", "Category Set A", "ok"],
        ]
        rows.append([*start, "No Category Codes", str(poor), "Education Unit Total", "ok"])
    _packed_csv(folder, "ccd_sch_033_2425_l_1a_073025", rows)


def _points(folder: Path) -> None:
    """EDGE points as text: pipes, no header."""
    lines = []
    for (school, name), (column, row) in zip(SCHOOLS.items(), PLACES, strict=True):
        place = square(column, row).centroid
        lines.append(
            f"{school}|{LEAID}|{name} Elementary|{STATE}|1 Main St|Town|NW|00001|{STATE}|{STATE}{COUNTY}|Nowhere County|41"
            f"|{place.y:.6f}|{place.x:.6f}|00000|N|0|N|N|5100|51001|51001|2024-2025"
        )
    with zipfile.ZipFile(folder / "EDGE_GEOCODE_PUBLICSCH_2425.zip", "w") as packed:
        packed.writestr("EDGE_GEOCODE_PUBLICSCH_2425.TXT", "\n".join(lines) + "\n")


def _survey(folder: Path) -> None:
    """Zones of the survey in Web Mercator, and a school that anybody may go to."""
    shapes = gpd.GeoDataFrame(
        {"ncessch": [school_of(*cell) for cell in cells()]}, geometry=[square(*cell) for cell in cells()], crs=4269
    ).dissolve("ncessch")  # fmt: skip
    frame = gpd.GeoDataFrame(
        {
            "SrcName": [f"{SCHOOLS[school]} ES" for school in shapes.index], "ncessch": shapes.index,
            "schnam": [SCHOOLS[school] for school in shapes.index],
            "leaid": LEAID, "gslo": "KG", "gshi": "05", "defacto": "N", "stAbbrev": "NW", "openEnroll": "N", "level": "1", "MultiBdy": "0",
        },
        geometry=shapes.geometry.to_numpy(), crs=4269,
    ).to_crs(3857)  # fmt: skip
    _zipped(frame, folder, "SABS_1516")


def _edges(folder: Path) -> None:
    """TIGER edges along the sides of the blocks, and a river that is no road."""
    nodes = {(c, r): r * (COLUMNS + 1) + c + 1 for c in range(COLUMNS + 1) for r in range(ROWS + 1)}
    pairs = [((c, r), (c + 1, r)) for c in range(COLUMNS) for r in range(ROWS + 1)]
    pairs += [((c, r), (c, r + 1)) for c in range(COLUMNS + 1) for r in range(ROWS)]
    lines = [LineString([(WEST + c * SIDE, SOUTH + r * SIDE) for c, r in pair]) for pair in pairs]
    frame = gpd.GeoDataFrame(
        {
            "STATEFP": STATE, "COUNTYFP": COUNTY, "TLID": np.arange(len(lines)) + 1, "MTFCC": "S1400", "FULLNAME": "Street", "ROADFLG": "Y",
            "TNIDF": [nodes[a] for a, _ in pairs], "TNIDT": [nodes[b] for _, b in pairs],
        },
        geometry=lines, crs=4269,
    )  # fmt: skip
    frame.loc[0, ["MTFCC", "ROADFLG"]] = ["H3010", "N"]
    _zipped(frame, folder, f"tl_2024_{STATE}{COUNTY}_edges")


if __name__ == "__main__":
    write_public_folder(Path(sys.argv[1]))
