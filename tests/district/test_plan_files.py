from __future__ import annotations

import gzip
import logging
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from conftest import SHARED_DATA
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from rezoning.district.district import District
from rezoning.district.plan import Plan
from rezoning.district.plans.collect import read_assignment
from rezoning.district.plans.how import PlanReading
from rezoning.district.plans.read import read_plan
from rezoning.district.plans.write import write_plan
from rezoning.errors import DataError

BLOCKS = ("060014001001000", "060014001001001", "060014001001002", "060014001001003")
NCES = ("060177000041", "060177000042", "060177000043")
NAMES = ("Adams Elementary", "Brook Elementary", "Adams Elementary")
WANTED = Plan([0, 1, 1, 2])


def district(units=BLOCKS, schools=NCES, names=NAMES, **more):
    n = len(units)
    return District(
        unit_ids=tuple(units), students=np.array([12, 0, 7.5, 3][:n] + [1.0] * (n - 4), dtype=float), school_ids=tuple(schools),
        school_names=tuple(names), school_unit=np.arange(len(schools)), edges=np.array([[u, u + 1] for u in range(n - 1)]), **more,
    )  # fmt: skip


PLACE = district(current=np.array([0, 3, -1, 2]), closed_ids=("060177000099",))


def written(tmp_path, text, name="plan.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def lines(*rows):
    return "".join(f"{row}\n" for row in rows)


def labels(sep=",", schools=NCES, units=BLOCKS):
    return [f"{unit}{sep}{schools[s]}" for unit, s in zip(units, WANTED.school, strict=True)]


def refusal(path, place=PLACE, column=None):
    with pytest.raises(DataError) as caught:
        read_plan(path, place, PlanReading(column))
    return [str(problem) for problem in caught.value.problems]


# -- every format ----------------------------------------------------------------------------------------------------
DATA_SCHOOLS = ("1", "2", "3")
OURS = lines("unit_id,school_id,previous_school_id,students", *(f"{pair},{NCES[0]},12" for pair in labels()))
SOLUTION = lines(
    ",block_id,ncessch,lat,long,total,new_school_nces",
    *(f"{k},{unit},{NCES[0]},37.8,-122.2,5,{NCES[s]}" for k, (unit, s) in enumerate(zip(BLOCKS, WANTED.school, strict=True))),
)
FORMATS = {
    "ours": ("plan.csv", OURS, "utf-8"),
    "Dave's Redistricting": ("block-assignments.csv", lines("GEOID20,District", *labels()), "utf-8"),
    "Dave's Redistricting, quoted": ("block-assignments.csv", lines('"GEOID20","District"', *(f'"{x}"' for x in labels('","'))), "utf-8"),
    "Census": ("BlockAssign_ST06_CA_SDELM.txt", lines("BLOCKID|DISTRICT", *labels("|"), "060750101001000|", "060750101001001|00123"), "utf-8"),
    "Census by VTD": ("BlockAssign_ST06_CA_VTD.txt", lines("BLOCKID|COUNTYFP|DISTRICT", *(x.replace("|", "|001|") for x in labels("|"))), "utf-8"),
    "Districtr": ("districtr.csv", lines("geo_id,zone", *labels()), "utf-8"),
    "attendance-boundaries": ("solution.csv", SOLUTION, "utf-8"),
    "no header": ("two.csv", lines(*labels()), "utf-8"),
    "no header, stranger first": ("two.csv", lines("060750101001000,999", *labels()), "utf-8"),
    "no header, school first": ("two.csv", lines(*(",".join(reversed(x.split(","))) for x in labels())), "utf-8"),
    "BOM, CRLF": ("plan.csv", OURS.replace("\n", "\r\n"), "utf-8-sig"),
    "Excel's Unicode text": ("plan.txt", lines("GEOID20\tDistrict", *labels("\t")), "utf-16"),
    "semicolons": ("plan.csv", lines("GEOID20;School", *labels(";")), "utf-8"),
    "blank lines and spaces": ("plan.csv", "\n" + lines(" GEOID20 , District ", *(f" {x.replace(',', ' , ')} \n" for x in labels())), "utf-8"),
    "zeros lost": ("plan.csv", lines("GEOID20,District", *(x.lstrip("0").replace(",0", ",") for x in labels())), "utf-8"),
    "floats": ("plan.csv", lines("GEOID20,District", *(x.lstrip("0").replace(",", ".0,") + ".0" for x in labels())), "utf-8"),
    "census prefix": ("plan.csv", lines("GEO_ID,District", *(f"1000000US{x}" for x in labels())), "utf-8"),
    "rows repeated": ("plan.csv", lines("GEOID20,District", *labels(), *labels(), f"{BLOCKS[0]},"), "utf-8"),
}  # fmt: skip


@pytest.mark.parametrize("case", FORMATS)
def test_every_format_is_read(tmp_path, case):
    name, text, encoding = FORMATS[case]
    assert read_plan(written(tmp_path, text, name, encoding), PLACE) == WANTED


def test_compressed_text(tmp_path):
    path = tmp_path / "plan.csv.gz"
    path.write_bytes(gzip.compress(OURS.encode()))
    assert read_plan(path, PLACE) == WANTED


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet"])
def test_attribute_tables_of_layers(tmp_path, ending):
    columns = {"PBID": [1, 2, 3, 4], "OptA": ["a", "b", "b", "c"], "OptB": "a"}
    frame = gpd.GeoDataFrame(columns, geometry=[box(k, 0, k + 1, 1) for k in range(4)], crs=4326)
    path = tmp_path / f"options.{ending}"
    if ending == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)
    place = district(units=("1", "2", "3", "4"), schools=("a", "b", "c"), names=("A", "B", "C"))
    assert read_plan(path, place, PlanReading("OptA")) == WANTED
    assert read_plan(path, place, PlanReading("optb")) == Plan([0, 0, 0, 0])


