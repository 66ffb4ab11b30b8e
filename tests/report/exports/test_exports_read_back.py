"""Every export, read back by a second reader, is the same plan; on a drawn district and on riverbend."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from exports_cases import RIVERBEND, assert_coverage, book_of_file, drawn_book, expected, located, table
from gerrychain import GeographicPartition, Graph

from rezoning.district.plans.read import read_plan
from rezoning.metrics.measure import measure
from rezoning.public.cell import HIDDEN
from rezoning.report.exports.export import export
from rezoning.report.exports.formats import FORMATS

ID_COLUMNS = {"unit_id", "school_id", "school_today", "school_A", "school_B"}


@pytest.fixture(scope="module", params=["drawn", "riverbend"])
def book(request):
    return drawn_book() if request.param == "drawn" else book_of_file(RIVERBEND)


@pytest.fixture
def put(book, tmp_path):
    """Export and give the directory."""

    def to(name, letter=None, **settings):
        files = export(book, letter, name, tmp_path, **settings)
        assert sorted(files) == sorted(tmp_path.iterdir())  # it tells every file
        assert files[-1].name == "README.txt"
        return tmp_path

    return to


def same(frame, book, letter, unit="unit_id", school=None):
    """Whether a table of units is an option's plan."""
    return dict(zip(frame[unit], frame[school or f"school_{letter}"], strict=True)) == expected(book, letter)


def assert_cells(zones, book, letter):
    """Numbers of zones are the book's cells; hidden ones are null and named."""
    rows = {school.id: row for school, row in zip(book.schools, book.views[letter].schools, strict=True)}
    for zone in zones.to_dict("records"):
        row = rows[zone["school_id"]]
        cells = {"students": row.students, "utilization": row.utilization} | {f"group_{name}": row.groups[name] for name in book.groups}
        hidden = {name for name, cell in cells.items() if cell == HIDDEN}
        assert set(filter(None, ("" if pd.isna(zone["hidden"]) else zone["hidden"]).split(","))) == hidden
        for name, cell in cells.items():
            assert pd.isna(zone[name]) if cell is None or cell == HIDDEN else zone[name] == pytest.approx(cell)


# -- assignment files ------------------------------------------------------------------------------------------------


def test_baf_is_read_by_this_program(book, put):
    place = put("baf")
    for option in book.options:
        path = place / f"BlockAssign_{option.letter}.txt"
        assert read_plan(path, option.district) == option.plan
        assert path.read_text(encoding="utf-8").startswith("BLOCKID|DISTRICT\n")
    names = {row["DISTRICT"]: row["name"] for row in table(place / "NameLookup.txt", "|")}
    assert names == {school.id: school.name for school in book.schools}


@pytest.mark.parametrize(("to", "stem", "unit", "label"), [
    ("dra", "block-assignments", "GEOID20", "District"), ("districtr", "districtr", "geo_id", "zone"),
])  # fmt: skip
def test_numbered_assignments_are_read_with_their_look_up_table(to, stem, unit, label, book, put):
    place = put(to)
    schools = {row[label]: row["school_id"] for row in table(place / "plan_districts.csv")}
    assert sorted(map(int, schools)) == list(range(1, len(book.schools) + 1))
    for option in book.options:
        rows = table(place / f"{stem}_{option.letter}.csv")
        assert list(rows[0]) == [unit, label]
        assert {row[unit]: schools[row[label]] for row in rows} == expected(book, option.letter)


# -- layers ----------------------------------------------------------------------------------------------------------


