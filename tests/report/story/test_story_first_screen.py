"""The first screen says nothing that cannot be accounted for: every word and number of it is read off the page and held against the measures."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from charts_cases import squares
from comparing_drawn import PLANS, district, option, scenario
from conftest import few
from drawn import picture
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from story_reader import GOALS, WORDS, Truth, account

from rezoning.district.load import load_district
from rezoning.district.plan import Plan
from rezoning.metrics.zones import nearest_zones
from rezoning.public.build import make_book
from rezoning.report.estimated import estimate_labels
from rezoning.report.language import language_of
from rezoning.report.page import report_page
from rezoning.report.statement import statement_record
from rezoning.runs.option import option_of_plan
from rezoning.runs.record import data_entries
from rezoning.scenario.load import load_scenario

RIVERBEND = Path(__file__).parents[3] / "scenarios" / "riverbend.yaml"
LOW = [{"minimize": "dissimilarity", "group": "low"}]


def truth_of(made, one, statement, group):
    label = language_of(made.settings).group(group) if group else ""
    noise = [finding["sentence"] for finding in statement["findings"] if finding["key"] == "noise"] if statement else []
    known = [*noise, *estimate_labels(data_entries(one.district)).sentences]
    goals = [{**entry, "minimize": goal.minimize} for goal, entry in zip(one.scenario.goals, one.record["goals"], strict=True)]
    return Truth(
        one.letter, one.metrics, one.schools, group, label, {"goals": goals, "give_up": one.scenario.goals[0].give_up}, one.audit.passed, one.is_run,
        made.is_hidden, made.settings.min_cell, one.district.travel_unit, [" ".join(text.split()) for text in known],
        broken=len({violation.rule.partition(".")[0] for violation in one.audit.violations}),
        kept=kept_back(made, one.letter, group), zones=zones_of(one),
    )  # fmt: skip


def zones_of(one):
    """Schools whose zone there is only today, or only in the plan."""
    now, then = set() if one.district.current is None else set(one.district.current.tolist()), set(one.plan.school.tolist())
    return {"closes": len(now - then), "opens": len(then - now)}


def kept_back(made, letter, group):
    """Ids of schools whose share of a group the book keeps back, today or in an option."""
    if made.today is None or not group:
        return ()
    rows = zip(made.schools, made.today.schools, made.views[letter].schools, strict=True)
    return tuple(school.id for school, now, then in rows if "*" in (now.shares.get(group), then.shares.get(group)))


def screen(options, group="low", *, with_statements=True):
    """The page of some options, what is true of them, and the verdicts."""
    made = make_book(options)
    language = language_of(made.settings)
    statements = {one.letter: statement_record(made, one.letter, language) for one in options} if with_statements else {}
    truths = {one.letter: truth_of(made, one, statements.get(one.letter), group) for one in options}
    return report_page(made, statements, language), truths, {letter: one["verdict"] for letter, one in statements.items()}


# -- riverbend ---------------------------------------------------------------------------------------------------------


EACH_LEAST = [0, pytest.param(10, marks=pytest.mark.slow)]  # hiding small numbers of so many units takes its time


@cache
def riverbend(least=0):
    """Two plans of riverbend that anybody can make: everybody to the nearest school, and today's zones but for the blocks of a few rows."""
    asked = load_scenario(RIVERBEND, ["report.statement.draws=100", f"report.min_cell={least}"])
    place = load_district(asked.data)
    nearest, now = nearest_zones(place).school, place.current
    some = np.where(np.arange(place.num_units) % 7 == 0, nearest, now)
    return screen(
        [option_of_plan(letter, f"plan {letter}", Path(f"{letter}.csv"), asked, place, Plan(plan)) for letter, plan in (("A", nearest), ("B", some))],
        "low_income",
    )


def as_drawn(html):
    """The first screen without its map, the scenario called as the drawn ones are."""
    header, *parts = (
        re.search(rf"<{part}.*?</{part.split()[0]}>", html, flags=re.S)[0] for part in ("header", 'section id="summary"', 'section id="prices"')
    )
    html = f"<body>{header}{''.join(parts)}</body>"
    return html.replace("rules of Riverbend balance", "rules of Drawn").replace("rule of Riverbend balance", "rule of Drawn")


