"""Spoiled scenario and data files, two hundred of them (a third by default): a message and exit code 3, or a correct run; never a traceback."""

from __future__ import annotations

import json
import random

import pytest
from conftest import few

from rezoning.cli.app import app

FILES = ("scenario.yaml", "units.csv", "schools.csv", "travel.csv", "edges.csv")
WEIRD = ["", " ", "-1", "nan", "inf", "1e400", "5.10594E+14", "0", "x", "true", "ä ö", "'", '"', "=1+1", "9" * 400]
WEIRD += ["-.5", "1,5", "u-0-0", "A", "\x00", "\u202e"]
MAY_END = {0, 3, 4, 5}  # 4 and 5: a spoiled number may leave no plan, or none in time


def spoil(text: str, rng: random.Random) -> bytes:
    """One of the ways in which files go wrong."""
    lines = text.splitlines(keepends=True)
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    cells = lines[i].rstrip("\n").split(",")
    way = rng.randrange(9)
    if way == 0:
        del lines[i]
    elif way == 1:
        lines.insert(j, lines[i])
    elif way == 2:
        lines[i], lines[j] = lines[j], lines[i]
    elif way in (3, 4, 5):
        cells[rng.randrange(len(cells))] = rng.choice(WEIRD)
        lines[i] = ",".join(cells) + "\n"
    elif way == 6:
        lines[i] = lines[i].replace(rng.choice(lines[i]), rng.choice(WEIRD), 1)
    elif way == 7:
        return "".join(lines)[: rng.randrange(len(text))].encode()
    else:
        raw = bytearray("".join(lines).encode())
        raw[rng.randrange(len(raw))] = rng.randrange(256)
        return bytes(raw)
    return "".join(lines).encode(errors="surrogatepass")


@pytest.mark.parametrize("seed", few(range(200), 15))
def test_a_spoiled_file_is_refused_or_runs(seed, tiny, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = random.Random(seed)
    scenario = tiny(goals=[{"minimize": "dissimilarity", "group": "poor"}], solve={"time_limit": 5})
    path = scenario.parent / FILES[seed % len(FILES)]
    spoiled = spoil(path.read_text(encoding="utf-8"), rng)
    path.write_bytes(spoiled)
    with pytest.raises(SystemExit) as ended:
        app(["run", str(scenario), "--json", "--out", "out"])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert ended.value.code in MAY_END, (path.name, spoiled, said.err)
    document = json.loads(said.out)
    if ended.value.code == 3:
        assert document["problems"]
        assert all(problem["place"] and problem["message"] for problem in document["problems"])
        assert not (tmp_path / "out").exists()
    elif ended.value.code == 0:
        assert document["audit"] == {"passed": True, "violations": []}


def test_enough_of_them_are_refused_and_enough_run(tiny, capsys, tmp_path, monkeypatch):
    """The spoiling is neither toothless nor only destruction: of the first forty some are refused and some run."""
    monkeypatch.chdir(tmp_path)
    codes = set()
    for seed in range(40):
        scenario = tiny()
        path = scenario.parent / FILES[seed % len(FILES)]
        path.write_bytes(spoil(path.read_text(encoding="utf-8"), random.Random(seed)))
        with pytest.raises(SystemExit) as ended:
            app(["validate", str(scenario)])
        codes.add(ended.value.code)
        capsys.readouterr()
    assert {0, 3} <= codes
