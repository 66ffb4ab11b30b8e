"""The catalogue of measures: complete, and of one mind about what looks alike, what is better, and how long a plan lasts."""

from __future__ import annotations

import re
from collections.abc import Mapping

import comparing_drawn as drawn
import numpy as np
import pytest

from rezoning.public.cell import HIDDEN, Rounded
from rezoning.report.catalogue.columns import sides
from rezoning.report.catalogue.derived import derived
from rezoning.report.catalogue.kinds import all_as_shown, together
from rezoning.report.catalogue.measures import COMPARE, ELSEWHERE, MEASURES, TOPICS
from rezoning.report.catalogue.rows import rows_of, scope_of, verdict
from rezoning.report.language import Language
from rezoning.report.statement.subject import Subject
from rezoning.scenario.languages import LANGUAGES

ENGLISH = Language("en")


# -- what there is ---------------------------------------------------------------------------------------------------


def test_every_measure_of_metrics_json_is_in_the_catalogue_or_said_to_stand_elsewhere() -> None:
    made = drawn.book()
    said = {measure.path[0] for measure in MEASURES} | {*ELSEWHERE, "burden"}
    known = set(made.first.metrics["plan"])
    assert known - said == set()
    where_some_may_close = {"schools_open", "cost", "closure_students", "closure_students_by_group", "closure_burden"}
    assert said - known - set(derived(made, "A", ENGLISH)) == where_some_may_close


def test_each_measure_stands_once_under_a_topic_with_words_in_every_language() -> None:
    assert len({measure.path for measure in MEASURES}) == len(MEASURES)
    assert {measure.topic for measure in MEASURES} == set(TOPICS)
    for code in LANGUAGES:
        said = Language(code).part("measures")
        for measure in MEASURES:
            assert measure.label in said
            assert {f"{{{name}}}" for name in re.findall(r"{(\w+)}", said[measure.label])} <= {*measure.path, "{over}", "{allowed}"}


def test_no_two_rows_of_a_table_have_the_same_label() -> None:
    made = drawn.book(drawn.district(years={"2030": np.full(6, 20.0)}))
    rows = rows_of(COMPARE, sides(made, ENGLISH), scope_of(made, ENGLISH))
    assert len({row.label for row in rows}) == len({row.key for row in rows}) == len(rows)


# -- what looks alike, and what is better ----------------------------------------------------------------------------


def test_a_number_that_was_rounded_is_compared_no_more_exactly_than_it_is_known() -> None:
    assert all_as_shown([Rounded(0.38, 2), 0.3838, None, HIDDEN], "index") == [0.38, 0.38, None, HIDDEN]
    assert verdict(Rounded(0.38, 2), 0.3838, "index", "lower") == ""
    assert [together([Rounded(0.38, 2)], kind, ENGLISH).sheet_format for kind in ("index", "percent")] == ["0.00", "0%"]


# -- how long a plan lasts -------------------------------------------------------------------------------------------

GROWTH = {name: np.array([10.0, 20, 30, 10, 20, 10]) * more for name, more in (("2028", 1.0), ("2031", 1.3))}
PORTABLES = np.array([60.0, 0.0])


@pytest.mark.parametrize(
    "rule",
    [
        None,
        {"max": 1.25},
        {"max": 1.0, "schools": {"A": {"max": 2.0}}},
        {"max": 2.0, "schools": {"A": {"max": 1.0}}},
        {"portables": True},
        {"max": 1.0, "portables": True, "schools": {"B": {"max": 1.6}}},
        {"max": 0.5, "of": "current"},
    ],
)
@pytest.mark.parametrize("seats", [(40.0, 50.0), (65.0, 52.0), (70.0, 60.0), (100.0, 100.0)])
def test_it_lasts_until_the_year_in_which_finding_8_finds_a_school_too_full(rule: Mapping | None, seats: tuple[float, ...]) -> None:
    place = drawn.district(years=GROWTH, capacity=np.array(seats), portables=PORTABLES)
    made = drawn.book(place, drawn.scenario(rules={} if rule is None else {"capacity": rule}), plans=[*drawn.PLANS, [0, 0, 1, 0, 1, 1]])
    for letter in made.views:
        facts = Subject(made, letter, ENGLISH).statement.finding(8).facts
        over = {fact.time: bool(fact.plan) for fact in facts if fact.measure == "schools_over"}
        first = next((time for time in ("now", "2028", "2031") if over[time]), None)
        assert derived(made, letter, ENGLISH)["longevity"] == {None: "none by 2031", "now": "already now"}.get(first, first)


def test_each_option_lasts_by_its_own_limit() -> None:
    place = drawn.district(years=GROWTH, capacity=np.array([65.0, 60]))
    strict, loose = (drawn.scenario(rules={"capacity": {"max": most}}) for most in (1.0, 2.0))
    made = drawn.make_book([drawn.option("A", drawn.PLANS[1], place, strict), drawn.option("B", drawn.PLANS[1], place, loose)])
    assert [derived(made, letter, ENGLISH)["longevity"] for letter in "AB"] == ["2031", "none by 2031"]


def test_nothing_is_said_past_a_hidden_number() -> None:
    place = drawn.district(years=GROWTH, capacity=np.array([65.0, 60]))
    made = drawn.hiding(drawn.book(place, drawn.scenario(rules={})), "B", 1, by_year={"2028": HIDDEN, "2031": 0.0})
    assert derived(made, "B", ENGLISH)["longevity"] == HIDDEN
