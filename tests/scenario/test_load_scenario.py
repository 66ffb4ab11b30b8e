"""Scenario files: what they give when they are right, and every message when they are not."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from rezoning.errors import ScenarioError
from rezoning.scenario.doubts import doubts
from rezoning.scenario.files import SCENARIO_BYTES
from rezoning.scenario.languages import LANGUAGES
from rezoning.scenario.load import load_scenario
from rezoning.scenario.schema import Scenario
from rezoning.scenario.words import choice

CASES = Path(__file__).parent.parent / "scenarios"
VALID = sorted((CASES / "valid").glob("*.yaml"))
INVALID = sorted((CASES / "invalid").glob("*.yaml"))
EVERYTHING = CASES / "valid" / "everything.yaml"
SMALLEST = CASES / "valid" / "smallest.yaml"


def refused(path: Path | str, *overrides: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, overrides)
    assert caught.value.exit_code == 3
    return str(caught.value)


def write(folder: Path, text: str | bytes, name: str = "scenario.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_all_problems_are_told_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    assert refused(path.name) == path.with_suffix(".txt").read_text().rstrip("\n")


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_scenarios_load(path: Path) -> None:
    assert load_scenario(path).name.startswith(path.stem)


def test_no_jargon_of_the_libraries_reaches_the_user() -> None:
    for path in INVALID:
        said = path.with_suffix(".txt").read_text()
        assert not [word for word in ("Input should", "Value error", "pydantic", "ruamel", "NoneType") if word in said]


# -- values ----------------------------------------------------------------------------------------------------------


def test_ids_are_text_as_written() -> None:
    rules = load_scenario(EVERYTHING).rules
    assert rules.locked is not None
    assert rules.locked.units == ("060014001001007", "0x1F", "1_000")
    assert rules.locked.schools == ("007", "no", "true")
    assert rules.assign == {"060014001001010": "012", "null": "0o17"}
    assert rules.forbid == (("060014001001007", "7"),)


def test_names_and_keys_are_text() -> None:
    units = load_scenario(EVERYTHING).data.units
    assert list(units.groups) == ["low_income", "2024 arrivals", "white"]
    assert load_scenario(SMALLEST, ["data.units.students=2024", "name=007"]).data.units.students == "2024"


def test_numbers_are_plain_numbers() -> None:
    scenario = load_scenario(EVERYTHING)
    solve = scenario.solve
    assert (solve.time_limit, solve.gap, solve.gap_abs, solve.seed) == (1000.0, 1e-4, 0.0, 7)
    assert solve.options == {
        "limits/nodes": 1000,
        "separating/maxrounds": -1,
        "feastol": 1e-7,
        "presolve": True,
        "mode": "fast",
        "bound": float("inf"),
    }
    numbers = [solve.time_limit, solve.seed, *solve.options.values(), scenario.data.adjacency.snap_m]
    assert {type(number) for number in numbers} <= {int, float, bool, str}


def test_defaults_of_the_contract() -> None:
    scenario = load_scenario(SMALLEST)
    rules, solve, units = scenario.rules, scenario.solve, scenario.data.units
    assert (rules.capacity, rules.travel, rules.locked, rules.reassigned) == (None, None, None, None)
    assert (rules.contiguity.method, rules.contiguity.islands) == ("exact", "forbid")
    assert (rules.school_in_own_zone, rules.stay_allowed) == (True, True)
    assert (solve.method, solve.solver, solve.time_limit, solve.gap, solve.gap_abs) == ("auto", "auto", 60.0, 0.005, 1e-6)
    assert (solve.seed, solve.threads, solve.options) == (0, None, {})
    assert (units.groups_above_total, units.groups, units.partition) == ("error", {}, ())
    assert (scenario.data.adjacency.min_shared_m, scenario.data.adjacency.snap_m) == (1.0, 0.0)
    assert scenario.data.travel is None


def test_paths_are_relative_to_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(CASES)
    scenario = load_scenario("valid/everything.yaml")
    monkeypatch.chdir(tmp_path)
    assert scenario.data.units.path == CASES / "valid" / "tables" / "blocks.gpkg"
    assert scenario.data.travel is not None
    assert scenario.data.travel.path == CASES / "travel.csv"


def test_a_key_with_nothing_under_it_is_left_out() -> None:
    scenario = load_scenario(CASES / "valid" / "tables.yaml")
    assert scenario.rules.reassigned is None
    assert scenario.solve.threads is None


def test_anchors_aliases_and_merge_keys() -> None:
    goals = load_scenario(CASES / "valid" / "anchors.yaml").goals
    assert [goal.give_up for goal in goals] == [0.05, 0.0, 0.05, 0.0]
    assert [goal.group for goal in goals] == ["low_income", "low_income", "low_income", None]


def test_others_has_one_form() -> None:
    assert load_scenario(CASES / "valid" / "estimate.yaml").goals[0].versus is None


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    text = SMALLEST.read_text()
    path = write(tmp_path, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load_scenario(path).name == "smallest"


def test_json_is_yaml(tmp_path: Path) -> None:
    text = """{"name": "case", "data": {"units": {"path": "b.gpkg", "students": "s"},
        "schools": {"path": "s.csv", "capacity": "c"}}, "goals": [{"minimize": "over_capacity"}]}"""
    assert load_scenario(write(tmp_path, text, "case.json")).goals[0].minimize == "over_capacity"


# -- extends ---------------------------------------------------------------------------------------------------------


def test_a_child_wins_over_its_parent() -> None:
    scenario = load_scenario(CASES / "valid" / "child.yaml")
    rules = scenario.rules
    assert rules.capacity is not None
    assert rules.locked is not None
    assert (rules.capacity.min, rules.capacity.max) == (0.7, 1.2)  # sections are merged
    assert rules.locked.units == ("E",)  # lists are not
    assert rules.assign == {"C": "S1", "F": "S1"}  # null takes away
    assert rules.travel is None
    assert [goal.minimize for goal in scenario.goals] == ["reassigned"]
    assert (scenario.solve.time_limit, scenario.solve.gap) == (60, 0.001)


def test_a_child_that_chooses_an_alternative_drops_the_parents() -> None:
    data = load_scenario(CASES / "valid" / "child.yaml").data
    assert data.travel is not None
    assert (data.travel.path, data.travel.measure, data.travel.estimate) == (None, None, "straight_line")
    assert data.units.current_school is None
    assert data.adjacency.path == CASES / "valid" / "edges.csv"
    data = load_scenario(CASES / "valid" / "grandchild.yaml").data
    assert data.travel is not None
    assert (data.travel.path, data.travel.estimate) == (CASES / "valid" / "minutes.csv", None)
    assert (data.units.current, data.units.current_school) == (None, "zone_2030")


def test_paths_of_a_parent_are_relative_to_the_parent() -> None:
    data = load_scenario(CASES / "valid" / "grandchild.yaml").data
    assert data.units.path == CASES / "valid" / "data" / "blocks.gpkg"
    assert data.schools.path == CASES / "valid" / "family" / "schools.csv"


def test_places_name_the_file_a_key_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / "valid")
    scenario = load_scenario("child.yaml", ["solve.gap=0.5", "goals.0.give_up=0.1"])
    assert scenario.rules.place("locked", "units", 0) == "child.yaml, line 10, rules.locked.units[0]"
    assert scenario.rules.place("capacity", "min") == "family/base.yaml, line 9, rules.capacity.min"
    assert scenario.data.schools.place("capacity") == "family/base.yaml, line 5, data.schools.capacity"
    assert scenario.solve.place("gap") == "--set solve.gap"
    assert scenario.goals[0].place("give_up") == "--set goals.0.give_up"
    assert scenario.goals[0].place("minimize") == "child.yaml, line 13, goals[0].minimize"
    assert scenario.data.adjacency.place("links", 3) == "child.yaml, line 5, data.adjacency.links[3]"  # not in the file: its section
    assert scenario.place() == "child.yaml, line 1"


def test_places_without_a_file() -> None:
    scenario = load_scenario(SMALLEST)
    built = Scenario.model_validate(scenario.model_dump())
    assert built == scenario
    assert built.rules.place("locked", "units", 0) == "rules.locked.units[0]"
    assert built.data.adjacency.place("links", 3) == "data.adjacency.links[3]"
    assert built.goals[0].place("group") == "goals.group"


def test_a_scenario_travels_between_processes_with_its_places() -> None:
    scenario = load_scenario(EVERYTHING, ["solve.options={a: 007, b: 1.5}"])
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario
    assert copy.rules.place("assign") == scenario.rules.place("assign")


# -- --set -----------------------------------------------------------------------------------------------------------


def test_set_wins_over_the_file() -> None:
    settings = ["solve.time_limit=5", "solve.time_limit=6", "goals.1.groups=[white]", "rules.capacity={max: 2}", "rules.travel=", "name=again"]
    scenario = load_scenario(EVERYTHING, settings)
    assert scenario.solve.time_limit == 6
    assert scenario.goals[1].groups == ("white",)
    assert scenario.goals[0].give_up == 0.1
    assert scenario.rules.capacity is not None
    assert (scenario.rules.capacity.min, scenario.rules.capacity.max) == (0.7, 2.0)
    assert scenario.rules.travel is None
    assert scenario.name == "again"


def test_set_reads_ids_as_text_and_paths_from_the_scenarios_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scenario = load_scenario(EVERYTHING, ["rules.locked.units=[060014001001001]", "rules.assign.060014=0012", "data.schools.path=other.csv"])
    assert scenario.rules.locked is not None
    assert scenario.rules.locked.units == ("060014001001001",)
    assert scenario.rules.assign["060014"] == "0012"
    assert scenario.data.schools.path == CASES / "valid" / "other.csv"


def test_set_chooses_an_alternative() -> None:
    travel = load_scenario(EVERYTHING, ["data.travel.estimate=straight_line"]).data.travel
    assert travel is not None
    assert travel.path is None


def test_set_makes_sections_that_the_file_lacks() -> None:
    scenario = load_scenario(SMALLEST, ["rules.capacity.max=1.1", "data.travel={estimate: straight_line}"])
    assert scenario.rules.capacity is not None
    assert scenario.rules.capacity.max == 1.1


@pytest.mark.parametrize(
    ("dots", "brackets"),
    [
        ("goals.0.give_up=0.3", "goals[0].give_up=0.3"),
        ("goals.1.groups.0=white", "goals[1].groups[0]=white"),
        ("rules.forbid.0.1=S1", "rules.forbid[0][1]=S1"),
        ("rules.bands.0.within=0.2", "rules.bands[0].within=0.2"),
    ],
)
def test_an_entry_of_a_list_is_named_with_a_dot_or_as_messages_name_it(dots: str, brackets: str) -> None:
    before = ["rules.forbid=[[060014001001001, S2]]", "rules.bands=[{group: white, within: 0.1}]", "goals.1.groups=[low_income]"]
    one, other = (load_scenario(EVERYTHING, [*before, setting]) for setting in (dots, brackets))
    assert one.model_dump() == other.model_dump() != load_scenario(EVERYTHING, before).model_dump()


def test_a_key_with_brackets_of_its_own_is_a_key() -> None:
    scenario = load_scenario(EVERYTHING, ["rules.assign={'unit[0]': S1}", "rules.assign.unit[0]=S2"])
    assert scenario.rules.assign["unit[0]"] == "S2"


HELP = "See the scenario with: rezoning show."


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("solve.time_limit", "--set solve.time_limit: this is not KEY=VALUE. Write --set solve.time_limit=60."),
        ("=60", "--set =60: this is not KEY=VALUE. Write --set solve.time_limit=60."),
        ("solve..gap=1", "--set solve..gap=1: this is not KEY=VALUE. Write --set solve.time_limit=60."),
        ("extends=a.yaml", "--set extends=a.yaml: extends works only inside a file. Write it into the scenario."),
        ("goals.7.give_up=1", f"--set goals.7.give_up=1: goals is a list of 1, counted from 0, and has no entry '7'. {HELP}"),
        ("goals[7].give_up=1", f"--set goals[7].give_up=1: goals is a list of 1, counted from 0, and has no entry '7'. {HELP}"),
        ("goals.first=1", f"--set goals.first=1: goals is a list of 1, counted from 0, and has no entry 'first'. {HELP}"),
        ("name.short=1", f"--set name.short=1: name is smallest, and nothing can stand below it. {HELP}"),
        ("solve.gap=-1", "--set solve.gap: -1 is too small. Give at least 0."),
        ("solve={gap: -1}", "--set solve, solve.gap: -1 is too small. Give at least 0."),
        ("solve.gpa=1", "--set solve.gpa: unknown key 'gpa'. Did you mean 'gap'?"),
        ("rules.reassigned.max_share=0.1", "--set rules.reassigned.max_share, rules.reassigned: without today's schools rules.reassigned is refused. "
         "Give data.units.current_school or data.units.current, or drop it."),
        ("report.title={es: Zonas, xx: Zones}",
         f"--set report.title, report.title.xx: 'xx' is no language of pages. Write one of {choice(LANGUAGES)}."),
        ("report.title={}",
         "--set report.title: an empty section says nothing in any language. Write a text, or one for each language: {en: …, es: …}."),
        ("report.title={es: [Zonas]}", "--set report.title, report.title.es: a text is expected, or one for each language. "
         "Write one text; put quotes round it where in doubt."),
        ("report.language=xx", f"--set report.language: 'xx' is not known here; expected {choice(LANGUAGES)}. Give one of these."),
        ("report.programs={chess: Chess}", "--set report.programs, report.programs.chess: 'chess' is not a program of data.schools.programs. "
         "None is known here."),
        ("solve=[", "--set solve: a value is missing, or a bracket is not closed. Write the value; close every bracket."),
        ("solve={gap: 1, gap: 2}", "--set solve: the key 'gap' stands here again; it was given on line 1. Keep one of the two."),
        ("solve.solver=\udcff", "--set solve.solver=?: this is not UTF-8 text. Write the character itself."),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(setting: str, message: str) -> None:
    assert refused(SMALLEST, setting) == message


# -- files that are no scenario --------------------------------------------------------------------------------------


WRITES = "Name the scenario file (YAML); rezoning new FOLDER writes a first one from the files of a folder."


def test_a_missing_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused("nowhere.yaml") == "nowhere.yaml: the file does not exist. Check the name and the folder."
    assert refused(".") == f".: the file is a folder. {WRITES}"
    write(tmp_path, "name: case\n")
    assert refused(".") == ".: the file is a folder. Name the scenario in it: scenario.yaml."
    assert refused("a\0b") == "a\\0b: the file is no name of a file. Check the name."


@pytest.mark.parametrize(("name", "kind"), [("zones.kml", "KML"), ("blocks.gpkg", "GeoPackage"), ("seats.XLSX", "Excel workbook")])
def test_a_file_of_data_is_no_scenario(name: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("<kml>\t</kml>")
    assert refused(name) == f"{name}: the file is data ({kind}), and no scenario. {WRITES}"


def test_a_file_that_is_not_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "name: case\ndescription: Schülerzahlen\n".encode("latin-1"))
    assert refused("scenario.yaml") == "scenario.yaml, line 2: this is not UTF-8 text. Save the file in the encoding UTF-8."
    write(tmp_path, b"name: a\0b\n")
    assert refused("scenario.yaml") == (
        "scenario.yaml: this is not valid YAML: special characters are not allowed. "
        "Look at the indentation, colons, brackets and quotes here and in the line before."
    )


def test_nesting_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "rules: " + "[" * 300)
    assert refused("scenario.yaml") == "scenario.yaml, line 1: sections are nested too deeply for a scenario. Keep to 50 levels."


def test_aliases_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, 30)]
    write(tmp_path, "\n".join(lines))
    said = refused("scenario.yaml").splitlines()
    assert said[0] == "scenario.yaml, line 6: with all its aliases this holds more than 1000000 values. Write out what is meant."


@pytest.mark.shared
@pytest.mark.parametrize("name", ["baltimore/relieve", "shaker_heights/balance", "mount_vernon/balance", "fairfax_hs/balance"])
def test_the_shared_scenarios_load(name: str) -> None:
    path = Path(__file__).parents[3] / "shared" / "data" / f"{name}.yaml"
    if not path.exists():
        pytest.skip("the real districts are not here")
    assert load_scenario(path).name == name.replace("/", "-").replace("_", "-")


# -- what is no file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [False, True], ids=["scenario", "extends"])
def test_a_scenario_is_a_file_that_ends(tmp_path, asked):
    """Nothing is opened that might never be written to, or never end."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    with (tmp_path / "large.yaml").open("wb") as stream:
        stream.truncate(SCENARIO_BYTES + 1)
    reasons = {
        "pipe": "is a pipe",
        "/dev/zero": "is a device",
        "x" * 300: "has a name longer than the system allows",
        "loop": "is a link that leads back to itself",
        "large.yaml": "is larger than 16 MB, the most that is read",
    }
    for name, reason in reasons.items():
        path = tmp_path / name
        if asked:
            path = tmp_path / "child.yaml"
            path.write_text(f"extends: {name}\n")
        with pytest.raises(ScenarioError) as error:
            load_scenario(path)
        assert reason in str(error.value)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"capacity": {"max": 100}}, ("rules.capacity.max: 100 is a share, 10,000 %; 100 % is written 1",)),
        ({"capacity": {"min": 80, "schools": {"A": {"min": 95, "max": 105}}}}, 3),
        ({"travel": {"max": 100, "max_increase": 50}}, ("rules.travel.max_increase: 50 is a share, 5,000 %; 50 % is written 0.5",)),
        ({"capacity": {"max": 1.05}, "travel": {"max": 100, "max_increase": 0.5}}, ()),
    ],
)
def test_percentages_where_shares_belong_are_doubted(rules, said):
    data = {"units": {"path": "u.gpkg", "students": "s", "current_school": "z"}, "schools": {"path": "s.csv", "capacity": "c"},
            "travel": {"estimate": "straight_line"}}  # fmt: skip
    found = doubts(Scenario.model_validate({"name": "n", "data": data, "rules": rules, "goals": [{"minimize": "travel"}]}))
    assert found == said if isinstance(said, tuple) else len(found) == said
