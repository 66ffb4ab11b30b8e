"""GeoPackages look in QGIS as our maps: its table of styles, and what each style says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pytest
from exports_cases import drawn_book

from rezoning.district.files.layers import layer_names
from rezoning.report.exports import styles
from rezoning.report.exports.export import export
from rezoning.report.exports.layers import Job
from rezoning.report.exports.qml import Rule, color, equals, style
from rezoning.report.maps.colors import PALETTE, PATTERNS, Fill, school_fills

COLUMNS = "id f_table_catalog f_table_schema f_table_name f_geometry_column styleName styleQML styleSLD useAsDefault description owner ui update_time"


@pytest.fixture(scope="module")
def book():
    return drawn_book()


@pytest.fixture(scope="module")
def path(book, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("styled")
    export(book, None, "gpkg", place)
    return place / "plan.gpkg"


def asked(path: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query).fetchall()


def documents(path: Path) -> dict[str, ElementTree.Element]:
    return {name: ElementTree.fromstring(text) for name, text in asked(path, "SELECT f_table_name, styleQML FROM layer_styles")}


def properties(layer: ElementTree.Element) -> dict[str, str]:
    found = {option.get("name"): option.get("value") for option in layer.findall("Option/Option")}
    assert found == {prop.get("k"): prop.get("v") for prop in layer.findall("prop")}
    return found


def test_the_table_is_the_one_that_qgis_makes(path):
    assert [row[1] for row in asked(path, "PRAGMA table_info(layer_styles)")] == COLUMNS.split()
    assert asked(path, "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'") == [("attributes",)]
    rows = asked(path, "SELECT f_table_name, f_geometry_column, useAsDefault, f_table_schema, f_table_catalog FROM layer_styles ORDER BY 1")
    columns = dict(asked(path, "SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert rows == [(name, columns[name], 1, "", "") for name in sorted(columns)]


def test_no_day_is_in_the_file(book, path, tmp_path):
    export(book, None, "gpkg", tmp_path)
    assert (tmp_path / "plan.gpkg").read_bytes() == path.read_bytes()
    assert set(asked(path, "SELECT update_time FROM layer_styles")) == {("1970-01-01T00:00:00.000Z",)}


def test_readers_do_not_trip_over_it(path):
    assert layer_names(path) == ["units", "zones", "schools"]
    assert len(gpd.read_file(path, layer="zones")) == 3 * len(set(gpd.read_file(path, layer="zones")["school_id"]))


def test_every_zone_has_the_color_that_it_says(path):
    zones, qml = gpd.read_file(path, layer="zones"), documents(path)["zones"]
    symbols = {symbol.get("name"): symbol for symbol in qml.findall("renderer-v2/symbols/symbol")}
    views = qml.findall("renderer-v2/rules/rule")
    assert [view.get("filter") for view in views] == [f"\"view\" = '{key}'" for key in ("today", "A", "B")]
    assert [view.get("checkstate") for view in views] == ["0", None, "0"]
    for view, key in zip(views, ("today", "A", "B"), strict=True):
        drawn = {rule.get("filter"): properties(symbols[rule.get("symbol")].find("layer"))["color"] for rule in view}
        for zone in zones[zones["view"] == key].to_dict("records"):
            assert drawn[f"\"school_id\" = '{zone['school_id']}'"] == color(zone["fill"], styles.SHARE)
    numbers = [rule.get("symbol") for rule in qml.iter("rule") if rule.get("symbol")]
    assert sorted(numbers) == sorted(symbols)  # QGIS gives a symbol to one rule alone
    keys = [rule.get("key") for rule in qml.iter("rule")]
    assert len(set(keys)) == len(keys)


def test_units_that_change_are_hatched_and_schools_have_names(path):
    found = documents(path)
    rules = found["units"].findall("renderer-v2/rules/rule")
    assert [rule.get("filter") for rule in rules] == ['"changed_A"', '"changed_B"', None]
    first = found["units"].find("renderer-v2/symbols/symbol")
    assert [layer.get("class") for layer in first.findall("layer")] == ["LinePatternFill", "SimpleFill"]
    text = found["schools"].find("labeling/settings/text-style")
    assert (text.get("fieldName"), found["schools"].get("labelsEnabled")) == ("name", "1")
    assert found["zones"].find("labeling") is None


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_lies_over_the_fill(pattern):
    paints = styles.zone(Fill(PALETTE[0], pattern)).paints
    assert [paint.kind for paint in paints] == ["SimpleFill", *{"": [], "dots": ["PointPatternFill"], "lines": ["LinePatternFill"]}[pattern]]
    assert all(paint.repeats is not None for paint in paints[1:])


def test_names_and_ids_are_quoted():
    assert equals("school_id", "O'Hara \\ 1") == "\"school_id\" = 'O''Hara \\\\ 1'"
    root = ElementTree.fromstring(style("Point", [Rule('<A & "B">', equals("x", "<'>"), styles.zone(Fill(PALETTE[0])))]))
    rule = root.find("renderer-v2/rules/rule")
    assert (rule.get("label"), rule.get("filter")) == ('<A & "B">', "\"x\" = '<''>'")


def test_one_option_alone_speaks_of_itself(book, tmp_path):
    found = styles.styles(Job(book, ("B",), "gpkg", tmp_path))
    assert "changed_B" in found["units"]
    assert "changed_A" not in found["units"]
    assert "open_B" in found["schools"]
    assert school_fills(book)[0].color in PALETTE
