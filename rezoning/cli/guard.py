"""Exit codes, and what is said when something goes wrong: a sentence with its cure, never a traceback."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn, TypeVar

import typer

from rezoning.errors import RezoningError
from rezoning.run_directory import json_text

T = TypeVar("T")

FAULT, INTERRUPTED = 1, 130
TICK_S = 0.1  # how often the waiting thread looks at signals and draws progress


def guarded(work: Callable[[], int], as_json: bool = False) -> NoReturn:
    """Do the work of a command and end with its exit code; errors become words on stderr, and one JSON document on stdout with --json."""
    set_up_logging()
    try:
        code = work()
    except RezoningError as error:
        code = _say_problems(error, as_json)
    except KeyboardInterrupt:
        say("Interrupted; nothing was written.")
        code = INTERRUPTED
    except (typer.Exit, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 (the last net: what gets here is our fault, and is said so)
        code = _say_fault(error, as_json)
    raise typer.Exit(code)


def say(text: str) -> None:
    """Something that is not data goes to stderr."""
    typer.echo(text, err=True)


def is_debugging() -> bool:
    """Whether the user asked for tracebacks and the debug log, with REZONING_DEBUG=1."""
    return os.environ.get("REZONING_DEBUG", "") not in ("", "0")


def _say_problems(error: RezoningError, as_json: bool) -> int:
    problems = error.problems
    count = "" if len(problems) == 1 else f" ({len(problems)} problems)"
    say(f"{error.title}{count}:")
    for problem in problems:
        say(f"  {problem}")
    if as_json:
        entries = [{"place": problem.place, "message": problem.message, "cure": problem.cure} for problem in problems]
        _echo_error(error.title, error.exit_code, entries)
    return error.exit_code


def _echo_error(title: str, code: int, problems: list[dict[str, str]]) -> None:
    typer.echo(json_text({"error": title, "exit_code": code, "problems": problems}), nl=False)


def _say_fault(error: Exception, as_json: bool) -> int:
    where = traceback.extract_tb(error.__traceback__)
    place = f" ({os.path.basename(where[-1].filename)}, line {where[-1].lineno})" if where else ""  # noqa: PTH119 (a name for a message)
    first_line = (str(error).splitlines() or [""])[0]
    message = f"{type(error).__name__}: {first_line}{place}"
    say(f"a fault of the program: {message}. Please report it; REZONING_DEBUG=1 shows the traceback.")
    if is_debugging():
        traceback.print_exception(error)
    if as_json:
        _echo_error("a fault of the program", FAULT, [{"place": "", "message": message, "cure": ""}])
    return FAULT


class _Formatter(logging.Formatter):
    """Notes as plain sentences; tracebacks only for those who asked for them."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if record.levelno == logging.INFO else f"{record.levelname.lower()}: {text}"

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        return super().formatException(ei) if is_debugging() else f"  {ei[0].__name__}: {ei[1]}"


def set_up_logging() -> None:
    """The log goes to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter())
    root = logging.getLogger("rezoning")
    root.handlers = [handler]
    root.setLevel(logging.DEBUG if is_debugging() else logging.INFO)


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

    thread = threading.Thread(target=task, name="rezoning", daemon=True)
    before = {number: signal.signal(number, _stopper(stop)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        thread.start()
        while thread.is_alive():
            thread.join(TICK_S)
            tick()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if failure:
        raise failure[0]
    return outcome[0]


def _stopper(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(INTERRUPTED)
        stop.set()
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, b"\nStopping; the best plan so far is kept. Once more to quit at once.\n")

    return on_signal
