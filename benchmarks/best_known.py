"""What is known of each instance: the best plan's value, the best bound, and who found the plan. `best_known.csv` holds it; nothing gets in unproven.

    python benchmarks/best_known.py check INSTANCE PLAN --who NAME       # a plan file of any kind, or a run
    python benchmarks/best_known.py raise-bound INSTANCE RUN --who NAME  # a run directory
    python benchmarks/best_known.py show

INSTANCE is a name in `instances.py`, or a scenario file. The question is the scenario's first goal alone, or the weighted sum. A plan is read,
audited and measured again; it must obey every rule and be better than what stands there. A bound comes from run.json alone: of the same rules, goal
and data by their hashes, with the plan that the run wrote and no plan below it. Where a plan is below a bound one of them is wrong, and neither is
written.

Exit codes: 0 written, 2 the file cannot be written, 3 not better or not to be read, 7 the plan breaks a rule.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

import rezoning
from rezoning.commands.evaluation import evaluate_plan
from rezoning.commands.run import read_district, read_scenario
from rezoning.commands.run_files import input_hash
from rezoning.district.plans.how import PLAINLY
from rezoning.errors import DataError, OutputError, Problem, RezoningError, shown
from rezoning.runs.directory import whole_file
from rezoning.runs.directory.scratch import locked
from rezoning.runs.judge import is_run
from rezoning.runs.option import Option
from rezoning.runs.run_record import read_run_record
from rezoning.scenario.load import load_scenario
from rezoning.scenario.resolve import question_key
from rezoning.scenario.schema import Scenario

FILE = Path(__file__).with_name("best_known.csv")
NEARLY = 1e-9  # of max(1, |value|): values that differ by less are the same
PATIENCE = 60.0  # seconds to wait for another who writes
REJECTED = 7


class Refused(DataError):  # noqa: N818 (a finding)
    """A claim that is not better, or contradicts what is known."""

    title = "refused"


class Rejected(DataError):  # noqa: N818 (a finding)
    """A claimed plan that is none."""

    exit_code = REJECTED
    title = "the plan breaks a rule"


@dataclass(frozen=True)
class Known:
    """A row of the file.

    Parameters
    ----------
    instance
        Name, or the scenario's where it is none of the library.
    hash
        Of the question: rules, the goal, and what the data files hold.
    goal
        As ``dissimilarity[poverty]``, or ``weighted``.
    value, bound
        In natural value; None where none is known.
    who, version
        Who found the plan, with which version of this program it was checked.
    bound_by, bound_version
        Likewise for the bound: who, and the version that proved it.
    """

    instance: str
    hash: str
    goal: str
    value: float | None
    bound: float | None
    who: str
    version: str
    bound_by: str = ""
    bound_version: str = ""


def read(path: Path = FILE) -> dict[str, Known]:
    """The rows by the hash of their question; none where there is no file.

    Raises
    ------
    DataError
        It cannot be read.
    """
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found = [Known(**{**row, "value": _number(row["value"]), "bound": _number(row["bound"])}) for row in rows]  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(Problem(str(path), f"is not as it was written ({error}).", "Take it back from the repository.")) from None
    return {one.hash: one for one in found}


def known(scenario: Path, path: Path = FILE) -> Known | None:
    """What is known of a scenario file's question."""
    asked = read_scenario(scenario)
    return read(path).get(question_hash(asked, read_district(asked)))


def question_hash(scenario: Scenario, district: rezoning.District) -> str:
    """The question of the first goal alone, or of the weighted sum: rules, goal, and the hash of every data file; 16 hexadecimal digits."""
    goals = scenario.goals if scenario.goals[0].weight is not None else (scenario.goals[0].model_copy(update={"give_up": 0.0}),)
    files = sorted(f"{Path(file.path).name} {file.sha256}" for file in district.inputs)
    return hashlib.sha256("\n".join([question_key(scenario.model_copy(update={"goals": goals})), *files]).encode()).hexdigest()[:16]


