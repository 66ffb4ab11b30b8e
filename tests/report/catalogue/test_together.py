"""What stands beside each other: no two different values alike, order and decimals kept, no digit that is not known."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.public.cell import HIDDEN, Rounded, is_number
from rezoning.report.catalogue.kinds import MANNERS, all_as_shown, manner, signed, together, written, written_length
from rezoning.report.catalogue.kinds import given as said_as_given
from rezoning.report.catalogue.rows import best_of, verdict
from rezoning.report.language import Language, plain

ENGLISH, METRIC = Language("en"), Language("en", units="metric")
NUMBERS = [kind for kind in MANNERS if kind != "text"]
EXACT = st.one_of(st.floats(-500, 500), st.floats(0, 1), st.sampled_from([0.0, 0.5, 0.2845, 1.0]))
NEAR = st.tuples(EXACT, st.floats(-1e-3, 1e-3)).map(sum)
CELLS = st.one_of(EXACT, NEAR, st.tuples(EXACT, st.integers(0, 4)).map(lambda both: Rounded(*both)), st.just(HIDDEN), st.none())


@st.composite
def rows(draw):
    """Some cells, several of them near each other."""
    near = draw(EXACT)
    cells = draw(st.lists(st.one_of(CELLS, st.floats(-1e-4, 1e-4).map(lambda more: near + more)), min_size=1, max_size=5))
    return cells, draw(st.sampled_from(NUMBERS)), draw(st.sampled_from([ENGLISH, METRIC]))


def number(text: str) -> Decimal:
    return Decimal(re.sub(r"[,\s]|[^\d.−+-]", "", text).replace("−", "-").lstrip("+"))


def places(text: str) -> int:
    return len(re.sub(r"[%\s]", "", text).partition(".")[2])


@given(rows())
def test_values_look_alike_only_where_nobody_can_tell_them_apart(row):
    cells, kind, language = row
    said, seen = together(cells, kind, language), all_as_shown(cells, kind)
    for one, a in zip(cells, seen, strict=True):
        for other, b in zip(cells, seen, strict=True):
            if is_number(one) and is_number(other):
                assert (said.text(one) == said.text(other)) == (a == b) == said.is_same(one, other)
                if a < b:
                    assert number(said.text(one)) < number(said.text(other))


@given(rows())
def test_all_values_have_the_same_decimals_and_none_that_is_not_known(row):
    cells, kind, language = row
    said, known = together(cells, kind, language), manner(kind, language)
    found = {places(said.text(cell)) for cell in cells if is_number(cell)}
    assert len(found) <= 1
    longer = known.size > 1  # of a mile one decimal more is known than of a kilometer
    for digits in found:
        assert digits <= known.digits + known.extra + longer
        for cell in cells:
            if isinstance(cell, Rounded):
                assert digits <= max(0, cell.digits - 2 * known.in_hundredths) + longer


@given(rows())
def test_a_change_is_the_difference_of_what_is_written_and_looks_like_none_only_where_there_is_none(row):
    cells, kind, language = row
    said = together(cells, kind, language)
    known = [cell for cell in cells if is_number(cell)]
    for one in known:
        for other in known:
            more = number(said.change(one, other))
            assert more == number(said.text(one)) - number(said.text(other))
            assert (more == 0) == said.is_same(one, other)


@given(rows(), st.sampled_from(["lower", "higher"]))
def test_the_best_is_the_one_that_is_written_as_the_best(row, direction):
    cells, kind, language = row
    named = {str(k): cell for k, cell in enumerate(cells)}
    best, said = best_of(named, kind, direction), together(cells, kind, language)
    texts = {key: number(said.text(cell)) for key, cell in named.items() if is_number(cell)}
    top = (min if direction == "lower" else max)(texts.values(), default=None)
    is_told = HIDDEN not in cells and len(set(texts.values())) > 1
    assert best == (frozenset(key for key, value in texts.items() if value == top) if is_told else frozenset())


@given(rows())
def test_a_spreadsheet_shows_what_a_page_shows(row):
    """Spreadsheets round the decimal number half away from zero."""
    cells, kind, language = row
    said = together(cells, kind, language)
    for cell in cells:
        if is_number(cell):
            held = Decimal(repr(said.sheet_number(cell))) * (100 if said.is_percent else 1)
            digits = len(said.sheet_format.rstrip("%").partition(".")[2])
            assert held.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) == number(said.text(cell))


@pytest.mark.parametrize(
    ("cells", "kind", "texts"),
    [
        ([0.0774, 0.0776], "index", ["0.0774", "0.0776"]),
        ([0.0774, 0.0828], "index", ["0.077", "0.083"]),
        ([Rounded(0.0774, 2), Rounded(0.0828, 2)], "index", ["0.08", "0.08"]),
        ([2.98, 3.03, 3.1], "travel", ["2.98", "3.03", "3.10"]),
        ([0.1234, 0.1236, None], "percent", ["12.34 %", "12.36 %", "–"]),
        ([743.6, 744.4], "count", ["744", "744"]),
        ([1 / 3, 1 / 3 + 1e-12], "ratio", ["0.33", "0.33"]),
    ],
)
def test_decimals_are_added_until_values_differ_but_none_is_invented(cells, kind, texts):
    said = together(cells, kind, ENGLISH)
    assert [plain(said.text(cell)) for cell in cells] == texts


def test_privacy_leaves_nobody_ahead():
    assert verdict(Rounded(0.0774, 2), Rounded(0.0828, 2), "index", "lower") == ""


def test_lengths_are_read_in_miles_or_kilometers_and_trips_in_minutes():
    assert [plain(together([16.09344], kind, ENGLISH).with_unit(16.09344)) for kind in ("km", "travel_km", "travel")] == [
        "10.0 mi",
        "10.00 mi",
        "16.1 min",
    ]
    assert plain(together([16.09344], "km", METRIC).with_unit(16.09344)) == "16.1 km"
    assert [plain(written_length(km, ENGLISH)) for km in (0.03, 0.0, 3.0, None)] == ["98 ft", "3 ft", "1.9 mi", "–"]
    assert [plain(written_length(km, METRIC)) for km in (0.03, 3.0)] == ["30 m", "3.0 km"]
    assert [plain(said_as_given(2.0, "travel_km", one)) for one in (ENGLISH, METRIC)] == ["1.24 mi", "2 km"]
    assert [together([3.0], "km", one).sheet_number(3.0) for one in (ENGLISH, METRIC)] == [1.864, 3.0]


def test_a_small_difference_does_not_look_like_none():
    assert (signed(0.0002, "index", ENGLISH), signed(0.0, "index", ENGLISH), written(0.0002, "index", ENGLISH)) == ("+0.0002", "±0.000", "0.000")
