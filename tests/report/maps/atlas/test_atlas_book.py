"""What an atlas says of schools, zones and trips: what the book says, and nothing that counts students."""

from __future__ import annotations

import json
import re
from pathlib import Path

import atlas_reader
import drawn
import geopandas as gpd
import numpy as np
import pytest
import shapely
from conftest import EACH_REAL, SHARED_DATA

from rezoning.district.load import load_district
from rezoning.district.plan import Plan
from rezoning.public.build import make_book
from rezoning.report.html import data, render
from rezoning.report.language import Language
from rezoning.report.maps.atlas import atlas
from rezoning.report.maps.names import lines_of
from rezoning.runs.option_judged import option_of_plan
from rezoning.scenario.languages import LANGUAGES
from rezoning.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[4]
NAMES = ("<script>alert(1)</script>", "x" * 4000, "مدرسة النهر")
TODAY = "Aabb/aaBz/cC.b"
OPTIONS = ("aabb/abbb/ccca", "aaab/aabb/cccb")


def district(**changes):
    polygons = gpd.GeoSeries([shapely.box(1000 * c, -1000 * r, 1000 * c + 1000, -1000 * r + 1000) for r in range(3) for c in range(4)], crs=32618)
    travel = np.array([[u + 0.4, 12.0 - u, np.nan] for u in range(12)])
    given = {"school_names": NAMES, "geometry": polygons, "travel": travel, "students": np.arange(12) + 10_000.25}
    return drawn.picture(TODAY, **(given | changes))


def book(place, goals=None):
    asked = drawn.scenario(goals=goals)
    options = [
        option_of_plan(letter, letter, Path(f"{letter}.csv"), asked, place, Plan(["abc".index(school) for school in rows.replace("/", "")]))
        for letter, rows in zip("AB", OPTIONS, strict=True)
    ]
    return make_book(options)


@pytest.fixture(scope="module")
def drawn_atlas():
    return atlas(book(district()), Language())


def test_zones_are_those_of_the_book(drawn_atlas):
    said = book(district())
    assert [view["key"] for view in drawn_atlas["views"]] == ["today", "A", "B", "nearest"]
    assert drawn_atlas["views"][0]["zone"] == said.today.zone.tolist() == [0, 0, 1, 1, 0, 0, 1, 3, 2, 2, -1, 1]
    assert [view["zone"] for view in drawn_atlas["views"][1:3]] == [said.views[letter].zone.tolist() for letter in "AB"]
    now = np.array(drawn_atlas["views"][0]["zone"])
    for letter, view in zip("AB", drawn_atlas["views"][1:3], strict=True):  # as map.js finds what changes
        assert np.flatnonzero((now >= 0) & (now != view["zone"])).tolist() == said.changes[letter].moved.tolist()


def test_trips_are_rounded_and_unknown_where_they_are(drawn_atlas):
    today, option, _, nearest = drawn_atlas["views"]
    assert today["trips"] == [0, 1, 10, 9, 4, 5, 6, None, None, None, None, 1]
    assert option["trips"][11] == 11
    assert nearest["zone"][:3] == [0, 0, 0]
    assert nearest["trips"][11] == 1
    assert drawn_atlas["travel"] == {"unit": "min", "digits": 0, "is_known": True}
    assert drawn_atlas["estimates"] == {code: [] for code in LANGUAGES}


def test_kilometers_keep_a_decimal():
    found = atlas(book(district(travel_unit="km", travel_source="straight_line")), Language())
    assert found["travel"] == {"unit": "mi", "digits": 1, "is_known": True}
    assert [len(said) for said in found["estimates"].values()] == [1] * len(LANGUAGES)
    assert found["views"][0]["trips"][0] == 2


def test_schools_are_the_books_and_stand_in_their_units(drawn_atlas):
    assert [school["name"] for school in drawn_atlas["schools"]] == [*NAMES, "Z"]
    assert drawn_atlas["schools"][3] == {"id": "Z", "name": "Z", "short": ["Z"], "lat": None, "lon": None}
    assert len(drawn_atlas["colors"]) == 4
    place = district()
    for s in range(3):
        point = gpd.GeoSeries(gpd.points_from_xy([drawn_atlas["schools"][s]["lon"]], [drawn_atlas["schools"][s]["lat"]]), crs=4326)
        assert place.geometry.iloc[place.school_unit[s]].contains(point.to_crs(32618).iloc[0])


def test_zones_that_touch_in_some_view_differ_in_color(drawn_atlas):
    for view in drawn_atlas["views"]:
        for a, b in district().edges:
            one, other = view["zone"][a], view["zone"][b]
            if one != other and min(one, other) >= 0:
                assert drawn_atlas["colors"][one] != drawn_atlas["colors"][other]


