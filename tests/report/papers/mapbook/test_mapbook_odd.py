"""Papers of districts that lack what they would show: they say so, and are written all the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import drawn
import numpy as np
import pytest

from rezoning.district.plan import Plan
from rezoning.public.build import make_book
from rezoning.report.language import Language
from rezoning.report.papers import Edition
from rezoning.report.papers.cards import write_cards
from rezoning.report.papers.mapbook import write, write_book
from rezoning.runs.option_judged import option_of_plan


def edition(**changes: object) -> Edition:
    place = replace(drawn.picture("Aab/aBb/aab"), **changes)
    asked = drawn.scenario(goals=[{"minimize": "cut_edges"}])
    asked = asked.model_copy(update={"report": asked.report.model_copy(update={"min_cell": 0})})
    plan = Plan(np.array([0, 0, 1, 0, 1, 1, 0, 1, 1]))
    return Edition(make_book([option_of_plan("A", "plan", Path("plan.csv"), asked, place, plan)]), {}, Language())


@pytest.mark.parametrize("changes", [{}, {"current": None}], ids=["no shapes", "no zones of today"])
def test_what_is_missing_is_said(changes, tmp_path, monkeypatch):
    monkeypatch.setattr(write, "pdf_of", lambda *given: None)
    made = edition(**changes)
    assert write_book(made, tmp_path) == []
    page = (tmp_path / "schools" / "school-a.html").read_text(encoding="utf-8")
    assert made.language.text("map.none").replace("'", "&#39;") in page
    assert (made.language.text("mapbook.goes") in page) == (not changes)
    told = write_cards(made, tmp_path)
    assert bool(told) == bool(changes)
    assert (tmp_path / "cards.en.html").is_file() == (not changes)
