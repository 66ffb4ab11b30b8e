"""Tables of every format: row numbers, text that stays text, and every message about a file that cannot be read."""

from __future__ import annotations

import gzip
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from rezoning.district.files.read import read_table
from rezoning.district.files.table import Table, column, texts
from rezoning.district.files.text import read_columns, text_layout
from rezoning.errors import DataError
from rezoning.scenario.formats import EXPECTED


def said(path, **keys):
    with pytest.raises(DataError) as caught:
        read_table(path, **keys)
    assert len(caught.value.problems) == 1
    return str(caught.value).replace(f"{path.parent}/", "")


def two_layers(path):
    points = gpd.GeoDataFrame({"id": ["1"]}, geometry=[Point(0, 0)], crs=4326)
    points.to_file(path, layer="units")
    points.to_file(path, layer="schools")
    return path


def test_text_stays_text(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(" id , count\n007, 1\n 1e5 ,NA\n,\n08.0,2.50\n")
    table = read_table(path)
    assert list(table.frame.columns) == ["id", "count"]
    assert texts(table.frame["id"]).tolist() == ["007", "1e5", "08.0"]
    assert texts(table.frame["count"]).tolist() == ["1", "NA", "2.50"]


def test_rows_are_those_of_the_file(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("\nid,n\n\na,1\n,\nb,2\n")
    table = read_table(path)
    assert list(table.frame.index) == [4, 6]
    assert table.place(table.rows(np.array([False, True]))) == "t.csv, row 6"
    assert table.place([4, 6]) == "t.csv, rows 4, 6"


def test_features_of_a_layer_are_counted_from_one(tmp_path):
    gpd.GeoDataFrame({"id": ["x", "y"]}, geometry=[Point(0, 0), Point(1, 1)], crs=4326).to_file(tmp_path / "t.gpkg")
    table = read_table(tmp_path / "t.gpkg")
    assert list(table.frame.index) == list(table.geometry.index) == [1, 2]
    assert list(table.kept(np.array([False, True])).geometry.index) == [2]


@pytest.mark.parametrize("mark", ["|", ";", "\t"])
def test_other_delimiters_are_found_and_noted(tmp_path, mark):
    path = tmp_path / "t.csv"
    path.write_text(f"id{mark}name\n01{mark}A, B\n")
    table = read_table(path)
    assert table.frame.iloc[0].tolist() == ["01", "A, B"]
    assert table.notes == (f"t.csv: columns are separated by {mark!r}",)


ASSUMED = ("t.csv: read as Windows-1252, for it is not UTF-8",)


@pytest.mark.parametrize(("encoding", "notes"), [("utf-8-sig", ()), ("utf-16", ()), ("latin-1", ASSUMED), ("cp1252", ASSUMED)])
def test_encodings(tmp_path, encoding, notes):
    path = tmp_path / "t.csv"
    path.write_bytes("id,name\n01,José\n".encode(encoding))
    table = read_table(path)
    assert table.frame.iloc[0].tolist() == ["01", "José"]
    assert table.notes == notes


def test_latin_1_far_down_a_file_is_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,name\n" + b"01,abcdefgh\n" * 100_000 + "02,José\n".encode("latin-1"))
    assert read_table(path).frame["name"].iloc[-1] == "José"


def test_a_trailing_comma_does_not_shift_columns(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,n,\na,1,\nb,2,\n")
    assert read_table(path).frame["id"].tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.Series([1, 2]), ["1", "2"]),
        (pd.Series([390351835024001.0, np.nan, 1.5]), ["390351835024001", "", "1.5"]),
        (pd.Series([True, False]), ["True", "False"]),
        (pd.Series([" a ", None]), ["a", ""]),
        (pd.Series([1, None], dtype="Int64"), ["1", ""]),
        (pd.Series(["a", None], dtype="category"), ["a", ""]),
        (pd.Series([b"x ", 2.0, None], dtype=object), ["x", "2", ""]),
        (pd.Series(pd.to_datetime(["2020-01-01", None])), ["2020-01-01 00:00:00", ""]),
    ],
)
def test_values_of_every_type_become_text(values, expected):
    assert texts(values).tolist() == expected


def test_repeating_text_is_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr("rezoning.district.files.text.CHUNK", 3)
    path = tmp_path / "t.csv"
    path.write_text("id,n\n" + "".join(f"0{k % 4},{k}\n" for k in range(10)))
    frame = read_columns(path, text_layout(path), {"id": "category", "n": np.float64})
    assert list(frame.index) == list(range(2, 12))
    assert frame["id"].astype(str).tolist() == [f"0{k % 4}" for k in range(10)]
    assert frame["n"].tolist() == list(range(10))


# -- messages ----------------------------------------------------------------------------------------------------------


