"""`rezoning ensemble` from the scenario to its files: what is written, that it repeats, what is refused, and what is hidden."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path

import numpy as np
import pytest
from squares import write_polygons
from typer.testing import CliRunner

import rezoning
from rezoning.cli.app import app
from rezoning.commands.ensembles import ensemble, place_of, write_ensemble
from rezoning.commands.ensembles.chains import spread
from rezoning.commands.ensembles.writing import book_of
from rezoning.errors import OutputError, ScenarioError
from rezoning.optimize.chain.standing import standing
from rezoning.public.cell import Rounded
from rezoning.report.ensemble import ensemble_page, shown_rows
from rezoning.report.language import ENGLISH

SMALL = {"steps": 2000, "every": 20, "audits": 10}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_polygons(tmp_path_factory.mktemp("squares"))


@pytest.fixture(scope="module")
def plan(scenario: Path) -> Path:
    """Rows: a plan that cuts across today's zones."""
    path = scenario.parent / "across.csv"
    rows = [f"0{i}{j},{'A' if i < 2 and j < 3 else 'B'}" for i in range(3) for j in range(4)]
    path.write_text("unit,school\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture(scope="module")
def found(scenario: Path, plan: Path):
    return ensemble(scenario, [plan], keep_plans=3, **SMALL)


@pytest.fixture(scope="module")
def written(found, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("written") / "out"
    assert write_ensemble(place, found) is None
    return place


def _rows(place: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((place / "ensemble.csv").read_text().splitlines()))


def test_what_is_written(found, written: Path) -> None:
    place = written
    assert {"ensemble.json", "ensemble.csv", "ensemble.html", "ensemble.png", "ensemble.svg", "plans"} <= {path.name for path in place.iterdir()}
    assert len(list((place / "plans").iterdir())) == 3
    record = json.loads((place / "ensemble.json").read_text())
    rows = _rows(place)
    assert len(rows) == sum(chain["samples"] for chain in record["chains"]) == 200
    for entry in record["measures"]:
        values = [np.array([float(row[entry["key"]]) for row in rows if row["chain"] == str(c)]) for c in (1, 2)]
        assert entry["samples"]["mean"] == pytest.approx(np.concatenate(values).mean())
        for key in ("today", "A"):
            told = entry["plans"][key]
            assert told["better_than"] == pytest.approx(standing(told["value"], values, entry["direction"]).better_than)
    assert place_of(found.scenario, place) == place
    with pytest.raises(OutputError):
        place_of(found.scenario.model_copy(update={"name": "another"}), place)


def test_kept_plans_are_plans_with_the_measures_of_their_samples(scenario: Path, written: Path) -> None:
    rows = {(row["chain"], row["step"]): row for row in _rows(written)}
    for path in (written / "plans").iterdir():
        option = rezoning.evaluate(scenario, path)
        assert option.audit.passed
        row = rows[tuple(path.stem.split("-"))]
        assert option.metrics["plan"]["dissimilarity"]["poor"] == pytest.approx(float(row["dissimilarity.poor"]))
        assert option.metrics["plan"]["boundary_km"] == pytest.approx(float(row["boundary_km"]))


def test_a_seed_repeats_the_files_byte_for_byte(found, written: Path, scenario: Path, plan: Path, tmp_path: Path) -> None:
    write_ensemble(tmp_path / "again", ensemble(scenario, [plan], keep_plans=3, **SMALL))
    names = sorted(path.relative_to(written) for path in written.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*") if path.is_file())
    for name in names:
        assert (written / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    other = ensemble(scenario, [plan], seed=5, **SMALL)
    assert not np.array_equal(other.chains[0].table, found.chains[0].table)


def test_what_it_says_that_it_is_and_is_not(scenario: Path) -> None:
    flips = ensemble(scenario, mix=0, chains=1, **SMALL).record
    assert flips["distribution"] == "uniform_reachable"
    assert flips["chains"][0]["recombinations"]["tried"] == 0
    assert "one_chain" in flips["doubts"]
    assert flips["is_counted"]
    assert ensemble(scenario, mix=0.2, **SMALL).record["distribution"] == "none_known"


def test_audits_and_kept_plans_are_spread_evenly() -> None:
    assert spread(10, 3) == {4, 7, 10}
    assert spread(3, 10) == {1, 2, 3}
    assert spread(10, 0) == frozenset()


def test_a_plan_that_breaks_a_rule_is_no_start(scenario: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("unit,school\n" + "".join(f"0{i}{j},{'A' if (i + j) % 2 else 'B'}\n" for i in range(3) for j in range(4)))
    with pytest.raises(ScenarioError, match="breaks a rule"):
        ensemble(scenario, start=bad, **SMALL)


@pytest.mark.parametrize(
    ("said", "place"),
    [({"steps": 10, "every": 5}, "--steps"), ({"mix": 2.0}, "--mix"), ({"peer": "other"}, "--with"), ({"plans": ["a.csv"] * 9}, "PLAN_OR_RUN")],
)
def test_what_cannot_be_asked_is_said_with_a_cure(scenario: Path, said: dict, place: str) -> None:
    with pytest.raises(ScenarioError) as told:
        ensemble(scenario, **said)
    (problem,) = told.value.problems
    assert problem.place == place
    assert problem.cure


def test_a_stop_keeps_what_was_sampled(scenario: Path) -> None:
    stop = threading.Event()

    def watch(progress) -> None:
        if progress.phase == "sampling 50 %":
            stop.set()

    stopped = ensemble(scenario, watcher=watch, stop=stop, **SMALL)
    assert stopped.exit_code == 130
    assert "stopped" in stopped.record["doubts"]
    assert not stopped.record["is_counted"]
    assert len(stopped.chains[0].values) == len(stopped.chains[1].values) == 50
    with pytest.raises(KeyboardInterrupt):
        ensemble(scenario, stop=stop, **SMALL)


def test_what_may_not_be_shown_is_not_on_the_page(scenario: Path, tmp_path: Path) -> None:
    path = tmp_path / "hidden.yaml"
    path.write_text(json.dumps({"extends": str(scenario), "report": {"min_cell": 200}}))
    drawn = ensemble(path, **SMALL)
    exact = next(entry for entry in drawn.record["measures"] if entry["key"] == "dissimilarity.poor")["plans"]["today"]["value"]
    book = book_of(drawn)
    rows, hidden = shown_rows(drawn.record, drawn.samples(), book, ENGLISH)
    assert hidden == ["Dissimilarity: poor", "Normalized exposure: poor"]
    assert not [row for row in rows if "poor" in row.key]
    page = ensemble_page(drawn.record, rows, hidden, book, ENGLISH)
    assert f"{exact:.3f}" not in page
    assert ENGLISH.text("ensemble.hidden", measures="; ".join(hidden)) in page


def test_a_rounded_number_has_the_place_of_what_is_written(scenario: Path) -> None:
    """Else the place would tell the digits that were rounded away."""
    drawn = ensemble(scenario, **SMALL)
    rows = {row.key: row for row in shown_rows(drawn.record, drawn.samples(), book_of(drawn), ENGLISH)[0]}
    (mark,) = rows["travel_mean"].marks
    assert isinstance(mark.cell, Rounded)
    values = np.concatenate(drawn.samples()["travel_mean"])
    assert mark.standing.equal == pytest.approx((np.abs(values - mark.cell) <= 0.5 * 10.0**-mark.cell.digits).mean())


def test_the_command_and_its_page(scenario: Path, tmp_path: Path, written: Path) -> None:
    asked = ["ensemble", str(scenario), "--steps", "2000", "--every", "20", "--audits", "5", "--out", str(tmp_path / "out"), "--language", "es"]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.output
    assert "not a random sample of all plans" in said.stdout
    assert "No es una muestra al azar de todos los planes" in (tmp_path / "out" / "ensemble.html").read_text()
    text = (written / "ensemble.html").read_text()
    assert "not a random sample of all plans" in text
    assert "http" not in text.replace("http://www.w3.org", "").replace("http-equiv", "")
    refused = CliRunner().invoke(app, [*asked, "--every", "2000", "--json"])
    assert refused.exit_code == 3
    assert json.loads(refused.stdout)["problems"][0]["place"] == "--steps"


@pytest.mark.slow
def test_gerrychain_beside_ours_keeps_the_rules(scenario: Path) -> None:
    pytest.importorskip("gerrychain", reason="GerryChain is not installed")
    drawn = ensemble(scenario, peer="gerrychain", peer_steps=200, **SMALL)
    theirs = drawn.record["chains"][-1]
    assert theirs["engine"] == "gerrychain"
    assert theirs["audited"] == 10
    assert not theirs["rejected"]
    assert drawn.exit_code == 0
    assert all(entry["gerrychain"]["samples"]["count"] == 100 for entry in drawn.record["measures"])
