"""A model that any solver reads: what it says of itself, and that other solvers' own command lines find and judge what we do."""

import gzip
import json
import re
import threading
from pathlib import Path

import pytest
from conftest import SHARED_DATA
from enumerated import plans, values, vectors
from made_runs import make_run
from solver_binaries import solve_with_cbc, solve_with_highs

import rezoning
from rezoning.commands.modeling import solutions
from rezoning.commands.modeling.checking import check_solution, write_start
from rezoning.commands.modeling.sidecar import read_sidecar, sidecar_of
from rezoning.commands.modeling.writing import write_model
from rezoning.commands.packing import pack
from rezoning.errors import DataError, Infeasible, OutputError, ScenarioError

CLOSE = 1e-6
GOAL = [{"minimize": "dissimilarity", "group": "poor"}]
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,99}")


def best_of(path: Path) -> float:
    """The first goal's best value over all plans, by enumeration."""
    scenario = rezoning.load_scenario(path)
    problem = rezoning.formulate(rezoning.load_district(scenario.data), scenario)
    return float(values(problem.terms[0], vectors(problem, plans(problem))).min())


def today(scenario: Path) -> Path:
    """Today's zones as a plan file."""
    path = scenario.with_name("today.csv")
    rows = [row.split(",") for row in (scenario.parent / "units.csv").read_text().splitlines()[1:]]
    path.write_text("unit_id,school_id\n" + "".join(f"{row[0]},{row[-1]}\n" for row in rows))
    return path


@pytest.mark.parametrize("ending", ["mps", "lp"])
def test_cbc_finds_our_value_and_its_plan_passes(tiny, tmp_path, ending):
    """The complete form needs no cut of ours: CBC's plan is contiguous, obeys every rule, and is as good as ours."""
    scenario = tiny(rules={"contiguity": {"islands": "forbid"}}, goals=GOAL)
    written = write_model(scenario, tmp_path / f"tiny.{ending}")
    assert written.sidecar.is_complete
    solve_with_cbc(written.path, tmp_path / "cbc.sol")
    record = check_solution(scenario, tmp_path / "cbc.sol", written.path, tmp_path / "plan.csv")
    assert record["exit_code"] == 0
    assert record["solution"]["agrees"]
    assert record["solution"]["solver"] == "cbc"
    assert record["solution"]["value"] == pytest.approx(best_of(scenario), abs=CLOSE)
    assert rezoning.evaluate(scenario, tmp_path / "plan.csv").audit.passed


@pytest.mark.slow
def test_the_second_goal_holds_the_first(tiny, tmp_path):
    """As in a run: with what the run found for the first goal the second one's optimum is the run's."""
    scenario = tiny()
    ours = rezoning.run(scenario, tmp_path / "run")
    first, second = ours.record["goals"]
    with pytest.raises(DataError, match="holds what these came to"):
        write_model(scenario, tmp_path / "second.mps", goal=2)
    written = write_model(scenario, tmp_path / "second.mps", goal=2, run=tmp_path / "run")
    (held,) = written.sidecar.held
    assert held.value == pytest.approx(first["value"], abs=CLOSE)
    assert "Holds goal 1" in (tmp_path / "second.mps").read_text()
    solve_with_cbc(written.path, tmp_path / "cbc.sol")
    record = check_solution(scenario, tmp_path / "cbc.sol", written.sidecar_path)
    assert record["solution"]["value"] == pytest.approx(second["value"], abs=CLOSE)
    assert [one["holds"] for one in record["solution"]["held"]] == [True]
    with pytest.raises(ScenarioError, match="no goal 3"):
        write_model(scenario, tmp_path / "third.mps", goal=3)


@pytest.mark.slow
def test_weighted_goals_are_one_sum(tiny, tmp_path):
    goals = [{"minimize": "dissimilarity", "group": "poor", "weight": 2.0}, {"minimize": "reassigned", "weight": 0.5}]
    scenario = tiny(goals=goals)
    ours = rezoning.run(scenario, tmp_path / "run")
    written = write_model(scenario, tmp_path / "sum.lp")
    assert written.sidecar.goal is None
    solve_with_cbc(written.path, tmp_path / "cbc.sol")
    record = check_solution(scenario, tmp_path / "cbc.sol", written.sidecar_path)
    assert record["solution"]["value"] == pytest.approx(ours.record["objective"]["value"], abs=CLOSE)
    with pytest.raises(ScenarioError, match="form one sum"):
        write_model(scenario, tmp_path / "sum.lp", goal=1)


