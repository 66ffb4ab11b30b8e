"""The command line: thin, and quick to say what it can do; everything heavy is imported inside a command."""

from __future__ import annotations

import sys
from typing import Any


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    sys.unraisablehook = _unraisable
    code = 130
    try:
        from rezoning.cli.result import claim, finish

        claim()
        from rezoning.cli.app import app

        code = app(standalone_mode=False)
        finish()
    except KeyboardInterrupt:  # before a command could say more
        pass
    sys.exit(code)


def _unraisable(what: Any) -> None:
    """An interrupt that meets a destructor is still no traceback."""
    if not issubclass(what.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(what)
