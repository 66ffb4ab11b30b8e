"""What people read is in their words: no id of a unit or school, no folder, no key of a group and no line twice, in whatever is published."""

from __future__ import annotations

import json
import re

import pytest
from page_reader import Element, read_page

from rezoning.commands.evaluation import comparison, write_comparison
from rezoning.public.build import make_book
from rezoning.report.certainty import draws_words
from rezoning.report.language import Language
from rezoning.report.page import report_page
from rezoning.report.policy import policy_table
from rezoning.report.statement import statement_record, statement_rows
from rezoning.runs.option_read import read_options

FOLDERS = ("zq17", "zq18")
FILES = (*FOLDERS, "wq19_of-the_board")
UNIT, SCHOOL, GROUPS = re.compile(r"\bun-\d\d\b"), re.compile(r"\bsc-\w+\b"), ("low_income", "poverty")
SCENARIOS = ("even-it-out", "as-it-was")
LEFT_OUT = ("pre", "script", "style", "code", "svg")


def write_squares(folder, name, changes):
    """Twenty-four units in four rows, three schools far over their seats later; ids that nobody would take for words."""
    units, edges, travel = [], [], []
    home = {"sc-west": (1, 0), "sc-mid": (1, 3), "sc-east": (2, 5)}
    place = {f"un-{i}{j}": (i, j) for i in range(4) for j in range(6)}
    for unit, (i, j) in place.items():
        today = min(home, key=lambda school: abs(home[school][1] - j))
        units.append(f"{unit},60,{36 - 6 * j},{6 * j + 6},90,{today}")
        edges += [f"{unit},un-{a}{b}" for a, b in ((i + 1, j), (i, j + 1)) if f"un-{a}{b}" in place]
        travel += [f"{unit},{school},{2 * abs(i - a) + 2 * abs(j - b) + 1}" for school, (a, b) in home.items()]
    tables = {
        "units": ["unit,students,low,poor,later,today", *units], "edges": ["u,v", *edges], "travel": ["from_id,to_id,value", *travel],
        "schools": ["school,name,seats,unit", *(f"{s},{s[3:].title()} Hill,500,un-{a}{b}" for s, (a, b) in home.items())],
    }  # fmt: skip
    for table, rows in tables.items():
        (folder / f"{table}.csv").write_text("\n".join(rows) + "\n")
    groups = {"low_income": "low", "poverty": "poor"}
    scenario = {
        "name": name,
        "data": {
            "units": {"path": "units.csv", "id": "unit", "students": "students", "groups": groups, "current_school": "today"},
            "schools": {"path": "schools.csv", "id": "school", "name": "name", "capacity": "seats", "unit": "unit"},
            "travel": {"path": "travel.csv", "measure": "minutes"},
            "adjacency": {"path": "edges.csv"},
        },
        "rules": {"capacity": {"min": 0.5, "max": 1.1}},
        "goals": [{"minimize": "dissimilarity", "group": "low_income", "give_up": 0.2}, {"minimize": "travel"}],
        "solve": {"method": "exact", "time_limit": 20, "gap": 0, "threads": 1},
    }
    for section, more in changes.items():
        scenario[section] = {**scenario[section], **more} if isinstance(more, dict) else more
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(scenario))
    return path


@pytest.fixture(scope="module")
def options(tmp_path_factory):
    """Two runs of different questions, and a plan of a board that breaks many rules of the first, often: each unit has a limit of its own."""
    from rezoning import run

    folder = tmp_path_factory.mktemp("sentences")
    first = write_squares(folder, SCENARIOS[0], {})
    asked = json.loads(first.read_text())
    asked["rules"] = {"travel": {"max": 12}, "capacity": {"min": 0.5, "max": 1.1, "schools": {"sc-mid": {"max": 1.2}}}}
    first.write_text(json.dumps(asked))
    second = write_squares(folder, SCENARIOS[1], {"rules": {"capacity": {"max": 1.3}}, "goals": [{"minimize": "reassigned"}, {"minimize": "travel"}]})
    for path, out in ((first, FOLDERS[0]), (second, FOLDERS[1])):
        outcome = run(path, folder / out)
        assert outcome.exit_code == 0, outcome.record["problems"]
    rows = (folder / FOLDERS[0] / "plan.csv").read_text().splitlines()
    board = folder / f"{FILES[2]}.csv"
    units = [row.split(",")[0] for row in rows[1:]]
    board.write_text("\n".join(["unit,school", *(f"{unit},{'sc-east' if unit[-1] in '012' else 'sc-west'}" for unit in units)]) + "\n")
    judge = folder / "judge.yaml"
    later = {"students_by_year": {"2031": "later"}, "growth": {"boom": "later"}}
    judge.write_text(json.dumps({**asked, "name": SCENARIOS[0], "data": {**asked["data"], "units": {**asked["data"]["units"], **later}}}))
    return (
        read_options([folder / FOLDERS[0], folder / FOLDERS[1]], ["report.min_cell=0"]),
        read_options([judge, board, folder / FOLDERS[0]], ["report.min_cell=0"]),
        folder,
    )


