"""The section `report`: what public outputs say besides the numbers, and how the equity impact statement judges them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rezoning.scenario.basemap import Basemap
from rezoning.scenario.languages import Code
from rezoning.scenario.naming import GroupName, ProgramName
from rezoning.scenario.said import Said
from rezoning.scenario.section import File, Number, Section, Share, Text, Whole, Wrong, as_column
from rezoning.scenario.source import Source

Units = Literal["us", "metric"]
"""Of the lengths that people read."""

FINDINGS = range(1, 13)
"""Numbers of the findings of the equity impact statement."""


class Addresses(Source):
    """Addresses that the school finder knows; a table of the whole district, not of students."""

    path: File = Field(description="A table with one address a row, or a layer of points.")
    address: Text | None = Field(default=None, description="Column with the whole address; or give `number` and `street`. Detected when left out.")
    number: Text | None = Field(default=None, description="Column with the house number; detected when left out.")
    street: Text | None = Field(default=None, description="Column with the street; detected when left out.")
    lon: Text | None = Field(default=None, description="Column of longitudes in degrees; detected when left out.")
    lat: Text | None = Field(default=None, description="Column of latitudes in degrees; detected when left out.")


def as_address(value: Any) -> Any:
    """The whole address of a page."""
    text = as_column(value)
    if isinstance(text, str) and not re.fullmatch(r"https?://[^\s\"'<>]+", text):
        raise Wrong(f"'{text}' is not the whole address of a page.", "Begin it with https://, without spaces.")
    return text


Address = Annotated[str, BeforeValidator(as_address)]


class Links(Section):
    """Where pages of the same plans are published, for the links between them; without it they link where they stand beside each other."""

    report: Address | None = Field(default=None, description="Address of the report, for the school finder, the memo and the map for other sites.")
    finder: Address | None = Field(default=None, description="Address of the school finder, for the report.")


class Statement(Section):
    """What the findings of the equity impact statement are measured by."""

    definition: Literal["chance", "strict"] = Field(
        default="chance",
        description="What decides: `chance` lets a count or share fail only where it is on the wrong side in a share `confidence` of the draws, "
        "`strict` by a single student.",
    )
    index: Literal["dissimilarity", "normalized_exposure", "isolation", "gini"] = Field(
        default="dissimilarity", description="Findings 1, 2, 10: the index of segregation, for each group."
    )
    isolated_above: Literal[50, 75, 90] = Field(
        default=75, description="Finding 3: a school isolates a group that is this percentage of it or more; 50 is shown too."
    )
    max_ratio: Annotated[Number, Field(ge=1)] = Field(
        default=1.10, description="Finding 5: most that a group's share of reassigned students may be, times everyone's."
    )
    max_extra: Share = Field(default=1.0, description="Finding 6: most minutes (km) a group's mean added travel may be above everyone's.")
    min_students: Annotated[Whole, Field(ge=1)] = Field(default=30, description="Findings 1-3, 5-7, 10: smaller groups are not judged.")
    opt_out: Annotated[Number, Field(ge=0, le=1)] = Field(
        default=0.25, description="Finding 10: share of reassigned students who might leave instead; 0 and half of it are shown too."
    )
    draws: Annotated[Whole, Field(ge=100, le=100_000)] = Field(default=1000, description="How often the counts are drawn anew.")
    confidence: Annotated[Number, Field(gt=0.5, lt=1)] = Field(
        default=0.9, description="Share of draws from which on something is more than chance; finding 10: least in which segregation is not higher."
    )
    min_change: Share | None = Field(
        default=None, description="Least improvement of an index that counts; what the draws can tell from noise when left out."
    )
    required: tuple[Whole, ...] = Field(
        default=(1, 2, 3, 5, 6, 7, 8), description="Findings that must be met before a plan is said to advance equal educational opportunity."
    )

    def _wrongs(self) -> Iterator[Wrong]:
        for position, number in enumerate(self.required):
            if number not in FINDINGS:
                yield Wrong(f"there is no finding {number}.", "Give numbers from 1 to 12.", at=("required", position))


class Report(Section):
    """What reports, finder and exports say besides the numbers; every text in one language, or in several: `{en: …, es: …}`."""

    title: Said = Field(default="", description="Heading of the report; the scenario's name when left out.")
    author: Said = Field(default="", description="Who made the plan: the district, a committee, a community group.")
    level: Said = Field(default="", description="Grades or level of the schools, for people.")
    year: Said = Field(default="", description="School year from which the plan would hold, for people.")
    sources: Said = Field(default="", description="Where the data come from, of which year, and what in them is estimated, for people.")
    comments_until: Said = Field(default="", description="Until when comments are taken, for people.")
    official: bool = Field(
        default=False, description="Whether the district proposes it; otherwise every page says 'illustrative, not a district proposal'."
    )
    language: Code = Field(default="en", description="Language of pages and statement.")
    units: Units = Field(
        default="us",
        description="Of the lengths that people read: `us` miles and feet, as families there know them, `metric` kilometers and meters. Scenario, "
        "data and files for machines (JSON, CSV, GIS) stay metric.",
    )
    labels: dict[GroupName, Said] = Field(default_factory=dict, description="Group to what people call it.")
    programs: dict[ProgramName, Said] = Field(default_factory=dict, description="Program to what people call it.")
    min_cell: Annotated[Whole, Field(ge=0)] = Field(
        default=10, description="Numbers of fewer students are hidden in public outputs, with others that would give them away; 0 hides nothing."
    )
    addresses: Addresses | None = Field(default=None, description="Addresses for the school finder.")
    links: Links = Field(default_factory=Links, description="Where report and finder are published.")
    basemap: Basemap | None = None
    statement: Statement = Field(default_factory=Statement)
