"""The section `data` of a scenario in the making: what is said, why, and what is asked on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rezoning.commands.new.asking import Asking
from rezoning.commands.new.finds import Found
from rezoning.commands.new.folder import Folder
from rezoning.scenario.formats import format_of


@dataclass(eq=False)
class Draft:
    """A scenario in the making.

    Parameters
    ----------
    folder, asking
        What there is, and who answers what it does not say.
    level
        elementary, middle or high.
    place
        Folder in which the scenario will stand, and what is derived beside it.
    data, report
        Sections of the scenario; paths are absolute.
    notes
        A sentence for a key of the scenario, written beside it.
    derived
        Files to be written beside the scenario: name to text or bytes.
    remarks
        What a reader should know before running.
    main
        The group that the first goal is about; None where none is known.
    kept
        Places of the schools that are of the level.
    estimated
        Whether the students are an estimate.
    """

    folder: Folder
    asking: Asking
    level: str
    place: Path
    data: dict[str, Any] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    derived: dict[str, bytes] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    main: str | None = None
    kept: frozenset[int] = frozenset()
    estimated: bool = False

    def note(self, key: str, text: str) -> None:
        """A sentence for a key, after what was said of it before."""
        self.notes[key] = f"{self.notes[key]} {text}" if key in self.notes else text

    def remark(self, text: str) -> None:
        """Something a reader should know, once."""
        if text not in self.remarks:
            self.remarks.append(text)

    @property
    def groups(self) -> Mapping[str, Any]:
        """The groups that are counted."""
        found: Mapping[str, Any] = self.data.get("students", {}).get("groups") or self.data["units"].get("groups") or {}
        return found


def file_keys(found: Found) -> dict[str, Any]:
    """How a section names a file, with its layer or sheet."""
    part = found.looked.layer
    keys: dict[str, Any] = {"path": found.path}
    if part is not None:
        keys[str(((kind := format_of(found.path)) and kind.part) or "layer")] = part
    return keys
