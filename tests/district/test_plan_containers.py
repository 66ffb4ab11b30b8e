"""Plans in what they are published in: zip files, folders, layers, JSON, with preambles; or no plan at all, named for what it is."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_drawn import BLOCKS, SCHOOLS, drawn, said_of, table
from shapely.geometry import Point, box

from rezoning.district.plan import Plan
from rezoning.district.plans.how import PlanReading
from rezoning.district.plans.read import bring_plan, read_plan

PLACE = drawn()
WANTED = Plan([0, 1, 1, 2, 2, 0])
LABELS = [SCHOOLS[s] for s in WANTED.school]
PAIRS = list(zip(BLOCKS, LABELS, strict=True))


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def packed(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return path


# -- zip files and folders -------------------------------------------------------------------------------------------

STRANGERS = [(block, f"{k % 4 + 1:03}") for k, block in enumerate(BLOCKS)]


def test_of_the_census_zip_the_file_of_school_districts_is_found(tmp_path):
    whole = table(("BLOCKID", "DISTRICT"), *PAIRS, sep="|")
    votes = table(("BLOCKID", "COUNTYFP", "DISTRICT"), *((block, "059", code) for block, code in STRANGERS), sep="|")
    names = table(("DISTRICT", "NAME"), ("S1", "Adams"), sep="|")
    path = packed(
        tmp_path / "BlockAssign_ST51_VA.zip", BlockAssign_ST51_VA_VTD__txt=votes, BlockAssign_ST51_VA_SDUNI__txt=whole, NameLookUp__txt=names
    )
    brought = bring_plan(path, PLACE)
    assert brought.plan == WANTED
    assert f"{path.name}: read from BlockAssign_ST51_VA_SDUNI.txt" in brought.notes
    assert [file.path for file in brought.files] == [str(path)]


def test_two_plans_in_one_zip_are_asked_for_and_one_is_taken_by_its_name(tmp_path):
    other = table(("unit", "school"), *((block, "S1") for block in BLOCKS))
    path = packed(tmp_path / "options.zip", a__csv=table(("unit", "school"), *PAIRS), b__csv=other)
    (said,) = said_of(lambda: read_plan(path, PLACE))
    assert said == "options.zip: holds 2 tables that may be the plan: a.csv, b.csv. Say which with --layer a.csv."
    assert read_plan(path, PLACE, PlanReading(layer="A.csv")) == WANTED
    assert read_plan(path, PLACE, PlanReading(layer="b")) == Plan([0] * 6)
    (said,) = said_of(lambda: read_plan(path, PLACE, PlanReading(layer="c.csv")))
    assert said == "options.zip: holds no file 'c.csv'. Files: a.csv, b.csv."


def test_two_files_that_say_the_same_are_one_plan(tmp_path):
    put(tmp_path / "made" / "plan.csv", table(("unit", "school"), *PAIRS))
    put(tmp_path / "made" / "plan.txt", table(("BLOCKID", "DISTRICT"), *reversed(PAIRS), sep="|"))
    assert read_plan(tmp_path / "made", PLACE) == WANTED


def test_of_a_zip_with_layers_and_tables_the_one_with_units_is_taken(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    gpd.GeoDataFrame({"name": ["A"]}, geometry=[Point(0, 0)], crs=4326).to_file(folder / "schools.shp")
    put(folder / "README.txt", "read me")
    put(folder / "deep" / "plan.csv", table(("GEOID20", "District"), *PAIRS))
    assert read_plan(Path(shutil.make_archive(str(tmp_path / "all"), "zip", folder)), PLACE) == WANTED


def test_a_folder_without_a_plan(tmp_path):
    put(tmp_path / "made" / "a.csv", table(("name", "seats"), ("Adams", 400)))
    put(tmp_path / "made" / "b.csv", table(("street", "to"), ("Elm", 2)))
    first, *_ = said_of(lambda: read_plan(tmp_path / "made", PLACE))
    assert first.startswith("made: none of its 2 tables holds units of the district: a.csv, b.csv.")


@pytest.mark.parametrize(("content", "words"), [(b"PK\x03\x04 torn", "is no zip file|cannot be|is no text"), (b"", "is empty")])
def test_a_broken_zip_is_refused_in_words(tmp_path, content, words):
    (tmp_path / "plan.zip").write_bytes(content)
    (said,) = said_of(lambda: read_plan(tmp_path / "plan.zip", PLACE))
    assert any(word in said for word in words.split("|"))


def test_a_geopackage_with_one_layer_of_units(tmp_path):
    path = tmp_path / "plan.gpkg"
    cells = [box(k, 0, k + 1, 1) for k in range(6)]
    gpd.GeoDataFrame({"GEOID20": BLOCKS, "school": LABELS}, geometry=cells, crs=32618).to_file(path, layer="units")
    gpd.GeoDataFrame({"name": ["A"]}, geometry=[Point(0, 0)], crs=32618).to_file(path, layer="schools")
    assert read_plan(path, PLACE) == WANTED
    assert read_plan(path, PLACE, PlanReading(layer="units")) == WANTED


# -- JSON ------------------------------------------------------------------------------------------------------------


def districtr(assignment, **more):
    return json.dumps({"id": "x", "idColumn": {"key": "GEOID20", "name": "GEOID20"}, "assignment": assignment, "placeId": "here", **more})


KEY = table(("label", "school"), (1, "S1"), (2, "Brook Elementary"), (3, "S3"))


@pytest.mark.parametrize("form", ["number", "list", "displayed"])
def test_districtrs_parts_are_read_as_numbered_on_its_screen(tmp_path, form):
    parts = {"problem": {"parts": [{"displayNumber": number} for number in (1, 2, 3)]}} if form == "displayed" else {"parts": []}
    assignment = {block: [int(s)] if form == "list" else int(s) for block, s in zip(BLOCKS, WANTED.school, strict=True)}
    path = put(tmp_path / "plan.json", districtr(assignment, **parts))
    (said,) = said_of(lambda: read_plan(path, PLACE))
    assert "holds the numbers 1, 2, 3" in said
    assert "--labels" in said
    assert read_plan(path, PLACE, PlanReading(labels=put(tmp_path / "labels.csv", KEY))) == WANTED


def test_districtrs_parts_may_have_schools_names(tmp_path):
    parts = [{"id": k, "name": name} for k, name in enumerate(("Adams ES", "Brook ES", "Clay ES"))]
    assignment = {block: int(s) for block, s in zip(BLOCKS, WANTED.school, strict=True)}
    assert read_plan(put(tmp_path / "plan.json", districtr(assignment, parts=parts)), PLACE) == WANTED


def test_districtrs_unset_units_keep_todays_school_only_if_that_is_said(tmp_path):
    assignment = {block: None if k == 0 else -1 if k == 1 else [] if k == 2 else [int(WANTED.school[k])] for k, block in enumerate(BLOCKS)}
    parts = [{"id": k, "name": school} for k, school in enumerate(SCHOOLS)]
    path = put(tmp_path / "plan.json", districtr(assignment, parts=parts))
    (said,) = said_of(lambda: read_plan(path, PLACE))
    assert "gives no school to 3 units" in said
    brought = bring_plan(path, PLACE, PlanReading(rest="today"))
    assert brought.plan == Plan([0, 0, 1, 2, 2, 0])
    assert brought.kept == (0, 1, 2)


def test_a_graph_records_and_one_object(tmp_path):
    graph = nx.path_graph(6)
    nx.set_node_attributes(graph, {k: {"GEOID20": block, "school_A": label, "area": 1.5} for k, (block, label) in enumerate(PAIRS)})
    forms = {
        "adjacency": nx.adjacency_data(graph),
        "links": nx.node_link_data(graph, edges="links"),
        "records": [{"unit": block, "school": label} for block, label in PAIRS],
        "object": dict(PAIRS),
        "v2": {"document": {"assignments": [{"geo_id": block, "zone": label} for block, label in PAIRS]}},
    }
    for name, held in forms.items():
        assert read_plan(put(tmp_path / f"{name}.json", json.dumps(held)), PLACE) == WANTED, name
    (tmp_path / "p.json.gz").write_bytes(gzip.compress(json.dumps(forms["object"]).encode()))
    assert read_plan(tmp_path / "p.json.gz", PLACE) == WANTED


@pytest.mark.parametrize(("content", "words"), [
    ('{"name": "x", "settings": {"a": 1}}', "is JSON of no kind that holds a plan. Its keys are name, settings."),
    ("[1, 2]", "is JSON of no kind that holds a plan."), ("{", "cannot be read as JSON: "), ('{"assignment": {}}', "has no rows."),
])  # fmt: skip
def test_other_json_is_refused_in_words(tmp_path, content, words):
    (said,) = said_of(lambda: read_plan(put(tmp_path / "plan.json", content), PLACE))
    assert said.startswith(f"plan.json: {words}")


KEYS = st.sampled_from(["assignment", "nodes", "parts", "plan", "idColumn"])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-2, 3) | st.text(max_size=3),
        lambda held: st.lists(held, max_size=3) | st.dictionaries(KEYS, held, max_size=3),
    )
)
def test_no_json_ends_in_a_traceback(tmp_path_factory, held):
    path = put(tmp_path_factory.mktemp("json") / "plan.json", json.dumps(held))
    assert said_of(lambda: read_plan(path, PLACE))


# -- ids and lines above the header ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "unit"), [
    ("GISJOIN", lambda b: f"G{b[:2]}0{b[2:5]}0{b[5:]}"), ("formula", lambda b: f'"=""{b}"""'), ("prefix", lambda b: f"1000000US{b}"),
    ("apostrophe", lambda b: f"'{b}"),
])  # fmt: skip
def test_ids_of_other_programs(tmp_path, form, unit):
    path = put(tmp_path / "plan.csv", table((form, "school"), *((unit(block), label) for block, label in PAIRS)))
    assert read_plan(path, PLACE) == WANTED


