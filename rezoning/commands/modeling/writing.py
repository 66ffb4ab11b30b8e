"""From a scenario to a model: the program as .mps or .lp, and its sidecar; both or neither."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rezoning.commands.modeling.question import Asked, asked
from rezoning.commands.modeling.sidecar import MODELS, Objective, Sidecar, Size, sidecar_of
from rezoning.commands.run import read_district, read_scenario
from rezoning.commands.run_files import input_hash
from rezoning.errors import DataError, OutputError, Problem, ScenarioError
from rezoning.optimize.asking import Form, write_program
from rezoning.report.modeling import header
from rezoning.runs.directory import check_new_file, json_text, name_in, whole_file
from rezoning.scenario.levels import check_one_level
from rezoning.scenario.schema import Scenario

if TYPE_CHECKING:
    from rezoning.formulation.formulation import Formulation

CUT_SECONDS = 60.0
MARK = {".mps": "*", ".lp": "\\"}  # what a comment begins with
SECTIONS = {b"bin": b"binaries\n", b"gen": b"generals\n", b"semi": b"semi-continuous\n"}
To = Literal["mps", "lp"]


@dataclass(frozen=True, eq=False)
class WrittenModel:
    """A model on disk.

    Parameters
    ----------
    path, sidecar_path
        The program, and what says how to read it.
    sidecar
        What it says.
    travel_unit
        Of the district, for goals in words.
    """

    path: Path
    sidecar_path: Path
    sidecar: Sidecar
    travel_unit: str

    def __repr__(self) -> str:
        size, one = self.sidecar.size, self.sidecar
        kind = "complete" if one.is_complete else "not complete"
        return f"<WrittenModel {self.path.name}: {one.form}, {kind}, {size.columns:,} columns, {size.rows:,} rows>"


def write_model(
    scenario: Scenario | str | Path,
    out: str | Path | None = None,
    *,
    to: To | None = None,
    form: Form = "flow",
    goal: int | None = None,
    run: str | Path | None = None,
    seconds: float = CUT_SECONDS,
    overrides: Sequence[str] = (),
    replace: bool = False,
    stop: threading.Event | None = None,
) -> WrittenModel:
    """Write a scenario as a mixed-integer program that any solver reads, and beside it what its columns mean.

    Parameters
    ----------
    scenario
        A scenario, or the path of its file.
    out
        The file: .mps.gz, .mps, .lp.gz or .lp; ``<name>.mps.gz`` in the working directory when left out. Its sidecar stands beside it,
        ``<name>.mps.json``.
    to
        ``mps`` or ``lp``, where `out` does not say.
    form
        ``flow``: complete, every rule in it, contiguity as a flow of one commodity per school. ``relaxation``: contiguity by valid rows alone and,
        where a run is given, by the cuts of the rounds that a run begins with, which are found again.
    goal
        Number of the goal, from 1; the first when left out. Goals with weights form one sum, and take none.
    run
        The directory of a run of this scenario: what the goals before came to, and that cuts are wanted.
    seconds
        How long cuts are looked for.
    overrides
        ``key=value`` settings that win over the file, for a path.
    replace
        Whether another scenario's file may be replaced.
    stop
        When set, it ends with KeyboardInterrupt, and nothing is written.

    Raises
    ------
    ScenarioError, DataError
        Scenario or data are bad; the run is of another question; or ``flow`` was asked for and the program cannot say all of the question.
    Infeasible
        Arithmetic shows that the rules leave no plan.
    OutputError
        The files cannot be written, or would replace what is another's.
    """
    asking = read_scenario(scenario, overrides)
    check_one_level(asking, "rezoning model")
    path, ending = _place(asking, out, to)
    _check(path, asking.name, replace)
    district = read_district(asking)
    question = asked(asking, district, goal, None if run is None else Path(run))
    has_cuts = form == "relaxation" and run is not None
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / f"program{ending}"
        facts = write_program(question.order(form, seconds if has_cuts else None), plain, stop or threading.Event())
        _check_complete(form, facts["missing"])
        sidecar = _sidecar(question, form, path, facts)
        if stop is not None and stop.is_set():
            raise KeyboardInterrupt
        top = header(sidecar.model_dump(mode="json"), district.travel_unit, sidecar_of(path).name)
        sidecar = _written(path, sidecar, plain, "".join(f"{MARK[ending]} {line}\n" for line in top))
    return WrittenModel(path, sidecar_of(path), sidecar, district.travel_unit)


def _place(scenario: Scenario, out: str | Path | None, to: To | None) -> tuple[Path, str]:
    """The file, and the ending that says what it holds."""
    if out is None:
        out = f"{scenario.name}.lp" if to == "lp" else f"{scenario.name}.mps.gz"
    path = Path(out)
    if not path.name.lower().endswith(MODELS):
        raise OutputError(
            Problem(str(path), "does not end like a model.", f"Give --out a name that ends in {', '.join(MODELS[:-1])} or {MODELS[-1]}.")
        )
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    if to is not None and ending != f".{to}":
        raise OutputError(Problem("--to", f"says {to}, and --out ends in {ending}.", "Leave one of them out."))
    return path, ending


def _check(path: Path, name: str, replace: bool) -> None:
    """Both places can be written, and hold nothing that is another's."""
    beside = sidecar_of(path)
    is_ours = False
    if beside.is_file():
        try:
            is_ours = name_in(beside) == name
        except (OSError, ValueError):
            is_ours = False
    for place in (path, beside):
        check_new_file(place, may_replace=replace or is_ours)


