"""What is released: one version everywhere, and a wheel that works where nothing else of the project is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

import rezoning

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CITATION = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_version_stands_in_one_place():
    assert "version" not in PROJECT["project"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "rezoning/__init__.py"
    assert CITATION["version"] == rezoning.__version__


def test_the_changelog_is_by_version():
    heads = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)
    assert heads[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", head) for head in heads[1:])
    assert rezoning.__version__ in heads


def test_the_citation_is_what_the_format_asks_for():
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(CITATION)
    assert all(set(author) <= {"name", "given-names", "family-names"} and author for author in CITATION["authors"])
    assert CITATION["type"] == "software"
    assert CITATION["license"] == PROJECT["project"]["license"]


def test_an_example_is_written_whole_or_not_at_all(tmp_path):
    from rezoning.cli.app import app

    done = CliRunner().invoke(app, ["new", str(tmp_path / "town"), "--example", "--json"])
    assert done.exit_code == 0
    blocks = ROOT / "scenarios" / "riverbend" / "blocks.geojson"
    assert (tmp_path / "town" / "blocks.geojson").read_bytes() == blocks.read_bytes()
    assert CliRunner().invoke(app, ["validate", str(tmp_path / "town" / "scenario.yaml")]).exit_code == 0
    (tmp_path / "town" / "mine.txt").write_text("kept")
    again = CliRunner().invoke(app, ["new", str(tmp_path / "town"), "--example"])
    assert again.exit_code == 2
    assert "kept" in again.output
    assert CliRunner().invoke(app, ["new", "--example"]).exit_code == 2


# -- built, installed, run -------------------------------------------------------------------------------------------


def python_of(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / "bin" / "python"


def ran(*words: object, **settings: object) -> str:
    """What a command prints; nothing of this project or environment is on its path."""
    plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")}
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, env=plain, check=False, **settings)  # type: ignore[call-overload]
    if done.returncode and re.search(r"No matching distribution|ConnectionError|Failed to establish", done.stderr):
        pytest.skip("no index of packages can be reached")
    assert done.returncode == 0, done.stderr[-2000:]
    return str(done.stdout)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, Path]:
    """The wheel, and the sdist."""
    place = tmp_path_factory.mktemp("built")
    python = python_of(place / "maker")
    ran(python, "-m", "pip", "install", "-q", *PROJECT["build-system"]["requires"])
    for kind in ("wheel", "sdist"):
        ran(python, "-c", f"from hatchling.build import build_{kind} as build; build({str(place)!r})", cwd=ROOT)
    return next(place.glob("*.whl")), next(place.glob("*.tar.gz"))


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(built):
    names = zipfile.ZipFile(built[0]).namelist()
    assert {name.partition("/")[0] for name in names} == {"rezoning", f"rezoning-{rezoning.__version__}.dist-info"}
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "rezoning").rglob("*") if path.suffix not in (".pyc", ".nbi", ".nbc") and path.is_file()}
    assert there == {name for name in names if name.startswith("rezoning/")}


@pytest.mark.slow
def test_the_sdist_makes_the_same_wheel(built, tmp_path):
    with tarfile.open(built[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE", "docs/conf.py", "scenarios/riverbend.yaml", "tests/test_releases.py"} <= names
    assert not [name for name in names if name.startswith(("docs/build", "build/"))]
    ran(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, built[1])
    ours, theirs = (zipfile.ZipFile(path) for path in (built[0], next(tmp_path.glob("*.whl"))))
    assert {one.filename: one.CRC for one in ours.infolist()} == {one.filename: one.CRC for one in theirs.infolist()}


@pytest.mark.slow
def test_the_wheel_runs_where_nothing_else_is(built, tmp_path):
    python = python_of(tmp_path / "fresh")
    ran(python, "-m", "pip", "install", "-q", "-c", ROOT / ".ci" / "constraints.txt", built[0])
    command, elsewhere = python.with_name("rezoning"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert ran(command, "--version").strip() == f"rezoning {rezoning.__version__}"
    assert str(tmp_path / "fresh") in ran(python, "-c", "import rezoning; print(rezoning.__file__)", cwd=elsewhere)
    ran(command, "new", "town", "--example", cwd=elsewhere)
    ran(command, "run", "town/scenario.yaml", "--set", "solve.time_limit=3", "--out", "found", cwd=elsewhere)
    ran(command, "report", "found", "--out", "page", cwd=elsewhere)
    assert (elsewhere / "found" / "plan.csv").is_file()
    assert (elsewhere / "page" / "report.html").stat().st_size > 100_000
