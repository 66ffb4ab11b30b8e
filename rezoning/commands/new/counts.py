"""Students, groups, grades and years to come: which columns of the units, or of a table beside them, count what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rezoning.commands.new.asking import Choice
from rezoning.commands.new.beside import best_level, is_subset
from rezoning.commands.new.draft import Draft, file_keys
from rezoning.commands.new.finds import Found, of_kind
from rezoning.commands.new.level import grade_number
from rezoning.commands.new.looked import Looked
from rezoning.commands.new.words import LABELS, LEVEL_GRADES, RACES, level_of
from rezoning.district.detect import words_of
from rezoning.district.district import Floats
from rezoning.errors import DataError, Problem

WEAK = frozenset({"total", "tot", "count", "k5", "k6"})
"""Names that count students only if nothing else does."""

FEWEST = 30
"""Smaller groups are not judged by the statement, and no rule is about them."""

MOST_ALIKE = 0.02


def fill_counts(draft: Draft) -> None:
    """Write the counts into `data.units` or `data.students`."""
    source, points = _source(draft), draft.folder.best("students")
    if points is not None and (source is None or _are_points(draft, source, points)):
        _from_points(draft, points)
        return
    if source is None:
        raise DataError(_uncounted(draft))
    counted, one = source.columns, source.looked
    columns = _students(draft, source)
    total = np.sum([_counts(one, column) for column in columns], axis=0)
    units = draft.data["units"]
    units["students"] = columns[0] if len(columns) == 1 else columns
    _groups(draft, source, total)
    grades = _grades_of(counted["grades"], draft)
    if (len(columns) == 1 and grades and _is_sum(one, list(grades.values()), total)) or len(columns) > 1:
        units["grades"] = grades
    if counted["years"]:
        units["students_by_year"] = counted["years"]
        draft.note("data.units.students_by_year", "The forecast: there must be room then, too.")
    if counted["growth"]:
        units["growth"] = counted["growth"]


def _are_points(draft: Draft, source: Found, points: Found) -> bool:
    """Whether students are to be counted from their points and not from columns: both do, and points may know groups that columns do not."""
    better = bool(points.columns["flags"] or points.columns["races"]) and not source.columns["groups"]
    choices = [Choice("points", points.why), Choice("columns", source.why)]
    why = "they say who belongs to which group, and no column does" if better else "columns are the district's own counts"
    key, text = "count", f"Students are points in {points.name} and counts in {source.name}: which are to be used?"
    return draft.asking.choose(key, text, choices, 0 if better else 1, why) == "points"


def _uncounted(draft: Draft) -> Problem:
    """What to say where nothing counts students."""
    units = draft.folder.units
    assert units is not None
    people = units.columns["people"]
    said = f" '{people[0]}' counts everybody who lives there, and total population is not students." if people else ""
    cure = "Add a table of students by unit, their points, or census files: rezoning new --list LEAID says which."
    return Problem(units.name, f"has no column of students, and no other file counts them.{said}", cure)


def _source(draft: Draft) -> Found | None:
    """The file that counts students: the units themselves, else a table that is joined to them; None where no columns do."""
    units, tables = draft.folder.units, of_kind(draft.folder.finds, "counts")
    assert units is not None
    if units.columns["students"] or units.columns["grades"]:
        units.use = "the units and their students"
        return units
    tables = [one for one in tables if one.columns["students"] or one.columns["grades"]]
    if tables:
        choices = [Choice(one.name, one.why) for one in tables]
        answer = draft.asking.choose("counts", "Which table counts the students of the units?", choices) if len(tables) > 1 else tables[0].name
        table = next(one for one in tables if one.name == answer)
        units.use, table.use = "the units' shapes", "students, joined to the units"
        draft.data["units"]["join"] = [{**file_keys(table), "on": table.columns["on"]}]
        return table
    return None


def _students(draft: Draft, source: Found) -> list[str]:
    """The column of students, or the columns of grades that add up to them."""
    one, counted = source.looked, source.columns
    grades = list(_grades_of(counted["grades"], draft).values())
    options = [[column] for column in best_level(counted["students"], draft.level)]
    if grades and not (options and _is_sum(one, grades, _counts(one, options[0][0]))):
        options = [grades, *options] if all(set(words_of(option[0])) <= WEAK for option in options) else [*options, grades]
    if not options:
        raise DataError(
            Problem(one.table.name, f"has no students of {draft.level} schools.", "Give --level, or a column of students or of each grade.")
        )
    if len(options) == 1 and not set(words_of(options[0][0])) <= WEAK:
        return options[0]
    choices = [Choice("+".join(option), f"{np.sum([_counts(one, column) for column in option]):,.0f} in all") for option in options]
    why = "its name says so" if len(options) > 1 else "no other column looks like students"
    answer = draft.asking.choose("students", f"Which column counts the students of {draft.level} schools?", choices, why=why)
    return next(option for option in options if "+".join(option) == answer)


def _grades_of(grades: Mapping[str, str], draft: Draft) -> dict[str, str]:
    """The columns of the grades that the level's schools teach, in order."""
    wanted = set(LEVEL_GRADES[draft.level])
    schools = draft.folder.schools
    if draft.level == "elementary" and schools is not None and schools.columns["highest"]:
        tops = [grade_number(text) for text in schools.looked.texts(schools.columns["highest"])]
        wanted |= {"6"} if tops and np.mean([top is not None and top == 6 for top in tops]) > 0.5 else set()
    order = ["K", *map(str, range(1, 13))]
    return {grade: grades[grade] for grade in order if grade in grades and grade in wanted}


