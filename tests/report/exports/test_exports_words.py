"""What exports say beside the plan, what they keep to themselves, and names that try to do harm."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import drawn
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from exports_cases import PLANS, book_of, drawn_book, drawn_district, drawn_plan, expected, located, table

from rezoning.district.plans.read import read_plan
from rezoning.errors import DataError
from rezoning.public.cell import HIDDEN
from rezoning.report.exports.export import export
from rezoning.report.exports.formats import FORMATS
from rezoning.report.exports.layers import shown
from rezoning.scenario.reporting import Report

VILE = (
    '<script>alert(1)</script>&"]]>',
    "=cmd|' /C calc'!A0",
    "\u202eمدرسة الأمل\u202c \x07\x1b José " + "ñ" * 4000,
)


@cache
def vile_book():
    return drawn_book(school_names=VILE)


def reported(**settings):
    """A scenario whose section `report` says this."""
    return drawn.scenario().model_copy(update={"report": Report(**settings)})


# -- names that try to do harm ---------------------------------------------------------------------------------------


def test_no_cell_of_a_table_is_a_formula_and_names_stay_readable(tmp_path):
    book = vile_book()
    for to in ("baf", "dra", "districtr"):
        (tmp_path / to).mkdir()
        export(book, None, to, tmp_path / to)
    for path in [*tmp_path.glob("*/*.csv"), *tmp_path.glob("baf/B*.txt"), *tmp_path.glob("baf/N*.txt")]:
        with path.open(encoding="utf-8", newline="") as stream:
            cells = [cell for row in csv.reader(stream, delimiter="|" if path.suffix == ".txt" else ",") for cell in row]
        assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]
    names = [row["name"] for row in table(tmp_path / "dra" / "plan_districts.csv")]
    assert names[0] == VILE[0]
    assert names[1] == "'" + VILE[1]
    assert names[2].startswith("\u202eمدرسة الأمل\u202c  José ñ")
    assert len(names[2]) > 4000


def test_kml_escapes_names_and_leaves_out_what_xml_cannot_hold(tmp_path):
    book = vile_book()
    export(book, "A", "kml", tmp_path)
    text = (tmp_path / "zones_A.kml").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert not set(text) & {"\x07", "\x1b"}
    names = [name.text for name in ElementTree.fromstring(text).iter("{http://www.opengis.net/kml/2.2}name")]
    assert VILE[0] in names
    zones = gpd.read_file(tmp_path / "zones_A.kml", layer="zones")
    assert located(zones, book) == expected(book, "A")


@pytest.mark.parametrize(("to", "layer"), [("gpkg", "zones"), ("geojson", None)])
def test_layers_hold_names_in_full(to, layer, tmp_path):
    export(vile_book(), None, to, tmp_path)
    zones = gpd.read_file(tmp_path / "plan.gpkg", layer=layer) if layer else gpd.read_file(tmp_path / "zones_A.geojson")
    names = sorted(set(zones["name"]), key=len)
    assert (names[1], names[0]) == (VILE[0], VILE[1])
    assert names[2].endswith("ñ" * 4000)


@pytest.mark.parametrize("to", ["shp", "sabs"])
def test_shapefiles_cut_long_names_between_letters_and_say_so(to, tmp_path):
    export(vile_book(), "A", to, tmp_path)
    stem, column = ("zones_A", "name") if to == "shp" else ("SABS_A", "schnam")
    names = sorted(gpd.read_file(tmp_path / f"{stem}.shp")[column], key=len)
    assert names[2].startswith("\u202eمدرسة الأمل")
    assert set(names[2][-50:]) == {"ñ"}
    assert len(names[2].encode()) in (253, 254)
    assert "1 text was cut to 254 bytes, the longest that a shapefile holds." in (tmp_path / "README.txt").read_text(encoding="utf-8")


def test_an_id_is_never_cut(tmp_path):
    book = drawn_book(school_ids=("x" * 255, "y", "z"))
    with pytest.raises(DataError) as error:
        export(book, "A", "shp", tmp_path)
    assert str(error.value) == (
        f"shp, column school_id: the id '{'x' * 40}…' is longer than the 254 bytes that a shapefile holds. Export to gpkg, or shorten the ids."
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("to", ["geojson", "gerrychain"])
def test_files_for_programs_are_json_and_utf_8(to, tmp_path):
    for path in export(vile_book(), None, to, tmp_path):
        if path.suffix in (".json", ".geojson"):
            json.loads(path.read_bytes().decode("utf-8"))


def test_numbers_that_are_ids_of_schools_mean_these_schools(tmp_path):
    book = drawn_book(school_ids=("2", "003", "1"))
    export(book, None, "dra", tmp_path)
    rows = {row["District"]: row["school_id"] for row in table(tmp_path / "plan_districts.csv")}
    assert rows == {"1": "1", "2": "2", "3": "003"}
    (tmp_path / "baf").mkdir()
    export(book, None, "baf", tmp_path / "baf")
    assert read_plan(tmp_path / "baf" / "BlockAssign_A.txt", book.district) == book.first.plan


# -- what is kept back -----------------------------------------------------------------------------------------------


def hidden_book():
    """A book that hides the students of school B and the group low of all schools."""
    book = drawn_book()

    def row(row, s):
        counts = {"students": HIDDEN, "utilization": HIDDEN} if s == 1 else {"students": 200.0, "utilization": 0.5}
        return replace(row, groups={"low": HIDDEN, "black": 60.0, "white": 50.0}, **counts)

    views = {letter: replace(view, schools=tuple(row(one, s) for s, one in enumerate(view.schools))) for letter, view in book.views.items()}
    return replace(book, views=views, is_hidden=True)


@pytest.mark.parametrize("to", ["gpkg", "geojson", "shp", "kml"])
def test_hidden_numbers_are_null_and_named(to, tmp_path):
    export(hidden_book(), "A", to, tmp_path)
    layer = {"layer": "zones"} if to in ("gpkg", "kml") else {}
    path = tmp_path / {"gpkg": "plan.gpkg", "geojson": "zones_A.geojson", "shp": "zones_A.shp", "kml": "zones_A.kml"}[to]
    zones = gpd.read_file(path, **layer)
    zones = zones[zones["view"] == "A"].set_index("school_id")
    low = "low" if to == "shp" else "group_low"
    assert zones["hidden"].to_dict() == {"A": "group_low", "B": "students,group_low,utilization", "C": "group_low"}
    assert zones[low].replace("", None).isna().all()
    assert pd.isna(zones["students"].replace("", None)["B"])
    assert float(zones["students"]["A"]) == 200
    assert float(zones["black" if to == "shp" else "group_black"]["B"]) == 60


def test_cells_as_numbers():
    assert [shown(cell) for cell in (HIDDEN, None, 0.0, 12.5)] == [None, None, 0.0, 12.5]


@pytest.mark.parametrize("to", ["gpkg", "geojson", "shp", "gerrychain"])
@pytest.mark.parametrize("with_counts", [False, True])
def test_units_have_numbers_of_students_only_when_asked(to, with_counts, tmp_path):
    book = drawn_book()
    export(book, "A", to, tmp_path, with_counts=with_counts)
    if to == "gerrychain":
        nodes = json.loads((tmp_path / "graph.json").read_text(encoding="utf-8"))["nodes"]
        units = pd.DataFrame(nodes)
    else:
        path = tmp_path / {"gpkg": "plan.gpkg", "geojson": "units.geojson", "shp": "units_A.shp"}[to]
        units = gpd.read_file(path, **({"layer": "units"} if to == "gpkg" else {}))
    plain = {"unit_id", "school_today", "today", "school_A", "changed_A", "geometry", "id", "area", "boundary_node", "boundary_perim"}
    counts = {"students", *((f"group_{name}" if to != "shp" else name) for name in ("low", "black", "white"))}
    assert set(units.columns) - plain == (counts if with_counts else set())
    text = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert ("NOT FOR PUBLICATION: holds counts of few students" in text) == with_counts
    if with_counts:
        assert units["students"].tolist() == book.district.students.tolist()


# -- what is said ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", [name for name in FORMATS if name != "xlsx"])
def test_the_read_me_says_what_it_is_and_where_it_comes_from(to, tmp_path):
    book = drawn_book()
    export(book, None, to, tmp_path)
    text = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert text.startswith("Drawn\n=====\n\nIllustrative, not a district proposal.\n")
    assert f"\nOpens in: {FORMATS[to].opens_in}." in text.replace("\n    ", " ")
    assert "\nA plan that was read from a file." in text
    assert "\nGoal: Students who change schools" in text
    assert "rezoning 0." in text
    assert all(len(line) <= 110 or " " not in line.strip() for line in text.splitlines())
    columns = text.split("Columns\n-------\n")[1].split("\n\n")[0].splitlines()
    told = {line.split(":")[0] for line in columns if not line.startswith(" ")}
    for path in tmp_path.glob("*.shp" if to in ("shp", "sabs") else "*.gpkg"):
        for layer, _ in pyogrio.list_layers(path):
            if layer == "layer_styles":  # for QGIS, which hides it
                continue
            assert set(pyogrio.read_info(path, layer=layer)["fields"]) <= told


def test_an_official_plan_is_not_called_illustrative(tmp_path):
    district = drawn_district()
    book = book_of(reported(official=True, title="Plan of the\x07 board", author="The board"), district, drawn_plan(PLANS["A"]))
    export(book, None, "baf", tmp_path)
    text = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert text.startswith("Plan of the board\n=================\n\nMade by: The board.\n")
    assert "llustrative" not in text


def test_a_run_says_its_status_bound_gap_and_data(tmp_path):
    book = drawn_book()
    value = book.first.record["goals"][0]["value"]
    goal = {"minimize": "reassigned", "group": None, "value": value, "bound": 0.95 * value, "gap": 0.05}
    record = {
        "status": "within_gap", "solver": "scip", "seed": 7, "goals": [goal], "versions": {"rezoning": "0.1.0"},
        "inputs": [{"path": "/home/secret/units.gpkg", "sha256": "ab" * 32}],
    }  # fmt: skip
    run = replace(book.first, record=record, is_run=True, changed=("units.csv has changed since the run.",))
    book = replace(book, options=(run, *book.options[1:]))
    export(book, "A", "gpkg", tmp_path)
    text = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert "Close to best: the gap that was asked for is proven. Solver: scip; seed 7." in text
    said = text.replace("\n    ", " ")
    assert f"Goal: Students who change schools: No plan within these rules can go below {95 * value:.1f} %; this one reaches" in said
    assert f"this one reaches {100 * value:.1f} %. Gap: 5.00 %." in said
    assert "units.csv has changed since the run." in text
    assert f"units.gpkg  sha256 {'ab' * 32}" in text
    assert "/home" not in text


def test_units_that_are_no_blocks_and_ground_that_was_mended_are_told(tmp_path):
    book = drawn_book()
    export(book, None, "dra", tmp_path)
    said = (tmp_path / "README.txt").read_text(encoding="utf-8").replace("\n    ", " ")
    assert "put ids in their place by plan_districts.csv, or export to baf." in said
    assert "The units are not census blocks (fifteen digits): redistricting programs know only blocks of their own maps." in said
    gappy = drawn_district().geometry.scale(0.99, 0.99)
    export(drawn_book(geometry=gappy), None, "geojson", tmp_path)
    said = (tmp_path / "README.txt").read_text(encoding="utf-8").replace("\n    ", " ")
    assert "The units' polygons as drawn leave gaps or overlap. Gaps up to 2 m wide were closed" in said


# -- districts that lack something -----------------------------------------------------------------------------------


@cache
def flat_book():
    return drawn_book(geometry=None, border_m=None)


@pytest.mark.parametrize("to", FORMATS)
def test_without_polygons_a_format_works_or_says_what_would(to, tmp_path):
    book = flat_book()
    if FORMATS[to].needs_polygons:
        with pytest.raises(DataError, match=f"the format {to} needs the units' polygons"):
            export(book, None, to, tmp_path)
        assert not list(tmp_path.iterdir())
        return
    files = export(book, None, to, tmp_path)
    assert len(files) > 1
    assert all(path.stat().st_size for path in files)


def test_a_graph_without_polygons_makes_a_partition(tmp_path):
    from gerrychain import Graph, Partition

    book = flat_book()
    export(book, None, "gerrychain", tmp_path)
    plan = Partition(Graph.from_json(str(tmp_path / "graph.json")), assignment="school_B")
    assert {plan.graph.node_data(node)["unit_id"]: plan.assignment[node] for node in plan.graph.nodes} == expected(book, "B")


@cache
def new_book():
    """A district without zones of today."""
    asked = drawn.scenario(goals=[{"minimize": "dissimilarity", "group": "low"}]).model_copy(update={"report": Report(min_cell=0)})
    return book_of(asked, drawn_district(current=None), *map(drawn_plan, PLANS.values()))


@pytest.mark.parametrize("to", [name for name in FORMATS if name != "xlsx"])
def test_without_zones_of_today_nothing_is_said_of_change(to, tmp_path):
    book = new_book()
    export(book, None, to, tmp_path)
    text = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert "school_today" not in text
    assert "changed" not in text
    if to == "gpkg":
        assert sorted(set(gpd.read_file(tmp_path / "plan.gpkg", layer="zones")["view"])) == ["A", "B"]


def test_a_closed_school_has_a_zone_of_today_and_no_place(tmp_path):
    current = np.array([3 if c == "c" else "abc".index(c) for c in "aaabababaaacccccb"[:16]])
    book = drawn_book(closed_ids=("Z",), current=current)
    export(book, None, "gpkg", tmp_path)
    zones = gpd.read_file(tmp_path / "plan.gpkg", layer="zones")
    assert "Z" in set(zones["school_id"][zones["view"] == "today"])
    assert "Z" not in set(zones["school_id"][zones["view"] == "A"])
    assert "Z" not in set(gpd.read_file(tmp_path / "plan.gpkg", layer="schools")["school_id"])
    said = (tmp_path / "README.txt").read_text(encoding="utf-8").replace("\n    ", " ")
    assert "Schools of unknown place, left out of the layer of schools: Z." in said


def test_new_units_have_no_school_today_and_do_not_change(tmp_path):
    current = drawn_plan("Aaab/aBab/aaac/cCcb").school.copy()
    current[:3] = -1
    book = drawn_book(current=current)
    export(book, None, "gpkg", tmp_path)
    units = gpd.read_file(tmp_path / "plan.gpkg", layer="units")
    assert units["school_today"][:3].isna().all()
    assert not units["changed_A"][:3].any()
