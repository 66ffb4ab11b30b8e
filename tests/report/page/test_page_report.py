"""The whole report: complete, harmless, readable by machines, whatever the district has."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from comparing_drawn import PLANS, book, district, option, scenario
from drawn import picture
from page_reader import read_page

from rezoning.district.plan import Plan
from rezoning.public.build import make_book
from rezoning.report.language import Language
from rezoning.report.maps.embed import MAP
from rezoning.report.page import report_page
from rezoning.report.public_text import public
from rezoning.report.statement import statement_record
from rezoning.runs.option_judged import option_of_plan
from rezoning.scenario.languages import LANGUAGES
from rezoning.scenario.schema import Scenario

ENGLISH = Language("en")
NAMES = ["<script>alert(1)</script>", "=cmd()", "x" * 4000, "مدرسة النور", "Escuela Ñandú “ä”", "</title><b>", "{{ 7*7 }}"]

OURS = ("summary", "prices", "numbers", "options", "schools", "indices", "provenance")


def statements_of(made, language=ENGLISH):
    return {option.letter: statement_record(made, option.letter, language) for option in made.options}


def page(made, language=ENGLISH, statements=None):
    return report_page(made, statements or {}, language)


def long_district(count: int, names=()):
    """A row of schools with a unit each, and one unit more for each."""
    letters = [chr(code) for code in range(0x41, 0x3000) if chr(code).isupper()]
    cells = "".join([letter for letter in letters if len(letter.lower()) == 1][:count])
    names = tuple(names[k] if k < len(names) else f"School {k}" for k in range(count))
    given = {
        "school_ids": tuple(f"s{k}" for k in range(count)),
        "school_names": names,
        "school_unit": np.arange(count),
        "current": np.array([*range(count), *range(count)]),
        "capacity": np.full(count, 30.0),
    }
    return picture(f"{cells}/{cells.lower()}", groups={"low": np.arange(2.0 * count) % 7}, **given)


def check_structure(root):
    """What a program that reads a page aloud needs, and a browser that may load nothing."""
    ids = [element.attributes["id"] for element in root.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for element in root.all():
        for key in ("src", "href", "action", "poster"):
            assert not re.match(r"\s*(https?:|//|file:|javascript:)", element.attributes.get(key, "")), f"<{element.tag} {key}> loads"
        assert not any(key.startswith("on") for key in element.attributes), f"<{element.tag}> runs a script of its own"
    for link in root.all("a"):
        if link.attributes["href"] == MAP:  # the map alone is written beside the page
            continue
        assert link.attributes["href"].startswith("#")
        assert link.attributes["href"][1:] in ids, f"{link.attributes['href']} leads nowhere"
    assert len(root.all("h1")) == 1
    assert len(root.all("main")) == 1
    for table in (table for section in OURS for part in root.all("section", id=section) for table in part.all("table")):
        assert table.all("caption"), "a table has no name"
        assert all("scope" in head.attributes for head in table.all("th")), "a heading of a table has no scope"
    for name in ("aria-labelledby", "for"):
        for element in root.all():
            for wanted in element.attributes.get(name, "").split():
                assert wanted in ids, f"{name} names {wanted}, which is not there"
    inputs = root.one("section", id="schools").all("input")
    labels = {label.attributes.get("for") for label in root.all("label")}
    assert all(one.attributes.get("id") in labels or one.parent.tag == "label" for one in inputs)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("plans", [PLANS[:1], PLANS, [*PLANS, *PLANS, *PLANS, *PLANS]])
def test_one_to_eight_options(plans, code):
    made = book(plans=plans)
    language = Language(code)
    root = read_page(page(made, language, statements_of(made, language)))
    check_structure(root)
    assert root.one("html").attributes["lang"] == code
    assert len(root.all("article", class_="card")) == len(plans)
    assert len(root.all("table", class_="schools")) == len(plans)
    assert bool(root.all("section", id="options")) == (len(plans) > 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"groups": {}}, {"current": None}, {"travel": None}, {"capacity": None}, {"edges": np.empty((0, 2), dtype=np.int64)},
        {"groups": {}, "current": None, "travel": None, "capacity": None}, {"students": np.zeros(6), "groups": {"low": np.zeros(6)}},
    ],
)  # fmt: skip
def test_whatever_the_district_lacks(changes):
    asked = scenario(rules={"contiguity": {"method": "none"}}, goals=[{"minimize": "cut_edges"}])
    if "groups" in changes and not changes["groups"]:
        data = {"units": {"path": "u.csv", "students": "n"}, "schools": {"path": "s.csv"}}
        asked = Scenario.model_validate({**asked.model_dump(mode="json", exclude_none=True), "data": data})
    root = read_page(page(book(district(**changes), asked, PLANS[:1])))
    check_structure(root)
    assert "nan" not in root.one("main").text.split()


def test_names_of_any_kind_are_text_and_nothing_else():
    place = long_district(len(NAMES), NAMES)
    asked = scenario(report={"title": NAMES[0], "author": NAMES[0], "sources": NAMES[5], "labels": {"low": NAMES[0]}}, description=NAMES[5])
    made = make_book([option("A", [*range(len(NAMES)), *reversed(range(len(NAMES)))], place, asked, name=NAMES[0])])
    html = page(made, Language("en", tuple(made.settings.labels.items())))
    root = read_page(html)
    check_structure(root)
    assert "<script>alert" not in html
    assert "<b>" not in html.split("<main")[0].replace("<body>", "")
    rows = root.one("table", class_="schools").one("tbody").all("th", scope="row")
    assert [row.one("span", class_="name").text for row in rows] == NAMES
    assert all(row.one("span", class_="name").attributes["dir"] == "auto" for row in rows)
    assert root.one("h1").text == NAMES[0]


def test_a_hundred_schools_in_one_table():
    place = long_district(100)
    root = read_page(page(make_book([option("A", [*range(100), *[0] * 100], place)])))
    check_structure(root)
    assert len(root.one("table", class_="schools").one("tbody").all("tr")) == 100


def test_headings_sort_their_columns():
    table = read_page(page(book())).all("table", class_="schools")[0]
    heads = [head for head in table.one("thead").all("th") if "data-sort" in head.attributes]
    assert all(head.one("button").attributes["type"] == "button" for head in heads)
    width = {len(row.all("td")) + len(row.all("th")) for row in table.one("tbody").all("tr")}
    assert width == {len(heads)}
    assert sorted(int(head.attributes["data-column"]) for head in heads) == list(range(len(heads)))


@pytest.mark.parametrize("is_official", [False, True])
def test_a_plan_that_the_district_does_not_propose_says_so(is_official):
    html = page(book(asked=scenario(report={"official": is_official})))
    assert ("Illustrative, not a district proposal" in html) != is_official


def test_facts_of_the_report_stand_at_its_head():
    said = {"title": "Two zones", "level": "K-5", "year": "2027-28", "author": "A committee", "comments_until": "1 May"}
    root = read_page(page(book(asked=scenario(report=said | {"sources": "Counted in 2026."}))))
    head = root.one("header", class_="masthead").text
    assert all(text in head for text in said.values())
    assert "100 students, 2 schools, 6 units" in head
    assert "Counted in 2026." in root.one("section", id="provenance").text


def test_nothing_tells_of_the_machine():
    run = {
        "inputs": [{"path": "/home/someone/secret/units.csv", "sha256": "ab12"}, {"path": r"C:\Users\someone\schools.csv", "sha256": "cd34"}],
        "notes": ["/home/someone/secret/units.csv: 7 blank cells read as 0", "units.csv: 2 cells lowered to the total (3 students)"],
        "status": "feasible", "solver": "scip", "method": "auto", "seed": 0,
    }  # fmt: skip
    changed = ("reassigned is 0.31, and was 0.3 when the run was made.",)
    made = make_book([replace(option("A", PLANS[0], **run), path=Path("/home/someone/runs/first"), changed=changed)])
    root = read_page(page(made))
    text = root.one("section", id="provenance").text
    assert "someone" not in page(made)
    assert "rezoning run first/scenario.yaml --out first-again" in text
    for said in ("units.csv", "schools.csv", "ab12", "… students", "reassigned is not what it was"):
        assert said in text


def test_the_scenario_stands_there_without_its_paths(tmp_path):
    path = tmp_path / "run"
    path.mkdir()
    said = 'name: x\ndata:\n  units:\n    path: "../../home/someone/units.csv"\n  other: /srv/my data/a.csv # </pre>\n'
    (path / "scenario.yaml").write_text(said, encoding="utf-8")
    made = make_book([replace(option("A", PLANS[0], status="optimal", solver="highs", method="exact", seed=1), path=path)])
    (shown,) = [pre.text for pre in read_page(page(made)).all("pre") if "name: x" in pre.text]
    assert shown == 'name: x data: units: path: "units.csv" other: a.csv # </pre>'


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("blocks.geojson: projected from EPSG:4326", "blocks.geojson: projected from EPSG:4326"),
        ("/a/b/units.csv is old", "units.csv is old"),
        ("'/a/b c/units.csv' is old", "units.csv is old"),
        (r"D:\data\units.csv: x", "units.csv: x"),
        ("80/20 % of 1/2", "80/20 % of 1/2"),
        ("dropped 1,234 students of 3 units", "dropped … students of 3 units"),
        ("travel is 2.5e-05, and was -1.25 when the run was made.", "travel is not what it was when the run was made."),
        (
            "added_travel: -1.5 was reached, and give_up: 0.4 let later goals worsen it to -1.",
            "added_travel: give_up: 0.4 let later goals worsen it.",
        ),
    ],
)
def test_sentences_for_everybody(said, shown):
    assert public(said) == shown


def test_todays_breaches_name_schools_and_no_numbers():
    asked = scenario(rules={"capacity": {"max": 0.8}})
    text = read_page(page(book(district(), asked, PLANS[:1]))).one("section", id="provenance").text
    assert "that today’s zones break Capacity: 2 schools: School A, School B" in text
    assert "This plan breaks a rule of the scenario “Drawn”: Capacity." in text
    assert "Every school" not in text
    assert "No school above 80 % of its seats" in text


def test_rules_are_said_in_the_readers_language():
    made = book(asked=scenario(rules={"capacity": {"max": 0.9}, "travel": {"max": 30}}), plans=PLANS[:1])
    text = read_page(page(made, Language("es"))).one("section", id="provenance").text
    assert "Ninguna escuela por encima del 90 % de sus cupos" in text
    assert "Ningún trayecto de más de 30 min" in text
    assert "no school above" not in text.lower()


def test_a_verdict_is_on_the_first_screen_when_there_is_one():
    made = book(plans=PLANS[:1])
    record = statements_of(made)["A"]
    box = read_page(page(made, statements={"A": record})).one("section", id="prices").one("div", class_="finding-box")
    assert box.has("class", f"is-{record['verdict']['status']}")
    assert record["verdict"]["sentence"] in box.text
    sides = [(one.one("dt").text.split()[-1], one.one("dd").text) for one in box.one("dl", class_="sides").all("div")]
    assert sides == [(side["label"], " ".join(side["text"].split())) for side in record["verdict"]["sides"]]
    assert not read_page(page(made)).all("div", class_="finding-box")


def test_a_group_that_may_appear_nowhere_does_not():
    place = district(groups={"low": np.array([10.0, 10, 0, 5, 5, 0]), "secret": np.array([1.0, 2, 3, 4, 5, 6])})
    data = {"units": {"path": "u.csv", "students": "n", "groups": {"low": "low", "secret": "secret"}}, "schools": {"path": "s.csv"}}
    asked = scenario(data=data, attributes={"secret": "exclude"})
    made = make_book([option_of_plan("A", "first", Path("a.csv"), asked, place, Plan(PLANS[0]))])
    assert "secret" not in page(made).lower()


def test_small_numbers_are_explained_where_they_are_hidden():
    made = replace(book(plans=PLANS[:1]), is_hidden=True)
    assert "* means a number is hidden" in page(made)
    assert "* means a number is hidden" not in page(book(plans=PLANS[:1]))


def test_the_same_book_gives_the_same_page():
    assert page(book()) == page(book())
