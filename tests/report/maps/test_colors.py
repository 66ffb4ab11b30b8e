"""Colors of schools: neighbors apart to every eye; the same for a school whatever options there are; patterns where colors do not suffice."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import drawn
import geopandas as gpd
import numpy as np
import pytest
import shapely
from coloraide import Color
from conftest import EACH_REAL, SHARED_DATA
from hypothesis import given
from hypothesis import strategies as st

from rezoning.district.load import load_district
from rezoning.district.plan import Plan
from rezoning.metrics.zones import nearest_zones
from rezoning.public.book import Book, School, View
from rezoning.public.build import make_book
from rezoning.report.figures.colors import OPTIONS
from rezoning.report.maps.colors import APART, NIGHT, OPACITY, PALETTE, PATTERNS, fills, neighbors, school_colors, school_fills, touching
from rezoning.runs.option_judged import option_of_plan
from rezoning.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[3]
LEAST = 10.0
EYES = ("protan", "deutan", "tritan")


def as_drawn(color):
    """A color as screens and paper show it: as it is, at night, over white paper; with every deficiency and none."""
    red, green, blue = Color(color)[:3]
    shown = [
        Color("srgb", [mix(part) for part in (red, green, blue)]) for mix in (lambda p: p, lambda p: NIGHT * p, lambda p: OPACITY * p + 1 - OPACITY)
    ]
    return [one if eye is None else one.clone().filter(eye).clip() for one in shown for eye in (None, *EYES)]


@cache
def apart(one, other):
    """How far two colors are apart at worst."""
    return min(a.delta_e(b, method="2000") for a, b in zip(as_drawn(one), as_drawn(other), strict=True))


def check(found, pairs):
    """No two neighbors look alike."""
    for a, b in pairs:
        assert found[a].pattern != found[b].pattern or apart(found[a].color, found[b].color) >= LEAST, (a, b)


def shown(book):
    """Whose zones touch in anything that a page shows."""
    today = [] if book.today is None else [book.today.zone]
    return neighbors(touching(book.district), [*today, *(view.zone for view in book.views.values())])


# -- the palette -----------------------------------------------------------------------------------------------------


def test_any_two_colors_are_apart_to_every_eye():
    for a, b in combinations(range(len(PALETTE)), 2):
        found = apart(PALETTE[a], PALETTE[b])
        assert found >= LEAST
        assert APART[a][b] == APART[b][a] == int(found)


def test_dark_ink_is_read_on_every_color():
    assert min(Color(color).contrast("#222222", method="wcag21") for color in PALETTE) >= 4.5


def test_pages_dim_colors_at_night_as_much_as_is_reckoned_with():
    assert f"brightness({NIGHT:g})".replace("0.", ".") in (ROOT / "rezoning/report/assets/map.css").read_text(encoding="utf-8")


def test_colors_of_options_are_told_apart_and_pages_have_the_same():
    css = (ROOT / "rezoning/report/assets/page.css").read_text(encoding="utf-8").lower()
    for letter, color in zip("abcdefgh", OPTIONS, strict=True):
        assert f"--option-{letter}: {color.lower()};" in css
        assert Color(color).contrast("#ffffff", method="wcag21") >= 4.5
    night = [css.split(f"--option-{letter}: ")[2].split(";")[0] for letter in "abcdefgh"]
    for colors in (OPTIONS, night):
        for one, other in combinations(colors, 2):
            eyes = [(Color(one), Color(other)), *((Color(one).filter(eye).clip(), Color(other).filter(eye).clip()) for eye in EYES)]
            assert min(a.delta_e(b, method="2000") for a, b in eyes) >= LEAST, (one, other)


# -- any neighbors ---------------------------------------------------------------------------------------------------


@st.composite
def graphs(draw, most=24):
    count = draw(st.integers(1, most))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])
    today = draw(st.frozensets(pairs, max_size=3 * count)) if count > 1 else frozenset()
    more = draw(st.frozensets(pairs, max_size=4 * count)) if count > 1 else frozenset()
    known = draw(st.sets(st.integers(0, count - 1)))
    return count, frozenset(pair for pair in today if set(pair) <= known), more, known


@given(graphs())
def test_neighbors_of_any_kind_are_apart(graph):
    count, today, more, known = graph
    found = fills([f"s{k:02}" for k in range(count)], today, today | more, known)
    check(found, today | more)


@given(graphs(most=len(PALETTE)))
def test_few_schools_each_have_a_color_of_their_own_that_no_option_changes(graph):
    count, today, more, _ = graph
    ids, everyone = [f"s{k:02}" for k in range(count)], range(count)
    found = fills(ids, today, today | more, everyone)
    assert len({fill.color for fill in found}) == count
    assert found == fills(ids, today, today, everyone)


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_schools_does_not_matter(graph, random):
    count, today, more, known = graph
    ids = [f"s{k:02}" for k in range(count)]
    order = random.sample(range(count), count)
    place = {s: k for k, s in enumerate(order)}
    turned = [frozenset((place[a], place[b]) for a, b in pairs) for pairs in (today, today | more)]
    found = fills([ids[s] for s in order], *turned, {place[s] for s in known})
    assert [found[place[s]] for s in range(count)] == list(fills(ids, today, today | more, known))


def test_where_colors_do_not_suffice_patterns_do():
    count = 2 * len(PALETTE) + 3
    everyone = frozenset(combinations(range(count), 2))
    found = fills([f"s{k:02}" for k in range(count)], everyone, everyone, range(count))
    assert {fill.pattern for fill in found} == set(PATTERNS)
    assert len(set(found)) == count


def test_where_colors_suffice_there_is_no_pattern():
    ring = frozenset((min(k, (k + d) % 40), max(k, (k + d) % 40)) for k in range(40) for d in (1, 2, 3))
    assert {fill.pattern for fill in fills([f"s{k:02}" for k in range(40)], ring, ring, range(40))} == {""}


# -- books -----------------------------------------------------------------------------------------------------------

TODAY = "Aabb/aaBz/cC.b"
OPTIONS_DRAWN = ("aabb/abbb/ccca", "aaab/aabb/cccb")


def book(*plans):
    polygons = gpd.GeoSeries([shapely.box(1000 * c, -1000 * r, 1000 * c + 1000, -1000 * r + 1000) for r in range(3) for c in range(4)], crs=32618)
    place, asked = drawn.picture(TODAY, geometry=polygons), drawn.scenario(goals=None)
    options = [
        option_of_plan(letter, letter, Path(f"{letter}.csv"), asked, place, Plan(["abc".index(school) for school in rows.replace("/", "")]))
        for letter, rows in zip("ABC", plans, strict=False)
    ]
    return make_book(options)


def test_a_school_keeps_its_color_whatever_options_there_are_in_whatever_order():
    one, two, turned = book(OPTIONS_DRAWN[0]), book(*OPTIONS_DRAWN), book(*reversed(OPTIONS_DRAWN))
    colors = [dict(zip((school.id for school in made.schools), school_colors(made), strict=True)) for made in (one, two, turned)]
    assert colors[0] == colors[1] == colors[2]
    check(school_fills(two), shown(two))


def test_zones_apart_by_the_rules_but_beside_each_other_are_neighbors():
    meet = {tuple(pair) for pair in np.sort(touching(book(OPTIONS_DRAWN[0]).district), axis=1).tolist()}
    assert {(0, 1), (0, 4), (0, 5)} <= meet  # a corner is seen too


def test_riverbend():
    check_scenario(ROOT / "scenarios" / "riverbend.yaml")


@pytest.mark.shared
@pytest.mark.parametrize("name", EACH_REAL)
def test_real_districts(name):
    path = SHARED_DATA / f"{name}.yaml"
    if not path.exists():
        pytest.skip(f"{path} is not beside the project")
    check_scenario(path)


def check_scenario(path):
    """Today's zones and two options: the nearest schools, and everybody at a school that is not their own. Colors ask a book for nothing else."""
    place = load_district(load_scenario(path).data)
    now, near = place.stayable, nearest_zones(place)
    plans = {"A": now if near is None else np.where(near.school >= 0, near.school, now), "B": (now + 1) % place.num_schools}
    today, *options = (View(key, zone, (), None, None, {}) for key, zone in {"today": now, **plans}.items())
    schools = tuple(map(School, place.school_ids, place.school_names))
    alone = SimpleNamespace(scenario=None, district=place, metrics={})
    made = Book((), schools, (), (), today, {view.key: view for view in options}, {}, None, (), is_hidden=False, alone=alone)
    check(school_fills(made), shown(made))
