"""Bands on a group's share of each school's students, and the presets that are named after a policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from rezoning.scenario.naming import GroupName, NumberColumn, SchoolId
from rezoning.scenario.section import Number, Section, Share, Wrong


class Range(Section):
    """A range of shares: around a target, or from min to max."""

    within: Annotated[Share, Field(le=1)] | None = Field(default=None, description="Points to either side of the target.")
    target: Share | None = Field(default=None, description="The middle of the band; the district's share when left out.")
    relative: bool = Field(default=False, description="`within` is a share of the target, not points.")
    min: Annotated[Number, Field(ge=0)] | None = Field(default=None, description="Least share, or least mean of `index`.")
    max: Annotated[Number, Field(ge=0)] | None = Field(default=None, description="Largest share, or largest mean of `index`.")

    def _wrongs(self) -> Iterator[Wrong]:
        if self.within is None and (self.target is not None or self.relative):
            key = "target" if self.target is not None else "relative"
            yield Wrong("target and relative belong to within.", "Add within:, or drop them.", at=(key,))
        if self.within is not None and (self.min is not None or self.max is not None):
            yield Wrong("within and min or max both give the band.", "Keep one of the two.", at=("within",))
        if self.min is not None and self.max is not None and self.max < self.min:
            yield Wrong(f"min {self.min:g} is above max {self.max:g}.", "Lower min or raise max.", at=("min",))

    @property
    def is_given(self) -> bool:
        """Whether it says anything."""
        return self.within is not None or self.min is not None or self.max is not None

    def limits(self, share: float) -> tuple[float, float]:
        """Least and largest share, for a district whose share is given; infinite where there is none."""
        if self.within is not None:
            target = share if self.target is None else self.target
            reach = self.within * target if self.relative else self.within
            return target - reach, target + reach
        return -float("inf") if self.min is None else self.min, float("inf") if self.max is None else self.max


@dataclass(frozen=True)
class Preset:
    """A band that a policy has used: the ranges of which one must hold, and where it comes from."""

    ranges: tuple[Range, ...]
    source: str
    needs: Literal["", "schools", "index"] = ""
    from_share: float = 0.0
    """A district's least share of the group for which the ranges after the first hold."""


NOT_ADVICE = "configuration, not legal advice"

PRESETS: dict[str, Preset] = {
    "court15": Preset((Range(within=0.15),), "the deviation that courts approved most often, 15 points either side of the district's share"),
    "ct25": Preset((Range(within=0.25),), "Connecticut, C.G.S. 10-226b and Regs. 10-226e-5: racially imbalanced above 25 points from the district"),
    "ct_diverse": Preset(
        (Range(within=0.25), Range(min=0.25, max=0.75)),
        "Connecticut, Regs. 10-226e-1: within 25 points of the district or, in districts of 50 % and more, a diverse school with 25 to 75 %",
        from_share=0.5,
    ),
    "cambridge10": Preset((Range(within=0.10),), "Cambridge, Massachusetts: 10 points either side of the district's share of paid lunch"),
    "jcps_index": Preset(
        (Range(min=1.4, max=2.5),), "Jefferson County, Kentucky: a school's mean of the areas' categories 1 to 3 from 1.4 to 2.5", needs="index"
    ),
    "fifty_fifty": Preset(
        (Range(target=0.5, within=0.05),), "Dallas 50/50 schools: half of the students from low-income homes, 5 points either side", needs="schools"
    ),
}

PresetName = Literal["court15", "ct25", "ct_diverse", "cambridge10", "jcps_index", "fifty_fifty"]


class BandRule(Range):
    """A band on a group's share of each school's students."""

    group: GroupName | None = Field(default=None, description="The group.")
    index: NumberColumn | None = Field(default=None, description="Instead of a group: units column with a number, averaged over a school's students.")
    preset: PresetName | None = Field(default=None, description="A band that a policy has used; prints its source. Configuration, not legal advice.")
    either: tuple[Range, ...] = Field(default=(), description="Further ranges: each school keeps the band or one of these, whichever it likes.")
    schools: tuple[SchoolId, ...] | None = Field(default=None, description="For these schools only.")
    except_schools: tuple[SchoolId, ...] = Field(default=(), description="Not for these schools.")
    soft: bool = Field(default=False, description="No rule: students outside are counted by `minimize: out_of_band`.")

    def _wrongs(self) -> Iterator[Wrong]:
        yield from super()._wrongs()
        if (self.group is None) == (self.index is None):
            yield Wrong("a band is on a group or on an index.", "Give group: or index:, one of the two.")
        for key in ("target", "min", "max"):
            share = getattr(self, key)
            if self.index is None and share is not None and share > 1:
                yield Wrong(f"{share:g} is too large for a share of students.", "Give at most 1.", at=(key,))
        preset = None if self.preset is None else PRESETS[self.preset]
        if preset is None and not self.is_given:
            yield Wrong("no range is given.", "Give within, min, max or a preset.")
        if preset is not None and (self.is_given or self.either):
            yield Wrong(f"preset {self.preset} is a range already.", "Drop the preset or the range.", at=("preset",))
        if preset is not None and preset.needs == "schools" and self.schools is None:
            yield Wrong(f"{self.preset} is for chosen schools.", "Add schools: and their ids.", at=("preset",))
        if preset is not None and (preset.needs == "index") != (self.index is not None):
            wanted = "index:, the column with the category of each unit" if preset.needs == "index" else "group:"
            yield Wrong(f"{self.preset} does not fit here.", f"Give {wanted}.", at=("preset",))
        if self.schools is not None and set(self.schools) <= set(self.except_schools):
            yield Wrong("schools and except_schools leave no school.", "Name a school that is not in except_schools.", at=("schools",))
        if self.index is not None and any(part.within is not None and part.target is None for part in self.ranges):
            yield Wrong("an index has no district's share to lie within.", "Give min and max, or a target.", at=("within",))

    @property
    def ranges(self) -> tuple[Range, ...]:
        """The ranges of which a school must keep one."""
        return PRESETS[self.preset].ranges if self.preset is not None else (self, *self.either)

    def ranges_at(self, share: float) -> tuple[Range, ...]:
        """Those of the ranges that hold in a district where the group has this share: a law may know some of them for certain districts only."""
        least = 0.0 if self.preset is None else PRESETS[self.preset].from_share
        return self.ranges if share >= least - 1e-9 else self.ranges[:1]

    def holds_for(self, school: str) -> bool:
        """Whether the band is on this school, by its id."""
        return (self.schools is None or school in self.schools) and school not in self.except_schools
