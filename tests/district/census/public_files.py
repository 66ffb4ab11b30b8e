"""Small files in the layouts of the Census Bureau and of NCES, made up: a district of two schools in a state that does not exist."""

from __future__ import annotations

import json
from pathlib import Path

STATE, COUNTY, TRACTS = "07", "001", ("000100", "000200")
LEAID = "0700001"
SCHOOLS = ("070000100011", "070000100022")
BLOCKS = [f"{STATE}{COUNTY}{tract}{block}" for tract in TRACTS for block in ("1000", "1001")]
LETTERS = "HIJKLMNO"


def p12(everyone: list[dict[int, int]], by_group: dict[str, list[dict[int, int]]] | None = None) -> tuple[list[str], list[list[str]]]:
    """Names and cells of table P12: of each block some cells, 0 in all others of the ages below 18."""
    columns, rows = [], [[] for _ in everyone]
    for letter, blocks in {"": everyone, **(by_group or {})}.items():
        for number in (1, 3, 4, 5, 6, 27, 28, 29, 30):
            columns.append(f"P12{letter}_{number:03}N")
            for row, cells in zip(rows, blocks, strict=True):
                row.append(str(cells.get(number, 0)))
    return columns, rows


def answer(path: Path, columns: list[str], rows: list[list[str]]) -> Path:
    """As the API answers: lists, the first of names, ids in parts at the end."""
    said = [[*columns, "state", "county", "tract", "block"]]
    said += [[*row, block[:2], block[2:5], block[5:11], block[11:]] for row, block in zip(rows, BLOCKS, strict=True)]
    path.write_text(json.dumps(said).replace("], [", "],\n["), encoding="utf-8")
    return path


def download(path: Path, columns: list[str], rows: list[list[str]], ids: list[str], prefix: str = "1000000US") -> Path:
    """As data.census.gov gives it: quoted, with a second row of names."""
    lines = [["GEO_ID", "NAME", *columns], ["Geography", "Geographic Area Name", *(f" !!Total:!!{name}" for name in columns)]]
    lines += [[prefix + one, "Block, County, State", *row] for one, row in zip(ids, rows, strict=True)]
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in line) for line in lines), encoding="utf-8-sig")
    return path


