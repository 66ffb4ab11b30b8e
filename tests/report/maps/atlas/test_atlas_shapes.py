"""Shapes in an atlas: as they were, without gaps or overlaps, each unit there, and no more of them than a page can carry."""

from __future__ import annotations

import atlas_reader
import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from rezoning.report.maps.atlas.arcs import OUTSIDE, arcs_of, packed
from rezoning.report.maps.atlas.coverage import gridded
from rezoning.synthetic.district import make_district

WEST, NORTH, SIDE = 300_000.0, 4_300_000.0, 500.0


def series(polygons):
    return gpd.GeoSeries(polygons, crs=32618)


def squares(rows, columns):
    return [
        shapely.box(WEST + c * SIDE, NORTH - (r + 1) * SIDE, WEST + (c + 1) * SIDE, NORTH - r * SIDE) for r in range(rows) for c in range(columns)
    ]


def read_back(shapes):
    return atlas_reader.shapes({"units": range(len(shapes)), "shapes": {"arcs": packed(arcs_of(shapes))}})


def check_clean(shapes):
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()
    assert shapely.coverage_is_valid(shapes)


def neighbors(shapes):
    """Pairs that share a line."""
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    is_line = (a < b) & (shapely.length(shapely.intersection(shapely.boundary(shapes[a]), shapely.boundary(shapes[b]))) > 0)
    return set(zip(a[is_line].tolist(), b[is_line].tolist(), strict=True))


def test_a_border_is_kept_once_and_has_both_units_beside_it():
    found = arcs_of(gridded(series(squares(1, 2))).shapes)
    assert sorted((arc.left, arc.right) for arc in found) == [(0, OUTSIDE), (0, 1), (1, OUTSIDE)]
    between = next(arc for arc in found if arc.right == 1)
    east, north = between.points[-1] - between.points[0]
    assert north > 20 * abs(east)  # it runs north, for unit 0 lies on its left


def test_shapes_come_back_from_the_text():
    hole, plug = shapely.box(WEST, NORTH, WEST + 900, NORTH + 900), shapely.box(WEST + 300, NORTH + 300, WEST + 600, NORTH + 600)
    lake = shapely.box(WEST + 650, NORTH + 650, WEST + 850, NORTH + 850)
    island = shapely.box(WEST + 2000, NORTH, WEST + 2300, NORTH + 300)
    corner = shapely.box(WEST + 900, NORTH + 900, WEST + 1000, NORTH + 1000)  # touches the first in a point
    shapes = gridded(series([shapely.MultiPolygon([hole - plug - lake, island]), plug, corner])).shapes
    back = read_back(shapes)
    assert shapely.equals(back, shapes).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_made_up_town_keeps_areas_and_neighbors(seed):
    district = make_district(300, 5, seed).district
    grid = gridded(district.geometry)
    back = read_back(grid.shapes)
    check_clean(back)
    assert neighbors(back) == neighbors(np.asarray(district.geometry.to_crs(3857).array))
    atlas = {"units": district.unit_ids, "shapes": {"arcs": packed(arcs_of(grid.shapes)), "origin": grid.origin, "step": grid.step}}
    true, shown = np.asarray(district.geometry.array), atlas_reader.meters(atlas, district.geometry)
    off = shapely.area(shapely.symmetric_difference(true, shown))
    assert (off <= 3.0 * shapely.length(true)).all()  # nowhere further off, on average, than three meters
    assert shapely.area(shown).sum() == pytest.approx(shapely.area(true).sum(), rel=1e-3)


@given(st.lists(st.tuples(st.floats(-140, 140), st.floats(-140, 140)), min_size=64, max_size=64), st.integers(0, 15))
def test_carelessly_drawn_units_come_out_clean(moves, doubled):
    corners = [shapely.get_coordinates(square)[:-1] for square in squares(4, 4)]
    drawn = [shapely.Polygon(points + np.array(moves[4 * u : 4 * u + 4])) for u, points in enumerate(corners)]
    drawn[15] = drawn[doubled]  # the same shape twice, but for the one that it is itself
    shapes = gridded(series(shapely.make_valid(drawn))).shapes
    check_clean(shapes)
    assert len(shapes) == 16
    assert shapely.equals(read_back(shapes), shapes).all()


def test_narrow_gaps_close_and_lakes_stay():
    left, right = shapely.box(WEST, NORTH, WEST + 1000, NORTH + 1000), shapely.box(WEST + 1001, NORTH, WEST + 2000, NORTH + 1000)
    top = shapely.box(WEST, NORTH + 1000, WEST + 2000, NORTH + 1500)
    bottom = shapely.box(WEST, NORTH - 500, WEST + 2000, NORTH)
    lake = shapely.box(WEST + 200, NORTH + 200, WEST + 500, NORTH + 500)
    grid = gridded(series([left - lake, right, top, bottom]))
    assert (0, 1) in neighbors(grid.shapes)
    (interior,) = shapely.union_all(grid.shapes).interiors
    on_map = float(series([lake]).to_crs(3857).area.iloc[0])
    assert shapely.Polygon(interior).area * grid.step**2 == pytest.approx(on_map, rel=0.02)


def test_a_unit_too_small_to_see_keeps_a_triangle():
    speck = shapely.box(WEST + 700, NORTH - 700, WEST + 700.001, NORTH - 699.999)
    shapes = gridded(series([*squares(4, 4), speck])).shapes
    check_clean(shapes)
    assert shapes[16].area > 0


def test_fine_borders_are_simplified_into_the_budget_together():
    rng = np.random.default_rng(7)
    xs = np.linspace(WEST, WEST + 4000, 3000)
    ragged = np.column_stack((xs, NORTH + rng.normal(0, 15, len(xs))))
    south = shapely.Polygon([*ragged, (WEST + 4000, NORTH - 2000), (WEST, NORTH - 2000)])
    north = shapely.Polygon([*ragged, (WEST + 4000, NORTH + 2000), (WEST, NORTH + 2000)])
    shapes = gridded(series([south, north]), most_points=400).shapes
    assert shapely.get_num_coordinates(shapes).sum() <= 400
    check_clean(shapes)
    assert shapely.union_all(shapes).geom_type == "Polygon"
    assert len(shapely.union_all(shapes).interiors) == 0


@pytest.mark.slow
def test_ten_thousand_units_fit_into_a_page():
    district = make_district(10_000, 20, 3).district
    grid = gridded(district.geometry)
    text = packed(arcs_of(grid.shapes))
    assert len(text) < 1_000_000
    check_clean(grid.shapes)
    assert len(atlas_reader.arcs(text)) == len(arcs_of(grid.shapes))
