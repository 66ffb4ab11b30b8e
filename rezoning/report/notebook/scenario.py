"""A scenario in a notebook: what it asks, in words."""

from __future__ import annotations

from rezoning.district.travel import is_minutes
from rezoning.report.goal_words import goal_asks
from rezoning.report.language import ENGLISH, capital, english, english_of
from rezoning.report.notebook.cards import Card, Grid, page
from rezoning.report.rule_words import rules_words
from rezoning.scenario.schema import Scenario

_said = english("notebook")
_terminal = english("terminal")


def html(scenario: Scenario) -> str:
    """Goals and rules, each as a phrase."""
    unit = "min" if scenario.data.travel is None or is_minutes(scenario.data.travel) else "km"
    language = english_of(scenario.report)
    goals = [[capital(goal_asks(goal, unit, language))] for goal in scenario.goals]
    rules = [[capital(rule)] for rule in rules_words(scenario.rules, unit, language)]
    said = list(filter(None, [" ".join(ENGLISH.own(scenario.description).split())]))
    return page(Card(scenario.name, said, [Grid([_terminal("goals")], goals), Grid([_terminal("rules").rstrip(":")], rules)]))
