"""The command `model`: a question as a mixed-integer program, a solver's solution of it read back, and a plan as a solver's start."""

from __future__ import annotations

import threading
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rezoning.cli.guard import guarded, interruptible
from rezoning.cli.options import Json
from rezoning.cli.result import put_json, stream
from rezoning.errors import OutputError, Problem

if TYPE_CHECKING:
    from rezoning.commands.modeling.writing import WrittenModel


class To(StrEnum):
    """Formats."""

    MPS = "mps"
    LP = "lp"


class Form(StrEnum):
    """Forms."""

    FLOW = "flow"
    RELAXATION = "relaxation"


class Solver(StrEnum):
    """Whose format a start has."""

    HIGHS = "highs"
    CBC = "cbc"
    SCIP = "scip"


def model(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file (YAML).")],
    *,
    to: Annotated[To | None, typer.Option("--to", help="Format, where --out does not say: mps when left out.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Ends in .mps.gz, .mps, .lp.gz or .lp; with --check the plan.csv, with --start the start."),
    ] = None,
    goal: Annotated[int | None, typer.Option("--goal", metavar="N", help="Which goal, the first when left out; weighted goals are one sum.")] = None,
    form: Annotated[
        Form | None, typer.Option("--form", help="flow: complete (the default). relaxation: smaller, contiguity by valid rows alone.")
    ] = None,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="RUN", help="A run of this scenario: holds goals before N; cuts for a relaxation.")
    ] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", min=0, help="How long a relaxation's cuts are looked for; 60 when left out.")] = None,
    check: Annotated[Path | None, typer.Option("--check", metavar="SOLUTION", help="Read a solver's solution back: audit, measure, compare.")] = None,
    start: Annotated[
        Path | None, typer.Option("--start", metavar="PLAN", help="Write a plan file, or a run's plan, as a start for a solver.")
    ] = None,
    of: Annotated[
        Path | None, typer.Option("--model", metavar="SIDECAR", help="For --check and --start: the .mps.json or .lp.json beside the model.")
    ] = None,
    solver: Annotated[Solver | None, typer.Option("--solver", help="For --start: whose format; highs when left out.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Wins over the file. May be repeated.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write a scenario as a mixed-integer program that any solver reads (.mps.gz, .mps, .lp).

    Its comment, the screen and the .json beside it say what it minimizes, what of the question is not in it, and what its columns are.
    --check reads a solver's solution back, --start writes a plan as a start; both want --model.

    Exit codes: 0 done, 3 bad scenario, data, solution or start, or a question that flow cannot say whole, 4 no plan exists under the rules,
    7 the plan in the solution breaks a rule or is worse than its solver claims.
    """
    mine: dict[str, Any] = {"overrides": settings or [], "replace": replace}
    writing = {"--to": to, "--goal": goal, "--form": form, "--run": run, "--seconds": seconds}

    def work() -> int:
        _check_options(check, start, of, solver, writing)
        if check is not None:
            return _check(scenario, check, of or Path(), out, mine, as_json)
        if start is not None:
            return _start(scenario, start, of or Path(), out, {**mine, "solver": (solver or Solver.HIGHS).value}, as_json)
        said = {
            "to": to and to.value,
            "form": (form or Form.FLOW).value,
            "goal": goal,
            "run": run,
            **({} if seconds is None else {"seconds": seconds}),
        }
        return _write(scenario, out, {**mine, **said}, as_json)

    guarded(work, as_json)


def _check_options(check: Path | None, start: Path | None, of: Path | None, solver: Solver | None, writing: dict[str, Any]) -> None:
    """Options that go together, or do not."""
    asked = "--check" if check is not None else "--start" if start is not None else ""
    if check is not None and start is not None:
        raise OutputError(Problem("--start", "and --check are two things to do.", "Give one of them."))
    if asked and of is None:
        raise OutputError(Problem(asked, "needs to know what the model's columns are.", "Add --model with the .json beside the model."))
    if not asked and of is not None:
        raise OutputError(
            Problem("--model", "is for --check and --start.", "Add one of them, or leave --model out; --out says where a model is written.")
        )
    if start is None and solver is not None:
        raise OutputError(Problem("--solver", "is for --start.", "Leave it out: every solver reads the same model."))
    told = [name for name, value in writing.items() if value is not None]
    if asked and told:
        raise OutputError(Problem(told[0], f"is for writing a model; with {asked} the .json beside the model says it.", "Leave it out."))


def _write(scenario: Path, out: Path | None, how: dict[str, Any], as_json: bool) -> int:
    from rezoning.commands.modeling.writing import write_model
    from rezoning.report.modeling import model_screen
    from rezoning.report.screen import screen

    def work(stop: threading.Event) -> WrittenModel:
        return write_model(scenario, out, stop=stop, **how)

    written = interruptible(work, lambda: None)
    document = written.sidecar.model_dump(mode="json")
    if as_json:
        put_json({**document, "path": str(written.path), "sidecar": str(written.sidecar_path)})
    else:
        model_screen(screen(stream()), document, written.travel_unit, written.path, written.sidecar_path)
    return 0


def _check(scenario: Path, solution: Path, of: Path, out: Path | None, how: dict[str, Any], as_json: bool) -> int:
    from rezoning.commands.modeling.checking import check_solution
    from rezoning.commands.run import read_scenario
    from rezoning.report.modeling import solution_part
    from rezoning.report.screen import screen
    from rezoning.report.terminal import evaluation_page

    record = check_solution(scenario, solution, of, out, **how)
    if as_json:
        put_json(record)
    else:
        page = screen(stream())
        evaluation_page(page, read_scenario(scenario, how["overrides"]), record, None)
        solution_part(page, record, out)
    return int(record["exit_code"])


def _start(scenario: Path, plan: Path, of: Path, out: Path | None, how: dict[str, Any], as_json: bool) -> int:
    from rezoning.commands.modeling.checking import write_start
    from rezoning.report.modeling import start_screen
    from rezoning.report.screen import screen

    def work(stop: threading.Event) -> dict[str, Any]:
        return write_start(scenario, plan, of, out, stop=stop, **how)

    found = interruptible(work, lambda: None)
    if as_json:
        put_json(found)
    else:
        start_screen(screen(stream()), found["name"], found)
    return 0
