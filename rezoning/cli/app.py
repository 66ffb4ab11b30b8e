"""The commands: parse, call, print, exit code."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rezoning.cli.bench import bench
from rezoning.cli.diagnose import diagnose_command
from rezoning.cli.ensemble import ensemble_command
from rezoning.cli.explain import explain_command
from rezoning.cli.frontier import frontier
from rezoning.cli.guard import guarded, interruptible, say
from rezoning.cli.model import model
from rezoning.cli.new import new
from rezoning.cli.options import Json, Replace, reads_plans
from rezoning.cli.pack import pack
from rezoning.cli.publish import export, figures, finder, report
from rezoning.cli.replay import replay
from rezoning.cli.result import StdoutError, put, put_json, stream
from rezoning.cli.robustness import robustness
from rezoning.cli.sweep import sweep
from rezoning.cli.travel import travel
from rezoning.cli.usage import Commands
from rezoning.cli.verify import verify
from rezoning.district.plans.how import PlanReading
from rezoning.errors import Problem

if TYPE_CHECKING:
    from rezoning.runs.question import RunOutcome

app = typer.Typer(
    name="rezoning",
    cls=Commands,
    help="Redraw school attendance zones: a scenario file asks, an audited plan with a proven bound answers.",
    no_args_is_help=True,
    add_completion=False,  # installing completion is slow to load and writes into the user's shell files
    rich_markup_mode=None,  # plain help, in half the time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file (YAML).")]
Settings = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Wins over the file: solve.time_limit=60. May be repeated.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Directory for the results; written whole or not at all.")]


def _version(wanted: bool) -> None:
    if wanted:
        from rezoning import __version__

        typer.echo(f"rezoning {__version__}")
        raise typer.Exit


@app.callback()
def _root(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False) -> None:
    pass


@app.command()
def run(
    scenario: ScenarioFile,
    out: Out = None,
    settings: Settings = None,
    replace: Replace = False,
    as_json: Json = False,
    is_quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are; no progress, no summary.")] = False,
) -> None:
    """Solve a scenario, audit and measure the plan, write it all.

    Reads, checks, solves, audits, measures, and writes the run directory: runs/<name>-<hash>/ unless --out.

    Exit codes: 0 done, 3 bad scenario or data, 4 no plan exists under the rules, 5 limit reached without a plan,
    7 the audit rejected the plan, 130 interrupted (the best plan so far is kept).
    """
    guarded(lambda: _run(scenario, out, settings or [], replace, as_json=as_json, is_quiet=is_quiet), as_json, is_quiet=is_quiet)


def _run(scenario: Path, out: Path | None, settings: list[str], replace: bool, *, as_json: bool, is_quiet: bool) -> int:
    from rezoning.cli.progress import board
    from rezoning.commands.run import run
    from rezoning.runs.names import shown_path

    def work(stop: threading.Event) -> RunOutcome:
        return run(scenario, out, overrides=settings, replace=replace, watcher=shown, stop=stop)

    with board(is_quiet) as shown:
        outcome = interruptible(work, shown.tick)
    try:
        _report(outcome, as_json, is_quiet)
    except StdoutError as error:
        raise StdoutError([*error.problems, Problem(shown_path(outcome.directory), "the results themselves are here.")]) from None
    return outcome.exit_code


def _report(outcome: RunOutcome, as_json: bool, is_quiet: bool) -> None:
    from rezoning.report.screen import screen
    from rezoning.report.terminal import run_page
    from rezoning.runs.names import shown_path

    if as_json:
        put_json({**outcome.record, "directory": str(outcome.directory)})
    elif is_quiet:
        put(f"{shown_path(outcome.directory)}\n")
    else:
        schools = {name: one.measures.schools for name, one in outcome.levels.items() if one.measures is not None}
        measured = (outcome.measures.metrics, schools or outcome.measures.schools) if outcome.measures else None
        why = None if outcome.explanation is None else outcome.explanation.to_record()
        run_page(screen(stream()), outcome.question.scenario, outcome.record, measured, outcome.directory, why)
    if outcome.exit_code not in (0, 130):
        _say_why(outcome, is_on_page=not as_json and not is_quiet)


def _say_why(outcome: RunOutcome, is_on_page: bool) -> None:
    """Why there is no plan to use, on stderr; the details only where no page has them."""
    from rezoning.report.language import ENGLISH
    from rezoning.report.outcome import outcome_words

    if outcome.audit is not None and not outcome.audit.passed:
        names = [f"plan.{name}.rejected.csv" for name in outcome.levels] or ["plan.rejected.csv"]
        say(f"The audit rejected the plan; it is kept as {', '.join(names)}.")
        details = [violation.message for violation in outcome.audit.violations[:20]]
    else:
        say(outcome_words(outcome.record, outcome.question.scenario, ENGLISH))
        details = [str(problem) for problem in outcome.question.problems]
        details += [] if outcome.explanation is None else outcome.explanation.words[1:]
    for line in [] if is_on_page else details:
        say(f"  {line}")


@app.command()
def validate(scenario: ScenarioFile, settings: Settings = None, as_json: Json = False) -> None:
    """Check scenario and data, list every problem, solve nothing.

    Also says what today's zones already violate. The exit codes are those of run.
    """
    guarded(lambda: _validate(scenario, settings or [], as_json), as_json)


def _validate(path: Path, settings: list[str], as_json: bool) -> int:
    from rezoning.commands.evaluation import validate, validation_record
    from rezoning.report.screen import screen
    from rezoning.report.terminal import validation_page

    question = validate(path, overrides=settings)
    record = validation_record(question)
    if as_json:
        put_json(record)
    else:
        validation_page(screen(stream()), question.scenario, record)
    for problem in record["problems"]:
        say(" ".join(part for part in (f"{problem['place']}:", problem["message"], problem["cure"]) if part))
    return int(record["exit_code"])


@app.command()
def show(scenario: ScenarioFile, settings: Settings = None, as_json: Json = False) -> None:
    """Print the resolved scenario, every default filled in."""
    guarded(lambda: _show(scenario, settings or [], as_json), as_json)


def _show(path: Path, settings: list[str], as_json: bool) -> int:
    from rezoning.scenario.load import load_scenario
    from rezoning.scenario.resolve import resolved, resolved_keys

    scenario = load_scenario(path, settings)
    if as_json:
        put_json(resolved_keys(scenario))
    else:
        put(resolved(scenario))
    return 0


@app.command()
@reads_plans
def evaluate(
    scenario: ScenarioFile,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan file of any kind, or a run directory.")],
    *,
    how: PlanReading,
    out: Out = None,
    settings: Settings = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Audit and measure any plan file, beside today's zones.

    Exits 0 when the plan obeys every rule and 7 when it does not.
    """
    guarded(lambda: _evaluate(scenario, plan, how=how, out=out, settings=settings or [], replace=replace, as_json=as_json), as_json)


