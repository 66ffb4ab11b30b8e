"""Types of the texts that name something of a district: by them everybody knows what a scenario names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator

from rezoning.scenario.section import Text, as_pair


@dataclass(frozen=True)
class Names:
    """What a text is the name of.

    Parameters
    ----------
    kind
        What there must be in the district.
    says
        Of a column: what rules read in it.
    has_zone
        Of a school: it must be open. A closed school may be named where that says something of today, or asks for nothing: nobody will be there.
    """

    kind: Literal["unit", "school", "group", "grade", "program", "column", "level"]
    says: Literal["text", "flag", "year", "number"] = "text"
    has_zone: bool = False


UnitId = Annotated[Text, Names("unit")]
SchoolId = Annotated[Text, Names("school")]
OpenSchoolId = Annotated[Text, Names("school", has_zone=True)]
GroupName = Annotated[Text, Names("group")]
GradeName = Annotated[Text, Names("grade")]
ProgramName = Annotated[Text, Names("program")]
LevelName = Annotated[Text, Names("level")]
Column = Annotated[Text, Names("column")]
FlagColumn = Annotated[Text, Names("column", "flag")]
YearColumn = Annotated[Text, Names("column", "year")]
NumberColumn = Annotated[Text, Names("column", "number")]
TextPair = Annotated[tuple[Text, Text], BeforeValidator(as_pair)]
PairId = Annotated[tuple[UnitId, SchoolId], BeforeValidator(as_pair)]