@pytest.mark.slow
def test_a_relaxation_says_what_it_leaves_out(tiny, tmp_path):
    """Rows alone, or with cuts where a run is named; its optimum is no worse than ours, and a claim below the plan's value is no fault."""
    scenario = tiny(rules={"contiguity": {"islands": "forbid"}})
    ours = rezoning.run(scenario, tmp_path / "run")
    bare = write_model(scenario, tmp_path / "bare.mps", form="relaxation")
    cut = write_model(scenario, tmp_path / "cut.mps", form="relaxation", run=tmp_path / "run", seconds=2.0)
    for written in (bare, cut):
        assert not written.sidecar.is_complete
        assert [one.why for one in written.sidecar.missing] == ["contiguity"]
        text = written.path.read_text()
        assert "* Form: relaxation. Not complete" in text
        assert "* - Contiguity" in text
        assert "f_u_" not in text
    assert cut.sidecar.size.rows == bare.sidecar.size.rows + cut.sidecar.size.cuts
    solve_with_cbc(cut.path, tmp_path / "cbc.sol")
    found = check_solution(scenario, tmp_path / "cbc.sol", cut.path)["solution"]
    assert found["claimed"] <= ours.record["goals"][0]["value"] + CLOSE


def test_what_rows_cannot_say_is_refused_as_complete(tiny, tmp_path):
    """A quotient: the flow form would be no complete one, and is not written; the relaxation names it, and knows the plan's true value."""
    scenario = tiny(goals=[{"minimize": "max_deviation", "group": "poor"}])
    with pytest.raises(ScenarioError, match=r"no complete form.*max_deviation"):
        write_model(scenario, tmp_path / "curved.mps")
    assert not list(tmp_path.glob("curved*"))
    written = write_model(scenario, tmp_path / "curved.mps", form="relaxation")
    assert {one.why for one in written.sidecar.missing} & {"product", "curved"}


def test_names_are_valid_everywhere_and_the_same_each_time(tiny, tmp_path):
    """Letters, digits, _ and . at most 100 long, each once; the bytes of two files of one question are the same."""
    scenario = tiny()
    first, second = (write_model(scenario, tmp_path / name) for name in ("a.mps.gz", "b.mps.gz"))
    text = gzip.decompress(first.path.read_bytes()).decode("ascii")
    sections = dict(re.findall(r"^(ROWS|COLUMNS)$\n(.*?)(?=^[A-Z])", text, re.MULTILINE | re.DOTALL))
    rows = [line.split()[1] for line in sections["ROWS"].splitlines()]
    columns = dict.fromkeys(line.split()[0] for line in sections["COLUMNS"].splitlines() if "MARKER" not in line)
    assert len(rows) - 1 == len(set(rows)) - 1 == first.sidecar.size.rows
    assert len(columns) == first.sidecar.size.columns
    assert [name for name in (*rows, *columns) if not NAME.fullmatch(name)] == []
    assert set(first.sidecar.columns) <= set(columns)
    assert gzip.decompress(second.path.read_bytes()).decode("ascii").replace("b.mps", "a.mps") == text
    assert first.sidecar.columns == second.sidecar.columns


def test_a_start_is_a_point_of_the_model(tiny, tmp_path):
    """CBC takes our plan as it is and says our value; a plan that breaks a rule is no start."""
    scenario = tiny(goals=GOAL)
    written, plan = write_model(scenario, tmp_path / "tiny.mps"), today(scenario)
    found = write_start(scenario, plan, written.path, solver="cbc")
    said = solve_with_cbc(written.path, tmp_path / "cbc.sol", "-mipstart", found["file"])
    assert "MIPStart provided solution with cost" in said
    assert float(re.search(r"MIPStart provided solution with cost (\S+)", said)[1]) == pytest.approx(found["objective"], rel=1e-4, abs=1e-9)
    for solver in ("highs", "scip"):
        start = write_start(scenario, plan, written.path, solver=solver)
        record = check_solution(scenario, start["file"], written.path)
        assert record["exit_code"] == 0
        assert record["solution"]["solver"] == solver
        assert record["solution"]["agrees"]
    bad = tmp_path / "all_a.csv"
    units = [row.split(",")[0] for row in (scenario.parent / "units.csv").read_text().splitlines()[1:]]
    bad.write_text("unit_id,school_id\n" + "".join(f"{unit},{'B' if unit == 'u-1-3' else 'A'}\n" for unit in units))
    with pytest.raises(DataError, match="breaks rules"):
        write_start(scenario, bad, written.path, tmp_path / "bad.start")
    with pytest.raises(OutputError, match="is there already"):
        write_start(scenario, plan, written.path, solver="cbc")