def test_walk_zones_are_told_where_they_are_known(drawn_atlas):
    assert all(view["walks"] is None for view in drawn_atlas["views"])
    walkable = np.zeros((12, 3), dtype=bool)
    walkable[0, 0] = walkable[3, 0] = True
    found = atlas(book(district(walkable=walkable)), Language())
    assert found["views"][0]["walks"] == [1, *[0] * 11]


def test_without_polygons_there_is_no_atlas_and_the_section_says_so():
    assert atlas(book(district(geometry=None)), Language()) is None
    for code, words in (("en", "There is no map"), ("es", "No hay mapa")):
        assert words in render("sections/map.html.j2", Language(code), atlas=None)


def test_without_zones_of_today_options_are_shown_alone():
    found = atlas(book(district(current=None, closed_ids=()), [{"minimize": "travel"}]), Language())
    assert [view["key"] for view in found["views"]] == ["A", "B", "nearest"]
    assert all(picture["changed"] == "" for picture in found["pictures"])


def test_no_count_of_students_is_in_it_but_what_the_book_tells_of_schools(drawn_atlas):
    numbers = {float(text) for text in re.findall(r"\d+\.?\d*", json.dumps({**drawn_atlas, "units": [], "schools": []}))}
    assert not numbers & {u + 10_000.25 for u in range(12)}
    more = atlas(book(district(students=np.full(12, 50.0))), Language())
    assert {**more, "facts": None} == {**drawn_atlas, "facts": None}  # whoever lives where


def test_the_same_book_makes_the_same_bytes(drawn_atlas):
    assert data(atlas(book(district()), Language())) == data(drawn_atlas)


def test_names_are_harmless_in_the_section(drawn_atlas):
    page = render("sections/map.html.j2", Language(), atlas=drawn_atlas)
    assert "<script>alert" not in page
    assert "مدرسة النهر" in page
    assert len(re.findall("x{81,}", page)) == 1  # whole in the data, short in print
    assert '"pictures"' not in page


def test_still_maps_show_every_zone_and_what_changes(drawn_atlas):
    today, option, _ = drawn_atlas["pictures"]
    assert (today["name"], option["name"]) == ("Today", "Option A")
    assert [zone["color"] for zone in today["zones"]] == drawn_atlas["colors"]
    assert today["changed"] == ""
    assert option["changed"].startswith("M")
    assert len(today["dots"]) == 3
    assert [label["lines"][0] for label in today["names"]][2] == NAMES[2]
    assert not today["arrows"]
    assert {label["lines"][0] for label in option["arrows"]} <= {f"→ {' '.join(lines_of(name))}" for name in NAMES}
    assert option["arrows"]


def test_every_language_says_the_same_things():
    english, spanish = (Language(code).part("map") for code in ("en", "es"))
    assert english.keys() == spanish.keys()
    for key, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", spanish[key])), key


def test_the_script_asks_for_strings_that_there_are_and_none_is_left_over():
    report = ROOT / "rezoning" / "report"
    script = "".join(
        (report / "assets" / f"{name}.js").read_text(encoding="utf-8") for name in [path.stem for path in sorted((report / "assets").glob("map*.js"))]
    )
    strings = Language().part("map").keys()
    assert set(re.findall(r'say\((?:\w[^"()]* \? )?"(\w+)"', script)) <= strings
    template = (report / "templates" / "sections" / "map.html.j2").read_text(encoding="utf-8")
    named = set(re.findall(r'"(\w+)"', script)) | set(re.findall(r"map\.(\w+)", template)) | {"today", "nearest", "plan", "option"}
    named |= {"min", "km", "mi", "whole", "swipe", "changes"}  # units of travel, and ways to look
    assert strings <= named
    assert "innerHTML" not in script


@pytest.mark.shared
@pytest.mark.parametrize("name", EACH_REAL)
def test_real_districts_fit_and_are_clean(name):
    path = SHARED_DATA / f"{name}.yaml"
    if not path.exists():
        pytest.skip(f"{path} is not beside the project")
    scenario = load_scenario(path)
    place = load_district(scenario.data)
    option = option_of_plan("A", "now", Path("now.csv"), scenario, place, Plan(np.where(place.stayable >= 0, place.stayable, 0)))
    said = atlas(make_book([option]), Language())
    assert len(data({**said, "pictures": []})) < 2_500_000
    shapes = atlas_reader.shapes(said)
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()
    assert shapely.coverage_is_valid(shapes)
