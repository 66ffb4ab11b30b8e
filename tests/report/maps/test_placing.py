"""Names on maps: short where that is enough, beside what they name, and never over another."""

from __future__ import annotations

import shutil
import subprocess
from itertools import combinations
from json import dumps, loads
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.report.maps.names import LONGEST, lines_of, map_names
from rezoning.report.maps.placing import Named, place

FRAME = (0.0, 0.0, 600.0, 400.0)
LINE = 15.0


def box(spot, size):
    return spot.x - size[0] / 2, spot.y - size[1] / 2, spot.x + size[0] / 2, spot.y + size[1] / 2


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@st.composite
def things(draw):
    points = st.tuples(st.integers(0, 600), st.integers(0, 400))
    sizes = st.tuples(st.integers(10, 150), st.integers(15, 40))
    return [
        Named(x, y, (draw(sizes), (14, 18)), draw(st.sampled_from([0.0, 6.0])), draw(st.booleans()))
        for x, y in draw(st.lists(points, max_size=25, unique=True))
    ]


@given(things())
def test_names_never_overlap_nor_cover_a_dot_nor_leave_the_map(those):
    spots = place(those, FRAME, LINE, taken=[(0, 0, 50, 90)])
    boxes = [box(spot, one.sizes[spot.size]) for one, spot in zip(those, spots, strict=True) if spot is not None]
    assert not any(meet(one, other) for one, other in combinations(boxes, 2))
    assert not any(meet(one, (0, 0, 50, 90)) for one in boxes)
    dots = [(one.x - one.dot, one.y - one.dot, one.x + one.dot, one.y + one.dot) for one in those if one.dot]
    assert not any(meet(one, dot) for one in boxes for dot in dots)
    assert all(one[0] >= 0 and one[1] >= 0 and one[2] <= 600 and one[3] <= 400 for one in boxes)
    assert place(those, FRAME, LINE, taken=[(0, 0, 50, 90)]) == spots


def test_a_name_alone_stands_beside_its_dot_and_in_the_middle_of_its_area():
    dot, area = place([Named(100, 100, ((80, 20),), 6), Named(300, 300, ((80, 20),))], FRAME, LINE)
    assert (dot.x, dot.y, dot.is_far) == (146, 100, False)
    assert (area.x, area.y, area.is_far) == (300, 300, False)


def test_names_that_collide_move_and_a_line_leads_back():
    those = [Named(250 + 50 * (k % 4), 150 + 50 * (k // 4), ((120, 20), (16, 20)), 6) for k in range(16)]
    spots = place(those, FRAME, LINE)
    assert any(spot is not None and spot.is_far for spot in spots)
    assert any(spot is None or spot.size == 1 for spot in spots)  # and numbers where nothing else fits


def test_short_names_are_used_where_they_tell_schools_apart():
    assert map_names(["Boulevard Elementary School", "Fernway ES", "Lomond High School", "Central"]) == ("Boulevard", "Fernway", "Lomond", "Central")
    assert map_names(["Lincoln Elementary School", "Lincoln Middle School", "Onaway School"]) == (
        "Lincoln Elementary School",
        "Lincoln Middle School",
        "Onaway",
    )
    assert map_names(["Escuela Primaria Benito Juárez", "High School"]) == ("Benito Juárez", "High School")
    assert len(set(map_names(["A School", "a school", "A"]))) == 3


@given(st.text(max_size=200))
def test_a_name_is_one_line_or_two(name):
    lines = lines_of(name)
    assert 1 <= len(lines) <= 2
    assert sum(map(len, lines)) <= LONGEST


def test_the_browser_places_names_alike():
    if shutil.which("node") is None:
        pytest.skip("there is no node on this machine")
    those = [Named(50 + 37 * (k % 12), 60 + 53 * (k % 7), ((90, 20), (16, 20)), 6.0 if k % 3 else 0.0, k % 4 == 0) for k in range(24)]
    given = [{"x": one.x, "y": one.y, "sizes": one.sizes, "dot": one.dot, "isSmall": one.is_small} for one in those]
    script = Path(__file__).parents[3] / "rezoning/report/assets/map_labels.js"
    program = (
        'globalThis.window={RezoningMap:{words:{}}};globalThis.L={Layer:{extend(){}}};require("fs");'
        f"eval(require('fs').readFileSync({dumps(str(script))},'utf8'));"
        f"console.log(JSON.stringify(window.RezoningMap.place({dumps(given)},{dumps(FRAME)},[[0,0,50,90]])))"
    )
    drawn = loads(subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True).stdout)
    spots = place(those, FRAME, LINE, taken=[(0, 0, 50, 90)])
    assert [one and (one["x"], one["y"], one["size"], one["isFar"]) for one in drawn] == [
        one and (one.x, one.y, one.size, one.is_far) for one in spots
    ]
