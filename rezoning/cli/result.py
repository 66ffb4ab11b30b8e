"""Standard output belongs to the result, at the level of the file descriptor.

Libraries print what they like, in Python and in C. At the start of the process the descriptor 1 becomes another name of standard error, and the
result keeps one of its own; while a command works `sys.stdout` is standard error too.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any, TextIO

from rezoning.errors import OutputError, Problem
from rezoning.runs.directory import json_text

_STANDARD = ("stdin", "stdout", "stderr")


class StdoutError(OutputError):
    """Standard output does not take the result."""


class ResultStream(io.TextIOBase):
    """A stream for results: a reader who leaves early is no error, a full disk is one that can be said."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_given_up = False
        if isinstance(stream, io.TextIOWrapper):  # a name in letters that the terminal lacks is no reason to fail
            stream.reconfigure(errors="surrogateescape" if self.encoding.lower().startswith("utf") else "replace")

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The stream's."""
        return self._stream.encoding or "utf-8"

    def isatty(self) -> bool:
        """Whether a person reads it."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor."""
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write, unless the reader has left.

        Raises
        ------
        StdoutError
            When it cannot be written.
        """
        self._heard(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Hand on what was written.

        Raises
        ------
        StdoutError
            When it cannot be written.
        """
        self._heard(self._stream.flush)

    def _heard(self, work: Callable[[], object]) -> None:
        if self._is_given_up:
            return
        try:
            work()
        except OSError as error:
            self._is_given_up = True
            _to_nowhere(self._stream)
            if not isinstance(error, BrokenPipeError):
                cure = "Send it to a place that has room."
                raise StdoutError(Problem("standard output", f"cannot be written ({error.strerror or error}).", cure)) from None


class Aside(io.TextIOBase):
    """Where libraries print while a command works: standard error, or nowhere; never a reason to fail."""

    encoding = "utf-8"

    def __init__(self, *, is_heard: bool) -> None:
        self._is_heard = is_heard

    def write(self, text: str) -> int:
        """Write it, if anybody listens."""
        with suppress(OSError, ValueError):
            if self._is_heard:
                sys.stderr.write(text)
        return len(text)

    def fileno(self) -> int:
        """The descriptor of what libraries print in C."""
        return 1


_result: ResultStream | None = None


def claim() -> None:
    """Take standard output for results, for the rest of the process. Standard streams that are closed become empty ones."""
    for number, name in enumerate(_STANDARD):
        try:
            os.fstat(number)
        except OSError:
            _open_nowhere(number)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115
    sys.stdout.flush()
    own = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = ResultStream(open(own, "w", encoding=sys.stdout.encoding, closefd=False))  # noqa: SIM115


@contextmanager
def result_only(*, is_quiet: bool = False) -> Iterator[None]:
    """While the block runs nothing but `put`, `put_json` and what is written to `stream()` is the result.

    Parameters
    ----------
    is_quiet
        Whether what libraries print is not even shown on standard error.
    """
    global _result  # noqa: PLW0603 (there is one standard output)
    before, is_ours = _result, isinstance(sys.stdout, ResultStream)
    _result = sys.stdout if isinstance(sys.stdout, ResultStream) else ResultStream(sys.stdout)
    if is_quiet and is_ours:
        _open_nowhere(1)
    try:
        with redirect_stdout(Aside(is_heard=not is_quiet)):
            yield
    finally:
        _result = before


def stream() -> ResultStream | TextIO:
    """Where the result goes."""
    return _result if _result is not None else sys.stdout


def put(text: str) -> None:
    """Write a part of the result."""
    stream().write(text)
    stream().flush()


def put_json(document: Any) -> None:
    """Write the result as one JSON document."""
    text = json_text(document)
    try:
        text.encode(stream().encoding or "utf-8")
    except UnicodeEncodeError:
        text = json_text(document, is_ascii=True)
    put(text)


def finish() -> None:
    """Hand on what is still waiting, so that the interpreter does not fail to when the process ends."""
    for one in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            if one is not None:
                one.flush()
        except (OSError, ValueError, OutputError):
            _to_nowhere(one)


def _to_nowhere(stream: Any) -> None:
    with suppress(OSError, ValueError):
        _open_nowhere(stream.fileno())


def _open_nowhere(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number, inheritable=number <= 2)
        os.close(nowhere)
