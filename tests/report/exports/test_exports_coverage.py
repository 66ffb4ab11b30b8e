"""Ground of units and zones: careless drawing is mended, careful drawing stays as it is."""

from __future__ import annotations

import drawn
import geopandas as gpd
import numpy as np
import pytest
import shapely
from exports_cases import PLANS, TODAY, drawn_district, drawn_plan, squares
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from rezoning.errors import DataError
from rezoning.report.exports.coverage import dissolved, ground_of, in_degrees
from rezoning.report.exports.graph import outline_lengths

CRS = "EPSG:32618"


def ground(*shapes):
    n = len(shapes)
    return ground_of(drawn.picture("A" + "a" * (n - 1), edges=[], geometry=gpd.GeoSeries(list(shapes), crs=CRS)), "gpkg")


def zones_of(ground, *zone):
    return dissolved(ground, np.array(zone), max(zone) + 1)


def test_units_that_fit_stay_to_the_bit():
    shapes = squares()
    found = ground_of(drawn_district(), "gpkg")
    assert not found.is_mended
    assert all(a.equals_exact(b, 0) for a, b in zip(found.shapes, shapes, strict=True))


def test_a_hole_and_an_island_are_kept():
    zones = dissolved(ground_of(drawn_district(), "gpkg"), drawn_plan(TODAY).school, 3)
    a, b, c = zones
    assert a.geom_type == "Polygon"
    assert len(a.interiors) == 1
    assert Polygon(a.interiors[0]).area == 10_000
    assert (b.geom_type, len(b.geoms)) == ("MultiPolygon", 3)
    assert c.area == 40_000
    assert shapely.coverage_is_valid(zones)


@pytest.mark.parametrize("width", [0.01, 1.0, 1.9])
def test_a_gap_up_to_two_meters_wide_is_closed(width):
    found = ground(box(0, 0, 100, 100), box(100 + width, 0, 200, 100), box(0, 100, 200, 200), box(0, -100, 200, 0))
    assert found.is_mended
    assert found.closed_m2 == pytest.approx(100 * width, rel=1e-6)
    zones = zones_of(found, 0, 1, 0, 1)
    assert shapely.coverage_is_valid(zones)
    whole = shapely.union_all(zones)
    assert whole.area == pytest.approx(60_000)
    assert not whole.interiors


def test_a_wide_gap_is_ground_of_nobody_and_stays():
    found = ground(box(0, 0, 100, 100), box(105, 0, 200, 100), box(0, 100, 200, 200), box(0, -100, 200, 0))
    assert sum(shape.area for shape in found.shapes) == pytest.approx(59_500)
    zones = zones_of(found, 0, 1, 0, 1)
    assert sum(zone.area for zone in zones) == pytest.approx(59_500)


def test_an_overlap_belongs_to_one_unit_only():
    found = ground(box(0, 0, 100, 100), box(99, 0, 150, 100))
    assert found.closed_m2 == pytest.approx(-100)
    assert [shape.area for shape in found.shapes] == pytest.approx([9_900, 5_100])  # the smaller unit keeps it
    assert shapely.coverage_is_valid(zones_of(found, 0, 1))


def test_a_unit_inside_another_keeps_its_ground():
    found = ground(box(0, 0, 100, 100), box(40, 40, 60, 60))
    assert [shape.area for shape in found.shapes] == pytest.approx([9_600, 400])
    assert len(found.shapes[0].interiors) == 1


def test_a_unit_that_is_drawn_twice_has_no_ground_and_no_zone_of_its_own():
    found = ground(box(0, 0, 100, 100), box(0, 0, 100, 100), box(100, 0, 200, 100))
    lost = [u for u, shape in enumerate(found.shapes) if shape is None]
    assert len(lost) == 1
    zones = zones_of(found, 0, 1, 2)
    assert [zone is None for zone in zones] == [u in lost for u in range(3)]
    assert shapely.coverage_is_valid(zones[[zone is not None for zone in zones]])


def test_without_polygons_the_format_says_what_would_do():
    with pytest.raises(DataError) as error:
        ground_of(drawn_district(geometry=None), "kml")
    assert str(error.value) == (
        "data.units.path: the format kml needs the units' polygons, and the units come as a table without any. "
        "Give the units as a layer of polygons, or export to baf, dra, districtr, gerrychain or xlsx."
    )


@given(st.lists(st.integers(0, 4), min_size=16, max_size=16), st.integers(0, 2**31))
def test_any_assignment_of_careless_squares_gives_a_coverage(zone, seed):
    rng = np.random.default_rng(seed)
    shapes = [Polygon(np.array(shape.exterior.coords[:-1]) + rng.normal(0, 0.1, (4, 2))) for shape in squares()]
    found = ground_of(drawn_district(geometry=gpd.GeoSeries(shapes, crs=CRS)), "gpkg")
    zones = dissolved(found, np.array(zone), 5)
    there = zones[~shapely.is_missing(zones)]
    assert shapely.is_valid(there).all()
    assert shapely.coverage_is_valid(there)
    assert shapely.area(there).sum() == pytest.approx(160_000, rel=0.01)
    degrees = in_degrees(there, CRS)
    assert shapely.coverage_is_valid(degrees)
    assert all(shapely.is_ccw(part.exterior) for part in shapely.get_parts(degrees))


@pytest.mark.parametrize("drawing", [TODAY, *PLANS.values()])
def test_lengths_of_outlines_add_up_to_the_outline(drawing):
    zones = dissolved(ground_of(drawn_district(), "gpkg"), drawn_plan(drawing).school, 3)
    assert outline_lengths(zones).sum() == pytest.approx(1_600)
    units = outline_lengths(np.asarray(squares().array))
    assert units.reshape(4, 4).tolist() == [[200, 100, 100, 200], [100, 0, 0, 100], [100, 0, 0, 100], [200, 100, 100, 200]]
