"""Which answer belongs to which point, and all rows in the points' order, held on disk and not in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from rezoning.commands.points.point import DIGITS
from rezoning.commands.points.solved import Solved
from rezoning.commands.points.store import Store
from rezoning.commands.sweep.asked import POINT, Asked
from rezoning.errors import DataError
from rezoning.runs.row import failed_row

SIZE = DIGITS // 2  # bytes of a key
NONE = bytes(SIZE)


class Keys(AbstractContextManager["Keys"]):
    """The key of each point by its number, in a file without a name, which is there inside the block."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed below)

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def put(self, solved: Solved) -> None:
        """Remember where the answer of a point is."""
        self._file.seek(int(solved.point.labels[POINT]) * SIZE)
        self._file.write(bytes.fromhex(solved.key))

    def of(self, number: int) -> str | None:
        """The key of a point; None where it has no answer."""
        self._file.seek(number * SIZE)
        found = self._file.read(SIZE)
        return None if len(found) < SIZE or found == NONE else found.hex()


def rows(asked: Asked, store: Store, keys: Keys) -> Iterator[tuple[dict[str, Any], Solved]]:
    """Row and answer of each point that has one, in order."""
    for number, point in enumerate(asked.points(), 1):
        key = keys.of(number)
        solved = None if key is None else store.load(point, key)
        if solved is None:
            continue
        try:
            row = solved.row()
        except DataError as error:  # a record that somebody has changed
            row = {**point.labels, "key": key, **failed_row({"exit_code": error.exit_code, "error": str(error)})}
        yield row, solved