def _counts(one: Looked, column: str) -> Floats:
    found = one.counts(column)
    assert found is not None
    return found


def _is_sum(one: Looked, columns: Sequence[str], total: Floats) -> bool:
    summed = np.sum([_counts(one, column) for column in columns], axis=0)
    return bool(abs(summed.sum() - total.sum()) <= MOST_ALIKE * max(total.sum(), 1) and np.mean(np.abs(summed - total) < 0.5) > 0.9)


# -- groups ----------------------------------------------------------------------------------------------------------


def _groups(draft: Draft, source: Found, total: Floats) -> None:
    """Groups whose columns count a part of the students; which column where a group has several is asked."""
    one = source.looked
    found: dict[str, str] = {}
    for group, columns in source.columns["groups"].items():
        fitting = [column for column in best_level(columns, draft.level) if _is_part(draft, one, column, group, total)]
        if draft.level in {level_of(column) for column in fitting}:
            fitting = [column for column in fitting if level_of(column) == draft.level]
        if len(fitting) > 1:
            choices = [Choice(column, f"{_counts(one, column).sum():,.0f} students") for column in fitting]
            fitting = [draft.asking.choose(f"groups.{group}", f"Which column counts students who are {LABELS[group]}?", choices)]
        if fitting:
            found[group] = fitting[0]
    if not found:
        return
    counts = {group: _counts(one, column) for group, column in found.items()}
    draft.data["units"]["groups"] = found
    races = [group for group in RACES if group in found]
    if len(races) > 1 and np.mean(np.sum([counts[group] for group in races], axis=0) <= total + 0.5) == 1:
        draft.data["units"]["partition"] = races
        draft.note("data.units.partition", "These do not overlap.")
    above = int(np.sum(np.any([count > total + 1e-6 for count in counts.values()], axis=0)))
    if above:
        draft.data["units"]["groups_above_total"] = "keep"
        draft.note(
            "data.units.groups_above_total", f"In {above} units a group has more students than the unit has in all; they are kept as they are."
        )
    draft.main = main_group(draft, {group: float(count.sum()) for group, count in counts.items()}, float(total.sum()))


def _is_part(draft: Draft, one: Looked, column: str, group: str, total: Floats) -> bool:
    """Whether a column counts a part of the students, and does not hold shares."""
    counts = _counts(one, column)
    if not counts.any():
        return False
    if counts.max() <= 1 and np.any(np.mod(counts, 1)):
        draft.remark(f"{one.name}: column '{column}' ({LABELS[group]}) holds shares, not students; it is left out. Multiply it with the students.")
        return False
    if not is_subset(counts, total):
        draft.remark(f"{one.name}: column '{column}' ({LABELS[group]}) has more students than there are in many units; it is left out.")
        return False
    return True


def main_group(draft: Draft, sizes: Mapping[str, float], students: float) -> str | None:
    """The group that goals are about: low income where it is known, else asked."""
    able = [group for group, size in sizes.items() if size >= FEWEST and size <= students - FEWEST]
    if "low_income" in able:
        return "low_income"
    if not able:
        return None
    ranked = sorted(able, key=lambda group: abs(sizes[group] / students - 0.5))
    choices = [Choice(group, f"{100 * sizes[group] / students:.0f} % of the students") for group in ranked]
    why = "its share is nearest to half; no group says who is from a low-income home"
    answer = draft.asking.choose("group", "Which group is to be evened out across the schools?", choices, why=why)
    if answer in RACES:
        draft.remark("The first goal is about race: whether zones may be drawn so is a question for counsel (scenarios/README.md, attributes).")
    return answer


# -- points ----------------------------------------------------------------------------------------------------------


def _from_points(draft: Draft, points: Found) -> None:
    """Students as points, counted into the units."""
    units = draft.folder.units
    assert units is not None
    units.use, points.use = "the units", "students, counted into the units"
    draft.data["units"].pop("join", None)
    section: dict[str, Any] = file_keys(points)
    one, columns = points.looked, points.columns
    groups = {**{group: _flag(one, column) for group, column in columns["flags"].items()}, **columns["races"]}
    if groups:
        section["groups"] = groups
    if columns["grade"]:
        section["grade"] = columns["grade"]
        held = sorted(one.distinct(columns["grade"]), key=lambda text: (grade_number(text) is None, grade_number(text) or 0))
        wanted = {0 if grade == "K" else int(grade) for grade in LEVEL_GRADES[draft.level]}
        taught = [text for text in held if grade_number(text) in wanted]
        if taught and len(taught) < len(held):
            section["grades"] = taught
    draft.data["students"] = section
    draft.note("data.students", "A point for each student: counted into the units, and forgotten.")
    races = [group for group in RACES if group in columns["races"]]
    if len(races) > 1:
        draft.data["units"]["partition"] = races
    sizes = {group: float(np.isin(one.texts(said["column"]), said["equals"]).sum()) for group, said in groups.items()}
    draft.main = main_group(draft, sizes, one.rows)


YES = frozenset({"y", "yes", "true", "t", "1", "x", "frl", "free", "reduced", "f", "r"})
NO = frozenset({"n", "no", "false", "0", "", "paid", "none", "p"})


def _yes(one: Looked, column: str) -> list[str]:
    held = sorted(one.distinct(column))
    return [text for text in held if text.lower() in YES] or [text for text in held if text.lower() not in NO]


def _flag(one: Looked, column: str) -> dict[str, Any]:
    yes = _yes(one, column)
    return {"column": column, "equals": yes[0] if len(yes) == 1 else yes}