def check(instance: str | Path, plan: Path, who: str, path: Path = FILE, folder: Path | None = None) -> Known:
    """Audit a claimed plan, measure it, and write it down where it is better.

    Parameters
    ----------
    instance
        A name of the library, or a scenario file.
    plan
        A plan file of any kind, or a run directory.
    who
        Finder, as it is to stand there.
    path
        The file.
    folder
        Where instances of the library are built; a temporary one when left out.

    Raises
    ------
    Rejected
        It breaks a rule.
    Refused
        It is not better, or below the bound.
    """
    with _scenario(instance, folder) as (name, scenario, district):
        option = evaluate_plan(scenario, district, plan, PLAINLY)
        if not option.audit.passed:
            raise Rejected([Problem(str(plan), violation.message) for violation in option.audit.violations])
        value = _value(scenario, [goal["value"] for goal in option.goals])
        key, goal = question_hash(scenario, district), _goal(scenario)
    with _writing(path) as rows:
        before = rows.get(key) or Known(name, key, goal, None, None, "", "")
        if before.value is not None and value >= before.value - _near(before.value):
            raise Refused(Problem(str(plan), f"has {value!r}, which is not below {before.value!r} of {before.who}.", "Give a better plan."))
        if before.bound is not None and value < before.bound - _near(before.bound):
            cure = "One of them is wrong: find out which before either stands here."
            raise Refused(Problem(str(plan), f"has {value!r}, which is below {before.bound!r}, a bound that {before.bound_by} proved.", cure))
        rows[key] = replace(before, value=value, who=who, version=rezoning.__version__)
    return rows[key]


def raise_bound(instance: str | Path, run: Path, who: str, path: Path = FILE, folder: Path | None = None) -> Known:
    """Write down the bound that a run proved, where it is higher.

    Raises
    ------
    Refused
        The record proves none for this question, it is not higher, or a plan is below it.
    """
    with _scenario(instance, folder) as (name, scenario, district):
        key, goal = question_hash(scenario, district), _goal(scenario)
    record, bound = _proven(run, key)
    with _writing(path) as rows:
        before = rows.get(key) or Known(name, key, goal, None, None, "", "")
        if before.bound is not None and bound <= before.bound + _near(before.bound):
            raise Refused(
                Problem(str(run), f"proves {bound!r}, which is not above {before.bound!r} of {before.bound_by}.", "Give a run that proves more.")
            )
        if before.value is not None and bound > before.value + _near(before.value):
            cure = "One of them is wrong: find out which before either stands here."
            raise Refused(Problem(str(run), f"says {bound!r}, and {before.who} has a plan of {before.value!r}.", cure))
        rows[key] = replace(before, bound=bound, bound_by=who, bound_version=str(record["versions"].get("rezoning")))
    return rows[key]


def _proven(run: Path, key: str) -> tuple[dict[str, Any], float]:
    """The record of a run of a question, and the bound that it proves."""
    cure = "Give the directory of a run of this very question, as rezoning run has written it."
    if not is_run(run):
        raise Refused(Problem(str(run), "is no run directory.", cure))
    record, asked = read_run_record(run), load_scenario(run / "scenario.yaml")
    district = read_district(asked)
    if question_hash(asked, district) != key:
        raise Refused(Problem(str(run), "was asked another question, or its data have changed.", cure))
    if record.get("input_hash", input_hash(asked, district)) != input_hash(asked, district):
        raise Refused(Problem(f"{run}/run.json, input_hash", "is not that of its scenario and data.", cure))
    found = record["objective"] if asked.goals[0].weight is not None else record["goals"][0]
    bound = found and found["bound"]
    if bound is None or record.get("exit_code") != 0:
        raise Refused(Problem(str(run), "proves no bound, or did not end well.", cure))
    option: Option = evaluate_plan(asked, district, run)
    value = _value(asked, [goal["value"] for goal in option.goals])
    if not option.is_run or option.changed or not option.audit.passed or bound > value + _near(value):
        why = shown(option.changed) or "its plan breaks a rule, or is below its bound"
        raise Refused(Problem(str(run), f"contradicts itself: {why}.", cure))
    return record, float(bound)