def test_a_solution_is_held_against_the_model_it_is_of(tiny, tmp_path):
    scenario = tiny(goals=[{"minimize": "reassigned"}])
    written = write_model(scenario, tmp_path / "tiny.mps")
    start = Path(write_start(scenario, today(scenario), written.path, solver="scip")["file"])
    good = start.read_text()

    def checked(text: str):
        start.write_text(text)
        return check_solution(scenario, start, written.path)

    assert checked(good.replace("objective value: ", "objective value: -"))["exit_code"] == 0  # nobody moves: -0 is 0
    worse = checked(re.sub(r"objective value: .*", "objective value: -5", good))
    assert (worse["exit_code"], worse["solution"]["agrees"]) == (7, False)
    above = checked(re.sub(r"objective value: .*", "objective value: 5", good))
    assert (above["exit_code"], above["solution"]["agrees"]) == (0, False)
    name = next(line for line in good.splitlines() if line.startswith("x_"))
    for text, said in [
        (good.replace(f"{name}\n", ""), "gives no school to"),
        (good.replace(name, name.replace("1.0", "0.5")), "no choice of schools"),
        (good.replace("x_u", "x_v"), "no column"),
        (good + f"{name}\n", "has a value already"),
        (good + "x_u what\n", "no name with a value"),
        ("", "holds no solution"),
        ("solution status: infeasible\nno solution available\n", "holds no solution"),
    ]:
        with pytest.raises(DataError, match=said):
            checked(text)
    start.write_text(good)
    with pytest.raises(DataError, match="scenario or data differ"):
        check_solution(scenario, start, written.path, overrides=["rules.capacity.max=1.1"])
    document = json.loads(written.sidecar_path.read_text())
    written.sidecar_path.write_text(json.dumps({**document, "format": "another"}))
    with pytest.raises(DataError, match="not as it was written"):
        check_solution(scenario, start, written.path)


def test_files_are_written_whole_and_replace_their_like_only(tiny, tmp_path):
    scenario = tiny()
    place = tmp_path / "tiny.mps"
    place.write_text("mine")
    with pytest.raises(OutputError, match="is there already"):
        write_model(scenario, place)
    assert place.read_text() == "mine"
    write_model(scenario, place, replace=True)
    write_model(scenario, place)  # its own
    stop = threading.Event()
    stop.set()
    before = place.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        write_model(scenario, place, stop=stop)
    assert place.read_bytes() == before
    for name, said in [("tiny.txt", "does not end like a model"), ("nowhere/tiny.mps", "folder does not exist")]:
        with pytest.raises(OutputError, match=said):
            write_model(scenario, tmp_path / name)
    with pytest.raises(OutputError, match="Leave one of them out"):
        write_model(scenario, place, to="lp")
    place.write_bytes(before + b"* more\n")
    with pytest.raises(DataError, match="is not the file that"):
        write_start(scenario, today(scenario), place)
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_rules_that_leave_no_plan_are_said(tiny, tmp_path):
    with pytest.raises(Infeasible):
        write_model(tiny(rules={"capacity": {"min": 0.9, "max": 1.0}}), tmp_path / "none.mps")


def test_contracted_units_are_told(tiny, tmp_path):
    """Units that go together have one column, and every unit is in it, fixed, or in a column of its own."""
    scenario = tiny(rules={"keep_together": {"groups": [["u-0-1", "u-1-1"]]}})
    said = read_sidecar(write_model(scenario, tmp_path / "t.lp").path)
    named = {unit for unit, _ in said.columns.values()}
    units = {f"u-{i}-{j}" for i in range(3) for j in range(4)}
    assert named - set(said.together) | {unit for many in said.together.values() for unit in many} | set(said.fixed) == units
    assert sidecar_of(Path("x.lp.gz")) == Path("x.lp.json")


