from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from conftest import SHARED_DATA
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from rezoning.district.geometry import overlaps, prepare_polygons, report_overlaps
from rezoning.errors import Problems

UTM = 32618
FEET = 2248  # Maryland, US survey feet

# Around Baltimore, in UTM meters.
X, Y = 350_000, 4_350_000
WEST, EAST = box(X, Y, X + 100, Y + 100), box(X + 100, Y, X + 200, Y + 100)
SPIKED = Polygon([(X, Y), (X + 100, Y), (X + 100, Y + 100), (X + 50, Y + 100), (X + 50, Y + 130), (X + 50, Y + 100), (X, Y + 100)])
BOW_TIE = Polygon([(X + 100, Y), (X + 200, Y + 100), (X + 200, Y), (X + 100, Y + 100)])


def prepared(*shapes, crs=UTM, to=None):
    frame = gpd.GeoDataFrame(geometry=list(shapes), crs=crs)
    frame = frame.to_crs(to) if to else frame
    frame.index = range(1, len(frame) + 1)
    problems = Problems()
    result = prepare_polygons(frame, [f"u{k}" for k in frame.index], "units.gpkg", problems)
    return result, [str(problem) for problem in problems]


# -- the CRS ---------------------------------------------------------------------------------------------------------


def test_meters_stay_as_they_are():
    result, problems = prepared(WEST, EAST)
    assert problems == []
    assert result.notes == ()
    assert result.geometry.crs.to_epsg() == UTM
    assert list(result.geometry.index) == [1, 2]
    assert list(result.geometry) == [WEST, EAST]


@pytest.mark.parametrize(
    ("crs", "note"),
    [
        (4326, "units.gpkg: projected from EPSG:4326 to EPSG:32618, for it is in degrees"),
        (4269, "units.gpkg: projected from EPSG:4269 to EPSG:32618, for it is in degrees"),
        (FEET, "units.gpkg: projected from EPSG:2248 to EPSG:32618, for it is in US survey foot"),
        (3857, "units.gpkg: projected from EPSG:3857 to EPSG:32618, for it stretches lengths by 29%"),
    ],
)
def test_what_does_not_measure_true_meters_is_projected(crs, note):
    result, problems = prepared(WEST, EAST, to=crs)
    assert problems == []
    assert result.notes == (note,)
    assert result.geometry.crs.to_epsg() == UTM
    assert result.geometry.area.to_numpy() == pytest.approx([1e4, 1e4], rel=1e-4)


def test_state_plane_meters_are_kept():
    result, _ = prepared(WEST, to=26985)
    assert (result.geometry.crs.to_epsg(), result.notes) == (26985, ())


def test_no_crs_is_said_with_a_guess():
    result, problems = prepared(box(-76.7, 39.2, -76.6, 39.3), crs=None)
    assert result.geometry is None
    assert problems == [
        "units.gpkg: has no CRS, so its lengths have no unit. Its coordinates lie around -76.65, 39.25: they look like degrees, usually "
        "EPSG:4326. Set it, e.g. ogr2ogr -a_srs EPSG:4326 new.gpkg units.gpkg; a shapefile keeps it in its .prj file."
    ]


def test_no_crs_and_no_degrees():
    _, problems = prepared(WEST, crs=None)
    assert "around 350050, 4.35005e+06: ask who made the file which CRS they are in" in problems[0]


def test_degrees_that_cannot_be():
    result, problems = prepared(WEST, crs=4326)
    assert result.geometry is None
    assert problems == [
        "units.gpkg: its coordinates lie around 350050, 4.35005e+06, which cannot be degrees, but its CRS is EPSG:4326. "
        "Give the file the CRS that its coordinates are in."
    ]


# -- shapes ----------------------------------------------------------------------------------------------------------


def test_rows_without_a_polygon_are_all_named():
    result, problems = prepared(WEST, None, Polygon(), Point(X, Y), LineString([(X, Y), (X + 1, Y)]), GeometryCollection([EAST]))
    assert result.geometry is None
    assert problems == [
        "units.gpkg: 2 units have no geometry: 'u2' (row 2), 'u3' (row 3). Draw the polygons or drop the rows.",
        "units.gpkg: 3 units are no polygon: 'u4' (row 4) is a Point, 'u5' (row 5) is a LineString, 'u6' (row 6) is a GeometryCollection. "
        "Units are areas; name the layer with their polygons.",
    ]


def test_a_harmless_fault_is_repaired_and_said():
    result, problems = prepared(SPIKED, EAST)
    assert problems == []
    assert result.geometry.is_valid.all()
    assert set(result.geometry.geom_type) == {"Polygon"}
    assert result.geometry.iloc[0].equals(WEST)
    assert result.notes == ("units.gpkg: repaired the invalid polygons of 1 unit, changing no area by more than 0 m2: 'u1' (row 1)",)


