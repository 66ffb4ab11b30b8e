"""Solution files of HiGHS, CBC and SCIP, and plain lines of name and value: read, and written as a start."""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rezoning.errors import DataError, Problem

LARGEST = 1 << 30  # bytes of a file that is read
CURE = "Give the solution file of HiGHS (--solution_file), CBC (-solution), SCIP (write solution), or lines of name and value."
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
OBJECTIVE = re.compile(rf"objective(?: value)?\s*[:=]?\s*({NUMBER})\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Solution:
    """What a file says.

    Parameters
    ----------
    solver
        Whose format it is: highs, cbc, scip or plain.
    claimed
        The objective that it claims; None where it claims none.
    values
        Of columns by name; those that are left out are 0.
    """

    solver: str
    claimed: float | None
    values: dict[str, float]


def read_solution(path: Path) -> Solution:
    """Read a solution file, told by its content.

    Raises
    ------
    DataError
        It cannot be read, holds no solution, or a line of it is none.
    """
    lines = _lines(path)
    first = next((line for line in lines if line.strip()), "")
    if first.strip() == "Model status":
        return _highs(path, lines)
    if re.match(r"solution status\s*:", first):
        return _columns(path, "scip", lines, _scip_line)
    if " - objective value " in first or re.match(r"(?:\*\*)?\s*\d+\s+\S+\s+\S+\s+\S+\s*$", first):
        return _columns(path, "cbc", lines, _cbc_line)
    return _columns(path, "plain", lines, _plain_line)


def _lines(path: Path) -> list[str]:
    try:
        raw = _read_some(path, open)
        if raw[:2] == b"\x1f\x8b":
            raw = _read_some(path, gzip.open)
        return raw.decode("utf-8").splitlines()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(Problem(str(path), f"cannot be read ({getattr(error, 'strerror', None) or error}).", CURE)) from None
    except UnicodeDecodeError:
        raise DataError(Problem(str(path), "is no text.", CURE)) from None


def _read_some(path: Path, opener: Callable[[Path, str], Any]) -> bytes:
    """The bytes of a file, of which no more are read, or unpacked, than a solution can have."""
    with opener(path, "rb") as stream:
        raw: bytes = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise DataError(Problem(str(path), "is larger than a solution file can be.", CURE))
    return raw


def _highs(path: Path, lines: list[str]) -> Solution:
    """``# Primal solution values``, ``Feasible``, ``Objective v``, ``# Columns n``, and n lines."""
    try:
        start = lines.index("# Primal solution values")
        first = next(k for k in range(start, len(lines)) if lines[k].startswith("# Columns"))
        count = int(lines[first].split()[2])
    except (ValueError, StopIteration, IndexError):
        status = next((line.strip() for line in lines[1:] if line.strip()), "none")
        raise DataError(Problem(str(path), f"holds no solution (HiGHS's status: {status}).", CURE)) from None
    head = [found for line in lines[start:first] if (found := OBJECTIVE.search(line))]
    if len(lines) < first + 1 + count:
        raise DataError(Problem(str(path), f"ends before its {count:,} columns do.", CURE))
    rows = _read(path, lines[first + 1 : first + 1 + count], _plain_line, first + 2)
    if not rows:
        raise DataError(Problem(str(path), "holds no solution: not one value.", CURE))
    return Solution("highs", _number(head[0][1]) if head else None, rows)


def _columns(path: Path, solver: str, lines: list[str], parse: Callable[[str], tuple[str, str] | None]) -> Solution:
    heads = [found for line in lines[:20] if (found := OBJECTIVE.search(line))]
    is_infeasible = any("nfeasible" in line or "no solution" in line.lower() for line in lines[:3] if solver != "plain")
    values = {} if is_infeasible else _read(path, lines, parse, 1)
    if not values:
        raise DataError(Problem(str(path), f"holds no solution{f' ({lines[0].strip()})' if is_infeasible else ': not one value'}.", CURE))
    return Solution(solver, _number(heads[0][1]) if heads else None, values)


def _read(path: Path, lines: Sequence[str], parse: Callable[[str], tuple[str, str] | None], number: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for k, line in enumerate(lines, number):
        if not line.strip() or line.lstrip().startswith("#") or OBJECTIVE.search(line) or line.startswith("solution status"):
            continue
        pair = parse(line)
        value = _number(pair[1]) if pair is not None else None
        if pair is None or value is None:
            raise DataError(Problem(f"{path}, line {k}", f"'{line.strip()[:60]}' is no name with a value.", CURE))
        if pair[0] in found:
            raise DataError(Problem(f"{path}, line {k}", f"{pair[0]} has a value already.", "Give each column one value."))
        found[pair[0]] = value
    return found


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _plain_line(line: str) -> tuple[str, str] | None:
    words = line.split()
    return (words[0], words[1]) if len(words) == 2 else None


def _scip_line(line: str) -> tuple[str, str] | None:
    words = line.split()
    return (words[0], words[1]) if len(words) == 2 or (len(words) == 3 and words[2].startswith("(obj:")) else None


def _cbc_line(line: str) -> tuple[str, str] | None:
    words = line.removeprefix("**").split()
    return (words[1], words[2]) if len(words) in (3, 4) and words[0].isdigit() else None


# -- starts ----------------------------------------------------------------------------------------------------------


def start_text(solver: str, columns: Sequence[str], values: Sequence[float], objective: float) -> Iterator[str]:
    """The lines of a start in a solver's own format; without HiGHS's and CBC's forms it is SCIP's, which most others read too."""
    if solver == "highs":
        yield from ("Model status", "Unknown", "", "# Primal solution values", "Feasible", f"Objective {objective!r}", f"# Columns {len(columns)}")
        yield from (f"{name} {value!r}" for name, value in zip(columns, values, strict=True))
    elif solver == "cbc":
        yield f"Stopped on time - objective value {objective!r}"
        yield from (f"{k} {name} {value!r} 0" for k, (name, value) in enumerate(zip(columns, values, strict=True)) if value)
    else:
        yield from ("solution status: unknown", f"objective value: {objective!r}")
        yield from (f"{name} {value!r}" for name, value in zip(columns, values, strict=True) if value)
