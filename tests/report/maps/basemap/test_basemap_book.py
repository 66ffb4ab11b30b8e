"""Streets of a book: who lives along which, what a page carries of them, and what stands under a map."""

from __future__ import annotations

import json
import re
from pathlib import Path

import atlas_reader
import numpy as np
import pytest
import shapely
from basemap_cases import HOSTILE, write_district

from rezoning.commands.publishing import write_finder, write_report
from rezoning.district.basemap.features import Features
from rezoning.errors import DataError
from rezoning.public.book import Book
from rezoning.public.build import make_book
from rezoning.report.figures import change_figure
from rezoning.report.language import Language
from rezoning.report.maps.atlas import atlas
from rezoning.report.maps.atlas.basemap import MOST_LETTERS, embedded
from rezoning.report.maps.atlas.coverage import gridded
from rezoning.report.maps.atlas.places import on_grid
from rezoning.report.maps.basemap import area_name, base_of, street_names
from rezoning.report.maps.basemap.base import joined
from rezoning.report.maps.basemap.labels import Room
from rezoning.report.maps.colors import option_fills
from rezoning.runs.option_read import read_options

SET = "report.basemap.streets=streets.geojson"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_district(tmp_path_factory.mktemp("streets"))


@pytest.fixture(scope="module")
def book(place: tuple[Path, Path]) -> Book:
    return make_book(read_options(place, [SET]))


def test_a_unit_has_the_streets_along_it_the_main_one_first(book: Book) -> None:
    names = street_names(book)
    assert names is not None
    bad = "</script><b>Bad & Name"
    assert names[0] == ("Main Street", "5th Avenue", "Oak Street")
    assert names[1] == ("Main Street", "Oak Street")
    assert names[2] == ("Main Street", "Oak Street")  # nobody lives on the motorway beside it
    assert names[3] == ("Main Street", "5th Avenue", bad)
    assert names[5] == ("Main Street", bad)


def test_areas_are_called_by_their_streets(book: Book) -> None:
    assert area_name(("Oak St", "5th Ave", "Elm St"), Language()) == "around Oak St and 5th Ave"
    assert area_name(("Oak St",), Language("es")) == "cerca de Oak St"
    assert area_name((), Language()) is None
    drawn = atlas(book, Language())
    assert drawn is not None
    assert [drawn["areas"]["names"][k] for k in drawn["areas"]["of"][1]] == ["Main Street", "Oak Street"]


def test_without_streets_nothing_is_named_and_the_map_says_so(place: tuple[Path, Path]) -> None:
    bare = make_book(read_options(place))
    drawn = atlas(bare, Language())
    assert (base_of(bare), street_names(bare)) == (None, None)
    assert drawn is not None
    assert (drawn["basemap"], drawn["areas"], drawn["under"]) == (None, None, None)
    assert "report.basemap.streets" in drawn["base_notes"]["en"][0]


def shapes_of(bundle: list, step: int) -> list[tuple[int, list[np.ndarray]]]:
    """A second reader of a bundle, written from its description."""
    values, here, found = iter(atlas_reader.numbers(bundle[1])), np.zeros(2, dtype=np.int64), []
    for name in values:
        parts = []
        for _ in range(next(values)):
            points = here + np.cumsum([[next(values), next(values)] for _ in range(next(values))], axis=0)
            here = points[-1]
            parts.append(points * step)
        found.append((name, parts))
    return found


def test_a_page_carries_the_streets_where_they_are(book: Book) -> None:
    base, grid = base_of(book), gridded(book.district.geometry)
    assert base is not None
    found = embedded(base, grid)
    seen = {}
    for rank, bundles in enumerate(found["streets"]):
        for bundle in bundles:
            for name, parts in shapes_of(bundle, found["step"]):
                seen[found["names"][name]] = (rank, shapely.MultiLineString(parts))
                assert shapely.box(*np.array(bundle[0]) * found["step"]).covers(seen[found["names"][name]][1])
    streets = base.geography.streets
    assert set(seen) == set(streets.name)
    for shape, rank, name in zip(streets.shapes, streets.rank, streets.name, strict=True):
        drawn = shapely.transform(shape, lambda points: on_grid(points, grid))
        assert seen[name][0] == rank
        assert shapely.hausdorff_distance(drawn, seen[name][1]) < 12