def _check_complete(form: Form, missing: list[dict[str, str]]) -> None:
    if form == "flow" and missing:
        what = ", ".join(dict.fromkeys(one["what"] for one in missing))
        message = f"rows of a mixed-integer program cannot say all of this question, so that no complete form of it exists: {what}."
        cure = "Give --form relaxation, which says what it leaves out, or leave these goals and rules out."
        raise ScenarioError(Problem("--form flow", message, cure))


def _sidecar(question: Asked, form: Form, path: Path, facts: dict[str, Any]) -> Sidecar:
    from rezoning.runs.record import goal_entry, versions

    scenario, district = question.scenario, question.district
    columns, ground = _columns(question, facts)
    return Sidecar(
        name=scenario.name, input_hash=input_hash(scenario, district), version=str(versions()["rezoning"]), file=path.name, sha256="", form=form,
        is_complete=not facts["missing"], is_restricted=question.problem.is_restricted, missing=tuple(facts["missing"]), goal=question.goal,
        goals=tuple(goal_entry(one) for one in scenario.goals), objective=Objective(scale=facts["scale"], constant=facts["constant"]),
        held=question.held, run=question.run,
        size=Size(columns=facts["columns"], rows=facts["rows"], kinds=facts["kinds"], cuts=facts["cuts"]),
        columns=columns, ground=ground, **_nodes(question.problem, district.unit_ids, district.school_ids, facts["nodes"]),
    )  # fmt: skip


def _columns(question: Asked, facts: dict[str, Any]) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Unit and school of each column: of the units' main ground, and of further ground."""
    pairs, units, schools = question.problem.pairs, question.district.unit_ids, question.district.school_ids
    free = np.flatnonzero(~pairs.is_fixed)
    is_main = np.isin(pairs.node[free], pairs.node_of_unit)
    named = [(units[facts["nodes"][v]], schools[s]) for v, s in zip(pairs.node[free].tolist(), pairs.school[free].tolist(), strict=True)]
    both = list(zip(facts["pairs"], named, is_main.tolist(), strict=True))
    return {name: one for name, one, is_main in both if is_main}, {name: one for name, one, is_main in both if not is_main}


def _nodes(problem: Formulation, unit_ids: Sequence[str], school_ids: Sequence[str], first: list[int]) -> dict[str, Any]:
    """Units that have one column, and the schools of units that have no choice."""
    pairs = problem.pairs
    members: dict[int, list[str]] = {}
    fixed: dict[str, str] = {}
    for unit, v in zip(unit_ids, pairs.node_of_unit.tolist(), strict=True):
        if pairs.choices[v] == 1:
            fixed[unit] = school_ids[pairs.school[pairs.first[v]]]
        else:
            members.setdefault(v, []).append(unit)
    return {"together": {unit_ids[first[v]]: tuple(units) for v, units in members.items() if len(units) > 1}, "fixed": fixed}


def _written(path: Path, sidecar: Sidecar, plain: Path, top: str) -> Sidecar:
    """Header and program, then what they are: the sidecar has the hash of the model, so that one without the other is seen."""
    beside = sidecar_of(path)
    with whole_file(path) as model, whole_file(beside) as said:
        is_packed = path.name.lower().endswith(".gz")
        with plain.open("rb") as body, model.open("wb") as raw:
            target = gzip.GzipFile("", "wb", 6, raw, mtime=0) if is_packed else raw
            target.write(top.encode("ascii", "replace"))
            target.writelines(_for_every_reader(body) if plain.suffix == ".lp" else iter(lambda: body.read(1 << 20), b""))
            if is_packed:
                target.close()
        digest = hashlib.sha256()
        with model.open("rb") as stream:
            while part := stream.read(1 << 20):
                digest.update(part)
        sidecar = sidecar.model_copy(update={"sha256": digest.hexdigest()})
        said.write_text(json_text(sidecar.model_dump(mode="json")), encoding="utf-8")
    return sidecar


def _for_every_reader(lines: Iterable[bytes]) -> Iterator[bytes]:
    """An .lp whose sections of whole columns have names that every reader knows: CBC takes HiGHS's for columns, and all columns for fractional."""
    waiting = b""  # the name of a section that may have no line
    for line in lines:
        name = line.strip()
        if name in SECTIONS:
            waiting = SECTIONS[name]
            continue
        yield from ([waiting] if waiting and name != b"end" else [])
        waiting = b""
        yield line


def check_model_file(sidecar: Sidecar, place: Path) -> None:
    """Refuse a sidecar whose model, where it still stands beside it, is another.

    Raises
    ------
    DataError
        The model's bytes differ.
    """
    model = place.with_name(sidecar.file)
    if model.is_file() and hashlib.sha256(model.read_bytes()).hexdigest() != sidecar.sha256:
        raise DataError(Problem(str(model), "is not the file that its .json was written for.", "Write the model again."))
