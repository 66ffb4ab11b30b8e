"""Kinds of numbers: a kind decides unit, decimals, hundredths, sign, spreadsheet format, and from when on two values look alike.

Every table, sentence, chart and sheet for people writes its numbers here, so that none of them can round a value in a way of its own. What stands
beside each other is written `together`: with the same decimals, as many as it takes to tell different values apart. Only values that privacy
rounded to the same, or that differ by less than was measured, look alike; then nobody says that one of them is better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from rezoning.public.cell import Cell, Rounded, decimals, difference, hundredfold, is_number
from rezoning.report.language import NOTHING, PERCENT, Language
from rezoning.scenario.reporting import KM_PER_MILE

Kind = Literal["index", "percent", "points", "count", "travel", "travel_km", "km", "m", "ratio", "text"]
Direction = Literal["lower", "higher"]
"""Which values are better."""

FOOT = 0.3048  # m
CLEAN = 9  # decimals beyond which numbers are noise of arithmetic


@dataclass(frozen=True)
class Manner:
    """How numbers of a kind are written.

    Parameters
    ----------
    digits
        Decimals, as written: of hundredths where it is written in these.
    unit
        ``%``, or the key of the unit's string: ``points``, ``min``, ``km``; nothing for bare numbers.
    change
        Unit of a difference: a difference of percentages is one of points.
    sheet
        Number format of a spreadsheet, with all decimals.
    in_hundredths
        Whether 0.5 is written as 50.
    extra
        Decimals that may be added where different values would look alike: no more than is measured.
    size
        Of the unit that is written, in the unit of the number.
    """

    digits: int
    unit: str = ""
    change: str = ""
    sheet: str = "0"
    in_hundredths: bool = False
    extra: int = 0
    size: float = 1.0


MANNERS: dict[Kind, Manner] = {
    "index": Manner(3, sheet="0.000", extra=3),
    "percent": Manner(1, "%", "points", "0.0%", in_hundredths=True, extra=3),
    "points": Manner(1, "points", "points", "0.0", in_hundredths=True, extra=3),
    "count": Manner(0, sheet="#,##0"),
    "travel": Manner(1, "min", "min", "0.0", extra=3),
    "travel_km": Manner(2, "km", "km", "0.00", extra=2),
    "km": Manner(1, "km", "km", "0.0", extra=2),
    "m": Manner(0, "m", "m", "0"),
    "ratio": Manner(2, sheet="0.00", extra=3),
    "text": Manner(0, sheet="General"),
}
"""As measured."""

UNITED_STATES: dict[Kind, Manner] = {
    "travel_km": replace(MANNERS["travel_km"], unit="mi", change="mi", size=KM_PER_MILE),
    "km": replace(MANNERS["km"], unit="mi", change="mi", size=KM_PER_MILE),
    "m": replace(MANNERS["m"], unit="ft", change="ft", size=FOOT),
}
"""As people there read it, where that is another unit."""


def settled(kind: Kind, travel_unit: str) -> Kind:
    """The kind in a district: kilometers of a trip have one decimal more than minutes."""
    return "travel_km" if kind == "travel" and travel_unit == "km" else kind


def manner(kind: Kind, language: Language) -> Manner:
    """How readers read numbers of a kind: `report.units` says in which units of length."""
    return UNITED_STATES.get(kind, MANNERS[kind]) if language.units == "us" else MANNERS[kind]


def in_units(value: float, kind: Kind, language: Language) -> float:
    """A number in the unit that it is written in: hundredths, miles."""
    said = manner(kind, language)
    return hundredfold(value) if said.in_hundredths else value if said.size == 1 else float(value) / said.size


# -- what looks alike ------------------------------------------------------------------------------------------------


def all_as_shown(values: Sequence[Cell], kind: Kind) -> list[Cell]:
    """Values as readers can tell them apart: numbers all as exact as the one of them that is known least exactly."""
    digits = _most(values, kind)
    return [_seen(value, kind, digits) if is_number(value) else value for value in values]


def _most(values: Iterable[Cell], kind: Kind) -> int:
    """Decimals that may be written of values in a row, in the units of measurement."""
    said = MANNERS[kind]
    return min((_known(value, kind, said.digits + said.extra) for value in values if is_number(value)), default=said.digits)


def _known(value: float, kind: Kind, most: int) -> int:
    return decimals(hundredfold(value) if MANNERS[kind].in_hundredths else value, most)


def _seen(value: float, kind: Kind, digits: int) -> Rounded:
    """A value to so many decimals of what is written of it."""
    clean = round(float(value), CLEAN)
    if MANNERS[kind].in_hundredths:
        return Rounded(round(100 * clean, digits) / 100, digits + 2)
    return Rounded(clean, digits)


def difference_as_shown(value: Cell, reference: Cell, kind: Kind) -> Cell:
    """One value less another, as readers may see both."""
    return difference(*all_as_shown([value, reference], kind))


def change_of(value: Cell, reference: Cell, kind: Kind) -> Cell:
    """How much more a value is than another; None where readers cannot tell them apart, or either is not known."""
    change = difference_as_shown(value, reference, kind)
    return change or None if is_number(change) else None


# -- what is written -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Together:
    """How values are written that stand beside each other.

    Parameters
    ----------
    digits
        Decimals of each, as written.
    most
        Decimals that are known of all of them, in the units of measurement.
    """

    kind: Kind
    language: Language
    digits: int
    most: int

    def text(self, value: Cell) -> str:
        """A value with a sign of percent and no other unit."""
        if self.kind == "text":
            return NOTHING if value is None else str(value)
        if not is_number(value):
            return self.language.number(value)
        return self.language.number(self._number(value), self.digits) + (PERCENT if self._said.unit == "%" else "")

    def with_unit(self, value: Cell) -> str:
        """A value with its unit."""
        return with_unit(self.text(value), "" if self._said.unit == "%" else self._said.unit, self.language)

    def signed(self, change: Cell) -> str:
        """A difference of two values, with its sign."""
        return self.language.change(self._number(change) if is_number(change) else change, self.digits)

    def change(self, value: Cell, reference: Cell) -> str:
        """How much more a value is than another, with its sign: as what is written of both says."""
        if not is_number(value) or not is_number(reference):
            return self.language.change(difference(value, reference))
        return self.language.change(self._rounded(value) - self._rounded(reference), self.digits)

    def change_with_unit(self, value: Cell, reference: Cell) -> str:
        """The same, with its unit."""
        return with_unit(self.change(value, reference), self._said.change, self.language)

    def is_same(self, value: Cell, reference: Cell) -> bool:
        """Whether readers cannot tell two numbers apart."""
        return is_number(value) and is_number(reference) and _seen(value, self.kind, self.most) == _seen(reference, self.kind, self.most)

    @property
    def sheet_format(self) -> str:
        """Number format of a spreadsheet."""
        form = self._said.sheet
        whole, _, rest = form.partition(".")
        ending = rest.lstrip("0") if rest else "%" * form.endswith("%")
        return f"{whole.removesuffix('%')}{'.' * bool(self.digits)}{'0' * self.digits}{ending}" if self.kind != "text" else form

    def sheet_number(self, value: float) -> float:
        """What a spreadsheet holds: some decimals more than it shows, never half a unit off what is shown, which it might round to another."""
        number = self._number(value)
        shown, exact = round(number, self.digits), round(number, self.digits + 2)
        kept = shown if abs(abs(exact - shown) - 0.5 * 10.0**-self.digits) < 1e-9 else exact
        return (round(kept / 100, self.digits + 4) if self._said.unit == "%" else kept) + 0.0

    @property
    def is_percent(self) -> bool:
        """Whether what is written has a sign of percent."""
        return self._said.unit == "%"

    @property
    def _said(self) -> Manner:
        return manner(self.kind, self.language)

    def _number(self, value: float) -> float:
        return float(in_units(float(_seen(value, self.kind, self.most)), self.kind, self.language))

    def _rounded(self, value: float) -> float:
        return round(self._number(value), self.digits)

    def shown(self, value: Cell) -> Cell:
        """The number that is written, in the unit that it is written in; anything else as it is."""
        return self._rounded(value) if is_number(value) else value


def together(values: Iterable[Cell], kind: Kind, language: Language, fewest: int | None = None) -> Together:
    """How values are written that stand beside each other: with the fewest decimals, from the usual or those given on, that tell different apart."""
    cells = list(values)
    said, most = manner(kind, language), _most(cells, kind)
    numbers = sorted({in_units(float(value), kind, language) for value in all_as_shown(cells, kind) if is_number(value)})
    last = most + (said.size > 1)  # of a longer unit one decimal more is known
    for digits in range(min(said.digits if fewest is None else fewest, most), last):
        if all(round(one, digits) < round(other, digits) and other - one > 0.499 * 10.0**-digits for one, other in pairwise(numbers)):
            return Together(kind, language, digits, most)
    return Together(kind, language, last, most)


def written(value: Cell, kind: Kind, language: Language) -> str:
    """A value that stands alone as the language writes it, with a sign of percent and no other unit."""
    return together([value], kind, language).text(value)


def written_with_unit(value: Cell, kind: Kind, language: Language) -> str:
    """A value that stands alone, with its unit."""
    return together([value], kind, language).with_unit(value)


def signed(value: Cell, kind: Kind, language: Language) -> str:
    """A difference of two values, with its sign; with so many decimals that it does not look like none."""
    return together([value, 0.0], kind, language).signed(value)


def roughly(share: float, language: Language) -> str:
    """A share in whole percent; below one as exactly as it takes not to look like nothing."""
    return language.percent(share, 0) if share >= 0.01 or share == 0 else together([share, 0.0], "percent", language).text(share)


def written_length(km: Cell, language: Language) -> str:
    """A length with its unit; short ones in meters or feet, so that none is 0."""
    is_short = is_number(km) and km < (0.2 * KM_PER_MILE if language.units == "us" else 1.0)
    if not is_short or not is_number(km):
        return written_with_unit(km, "km", language)
    return written_with_unit(max(1000 * float(km), 1.0), "m", language)


def given(value: float, kind: Kind, language: Language) -> str:
    """A number that a scenario gives, with its unit, as exact as it is given; three digits in a unit that it is not given in."""
    said = manner(kind, language)
    number = in_units(value, kind, language)
    return with_unit(f"{number:g}" if said.size == 1 else f"{number:.3g}", said.unit, language)


def unit_of(kind: Kind, language: Language) -> str:
    """The unit of a kind for people; nothing for bare numbers, shares and counts."""
    return unit_words(manner(kind, language).unit, language)


def with_unit(number: str, unit: str, language: Language) -> str:
    """A written number with its unit, on one line; no unit where there is no number."""
    return f"{number}\N{NO-BREAK SPACE}{unit_words(unit, language)}" if unit and any(map(str.isdigit, number)) else number


def unit_words(unit: str, language: Language) -> str:
    """A unit for people."""
    return unit if unit in ("", "%") else language.text(f"measures.unit_{unit}")
