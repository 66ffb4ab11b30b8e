from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import MultiPolygon, box

from rezoning.district.adjacency import edges_from_file, edges_from_polygons, with_links
from rezoning.errors import Problems

SHARED = Path(__file__).parents[3] / "shared" / "data"


def series(*shapes):
    return gpd.GeoSeries(list(shapes), crs=32618)


def pairs(edges):
    return [tuple(map(int, edge)) for edge in edges]


def metric(path):
    frame = gpd.read_file(path)
    return frame, frame.geometry.to_crs(frame.estimate_utm_crs())


def shared_file(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


# -- from polygons: a 2 x 2 block of squares, 100 m wide:  2 3
#                                                          0 1
SQUARES = [box(0, 0, 100, 100), box(100, 0, 200, 100), box(0, 100, 100, 200), box(100, 100, 200, 200)]


def test_squares_share_sides_and_corners_do_not_count():
    edges, shared = edges_from_polygons(series(*SQUARES), 1, 0)
    assert pairs(edges) == [(0, 1), (0, 2), (1, 3), (2, 3)]
    assert shared == pytest.approx([100] * 4)
    assert edges.dtype == np.int64


def test_a_corner_is_enough_when_no_length_is_asked_for():
    edges, shared = edges_from_polygons(series(*SQUARES), 0, 0)
    assert pairs(edges) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert sorted(shared)[:2] == [0, 0]


@pytest.mark.parametrize(("min_shared_m", "found"), [(39, [(0, 1)]), (40, [(0, 1)]), (41, [])])
def test_the_shortest_border_is_inclusive(min_shared_m, found):
    edges, _ = edges_from_polygons(series(box(0, 0, 100, 100), box(100, 60, 200, 200)), min_shared_m, 0)
    assert pairs(edges) == found


def test_borders_in_several_stretches_add_up_and_holes_and_multipolygons_count():
    ring = box(0, 0, 100, 100).difference(box(40, 40, 60, 60))
    two = MultiPolygon([box(100, 0, 120, 30), box(100, 50, 120, 70)])
    edges, shared = edges_from_polygons(series(ring, two, box(40, 40, 60, 60)), 1, 0)
    assert pairs(edges) == [(0, 1), (0, 2)]
    assert shared == pytest.approx([50, 80])


@pytest.mark.parametrize(("gap", "found"), [(0.0, True), (1.0, True), (1.99, True), (2.01, False)])
def test_a_gap_up_to_snap_counts_as_touching(gap, found):
    edges, _ = edges_from_polygons(series(box(0, 0, 100, 100), box(100 + gap, 0, 200, 100)), 1, 2)
    assert pairs(edges) == ([(0, 1)] if found else [])


def test_corners_facing_across_a_gap_just_under_snap_still_touch():
    edges, shared = edges_from_polygons(series(box(0, 0, 100, 100), box(101.7, 101.7, 200, 200)), 1, 2.5)
    assert pairs(edges) == [(0, 1)]
    assert shared[0] > 1


@pytest.mark.parametrize("gap", [0.0, 0.5, 2.0])
def test_snapped_length_is_the_border_less_its_gap_plus_rounded_ends(gap):
    _, shared = edges_from_polygons(series(box(0, 0, 100, 500), box(100 + gap, 0, 200, 500)), 1, 2)
    assert 500 * (1 - gap / 4) < shared[0] < 500 * (1 - gap / 4) + 2 * 2


def test_a_four_corner_contact_measures_as_said_and_a_longer_minimum_keeps_it_out():
    _, shared = edges_from_polygons(series(SQUARES[0], SQUARES[3]), 1, 2)
    assert shared == pytest.approx([(2 + np.pi / 2) * 2**2 / (2 * 2)], rel=0.01)
    edges, _ = edges_from_polygons(series(*SQUARES), 2 * 2, 2)
    assert pairs(edges) == [(0, 1), (0, 2), (1, 3), (2, 3)]


@settings(deadline=None, max_examples=20)
@given(st.floats(0, 360), st.floats(0.001, 0.4), st.permutations(range(4)))
def test_snapping_forgives_jitter_whatever_the_orientation(angle, jitter, order):
    moved = [affinity.rotate(affinity.translate(SQUARES[k], jitter * (k % 2), -jitter * (k // 2)), angle, origin=(0, 0)) for k in order]
    edges, _ = edges_from_polygons(series(*moved), 3, 1)
    position = {k: at for at, k in enumerate(order)}
    assert pairs(edges) == sorted(tuple(sorted((position[a], position[b]))) for a, b in [(0, 1), (0, 2), (1, 3), (2, 3)])


def test_no_neighbors_at_all():
    for snap_m in (0, 1):
        edges, shared = edges_from_polygons(series(box(0, 0, 1, 1), box(50, 0, 51, 1)), 1, snap_m)
        assert edges.shape == (0, 2)
        assert shared.shape == (0,)


# -- real polygons ---------------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(("snap_m", "found"), [(0, 438), (2.48, 524), (2.5, 524), (3.2, 524)])
def test_baltimore_needs_snapping(snap_m, found):
    path = shared_file("baltimore/planning_blocks.geojson")
    frame, geometry = metric(path)
    edges, _ = edges_from_polygons(geometry, 1, snap_m)
    ids = frame["PBID"].astype(str).to_numpy()
    listed = pd.read_csv(path.with_name("adjacency_2m.csv"), dtype=str)
    theirs = {frozenset(pair) for pair in listed[["u", "v"]].itertuples(index=False)}
    ours = {frozenset(ids[edge]) for edge in edges}
    assert len(ours) == found
    assert ours <= theirs


@pytest.mark.shared
@pytest.mark.parametrize("name", ["shaker_heights/blocks_voronoi.geojson", "mount_vernon/blocks.gpkg"])
def test_without_snapping_the_length_is_the_plain_intersection(name):
    """The measure of accept/verify_run.py, pair by pair."""
    _, geometry = metric(shared_file(name))
    expected = {}
    for i, j in zip(*geometry.sindex.query(geometry, predicate="intersects"), strict=True):
        if i < j:
            shared = geometry.iloc[i].boundary.intersection(geometry.iloc[j].boundary).length
            if shared >= 1:
                expected[int(i), int(j)] = shared
    edges, shared = edges_from_polygons(geometry, 1, 0)
    assert pairs(edges) == sorted(expected)
    assert shared == pytest.approx([expected[pair] for pair in pairs(edges)])


# -- from a file -----------------------------------------------------------------------------------------------------
UNITS = {"A": 0, "B": 1, "C": 2, "D": 3}


def table(*rows, columns=("u", "v", "shared_m", "note")):
    frame = pd.DataFrame(list(rows), columns=list(columns)[: len(rows[0])], dtype=str)
    frame.index = pd.RangeIndex(2, 2 + len(frame))
    return frame


def from_file(frame):
    problems = Problems()
    edges, shared = edges_from_file(frame, UNITS, "edges.csv", problems)
    return edges, shared, [str(problem) for problem in problems]


def test_pairs_are_merged_whatever_their_direction():
    edges, shared, problems = from_file(table(("B", "A", "", "x"), ("A", "B", "12.5", "x"), ("B", " A", "12.6", "x"), ("C", "D", None, "x")))
    assert pairs(edges) == [(0, 1), (2, 3)]
    assert shared == pytest.approx([12.5, np.nan], nan_ok=True)
    assert problems == []


def test_two_columns_have_no_lengths():
    edges, shared, problems = from_file(table(("D", "A"), ("A", "B")))
    assert pairs(edges) == [(0, 1), (0, 3)]
    assert np.isnan(shared).all()
    assert problems == []


def test_everything_wrong_is_said_at_once():
    rows = [("A", "X", "1", ""), ("X", "Y", "1", ""), ("A", "A", "1", ""), ("A", "B", "long", ""), ("B", "C", "-2", ""), ("C", "D", "5", "")]
    edges, shared, problems = from_file(table(*rows, ("D", "C", "50", "")))
    assert problems == [
        "edges.csv: 2 ids are no unit's: 'X' (row 2), 'Y' (row 3). "
        "Give ids as the units file has them, leading zeros included, or delete the rows of units outside the district.",
        "edges.csv: 1 unit is its own neighbor: 'A' (row 4). Delete these rows.",
        "edges.csv: column 'shared_m' holds 2 values that are no length in meters: 'long' (row 5), '-2' (row 6). "
        "The third column is the shared length; leave it blank where unknown, or put other columns after it.",
        "edges.csv: 1 pair has two different lengths: 'D' and 'C' share 5 m (row 7) and 50 m (row 8). Keep one row per pair.",
    ]
    assert pairs(edges) == [(0, 1), (1, 2), (2, 3)]
    assert shared == pytest.approx([np.nan, np.nan, 5], nan_ok=True)


def test_one_column_is_no_table_of_pairs():
    edges, _, problems = from_file(table(("A",), ("B",)))
    assert problems == ["edges.csv: one column (u) where two columns of unit ids were expected. Give one pair of units a row."]
    assert edges.shape == (0, 2)


@pytest.mark.shared
def test_a_real_file_of_pairs():
    path = shared_file("mount_vernon/adjacency.csv")
    frame = pd.read_csv(path, dtype=str)
    index = {unit: u for u, unit in enumerate(sorted(set(frame["u"]) | set(frame["v"])))}
    problems = Problems()
    edges, shared = edges_from_file(frame, index, path.name, problems)
    assert not problems
    assert (len(edges), round(shared.min(), 1) >= 1) == (2470, True)


# -- links and barriers ----------------------------------------------------------------------------------------------
PATH_EDGES = np.array([[0, 1], [1, 2]])
PATH_BORDER = np.array([10.0, 20.0])


def test_links_add_and_barriers_take_away():
    edges, border, notes = with_links(PATH_EDGES, PATH_BORDER, [(3, 2)], [(1, 0)])
    assert pairs(edges) == [(1, 2), (2, 3)]
    assert border == pytest.approx([20, np.nan], nan_ok=True)
    assert notes == ()


def test_what_has_no_effect_is_said_and_a_barrier_beats_a_link():
    edges, border, notes = with_links(PATH_EDGES, PATH_BORDER, [(1, 0), (0, 1), (0, 3)], [(0, 3), (1, 3)])
    assert pairs(edges) == [(0, 1), (1, 2)]
    assert border == pytest.approx([10, 20])
    assert notes == (
        "adjacency.links: 1 of 2 pairs were neighbors already",
        "adjacency.barriers: 1 of 2 pairs were no neighbors anyway",
    )


def test_nothing_to_add_changes_nothing():
    edges, border, notes = with_links(PATH_EDGES, PATH_BORDER, [], [])
    assert np.array_equal(edges, PATH_EDGES)
    assert np.array_equal(border, PATH_BORDER)
    assert notes == ()


unit_pairs = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] != pair[1]), max_size=12)


@settings(deadline=None)
@given(unit_pairs, unit_pairs, unit_pairs)
def test_links_and_barriers_are_set_arithmetic(drawn, links, barriers):
    start, border, _ = with_links(np.empty((0, 2), dtype=np.int64), np.empty(0), drawn, [])
    edges, shared, _ = with_links(start, border, links, barriers)
    normal = [{(min(pair), max(pair)) for pair in group} for group in (drawn, links, barriers)]
    assert pairs(edges) == sorted((normal[0] | normal[1]) - normal[2])
    assert len(shared) == len(edges)
