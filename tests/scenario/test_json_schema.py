"""The JSON Schema takes every scenario that the loader takes, and refuses keys and values that it refuses."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning
from typer.testing import CliRunner

from rezoning.cli.app import app

TESTS = Path(__file__).resolve().parents[1]
SWEEPS = ("published-grid",)
SHIPPED, SHARED = TESTS.parent / "scenarios", TESTS.parents[1] / "shared" / "data"
GOOD = [
    *sorted((TESTS / "scenarios" / "valid").glob("*.yaml")),
    *sorted(path for path in SHIPPED.glob("*.yaml") if path.stem not in SWEEPS),
    *sorted(SHARED.glob("*/*.yaml")),
]


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    result = CliRunner().invoke(app, ["schema"])
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def plain(path: Path) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReusedAnchorWarning)
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_the_loader_takes_the_schema_takes(validator, path):
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(plain(path))] == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"solve": {"tme_limit": 3}}, "$.solve"),
        ({"solve": {"time_limit": 0}}, "$.solve.time_limit"),
        ({"goals": [{"group": "frl"}]}, "$.goals[0]"),
        ({"goals": [{"minimize": "dissimilarty"}]}, "$.goals[0].minimize"),
        ({"rules": {"contiguity": {"method": "excat"}}}, "$.rules.contiguity.method"),
    ],
)
def test_what_is_wrong_has_its_place(validator, change, place):
    question = {"extends": "base.yaml", **change}
    assert place in [error.json_path for error in validator.iter_errors(question)]


def test_a_file_is_whole_or_extends_another(validator):
    assert not validator.is_valid({"name": "alone"})
    assert validator.is_valid({"extends": "base.yaml"})
