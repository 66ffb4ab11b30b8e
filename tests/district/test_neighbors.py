"""The section data.adjacency on drawn units: what is read from polygons, and what a user is told about them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, box
from small_files import SmallFiles

X, Y = 400_000, 4_300_000


def square(k, row=0, width=1.0, shift=0.0):
    """The k-th place of a row of squares 100 m wide."""
    return box(X + 100 * k + shift, Y + 100 * row, X + 100 * (k + width), Y + 100 * (row + 1))


@pytest.fixture
def drawn(tmp_path):
    """Units a, b, c, d as one wants them drawn."""

    def draw(*shapes, **sections):
        files = SmallFiles(tmp_path)
        frame = pd.read_csv(tmp_path / "units.csv", dtype={"id": str, "zone": str})
        path = tmp_path / "units.gpkg"
        gpd.GeoDataFrame(frame, geometry=list(shapes), crs=32618).to_file(path)
        files.say("units", path=path)
        if not sections.pop("with_file", False):
            files.sections.pop("adjacency")
        for section, keys in sections.items():
            files.say(section, **keys)
        return files

    return draw


def pairs(district):
    return ["".join(district.unit_ids[u] for u in edge) for edge in district.edges.tolist()]


def ground(district):
    """Pieces of ground that border each other, further pieces with a prime."""
    names = [district.unit_ids[u] + "'" * int(k >= district.num_units) for k, u in enumerate(district.land.unit)]
    return [f"{names[i]}-{names[j]}" for i, j in district.land.edges.tolist()]


ROW = [MultiPolygon([square(0, width=1.2), square(4)]), square(1, shift=20), square(2), square(3)]


def test_a_unit_in_two_places_is_told_and_holds_nothing_together(drawn):
    district = drawn(*ROW).load()
    assert pairs(district) == ["ab", "ad", "bc", "cd"]
    assert ground(district) == ["a-b", "b-c", "c-d", "d-a'"]
    assert district.border_m == pytest.approx([100] * 4)
    assert [note for note in district.notes if "place" in note] == [
        "units.gpkg: 1 unit is drawn in several places, and no unit holds a zone together across them: 'a' (2 parts)",
        "units.gpkg: units in several places whose largest part is taken to hold their school, for its place is unknown: 'a'",
    ]
    assert district.warnings == ()


def test_the_school_is_in_the_part_where_its_point_is(drawn):
    files = drawn(*ROW)
    lon, lat = gpd.GeoSeries([square(4).centroid, square(3).centroid], crs=32618).to_crs(4326).get_coordinates().to_numpy().T
    files.csv("schools.csv", "school_id,name,capacity,block,lon,lat\n" + "".join(
        f"{row},{x},{y}\n" for row, x, y in zip(("S,South,25,a", "N,North,25,d"), lon, lat, strict=True)))  # fmt: skip
    district = files.load()
    assert ground(district) == ["a-d", "b-c", "b-a'", "c-d"]
    assert not [note for note in district.notes if "taken to hold" in note]


def test_links_join_main_parts_or_all_of_one_unit_and_barriers_part_all(drawn):
    assert "a-a'" in ground(drawn(*ROW, adjacency={"links": [["a", "a"]]}).load())
    apart = [MultiPolygon([square(0), square(8)]), square(1), square(4), square(6)]
    district = drawn(*apart, adjacency={"links": [["d", "a"], ["c", "b"]], "barriers": [["a", "b"]]}).load()
    assert (pairs(district), ground(district)) == (["ad", "bc"], ["a-d", "b-c"])


def test_a_link_of_a_unit_in_one_piece_with_itself_is_a_slip(drawn):
    assert drawn(*ROW, adjacency={"links": [["b", "b"]]}).problems() == ["data.adjacency.links[0]: pairs unit 'b' with itself. Name two units."]
    assert drawn(*ROW, adjacency={"barriers": [["a", "a"]]}).problems() == ["data.adjacency.barriers[0]: pairs unit 'a' with itself. Name two units."]


def test_slivers_are_said(drawn):
    sliver = box(X + 399, Y, X + 400, Y + 50)
    district = drawn(MultiPolygon([square(0), sliver]), square(1), square(2), square(3).difference(sliver)).load()
    assert ground(district) == ["a-b", "b-c", "c-d"]
    assert "units.gpkg: 1 part of units too small to count as ground of its own (below 1 % of the unit and 0.1 ha): 'a' (1 part)" in district.notes


def test_where_a_file_lists_the_neighbors_units_are_whole_and_that_is_a_warning(drawn):
    district = drawn(*ROW, with_file=True).load()
    assert (district.parts, ground(district)) == (None, ["a-b", "b-c", "c-d"])
    assert district.warnings == (
        "units.gpkg: 1 unit is drawn in several parts and counts as one piece, for neighbors come from edges.csv, so that a zone may lie in several "
        "places there: 'a' (2 parts)",
    )


def test_gaps_are_told_with_the_value_that_mends_them(drawn):
    """b lies 40 cm off a, d overlaps c by 25 cm."""
    shapes = [square(0), square(1, shift=0.4), square(2), square(3, shift=-0.25)]
    district = drawn(*shapes).load()
    assert pairs(district) == ["bc"]
    told = [warning for warning in district.warnings if "snap_m" in warning]
    assert told == [
        "units.gpkg: 2 pairs of units run along each other and are no neighbors, for their drawings leave a gap or overlap: 'c' and 'd' (0.25 m), "
        "'a' and 'b' (0.4 m); data.adjacency.snap_m: 0.41 finds them",
        "units.gpkg: the units lie in 3 pieces that no border joins, 0 to 0.4 m apart; outside the largest of them lie 'a', 'd'. "
        "data.adjacency.links joins them where there is a way; if they touch, data.adjacency.snap_m: 0.41 may",
    ]
    mended = drawn(*shapes, adjacency={"snap_m": 0.41}).load()
    assert (pairs(mended), [warning for warning in mended.warnings if "snap_m" in warning]) == (["ab", "bc", "cd"], [])
    assert mended.border_m == pytest.approx([100] * 3)
    settled = drawn(*shapes, adjacency={"links": [["a", "b"]], "barriers": [["c", "d"]]}).load()
    assert not [warning for warning in settled.warnings if "run along" in warning]


def test_a_border_that_is_lost_in_part_is_told_too(drawn):
    bent = square(1).difference(box(X + 99, Y, X + 101, Y + 60))
    district = drawn(square(0), bent, square(2), square(3)).load()
    assert district.border_m[0] == pytest.approx(40)
    assert district.warnings == (
        "units.gpkg: 1 pair of neighbors shares only a part of their border, for their drawings leave a gap or overlap: 'a' and 'b' (1 m); "
        "data.adjacency.snap_m: 1.01 finds it",
    )


def test_land_in_pieces_is_told(drawn):
    district = drawn(square(0), square(1), square(12), square(13)).load()
    assert [warning for warning in district.warnings if "pieces" in warning] == [
        "units.gpkg: the units lie in 2 pieces that no border joins, 1,000 m apart; outside the largest of them lie 'c' and what hangs together with "
        "them. data.adjacency.links joins them where there is a way"
    ]


def test_a_map_shows_as_many_pieces_as_are_counted(drawn):
    """The audit's and the measures' pieces are those of the dissolved zones."""
    import shapely

    from rezoning.metrics.shape import pieces
    from rezoning.metrics.zones import Zones

    district = drawn(*ROW).load()
    for code in range(16):
        school = np.array([code >> k & 1 for k in range(4)])
        dissolved = [shapely.union_all(np.asarray(district.geometry.array)[school == s]) for s in (0, 1)]
        shown = [0 if shape.is_empty else shapely.get_num_geometries(shape) for shape in dissolved]
        assert list(pieces(Zones(district, school)).values()) == shown
