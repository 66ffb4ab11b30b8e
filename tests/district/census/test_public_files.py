"""Files of the Census Bureau and of NCES in their real layouts: told by their columns, and no code or subtotal summed as people."""

import json
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import public_files as made
import pytest
from shapely.geometry import Point, box

from rezoning.district.census.blocks import boundary_of, district_blocks, read_blocks
from rezoning.district.census.children import TOTAL, children_by_block
from rezoning.district.census.kinds import Kind, kind_of
from rezoning.district.census.poverty import low_income_by_block, poverty_by_tract
from rezoning.district.census.read import looked_at, public_table
from rezoning.district.census.schools import school_totals
from rezoning.district.census.zones import survey_zones
from rezoning.errors import DataError


def squares() -> list:
    return [box(-100.4 + 0.1 * k, 40, -100.3 + 0.1 * k, 40.1) for k in range(4)]


def tiger(path: Path) -> Path:
    frame = gpd.GeoDataFrame(
        {
            "STATEFP20": made.STATE, "TRACTCE20": [block[5:11] for block in made.BLOCKS], "BLOCKCE20": [block[11:] for block in made.BLOCKS],
            "GEOID20": made.BLOCKS, "ALAND20": [100, 100, 100, 0], "HOUSING20": [1, 2, 3, 0], "POP20": [10, 20, 30, 0],
            "INTPTLAT20": ["+40.0500000"] * 4, "INTPTLON20": [f"-{100.35 - 0.1 * k:011.7f}" for k in range(4)],
        },
        geometry=squares(), crs=4269,
    )  # fmt: skip
    frame.to_file(path)
    return path


def test_files_are_told_by_their_columns(tmp_path: Path) -> None:
    columns, rows = made.p12([{}] * 4)
    files = {
        made.answer(tmp_path / "ages.json", columns, rows): Kind.AGES,
        made.download(tmp_path / "ages.csv", columns, rows, made.BLOCKS): Kind.AGES,
        made.poverty_file(tmp_path / "ACSDT5Y2022.B17001-Data.csv"): Kind.POVERTY,
        made.membership_file(tmp_path / "m.csv"): Kind.MEMBERSHIP,
        made.lunch_file(tmp_path / "l.csv"): Kind.LUNCH,
        made.directory_file(tmp_path / "d.csv"): Kind.DIRECTORY,
        made.points_file(tmp_path / "p.TXT"): Kind.POINTS,
        tiger(tmp_path / "blocks.shp"): Kind.BLOCKS,
        made.text(tmp_path / "BlockAssign_ST07_NW_SDUNI.txt", ["BLOCKID|DISTRICT", f"{made.BLOCKS[0]}|00001", f"{made.BLOCKS[1]}|"]): Kind.BLOCK_LIST,
        made.text(tmp_path / "plan.txt", ["BLOCKID|DISTRICT", f"{made.BLOCKS[0]}|1"]): None,
        made.text(tmp_path / "other.csv", ["id,students", "1,2"]): None,
    }
    assert {path.name: looked_at(path).kind for path in files} == {path.name: kind for path, kind in files.items()}


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (["P0010001", "P0020002", "P0030001", "P0040002"], Kind.REDISTRICTING),
        (["GISJOIN", "U7B001", "U7C002", "U7D001"], Kind.REDISTRICTING),
        (["GEO_ID", "NAME", "P4_001N", "P4_002N"], Kind.REDISTRICTING),
        (["GEO_ID", "NAME", "P12J_003N"], Kind.AGES),
        (["GEO_ID", "C17002_001E", "C17002_002E"], Kind.INCOME_RATIO),
        (["ncessch", "schnam", "leaid", "openEnroll", "defacto", "MultiBdy"], Kind.SCHOOL_ZONES),
        (["UNSDLEA", "GEOID", "NAME"], Kind.BOUNDARY),
        (["GEOID20", "ELSDLEA20"], Kind.BOUNDARY),
        (["NCESSCH", "NAME", "LAT1516", "LON1516"], Kind.POINTS),
        (["NCESSCH", "LATCOD", "LONCOD", "TOTFRL"], Kind.CHARACTERISTICS),
        (["NCESSCH", "NSLP_STATUS", "NSLP_STATUS_TEXT"], Kind.MEALS),
        (["TLID", "MTFCC", "ROADFLG", "FULLNAME"], Kind.STREETS),
        (["GEOID20", "POP20"], None),
        (["zone", "PLAN"], None),
    ],
)  # fmt: skip
def test_columns_of_other_years_and_sources(columns: list[str], kind: Kind | None) -> None:
    assert kind_of(columns) is kind


