"""Numbers as people say them: near what is so, never more exact than what is known."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezoning.public.cell import HIDDEN, Rounded
from rezoning.report.language import NOTHING, Language, plain
from rezoning.report.plain_numbers import NEAR, about, length, longer, one_in, students_in, trip_change

ENGLISH, SPANISH, METRIC = Language("en"), Language("es"), Language("en", units="metric")


@pytest.mark.parametrize(
    ("share", "said", "spanish"),
    [
        (0.2, "1 in 5", "1 de cada 5"),
        (0.192, "about 1 in 5", "alrededor de 1 de cada 5"),
        (0.5, "half", "la mitad"),
        (0.3, "3 in 10", "3 de cada 10"),
        (2 / 3, "2 in 3", "2 de cada 3"),
        (0.93, "93 %", "93 %"),
        (0.0, "none", "ninguno"),
        (0.003, "almost none", "casi ninguno"),
        (0.998, "almost all", "casi todos"),
        (1.0, "all", "todos"),
        (0.01, "1 in 100", "1 de cada 100"),
        (HIDDEN, HIDDEN, HIDDEN),
        (None, NOTHING, NOTHING),
    ],
)
def test_a_share_is_said_as_people_say_it(share, said, spanish):
    assert plain(one_in(share, ENGLISH)) == said
    assert plain(one_in(share, SPANISH)) == spanish


@given(share=st.floats(0, 1))
def test_what_is_said_of_a_share_is_near_it(share):
    text = plain(one_in(share, ENGLISH)).removeprefix("about ").replace("half", "1 in 2")
    rest = min(share, 1 - share)
    if found := re.fullmatch(r"(\d+) in (\d+)", text):
        assert abs(int(found[1]) / int(found[2]) - share) <= NEAR * rest + 1e-6
    elif found := re.fullmatch(r"(\d+) %", text):
        assert abs(int(found[1]) / 100 - share) <= 0.005 + 1e-9
    else:
        assert text in ("none", "almost none", "almost all", "all")
        assert rest <= 0.005


def test_a_share_of_students_reads_in_a_sentence():
    assert [plain(students_in(share, ENGLISH)) for share in (0.2, 0.49, 0.0, 0.23, 1.0)] == [
        "1 in 5 students", "half of the students", "no students", "23 % of students", "all students",
    ]  # fmt: skip
    assert plain(students_in(0.23, SPANISH)) == "el 23 % de los estudiantes"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (8 / 60, "8 seconds longer"),
        (-2.0, "2 minutes shorter"),
        (-1 / 60, "about the same"),
        (0.0, "about the same"),
        (1.0, "1 minute longer"),
        (2.46, "2.5 minutes longer"),
        (-31.4, "31 minutes shorter"),
        (Rounded(0.0, 1), "about the same"),
        (Rounded(0.1, 1), "about 6 seconds longer"),
        (HIDDEN, HIDDEN),
    ],
)
def test_a_trip_is_longer_or_shorter(minutes, said):
    assert trip_change(minutes, ENGLISH) == said


def test_trips_in_kilometers_change_by_lengths():
    assert trip_change(0.5, ENGLISH, "km") == "0.3 miles longer"
    assert trip_change(-0.5, METRIC, "km") == "500 meters shorter"
    assert trip_change(0.001, METRIC, "km") == "about the same"


@pytest.mark.parametrize(
    ("km", "said", "metric"),
    [
        (20.0, "12 miles", "20 kilometers"),
        (1.609344, "1 mile", "1.6 kilometers"),
        (0.1, "330 feet", "100 meters"),
        (0.0, "0 feet", "0 meters"),
        (1.0, "0.6 miles", "1 kilometer"),
        (None, NOTHING, NOTHING),
    ],
)
def test_lengths_are_miles_or_kilometers(km, said, metric):
    assert (length(km, ENGLISH), length(km, METRIC)) == (said, metric)


def test_lengths_are_compared_in_words():
    said = [plain(longer(after, 100.0, ENGLISH)) for after in (110.0, 92.0, 201.0, 100.2, 50.0, 133.0)]
    assert said == ["a tenth longer", "8 % shorter", "twice as long", "about as long", "half as long", "a third longer"]
    assert longer(HIDDEN, 1.0, ENGLISH) == HIDDEN


def test_only_estimates_are_about():
    assert (about(744.0, ENGLISH), about(744.0, ENGLISH, is_estimated=True)) == ("744", "about 740")
    assert (about(12_345.0, ENGLISH, is_estimated=True), about(4.4, SPANISH, is_estimated=True)) == ("about 12,300", "alrededor de 4")
