"""What the README promises: its commands exist, its Python runs, its links lead somewhere, and CI runs its very test command."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    return README.partition(f"<!-- {name} -->")[2].partition("```bash\n")[2].partition("```")[0].strip()


def test_the_first_command_runs_a_scenario_that_is_there():
    scenario = re.search(r"rezoning run (\S+)", block("run"))
    assert scenario is not None
    assert (ROOT / scenario[1]).exists()
    assert len(block("run").splitlines()) == 1


def test_ci_takes_the_test_command_from_here():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    taken = re.search(r"command=\$\((.*)\)\n", script)
    assert taken is not None
    done = subprocess.run(["bash", "-c", taken[1]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == block("test")
    assert len(block("test").splitlines()) == 1


def test_its_python_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    code = README.partition("```python\n")[2].partition("```")[0]
    shorter = code.replace('load_scenario("scenarios/riverbend.yaml")', 'load_scenario("scenarios/riverbend-unshaped.yaml", ["solve.time_limit=3"])')
    assert shorter != code
    names: dict[str, object] = {}
    exec(compile(shorter, "README.md", "exec"), names)
    assert names["report"].passed
    assert names["table"]["dissimilarity"]["low_income"] < 0.3


@pytest.mark.slow
def test_all_of_its_python_runs(tmp_path, monkeypatch):
    """One block after the other, as in a notebook, in a folder of its own."""
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    blocks = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    names: dict[str, object] = {}
    for code in blocks:
        unhurried = code.replace('load_scenario("scenarios/riverbend.yaml")', 'load_scenario("scenarios/riverbend.yaml", ["solve.time_limit=3"])')
        exec(compile(unhurried.replace("time_limit=20", "time_limit=3"), "README.md", "exec"), names)
    plt.close("all")
    assert names["outcome"].audit.passed
    assert names["outcome"].record["own"] == {"rules": ["few_blocks"], "goals": ["beyond_500"]}
    assert (tmp_path / "zones.gpkg").exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)\)", README))))
def test_its_links_lead_somewhere(target):
    assert (ROOT / target).exists()


def test_its_commands_are_those_of_the_program():
    from rezoning.cli.app import app

    there = {command.name or command.callback.__name__ for command in app.registered_commands} | {group.name for group in app.registered_groups}
    assert set(re.findall(r"^\| `rezoning (\w+)", README, re.MULTILINE)) == there