def test_a_missing_file(tmp_path):
    (tmp_path / "units.gpkg").touch()
    expected = "data.units.path: there is no file unit.gpkg. Did you mean 'units.gpkg'?"
    assert said(tmp_path / "unit.gpkg", place="data.units.path") == expected
    assert said(tmp_path / "x.csv") == "x.csv: there is no file x.csv. Paths are relative to the scenario file."


def test_a_folder(tmp_path):
    (tmp_path / "units.csv").mkdir()
    assert said(tmp_path / "units.csv") == "units.csv: units.csv is a folder. Name the file in it."


DAMAGED = {
    "unknown kind": ("t.docx", b"x", f"t.docx: t.docx is of no kind that can be read. {EXPECTED}"),
    "empty": ("t.csv", b"", "t.csv: is empty. Export it again, or name another file."),
    "blank": ("t.csv", b"\n \n", "t.csv: is empty. Export it again, or name another file."),
    "only a header": ("t.csv", b"id,n\n", "t.csv: has no rows. Export it again, or name another file."),
    "a workbook": ("t.csv", b"PK\x03\x04", "t.csv: is no text. Call it .xlsx if it is a workbook, .zip if it is packed; else export it as CSV."),
    "twice": ("t.csv", b"id,n,n\n1,2,3\n", "t.csv, row 1: names a column twice: 'n'. Rename or delete one of them."),
    "wider": (
        "t.csv", b"id,n\n1,2,3\n4,5,6\n",
        "t.csv: has 2 rows with more than the header's 2 fields: 2, 3. "
        "Give every column a name, and put quotes round text that holds the delimiter.",
    ),
    "ragged": (
        "t.csv", b"id,n\n1,2\n4,5,6\n",
        "t.csv: has 1 row with more than the header's 2 fields: 3. "
        "Give every column a name, and put quotes round text that holds the delimiter.",
    ),
    "a web page": ("t.csv", b"<!DOCTYPE html>\n<p>not found", "t.csv: is a web page. Download the file that the page links to."),
    "a web page of shapes": ("t.geojson", b"<html>", "t.geojson: is a web page. Download the file that the page links to."),
    "no gzip": ("t.csv.gz", b"id,n\n", "t.csv.gz: cannot be read: Not a gzipped file (b'id'). Export it again, or name another file."),
    "cut gzip": (
        "t.csv.gz", gzip.compress(b"id,n\n1,2\n")[:-9],
        "t.csv.gz: cannot be read: Compressed file ended before the end-of-stream marker was reached. Export it again, or name another file.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_table(tmp_path, case):
    name, content, expected = DAMAGED[case]
    (tmp_path / name).write_bytes(content)
    assert said(tmp_path / name) == expected


@pytest.mark.parametrize("name", ["t.gpkg", "t.geojson", "t.shp", "t.zip", "t.parquet"])
def test_a_damaged_layer(tmp_path, name):
    (tmp_path / name).write_bytes(b"nonsense")
    message = said(tmp_path / name)
    assert message.startswith(f"{name}: cannot be read: ")
    assert message.endswith(" Export it again, or name another file.")


def test_layers_are_listed(tmp_path):
    path = two_layers(tmp_path / "t.gpkg")
    assert said(path, layer="unit") == "t.gpkg: t.gpkg has no layer 'unit'. Did you mean 'units'? Layers: units, schools."
    assert said(path) == "t.gpkg: t.gpkg has 2 layers. Say which with layer: units, schools."
    assert texts(read_table(path, "schools").frame["id"]).tolist() == ["1"]


def test_a_table_has_no_layers(tmp_path):
    (tmp_path / "t.csv").write_text("id\n1\n")
    assert said(tmp_path / "t.csv", layer="units", place="data.units.path") == "data.units.path: t.csv has no layers. Leave layer out."


def test_parquet_without_pyarrow(tmp_path, monkeypatch):
    (tmp_path / "t.parquet").touch()
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert said(tmp_path / "t.parquet") == "t.parquet: needs pyarrow to be read. Run: pip install 'rezoning[parquet]'"


def test_plain_parquet_is_a_table(tmp_path):
    pd.DataFrame({"id": ["01"], 3: [1]}).rename(columns=str).to_parquet(tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    assert table.geometry is None
    assert list(table.frame.index) == [1]


def test_a_missing_column(tmp_path):
    (tmp_path / "t.csv").write_text("id,Students\n1,2\n")
    with pytest.raises(DataError) as caught:
        column(read_table(tmp_path / "t.csv"), "students", "data.units.students")
    assert str(caught.value) == "data.units.students: t.csv has no column 'students'. Did you mean 'Students'? Columns: id, Students."


def test_a_name_that_a_shapefile_has_cut_is_found_in_words(tmp_path):
    table = Table(tmp_path / "t.shp", pd.DataFrame({"num_white_": [1], "num_white1": [2]}))
    with pytest.raises(DataError, match="Did you mean 'num_white_'\\? A Shapefile keeps the first ten letters"):
        column(table, "num_white_students", "key")
