"""The directory of a frontier: each answer is kept as soon as it is known, so that a run which was stopped goes on where it ended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from rezoning.district.plans.read import read_plan
from rezoning.district.plans.write import write_plan
from rezoning.errors import OutputError, Problem, RezoningError
from rezoning.runs.directory import check_place, json_text, put_whole, read_json, whole_file, written_whole
from rezoning.runs.directory.problems import unwritable
from rezoning.runs.directory.scratch import locked, sweep_files

if TYPE_CHECKING:
    from rezoning.district.district import District
    from rezoning.district.plan import Plan

PRICES, REJECTED = "prices", "rejected"
FRONTIER = "question.json"  # what tells that a directory is a frontier's, and of which question


@dataclass(frozen=True, eq=False)
class Solved:
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
    warnings
        What the solve said: which solver broke, say.
    """

    name: str
    ceilings: tuple[float, ...]
    plan: Plan | None
    values: tuple[float, ...] | None
    bounds: tuple[float | None, ...]
    status: str
    seconds: float
    violations: tuple[dict[str, Any], ...] = field(default=())
    warnings: tuple[str, ...] = ()

    @property
    def is_rejected(self) -> bool:
        """Whether the audit found a broken rule: the plan must not be used."""
        return self.status == REJECTED


Number = Annotated[float, Field(allow_inf_nan=False)]


class _Violation(BaseModel):
    rule: str
    subject: str
    amount: float | None
    limit: float | None
    message: str


class _SolvedRecord(BaseModel):
    """An answer as its file holds it."""

    model_config = ConfigDict(extra="forbid")

    name: str
    ceilings: tuple[Number | None, ...]
    values: tuple[Number, ...] | None
    bounds: tuple[Number | None, ...]
    status: str
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    violations: tuple[_Violation, ...]
    warnings: tuple[str, ...] = ()


class _Price(BaseModel):
    key: str
    subject: str
    value: Number
    step: Number
    change: Number


class _Prices(BaseModel):
    bound: Number | None
    prices: tuple[_Price, ...]
    unpriced: tuple[int, ...]


class Store:
    """Answers on disk, below ``points`` of the frontier's directory."""

    def __init__(self, directory: Path, district: District) -> None:
        self.directory, self._district = directory, district

    @contextmanager
    def opened(self, question: dict[str, Any], *, replace: bool = False) -> Iterator[None]:
        """Have the directory for a question and for ourselves; a directory that holds answers to the same question is taken over.

        Parameters
        ----------
        replace
            Whether the answers to another question may be thrown away.

        Raises
        ------
        OutputError
            It holds something else, or answers to another question, or somebody is at work there, or it cannot be written.
        """
        check_place(self.directory, FRONTIER, question["name"], replace=replace)
        try:
            self._lock = self._taken_over(question, replace) if (self.directory / FRONTIER).exists() else self._begun(question, is_new=True)
        except OSError as error:
            raise unwritable(self.directory, error) from error
        try:
            yield
        finally:
            os.close(self._lock)

    def _taken_over(self, question: dict[str, Any], replace: bool) -> int:
        lock = locked(self.directory / FRONTIER)
        if lock is None:
            raise self._busy()
        try:
            if (read_json(self.directory / FRONTIER) or {}).get("hash") != question["hash"]:
                if not replace:
                    said = "the directory holds the frontier of another question (other rules, goals, points, time or data), and it is kept."
                    raise OutputError(Problem(str(self.directory), said, "Give another --out, or add --replace to trace this one in its place."))
                lock, old = self._begun(question, is_new=False), lock
                os.close(old)
            for folder in (self.directory, self.directory / "points", self.directory / "plans"):
                folder.mkdir(exist_ok=True)
                sweep_files(folder)  # left by killed commands: nobody else is at work here
        except BaseException:
            os.close(lock)
            raise
        return lock

    def _begun(self, question: dict[str, Any], *, is_new: bool) -> int:
        """A directory that holds the question from its first moment, and is locked by us."""

        def check() -> None:
            if is_new and (self.directory / FRONTIER).exists():
                raise self._busy()

        with written_whole(self.directory, check) as folder:
            (folder / "points").mkdir()
            (folder / "plans").mkdir()
            (folder / FRONTIER).write_text(json_text(question), encoding="utf-8", newline="\n")
            lock = locked(folder / FRONTIER)
            assert lock is not None
        return lock

    def _busy(self) -> OutputError:
        cure = "Wait until it has ended and give the same command again, or give another --out."
        return OutputError(Problem(str(self.directory), "another command is tracing a frontier there right now.", cure))

    def load(self, name: str) -> Solved | None:
        """A finished answer; None when there is none, or its files do not fit together."""
        try:
            record = _SolvedRecord.model_validate_json(self._place(name, ".json").read_bytes(), strict=True)
            plan = None
            if record.values is not None:
                plan = read_plan(self._place(name, ".rejected.csv" if record.status == REJECTED else ".csv"), self._district)
        except (ValueError, OSError, RezoningError):
            return None
        if record.name != name or len({len(record.ceilings), len(record.bounds), len(record.values or record.bounds)}) > 1:
            return None
        ceilings = tuple(float("inf") if ceiling is None else ceiling for ceiling in record.ceilings)
        return Solved(**{**record.model_dump(), "ceilings": ceilings}, plan=plan)

    def save(self, answer: Solved) -> None:
        """Write an answer: the plan first, for the record says that it is there."""
        if answer.plan is not None:
            self.put_plan(self._place(answer.name, ".rejected.csv" if answer.is_rejected else ".csv"), answer.plan)
        record = {key: value for key, value in vars(answer).items() if key != "plan"}
        self._save(answer.name, record)

    def load_prices(self) -> dict[str, Any] | None:
        """The prices that were kept beside the answers; None when there are none."""
        try:
            return _Prices.model_validate_json(self._place(PRICES, ".json").read_bytes(), strict=True).model_dump()
        except (ValueError, OSError):
            return None

    def save_prices(self, record: dict[str, Any]) -> None:
        """Keep prices beside the answers."""
        self._save(PRICES, record)

    def _save(self, name: str, record: dict[str, Any]) -> None:
        put_whole(self._place(name, ".json"), json_text(record))

    def put_plan(self, path: Path, plan: Plan) -> None:
        """A plan file, whole or not at all."""
        with whole_file(path) as partial:
            write_plan(partial, plan, self._district)

    def _place(self, name: str, ending: str) -> Path:
        return self.directory / "points" / f"{name}{ending}"
