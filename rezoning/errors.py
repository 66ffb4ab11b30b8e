"""Everything that can go wrong for a reason the user can mend, each with its place and its cure.

An error holds *all* problems that were found, not the first. Its exit code is the contract's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    place
        Where: a file with its row, or the scenario file with its line and key.
    message
        What is wrong: the value, and what was expected; a full sentence.
    cure
        What to do about it; a full sentence, or empty where the message says it all.
    """

    place: str
    message: str
    cure: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.place}:", self.message, self.cure) if part)


class RezoningError(Exception):
    """Base of every error that a user can mend; never raised itself."""

    exit_code = 1
    title = "fault"

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def _repr_html_(self) -> str:
        """All problems in a notebook, for who looks at an error that was caught: place, what is wrong, what to do."""
        rows = "".join(f"<li><b>{escape(one.place)}</b>: {escape(one.message)} {escape(one.cure)}</li>" for one in self.problems)
        return f"<div><p><b>{escape(self.title)}</b></p><ul>{rows}</ul></div>"

    def __reduce__(self) -> tuple[type[RezoningError], tuple[tuple[Problem, ...]]]:
        """Errors cross from process to process with all their problems."""
        return type(self), (self.problems,)


class ScenarioError(RezoningError):
    """The scenario file does not say what to do."""

    exit_code = 3
    title = "bad scenario"


class DataError(RezoningError):
    """A data file is malformed or does not fit the others."""

    exit_code = 3
    title = "bad data"


class Infeasible(RezoningError):  # noqa: N818 (the name of a finding, not of a fault)
    """The rules provably leave no plan."""

    exit_code = 4
    title = "no plan exists under the rules"


class NoPlanFound(RezoningError):  # noqa: N818 (likewise)
    """A limit was reached before any plan was found; there may be one."""

    exit_code = 5
    title = "no plan was found"


class OutputError(RezoningError):
    """The place for the results cannot be written."""

    exit_code = 2
    title = "cannot write the results"


class GoalsError(RezoningError):
    """The goals of a frontier are named so that they cannot be told."""

    exit_code = 2
    title = "cannot tell the goals"


class LevelsError(RezoningError):
    """A command was given a scenario with several levels of schools, and is about one."""

    exit_code = 2
    title = "cannot do this with several levels"


class PairingError(RezoningError):
    """A command was given a scenario that pairs schools, and knows schools with a zone each alone."""

    exit_code = 2
    title = "cannot do this with schools that are paired"


class ClusterError(RezoningError):
    """The cluster that was named cannot be reached, or cannot do the work."""

    exit_code = 2
    title = "cannot use the cluster"


class Problems:
    """Collects problems so that all are reported at once.

    Examples
    --------
    >>> found = Problems()
    >>> found.add("units.csv, row 4", "unit 'A' appears twice.", "Keep one row per unit.")
    >>> found.raise_as(DataError)
    Traceback (most recent call last):
    rezoning.errors.DataError: units.csv, row 4: unit 'A' appears twice. Keep one row per unit.
    """

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, place: str, message: str, cure: str = "") -> None:
        """Remember one problem."""
        self._found.append(Problem(place, message, cure))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Remember problems that were found elsewhere."""
        self._found.extend(problems)

    def raise_as(self, error: type[RezoningError]) -> None:
        """Raise `error` with everything found, each once though several looked; do nothing when nothing was."""
        if self._found:
            raise error(dict.fromkeys(self._found))

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)


def shown(items: Iterable[object], limit: int = 5) -> str:
    """The first few of many things, for a message: ``'a, b, c and 7 more'``."""
    texts = [str(item) for item in items]
    head = ", ".join(texts[:limit])
    return head if len(texts) <= limit else f"{head} and {len(texts) - limit} more"