def test_names_in_any_case_and_latin_1(tmp_path):
    place = district(names=("École Élan", "Brook Elementary", "Adams, North"))
    text = lines("BLOCKID|SCHOOL", *labels("|", ("école  élan", "BROOK ELEMENTARY", "Adams, North")))
    assert read_plan(written(tmp_path, text, encoding="latin-1"), place) == WANTED


def test_an_id_beats_a_name(tmp_path):
    place = district(schools=("1", "2", "3"), names=("2", "1", "Three"))
    assert read_plan(written(tmp_path, lines("GEOID20,District", *labels(schools=("1", "2", "3")))), place) == WANTED


def test_choices_are_logged(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    read_plan(written(tmp_path, FORMATS["zeros lost"][1] + "60750101001000,9\n"), PLACE)
    assert caplog.messages == [
        "plan.csv: units from 'GEOID20', schools from 'District'",
        "plan.csv: schools in column 'District' found after restoring lost leading zeros, or dropping a prefix, '.0' or a mark of text: "
        "'60177000041' as '060177000041', '60177000042' as '060177000042', '60177000043' as '060177000043'",
        "plan.csv: ignored 1 row of units outside the district",
        "plan.csv: 4 unit ids found after restoring lost leading zeros, or dropping a prefix, '.0' or a mark of text",
    ]


# -- round trips -----------------------------------------------------------------------------------------------------


def test_what_is_written(tmp_path):
    write_plan(tmp_path / "plan.csv", WANTED, PLACE)
    assert (tmp_path / "plan.csv").read_bytes().decode() == lines(
        "unit_id,school_id,previous_school_id,students",
        "060014001001000,060177000041,060177000041,12",
        "060014001001001,060177000042,060177000099,0",
        "060014001001002,060177000042,,7.5",
        "060014001001003,060177000043,060177000043,3",
    )
    assert read_plan(tmp_path / "plan.csv", PLACE) == WANTED


def test_without_zones_of_today(tmp_path):
    write_plan(tmp_path / "plan.csv", WANTED, district())
    assert (tmp_path / "plan.csv").read_text().splitlines()[1] == "060014001001000,060177000041,,12"


awkward = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=6).map(lambda text: f"u{text}")


@given(
    st.lists(awkward, min_size=4, max_size=4, unique=True),
    st.lists(awkward, min_size=3, max_size=3, unique=True),
    st.tuples(*[st.integers(0, 2)] * 4),
)
def test_any_plan_reads_back_as_written(tmp_path_factory, units, schools, choice):
    place = district(units=units, schools=[f"s{school}" for school in schools], names=("", "", ""))
    path = tmp_path_factory.mktemp("plan") / "plan.csv"
    write_plan(path, Plan(choice), place)
    assert read_plan(path, place) == Plan(choice)


ONE, TODAY = "A plan gives every unit exactly one school.", "Where the others are to keep today's school, say --rest today."


# -- refusals, each in full ------------------------------------------------------------------------------------------


