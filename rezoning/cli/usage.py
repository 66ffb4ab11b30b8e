"""Usage errors, in words and as a document."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import typer
from typer.core import TyperGroup

from rezoning.cli.guard import USAGE, echo_error, say_problems
from rezoning.cli.result import StdoutError

# Click's, which newer versions of typer bring in a copy of their own.
_ClickException: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


class Commands(TyperGroup):
    """The group of all commands, whose usage errors are one JSON document too where --json was given."""

    def main(self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any) -> Any:  # type: ignore[override]
        """Parse, call, and give the exit code, or end with it."""
        given = sys.argv[1:] if args is None else list(args)
        try:
            code = super().main(args, standalone_mode=False, **extra)
        except _ClickException as error:
            code = _said(error, as_json="--json" in given)
        except StdoutError as error:  # --help into a full disk
            code = say_problems(error.title, error.exit_code, error.problems, as_json=False)
        if standalone_mode:
            sys.exit(code or 0)
        return code or 0


def _said(error: Any, *, as_json: bool) -> int:
    with suppress(OSError, ValueError):
        error.show()
    if as_json:
        problem = {"place": "command line", "message": error.format_message(), "cure": "rezoning --help lists commands and options."}
        echo_error("usage", USAGE, [problem])
    return int(error.exit_code)