@contextmanager
def _scenario(instance: str | Path, folder: Path | None) -> Iterator[tuple[str, Scenario, rezoning.District]]:
    """Name, scenario and district of an instance, while its files are there."""
    with tempfile.TemporaryDirectory() as scratch:
        path, name = Path(instance), ""
        if path.suffix.lower() not in (".yaml", ".yml"):
            import instances

            if str(instance) not in instances.REGISTRY:
                raise Refused(Problem(str(instance), "is no instance.", "Give a name that benchmarks/instances.py lists, or a scenario file."))
            name, path = str(instance), instances.build(str(instance), folder or Path(scratch))
        scenario = read_scenario(path)
        yield name or scenario.name, scenario, read_district(scenario)


@contextmanager
def _writing(path: Path) -> Iterator[dict[str, Known]]:
    """The rows, to be changed by one at a time and written whole when the block ends well."""
    lock, ends = None, time.monotonic() + PATIENCE
    beside = path.with_name(f".{path.name}.lock")
    try:
        while (lock := locked(beside)) is None:
            if time.monotonic() > ends:
                raise OutputError(Problem(str(path), "is being written by another process.", "Try again when it has ended."))
            time.sleep(0.1)
        rows = read(path)
        yield rows
        with whole_file(path) as partial, partial.open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream, lineterminator="\n")
            table.writerow([field.name for field in fields(Known)])
            table.writerows(
                ["" if cell is None else cell for cell in astuple(one)] for one in sorted(rows.values(), key=lambda one: (one.instance, one.hash))
            )
    except OSError as error:
        raise OutputError(Problem(str(path), f"cannot be written ({error.strerror or error}).", "Give --file a place that you may write.")) from None
    finally:
        if lock is not None:
            beside.unlink(missing_ok=True)
            os.close(lock)


def _number(text: str) -> float | None:
    return float(text) if text else None


def _near(value: float) -> float:
    return NEARLY * max(1.0, abs(value))


def _value(scenario: Scenario, values: Sequence[float]) -> float:
    if scenario.goals[0].weight is None:
        return float(values[0])
    return float(sum((goal.weight or 0.0) * value for goal, value in zip(scenario.goals, values, strict=True)))


def _goal(scenario: Scenario) -> str:
    first = scenario.goals[0]
    return "weighted" if first.weight is not None else f"{first.minimize}[{first.group}]" if first.group else str(first.minimize)


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, default=FILE, help="best_known.csv when left out")
    kinds = parser.add_subparsers(dest="what", required=True)
    for what, claim in (("check", "plan"), ("raise-bound", "run")):
        one = kinds.add_parser(what)
        one.add_argument("instance", help="name of an instance, or a scenario file")
        one.add_argument("claim", type=Path, metavar=claim.upper())
        one.add_argument("--who", required=True)
        one.add_argument("--folder", type=Path, help="where instances are built; a temporary one when left out")
    kinds.add_parser("show")
    said = parser.parse_args(arguments)
    try:
        if said.what == "show":
            for row in read(said.file).values():
                print(*("-" if cell in (None, "") else cell for cell in astuple(row)), sep="\t")
            return 0
        work = check if said.what == "check" else raise_bound
        found = work(said.instance, said.claim, said.who, said.file, said.folder)
        print(f"{found.instance} ({found.goal}): value {found.value} by {found.who or '-'}, bound {found.bound} by {found.bound_by or '-'}")
    except RezoningError as error:
        print(f"{error.title}:", *error.problems, sep="\n  ", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
