"""Small numbers in everything that is published: two districts that differ only in what is hidden must give the same files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from published_cases import contents, publish, write_place

from rezoning import run

WIDTH = 6
ROWS = ("AAABBB", "AAABBB", "CCCDDD", "CCCDDD")
# Students of the group "few" in each school: small in A and B, enough in C and D.
HEADS = 40
SECRET = "zebrafish"


def units(few: dict[int, int], poor: int = 20, secret: int = 0) -> list[dict[str, object]]:
    found = []
    for k, letter in enumerate("".join(ROWS)):
        grades = {"pk": few.get(k, 0), "k": 15}
        found.append({"unit": f"{k + 10:03d}", "students": HEADS, "poor": poor, "few": few.get(k, 0), **grades, SECRET: secret, "today": letter})
    return found


def schools() -> list[dict[str, object]]:
    """In the corners, so that a unit's mirror image is as far from its school."""
    return [{"school": s, "name": f"School {s}", "seats": 300, "unit": f"{u + 10:03d}"} for s, u in zip("ABCD", (0, 5, 18, 23), strict=True)]


FAR = {12: 14, 17: 16}  # many in C and D
CASES = {"4 and 6": {1: 4, 4: 6} | FAR, "5 and 5": {1: 5, 4: 5} | FAR}


def written(folder: Path, few: dict[int, int], secret: int, report: dict[str, object]) -> Path:
    """Two units change from A to C and from B to D; a tenth of their students would be told by nobody."""
    scenario = write_place(
        folder, units(few, secret=secret), schools(), WIDTH,
        addresses=["Elm St", "Oak St", "Elm St"],
        units={"groups": {"poor": "poor", "few": "few", SECRET: SECRET}, "grades": {"PK": "pk", "K": "k"}},
        attributes={SECRET: "exclude"},
        rules={
            "assign": {"016": "C", "021": "D"}, "bands": [{"group": "few", "within": 0.1, "soft": True}], "reassigned": {"max_share": 0.2},
            "capacity": {"max": 2.0}, "phase_in": [{"year": "2027", "stay": {"K": 1.0}}],
        },
        goals=[{"minimize": "reassigned"}, {"minimize": "dissimilarity", "group": "few"}],
        report={"statement": {"min_students": 20, "draws": 100}} | report,
    )  # fmt: skip
    result = run(scenario, folder / "run")
    assert result.exit_code == 0
    return folder / "run"


def same_clock(first: Path, second: Path) -> None:
    """What the second run says of time is what the first does; all else is its own."""
    records = [json.loads((path / "run.json").read_text()) for path in (first, second)]
    records[1]["seconds"] = records[0]["seconds"]
    (second / "run.json").write_text(json.dumps(records[1]))
    rows = [(path / "trace.csv").read_text().splitlines() for path in (first, second)]
    if len(rows[0]) == len(rows[1]):
        clock = [line.partition(",")[0] for line in rows[0]]
        (second / "trace.csv").write_text("".join(f"{time},{line.partition(',')[2]}\n" for time, line in zip(clock, rows[1], strict=True)))
    else:
        for path in (first, second):
            (path / "trace.csv").unlink()


@pytest.fixture(scope="module", params=["en", pytest.param("es", marks=pytest.mark.slow)])
def runs(request, tmp_path_factory):
    found = {}
    for k, (name, few) in enumerate(CASES.items()):
        folder = tmp_path_factory.mktemp("twin") / "place"
        found[name] = written(folder, few, secret=3 + 8 * k, report={"language": request.param})
    same_clock(*found.values())
    return found


@pytest.fixture(scope="module")
def twins(runs):
    """Everything published of the two districts; hashes of the units' file are not compared."""
    found = {}
    for name, path in runs.items():
        out = publish([path], path.parent / "public", path.parent / "addresses.csv")
        inputs = json.loads((path / "run.json").read_text())["inputs"]
        hidden = [one["sha256"].encode() for one in inputs]
        texts = contents(out)
        for mark in hidden:
            texts = {file: text.replace(mark, b"sha256").replace(mark[:12], b"sha256") for file, text in texts.items()}
        found[name] = texts
    return found


def test_what_is_hidden_leaves_no_trace_in_any_file(twins):
    """No count, share, index, order of rows, place in a picture or sort key tells 4 and 6 from 5 and 5."""
    first, second = twins.values()
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_an_excluded_group_is_in_no_file(twins):
    for texts in twins.values():
        assert [name for name, text in texts.items() if SECRET.encode() in text.lower()] == []


def test_something_was_hidden_and_something_shown(twins):
    """So that the tests here can fail."""
    statement = json.loads(next(iter(twins.values()))["report/statement.json"])
    assert "*" in json.dumps(statement["A"]["baselines"])
    assert any(isinstance(row["plan"], float) for row in statement["A"]["baselines"])


def test_without_privacy_the_twins_differ_and_a_warning_says_so(runs, tmp_path):
    from rezoning.commands.publishing import write_report

    found = []
    for k, path in enumerate(runs.values()):
        published = write_report([path], tmp_path / f"{k}" / "report", ["report.min_cell=0"])
        assert any("not for publication" in text for text in published.warnings)
        found.append(json.loads((tmp_path / f"{k}" / "report" / "statement.json").read_text())["A"]["baselines"])
    assert found[0] != found[1]