def test_units_may_have_gisjoin_ids_themselves(tmp_path):
    place = drawn(units=[f"G{b[:2]}0{b[2:5]}0{b[5:]}" for b in BLOCKS])
    assert read_plan(put(tmp_path / "plan.csv", table(("GEOID20", "District"), *PAIRS)), place) == WANTED


@pytest.mark.parametrize("sep", [",", ";", "|", "\t"])
@pytest.mark.parametrize("above", ["Plan 3\nexported 2026-01-02\n", "Plan 3\n\n", ""])
@pytest.mark.parametrize("cells", [0, 2])
def test_lines_above_the_header(tmp_path, sep, above, cells):
    text = "".join(f"{line}{sep * cells}\n" for line in above.splitlines())
    path = put(tmp_path / "plan.csv", text + table(("GEOID20", "District", "note"), *((*pair, "n") for pair in PAIRS), sep=sep))
    brought = bring_plan(path, PLACE)
    assert brought.plan == WANTED
    lines = sum(map(bool, above.splitlines()))
    assert any(f"{lines} line" in note for note in brought.notes) == bool(lines)


def test_lists_of_one_zone(tmp_path):
    assert read_plan(put(tmp_path / "a.csv", table(("id", "assignment"), *((block, f"[{label}]") for block, label in PAIRS))), PLACE) == WANTED
    assert read_plan(put(tmp_path / "b.csv", table(("id", "assignment"), *((block, f"['{label}']") for block, label in PAIRS))), PLACE) == WANTED


