"""`rezoning model` as users call it: what it prints, what it refuses, and the exit codes of the contract."""

import json

import pytest

GOAL = [{"minimize": "dissimilarity", "group": "poor"}]


def test_a_model_is_written_and_told(call, tiny, tmp_path):
    scenario = tiny(goals=GOAL)
    code, out, _ = call("model", scenario)
    assert code == 0
    for part in ("Form: flow. Complete", "Minimizes 100 times the value of", "tiny.mps.gz", "tiny.mps.json"):
        assert part in " ".join(out.split())
    code, out, _ = call("model", scenario, "--to", "lp", "--form", "relaxation", "--json")
    document = json.loads(out)
    assert (code, document["form"], document["is_complete"]) == (0, "relaxation", False)
    assert (tmp_path / document["path"]).exists()
    assert {path.name for path in tmp_path.iterdir()} == {"tiny", "tiny.mps.gz", "tiny.mps.json", "tiny.lp", "tiny.lp.json"}


def test_a_start_goes_out_and_comes_back(call, tiny, tmp_path):
    scenario = tiny(goals=GOAL)
    rows = [row.split(",") for row in (scenario.parent / "units.csv").read_text().splitlines()[1:]]
    (tmp_path / "today.csv").write_text("unit_id,school_id\n" + "".join(f"{row[0]},{row[-1]}\n" for row in rows))
    assert call("model", scenario, "--out", "t.mps")[0] == 0
    code, out, _ = call("model", scenario, "--start", "today.csv", "--model", "t.mps.json", "--solver", "scip")
    assert (code, "For scip: t.scip.sol" in out) == (0, True)
    code, out, _ = call("model", scenario, "--check", "t.scip.sol", "--model", "t.mps.json", "--out", "plan.csv")
    assert code == 0
    assert "They agree." in out
    assert "The plan: plan.csv" in out
    assert (tmp_path / "plan.csv").read_text().startswith("unit_id,school_id")
    code, out, err = call("model", scenario, "--check", "today.csv", "--model", "t.mps.json", "--json")
    assert (code, json.loads(out)["exit_code"]) == (3, 3)
    assert "no name with a value" in err


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--check", "a.sol"], 2, "--model"),
        (["--check", "a.sol", "--start", "b.csv", "--model", "m.json"], 2, "two things"),
        (["--model", "m.json"], 2, "for --check and --start"),
        (["--solver", "cbc"], 2, "for --start"),
        (["--check", "a.sol", "--model", "m.json", "--goal", "1"], 2, "is for writing a model"),
        (["--check", "a.sol", "--model", "m.json"], 3, "cannot be read"),
        (["--goal", "2"], 3, "no goal 2"),
        (["--run", "nowhere"], 3, "not the directory of a run"),
        (["--out", "nowhere/t.mps"], 2, "folder does not exist"),
        (["--out", "t.csv"], 2, "does not end like a model"),
        (["--to", "lp", "--out", "t.mps"], 2, "Leave one of them out"),
    ],
)
def test_what_it_refuses(call, tiny, tmp_path, options, code, said):
    found, out, err = call("model", tiny(goals=GOAL), *options)
    assert (found, out) == (code, "")
    assert said in err
    assert {path.name for path in tmp_path.iterdir()} == {"tiny"}