def test_units_missing_blank_and_torn_and_unknown_schools_come_at_once(tmp_path):
    text = lines(
        "GEOID20,District", f"{BLOCKS[0]},{NCES[0]}", f"{BLOCKS[1]},", "060750101001000,x", f"{BLOCKS[0]},{NCES[1]}", f"{BLOCKS[2]},060177000099"
    )
    assert refusal(written(tmp_path, text)) == [
        "plan.csv: gives two schools to 1 unit: '060014001001000' has '060177000041' (row 2) and '060177000042' (row 5). Keep one row per unit, "
        "or add a column share that says how much of the unit each row is about.",
        "plan.csv: has no row for 1 of 4 units: '060014001001003'. Of 1 row the unit is not the district's: '060750101001000' (row 4). "
        f"{ONE} {TODAY}",
        f"plan.csv: gives no school to 1 unit: '060014001001001' (row 3). {ONE} {TODAY}",
        "plan.csv: column 'District' has 1 label that no one open school has as id or name: '060177000099' is closed (row 6). "
        "Give a closed school's units to another, or open it.",
    ]


def test_the_first_five_are_shown(tmp_path):
    units = [f"b{k}" for k in range(20)]
    place = district(units=units, schools=("a",), names=("A",))
    assert refusal(written(tmp_path, lines("unit,school", "b0,a")), place) == [
        "plan.csv: has no row for 19 of 20 units: 'b1', 'b2', 'b3', 'b4', 'b5' and 14 more. A plan gives every unit exactly one school."
    ]


def test_a_name_of_two_schools(tmp_path):
    text = lines("GEOID20,District", *labels(schools=("Adams Elementary", NCES[1], NCES[2])))
    assert refusal(written(tmp_path, text)) == [
        "plan.csv: column 'District' has 1 label that no one open school has as id or name: "
        "'Adams Elementary' is the name of '060177000041' and '060177000043' (row 2). Write ids where schools share a name."
    ]


def test_a_label_like_nothing(tmp_path):
    text = lines("GEOID20,District", *labels(schools=("zzz", NCES[1], "Bruk Elementary")))
    assert refusal(written(tmp_path, text)) == [
        "plan.csv: column 'District' has 2 labels that no one open school has as id or name: 'zzz' (row 2), 'Bruk Elementary' (row 5). "
        "Did you mean 'Brook Elementary' by 'Bruk Elementary'? Schools are like '060177000041' (Adams Elementary); "
        "a table label,school says what other labels stand for: --labels labels.csv."
    ]


def test_numbered_zones(tmp_path):
    assert refusal(written(tmp_path, lines("GEOID20,District", *labels(schools=DATA_SCHOOLS)))) == [
        "plan.csv: column 'District' holds the numbers 1, 2, 3, and schools have ids like '060177000041': which number stands for which school "
        "is not in the file. Say it in a table with the columns label,school: --labels labels.csv. Or replace the numbers by school ids or names."
    ]


def test_ids_shortened_by_a_spreadsheet(tmp_path):
    text = lines("GEOID20,District", "6.00140E+13,6.0018E+10", f"{BLOCKS[1]},6.0018E+10")
    assert refusal(written(tmp_path, text))[:2] == [
        "plan.csv: a spreadsheet shortened 1 id in column 'GEOID20', and the digits are lost: '6.00140E+13' (row 2). "
        "Export the file again with this column as text.",
        "plan.csv: a spreadsheet shortened 2 ids in column 'District', and the digits are lost: '6.0018E+10' (row 2), '6.0018E+10' (row 3). "
        "Export the file again with this column as text.",
    ]


def test_another_districts_file(tmp_path):
    assert refusal(written(tmp_path, lines("GEOID20,District", "510594219002023,1"))) == [
        "plan.csv: no column holds units of the district: its units are like '060014001001000', and column 'GEOID20' has '510594219002023'. "
        "Give ids as the units file has them; block ids of another census year have to be translated first."
    ]


def test_columns_that_cannot_be_told_apart(tmp_path):
    path = written(tmp_path, lines("PBID,OptA,OptB", *(f"{unit},a,b" for unit in BLOCKS)))
    assert refusal(path) == [
        "plan.csv: none of its 2 other columns is known to hold schools: OptA, OptB. "
        "Name the column of schools with --column, or leave only unit and school."
    ]
    assert refusal(path, column="OptC") == ["plan.csv: has no column 'OptC'. Columns beside the units: OptA, OptB."]


def test_one_column(tmp_path):
    assert refusal(written(tmp_path, lines("GEOID20", *BLOCKS))) == [
        "plan.csv: has no second column. Name the column of schools with --column, or leave only unit and school."
    ]


def test_no_header_and_three_columns(tmp_path):
    assert refusal(written(tmp_path, lines(*(f"{x},5" for x in labels())))) == [
        "plan.csv, row 1: has no header, and 3 columns. Name the columns in the first row, or leave only unit and school."
    ]


