"""The section `data.students`: a point for each student, in place of columns of the units file."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from rezoning.scenario.filter import Filter
from rezoning.scenario.section import Columns, File, Section, Text, Wrong
from rezoning.scenario.source import Source


class PointGroup(Section):
    """Who of the students belongs to a group."""

    column: Text = Field(description="Column of the students' file.")
    equals: Columns | None = Field(
        default=None, description="The text, or list of texts, that it has for students of the group; left out: the column says yes or no."
    )


class StudentPoints(Source):
    """A point for each student, counted into the units; no point and no id of a student is kept."""

    path: File = Field(description="Layer of points, or a table with columns of longitude and latitude: a row for each student.")
    groups: dict[Text, PointGroup] = Field(default_factory=dict, description="Group name to the column that says who belongs to it.")
    grade: Text | None = Field(default=None, description="Column with the student's grade, for `rules.phase_in` and for `grades`.")
    grades: tuple[Text, ...] = Field(
        default=(), description="Grades that count, as `grade` has them; students of others are left out. All when left out."
    )
    filter: Filter | None = None

    def _wrongs(self) -> Iterator[Wrong]:
        if self.grades and self.grade is None:
            yield Wrong("grades needs grade, the column that holds them.", "Give grade, or drop it.", at=("grades",))
        if "others" in self.groups:
            yield Wrong("others means all other students, in versus: others.", "Give the group another name.", at=("groups", "others"))
        yield from super()._wrongs()