def _evaluate(path: Path, plan: Path, *, how: PlanReading, out: Path | None, settings: list[str], replace: bool, as_json: bool) -> int:
    from rezoning.commands.evaluation import evaluate, evaluation_record
    from rezoning.report.screen import screen
    from rezoning.report.terminal import evaluation_page

    found = evaluate(path, plan, out, how=how, overrides=settings, replace=replace)
    record = evaluation_record(found.scenario, found.district, found)
    if as_json:
        put_json(record)
    else:
        evaluation_page(screen(stream()), found.scenario, record, out)
    return int(record["exit_code"])


@app.command()
@reads_plans
def compare(
    scenario: ScenarioFile,
    plans: Annotated[list[Path], typer.Argument(metavar="PLAN_OR_RUN...", help="Plan files or run directories.")],
    *,
    how: PlanReading,
    out: Out = None,
    settings: Settings = None,
    replace: Replace = False,
    shows_all: Annotated[bool, typer.Option("--all", help="Every measure, not only the dozen that people ask for first.")] = False,
    as_json: Json = False,
) -> None:
    """Put plans side by side in one table, today's zones first: goals, who moves, trips, seats, groups.

    With --all every measure; compare.json (--json, --out) has them always.
    """

    def work() -> int:
        return _compare(scenario, plans, how=how, out=out, settings=settings or [], replace=replace, shows_all=shows_all, as_json=as_json)

    guarded(work, as_json)


def _compare(
    path: Path, plans: list[Path], *, how: PlanReading, out: Path | None, settings: list[str], replace: bool, shows_all: bool, as_json: bool
) -> int:
    from rezoning.commands.comparing import compare
    from rezoning.report.plans_table import comparison_page
    from rezoning.report.screen import screen

    found = compare(path, plans, out, how=how, overrides=settings, replace=replace)
    if out is not None:
        public = "hide numbers of few students" if found.refused is None else f"are not written ({found.refused})"
        say(f"compare.html, compare.xlsx and changes.csv {public}; compare.json and compare.csv hold all, not for publication.")
    if as_json:
        put_json(found.document)
    else:
        comparison_page(screen(stream()), found.scenario, found.document, found.options, out, shows_all=shows_all)
    return 0


@app.command()
def schema(of_sweeps: Annotated[bool, typer.Option("--sweep", help="That of sweep files instead.")] = False) -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check them."""
    guarded(lambda: _schema(of_sweeps), as_json=True)


def _schema(of_sweeps: bool) -> int:
    from rezoning.scenario.json_schema import json_schema, sweep_schema

    put_json(sweep_schema() if of_sweeps else json_schema())
    return 0


app.command("explain")(explain_command)
app.command("ensemble")(ensemble_command)
app.command("diagnose")(diagnose_command)
app.add_typer(travel, name="travel")
for command in (
    new, frontier, sweep, bench, model, report, finder, export, figures, pack, verify, replay, robustness,
):  # fmt: skip
    app.command()(command)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Show versions, and the solvers found with what each can do."""
    guarded(lambda: _doctor(as_json), as_json)


def _doctor(as_json: bool) -> int:
    from rezoning.commands.doctor import examine
    from rezoning.report.screen import screen
    from rezoning.report.terminal import doctor_page

    record: dict[str, Any] = examine()
    if as_json:
        put_json(record)
    else:
        doctor_page(screen(stream()), record)
    return int(record["exit_code"])
