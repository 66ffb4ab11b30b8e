"""The rule on openings: how many schools close and open, which must, and which go together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, Field

from rezoning.scenario.naming import OpenSchoolId
from rezoning.scenario.section import Need, Section, Share, Whole, Wrong, as_number, as_pair


def as_how_many(value: object) -> object:
    """A plain number is both ends."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"min": as_number(value), "max": as_number(value)}
    return value


class HowMany(Section):
    """A number, or the least and the most."""

    min: Annotated[Whole, Field(ge=0)] | None = Field(default=None, description="At least so many.")
    max: Annotated[Whole, Field(ge=0)] | None = Field(default=None, description="At most so many.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.min is None and self.max is None:
            yield Wrong("neither min nor max is given.", "Give a number, min, max or both.")
        if self.min is not None and self.max is not None and self.max < self.min:
            yield Wrong(f"min {self.min:g} is above max {self.max:g}.", "Lower min or raise max.", at=("min",))


SchoolPair = Annotated[tuple[OpenSchoolId, OpenSchoolId], BeforeValidator(as_pair)]
Counted = Annotated[HowMany, BeforeValidator(as_how_many)]


class OpeningsRule(Section):
    """Which schools close and which open. A school is open exactly when its zone has a unit; schools whose status is `open` always are."""

    needs = (Need("statuses"), Need("seats of schools", "least"))

    open: Counted | None = Field(default=None, description="How many candidates open: a number, or min and max; any number when left out.")
    close: Counted | None = Field(default=None, description="How many schools that may close do, likewise.")
    total: Counted | None = Field(default=None, description="How many schools are open in the end, likewise.")
    least: Share | None = Field(
        default=None,
        description="Least share of its seats that a school which may close or open has if it is open, in place of the `min` of `rules.capacity`.",
    )
    must_open: tuple[OpenSchoolId, ...] = Field(default=(), description="Schools that are open.")
    must_close: tuple[OpenSchoolId, ...] = Field(default=(), description="Schools that are closed; candidates among them do not open.")
    not_both: tuple[SchoolPair, ...] = Field(default=(), description="Pairs of schools of which one at most is open.")
    together: tuple[SchoolPair, ...] = Field(default=(), description="Pairs of schools that are both open or both closed.")

    def _wrongs(self) -> Iterator[Wrong]:
        for text in dict.fromkeys(text for text in self.must_close if text in self.must_open):
            yield Wrong(f"'{text}' must open and must close.", "Keep one of the two.", at=("must_close",))
        for key in ("not_both", "together"):
            for k, (one, other) in enumerate(getattr(self, key)):
                if one == other:
                    yield Wrong(f"'{one}' is paired with itself.", "Name two schools.", at=(key, k))
