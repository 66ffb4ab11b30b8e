"""The command line: thin, and quick to say what it can do; everything heavy is imported inside a command."""

from __future__ import annotations


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    from rezoning.cli.app import app

    app()