def sentences(element: Element) -> list[str]:
    """Every text of a page but code, pictures, names of files and folded lists of who is concerned."""
    found = []
    for child in element.children:
        if isinstance(child, str):
            found += [" ".join(child.split())] if child.strip() else []
        elif child.tag not in LEFT_OUT and not (child.tag == "details" and child.all("ul") and child.parent and child.parent.tag == "li"):
            found += sentences(child)
    return found


def files_left_out(root: Element) -> Element:
    """The page without its tables of files, which name them as they are."""
    for table in [one for one in root.all("table") if one.all("code", class_="hash")]:
        table.children = []
    return root


def check(page: str) -> None:
    said = re.sub(r"[\w-]+\.(csv|yaml)\b", "", " | ".join(sentences(files_left_out(read_page(page)))))  # a file is called as it is
    for name, found in (("unit", UNIT.findall(said)), ("school", SCHOOL.findall(said))):
        assert not found, f"ids of a {name}: {sorted(set(found))[:5]}"
    for raw in (*FILES, *SCENARIOS):
        place = said.find(raw)
        assert place < 0, f"'{raw}' in …{said[max(0, place - 80) : place + 60]}…"
    assert not re.search(r"\blow_income\b|\bpoverty students\b|\bgroup poverty\b", said)
    for listed in [*read_page(page).all("ul"), *read_page(page).all("ol")]:
        lines = [item.text for item in listed.children if isinstance(item, Element) and item.tag == "li" and not item.all("input") and item.text]
        assert len(lines) == len(set(lines)), f"a line stands twice in a list: {[line for line in lines if lines.count(line) > 1][:2]}"


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("which", [0, 1])
def test_reports_are_in_the_words_of_people(options, which, code):
    book, language = make_book(options[which]), Language(code)
    statements = {option.letter: statement_record(book, option.letter, language) for option in book.options}
    check(report_page(book, statements, language))


@pytest.mark.parametrize("which", [0, 1])
def test_comparisons_too(options, which, tmp_path):
    some = options[which]
    document = comparison(some[0].scenario, some[0].district, some)
    assert document["columns"][1:-1] == [one.key for one in some]
    assert document["names"] == {one.key: one.name for one in some}
    assert write_comparison(tmp_path / "compared", document, some) is None
    check((tmp_path / "compared" / "compare.html").read_text())


def test_what_is_told_is_true_of_each_plan(options):
    own, judged, _ = options
    assert [one.name for one in own] == ["Even it out", "As it was"]
    assert [one.name for one in judged] == ["Wq19 of the board", "Even it out"]
    table = policy_table(make_book(own), Language())
    assert [row[:3] for row in table.rows] == [("Low-income", "goals", "neither goals nor rules"), ("In poverty", *["neither goals nor rules"] * 2)]
    board = policy_table(make_book(judged), Language())
    assert [row[1] for row in board.rows] == ["not known: the plan came from a file"] * 2


def test_crowding_is_told_by_seats_and_by_the_rule(options):
    book, language = make_book(options[1]), Language()
    page = read_page(report_page(book, {}, language))
    text = page.one("section", id="schools").text
    assert "more students than seats" in text
    assert "110 % of seats, some schools have limits of their own" in text
    assert "2031" in text
    assert "Growth forecast: boom" in text
    (finding,) = [one for one in statement_record(book, "A", language)["findings"] if one["number"] == 8]
    assert "110\N{NARROW NO-BREAK SPACE}% of seats" in finding["sentence"]
    assert any("Schools with more students than seats: " in note for note in finding["notes"])


def test_fingerprints_of_plans_stand_in_the_statement_s_table(options):
    book = make_book(options[1])
    rows = statement_rows({"A": statement_record(book, "A", Language())})
    files = [row["title"] for row in rows if row["measure"] == "sha256"]
    assert files[-1] == f"{FILES[2]}.csv"
    assert all(re.fullmatch(r"[0-9a-f]{64}", row["sentence"]) for row in rows if row["measure"] == "sha256")


def test_certainty_has_one_wording():
    said = [draws_words(share, Language()) for share in (1.0, 0.996, 0.994, 0.5, 0.004, 0.0)]
    assert said == ["more than 99 of 100", "more than 99 of 100", "99 of 100", "50 of 100", "fewer than 1 of 100", "fewer than 1 of 100"]
