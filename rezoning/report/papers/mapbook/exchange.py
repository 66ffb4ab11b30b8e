"""Who comes to a school, and who leaves it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exchange:
    """Students who come from, or leave for, another school.

    Parameters
    ----------
    school
        Index of the other school.
    students
        How many, as people read it; blank where that is hidden.
    streets, more
        The streets that change, and how many further ones there are.
    areas
        How many areas change.
    grades
        The grades that change, where schools share their zones: ``3–5``; empty where all do.
    """

    school: int
    students: str
    streets: tuple[str, ...]
    more: int
    areas: int
    grades: str = ""


@dataclass(frozen=True, eq=False)
class OptionPart:
    """What an option does to a school."""

    letter: str
    name: str
    is_open: bool
    comes: tuple[Exchange, ...]
    goes: tuple[Exchange, ...]