def test_a_county_of_streets_fits_into_a_page(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    base, grid = base_of(book), gridded(book.district.geometry)
    assert base is not None
    everything = len(json.dumps(embedded(base, grid)["streets"]))
    monkeypatch.setattr("rezoning.report.maps.atlas.basemap.MOST_LETTERS", everything - 150)
    fewer = embedded(base, grid)["streets"]
    assert [bool(bundles) for bundles in fewer] == [True, True, False, False]  # local streets go first
    assert MOST_LETTERS < 1_100_000


def test_lines_that_are_drawn_twice_or_in_pieces_become_one() -> None:
    lines = [[(0, 0), (1, 0)], [(2, 0), (1, 0)], [(1, 0), (2, 0)], [(1, 0), (1, 1)]]
    names = np.array(["A", "A", "A", "B"], dtype=object)
    found = joined(Features(np.array([shapely.LineString(line) for line in lines], dtype=object), np.full(4, 3), names))
    assert sorted(zip(found.name, shapely.length(found.shapes), strict=True)) == [("A", 2.0), ("B", 1.0)]


def test_names_cover_neither_each_other_nor_what_stands_there() -> None:
    rng = np.random.default_rng(0)
    lines = np.array([shapely.LineString(np.cumsum(rng.uniform(-60, 90, (6, 2)), axis=0)) for _ in range(80)], dtype=object)
    room = Room((-100, -100, 400, 400), 8.0, [(100.0, 100.0, 180.0, 180.0)], 40)
    room.along(Features(lines, np.zeros(80, dtype=int), np.array([f"Street {k}" for k in range(80)], dtype=object)), "street")
    assert 5 < len(room.labels) <= 40
    solid = []
    for label in room.labels:
        assert -90 <= label.angle <= 90
        width = room.width(label.name) * 0.9
        text = shapely.affinity.rotate(shapely.box(label.x - width / 2, label.y - 3, label.x + width / 2, label.y + 3), label.angle)
        assert not text.intersects(shapely.box(100, 100, 180, 180))
        assert not any(text.intersects(other) for other in solid)
        assert shapely.box(*room.frame).covers(text)
        solid.append(text)


def test_what_is_published_names_the_file_and_is_safe(place: tuple[Path, Path], tmp_path: Path) -> None:
    done = write_report(place, tmp_path / "report", [SET])
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "streets.geojson" in page
    assert "</script><b>" not in page
    assert HOSTILE not in page
    assert "&lt;/script&gt;&lt;b&gt;Bad &amp; Name</text>" in page
    assert not any("show no streets" in note for note in done.notes)
    assert re.search(r'id="map-ground"', page)
    missing = write_report(place, tmp_path / "bare")
    assert any("report.basemap.streets=FILE" in note for note in missing.notes)
    with pytest.raises(DataError, match=r"report\.basemap\.streets\.path: there is no file"):
        write_report(place, tmp_path / "wrong", ["report.basemap.streets=nothing.gpkg"])
    assert not (tmp_path / "wrong").exists()


def test_finder_lists_the_streets_of_every_zone(place: tuple[Path, Path], tmp_path: Path) -> None:
    write_finder(place, None, tmp_path / "finder", [SET])
    rows = [line.split(",")[:5] for line in (tmp_path / "finder" / "streets.csv").read_text(encoding="utf-8").splitlines()]
    assert rows[0] == ["option", "school_id", "school", "street", "part"]
    today = [row[1:] for row in rows if row[0] == "today"]
    assert ["A", "School A", "5th Avenue", "whole"] in today
    assert [row[3] for row in today if row[2] == "Main Street"] == ["part", "part"]
    assert "Type a street near your home" in (tmp_path / "finder" / "finder.html").read_text(encoding="utf-8")


def test_figures_are_drawn_over_streets(book: Book) -> None:
    option = book.first
    fills = option_fills(book, option)
    bare, drawn = (change_figure(option.district, option.plan, fills, base=base).axes[0] for base in (None, base_of(book)))
    before, after = ({text.get_text() for text in ax.texts} for ax in (bare, drawn))
    assert {"Main Street", "5th Avenue", "Interstate 1"} <= after - before
    assert before <= after  # no name of a school gives way
    assert len(drawn.collections) > len(bare.collections)
    assert (bare.get_xlim(), bare.get_ylim()) == (drawn.get_xlim(), drawn.get_ylim())
