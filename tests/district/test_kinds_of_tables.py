"""What every reader makes of the same oddities, whatever the file's kind: names, row numbers, text, blank, encodings, paths."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from small_files import EDGES, SCHOOLS, TRAVEL, UNITS, SmallFiles

from rezoning.district.files.read import read_table
from rezoning.district.files.table import texts
from rezoning.district.files.text import text_layout
from rezoning.district.labels import Labels
from rezoning.district.plans.collect import read_assignment
from rezoning.district.plans.how import PlanReading
from rezoning.errors import DataError

FILES = {"units.csv": UNITS, "schools.csv": SCHOOLS, "travel.csv": TRAVEL, "edges.csv": EDGES}
LONG = "from_id,to_id,value\n" + "".join(
    f"{u},{s},{value}\n" for u, *row in (line.split(",") for line in TRAVEL.split()[1:]) for s, value in zip("SN", row, strict=True)
)


@pytest.fixture
def files(tmp_path):
    return SmallFiles(tmp_path)


def numbered(text, name="", first=1):
    """A table as programs write it that number its rows."""
    return "".join(f"{name if not k else k + first - 1},{line}\n" for k, line in enumerate(text.splitlines()))


def renamed(files, old, new):
    """A unit of another id, in every file."""
    for name in FILES:
        lines = (files.folder / name).read_text().splitlines()
        files.csv(name, "\n".join(",".join(new if cell == old else cell for cell in line.split(",")) for line in lines) + "\n")


# -- names win -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("header", "first"), [("", 0), ("", 1), ("Unnamed: 0", 0), ("...1", 1), ("rownames", 1), ("row_id", 0)])
@pytest.mark.parametrize("name", [*FILES, "long.csv", "plan.csv"])
def test_row_numbers_are_no_ids(files, name, header, first):
    """Units are called 1, 2, 4 and 3, so that row numbers could be units: no file may take them for such."""
    for old, new in zip("abcd", "1243", strict=True):
        renamed(files, old, new)
    expected = files.load()
    if name == "plan.csv":
        path = files.csv(name, numbered("pu,new_school\n1,S\n2,S\n4,N\n3,N\n", header, first))
        found = read_assignment(path, expected.unit_ids, labels=Labels(expected.school_ids))
        assert found.schools == ("S", "S", "N", "N")
        assert any("row number" in note for note in found.notes)
        return
    if name == "long.csv":
        long = LONG.translate(str.maketrans("abcd", "1243")).replace("from_i4", "from_id").replace("to_i4", "to_id").replace("v1lue", "value")
        files.csv("long.csv", numbered(long, header, first))
        files.say("travel", path=files.folder / "long.csv")
    else:
        files.csv(name, numbered((files.folder / name).read_text(), header, first))
    district = files.load()
    assert district.unit_ids == expected.unit_ids
    assert district.travel.tolist() == expected.travel.tolist()
    assert district.edges.tolist() == expected.edges.tolist()
    assert name in ("units.csv", "schools.csv") or any("row number" in note for note in district.notes)


def test_the_column_called_as_in_the_units_file_holds_units(files):
    """A column that holds units as well stands before it, and is called as nobody knows."""
    files.csv("travel.csv", "other,id,S,N\nb,a,2,8\na,b,3,6\nd,c,6,3\nc,d,8,2\n")
    assert files.load().travel.tolist() == [[2, 8], [3, 6], [6, 3], [8, 2]]


def test_two_columns_of_units_that_no_name_tells_apart_are_asked_about(files):
    files.csv("travel.csv", "one,two,S,N\nb,a,2,8\na,b,3,6\nd,c,6,3\nc,d,8,2\n")
    assert files.problems() == ["travel.csv, row 1: has 2 columns that may hold units: 'one', 'two'. Name the right one 'id', as in units.csv."]


VALUES = {
    ("minutes", "seconds,minutes,meters"): "minutes",
    ("seconds", "seconds,minutes,meters"): "seconds",
    ("meters", "distance,duration"): "distance",
    ("meters", "duration,distance_m"): "distance_m",
    ("minutes", "distance,duration"): "duration",
    ("kilometers", "dist_mi,dist_km,time"): "dist_km",
    ("minutes", "travelTime,length"): "travelTime",
    ("feet", "len_ft,len_m"): "len_ft",
    ("minutes", "tt,transfers"): "tt",
    ("meters", "min,length"): "length",
}


@pytest.mark.parametrize(("measure", "columns"), VALUES)
def test_the_column_whose_name_fits_the_measure_is_taken_and_named(files, measure, columns):
    wanted, names = VALUES[measure, columns], columns.split(",")
    rows = [f"{u},{s}," + ",".join("7" if name == wanted else "900" for name in names) for u in "abcd" for s in "SN"]
    files.csv("travel.csv", f"from_id,to_id,{columns}\n" + "\n".join(rows) + "\n")
    district = files.say("travel", measure=measure).load()
    assert len(np.unique(district.travel)) == 1
    assert any(f"{measure} from column '{wanted}'" in note for note in district.notes)
    other = next(name for name in names if name != wanted)
    chosen = files.say("travel", measure=measure, value=other).load()
    assert chosen.travel[0, 0] == pytest.approx(district.travel[0, 0] * 900 / 7)


@pytest.mark.parametrize("columns", ["travel_time_p25,travel_time_p75", "time_min,time_max", "a,b", "minutes_am,minutes_pm"])
def test_columns_that_fit_alike_are_asked_about(files, columns):
    rows = [f"{u},{s},1,2" for u in "abcd" for s in "SN"]
    files.csv("travel.csv", f"from_id,to_id,{columns}\n" + "\n".join(rows) + "\n")
    first, second = columns.split(",")
    assert files.problems() == [
        f"data.travel.path: travel.csv has 2 columns that may hold minutes: '{first}', '{second}'. "
        f"Say which with data.travel.value, e.g. value: {first}"
    ]
    assert files.say("travel", value=second).load().travel.tolist() == [[2, 2]] * 4
    assert files.say("travel", value="c").problems() == [
        f"data.travel.value: travel.csv has no column 'c' of values. Columns beside from_id and to_id: {first}, {second}."
    ]


def test_walks_are_chosen_alike(files):
    rows = [f"{u},{s},1,2" for u in "abcd" for s in "SN"]
    path = files.csv("walk.csv", "from_id,to_id,a,b\n" + "\n".join(rows) + "\n")
    assert files.say("walk", path=path, measure="minutes", within=1).problems() == [
        "data.walk.path: walk.csv has 2 columns that may hold minutes: 'a', 'b'. Say which with data.walk.value, e.g. value: a"
    ]
    assert not files.say("walk", value="b").load().walkable.any()


def test_a_name_that_says_another_unit_is_doubted(files):
    files.csv("travel.csv", LONG.replace("value", "meters"))
    warning = "travel.csv: column 'meters' is read as minutes, and its name says something else; check data.travel.measure"
    assert warning in files.load().warnings


PLANS = {
    "current_school,new_school": ("new_school", "current_school"),
    "school_id,previous_school_id": ("school_id", None),
    "school,school_name": ("school", "school"),
    "school_today,plan_school": ("plan_school", "school_today"),
    "zone_existing,zone_proposed": ("zone_proposed", "zone_existing"),
    "school,District": (None, None),
    "school,OptA": (None, None),
    "OptA,OptB": (None, None),
}


@pytest.mark.parametrize("columns", PLANS)
@pytest.mark.parametrize("when", ["new", "today"])
def test_the_schools_of_the_time_that_is_wanted(tmp_path, columns, when):
    """Two columns give different schools, but for one of ids beside one of their names."""
    wanted = PLANS[columns][when == "today"]
    labels = {"S": "South", "N": "North"} if columns == "school,school_name" else {"S": "N", "N": "S"}
    path = tmp_path / "plan.csv"
    path.write_text(f"id,{columns},students\n" + "".join(f"{u},{s},{labels[s]},{k}\n" for k, (u, s) in enumerate(zip("abcd", "SSNN", strict=True))))

    def read(column=None):
        return read_assignment(path, "abcd", PlanReading(column), Labels(("S", "N"), ("South", "North")), when, "id")

    if wanted is not None:
        assert read().school_column == wanted
    elif columns != "school_id,previous_school_id":
        with pytest.raises(DataError) as error:
            read()
        assert all(f"'{name}'" in str(error.value) for name in columns.split(","))
        assert ("--column" if when == "new" else "data.units.current.column:") in str(error.value)
    assert read(columns.split(",")[1]).school_column == columns.split(",")[1]


def test_todays_zones_from_the_column_that_is_named(files):
    path = files.csv("plan.csv", "id,one,two\na,S,N\nb,S,N\nc,N,S\nd,N,S\n")
    files.say("units", current_school=None, current={"path": path, "column": "two"})
    assert files.load().current.tolist() == [1, 1, 0, 0]


def test_ids_that_the_scenario_names_stay_as_written(files):
    """Numbers of fourteen digits are padded only where block ids were looked for and found."""
    for number, unit in enumerate("abcd"):
        renamed(files, unit, f"{number + 1}7101030340000")
    district = files.load()
    assert district.unit_ids == tuple(f"{number}7101030340000" for number in range(1, 5))
    assert not any("padded" in note or "found after" in note for note in district.notes)


# -- text stays text -------------------------------------------------------------------------------------------------

ODD = ["NA", "None", "null", "nan", "true", "1e5", "007", "1.0", "N/A", "-", "#N/A", "inf", "2020-01-01", "12:30", "0x1A", "1_000", "<b>", "é"]


@pytest.mark.parametrize("odd", ODD)
def test_a_unit_and_a_school_may_be_called_anything(files, odd):
    renamed(files, "b", odd)
    for name in ("units.csv", "schools.csv", "travel.csv"):
        lines = (files.folder / name).read_text().splitlines()
        files.csv(name, "\n".join(",".join(f"{odd}s" if cell == "S" else cell for cell in line.split(",")) for line in lines) + "\n")
    renamed(files, f"{odd}s", odd)  # a school and a unit of one name
    district = files.load()
    assert district.unit_ids == ("a", odd, "c", "d")
    assert district.school_ids == (odd, "N")
    assert district.travel.tolist() == [[2, 8], [3, 6], [6, 3], [8, 2]]
    assert district.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert district.current.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "parquet", "shp"])
@pytest.mark.parametrize("odd", [("NA", "null", "1e5", "007"), ("2020/01/01", "2020-01-02", "true", "None")])
def test_layers_keep_text_as_well(files, kind, odd):
    for old, new in zip("abcd", odd, strict=True):
        renamed(files, old, new)
    assert files.drawn(f"units.{kind}").load().unit_ids == odd


@pytest.mark.parametrize("label", ["NA", "None", "nan"])
def test_a_plan_may_name_a_school_that_spells_nothing(tmp_path, label):
    path = tmp_path / "plan.csv"
    path.write_text(f"id,school\na,{label}\nb,N\n")
    assert read_assignment(path, "ab", labels=Labels((label, "N"))).schools == (label, "N")
    assert read_assignment(path, "ab", labels=Labels(("S", "N"))).schools == ("", "N")


NO_COUNTS = ["NA", "#N/A", "NULL", "n/a", "None", "nan", "-", "*", "<10", "≤ 5", "< 10", "1-9", "10*", "S", "fewer than 10", ".."]


@pytest.mark.parametrize(("kind", "text"), [("csv", text) for text in NO_COUNTS] + [("geojson", "NA"), ("parquet", "<10"), ("gpkg", "#N/A")])
def test_what_is_not_known_is_no_zero(files, kind, text):
    files.edit("units.csv", "b,10,2", f"b,10,{text}")
    if kind != "csv":
        files.drawn(f"units.{kind}")
    (said,) = files.problems()
    row = 3 if kind == "csv" else 2
    assert said.startswith(f"units.{kind}, row {row}: column 'poor' holds '{text}', not a number. What is not known is no zero")
    assert "blank" not in said


@pytest.mark.parametrize("number", ["1e300", "1e13", "-1e300", "inf"])
@pytest.mark.parametrize(("name", "old"), [("units.csv", "b,10"), ("schools.csv", "North,25"), ("travel.csv", "b,3")])
def test_numbers_beyond_belief_are_refused_with_their_row(files, name, old, number):
    files.edit(name, old, f"{old.partition(',')[0]},{number}")
    (said,) = files.problems()
    assert said.startswith(f"{name}, row 3: ")


@pytest.mark.parametrize("text", ["NA", "nan", "", "2147483647", "999999", "9223372036854775808"])
def test_unknown_trips_are_unknown(files, text):
    files.edit("travel.csv", "b,3", f"b,{text}")
    district = files.load()
    assert np.isnan(district.travel).tolist() == [[False, False], [True, False], [False, False], [False, False]]
    assert not text.isdigit() or any(text in warning and "row 3" in warning for warning in district.warnings)


# -- doubt -----------------------------------------------------------------------------------------------------------


def test_shares_are_doubted(files):
    for old, new in [("a,10,4", "a,20,0.4"), ("b,10,2", "b,20,0.1"), ("c,20,5", "c,20,1")]:
        files.edit("units.csv", old, new)
    assert "does it hold shares?" in files.load().warnings[0]
    files.edit("units.csv", "poor", "pct_poor").edit("units.csv", "0.4", "4").say("units", groups={"poor": "pct_poor"})
    assert "is named like a share" in files.load().warnings[0]


def test_trips_that_cannot_be_are_doubted_with_rows(files):
    files.edit("travel.csv", "d,8", "d,0").edit("travel.csv", "a,2,8", "a,2,5000")
    warnings = files.load().warnings
    assert warnings[0].startswith("travel.csv, row 2: 1 trip of more than a day: 'a' to 'N' 5,000 min")
    assert warnings[1].startswith("travel.csv, row 5: 1 trip of 0 min between places that are apart: 'd' to 'S' 0 min")


def test_trips_shorter_than_the_way_are_doubted(files):
    """Squares of 30 km: three of them lie between the ends of the row."""
    files.drawn(width=30_000.0)
    files.csv("travel.csv", "id,S,N\na,2,8\nb,3,6\nc,6,3\nd,8,2\n")
    assert any("shorter than the way can be" in warning for warning in files.say("travel", measure="kilometers").load().warnings)
    files.csv("travel.csv", "id,S,N\na,2,100\nb,30,60\nc,60,30\nd,100,2\n")
    assert not any("shorter" in warning for warning in files.load().warnings)


@pytest.mark.parametrize(
    ("crs", "wrong", "said"),
    [
        (4326, 32618, "which are degrees, and its CRS is EPSG:32618"),
        (4326, 2263, "which are degrees, and its CRS is EPSG:2263"),
        (32618, 4326, "which cannot be degrees"),
    ],
)
def test_a_crs_that_is_not_that_of_the_coordinates(files, crs, wrong, said):
    frame = gpd.read_file(files.drawn(crs=crs).folder / "units.gpkg").set_crs(wrong, allow_override=True)
    frame.to_file(files.folder / "units.gpkg")
    (problem,) = files.problems()
    assert said in problem


def test_exchanged_coordinates(files):
    frame = gpd.read_file(files.drawn(crs=4326).folder / "units.gpkg")
    frame.geometry = frame.geometry.map(lambda shape: type(shape)([(y, x) for x, y in shape.exterior.coords]))
    frame.to_file(files.folder / "units.gpkg")
    (problem,) = files.problems()
    assert "degrees south" in problem
    assert "longitude and latitude exchanged" in problem


def test_a_crs_for_the_other_side_of_the_earth_is_doubted(files):
    frame = gpd.read_file(files.drawn(crs=4326).folder / "units.gpkg").set_crs(4283, allow_override=True)  # Australia's
    frame.to_file(files.folder / "units.gpkg")
    assert any("far from where its CRS" in warning for warning in files.load().warnings)


def spoiled(files, old, new):
    path = files.drawn("units.geojson", crs=4326).folder / "units.geojson"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return files


def test_a_layer_that_its_server_cut_short_is_doubted(files):
    spoiled(files, '"type": "FeatureCollection"', '"exceededTransferLimit": true, "type": "FeatureCollection"')
    assert any("exceededTransferLimit: it gave 4 features" in warning for warning in files.load().warnings)


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:EPSG::999999", "Lambert of somewhere"])
def test_an_unknown_crs_is_refused_by_its_name(files, crs):
    path = files.drawn("units.geojson", crs=4326).folder / "units.geojson"
    named = f'"crs": {{ "type": "name", "properties": {{ "name": "{crs}" }} }}, "features"'
    path.write_text(path.read_text().replace('"crs":', '"was":').replace('"features"', named, 1))
    (problem,) = files.problems()
    assert problem.startswith(f"units.geojson: names a CRS that is not known: {crs}.")


@pytest.mark.parametrize("ring", ["[[0,0],[1,0],[1,1],[0,1]]", "[[0,0],[1,0]]", "[[0,0],[1,0],[NaN,1],[0,0]]"])
def test_a_broken_polygon_is_named_with_its_row_and_id(files, ring):
    path = files.drawn("units.geojson", crs=4326).folder / "units.geojson"
    head, *rows = path.read_text().split('"coordinates": ')
    rows[2] = ring.join(("[ ", " ] } }")) + rows[2][rows[2].index(" } }") + 4 :]
    path.write_text('"coordinates": '.join([head, *rows]))
    (problem,) = files.problems()
    assert problem.startswith("units.geojson: 1 polygon cannot be made out: 'c' (row 3): ")


# -- text files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("sep", [False, True])
def test_every_way_of_writing_a_table(tmp_path, end, encoding, mark, sep):
    """A header with a line break, quoted numbers, blank lines, a trailing mark, a mark inside of quotes."""
    rows = [["id", '"seats\n2025"', "name", ""], ["007", '"25"', f'"“Peña”{mark} Académie"', ""], [], ["NA", "30", "St. Mary’s – North", ""]]
    lines = ([f"sep={mark}"] if sep else []) + [mark.join(row) for row in rows]
    path = tmp_path / "t.csv"
    path.write_bytes((end.join(lines) + end).replace("\n2025", f"{end}2025").encode(encoding))
    table = read_table(path)
    assert table.columns == ["id", "seats 2025", "name", "column 4"]
    assert texts(table.frame["id"]).tolist() == ["007", "NA"]
    assert table.frame["name"].tolist() == [f"“Peña”{mark} Académie", "St. Mary’s – North"]
    assert list(table.frame.index) == [2 + sep, 4 + sep]
    assert any("Windows-1252" in note for note in table.notes) == (encoding == "cp1252")


@pytest.mark.parametrize("size", [10, 400_000])
@pytest.mark.parametrize("end", ["\n", "\r"])
def test_the_first_odd_letter_and_the_only_line_ends_may_stand_anywhere(tmp_path, size, end):
    path = tmp_path / "t.csv"
    path.write_bytes((f"id,name{end}" + f"a,b{end}" * size + f"z,Mary’s…{end}").encode("cp1252"))
    table = read_table(path)
    assert len(table.frame) == size + 1
    assert table.frame["name"].iloc[-1] == "Mary’s…"
    assert table.notes == ("t.csv: read as Windows-1252, for it is not UTF-8",)


@pytest.mark.parametrize("letter", ["\u2028", "\x85", "\x0b", "\x0c", "\x1c"])
def test_a_header_ends_only_where_its_record_does(tmp_path, letter):
    path = tmp_path / "t.csv"
    path.write_bytes(f"id,no{letter}te,n\na,x,1\n".encode())
    assert text_layout(path).columns == ("id", "no te", "n")
    assert read_table(path).frame["n"].tolist() == ["1"]


def test_a_mark_of_utf_8_before_windows_1252_is_no_part_of_the_first_name(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(codecs.BOM_UTF8 + "id,name\na,é\n".encode("cp1252"))
    assert read_table(path).columns == ["id", "name"]


def test_cells_beyond_the_header_do_no_harm_where_they_are_blank(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,n\na,1,\nb,2,,\n")
    assert read_table(path).frame["id"].tolist() == ["a", "b"]


def test_a_header_of_many_columns_is_read_whole(tmp_path):
    names = [f"{k:>0200}" for k in range(2_000)]
    path = tmp_path / "t.csv"
    path.write_text("id," + ",".join(names) + "\na" + ",1" * len(names) + "\n")
    assert len(text_layout(path).columns) == 2_001


@pytest.mark.parametrize(("written", "says"), [("utf-8", "UTF-8"), ("cp1252", "Windows-1252")])
def test_a_shapefile_that_does_not_say_how_it_is_encoded(files, written, says):
    renamed(files, "b", "b’é")
    path = files.drawn("units.shp").folder / "units.shp"
    raw = (files.folder / "units.dbf").read_bytes()
    field = "b’é".encode()
    assert field in raw
    (files.folder / "units.dbf").write_bytes(raw.replace(field, "b’é".encode(written).ljust(len(field))))
    path.with_suffix(".cpg").unlink()
    district = files.load()
    assert district.unit_ids[1] == "b’é"
    assert f"units.shp: read as {says}, for no .cpg file says how it is encoded" in district.notes


# -- keys and paths --------------------------------------------------------------------------------------------------


def test_an_index_and_a_feature_number_can_be_named(files):
    frame = gpd.read_file(files.drawn().folder / "units.gpkg")
    frame.set_index("id").to_parquet(files.folder / "units.parquet")
    assert files.say("units", path=files.folder / "units.parquet").load().unit_ids == ("a", "b", "c", "d")
    frame.set_index(pd.Index(list("abcd"))).drop(columns="id").to_parquet(files.folder / "units.parquet")
    assert files.say("units", id="index").load().unit_ids == ("a", "b", "c", "d")
    for old, new in zip("abcd", "1234", strict=True):
        renamed(files, old, new)
    assert files.drawn().say("units", id="fid").load().unit_ids == ("1", "2", "3", "4")


@pytest.mark.parametrize("odd", ["a!b", "a#b", "a%20b", "a b;c?d", "[é&]"])
@pytest.mark.parametrize("kind", ["csv", "gpkg", "shp", "parquet"])
def test_a_path_is_a_name_and_nothing_else(files, kind, odd):
    folder = files.folder / odd
    folder.mkdir()
    if kind == "csv":
        path = files.csv(f"{odd}/u{odd}.csv", UNITS)
    else:
        files.drawn(f"units.{kind}")
        for part in files.folder.glob("units.*"):
            part.rename(folder / f"u{odd}{part.suffix}")
        path = folder / f"u{odd}.{kind}"
    assert files.say("units", path=path).load().unit_ids == ("a", "b", "c", "d")


NO_FILES = {
    "pipe": "is a pipe",
    "/dev/zero": "is a device",
    "folder": "is a folder",
    "x" * 300: "has a name longer than the system allows",
    "broken": "is a link to 'nowhere', which does not exist",
    "loop": "is a link that leads back to itself",
}


@pytest.mark.parametrize("name", NO_FILES)
@pytest.mark.parametrize("section", ["units", "schools", "travel", "adjacency", "plan"])
def test_what_is_no_file_is_refused_before_it_is_opened(files, section, name):
    os.mkfifo(files.folder / "pipe")
    (files.folder / "folder").mkdir()
    (files.folder / "broken").symlink_to("nowhere")
    (files.folder / "loop").symlink_to("loop")
    path = files.folder / Path(name)
    if section == "plan":
        with pytest.raises(DataError) as error:
            read_assignment(path, "ab")
        assert NO_FILES[name] in str(error.value)
    else:
        problems = files.say(section, path=path).problems()
        assert [NO_FILES[name] in problem for problem in problems] == [True]
