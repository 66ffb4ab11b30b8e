"""The directory of a frontier: each answer is kept as soon as it is known, so that a run which was stopped goes on where it ended."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.errors import Problem, RezoningError
from rezoning.plan_files import read_plan, write_plan
from rezoning.run_directory import OutputError, check_place, json_text

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.plan import Plan

FRONTIER = "question.json"  # what tells that a directory is a frontier's, and of which question


@dataclass(frozen=True, eq=False)
class Answer:
    """One solve, audited and measured.

    Parameters
    ----------
    name
        ``end-dissimilarity`` for a goal alone, ``3`` for a point of the grid.
    ceilings
        Largest value of each goal in the question; infinite where it was free.
    plan, values
        The plan and the goals' values by the second witness; None without a plan.
    bounds
        A lower bound of each goal, as `optimize.frontier.solve_below` has it; None where none was computed.
    status
        In the contract's words; ``rejected`` when the audit found a broken rule.
    seconds
        Wall clock.
    violations
        What the audit said.
    """

    name: str
    ceilings: tuple[float, ...]
    plan: Plan | None
    values: tuple[float, ...] | None
    bounds: tuple[float | None, ...]
    status: str
    seconds: float
    violations: tuple[dict[str, Any], ...] = field(default=())

    @property
    def is_rejected(self) -> bool:
        """Whether the audit found a broken rule: the plan must not be used."""
        return self.status == "rejected"


class Store:
    """Answers on disk, below ``points`` of the frontier's directory."""

    def __init__(self, directory: Path, district: District) -> None:
        self.directory, self._district = directory, district

    def open(self, question: dict[str, Any]) -> None:
        """Take the directory for a question; a directory that holds answers to the same question is taken over.

        Raises
        ------
        OutputError
            It holds something else, or answers to another question, or cannot be written.
        """
        check_place(self.directory, FRONTIER)
        there = self.directory / FRONTIER
        earlier = _read(there)
        if there.exists() and (earlier or {}).get("hash") != question["hash"]:
            said = "the directory holds the frontier of another question (other rules, goals, points, time or data), and it is kept."
            raise OutputError(Problem(str(self.directory), said, "Give another --out, or remove the directory."))
        try:
            (self.directory / "points").mkdir(parents=True, exist_ok=True)
            (self.directory / "plans").mkdir(exist_ok=True)
        except OSError as error:
            raise _unwritable(self.directory, error) from error
        if earlier is None:
            put_whole(there, json_text(question))

    def load(self, name: str) -> Answer | None:
        """A finished answer; None when there is none, or its files do not fit together."""
        record = _read(self._place(name, ".json"))
        if record is None:
            return None
        try:
            plan = None
            if record["values"] is not None:
                plan = read_plan(self._place(name, ".rejected.csv" if record["status"] == "rejected" else ".csv"), self._district)
            return Answer(
                name=record["name"],
                ceilings=tuple(float("inf") if ceiling is None else ceiling for ceiling in record["ceilings"]),
                plan=plan,
                values=None if plan is None else tuple(record["values"]),
                bounds=tuple(record["bounds"]),
                status=record["status"],
                seconds=record["seconds"],
                violations=tuple(record["violations"]),
            )
        except (KeyError, TypeError, OSError, RezoningError):
            return None

    def save(self, answer: Answer) -> None:
        """Write an answer: the plan first, for the record says that it is there."""
        if answer.plan is not None:
            self.put_plan(self._place(answer.name, ".rejected.csv" if answer.is_rejected else ".csv"), answer.plan)
        record = {key: value for key, value in vars(answer).items() if key != "plan"}
        self.save_record(answer.name, record)

    def load_record(self, name: str) -> dict[str, Any] | None:
        """A document that was kept beside the answers; None when there is none."""
        return _read(self._place(name, ".json"))

    def save_record(self, name: str, record: dict[str, Any]) -> None:
        """Keep a document beside the answers."""
        put_whole(self._place(name, ".json"), json_text(record))

    def put_plan(self, path: Path, plan: Plan) -> None:
        """A plan file, whole or not at all."""
        with whole(path) as partial:
            write_plan(partial, plan, self._district)

    def _place(self, name: str, ending: str) -> Path:
        return self.directory / "points" / f"{name}{ending}"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write a file to; when the block ends well it takes the place of `path`.

    Raises
    ------
    OutputError
        When the disk does not take it.
    """
    partial = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        partial.unlink(missing_ok=True)


def put_whole(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with whole(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def _read(path: Path) -> dict[str, Any] | None:
    """A JSON document; None when it cannot be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def _unwritable(place: Path, error: OSError) -> OutputError:
    cure = "Give --out a place that you may write and that has room."
    return OutputError(Problem(str(place), f"cannot be written ({error.strerror or error}).", cure))