def test_study_areas_by_level(tmp_path):
    rows = [(block, label, "M1", "H1") for block, label in PAIRS]
    assert read_plan(put(tmp_path / "areas.csv", table(("STDYAREA", "ELEM_", "MID_", "HIGH_"), *rows)), PLACE) == WANTED


# -- no plan at all --------------------------------------------------------------------------------------------------

KINDS = {
    "plan.pdf": (b"%PDF-1.7\n%\xe2\xe3", "is a PDF document"), "plan.csv": (b"%PDF-1.7 text", "is a PDF document"),
    "plan.png": (b"\x89PNG\r\n\x1a\n\0\0", "is a picture (PNG)"), "plan.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "is a picture (JPEG)"),
    "plan.tif": (b"II*\0\x08\0\0\0", "is a picture (TIFF)"), "plan.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "is a Word document"),
    "plan.mxd": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "is an ArcMap project"), "plan.dwg": (b"AC1032\0\0\0", "is an AutoCAD drawing"),
    "plan.html": (b"\n<!DOCTYPE html>\n<html></html>", "is a web page"), "plan.qgs": (b"<!DOCTYPE qgis><qgis></qgis>", "is a QGIS project"),
    "plan.lyrx": (b'{"type": "CIMLayerDocument"}', "is an ArcGIS layer file"), "plan.7z": (b"7z\xbc\xaf\x27\x1c\0", "is a 7-Zip archive"),
}  # fmt: skip
PACKED = {
    "plan.docx": ("word/document.xml", "is a Word document"), "plan.zip": ("word/document.xml", "is a Word document"),
    "plan.pptx": ("ppt/presentation.xml", "is a PowerPoint presentation"), "plan.qgz": ("plan.qgs", "is a QGIS project"),
    "plan.aprx": ("GISProject.json", "is an ArcGIS Pro project"),
}  # fmt: skip


@pytest.mark.parametrize("name", [*KINDS, *PACKED])
def test_what_is_no_plan_is_named_for_what_it_is(tmp_path, name):
    if name in KINDS:
        (tmp_path / name).write_bytes(KINDS[name][0])
    else:
        packed(tmp_path / name, **{PACKED[name][0]: "x"})
    (said,) = said_of(lambda: read_plan(tmp_path / name, PLACE))
    assert said.startswith(f"{name}: {(KINDS.get(name) or PACKED[name])[1]}")
    assert said.count(". ") >= 1  # and a cure


def test_ids_may_begin_like_the_files_of_other_programs(tmp_path):
    units = ("BM1", "AC10", "GIF8", "II*", "MM", "{x}")
    path = put(tmp_path / "plan.csv", table(*zip(units, LABELS, strict=True)))
    assert read_plan(path, drawn(units=units)) == WANTED


def test_a_database_that_is_no_layer(tmp_path):
    with sqlite3.connect(tmp_path / "plan.gpkg") as held:
        held.execute("create table t (a)")
    held.close()
    assert said_of(lambda: read_plan(tmp_path / "plan.gpkg", PLACE))