# -- slow: real ones -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("by", [solve_with_highs, solve_with_cbc])
def test_a_hundred_units_are_solved_to_our_value_by_other_command_lines(tmp_path, by):
    from rezoning.synthetic import make_district, write_district

    write_district(tmp_path / "hundred", make_district(100, 4, 3), 0.5, "hundred")
    scenario, exact = tmp_path / "hundred/scenario.yaml", ["solve.gap=0", "solve.gap_abs=0", "solve.threads=1", "solve.time_limit=60"]
    written = write_model(scenario, tmp_path / "hundred.mps", overrides=exact)
    ours = rezoning.run(scenario, tmp_path / "run", overrides=exact)
    by(written.path, tmp_path / "other.sol", seconds=300)
    record = check_solution(scenario, tmp_path / "other.sol", written.path, overrides=exact)
    assert record["exit_code"] == 0
    assert record["solution"]["agrees"]
    assert record["solution"]["value"] == pytest.approx(ours.record["goals"][0]["value"], abs=CLOSE)
    assert ours.record["goals"][0]["gap"] == pytest.approx(0, abs=CLOSE)


@pytest.mark.slow
@pytest.mark.parametrize("by", ["highs", "cbc"])
def test_our_plan_of_mount_vernon_is_a_point_of_the_same_value(tmp_path, by):
    scenario = SHARED_DATA / "mount_vernon/balance.yaml"
    if not scenario.exists():
        pytest.skip("the shared districts are not here")
    ours = rezoning.run(scenario, tmp_path / "run", overrides=["solve.time_limit=5"])
    written = write_model(scenario, tmp_path / "mv.mps", overrides=["solve.time_limit=5"])
    start = write_start(scenario, tmp_path / "run", written.path, tmp_path / "mv.start", solver=by, overrides=["solve.time_limit=5"])
    value = ours.record["goals"][0]["value"]
    assert start["value"] == pytest.approx(value, abs=CLOSE)
    if by == "highs":
        said = solve_with_highs(written.path, tmp_path / "h.sol", "--read_solution_file", start["file"], seconds=20)
        told = re.search(r"MIP start solution is feasible, objective value is (\S+)", said)
    else:
        said = solve_with_cbc(written.path, tmp_path / "c.sol", "-mipstart", start["file"], seconds=20)
        told = re.search(r"Integer solution of (\S+) found", said)
    assert written.sidecar.objective.natural(float(told[1])) == pytest.approx(value, abs=CLOSE)
    back = check_solution(scenario, tmp_path / f"{by[0]}.sol", written.path, overrides=["solve.time_limit=5"])
    assert back["exit_code"] == 0
    assert back["solution"]["value"] <= value + CLOSE


@pytest.mark.parametrize("change", [{"goal": 9}, {"goal": None}, {"fixed": {"nobody": "A"}}, {"columns": {"x_1": ["u-1-1", "nowhere"]}}])
def test_a_sidecar_that_was_changed_is_refused(tiny, tmp_path, change):
    scenario = tiny(goals=GOAL)
    beside = write_model(scenario, tmp_path / "tiny.mps").sidecar_path
    beside.write_text(json.dumps(json.loads(beside.read_text()) | change))
    (tmp_path / "any.sol").write_text("x_1 1\n")
    with pytest.raises(DataError, match="that the scenario does not have"):
        check_solution(scenario, tmp_path / "any.sol", beside)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x1f\x8b\x08\x00rubbish" * 9, "cannot be read"),
        (gzip.compress(b"x_1 1\n")[:-9], "cannot be read"),
        (gzip.compress(b" " * 5000), "larger than a solution"),
        (b"\xff\xfe", "is no text"),
        (b"", "holds no solution"),
    ],
)
def test_solutions_that_are_none_are_said(tmp_path, monkeypatch, content, said):
    monkeypatch.setattr(solutions, "LARGEST", 4096)
    (tmp_path / "any.sol").write_bytes(content)
    with pytest.raises(DataError, match=said):
        solutions.read_solution(tmp_path / "any.sol")


def test_a_claim_that_is_no_number_is_none(tmp_path):
    (tmp_path / "any.sol").write_text("solution status: optimal\nobjective value: 1e999\nx_1 1\n")
    assert solutions.read_solution(tmp_path / "any.sol").claimed is None


def test_goals_before_are_held_at_what_an_archive_says(tiny, tmp_path):
    scenario = tiny()
    archive = pack(make_run(scenario, tmp_path / "run"), tmp_path / "run.zip").path
    (held,) = write_model(scenario, tmp_path / "second.mps", goal=2, run=archive).sidecar.held
    assert (held.goal, held.minimize) == (1, "dissimilarity")