def test_ages_are_children_of_elementary_school_by_group_from_both_layouts(tmp_path: Path) -> None:
    everyone = [{4: 6, 28: 4, 5: 10, 29: 5, 3: 50}, {4: 2}, {}, {28: 1}]
    columns, rows = made.p12(everyone, {"H": [{4: 6}, {}, {}, {}], "I": [{28: 4, 5: 10, 29: 5}, {4: 2}, {}, {28: 1}]})
    for path in (made.answer(tmp_path / "a.json", columns, rows), made.download(tmp_path / "a.csv", columns, rows, made.BLOCKS)):
        found = children_by_block(public_table(path))
        assert list(found.frame.index) == made.BLOCKS
        assert found.frame[TOTAL].tolist() == [13, 2, 0, 1]  # 6 + 4 of five to nine, a fifth of the fifteen of ten to fourteen
        assert found.frame["hispanic"].tolist() == [6, 0, 0, 0]
        assert found.frame["white"].tolist() == [7, 2, 0, 1]
        assert found.groups == ("hispanic", "white")
    assert children_by_block(public_table(tmp_path / "a.csv"), between=(11, 14)).frame[TOTAL].tolist() == [9, 0, 0, 0]


def test_children_of_redistricting_data_are_everybody_less_adults(tmp_path: Path) -> None:
    names = ["P1_001N", "P3_001N", "P2_002N", "P4_002N", "P2_005N", "P4_005N"]
    rows = [["100", "70", "40", "20", "60", "50"], ["10", "10", "0", "0", "10", "10"], ["8", "2", "5", "6", "3", "0"], ["0"] * 6]
    found = children_by_block(None, public_table(made.answer(tmp_path / "pl.json", names, rows)))
    assert found.frame[TOTAL].tolist() == [30, 0, 6, 0]
    assert found.frame["hispanic"].tolist() == [20, 0, 0, 0]  # more adults than people is noise
    old = {"P1_001N": "P0010001", "P3_001N": "P0030001", "P2_002N": "P0020002", "P4_002N": "P0040002", "P2_005N": "P0020005", "P4_005N": "P0040005"}
    lines = [",".join(["GEOID20", *(old[name] for name in names)]), *(",".join([b, *row]) for b, row in zip(made.BLOCKS, rows, strict=True))]
    assert children_by_block(None, public_table(made.text(tmp_path / "pl.csv", lines))).frame.equals(found.frame)
    columns, ages = made.p12([{4: 3}, {4: 5}, {4: 4}, {}])
    shared = children_by_block(public_table(made.answer(tmp_path / "ages.json", columns, ages)), public_table(tmp_path / "pl.json"))
    assert shared.frame[TOTAL].tolist() == [3, 5, 4, 0]
    assert shared.frame["hispanic"].tolist() == [2, 0, 0, 0]  # two thirds of those under 18


def test_a_table_of_that_name_that_counts_everybody_is_refused(tmp_path: Path) -> None:
    path = made.answer(tmp_path / "dhc.json", ["P1_001N", "P3_001N"], [["100", "100"], ["10", "10"], ["8", "8"], ["0", "0"]])
    with pytest.raises(DataError, match="has as many adults as people"):
        children_by_block(None, public_table(path))


def test_all_children_are_those_of_all_groups_where_only_these_are_there(tmp_path: Path) -> None:
    columns, rows = made.p12([{}] * 4, {letter: [{4: k + 1}, {}, {}, {}] for k, letter in enumerate(made.LETTERS)})
    own = [k for k, name in enumerate(columns) if not name.startswith("P12_")]
    path = made.answer(tmp_path / "a.json", [columns[k] for k in own], [[row[k] for k in own] for row in rows])
    assert children_by_block(public_table(path)).frame[TOTAL].tolist() == [36, 0, 0, 0]


def test_ids_of_the_national_gis_archive_and_of_tracts(tmp_path: Path) -> None:
    joined = made.text(tmp_path / "n.csv", ["GISJOIN,U7B001,U7D001", f"G{made.STATE}0{made.COUNTY}0{made.TRACTS[0]}1000,9,4"])
    assert children_by_block(None, public_table(joined)).frame[TOTAL].to_dict() == {made.BLOCKS[0]: 5}
    tracts = made.text(tmp_path / "t.csv", ["GEO_ID,P1_001N,P3_001N", "1400000US07001000100,9,4"])
    with pytest.raises(DataError, match=r"t\.csv, row 2: ids of blocks have 15 digits"):
        children_by_block(None, public_table(tracts))


