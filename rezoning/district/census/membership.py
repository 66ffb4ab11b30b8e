"""Students of each school by group and grade, and how many eat at a reduced price: the long files of the Common Core of Data.

File 052 holds a detail and several subtotals of it in one column; each total is taken from the rows that are that total, and never summed of others.
File 033 holds free, reduced, their sum and directly certified students in one column.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rezoning.district.census.codes import known, nces
from rezoning.district.detect import Texts, by_name
from rezoning.district.files.table import Table, texts
from rezoning.errors import DataError, Problem, shown

NONE = "No Category Codes"
UNIT_TOTAL = "Education Unit Total"
WITHOUT_ADULTS = "Derived - Education Unit Total minus Adult Education Count"
BY_GRADE = "Subtotal 4 - By Grade"
DETAIL = "Category Set A"

RACES = {
    "American Indian or Alaska Native": "native", "Asian": "asian", "Black or African American": "black", "Hispanic/Latino": "hispanic",
    "Native Hawaiian or Other Pacific Islander": "pacific", "Two or more races": "multiracial", "White": "white", "Not Specified": "not_specified",
}  # fmt: skip

GRADES = {
    "Pre-Kindergarten": "PK", "Kindergarten": "KG", **{f"Grade {k}": f"{k:02}" for k in range(1, 14)}, "Ungraded": "UG", "Adult Education": "AE",
}  # fmt: skip

FREE, REDUCED = "Free lunch qualified", "Reduced-price lunch qualified"
LUNCH_TABLE, CERTIFIED = "Free and Reduced-price Lunch Table", "Direct Certification"


def membership(table: Table) -> pd.DataFrame:
    """Students of each school, from file 052.

    Returns
    -------
    DataFrame
        By the twelve digits of a school: ``students``, a column for each group and one for each grade (``KG``, ``01`` …) that the file knows of any
        school; NaN where a number is not known, and a school with a part that is not known has no sum of it.
    """
    schools, count = nces(_column(table, "NCESSCH")), known(_column(table, "STUDENT_COUNT"))
    grade, race, sex, total = (texts(_column(table, name)) for name in ("GRADE", "RACE_ETHNICITY", "SEX", "TOTAL_INDICATOR"))
    rows = pd.DataFrame({"school": schools, "count": count, "grade": grade, "race": race, "sex": sex, "total": total})
    found: list[pd.Series[float]] = [_everyone(rows)]
    found += _by_group(rows) or _summed_detail(rows, "race", RACES)
    found += _by_grade(rows)
    return pd.concat(found, axis=1).rename_axis("NCESSCH")


def _everyone(rows: pd.DataFrame) -> pd.Series[float]:
    """All students: without adult education where the file says so."""
    less, whole = (_one_each(rows[rows["total"] == name]) for name in (WITHOUT_ADULTS, UNIT_TOTAL))
    less = less.reindex(less.index.union(whole.index))
    return less.where(less.notna(), whole.reindex(less.index)).rename("students")


def _by_group(rows: pd.DataFrame) -> list[pd.Series[float]]:
    """Subtotals by race and sex, over both sexes and those of whom it is not said."""
    inside = rows[(rows["grade"] == NONE) & (rows["race"] != NONE) & (rows["sex"] != NONE) & ~rows["total"].isin((UNIT_TOTAL, WITHOUT_ADULTS))]
    parts = inside.drop_duplicates(["school", "race", "sex"])  # with adults and without is the same subtotal twice
    return [_sum_by_school(parts[parts["race"] == race], name) for race, name in RACES.items() if (parts["race"] == race).any()]


def _by_grade(rows: pd.DataFrame) -> list[pd.Series[float]]:
    inside = rows[rows["total"] == BY_GRADE].drop_duplicates(["school", "grade"])
    found = [_sum_by_school(inside[inside["grade"] == grade], name) for grade, name in GRADES.items() if (inside["grade"] == grade).any()]
    return found or _summed_detail(rows, "grade", GRADES)


def _summed_detail(rows: pd.DataFrame, key: str, names: dict[str, str]) -> list[pd.Series[float]]:
    """A total that the file does not hold, from its detail by race, sex and grade."""
    inside = rows[rows["total"].str.startswith(DETAIL)]
    return [_sum_by_school(inside[inside[key] == value], name) for value, name in names.items() if (inside[key] == value).any()]


def _one_each(rows: pd.DataFrame) -> pd.Series[float]:
    return rows.drop_duplicates("school").set_index("school")["count"]


def _sum_by_school(rows: pd.DataFrame, name: str) -> pd.Series[float]:
    """Sums that are not known where a part is not."""
    by_school = rows.groupby("school")["count"]
    sums, is_whole = by_school.sum(), by_school.count() == by_school.size()
    return sums.where(is_whole).rename(name)


def lunch(table: Table) -> pd.DataFrame:
    """Low-income students of each school, from file 033.

    Returns
    -------
    DataFrame
        By the twelve digits of a school: ``low_income``, those who qualify for a free or a reduced-price lunch, by their sum where the file does not
        hold the parts; ``directly_certified``, those whom another program says to be poor. NaN where a number is not known.
    """
    schools, count = nces(_column(table, "NCESSCH")), known(_column(table, "STUDENT_COUNT"))
    program = texts(_column(table, "LUNCH_PROGRAM"))
    group = _texts_or(table, "DATA_GROUP", LUNCH_TABLE)
    rows = pd.DataFrame({"school": schools, "count": count, "program": program, "group": group})
    meals = rows[rows["group"] != CERTIFIED].drop_duplicates(["school", "program"])
    meals = meals.pivot_table(index="school", columns="program", values="count", dropna=False).reindex(columns=[FREE, REDUCED, NONE])
    certified = _one_each(rows[rows["group"] == CERTIFIED]).rename("directly_certified")
    low_income = (meals[FREE] + meals[REDUCED]).fillna(meals[NONE]).rename("low_income")
    return pd.concat([low_income, certified], axis=1).rename_axis("NCESSCH")


def _column(table: Table, wanted: str) -> pd.Series[float]:
    name = by_name(table.columns, [wanted])
    if name is None:
        raise DataError(Problem(table.name, f"has no column {wanted}.", f"Columns: {shown(table.columns, 20)}."))
    found: pd.Series[float] = table.frame[name]
    return found


def _texts_or(table: Table, wanted: str, default: str) -> Texts:
    name = by_name(table.columns, [wanted])
    return np.full(len(table.frame), default, dtype=object) if name is None else texts(table.frame[name])