def test_rows_longer_than_the_header(tmp_path):
    place = district(names=("Adams", "Brook, North", "Cole"))
    text = lines("GEOID20,School", *labels(schools=("Adams", "Brook, North", "Cole")))
    assert refusal(written(tmp_path, text), place)[0] == (
        "plan.csv: has 2 rows with more than the header's 2 fields: 3, 4. "
        "Give every column a name, and put quotes round text that holds the delimiter."
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "plan.csv: is empty. Export it again, or name another file."),
        (b"\n\n,,\n", "plan.csv: is empty. Export it again, or name another file."),
        (b"PK\x03\x04", "plan.csv: is no text. Call it .xlsx if it is a workbook, .zip if it is packed; else export it as CSV."),
        (b"a,b\0\n", "plan.csv: is no text. Call it .xlsx if it is a workbook, .zip if it is packed; else export it as CSV."),
    ],
)
def test_no_table_at_all(tmp_path, content, message):
    (tmp_path / "plan.csv").write_bytes(content)
    assert refusal(tmp_path / "plan.csv") == [message]


def test_no_file_a_folder_and_a_broken_archive(tmp_path):
    (missing,) = refusal(tmp_path / "none.csv")
    assert re.match(r"none.csv: there is no file .*none.csv", missing)
    (folder,) = refusal(tmp_path)
    assert "holds no file that may be a plan" in folder
    (broken,) = refusal(written(tmp_path, "no archive", "plan.csv.gz"))
    assert broken.startswith("plan.csv.gz: cannot be read: ")


@given(st.binary(max_size=80), st.integers(0, 400))
def test_no_damage_ends_in_a_traceback(tmp_path_factory, noise, at):
    """A real file with bytes put in the middle is read or refused."""
    whole = OURS.encode()
    path = tmp_path_factory.mktemp("noise") / "plan.csv"
    path.write_bytes(whole[:at] + noise + whole[at:])
    try:
        said, plan = "plan.csv", read_plan(path, PLACE)
    except DataError as error:
        said, plan = str(error), WANTED
    assert said.startswith("plan.csv")
    assert ((plan.school >= 0) & (plan.school <= 2)).all()


# -- today's zones ---------------------------------------------------------------------------------------------------


def test_an_assignment_may_have_gaps(tmp_path):
    text = lines("BLOCKID|DISTRICT", f"{BLOCKS[0]}|Adams", f"{BLOCKS[1]}|", "060750101001000|9", f"{BLOCKS[3]}|NaN")
    found = read_assignment(written(tmp_path, text), BLOCKS)
    assert found.schools == ("Adams", "", "", "")
    assert found.rows == (2, 3, 0, 5)
    assert found.extra == (("060750101001000", 4),)
    assert (found.unit_column, found.school_column) == ("BLOCKID", "DISTRICT")


def test_an_assignment_with_two_schools_for_a_unit(tmp_path):
    with pytest.raises(DataError) as caught:
        read_assignment(written(tmp_path, lines(*labels(), f"{BLOCKS[3]},other")), BLOCKS)
    assert str(caught.value) == (
        "plan.csv: gives two schools to 1 unit: '060014001001003' has '060177000043' (row 4) and 'other' (row 5). Keep one row per unit, "
        "or add a column share that says how much of the unit each row is about."
    )


# -- real files ------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_options_of_baltimore():
    folder = SHARED_DATA / "baltimore"
    if not folder.exists():
        pytest.skip(f"{folder} is not here")
    frame, schools = gpd.read_file(folder / "planning_blocks.geojson"), pd.read_csv(folder / "schools.csv", dtype=str)
    place = District(
        unit_ids=tuple(frame["PBID"].astype(str)), students=frame["students_k5"].to_numpy(float), school_ids=tuple(schools["school"]),
        school_names=tuple(schools["title1"]), school_unit=np.zeros(len(schools), dtype=int), edges=np.empty((0, 2), dtype=int),
    )  # fmt: skip
    now, option = (read_plan(folder / "planning_blocks.geojson", place, PlanReading(column)) for column in ("current", "OptA"))
    scores = pd.read_csv(folder / "plan_scores.csv", index_col="plan")
    assert place.students[now.school != option.school].sum() == scores.loc["OptA", "students_reassigned"]


@pytest.mark.shared
def test_the_published_plan_of_shaker_heights():
    folder = SHARED_DATA / "shaker_heights"
    if not folder.exists():
        pytest.skip(f"{folder} is not here")
    table = pd.read_csv(folder / "blocks.csv", dtype=str)
    assert read_assignment(folder / "blocks.csv", table["block_id"]).schools == tuple(table["plan_school"])