def test_margins_are_combined_and_codes_are_never_summed(tmp_path: Path) -> None:
    found = poverty_by_tract(public_table(made.poverty_file(tmp_path / "b.csv")))
    first, second = found.iloc[0], found.iloc[1]
    assert (first["poor"], first["all"], first["share"]) == (120, 480, 0.25)
    assert first["poor_margin"] == pytest.approx(math.sqrt(12 * 9))
    assert first["share_margin"] == pytest.approx(math.sqrt(12 * 9 - 0.25**2 * 12 * (9 + 16)) / 480)
    assert second.isna().all()
    children = pd.Series([10.0, 20, 30, 40], index=made.BLOCKS)
    seed, unknown = low_income_by_block(children, found)
    assert seed.tolist() == [2.5, 5, 7.5, 10]
    assert unknown == ["07001000200"]


@pytest.mark.parametrize("code", ["-666666666", "-222222222", "-333333333", "-555555555", "-999999999", "-1", "-2", "-9", "M", "N", "", "†", "null"])
def test_codes_are_not_known(tmp_path: Path, code: str) -> None:
    path = made.text(tmp_path / "c.csv", ["GEOID,C17002_001E,C17002_002E,C17002_003E,C17002_004E,C17002_005E,C17002_006E",
                                          f"07001000100,100,10,10,{code},0,5", "07001000200,\"1,000\",10,10,30,0,50"])  # fmt: skip
    assert [None if np.isnan(share) else share for share in poverty_by_tract(public_table(path))["share"]] == [None, 0.1]


def test_subtotals_of_one_column_are_each_read_once(tmp_path: Path) -> None:
    tables = [(Kind.MEMBERSHIP, public_table(made.membership_file(tmp_path / "m.csv"), wanted={"LEAID": made.LEAID}))]
    tables += [(Kind.LUNCH, public_table(made.lunch_file(tmp_path / "l.csv")))]
    tables += [(Kind.DIRECTORY, public_table(made.directory_file(tmp_path / "d.csv", "latin-1")))]
    tables += [(Kind.POINTS, public_table(made.points_file(tmp_path / "p.txt")))]
    found = school_totals(tables, made.LEAID)
    one, other = (found.frame.loc[school] for school in made.SCHOOLS)
    assert (one["students"], one["hispanic"], one["white"], one["KG"], one["01"], one["low_income"]) == (30, 18, 12, 22, 8, 17)
    assert (other["students"], other["hispanic"], other["low_income"]) == (20, 5, 11)
    assert np.isnan(other["white"])  # a part of it is not known
    assert (one["name"], one["low_grade"], one["high_grade"], one["lat"], one["lon"]) == ("Peña Elementary", "KG", "05", 40.5, -100.25)
    assert (one["directly_certified"], np.isnan(other["directly_certified"])) == (9, True)
    assert found.not_open == {"070000100033": "closed"}
    assert found.not_zoned == {"070000100033": "charter school"}
    assert "990000100011" not in found.frame.index


def test_rows_of_other_districts_are_not_kept_and_row_numbers_stay(tmp_path: Path) -> None:
    table = public_table(made.membership_file(tmp_path / "m.csv"), wanted={"LEAID": "9900001"})
    assert table.frame.index.tolist() == [18]


def test_characteristics_have_it_all(tmp_path: Path) -> None:
    header = "NCESSCH,LEAID,SCH_NAME,SCHOOL_LEVEL,SCHOOL_TYPE_TEXT,SY_STATUS_TEXT,TOTFRL,FRELCH,REDLCH,KG,G01,TOTAL,HI,WH,BLALM,BLALF,LATCOD,LONCOD"
    rows = [f"{made.SCHOOLS[0]},{made.LEAID},North,Elementary,Regular school,Currently operational,17,14,3,22,8,30,18,10,1,1,40.5,-100.25",
            f"{made.SCHOOLS[1]},{made.LEAID},South,Elementary,Regular school,Future,-9,-1,2,20,M,20,5,-2,3,-1,0,0"]  # fmt: skip
    found = school_totals([(Kind.CHARACTERISTICS, public_table(made.text(tmp_path / "c.csv", [header, *rows])))])
    one, other = (found.frame.loc[school] for school in made.SCHOOLS)
    assert (one["students"], one["hispanic"], one["black"], one["low_income"], one["01"]) == (30, 18, 2, 17, 8)
    assert other[["low_income", "white", "black", "01", "lon", "lat"]].isna().all()
    assert found.not_open == {made.SCHOOLS[1]: "not yet open"}


