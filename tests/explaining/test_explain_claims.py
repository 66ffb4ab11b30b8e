"""Everything that an explanation claims, held to brute force: which rules conflict, what each change is good for, that its settings can be copied."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from conftest import few
from infeasible_cases import CASES
from lever_cases import lever_case
from levers import LeverOracle
from rich.console import Console

from rezoning.commands import run as pipeline
from rezoning.district.district import District
from rezoning.explaining import explain
from rezoning.report.explanation import explanation_page
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Scenario

SECONDS = 90.0  # small districts take a second or two; a machine that is busy takes longer
LISTS = ("bands", "isolation", "burden", "flow_balance")
DATA: dict[str, Any] = {
    "units": {
        "path": "units.gpkg", "students": "students", "groups": {"low": "low", "black": "black", "white": "white"}, "partition": ["black", "white"],
        "current_school": "zone", "students_by_year": {"2028": "later"}, "growth": {"high": "high"}, "grades": {"4": "four", "5": "five"},
    },
    "schools": {"path": "schools.csv", "capacity": "seats", "portables": "portables", "portable_price": "price"},
    "travel": {"path": "travel.csv", "measure": "minutes"},
    "walk": {"path": "walks.csv", "measure": "meters", "within": 1},
    "barriers": {"path": "lines.gpkg"},
}  # fmt: skip
"""All that rules may need; the files are never read."""


def has_plan(district: District, scenario: Scenario) -> bool:
    return len(LeverOracle(district, scenario).plans()) > 0


def hopeless(seeds: Iterator[int], most: int) -> list[int]:
    """The first seeds whose drawn question has no plan."""
    found: list[int] = []
    for seed in seeds:
        case = lever_case(seed)
        if not has_plan(case.district, case.scenario):
            found.append(seed)
        if len(found) == most:
            break
    return found


def plain_of(scenario: Scenario) -> dict[str, Any]:
    return {**scenario.model_dump(mode="json", exclude_unset=True, exclude_none=True), "data": DATA}


def with_rules(plain: dict[str, Any], rules: dict[str, Any]) -> Scenario:
    """The scenario with other rules; goals that need a rule which may be gone give way to one that needs none."""
    goals = [goal for goal in plain["goals"] if goal["minimize"] != "out_of_band"] or [{"minimize": "cut_edges"}]
    return Scenario.model_validate({**plain, "rules": rules, "goals": goals})


def without(rules: dict[str, Any], key: str) -> dict[str, Any]:
    """What is left in a file when a person takes back the rule of a key."""
    rules, path = deepcopy(rules), key.removeprefix("rules.")
    entry = re.fullmatch(r"(\w+)\[(\d+)\]", path)
    if path == "contiguity":
        rules["contiguity"] = {"method": "none"}
    elif path == "school_in_own_zone":
        rules[path] = False
    elif entry is not None:
        rules[entry[1]][int(entry[2])] = None
    elif path.startswith("capacity."):
        for part in (rules["capacity"], *rules["capacity"].get("schools", {}).values()):
            part.pop(path.removeprefix("capacity."), None)
    else:
        del rules[path]
    return rules


def tidy(rules: dict[str, Any]) -> dict[str, Any]:
    """Without the entries of lists that were taken back."""
    rules = {key: [entry for entry in said if entry is not None] if key in LISTS else said for key, said in rules.items()}
    if not {"min", "max"} & set(rules.get("capacity", {})) and not any(rules.get("capacity", {}).get("schools", {}).values()):
        rules.pop("phase_in", None)
    return rules


def all_keys(rules: dict[str, Any]) -> list[str]:
    """Every rule that can be taken back, what every scenario has included."""
    found = ["rules.contiguity", "rules.school_in_own_zone"]
    for key, said in rules.items():
        if key in LISTS:
            found += [f"rules.{key}[{i}]" for i in range(len(said))]
        elif key == "capacity":
            found += ["rules.capacity.min", "rules.capacity.max"]
        elif key not in ("contiguity", "school_in_own_zone", "stay_allowed"):
            found.append(f"rules.{key}")
    return found


def only(rules: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    for key in all_keys(rules):
        if key not in keys:
            rules = without(rules, key)
    return rules


def check_conflict(district: District, plain: dict[str, Any], conflict: dict[str, Any]) -> None:
    """The rules named have no plan; without any one of them the others have, even beside all that every scenario has."""
    rules, keys = plain.get("rules", {}), conflict["rules"]
    always = [key for key in ("rules.contiguity", "rules.school_in_own_zone") if key in keys]
    assert not has_plan(district, with_rules(plain, tidy(only(rules, keys)))), f"no conflict: {keys}"
    assert conflict["is_minimal"], keys
    for key in keys:
        others = [other for other in keys if other != key] + ([] if key in always else ["rules.contiguity", "rules.school_in_own_zone"])
        assert has_plan(district, with_rules(plain, tidy(only(rules, others)))), f"{key} is not needed in {keys}"
    for key in keys:
        left = has_plan(district, with_rules(plain, tidy(without(rules, key))))
        assert left is (key not in conflict["not_enough"]), f"the scenario without {key}"


def printed(record: dict[str, Any]) -> list[list[str]]:
    """The settings of each relaxation as a person copies them from the terminal."""
    console = Console(width=80, highlight=False, markup=False, force_terminal=False, record=True)
    with console.capture() as caught:
        explanation_page(console, record)
    copied = [shlex.split(line) for line in caught.get().splitlines() if line.strip().startswith("--set ")]
    assert all(words[::2] == ["--set"] * (len(words) // 2) for words in copied)
    return [words[1::2] for words in copied]


def linked(district: District, scenario: Scenario) -> District:
    """The district as its files give it with the links that a scenario says."""
    from dataclasses import replace

    import numpy as np

    added = [sorted(district.unit_index[text] for text in pair) for pair in scenario.data.adjacency.links]
    return replace(district, edges=np.array(sorted([*district.edges.tolist(), *added]))) if added else district


def check_relaxation(district: District, file: Path, way: dict[str, Any], settings: list[str]) -> None:
    """What is copied leaves a plan; each of its settings is needed, and each single thing in them."""
    changed = load_scenario(file, settings)
    assert has_plan(linked(district, changed), changed), f"no plan: {way['words']}"
    child = file.with_name("child.yaml")
    child.write_text(json.dumps({"extends": file.name, **way["merge"]}), encoding="utf-8")
    assert load_scenario(child).model_dump() == changed.model_dump()
    assert way["is_minimal"], way["words"]
    for edit in way["edits"]:
        own = [setting for setting in settings if setting.startswith((f"{edit['key']}=", f"{edit['key']}.", f"{edit['key']}["))]
        assert own, edit
        for less in ([], *(put_back(file, own[0]) if len(own) == 1 else ())):
            said = [*(other for other in settings if other not in own), *less]
            others = load_scenario(file, said)
            assert not has_plan(linked(district, others), others), f"needless: {own} of {settings}"


def put_back(file: Path, setting: str) -> Iterator[list[str]]:
    """The setting of a list with each entry put back that it takes away."""
    key, _, value = setting.partition("=")
    before = json.loads(file.read_text(encoding="utf-8"))
    for part in key.split("."):
        before = before.get(part) if isinstance(before, dict) else None
    after = json.loads(value)
    if isinstance(before, list) and isinstance(after, list) and all(entry in before for entry in after):
        yield from ([f"{key}={json.dumps([*after, entry])}"] for entry in before if entry not in after)


def check_cures(plain: dict[str, Any], problems: list[dict[str, Any]]) -> None:
    """No cure names a rule that the scenario does not have."""
    for problem in problems:
        for named in re.findall(r"oosen ((?:rules\.\w+(?:, | or | and )?)+)", problem["cure"]):
            assert set(re.findall(r"rules\.(\w+)", named)) <= plain.get("rules", {}).keys(), problem


def cannot_be_mended(district: District, plain: dict[str, Any]) -> bool:
    """Whether no change of the rules leaves a plan, but an assignment by hand: even without any there is none."""
    return not has_plan(district, with_rules(plain, tidy(only(plain.get("rules", {}), []))))


def check(district: District, scenario: Scenario, folder: Path) -> None:
    explanation = explain(pipeline.ask(scenario, district), SECONDS)
    assert explanation.plan_exists is False
    record, plain, file = explanation.to_record(), plain_of(scenario), folder / "scenario.yaml"
    file.write_text(json.dumps(plain), encoding="utf-8")
    check_cures(plain, record["problems"])
    check_conflict(district, plain, record["conflict"])
    assert record["relaxations"] or cannot_be_mended(district, plain)
    for way, settings in zip(record["relaxations"], printed(record), strict=True):
        check_relaxation(district, file, way, settings)


@pytest.mark.parametrize("case", few(CASES, 20), ids=lambda case: case.name)
def test_what_is_said_of_known_cases_is_true(case, tmp_path):
    check(case.district, case.scenario, tmp_path)


@pytest.mark.parametrize("number", few(range(40), 20))
def test_what_is_said_of_drawn_cases_is_true(number, tmp_path):
    case = lever_case(hopeless(iter(range(20 * number, 20 * number + 20)), 1)[0])
    check(case.district, case.scenario, tmp_path)
