"""The pages of docs/: whole, made from the program as it is, and true in what they show."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from documented import ROOT, answered, blocks_of, check_sample, make_town
from squares import write_polygons

import rezoning
from rezoning.report.catalogue.measures import ELSEWHERE, MEASURES
from rezoning.scenario.load import load_scenario

DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "build" not in path.parts and path != DOCS / "README.md")
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]
GALLERY = [path for path in PAGES if path.parent.name == "gallery"]
SHOWN = {name: list(blocks_of(name)) for name in NAMES}


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def filled() -> ModuleType:
    return module("filled")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_town(tmp_path_factory.mktemp("pages"))
    for blocks in SHOWN.values():
        for block in blocks:
            if block.language == "yaml" and (name := re.search(r"^name: (\S+)", block.text, re.MULTILINE)):
                (folder / f"{name[1]}.yaml").write_text(block.text, encoding="utf-8")
    return folder


# -- whole -----------------------------------------------------------------------------------------------------------


def test_every_page_is_in_the_table_of_contents():
    trees = re.findall(r"```\{toctree\}\n(.*?)```", (DOCS / "index.md").read_text(encoding="utf-8"), re.DOTALL)
    listed = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    found = {path for entry in listed for path in DOCS.glob(f"{entry}.md")}
    assert found == set(PAGES) - {DOCS / "index.md"}
    assert all(list(DOCS.glob(f"{entry}.md")) for entry in listed)


def test_its_settings_can_be_read():
    pytest.importorskip("docutils", reason="needs the extra [docs]")
    conf = module("conf")
    assert conf.version == rezoning.__version__
    assert conf.html_math_renderer == "mathml"
    assert not conf.nb_ipywidgets_js


@pytest.mark.parametrize("name", NAMES)
def test_marks_stand_for_something(name, filled):
    assert set(filled.MARK.findall((ROOT / name).read_text(encoding="utf-8"))) <= set(filled.FILLS)


def test_everything_that_can_be_made_is_shown(filled):
    text = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert set(filled.MARK.findall(text)) == set(filled.FILLS)


# -- made from the program -------------------------------------------------------------------------------------------


def test_every_command_stands_there_with_every_option(filled):
    text = filled.commands()
    parts = {part.partition("\n")[0]: part for part in text.split("## rezoning ")[1:]}
    for name, command in filled.every_command():
        for option in command.params:
            for word in option.opts:
                assert option.name == "help" or word in parts[name] or (option.metavar or option.name.upper()) in parts[name]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name.split()[0] for name in parts} == set(re.findall(r"^\| `rezoning (\w+)", readme, re.MULTILINE))


def test_every_measure_stands_there_with_what_it_is(filled):
    parts = {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in filled.measures().split("### ")[1:]}
    keys = {name for name, _ in filled.measure_functions()}
    assert set(parts) == keys
    assert all(parts.values())
    assert {name for name in keys if name not in ELSEWHERE} <= {one.path[0] for one in MEASURES}


def test_every_goal_stands_there_with_its_value(filled):
    from rezoning.metrics.feeders import BETWEEN
    from rezoning.metrics.goals import VALUES

    lines = filled.goals().splitlines()[2:]
    assert [line.split("`")[1] for line in lines] == [*VALUES, *BETWEEN]
    assert all(len(line.split(" | ")[1]) > 15 for line in lines)


def test_every_public_name_stands_there(filled):
    text = filled.api()
    assert all(f":: rezoning.{name}\n" in text for name in rezoning.__all__)


def test_every_file_of_a_run_stands_there_with_its_columns(tmp_path):
    outcome = rezoning.run(write_polygons(tmp_path), tmp_path / "run")
    text = (DOCS / "reference/directory.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in text for path in outcome.directory.iterdir())
    record = json.loads((outcome.directory / "run.json").read_text(encoding="utf-8"))
    said = {key for line in text.partition("## run.json")[2].splitlines() if line.startswith("| `") for key in re.findall(r"`(\w+)`", line)}
    assert set(record) <= said
    assert {key for goal in record["goals"] for key in goal} <= said
    for name in ("plan.csv", "schools.csv", "trace.csv"):
        part = text.partition(f"## {name}")[2].partition("\n## ")[0]
        columns = next(csv.reader((outcome.directory / name).read_text(encoding="utf-8").splitlines()))
        for column in columns:
            assert f"`{column.replace('poor', '<group>')}`" in part, column


# -- true in what they show ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, blocks in SHOWN.items() if any(block.language == "yaml" for block in blocks)])
def test_every_block_of_yaml_is_a_scenario_or_a_part_of_one(name, town):
    for block in SHOWN[name]:
        if block.language == "yaml":
            is_whole = block.text.startswith(("name:", "extends:"))
            (town / "block.yaml").write_text(block.text if is_whole else f"extends: base.yaml\n{block.text}", encoding="utf-8")
            load_scenario(town / "block.yaml")


@pytest.mark.parametrize("name", NAMES)
def test_their_commands_are_those_of_the_program(name, filled):
    known = {name.split()[0] for name, _ in filled.every_command()}
    text = (ROOT / name).read_text(encoding="utf-8")
    told = {word for code in re.findall(r"`([^`]+)`", text) for word in re.findall(r"^(?:\$ )?rezoning ([a-z]+)", code, re.MULTILINE)}
    assert told <= known


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, blocks in SHOWN.items() if name != "docs/tutorial.md" and any(block.commands for block in blocks)])
def test_commands_run_as_written(name, town, monkeypatch):
    for block in SHOWN[name]:
        for command, code in block.endings.items():
            answered(command, town, monkeypatch, code)


@pytest.mark.slow
def test_the_tutorial_prints_what_it_shows(town, monkeypatch):
    import documented

    monkeypatch.setattr(documented, "SHORTER", {})
    blocks = [block for block in SHOWN["docs/tutorial.md"] if block.language == ""]
    shown = 0
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        printed = "".join(answered(command, town, monkeypatch, code) for command, code in block.endings.items())
        if printed and after is not None and not after.commands:
            check_sample(after.text, printed)
            shown += 1
    assert shown >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, blocks in SHOWN.items() if any(block.language == "python" for block in blocks)])
def test_their_python_runs(name, town, monkeypatch):
    monkeypatch.chdir(town)
    names: dict[str, object] = {}
    for block in SHOWN[name]:
        if block.language == "python":
            exec(compile(block.text, block.name, "exec"), names)


# -- built -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_each_notebook_runs_in_half_a_minute(path):
    """Of the processor: a machine that is busy otherwise is no fault of the notebook's."""
    pytest.importorskip("myst_nb", reason="needs the extra [docs]")
    import resource

    from myst_nb.core.read import read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig
    from nbclient import NotebookClient

    notebook = read_myst_markdown_notebook(path.read_text(encoding="utf-8"), MdParserConfig())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 30


@pytest.mark.slow
def test_the_pages_are_built_without_a_warning_and_every_link_inside_leads_somewhere(tmp_path):
    pytest.importorskip("furo", reason="needs the extra [docs]")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-d", str(tmp_path / "trees"), str(DOCS), str(tmp_path / "html")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    faults = list(module("check").faults(tmp_path / "html"))
    assert not faults, faults[:10]
    assert (tmp_path / "html" / "searchindex.js").is_file()
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", " ".join(re.findall(r"<(?:script|link)[^>]*>", _all_text(tmp_path / "html"))))


def _all_text(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))
