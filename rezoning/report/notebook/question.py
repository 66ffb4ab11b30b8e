"""A question in a notebook: whether scenario and data are sound, and what today's zones break."""

from __future__ import annotations

from rezoning.report.estimated import estimate_labels
from rezoning.report.language import ENGLISH, english
from rezoning.report.notebook import audit as audits
from rezoning.report.notebook.cards import Card, page
from rezoning.report.screen import audit_words
from rezoning.runs.question import Question
from rezoning.runs.record import data_entries

_terminal = english("terminal")


def html(question: Question) -> str:
    """Sizes, whether a plan may exist, and today's violations."""
    district, now = question.district, question.audit_today
    numbers = {"units": district.num_units, "schools": district.num_schools, "students": district.total_students, "edges": len(district.edges)}
    sizes = _terminal("sizes", **{name: ENGLISH.count(number) for name, number in numbers.items()}, choice="")
    said = [sizes, _terminal("valid" if question.problem is not None else "invalid"), *map(str, question.problems)]
    said += [] if now is None else [f"{audit_words('today', now.to_dict())}."]
    grids = [] if now is None else [audits.violations_grid(now)]
    notes = [*estimate_labels(data_entries(district)).sentences, *question.possibilities, *district.warnings]
    return page(Card(question.scenario.name, said, grids, notes[:6]))
