"""Zones as polygons: which school each unit has, what is told of it, and what is refused."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon
from zones_drawn import BOTTOM, CRS, LEFT, SIDE, area, layer, read, units

from rezoning.district.plans.zones.shares import land_shares
from rezoning.errors import DataError

ROW = units(4)
WEST, EAST = area(0, 0, 2, 1), area(2, 0, 4, 1)


def refused(*args, **keys):
    with pytest.raises(DataError) as error:
        read(*args, **keys)
    return str(error.value)


def told(found):
    return " | ".join([*found.notes, *found.warnings])


# -- the school with most of the land --------------------------------------------------------------------------------


@pytest.mark.parametrize("crs", [CRS, 4326, 3857, 2283])
@pytest.mark.parametrize("name", ["zones.geojson", "zones.shp", "zones.gpkg"])
def test_a_unit_has_the_school_whose_zone_it_lies_in(name, crs, tmp_path):
    path = layer(tmp_path / name, [WEST, EAST], crs, school_id=["S1", "S2"])
    assert read(path, ROW).schools == ("S1", "S1", "S2", "S2")


def test_kml_has_names(tmp_path):
    path = layer(tmp_path / "zones.kml", [WEST, EAST], 4326, Name=["ash", "Birch ES"])
    found = read(path, ROW)
    assert found.schools == ("ash", "ash", "Birch ES", "Birch ES")
    assert "'Birch ES' as 'Birch Elementary'" in told(found)


def test_a_unit_goes_with_the_larger_part_and_is_told(tmp_path):
    path = layer(tmp_path / "zones.gpkg", [area(0, 0, 2.3, 1), area(2.3, 0, 4, 1)], school=["S1", "S2"])
    found = read(path, ROW, students=[1, 2, 3, 4])
    assert found.schools == ("S1", "S1", "S2", "S2")
    assert [(one.unit, one.of) for one in found.split] == [(2, "land")]
    assert dict(found.split[0].shares) == pytest.approx({"S2": 0.7, "S1": 0.3})


def test_split_units_are_told_with_the_most_students_first(tmp_path):
    path = layer(tmp_path / "zones.gpkg", [area(0, 0, 4, 0.4), area(0, 0.4, 4, 1)], school=["S1", "S2"])
    found = read(path, ROW, students=[1, 20, 3, 4])
    assert [one.unit for one in found.split] == [1, 3, 2, 0]
    assert found.schools == ("S2",) * 4


@pytest.mark.parametrize(("cut", "is_told"), [(2.009, False), (2.04, False), (2.06, True), (2.2, True)])
def test_slivers_are_noise(cut, is_told, tmp_path):
    """Less than a hundredth of the land, or a strip narrower than 5 m."""
    path = layer(tmp_path / "zones.gpkg", [area(0, 0, cut, 1), area(cut, 0, 4, 1)], school=["S1", "S2"])
    assert bool(read(path, ROW).split) == is_told


@given(st.integers(0, 2**31))
def test_shares_are_those_of_intersections_taken_one_by_one(seed):
    rng = np.random.default_rng(seed)
    ground = units(5, 4)
    cells = shapely.voronoi_polygons(shapely.multipoints(rng.random((6, 2)) * [5, 4] * SIDE + [LEFT, BOTTOM]), extend_to=area(-1, -1, 6, 5))
    zones = np.array(shapely.get_parts(cells)[: rng.integers(2, 7)])
    shares = land_shares(np.asarray(ground.array), zones)
    found = {(u, k): share for u, k, share in zip(shares.unit.tolist(), shares.zone.tolist(), shares.share.tolist(), strict=True)}
    for u, unit in enumerate(ground):
        true = [unit.intersection(zone).area / unit.area for zone in zones]
        for k, share in enumerate(true):
            assert found.get((u, k), 0.0) == pytest.approx(share, abs=1e-9)
        best, of = shares.best(np.ones(len(zones), dtype=bool))
        assert of[u] == pytest.approx(max(true), abs=1e-9)
        assert true[best[u]] == pytest.approx(max(true), abs=1e-9) if max(true) > 0 else best[u] == -1


# -- how zones are drawn ---------------------------------------------------------------------------------------------


def test_rows_of_one_school_are_one_zone(tmp_path):
    """The parts of a zone together have more of a unit than the other zone."""
    shapes = [area(0, 0, 2, 1), area(2, 0, 2.3, 1), area(2.7, 0, 3, 1), area(2.3, 0, 2.7, 1), area(3, 0, 4, 1)]
    found = read(layer(tmp_path / "zones.gpkg", shapes, school=["S1", "S1", "Ash", "S2", "S2"]), ROW)
    assert found.schools == ("S1", "S1", "S1", "S2")
    assert "'S1' (3 rows)" in told(found)


def test_points_lines_and_collections_beside_zones(tmp_path):
    shapes = [
        GeometryCollection([Point(LEFT, BOTTOM), WEST]),
        MultiPolygon([EAST]),
        Point(LEFT, BOTTOM),
        LineString([(LEFT, BOTTOM), (LEFT + 9, BOTTOM)]),
    ]
    found = read(layer(tmp_path / "zones.geojson", shapes, school=["S1", "S2", "S1", "S2"]), ROW)
    assert found.schools == ("S1", "S1", "S2", "S2")
    assert "left out 2 rows without an area" in told(found)


def test_a_zone_that_crosses_itself_is_repaired_with_a_note(tmp_path):
    corners = [(LEFT, BOTTOM), (LEFT + 2 * SIDE, BOTTOM + SIDE), (LEFT + 2 * SIDE, BOTTOM), (LEFT, BOTTOM + SIDE)]
    found = read(layer(tmp_path / "zones.gpkg", [Polygon(corners), EAST], school=["S1", "S2"]), ROW)
    assert found.schools == ("S1", "S1", "S2", "S2")
    assert "row 1: repaired invalid zones" in told(found)


def test_a_layer_of_the_whole_state_is_read_where_the_district_is(tmp_path):
    far = [area(1000 * k, 0, 1000 * k + 5, 5) for k in range(1, 30)]
    found = read(layer(tmp_path / "zones.gpkg", [WEST, EAST, *far], 3857, ncessch=["S1", "S2", *[f"9{k}" for k in range(29)]]), ROW)
    assert found.schools == ("S1", "S1", "S2", "S2")


def test_folders_of_a_kml_file_are_one_layer(tmp_path):
    """As people draw it: a folder for each zone, and one with the schools' places."""

    def mark(name, shape):
        ring = " ".join(f"{x},{y}" for x, y in gpd.GeoSeries([shape], crs=CRS).to_crs(4326).iloc[0].exterior.coords)
        shape = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        return f"<Folder><name>zone {name}</name><Placemark><name>{name}</name>{shape}</Placemark></Folder>"

    places = "<Folder><name>schools</name><Placemark><name>Ash</name><Point><coordinates>-77,38.7</coordinates></Point></Placemark></Folder>"
    path = tmp_path / "zones.kml"
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{mark("Ash", WEST)}{mark("Birch", EAST)}{places}</Document></kml>')
    assert read(path, ROW).schools == ("Ash", "Ash", "Birch", "Birch")


