"""A plan that was made elsewhere and read from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rezoning.district.district import District, InputFile
from rezoning.district.plan import Plan
from rezoning.district.plans.how import PLAINLY, PlanReading
from rezoning.district.plans.parts import among
from rezoning.district.reading import counted
from rezoning.district.split_units import SplitUnit


@dataclass(frozen=True, eq=False)
class BroughtPlan:
    """A plan that was read from a file, and what is to be told of its reading.

    Parameters
    ----------
    name
        The file's name.
    plan
        The plan.
    notes, warnings
        What was chosen or mended, and what is in doubt, as sentences.
    settled
        On units that the file divides or leaves out, with their numbers of students: sentences that are not for everybody.
    split
        Units that the file divides among several schools; each has the one with the most.
    kept
        Units that the file leaves out and that keep today's school, because the user said so; in order.
    files
        Every file that was read, with its hash.
    how
        What the user said of the file.
    """

    name: str
    plan: Plan
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    split: tuple[SplitUnit, ...] = ()
    kept: tuple[int, ...] = ()
    files: tuple[InputFile, ...] = ()
    how: PlanReading = PLAINLY

    @property
    def doubts(self) -> tuple[str, ...]:
        """All that whoever brought the plan must know."""
        return (*self.settled, *self.warnings)

    @property
    def public(self) -> tuple[str, ...]:
        """The same for everybody: how many units were settled, without their students."""
        split = f"{self.name}: divides {counted(len(self.split), 'unit')} among {among(self.split)}; each has the one with the most."
        kept = f"{self.name}: leaves out {counted(len(self.kept), 'unit')}; they keep today's school."
        return (*([split] if self.split else []), *([kept] if self.kept else []), *self.warnings)

    def to_dict(self, district: District) -> dict[str, Any]:
        """What evaluation.json says of it: every unit that was divided or left out."""
        ids, students = district.unit_ids, district.students
        return {
            "kept_today": _counted(self.kept, district) | {"unit_ids": [ids[u] for u in self.kept]},
            "split": [
                {"unit": ids[one.unit], "students": float(students[one.unit]), "of": one.of, "schools": dict(one.shares)} for one in self.split
            ],
        }


def _counted(units: Sequence[int], district: District) -> dict[str, Any]:
    return {"units": len(units), "students": float(district.students[list(units)].sum())}