@pytest.mark.parametrize("least", EACH_LEAST)
def test_every_word_and_number_of_riverbend_is_accounted_for(least):
    html, truths, verdicts = riverbend(least)
    texts = account(as_drawn(html), truths, verdicts)
    assert "Option A moves" in texts[0]
    assert re.search(r"evens out the share of low-income students in (?:\w+ of eight schools|no school|all eight)", texts[1])
    assert "borders between zones are" in texts[1]


def test_the_programs_sentence_stands_above_the_authors_title():
    html, *_ = riverbend()
    assert html.index('class="story-lead"') < html.index("<h1")
    first, last = html.index('id="summary"'), html.index('id="numbers"')
    for name in ("issimilarity", "Gini", "Theil", "xposure", "solation"):
        assert name not in re.sub(r"<script.*?</script>|<style.*?</style>|data-measures=\"[^\"]*\"", "", html[first:last], flags=re.S)
    assert html.index('id="summary"') < html.index('id="map"') < html.index('id="prices"') < last


NUMBER = re.compile(rf"\d[\d,.]*\d|\d|\b(?:{'|'.join(WORDS[1:])})\b|\b(?:longer|shorter|better|worse)\b")


def another(word: str) -> str:
    """A number that is not the one that stands there, or the opposite of a word."""
    turned = {"longer": "shorter", "shorter": "longer", "better": "worse", "worse": "better"}
    if word in turned:
        return turned[word]
    if word in WORDS:
        return WORDS[WORDS.index(word) % 12 + 1]
    return f"{3 * float(word.replace(',', '')) + 7:g}" if "." in word else f"{3 * int(word.replace(',', '')) + 7:,}"


def parts_of_first_screen(html):
    """Where the texts of the first screen stand in the page that are sentences of options, gains, prices and numbers."""
    inside = r'class="(?:story-lead|story-sentence|story-note|side-words|side-numbers)"[^>]*>(.*?)</p>'
    for found in re.finditer(inside, html, flags=re.S):
        begin = 0
        for text in re.split(r"(<[^>]*>)", found[1]):
            if not text.startswith("<"):
                yield from ((found.start(1) + begin + one.start(), one[0]) for one in NUMBER.finditer(text))
            begin += len(text)


@pytest.mark.parametrize("least", EACH_LEAST)
def test_no_number_can_be_changed_unnoticed(least):
    html, truths, verdicts = riverbend(least)
    html = as_drawn(html)
    found = list(parts_of_first_screen(html))
    assert len(found) > 40
    unnoticed = []
    for place, word in found:
        changed = html[:place] + another(word) + html[place + len(word) :]
        try:
            account(changed, truths, verdicts)
        except (AssertionError, KeyError, ValueError, IndexError):
            continue
        unnoticed.append(html[place - 40 : place + len(word) + 20])
    assert not unnoticed, unnoticed


# -- drawn districts ---------------------------------------------------------------------------------------------------


def drawn(plans=PLANS, place=None, asked=None, **record):
    place, asked = place or district(geometry=squares()), asked or scenario(goals=LOW)
    return [option("ABCDEFGH"[k], plan, place, asked, **record) for k, plan in enumerate(plans)]


@pytest.mark.parametrize(
    ("count", "min_cell"), [(1, 0), (2, 10), *(pytest.param(*one, marks=pytest.mark.slow) for one in ((1, 10), (2, 0), (5, 10))), (5, 0)]
)
def test_drawn_options_are_accounted_for(count, min_cell):
    plans = [*PLANS, [0, 0, 1, 0, 1, 1], [0, 0, 0, 0, 0, 1], [0, 1, 1, 0, 1, 1]][:count]
    account(*screen(drawn(plans, asked=scenario({"min_cell": min_cell}, goals=LOW))))