# -- units or zones --------------------------------------------------------------------------------------------------


def test_a_layer_of_units_stays_a_plan_by_ids(tmp_path):
    path = layer(tmp_path / "plan.gpkg", ROW, unit_id=[f"u{k}" for k in range(4)], school_id=["S1", "S2", "S1", "S2"])
    found = read(path, ROW)
    assert found.unit_column == "unit_id"
    assert found.schools == ("S1", "S2", "S1", "S2")


def test_zones_that_are_numbered_like_units_are_zones(tmp_path):
    path = layer(tmp_path / "zones.gpkg", [WEST, EAST], OBJECTID=[1, 2], school=["S1", "S2"])
    found = read(path, ROW, ids=["1", "2", "3", "4"])
    assert found.unit_column == ""
    assert found.schools == ("S1", "S1", "S2", "S2")


def test_a_layer_of_units_beside_a_layer_of_zones_wins(tmp_path):
    path = layer(tmp_path / "plan.gpkg", [area(0, 0, 4, 1)], school=["S3"])
    frame = gpd.GeoDataFrame({"unit_id": [f"u{k}" for k in range(4)], "school": ["S1", "S2", "S1", "S2"]}, geometry=list(ROW), crs=CRS)
    frame.to_file(path, layer="units")
    assert read(path, ROW).schools == ("S1", "S2", "S1", "S2")