def test_gpkg_holds_all_options(book, put):
    path = put("gpkg") / "plan.gpkg"
    layers = dict(pyogrio.list_layers(path))
    assert layers == {"units": "MultiPolygon", "zones": "MultiPolygon", "schools": "Point", "layer_styles": None}
    units, zones, schools = (gpd.read_file(path, layer=layer) for layer in ("units", "zones", "schools"))
    for frame in (units, zones, schools):
        assert all(pd.api.types.is_string_dtype(frame[name]) for name in ID_COLUMNS & set(frame.columns))
    assert sorted(zones["view"].unique()) == ["A", "B", "today"]
    for letter in book.views:
        own = zones[zones["view"] == letter]
        assert same(units, book, letter)
        assert located(own, book) == expected(book, letter)
        assert_coverage(own, book)
        assert_cells(own, book, letter)
        moved = {book.district.unit_ids[u] for u in book.changes[letter].moved.tolist()}
        assert set(units["unit_id"][units[f"changed_{letter}"]]) == moved
        assert own["units"].sum() == book.district.num_units
        assert np.allclose(own.geometry.area / 1e6, own["area_km2"], atol=1e-6)
    assert list(schools["school_id"]) == [school.id for school in book.schools]
    assert schools["open_A"].dtype == bool


def test_a_gpkg_of_one_option_says_nothing_of_others(book, put):
    units = gpd.read_file(put("gpkg", "B") / "plan.gpkg", layer="units")
    assert same(units, book, "B")
    assert not {"school_A", "changed_A"} & set(units.columns)


def test_geojson_follows_rfc_7946(book, put):
    place = put("geojson")
    for path in sorted(place.glob("*.geojson")):
        document = json.loads(path.read_text(encoding="utf-8"))
        assert set(document) == {"type", "features"}  # no crs
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in document["features"]]
        for part in shapely.get_parts(shapes):
            if part.geom_type == "Polygon":
                assert shapely.is_ccw(part.exterior)
                assert not any(shapely.is_ccw(ring) for ring in part.interiors)
        low_x, low_y, high_x, high_y = shapely.total_bounds(shapes)
        assert -180 <= low_x <= high_x <= 180
        assert -90 <= low_y <= high_y <= 90
    units = gpd.read_file(place / "units.geojson")
    for letter in book.views:
        zones = gpd.read_file(place / f"zones_{letter}.geojson")
        assert zones.crs.to_epsg() == 4326
        assert same(units, book, letter)
        assert located(zones, book) == expected(book, letter)
        assert shapely.coverage_is_valid(np.asarray(zones.geometry.array))
        assert_cells(zones, book, letter)
    assert len(gpd.read_file(place / "schools.geojson")) == len(book.schools)


def test_shapefiles_have_short_names_and_a_dictionary(book, put):
    place = put("shp")
    said = {(row["file"], row["column"]): row["long_name"] for row in table(place / "data_dictionary.csv")}
    for path in sorted(place.glob("*.shp")):
        info = pyogrio.read_info(path)
        assert all(len(name) <= 10 and (path.stem, name) in said for name in info["fields"])
        assert info["encoding"] == "UTF-8"
        assert path.with_suffix(".cpg").read_text(encoding="ascii") == "UTF-8"
        assert gpd.read_file(path).equals(gpd.read_file(f"zip://{path.with_suffix('.zip')}"))
    for letter in book.views:
        units, zones = gpd.read_file(place / f"units_{letter}.shp"), gpd.read_file(place / f"zones_{letter}.shp")
        assert list(units.columns) == ["unit_id", "today", f"school_{letter}", f"changed_{letter}", "geometry"]
        assert same(units, book, letter)
        assert located(zones, book) == expected(book, letter)
        assert_coverage(zones, book)
        long = {name: said[f"zones_{letter}", name] for name in zones.columns if name != "geometry"}
        assert_cells(zones.rename(columns=long), book, letter)


def test_kml_has_zones_and_schools(book, put):
    place = put("kml")
    for letter in book.views:
        path = place / f"zones_{letter}.kml"
        assert [name for name, _ in pyogrio.list_layers(path)] == ["zones", "schools"]
        zones = gpd.read_file(path, layer="zones", driver="LIBKML")
        assert located(zones, book) == expected(book, letter)
        assert shapely.coverage_is_valid(shapely.force_2d(np.asarray(zones.geometry.array)))
        names = {school.id: school.name for school in book.schools}
        assert dict(zip(zones["school_id"], zones["Name"], strict=True)) == {text: names[text] for text in zones["school_id"]}
        assert len(gpd.read_file(path, layer="schools")) == len(book.schools)


