"""run.json read again: what public outputs take from it has the types that they count on, or is refused with its key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rezoning.errors import DataError, Problem
from rezoning.optimize.result import Ended, Status
from rezoning.runs.directory import RUN
from rezoning.scenario.schema import Use

Number = Annotated[float, Field(allow_inf_nan=False)]
CURE = "Run the scenario again, or give the directory as rezoning run has written it."
MOST = 5  # problems of one record that are told


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")


class _Proof(_Section):
    value: Number | None
    bound: Number | None = None
    gap: Number | None = None


class _Goal(_Proof):
    minimize: str
    group: str | None = None
    today: Number | None = None
    best: Number | None = None
    ended: Annotated[Ended | None, Field(strict=False)] = None


class _Borders(_Section):
    measure: Literal["boundary_length", "cut_edges"]
    today: Number
    plan: Number
    growth: Number
    share: Number
    cost: Number
    cure: list[str]


class _Input(_Section):
    path: str
    sha256: str


class _Machine(_Section):
    system: str
    cpu: str | None
    cores: int
    memory_gb: Number | None


class _Violation(_Section):
    rule: str
    subject: str
    message: str


class _Audit(_Section):
    passed: bool
    violations: list[_Violation]


class _RunRecord(_Section):
    name: str
    status: Annotated[Status, Field(strict=False)]
    goals: list[_Goal]
    objective: _Proof | None = None
    borders: _Borders | None = None
    solver: str | None = None
    method: str | None = None
    seed: int | None = None
    threads: int | None = None
    nodes: int | None = None
    cuts: int | None = None
    is_counted: bool | None = None
    machine: _Machine | None = None
    audit: _Audit | None = None
    audit_today: _Audit | None = None
    counts: dict[str, Number | None] = Field(default_factory=dict)
    seconds: dict[str, Number] = Field(default_factory=dict)
    attributes: dict[str, Use] = Field(default_factory=dict)
    notes: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    plan: _Input | None = None
    asked_sha256: str | None = None
    inputs: list[_Input] = Field(default_factory=list)
    named: list[_Input] = Field(default_factory=list)
    versions: dict[str, str | None] = Field(default_factory=dict)


def read_run_record(directory: Path) -> dict[str, Any]:
    """The content of run.json of a run directory.

    Raises
    ------
    DataError
        When it is not there, or is not what `rezoning run` writes; names every key that is wrong.
    """
    return read_record(directory / RUN, _RunRecord, "run", CURE)


def read_record(path: Path, model: type[BaseModel], what: str, cure: str) -> dict[str, Any]:
    """A JSON document that a command writes into its directory, checked.

    Parameters
    ----------
    model
        What is taken from it.
    what
        The command that writes it, which is also what it is the record of: ``run``.
    cure
        What helps where it is not as it was written.

    Raises
    ------
    DataError
        When it is not there, or is not what the command writes; names every key that is wrong.
    """
    try:
        record = json.loads(path.read_bytes())
        model.model_validate(record)
    except (FileNotFoundError, NotADirectoryError):
        said = f"holds no {path.name}, so it is not the directory of a {what}."
        raise DataError(Problem(str(path.parent), said, f"Give a directory that rezoning {what} has written.")) from None
    except OSError as error:
        raise DataError(Problem(str(path), f"cannot be read ({error.strerror or error}).", cure)) from None
    except ValidationError as error:
        raise DataError([_problem(path, fault, what, cure) for fault in error.errors()[:MOST]]) from None
    except (ValueError, RecursionError):
        raise DataError(Problem(str(path), f"is not the record of a {what}.", cure)) from None
    return dict(record)


def _problem(path: Path, fault: Any, what: str, cure: str) -> Problem:
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]).removeprefix(".")
    if not key:
        return Problem(str(path), f"is not the record of a {what}.", cure)
    said = fault["msg"][:1].lower() + fault["msg"][1:]
    shown = "" if fault["type"] == "missing" else f" {json.dumps(fault['input'], ensure_ascii=False, default=str)[:60]}"
    return Problem(f"{path}, {key}", f"is not what a {what} writes:{shown} ({said}).", cure)
