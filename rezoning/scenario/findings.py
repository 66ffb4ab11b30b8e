"""Findings of the equity impact statement that can be rules: their numbers, what each needs, and what a file may say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from rezoning.scenario.section import Need, Wrong, as_number

ALL: Literal["all"] = "all"
OF_NEAREST, OF_BANDS, OF_MOVES, OF_TRIPS, OF_PROGRAMS, OF_PROMISES, MOVED_TWICE = 2, 4, 5, 6, 7, 9, 11
"""Findings that other parts of the program know by what they are about."""

CAN_BE_RULES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11)
OF_AN_INDEX = (1, 2)
OF_GROUPS = (1, 2, 3, 5, 6, 7)
NO_RULES = {10: "is about what chance may do to a plan", 12: "is about the record of a run"}
NO_RULE_INDEX = "gini"

FINDING_NEEDS = tuple(
    Need(what, "statement", number)
    for what, numbers in {
        "today": (1, 3, 5, 6, 7), "travel": (2, 6), "bands": (4,), "programs": (7,), "seats of schools": (8,), "history": (11,),
    }.items()
    for number in numbers
)  # fmt: skip
"""What each finding cannot be judged without; finding 9 is of whatever the other rules promise."""


def as_findings(value: Any) -> Any:
    """``all``, or the numbers of findings, each once and in order."""
    if getattr(value, "text", value) == ALL:
        return ALL
    if not isinstance(value, (list, tuple)):
        raise Wrong(f"{_written(value)} is neither a list of findings nor all.", "Write [1, 2, 3, 5, 6, 7], or all.")
    numbers = [as_number(entry) for entry in value]
    wrong = list(_wrong_numbers(numbers))
    if wrong:
        raise Wrong("; ".join(wrong) + ".", f"Keep to findings {', '.join(map(str, CAN_BE_RULES[:-1]))} and {CAN_BE_RULES[-1]}, or write all.")
    return tuple(sorted({int(number) for number in numbers}))


def _written(value: Any) -> str:
    """A value as an error names it: text in quotes, so that '1' is not taken for 1."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else "nothing" if value is None else "this" if isinstance(value, dict) else f"{value}"


def _wrong_numbers(numbers: list[Any]) -> Iterator[str]:
    for entry in (entry for entry in numbers if isinstance(entry, (str, dict, list, type(None)))):
        yield f"{_written(entry)} is not the number of a finding"
    for number in dict.fromkeys(str(number) for number in numbers if isinstance(number, (int, float)) and number not in CAN_BE_RULES):
        why = next((said for key, said in NO_RULES.items() if str(key) == number), "")
        yield f"finding {number} {why} and cannot be a rule" if why else f"there is no finding {number}"


Findings = Annotated[
    tuple[int, ...] | Literal["all"],
    BeforeValidator(as_findings),
    WithJsonSchema({"anyOf": [{"const": ALL}, {"type": "array", "items": {"type": "integer", "enum": list(CAN_BE_RULES)}}]}),
]


def has_no_index(findings: Any, index: Any) -> tuple[int, ...]:
    """The findings asked for that are about an index which cannot be a rule."""
    if index != NO_RULE_INDEX:
        return ()
    return OF_AN_INDEX if findings == ALL else tuple(number for number in OF_AN_INDEX if isinstance(findings, (list, tuple)) and number in findings)


def wrong_index(findings: Any, index: Any) -> Iterator[Wrong]:
    """The index of findings 1 and 2 must be one that solvers can hold a plan to."""
    held = has_no_index(findings, index)
    if held:
        which = " and ".join(map(str, held))
        cure = f"Choose another index in report.statement.index, or leave finding{'s' * (len(held) > 1)} {which} out of rules.statement."
        yield Wrong(f"finding{'s' * (len(held) > 1)} {which} cannot be a rule of the index {index}.", cure, at=("rules", "statement"))