def test_two_layers_of_zones_are_asked_about(tmp_path):
    path = layer(tmp_path / "plans.gpkg", [WEST, EAST], school=["S1", "S2"])
    gpd.GeoDataFrame({"school": ["S2", "S1"]}, geometry=[WEST, EAST], crs=CRS).to_file(path, layer="other")
    said = refused(path, ROW)
    assert "2 layers of zones: plans, other" in said
    assert "--layer" in said
    assert read(path, ROW, layer="other").schools == ("S2", "S2", "S1", "S1")


def test_units_without_polygons_are_told_the_cure(tmp_path):
    said = refused(layer(tmp_path / "zones.gpkg", [WEST, EAST], school=["S1", "S2"]), None)
    assert "units have none" in said
    assert "Give the units' polygons" in said


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize(("crs", "wanted"), [(None, "has no CRS"), (32654, "none of its zones lies over")])
def test_zones_that_lie_nowhere_near(crs, wanted, tmp_path):
    frame = gpd.GeoDataFrame({"school": ["S1"]}, geometry=[WEST], crs=crs)
    frame.to_file(tmp_path / "zones.shp")
    assert wanted in refused(tmp_path / "zones.shp", ROW)


# -- the schools -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [
    {"OBJECTID": [1, 2], "schnam": ["ASH ELEMENTARY", "Birch Elem"], "level": ["1", "1"]},
    {"FID_1": [7, 9], "Name": ["Ash", "Birch"], "students": [20, 30]},
    {"zone": ["S1", "S2"], "color": ["red", "blue"]},
    {"current": ["S2", "S1"], "proposed": ["S1", "S2"]},
    {"optional": ["Ash Elementary School", "birch"]},
])  # fmt: skip
def test_the_column_of_schools_is_found(columns, tmp_path):
    found = read(layer(tmp_path / "zones.gpkg", [WEST, EAST], **columns), ROW)
    assert [label[0].lower() for label in found.schools] in (["s"] * 4, ["a", "a", "b", "b"])
    assert found.schools[0] in ("S1", columns[found.school_column][0] if found.school_column != "proposed" else "S1")


def test_two_columns_of_schools_are_asked_about(tmp_path):
    path = layer(tmp_path / "zones.gpkg", [WEST, EAST], optA=["S1", "S2"], optB=["S2", "S1"])
    assert "--column optB" in refused(path, ROW)
    assert read(path, ROW, column="optB").schools == ("S2", "S2", "S1", "S1")


def test_a_letter_that_is_some_schools_id_is_no_column_of_schools(tmp_path):
    path = layer(tmp_path / "zones.gpkg", [WEST, EAST], school_id=["S1", "S2"], view=["S1", "S1"])
    assert read(path, ROW).school_column == "school_id"


def test_today_and_the_plan_in_one_layer(tmp_path):
    path = layer(tmp_path / "zones.gpkg", [WEST, EAST], current=["S2", "S1"], proposed=["S1", "S2"])
    assert read(path, ROW).schools == ("S1", "S1", "S2", "S2")
    assert read(path, ROW, when="today").schools == ("S2", "S2", "S1", "S1")


def test_labels_that_are_no_school_are_left_to_the_caller_with_their_rows(tmp_path):
    found = read(layer(tmp_path / "zones.gpkg", [EAST, WEST], school=["S2", "Asch Elementary"]), ROW)
    assert found.schools == ("Asch Elementary",) * 2 + ("S2",) * 2
    assert found.rows == (2, 2, 1, 1)


