"""What a scenario's author says in several languages, on the pages of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn import book, district, scenario

from rezoning.report.papers.cards.write import write_cards
from rezoning.report.finder.page import finder_page, page_facts
from rezoning.report.goal_words import goal_asks
from rezoning.report.language import Language, language_of
from rezoning.report.papers.memo import memo_page
from rezoning.report.rule_words import rules_words
from rezoning.scenario.load import load_scenario

RIVERBEND = Path(__file__).parents[2] / "scenarios" / "riverbend.yaml"


@pytest.mark.parametrize("name", ["riverbend.yaml", "riverbend-relieve.yaml"])
def test_the_example_speaks_spanish(name):
    report = load_scenario(RIVERBEND.with_name(name)).report
    spanish, english = (language_of(report.model_copy(update={"language": code})) for code in ("es", "en"))
    assert all(spanish.own(text) != english.own(text) for text in (report.title, report.level, *report.labels.values()))


def test_goals_and_rules_call_groups_as_the_author_does():
    asked = load_scenario(RIVERBEND, ["report.language=es", "rules.reassigned.groups.hispanic=0.1"])
    spanish = language_of(asked.report)
    assert goal_asks(asked.goals[0], "min", spanish) == "repartir a los estudiantes de bajos ingresos de manera pareja frente a todos los demás (disimilitud)"
    assert any("los estudiantes hispanos cambia de escuela" in said for said in rules_words(asked.rules, "min", spanish))