@pytest.mark.parametrize("to", [None, 4326])
def test_a_shape_in_doubt_is_refused_where_a_user_can_find_it(to):
    result, problems = prepared(WEST, BOW_TIE, to=to)
    assert result.geometry is None
    at = gpd.GeoSeries([BOW_TIE.envelope.centroid], crs=UTM).to_crs(to or UTM).iloc[0]
    start = f"units.gpkg: 1 unit has an invalid polygon with no safe repair: 'u2' (row 2): Self-intersection at {str(at.x)[:6]}"
    assert problems[0].startswith(start)
    assert problems[0].endswith("its area would go from 0 to 5,000 m2. Mend them in a GIS (QGIS: Fix geometries, then look at the result).")


def test_parts_drawn_on_top_of_each_other_are_in_doubt():
    doubled = MultiPolygon([WEST, box(X + 50, Y, X + 150, Y + 100)])
    _, problems = prepared(doubled)
    assert "its area would go from 20,000 to 15,000 m2" in problems[0]


def test_heights_are_dropped():
    result, _ = prepared(Polygon([(X, Y, 5), (X + 1, Y, 5), (X + 1, Y + 1, 5)]))
    assert not result.geometry.has_z.any()


# -- overlaps --------------------------------------------------------------------------------------------------------


def found(*shapes):
    return overlaps(gpd.GeoSeries(list(shapes), crs=UTM), [f"u{k}" for k in range(1, len(shapes) + 1)])


def test_a_clean_coverage_has_none_and_noise_is_none():
    assert found(WEST, EAST) == ()
    assert found(WEST, shapely.affinity.translate(EAST, -0.005)) == ()
    assert found(WEST) == ()


@pytest.mark.parametrize(
    ("other", "area", "share"),
    [
        (box(X + 90, Y, X + 190, Y + 100), 1000, 0.1),
        (WEST, 1e4, 1),
        (box(X + 10, Y + 10, X + 20, Y + 20), 100, 1),
        (box(X - 50, Y - 50, X + 500, Y + 500), 1e4, 1),
    ],
    ids=["partly", "drawn twice", "inside", "around"],
)
def test_overlaps_of_every_kind_are_found(other, area, share):
    (overlap,) = found(WEST, other)
    assert (overlap.first, overlap.second) == ("u1", "u2")
    assert (overlap.area_m2, overlap.share) == pytest.approx((area, share))


@pytest.mark.parametrize("seed", range(5))
def test_nothing_that_overlaps_escapes(seed):
    """Against every pair intersected in turn."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 300, (12, 2))
    shapes = [box(X + x, Y + y, X + x + 80, Y + y + 80) for x, y in corners]
    expected = {(f"u{i + 1}", f"u{j + 1}") for j in range(12) for i in range(j) if shapes[i].intersection(shapes[j]).area > 1}
    assert {(overlap.first, overlap.second) for overlap in found(*shapes)} == expected


def test_overlaps_are_warnings_when_adjacency_is_a_file():
    problems = Problems()
    warnings = report_overlaps(found(WEST, box(X + 90, Y, X + 190, Y + 100)), "units.gpkg", False, problems)
    assert warnings == ("units.gpkg: 1 pair of units overlaps, 1,000 m2 in all: 'u1' and 'u2' by 1,000 m2 (10 % of the smaller)",)
    assert not problems


def test_a_grave_overlap_is_a_problem_when_adjacency_comes_from_polygons():
    problems = Problems()
    three = found(WEST, box(X + 90, Y, X + 190, Y + 100), box(X, Y + 99.5, X + 50, Y + 250))
    warnings = report_overlaps(three, "units.gpkg", True, problems)
    assert warnings == ("units.gpkg: 1 pair of units overlaps, 25 m2 in all: 'u1' and 'u3' by 25 m2 (0.33 % of the smaller)",)
    assert [str(problem) for problem in problems] == [
        "units.gpkg: 1 pair of units overlaps by more than 1 % of the smaller: 'u1' and 'u2' by 1,000 m2 (10 % of the smaller). "
        "Mend the polygons, drop the unit that is drawn twice, or give the neighbors as a file (data.adjacency.path)."
    ]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"), [("baltimore/planning_blocks.geojson", 6), ("mount_vernon/blocks.gpkg", 0), ("shaker_heights/blocks_voronoi.geojson", 0)]
)
def test_real_layers(name, count):
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    frame = gpd.read_file(path)
    problems = Problems()
    result = prepare_polygons(frame, [str(k) for k in range(len(frame))], path.name, problems)
    assert not problems
    assert result.geometry.crs == frame.estimate_utm_crs()
    assert len(overlaps(result.geometry, [str(k) for k in range(len(frame))])) == count
