"""Which school each label of a plan means; a plan sends nobody to a closed one."""

from __future__ import annotations

import re

from rezoning.district.district import District
from rezoning.district.labels import Labels
from rezoning.district.plans.file import PlanFile
from rezoning.district.reading import counted
from rezoning.errors import Problems, shown


def matched(assignment: PlanFile, labels: Labels, district: District, problems: Problems) -> dict[str, int]:
    """Label to index of the school; labels that are none are reported together."""
    first_row: dict[str, int] = {}
    for label, row in zip(assignment.schools, assignment.rows, strict=True):
        if label:
            first_row.setdefault(label, row)
    found = {label: labels.find(label) for label in first_row}
    unmatched = {label: row for label, row in sorted(first_row.items(), key=lambda one: one[1]) if found[label] < 0}
    if unmatched:
        problems.add(assignment.name, *_why_unmatched(assignment.school_column, unmatched, district, labels))
    return found


def _why_unmatched(column: str, unmatched: dict[str, int], district: District, labels: Labels) -> tuple[str, str]:
    """Message and cure for labels that are no open school."""
    if all(re.fullmatch(r"\d{1,3}(\.0)?", label) for label in unmatched):
        numbers = sorted({int(float(label)) for label in unmatched})
        message = (
            f"column '{column}' holds the numbers {shown(numbers)}, and schools have ids like '{district.school_ids[0]}': "
            "which number stands for which school is not in the file."
        )
        return message, ("Say it in a table with the columns label,school: --labels labels.csv. Or replace the numbers by school ids or names.")
    said = []
    for label, row in unmatched.items():
        twins = [f"'{district.school_ids[s]}'" for s in labels.named(label)]
        why = " is closed" if label in district.closed_ids else f" is the name of {' and '.join(twins)}" if twins else ""
        said.append(f"'{label}'{why} (row {row})")
    message = f"column '{column}' has {counted(len(unmatched), 'label')} that no one open school has as id or name: {shown(said)}."
    return message, _cure(list(unmatched), district, labels)


def _cure(unmatched: list[str], district: District, labels: Labels) -> str:
    """What to do about the labels, each kind of fault once."""
    closed = any(label in district.closed_ids for label in unmatched)
    shared = any(labels.named(label) for label in unmatched)
    strange = [label for label in unmatched if label not in district.closed_ids and not labels.named(label)]
    cures = ["Give a closed school's units to another, or open it."] if closed else []
    cures += ["Write ids where schools share a name."] if shared else []
    near = {label: found for label in strange if (found := labels.nearest(label)) is not None}
    if near:
        meant = [f"'{found}'" if len(strange) == 1 else f"'{found}' by '{label}'" for label, found in near.items()]
        cures.append(f"Did you mean {shown(meant)}?")
    if len(near) < len(strange):
        example = f"'{district.school_ids[0]}' ({district.school_names[0]})"
        cures.append(f"Schools are like {example}; a table label,school says what other labels stand for: --labels labels.csv.")
    return " ".join(cures)