def test_zones_of_other_levels_take_no_unit_away(tmp_path):
    """Elementary zones, and a middle and a high school's on top of them; a neighbor's zone beside them; a strip of another."""
    shapes = [WEST, EAST, area(0, 0, 3, 1), area(-1, -1, 5, 2), area(4, 0, 9, 1), area(3.95, 0, 5, 1)]
    path = layer(tmp_path / "sabs.gpkg", shapes, ncessch=["S1", "S2", "M1", "H1", "X1", "X2"], level=["1", "1", "2", "3", "1", "1"])
    found = read(path, ROW)
    assert found.schools == ("S1", "S1", "S2", "S2")
    assert "left out 4 zones of schools that are not the district's" in told(found)
    assert not found.split
    assert read(path, ROW, where="level", equals="1").schools == ("S1", "S1", "S2", "S2")


def test_two_levels_of_one_name_are_refused(tmp_path):
    path = layer(tmp_path / "zones.gpkg", [WEST, EAST, area(0, 0, 4, 1)], schnam=["Ash", "Birch", "Ash ES"], level=["1", "1", "2"])
    said = refused(path, ROW)
    assert "'Ash' (row 1) and 'Ash ES' (row 3)" in said
    assert "filter" in said
    assert read(path, ROW, where="level", equals="1").schools == ("Ash", "Ash", "Birch", "Birch")


def test_a_school_of_open_enrollment_is_left_out(tmp_path):
    found = read(layer(tmp_path / "sabs.gpkg", [area(0, 0, 4, 1), WEST, EAST], ncessch=["S3", "S1", "S2"]), ROW)
    assert found.schools == ("S1", "S1", "S2", "S2")
    assert "left out 'S3'" in told(found)


def test_one_school_for_all_is_no_open_enrollment(tmp_path):
    found = read(layer(tmp_path / "zones.gpkg", [area(0, 0, 3.8, 1), area(3.8, 0, 4, 1)], school=["S3", "S1"]), ROW)
    assert found.schools == ("S3",) * 4
    assert not any("left out" in one for one in found.warnings)


# -- gaps and overlaps -----------------------------------------------------------------------------------------------


def test_units_outside_of_all_zones_have_none(tmp_path):
    found = read(layer(tmp_path / "zones.gpkg", [WEST, area(2, 0, 3.1, 1)], school=["S1", "S2"]), ROW)
    assert found.schools == ("S1", "S1", "S2", "")
    assert found.rows == (1, 1, 2, 0)


def test_a_unit_that_lies_outside_in_part_goes_with_the_zone_and_is_told(tmp_path):
    """As a block at the shore whose water no zone has."""
    found = read(layer(tmp_path / "zones.gpkg", [WEST, area(2, 0, 3.4, 1)], school=["S1", "S2"]), ROW)
    assert found.schools == ("S1", "S1", "S2", "S2")
    assert [(one.unit, dict(one.shares)) for one in found.split] == [(3, pytest.approx({"S2": 0.4}))]


def test_overlaps_are_counted_with_their_area(tmp_path):
    found = read(layer(tmp_path / "zones.gpkg", [area(0, 0, 2.2, 1), EAST], school=["S1", "S2"]), ROW)
    assert found.schools == ("S1", "S1", "S2", "S2")
    assert re.search(r"1 pair of zones overlap, 0\.2 ha in all: 'S1' and 'S2' by 0\.2 ha", told(found))


def test_a_unit_in_two_zones_alike_is_refused(tmp_path):
    said = refused(layer(tmp_path / "zones.gpkg", [area(0, 0, 3, 1), EAST], school=["S1", "S2"]), ROW)
    assert "1 unit in zones of two schools alike, for these overlap: 'u2' ('S1' and 'S2')" in said


def test_a_unit_cut_in_half_goes_to_the_first_school_and_is_told(tmp_path):
    found = read(layer(tmp_path / "zones.gpkg", [area(2.5, 0, 4, 1), area(0, 0, 2.5, 1)], school=["S2", "S1"]), ROW)
    assert found.schools == ("S1", "S1", "S1", "S2")
    assert [one.unit for one in found.split] == [2]


def test_zones_without_a_school_hold_none(tmp_path):
    found = read(layer(tmp_path / "zones.geojson", [WEST, area(2, 0, 3, 1), area(3, 0, 4, 1)], school=["S1", None, "S2"]), ROW)
    assert found.schools == ("S1", "S1", "", "S2")
    assert "1 zone without a school" in told(found)
