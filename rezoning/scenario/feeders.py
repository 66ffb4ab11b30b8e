"""Which schools of one level feed which of another: the keys that rules and goals of feeders share.

feed(e, m) = students, of the level that is counted, who live in the zone of e at the lower level and in that of m at the upper one. The denominator
of a feed's share is the sum of the feeds of its lower school, or of its upper one: all counted students who live in that zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, create_model

from rezoning.scenario.naming import LevelName
from rezoning.scenario.section import Number, Section, Whole, Wrong

if TYPE_CHECKING:

    class From(Section):
        """The lower of two levels."""

else:  # `from` is a word of Python's, and no field of a class as it is usually written
    From = create_model(
        "From",
        __base__=Section,
        __doc__="The lower of two levels.",
        **{"from": (LevelName | None, Field(default=None, description="Feeders: the lower level; may be left out where there are two."))},
    )


class Between(From):
    """Two levels, and whose students are counted between them."""

    to: LevelName | None = Field(default=None, description="Feeders: the upper level; likewise.")
    count: LevelName | None = Field(default=None, description="Feeders: the level whose students are counted; the lower one when left out.")
    of: Literal["lower", "upper"] | None = Field(
        default=None,
        description="Feeders: the denominator of a feed's share: the counted students of its `lower` school (default), or of its `upper` one.",
    )

    @property
    def lower(self) -> str | None:
        """The lower level, as far as it is named: the key `from`."""
        named: str | None = getattr(self, "from")
        return named


class FeederRule(Between):
    """How schools of one level may feed those of another: how large a feed has to be, and how many schools may be split."""

    min_share: Annotated[Number, Field(gt=0, le=1)] | None = Field(
        default=None, description="Least share of a feed: of each, no counted student or at least this share of the denominator."
    )
    split: Literal["allow", "none"] = Field(default="allow", description="`none`: every lower school feeds one upper school only.")
    most_split: Annotated[Whole, Field(ge=0)] | None = Field(default=None, description="Most lower schools that may feed several upper schools.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.min_share is None and self.split == "allow" and self.most_split is None:
            yield Wrong("no limit is given.", "Give min_share, split: none or most_split.")
        if self.split == "none" and self.most_split is not None:
            yield Wrong("split: none lets no school be split, and most_split says how many may be.", "Keep one of them.", at=("most_split",))
