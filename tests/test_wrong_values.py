"""Every key of the scenario with every wrong value, through the commands: an answer or a refusal that names the key, never a fault of ours."""

from __future__ import annotations

import json

import pytest
from conftest import few
from wrong_values import WRONG, keys, spoiled, yaml_text

from rezoning.cli.app import app

CASES = [(key, name) for key in keys() for name in WRONG if not (name == "long" and key.endswith("path"))]
MAY_END = {0, 3, 4, 5}


def called(capsys, *args) -> tuple[int, dict, str]:
    with pytest.raises(SystemExit) as ended:
        app([*args, "--json"])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return ended.value.code, json.loads(said.out), said.err


@pytest.mark.parametrize("number", few(range(200), 65))
def test_a_wrong_value_is_refused_or_means_something(number, tiny, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tiny(solve={"time_limit": 2})
    scenario = json.loads(path.read_text())
    for key, name in CASES[number::200]:
        path.write_text(yaml_text(spoiled(scenario, key, WRONG[name])))
        code, document, err = called(capsys, "validate", str(path))
        assert code in MAY_END, (key, name, err)
        if code == 3:
            assert document["problems"]


@pytest.mark.parametrize("number", [pytest.param(number, marks=pytest.mark.slow) for number in range(100)])
def test_what_is_allowed_runs_and_is_reported(number, tiny, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tiny(solve={"time_limit": 2})
    scenario = json.loads(path.read_text())
    for key, name in CASES[number::100]:
        path.write_text(yaml_text(spoiled(scenario, key, WRONG[name])))
        code, _, err = called(capsys, "run", str(path), "--out", "here", "--replace")
        assert code in MAY_END, (key, name, err)
        if code == 0:
            code, _, err = called(capsys, "report", "here", "--out", "told", "--replace")
            assert code in {0, 3}, (key, name, err)


OPTIONS = {
    "solve.threads": ("100000", "0", "-1", "1e300", "nan", "two"),
    "solve.seed": ("-1", "1e300", "10000000000000000000000", "1.5", ""),
    "solve.time_limit": ("1e300", "nan", "inf", "0", "-1", "soon"),
    "solve.gap": ("nan", "-1", "1e300", "[]"),
}


@pytest.mark.parametrize("key", [key if key == "solve.seed" else pytest.param(key, marks=pytest.mark.slow) for key in OPTIONS])
def test_wrong_settings_on_the_command_line(key, tiny, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tiny(goals=[{"minimize": "dissimilarity", "group": "poor"}])
    for value in OPTIONS[key]:
        code, _, err = called(capsys, "run", str(path), "--out", "here", "--set", f"{key}={value}")
        assert code in MAY_END, (key, value, err)


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "S", "--seconds", "nan"), ("explain", "S", "--seconds", "-1"),
        ("frontier", "S", "--goals", "dissimilarity,reassigned", "--points", "201"), ("frontier", "S", "--goals", "x" * 5000),
        ("frontier", "S", "--goals", "dissimilarity,reassigned", "--points", "2", "--time-limit-total", "nan"),
        ("run", "S", "--out", "x" * 300), ("run", "S", "--out", "a/" * 3000), ("run", "S", "--out", ""), ("run", "S", "--out", "/dev/null"),
        ("run", "S", "--set", "x"), ("run", "S", "--set", "=1"), ("run", "S", "--set", "a.b.c.d=1"), ("run", "S", "--set", "solve=3"),
        ("evaluate", "S", "y" * 300), ("evaluate", "S", "/dev/null"), ("compare", "S", "y" * 300), ("report", "y" * 300), ("report", "/dev/null"),
        ("finder", "S", "--addresses", "y" * 300), ("export", ".", "--to", "dra", "--out", "x" * 300),
    ],
)  # fmt: skip
def test_wrong_words_on_the_command_line(words, tiny, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = str(tiny())
    code, document, err = called(capsys, *(path if word == "S" else word for word in words))
    assert code in {2, 3}, err
    assert document["problems"]


def test_a_choice_among_numbers_is_told(tiny, capsys):
    code, _, err = called(capsys, "validate", str(tiny(report={"statement": {"isolated_above": 60}})))
    assert code == 3
    assert "60 is not known here; expected 50, 75 or 90." in err
