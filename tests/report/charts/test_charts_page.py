"""The partials: headings, names that try to do harm, both languages, nothing that is only in a picture."""

import re

import numpy as np
import pytest
from charts_cases import BAND, PLANS, book, district, scenario

from rezoning.report.charts import charts
from rezoning.report.estimated import EstimateLabels
from rezoning.report.html import render, style
from rezoning.report.language import Language

EVIL = '<script>alert("x")</script>'
NAMES = (EVIL, "مدرسة النور")
PARTIALS = ("integration", "who")


def page(made, code="en"):
    language = Language(code)
    made = charts(made, language)
    return "".join(render(f"sections/{part}.html.j2", language, charts=made, estimates=EstimateLabels()) for part in PARTIALS)


@pytest.mark.parametrize("code", ["en", "es"])
def test_partials_have_their_headings_and_no_gaps(code):
    html = page(book(asked=scenario(rules={"bands": [BAND]}), plans=PLANS), code)
    assert list(re.findall(r'<h2 id="(\w+)"', html)) == ["integration", "who"]
    assert "{" not in html
    assert "None" not in html
    assert not re.search(r"\bon\w+=|javascript:|https?:", html)


def test_names_do_no_harm_and_stay_whole_in_titles():
    long = "N" * 4000
    place = district(school_names=(EVIL, long), groups={"=cmd()<b>": np.array([10.0, 10, 0, 5, 5, 0])})
    html = page(book(place, scenario({"=cmd()<b>": "low"}), plans=PLANS))
    assert "<script" not in html
    assert '<b>"' not in html
    assert "cmd()<b>" not in html
    assert "&lt;script&gt;" in html
    assert f'title="{long}"' in html


def test_names_of_any_direction_stand_for_themselves():
    html = page(book(district(school_names=NAMES)))
    assert re.search(r"<bdi[^>]*>مدرسة النور</bdi>", html)


def test_every_picture_is_said_in_words_and_has_its_table():
    html = page(book(plans=PLANS))
    labels = re.findall(r'role="img" aria-label="([^"]+)"', html)
    assert len(labels) == 4  # shares of one group, ratios, trips of everyone and of the group
    assert all(len(label) > 20 for label in labels)
    assert html.count("<svg") == html.count('aria-hidden="true" focusable="false"') + html.count('class="ch-mark')
    assert html.count("<table") == html.count('role="region" aria-label=') == 1 + 2 + 4 + 1


def test_what_is_not_there_is_said():
    html = page(book(district(current=None, groups={}), scenario({}, goals=[{"minimize": "travel"}])))
    assert "no groups of students" in html
    assert "which school each area has today" in html
    nobody = page(book(district(groups={}), scenario({})))
    assert "no groups of students that can be shown" in nobody
    assert "From school to school" in nobody


def test_every_class_of_a_picture_has_its_style():
    html = page(book(asked=scenario(rules={"bands": [BAND, {**BAND, "soft": True}]}), plans=PLANS))
    sheet = style("charts.css")
    used = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split() if name.startswith("ch-")}
    assert {name for name in used if not re.search(rf"\.{name}(?![\w-])", sheet)} <= {"ch-axis"}


def test_charts_are_the_same_each_time():
    made = book(plans=PLANS)
    assert page(made) == page(made)
