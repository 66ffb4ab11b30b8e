"""The notebook of one reading: what was read, chosen, doubted and found wrong, so that everything is said at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from rezoning.district.district import InputFile
from rezoning.district.files.table import Table
from rezoning.errors import DataError, Problems
from rezoning.scenario.digest import digest


@dataclass(frozen=True)
class Gathering:
    """A context that turns a raised DataError into remembered problems."""

    problems: Problems

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if not isinstance(error, DataError):
            return False
        self.problems.extend(error.problems)
        return True


@dataclass
class Reading:
    """Collects what every reader has to say; passed along instead of being returned.

    Parameters
    ----------
    problems
        What is wrong; raised as one DataError at the end.
    notes, warnings
        Choices made, and doubts; both reach the user with the District.
    inputs
        Every file that was read, in order, each once.
    """

    problems: Problems = field(default_factory=Problems)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Remember a choice that was made."""
        self.notes.append(text)

    def warn(self, text: str) -> None:
        """Remember a doubt that stops nothing."""
        self.warnings.append(text)

    def gathering(self) -> Gathering:
        """Keep what a step raises and go on to the next one, so that all problems of all files are found."""
        return Gathering(self.problems)

    def took(self, table: Table) -> None:
        """Remember a table that was read: its files and what was chosen on the way."""
        self.notes.extend(table.notes)
        self.warnings.extend(table.warnings)
        self.hashed(table.files)

    def hashed(self, paths: Iterable[Path]) -> None:
        """Remember files with the SHA-256 of their bytes; a folder that is one file is one."""
        known = {done.path for done in self.inputs}
        self.inputs.extend(hashed(path for path in paths if str(path) not in known))


def counted(number: int, noun: str) -> str:
    """``'1 row'`` or ``'16 rows'``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def hashed(paths: Iterable[Path]) -> tuple[InputFile, ...]:
    """Files with the SHA-256 of their bytes."""
    return tuple(InputFile(str(path), digest(path)) for path in paths)