def test_schools_that_have_no_zone_as_a_rule_are_named(tmp_path: Path) -> None:
    header = "SCHOOL_YEAR,LEAID,NCESSCH,MAGNET_TEXT,VIRTUAL,VIRTUAL_TEXT,NSLP_STATUS,NSLP_STATUS_TEXT"
    ids = [f"0700001{k:05}" for k in range(4)]
    said = ["Yes,NOTVIRTUAL,Not Virtual", "No,FULLVIRTUAL,Full Virtual", "No,SUPPVIRTUAL,Supplemental Virtual", "Missing,Missing,Missing"]
    meals = "NSLPCEO,Yes under Community Eligibility Option (CEO)"
    rows = [f"2023-2024,{made.LEAID},{school},{words},{meals}" for school, words in zip(ids, said, strict=True)]
    found = school_totals([(Kind.MEALS, public_table(made.text(tmp_path / "129.csv", [header, *rows])))])
    assert found.not_zoned == {ids[0]: "magnet school", ids[1]: "virtual school"}
    assert found.frame["meals"].str.contains("Community Eligibility").all()


def test_points_of_a_layer_with_years_in_its_columns(tmp_path: Path) -> None:
    frame = {"NCESSCH": [int(made.SCHOOLS[0])], "NAME": ["North"], "LAT1516": [40.5], "LON1516": [-100.25]}
    gpd.GeoDataFrame(frame, geometry=[Point(-100.25, 40.5)], crs=4269).to_file(tmp_path / "edge.shp")
    found = school_totals([(Kind.POINTS, public_table(tmp_path / "edge.shp"))]).frame
    assert found.loc[made.SCHOOLS[0], ["lat", "lon", "leaid"]].tolist() == [40.5, -100.25, made.LEAID]


def test_blocks_of_a_district_by_boundary_and_by_list(tmp_path: Path) -> None:
    blocks = read_blocks(public_table(tiger(tmp_path / "blocks.shp")))
    assert blocks["lon"].round(2).tolist() == [-100.35, -100.25, -100.15, -100.05]
    assert blocks[["land_m2", "population", "housing"]].to_numpy().tolist() == [[100, 10, 1], [100, 20, 2], [100, 30, 3], [0, 0, 0]]
    outline = {"STATEFP": ["07", "07"], "UNSDLEA": ["00001", "00002"], "NAME": ["Ours", "Theirs"]}
    gpd.GeoDataFrame(outline, geometry=[box(-100.5, 39, -100.2, 41), box(-100.2, 39, -100, 41)], crs=4269).to_file(tmp_path / "unsd.shp")
    boundary = public_table(tmp_path / "unsd.shp")
    assert district_blocks(blocks, made.LEAID, boundary).tolist() == [True, True, False, False]
    with pytest.raises(DataError, match=r"has no district 0700009\. It has 0700001, 0700002"):
        boundary_of(boundary, "0700009")
    listed = [f"{block}|{code}" for block, code in zip(made.BLOCKS, ("00001", "00001", "00001", ""), strict=True)]
    table = public_table(made.text(tmp_path / "SDUNI.txt", ["BLOCKID|DISTRICT", *listed]))
    assert district_blocks(blocks, made.LEAID, listed=table).tolist() == [True, True, True, False]
    with pytest.raises(DataError, match="gives no block to district 0700002"):
        district_blocks(blocks, "0700002", listed=table)


def test_surveyed_zones_leave_out_schools_for_everyone_and_tell_their_age(tmp_path: Path) -> None:
    frame = {"ncessch": [*made.SCHOOLS, "070000100033"], "schnam": list("abc"), "leaid": [made.LEAID] * 3, "level": ["1", "1", "3"],
             "openEnroll": ["0", "1", "0"], "defacto": ["1", "0", "0"]}  # fmt: skip
    gpd.GeoDataFrame(frame, geometry=squares()[:3], crs=4269).to_file(tmp_path / "sabs.shp")
    zones, doubts = survey_zones(public_table(tmp_path / "sabs.shp"), made.LEAID, "primary")
    assert zones.frame["ncessch"].tolist() == [made.SCHOOLS[0]]
    assert [word in " ".join(doubts) for word in ("2015-16", "left out 1 school", "1 zone drawn from where students live")] == [True] * 3


def test_an_answer_of_another_shape_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([["P12_004N", "state"], ["1"]]), encoding="utf-8")
    with pytest.raises(DataError, match="no answer of the Census Bureau"):
        public_table(tmp_path / "a.json")
