"""Exit codes, and what is said when something goes wrong: a sentence with its cure, never a traceback."""

from __future__ import annotations

import errno
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn, TypeVar

import typer

from rezoning.cli.result import StdoutError, put_json, result_only
from rezoning.errors import DataError, Problem, RezoningError

T = TypeVar("T")

FAULT, USAGE, INTERRUPTED = 1, 2, 130
TICK_S = 0.1  # how often the waiting thread looks at signals and draws progress
STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP
NO_MEMORY = "there was not enough memory."
NO_MEMORY_CURE = "Close other programs, raise the limit (ulimit -v, or the container's), or ask about fewer units; the input files are not to blame."
# What libraries say when the system gives them no memory and they raise something else than MemoryError.
_NO_MEMORY_WORDS = ("out of memory", "cannot allocate memory", "failed to map segment", "can't start new thread", "unable to allocate", "bad_alloc")

# Reasons for which the system refuses a name that the user gave.
_USERS_NAMES = (errno.ENAMETOOLONG, errno.ELOOP, errno.EACCES)


def guarded(work: Callable[[], int], as_json: bool = False, *, is_quiet: bool = False) -> NoReturn:
    """Do the work of a command and end with its exit code; errors become words on stderr, and one JSON document on stdout with --json."""
    set_up_logging(is_quiet)
    with result_only(is_quiet=is_quiet):
        try:
            with stopping(_raise_interrupt):
                code = work()
        except KeyboardInterrupt:
            say("Interrupted; nothing was written.")
            code = INTERRUPTED
            if as_json:
                echo_error("interrupted", code, [])
        except typer.Exit:
            raise
        except Exception as error:  # noqa: BLE001 (the last net: what gets here and is no error with a cure is our fault, and is said so)
            code = _say_error(error, as_json)
    raise typer.Exit(code)


def say(text: str) -> None:
    """Something that is not data goes to stderr, if anybody listens."""
    with suppress(OSError, ValueError):
        typer.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"), err=True)


def is_debugging() -> bool:
    """Whether the user asked for tracebacks and the debug log, with REZONING_DEBUG=1."""
    return os.environ.get("REZONING_DEBUG", "") not in ("", "0")


# -- errors ----------------------------------------------------------------------------------------------------------


def _say_error(error: Exception, as_json: bool) -> int:
    if is_lack_of_memory(error):
        return say_problems("out of memory", FAULT, [Problem("memory", NO_MEMORY, NO_MEMORY_CURE)], as_json)
    if isinstance(error, RezoningError):
        return say_problems(error.title, error.exit_code, error.problems, as_json)
    if isinstance(error, OSError) and error.errno in _USERS_NAMES and isinstance(error.filename, str):
        name = error.filename if len(error.filename) <= 200 else f"{error.filename[:80]}…{error.filename[-40:]}"
        problem = Problem(name, f"cannot be read ({error.strerror}).", "Check the name and who may read it.")
        return say_problems(DataError.title, DataError.exit_code, [problem], as_json)
    return _say_fault(error, as_json)


def is_lack_of_memory(error: BaseException | None) -> bool:
    """Whether the system gave no memory, also where a reader took that for a fault of the file it was reading."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
            return True
        if any(word in str(error).lower() for word in _NO_MEMORY_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def say_problems(title: str, code: int, problems: Sequence[Problem], as_json: bool) -> int:
    """All problems in words, and as the one JSON document where that was asked for; gives the exit code."""
    count = "" if len(problems) == 1 else f" ({len(problems)} problems)"
    say(f"{title}{count}:")
    for problem in problems:
        say(f"  {problem}")
    if as_json:
        echo_error(title, code, [{"place": problem.place, "message": problem.message, "cure": problem.cure} for problem in problems])
    return code


def echo_error(title: str, code: int, problems: list[dict[str, str]]) -> None:
    """What went wrong as the one JSON document, if standard output can be written at all."""
    with suppress(StdoutError):
        put_json({"error": title, "exit_code": code, "problems": problems})


def _say_fault(error: Exception, as_json: bool) -> int:
    where = traceback.extract_tb(error.__traceback__)
    place = f" ({os.path.basename(where[-1].filename)}, line {where[-1].lineno})" if where else ""  # noqa: PTH119 (a name for a message)
    first_line = (str(error).splitlines() or [""])[0]
    message = f"{type(error).__name__}: {first_line}{place}"
    say(f"a fault of the program: {message}. Please report it; REZONING_DEBUG=1 shows the traceback.")
    if is_debugging():
        say("".join(traceback.format_exception(error)))
    if as_json:
        echo_error("a fault of the program", FAULT, [{"place": "", "message": message, "cure": ""}])
    return FAULT


# -- the log ---------------------------------------------------------------------------------------------------------


class _Formatter(logging.Formatter):
    """Notes as plain sentences; tracebacks only for those who asked for them."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if record.levelno == logging.INFO else f"{record.levelname.lower()}: {text}"

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        return super().formatException(ei) if is_debugging() else f"  {ei[0].__name__}: {ei[1]}"


class _Handler(logging.Handler):
    """The log goes to stderr, if anybody listens."""

    def emit(self, record: logging.LogRecord) -> None:
        say(self.format(record))


def set_up_logging(is_quiet: bool = False) -> None:
    """The log goes to stderr; when quiet only warnings."""
    handler = _Handler()
    handler.setFormatter(_Formatter())
    root = logging.getLogger("rezoning")
    root.handlers = [handler]
    root.setLevel(logging.DEBUG if is_debugging() else logging.WARNING if is_quiet else logging.INFO)


# -- signals ---------------------------------------------------------------------------------------------------------


@contextmanager
def stopping(on_first: Callable[[], None]) -> Iterator[None]:
    """While the block runs Ctrl-C, SIGTERM and SIGHUP are one: the first calls `on_first`, the second ends the process at once."""
    if threading.current_thread() is not threading.main_thread():  # only there can signals be had
        yield
        return
    heard: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        if len(heard) > 1:
            os._exit(INTERRUPTED)
        on_first()

    # Who starts a command with nohup wants it to go on when the terminal closes.
    numbers = [number for number in STOPS if number != getattr(signal, "SIGHUP", None) or signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interruptible(work: Callable[[threading.Event], T], tick: Callable[[], None]) -> T:
    """Do the work in a thread, so that Ctrl-C reaches us even while a solver computes.

    The first signal sets the event that `work` was given; the second ends the process at once. `tick` is called again and again.
    """
    stop = threading.Event()
    outcome: list[T] = []
    failure: list[BaseException] = []

    def task() -> None:
        try:
            outcome.append(work(stop))
        except BaseException as error:  # noqa: BLE001 (handed over to the waiting thread, which raises it)
            failure.append(error)

    def on_first() -> None:
        stop.set()
        with suppress(OSError, ValueError):
            os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, b"\nStopping; the best plan so far is kept. Once more to quit at once.\n")

    thread = threading.Thread(target=task, name="rezoning", daemon=True)
    with stopping(on_first):
        thread.start()
        while thread.is_alive():
            thread.join(TICK_S)
            tick()
    if failure:
        raise failure[0]
    return outcome[0]


def _raise_interrupt() -> None:
    raise KeyboardInterrupt
