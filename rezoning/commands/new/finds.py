"""What a file was found to be: its kind, why, and which of its columns say what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rezoning.commands.new.look import Public, Seen
from rezoning.commands.new.looked import Looked
from rezoning.district.detect import words_of

KINDS = {
    "units": "units (areas with students)",
    "counts": "counts for the units",
    "schools": "schools",
    "capacities": "seats of the schools",
    "zones": "zones as polygons",
    "plan": "a plan (unit and school)",
    "students": "students as points",
    "travel": "trips from units to schools",
    "walks": "walks from units to schools",
    "adjacency": "pairs of neighbors",
    "walk_zones": "walk zones",
    "barriers": "lines, perhaps barriers",
    "streets": "streets",
    "addresses": "addresses",
    "homes": "students' addresses without coordinates",
    "boundary": "the district's boundary",
    "census": "census or NCES data",
    "scenario": "a scenario",
    "none": "not recognized",
    "document": "no data",
    "own": "written by rezoning new",
    "run": "results of a run",
    "unreadable": "cannot be read",
}
"""Kinds of files, in the words of the table that is printed."""

OLD = frozenset({"old", "backup", "bak", "copy", "archive", "archived", "previous", "superseded"})
"""Words in the name of a file that another one has taken the place of."""


@dataclass(eq=False)
class Found:
    """A file with what it is.

    Parameters
    ----------
    seen
        The table or layer, or the file that holds none.
    kind
        A key of `KINDS`.
    why
        What tells: its columns, its shapes.
    columns
        Which column says what.
    score
        How well it would serve, beside others of its kind.
    use
        What it is used for; empty where it is not.
    """

    seen: Seen
    kind: str
    why: str
    columns: dict[str, Any] = field(default_factory=dict)
    score: float = 0.0
    use: str = ""

    @property
    def name(self) -> str:
        """The file, as people call it."""
        return self.seen.name

    @property
    def path(self) -> Path:
        """The file."""
        return self.seen.path

    @property
    def source(self) -> Path:
        """The file in the folder, also of what was unpacked."""
        return self.seen.source if isinstance(self.seen, Public) else self.seen.path

    @property
    def looked(self) -> Looked:
        """The table that it holds."""
        assert isinstance(self.seen, Looked)
        return self.seen

    @property
    def rank(self) -> tuple[float, bool, int, str]:
        """Its place among others of its kind: the better first, then one that its name does not call old, then that of the latest year."""
        years = re.findall(r"(?<!\d)20\d\d(?!\d)", self.name)
        return -self.score, bool(OLD & set(words_of(self.name))), -max(map(int, years), default=0), self.name

    def record(self) -> dict[str, Any]:
        """The row of the printed table."""
        return {"file": self.name, "is": KINDS[self.kind], "kind": self.kind, "why": self.why, "use": self.use or "not used"}


def of_kind(finds: Iterable[Found], *kinds: str) -> list[Found]:
    """Those of some kinds, the best first."""
    return sorted((one for one in finds if one.kind in kinds), key=lambda one: one.rank)


def named(columns: Iterable[str], most: int = 6) -> str:
    """Columns for a sentence."""
    every = list(columns)
    head = ", ".join(every[:most])
    return head if len(every) <= most else f"{head}, … ({len(every)} columns)"
