"""The door for questions is asked of everything: no section needs what nobody knows of, no key names something in secret."""

from typing import get_args

import pytest

from rezoning.scenario.naming import Names
from rezoning.scenario.needs import DATA, names_in
from rezoning.scenario.schema import Goal, Rules, Scenario
from rezoning.scenario.section import Section
from rezoning.scenario.shape import kinds, sections

NO_NAMES = {("PhaseYear", "year"), ("FlowBalance", "between")}  # a name of the user's own; areas, which are read from the rule's own column


def _models(model: type[Section]) -> set[type[Section]]:
    return {model}.union(*(_models(inner) for inner in sections(model).values()))


def _marks(annotation: object) -> list[Names]:
    return [mark for part in get_args(annotation) for mark in ([part] if isinstance(part, Names) else _marks(part))]


@pytest.mark.parametrize("model", sorted(_models(Scenario), key=lambda model: model.__name__), ids=lambda model: model.__name__)
def test_needs_are_known_and_keys_are_there(model):
    for need in model.needs:
        assert need.what in DATA
        assert not need.key or need.key in model.model_fields


@pytest.mark.parametrize("model", sorted(_models(Rules) | _models(Goal), key=lambda model: model.__name__), ids=lambda model: model.__name__)
def test_every_text_of_rules_and_goals_names_something(model):
    for key, field in model.model_fields.items():
        if str in set(kinds(field.annotation)) and (model.__name__, key) not in NO_NAMES:
            assert _marks(field.annotation) or any(isinstance(mark, Names) for mark in field.metadata), f"{model.__name__}.{key} names nothing"


def test_names_of_plain_values_and_of_sections_are_the_same():
    said = {
        "assign": {"1": "A"}, "forbid": [["2", "B"]], "locked": {"units": ["3"], "schools": ["C"]}, "keep_together": {"groups": [["4", "5"]]},
        "bands": [{"group": "low", "min": 0, "schools": ["D"]}, {"index": "level", "max": 2}], "reassigned": {"groups": {"low": 0.5}},
    }  # fmt: skip
    found = [(mark.kind, keys, text) for mark, keys, text in names_in(Rules, said)]
    assert found == [(mark.kind, keys, text) for mark, keys, text in names_in(Rules, Rules.model_validate(said))]
    assert ("unit", ("assign", "1"), "1") in found
    assert ("school", ("assign", "1"), "A") in found
    assert ("school", ("forbid", 0), "B") in found
    assert ("unit", ("keep_together", "groups", 0, 1), "5") in found
    assert ("column", ("bands", 1, "index"), "level") in found
    assert len(found) == 12
