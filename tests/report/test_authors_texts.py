"""What a scenario's author says in several languages, on the pages of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from comparing_drawn import PLANS, scenario
from edition_cases import edition_of, squared

from rezoning.public.book import Book
from rezoning.report.comparing.page import comparison_page
from rezoning.report.finder.page import page_facts
from rezoning.report.goal_words import goal_asks
from rezoning.report.language import language_of
from rezoning.report.page import report_page
from rezoning.report.papers.cards.areas import family_areas
from rezoning.report.papers.cards.write import cards_page, in_language
from rezoning.report.papers.memo import memo_page
from rezoning.report.rule_words import rules_words
from rezoning.report.statement import statement_record
from rezoning.scenario.load import load_scenario

RIVERBEND = Path(__file__).parents[2] / "scenarios" / "riverbend.yaml"
TEXTS = ("title", "level", "year", "author", "sources", "comments_until", "contact")
IN_SPANISH = {key: f"{key} según su autora" for key in TEXTS}


def said(code: str) -> Book:
    """A district whose author speaks two languages, published in one of them."""
    report = {key: {"en": f"{key} as its author says", "es": text} for key, text in IN_SPANISH.items()}
    report |= {"labels": {"low": {"en": "poor", "es": "de pocos recursos"}}}
    return squared(asked=scenario(report={**report, "language": code, "min_cell": 0}), plans=PLANS[:2])


def test_every_text_is_in_the_language_of_the_page():
    made = said("es")
    language = language_of(made.settings)
    statements = {option.letter: statement_record(made, option.letter, language) for option in made.options}
    pages = {
        "report": (report_page(made, statements, language), {"title", "level", "year", "author", "sources", "comments_until"}),
        "compare": (comparison_page(made, language), {"title", "sources"}),
        "memo": (memo_page(edition_of(made)), {"title", "level", "year", "author", "sources", "comments_until"}),
        "cards": (cards_page(edition_of(made), family_areas(made), None, language), {"title", "year", "contact", "comments_until"}),
    }
    for name, (page, texts) in pages.items():
        assert {key for key in texts if IN_SPANISH[key] not in page} == set(), name
        assert "as its author says" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL), name  # the scenario stands there as it is
    assert "estudiantes de pocos recursos" in pages["report"][0]


def test_pages_of_several_languages_have_the_texts_of_each():
    made = said("en")
    facts = page_facts(made, None)
    assert {key: facts["said"]["es"][key] for key in ("title", "level", "year", "author", "sources")} == {
        key: IN_SPANISH[key] for key in ("title", "level", "year", "author", "sources")
    }
    cards = cards_page(edition_of(made), family_areas(made), None, in_language(language_of(made.settings), "es"))
    assert IN_SPANISH["contact"] in cards
    assert "as its author says" not in cards


@pytest.mark.parametrize("name", ["riverbend.yaml", "riverbend-relieve.yaml"])
def test_the_example_speaks_spanish(name):
    report = load_scenario(RIVERBEND.with_name(name)).report
    spanish, english = (language_of(report.model_copy(update={"language": code})) for code in ("es", "en"))
    assert all(spanish.own(text) != english.own(text) for text in (report.title, report.level, *report.labels.values(), *report.programs.values()))


def test_goals_and_rules_call_groups_as_the_author_does():
    asked = load_scenario(RIVERBEND, ["report.language=es", "rules.reassigned.groups.hispanic=0.1"])
    spanish = language_of(asked.report)
    assert (
        goal_asks(asked.goals[0], "min", spanish)
        == "repartir a los estudiantes de bajos ingresos de manera pareja frente a todos los demás (disimilitud)"
    )
    assert any("los estudiantes hispanos cambia de escuela" in said for said in rules_words(asked.rules, "min", spanish))