def text(path: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    """Lines of a text file."""
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


MEMBERSHIP_HEADER = (
    "SCHOOL_YEAR,FIPST,STATENAME,ST,SCH_NAME,STATE_AGENCY_NO,UNION,ST_LEAID,LEAID,ST_SCHID,NCESSCH,SCHID,GRADE,RACE_ETHNICITY,SEX,STUDENT_COUNT,"
    "TOTAL_INDICATOR,DMS_FLAG"
)
NONE = "No Category Codes"


def member(school: str, grade: str, race: str, sex: str, count: str, total: str) -> str:
    """A row of file 052, whose ids have lost their first zero."""
    return (
        f'2023-2024,7,NOWHERE,NW,Name,01,,NW-1,{LEAID.lstrip("0")},NW-1-1,{school.lstrip("0")},{school[5:]},{grade},{race},{sex},{count},"{total}",x'
    )


def membership_file(path: Path) -> Path:
    """The first school has 30 students, 18 Hispanic and 12 White; of the second, a part of its White students is not known."""
    detail, by_race = "Category Set A - By Race/Ethnicity; Sex; Grade", "Derived - Subtotal by Race/Ethnicity and Sex minus Adult Education Count"
    by_grade, whole = "Subtotal 4 - By Grade", "Education Unit Total"
    less = "Derived - Education Unit Total minus Adult Education Count"
    one, other = SCHOOLS
    rows = [
        member(one, "Kindergarten", "Hispanic/Latino", "Female", "10", detail),
        member(one, "Grade 1", "Hispanic/Latino", "Male", "8", detail),
        member(one, "Kindergarten", "White", "Female", "12", detail),
        member(one, NONE, "Hispanic/Latino", "Female", "10", by_race),
        member(one, NONE, "Hispanic/Latino", "Male", "8", by_race),
        member(one, NONE, "White", "Female", "12", by_race),
        member(one, NONE, "White", "Male", "0", by_race),
        member(one, "Kindergarten", NONE, NONE, "22", by_grade),
        member(one, "Grade 1", NONE, NONE, "8", by_grade),
        member(one, NONE, NONE, NONE, "30", whole),
        member(one, NONE, NONE, NONE, "30", less),
        member(other, NONE, "Hispanic/Latino", "Female", "5", by_race),
        member(other, NONE, "White", "Female", "-9", by_race),
        member(other, NONE, "White", "Male", "7", by_race),
        member(other, "Kindergarten", NONE, NONE, "20", by_grade),
        member(other, NONE, NONE, NONE, "20", whole),
        member("990000100011", NONE, NONE, NONE, "1000", whole).replace(LEAID.lstrip("0"), "9900001"),
    ]
    return text(path, [MEMBERSHIP_HEADER, *rows])


def lunch_file(path: Path) -> Path:
    """Free, reduced, their sum and directly certified students in one column; of the second school only the sum is known."""
    header = "SCHOOL_YEAR,FIPST,STATENAME,ST,SCH_NAME,LEAID,NCESSCH,DATA_GROUP,LUNCH_PROGRAM,STUDENT_COUNT,TOTAL_INDICATOR,DMS_FLAG"

    def row(school: str, group: str, program: str, count: str, total: str) -> str:
        return f"2023-2024,07,NOWHERE,NW,Name,{LEAID},{school},{group},{program},{count},{total},x"

    meals, one, other = "Free and Reduced-price Lunch Table", *SCHOOLS
    rows = [
        row(one, meals, "Free lunch qualified", "14", "Category Set A"),
        row(one, meals, "Reduced-price lunch qualified", "3", "Category Set A"),
        row(one, meals, NONE, "17", "Education Unit Total"),
        row(one, "Direct Certification", "Not Applicable", "9", "Education Unit Total"),
        row(other, meals, "Free lunch qualified", "-1", "Category Set A"),
        row(other, meals, "Reduced-price lunch qualified", "2", "Category Set A"),
        row(other, meals, NONE, "11", "Education Unit Total"),
        row(other, "Direct Certification", "Not Applicable", "-1", "Education Unit Total"),
    ]
    return text(path, [header, *rows])


def directory_file(path: Path, encoding: str = "utf-8") -> Path:
    """Three schools: one with an accent in its name, one, and a closed charter school."""
    offered = ",".join(f"G_{grade}_OFFERED" for grade in ("PK", "KG", "01", "02", "03", "04", "05", "06"))
    header = (
        f"SCHOOL_YEAR,FIPST,ST,SCH_NAME,LEA_NAME,LEAID,NCESSCH,SY_STATUS,SY_STATUS_TEXT,SCH_TYPE,SCH_TYPE_TEXT,CHARTER_TEXT,{offered},GSLO,GSHI,LEVEL"
    )
    grades = "No,Yes,Yes,Yes,Yes,Yes,Yes,No,KG,05,Elementary"
    rows = [
        f"2023-2024,07,NW,Peña Elementary,Nowhere,{LEAID},{SCHOOLS[0]},1,Open,1,Regular School,No,{grades}",
        f"2023-2024,07,NW,South Elementary,Nowhere,{LEAID},{SCHOOLS[1]},1,Open,1,Regular School,No,{grades}",
        f"2023-2024,07,NW,Bright Futures,Nowhere,{LEAID},070000100033,2,Closed,1,Regular School,Yes,{grades}",
    ]
    return text(path, [header, *rows], encoding)


def points_file(path: Path) -> Path:
    """EDGE points as text: pipes, no header."""
    rows = [
        f"{school}|{LEAID}|{name}|07|1 Main St|Town|NW|00001|07|07001|Nowhere County|41|{lat}|{lon}|00000|N|0|N|N|0700|07001|07001|2023-2024"
        for school, name, lat, lon in ((SCHOOLS[0], "PENA ELEMENTARY", "40.5", "-100.25"), (SCHOOLS[1], "SOUTH ELEMENTARY", "40.0", "-100.0"))
    ]
    return text(path, rows)


def poverty_file(path: Path) -> Path:
    """Table B17001 of two tracts; in the second one cell is no estimate."""
    below, above = (*range(4, 10), *range(18, 24)), (*range(33, 39), *range(47, 53))
    columns = [f"B17001_{number:03}{what}" for number in (*below, *above) for what in "EM"]
    first = [cell for number in (*below, *above) for cell in (("10", "3") if number in below else ("30", "4"))]
    second = list(first)
    second[0], second[1] = "-666666666", "-222222222"
    ids = [f"{STATE}{COUNTY}{tract}" for tract in TRACTS]
    return download(path, columns, [first, second], ids, "1400000US")
