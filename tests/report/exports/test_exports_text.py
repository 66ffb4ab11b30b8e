"""Text in exports: harmless, short enough, and numbers that are nobody else's id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.report.exports.text import clean, cut, numbered, short_names


@pytest.mark.parametrize(
    ("ids", "numbers"),
    [
        (["a", "b", "c"], [1, 2, 3]),
        (["2", "1", "x"], [2, 1, 3]),
        (["x", "1", "y"], [2, 1, 3]),
        (["10", "20"], [1, 2]),  # no such number among 1 and 2
        (["01", "1"], [2, 1]),  # a leading zero makes it another id
        ([], []),
    ],
)
def test_schools_are_numbered_and_keep_a_number_that_is_their_id(ids, numbers):
    assert numbered(ids) == numbers


@given(st.lists(st.one_of(st.integers(0, 12).map(str), st.text(max_size=3)), unique=True, max_size=10))
def test_numbers_are_1_to_n_and_no_number_is_the_id_of_another_school(ids):
    numbers = numbered(ids)
    assert sorted(numbers) == list(range(1, len(ids) + 1))
    assert all(str(number) == text or str(number) not in ids for text, number in zip(ids, numbers, strict=True))


@given(st.lists(st.text(max_size=20), unique=True, max_size=12))
def test_short_names_fit_a_shapefile_and_differ_in_any_case(names):
    short = list(short_names(names).values())
    assert all(1 <= len(name) <= 10 and name.isascii() and name.replace("_", "a").isalnum() for name in short)
    assert len({name.lower() for name in short}) == len(names)


def test_short_names_say_what_the_long_ones_do():
    assert short_names(["unit_id", "school_today", "school_A", "changed_A", "group_low_income", "group_low_income_2", "group_ñandú", "group_低"]) == {
        "unit_id": "unit_id",
        "school_today": "today",
        "school_A": "school_A",
        "changed_A": "changed_A",
        "group_low_income": "low_income",
        "group_low_income_2": "low_inco_2",
        "group_ñandú": "nandu",
        "group_低": "group",
    }


@given(st.text(), st.integers(1, 300))
def test_a_cut_text_is_its_beginning_and_fits(text, limit):
    whole = clean(text)
    assert whole.startswith(cut(whole, limit))
    assert len(cut(whole, limit).encode()) <= limit
    assert len(cut(whole, limit).encode()) > limit - 4 or cut(whole, limit) == whole


def test_a_clean_text_keeps_letters_and_loses_what_xml_cannot_hold():
    assert clean("José\x00 \x1b[31m<b>&\ttab\r\nline \ud800 مدرسة 学校 🏫") == "José [31m<b>& tab line  مدرسة 学校 🏫"
