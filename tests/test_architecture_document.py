"""docs/architecture.md says what the program is: what is made from it is as it would be made now, and every rule has all its parts."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
ONLY_ALLOWS = {"stay_allowed"}  # a rule that permits and forbids nothing has nothing to loosen
OF_CAPACITY = {"phase_in"}  # years in which `capacity` holds too: loosened with it
BETWEEN_LEVELS = {"feeders"}  # what `explaining.leveled` takes back as a whole


@pytest.fixture(scope="module")
def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make", DOCS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_made_is_as_it_would_be_made_now(made):
    for path in made.documents():
        text = path.read_text(encoding="utf-8")
        assert made.renewed(text) == text, f"{path.name}: python docs/make.py renews it"


def test_every_rule_has_rows_a_check_a_knob_and_words(made):
    lacking = {}
    for line in made.rules().splitlines()[2:]:
        rule, _, *parts = (cell.strip(" `") for cell in line.strip("|").split(" | "))
        missing = [aspect for aspect, part in zip(made.ASPECTS, parts, strict=True) if part.strip() == "–"]
        if missing:
            lacking[rule] = missing
    assert lacking == {rule: ["knob"] for rule in ONLY_ALLOWS | OF_CAPACITY | BETWEEN_LEVELS}


def test_every_block_is_named(made):
    text = "".join(path.read_text(encoding="utf-8") for path in made.documents())
    assert all(f"<!-- made: {name} -->" in text for name in made.BLOCKS)