def test_sabs_has_the_columns_of_the_survey(book, put):
    place = put("sabs")
    for letter in book.views:
        path = place / f"SABS_{letter}.shp"
        info = pyogrio.read_info(path)
        text, number, date = "str", "float64", "datetime64[D]"
        assert [(name, _plain(kind)) for name, kind in zip(info["fields"], info["dtypes"], strict=True)] == [
            ("SrcName", text), ("ncessch", text), ("schnam", text), ("leaid", text), ("UpdateDate", date), ("gslo", text), ("gshi", text),
            ("defacto", text), ("stAbbrev", text), ("openEnroll", text), ("Shape_Leng", number), ("Shape_Area", number), ("level", text),
            ("MultiBdy", text),
        ]  # fmt: skip
        zones = gpd.read_file(path)
        assert zones.crs.to_epsg() == 3857
        names = {school.id: school.name for school in book.schools}
        assert located(zones, book, "schnam") == {unit: names[text] for unit, text in expected(book, letter).items()}
        assert shapely.coverage_is_valid(np.asarray(zones.geometry.array))
        assert np.allclose(zones["Shape_Area"], zones.geometry.area)
        assert zones[["ncessch", "leaid", "stAbbrev", "gslo", "gshi", "openEnroll", "UpdateDate"]].isna().all(axis=None)
        assert set(zones["defacto"]) == {"0"}


def _plain(kind):
    return "str" if kind in ("object", "str") else kind


# -- other programs --------------------------------------------------------------------------------------------------


def test_gerrychain_makes_partitions_of_it(book, put):
    graph = Graph.from_json(str(put("gerrychain") / "graph.json"))
    assert len(graph.nodes) == book.district.num_units
    for option in book.options:
        plan = GeographicPartition(graph, assignment=f"school_{option.letter}")
        data = {node: plan.graph.node_data(node) for node in plan.graph.nodes}
        assert {data[node]["unit_id"]: plan.assignment[node] for node in data} == expected(book, option.letter)
        assert len(plan["cut_edges"]) == measure(option.plan, option.district, option.scenario)["cut_edges"]
        areas = {part: area / 1e6 for part, area in plan["area"].items()}
        geometry = np.asarray(book.district.geometry.array)
        for s, text in enumerate(option.district.school_ids):
            assert areas[text] == pytest.approx(shapely.area(geometry[option.plan.school == s]).sum() / 1e6, rel=1e-6)
        outline = shapely.union_all(geometry).length
        assert sum(plan["exterior_boundaries"].values()) == pytest.approx(outline, rel=1e-6)


def test_xlsx_is_the_workbook_of_compare(book, put):
    workbook = openpyxl.load_workbook(put("xlsx") / "options.xlsx")
    cells = {cell.value: cell.data_type for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None}
    moved = [book.district.unit_ids[u] for change in book.changes.values() for u in change.moved.tolist()]
    assert {cells.get(unit) for unit in moved} == {"s"}


# -- what all have in common -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", FORMATS)
def test_the_same_plan_gives_the_same_bytes(to, book, tmp_path):
    made = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        files = export(book, None, to, tmp_path / name)
        made.append({path.name: path.read_bytes() for path in files})
    assert made[0] == made[1]


@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize("letter", ["A", "B"])
def test_one_option_alone_can_be_written(to, letter, book, tmp_path):
    names = [path.name for path in export(book, letter, to, tmp_path)]
    other = "B" if letter == "A" else "A"
    assert not any(Path(name).stem.endswith(f"_{other}") for name in names)
    text = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert f"Option {letter}: plan-" in text
    assert f"Option {other}" not in text