PROOFS = (
    {"bound": 0.0, "gap": 0.0, "ended": "proven"}, {"bound": 0.2, "gap": 0.0312, "ended": "gap"}, {"bound": 0.1, "gap": 0.436, "ended": "limit"},
    {"bound": None, "gap": None, "ended": "limit"},
)  # fmt: skip


@pytest.mark.parametrize("proof", PROOFS)
def test_what_is_proven_is_accounted_for(proof):
    account(*screen(drawn(PLANS[:1], proof=proof)))


@pytest.mark.parametrize("goal", few([goal for goal in GOALS if goal not in ("dissimilarity", "isolation", "theil_h")], 3))
def test_goals_of_any_kind_are_accounted_for(goal):
    account(*screen(drawn(PLANS[:1], asked=scenario(goals=[{"minimize": goal}])), group=""))


@pytest.mark.parametrize(
    "lacks", [{"current": None}, {"travel": None}, {"capacity": None}, {"groups": {}}, {"geometry": None}, {"travel_unit": "km"}]
)
def test_what_a_district_lacks_is_not_spoken_of(lacks):
    said = {"goals": [{"minimize": "cut_edges"}], "rules": {}} if set(lacks) & {"current", "groups", "capacity"} else {"goals": LOW}
    if lacks == {"groups": {}}:
        said["data"] = {"units": {"path": "u.csv", "students": "n", "current_school": "s"}, "schools": {"path": "s.csv"}}
    group = "" if "groups" in lacks or said["goals"] != LOW else "low"
    html, truths, verdicts = screen(drawn(PLANS[:1], district(**{"geometry": squares(), **lacks}), scenario(**said)), group)
    text = " ".join(account(html, truths, verdicts))
    for key, words in (("travel", "trip"), ("capacity", "seat"), ("current", "moves "), ("geometry", "borders between")):
        assert not (key in lacks and lacks[key] is None and words in text), text


def test_a_plan_that_changes_nothing_says_so():
    now = district().current.tolist()
    html, truths, verdicts = screen(drawn([now]))
    texts = account(html, truths, verdicts)
    assert "moves no students" in texts[0]
    assert "evens out the share of low students in no school" in texts[0]


@st.composite
def towns(draw):
    """A row of five units and two or three schools, students and groups at random."""
    n = 6
    students = draw(st.lists(st.integers(0, 60), min_size=n, max_size=n).filter(lambda found: sum(found) > 40))
    low = [draw(st.integers(0, most)) for most in students]
    plan = [0, *draw(st.lists(st.integers(0, 1), min_size=n - 2, max_size=n - 2)), 1]
    seats = draw(st.lists(st.integers(30, 200), min_size=2, max_size=2))
    return students, low, plan, seats


@settings(max_examples=4, phases=[Phase.generate])  # each is a page of its own
@given(towns(), st.sampled_from([0, 0, 0, 10]))
def test_any_town_is_accounted_for(town, min_cell):
    students, low, plan, seats = town
    place = district(students=students, groups={"low": np.array(low, dtype=float)}, capacity=np.array(seats, dtype=float), geometry=squares())
    asked = scenario({"min_cell": min_cell}, goals=LOW)
    try:
        made = drawn([plan], place, asked)
        account(*screen(made, with_statements=False))
    except Exception as error:
        if type(error).__name__ in ("DataError", "ScenarioError"):  # too few students to hide anything, or nobody to compare
            return
        raise


def test_schools_that_close_are_told():
    place = picture("Aa/bB/cC", students=[10, 20, 30, 10, 20, 10], groups={"low": np.array([10.0, 10, 0, 5, 5, 0])})
    plan = [0, 0, 1, 1, 2, 2]
    closing = replace(
        place,
        school_ids=place.school_ids[:2],
        school_names=place.school_names[:2],
        school_unit=place.school_unit[:2],
        closed_ids=place.school_ids[2:],
        optional=place.optional[:2],
        is_candidate=place.is_candidate[:2],
    )
    plan = [0, 0, 1, 1, 1, 1]
    html, truths, verdicts = screen(drawn([plan], closing, scenario(goals=LOW, rules={})))
    assert "closes one school" in " ".join(account(html, truths, verdicts))
