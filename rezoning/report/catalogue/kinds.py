"""Kinds of numbers: a kind decides unit, decimals, hundredths, sign, spreadsheet format, and from when on two values look alike.

Every table, sentence and sheet for people writes its numbers here, so that none of them can round a value in a way of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rezoning.public.cell import Cell, Rounded, decimals, difference, hundredfold, is_number
from rezoning.report.language import NOTHING, Language

Kind = Literal["index", "percent", "points", "count", "travel", "travel_km", "km", "ratio", "text"]
Direction = Literal["lower", "higher"]
"""Which values are better."""


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
    """

    digits: int
    unit: str = ""
    change: str = ""
    sheet: str = "0"
    in_hundredths: bool = False


MANNERS: dict[Kind, Manner] = {
    "index": Manner(3, sheet="0.000"),
    "percent": Manner(1, "%", "points", "0.0%", in_hundredths=True),
    "points": Manner(1, "points", "points", "0.0", in_hundredths=True),
    "count": Manner(0, sheet="#,##0"),
    "travel": Manner(1, "min", "min", "0.0"),
    "travel_km": Manner(2, "km", "km", "0.00"),
    "km": Manner(1, "km", "km", "0.0"),
    "ratio": Manner(2, sheet="0.00"),
    "text": Manner(0, sheet="General"),
}


def settled(kind: Kind, travel_unit: str) -> Kind:
    """The kind in a district: kilometers of a trip have one decimal more than minutes."""
    return "travel_km" if kind == "travel" and travel_unit == "km" else kind


# -- what looks alike ------------------------------------------------------------------------------------------------


def all_as_shown(values: Sequence[Cell], kind: Kind) -> list[Cell]:
    """Values as readers can tell them apart: numbers all rounded like the one of them that has the fewest decimals."""
    digits = min((decimals(value, _places(kind)) for value in values), default=0)
    return [Rounded(value, digits) if is_number(value) else value for value in values]


def _places(kind: Kind) -> int:
    """Decimals of the number itself."""
    return MANNERS[kind].digits + 2 * MANNERS[kind].in_hundredths


def as_shown(value: Cell, kind: Kind) -> Cell:
    """A number rounded as readers see it; anything else as it is."""
    return all_as_shown([value], kind)[0]


def difference_as_shown(value: Cell, reference: Cell, kind: Kind) -> Cell:
    """One value less another, as readers see both."""
    return difference(*all_as_shown([value, reference], kind))


def change_of(value: Cell, reference: Cell, kind: Kind) -> Cell:
    """How much more a value is than another; None where readers cannot tell them apart, or either is not known."""
    change = difference_as_shown(value, reference, kind)
    return change or None if is_number(change) else None


# -- what is written -------------------------------------------------------------------------------------------------


def written(value: Cell, kind: Kind, language: Language, extra: int = 0) -> str:
    """A value as the language writes it, with a sign of percent and no other unit; `extra` decimals where others would look alike."""
    said, digits = MANNERS[kind], MANNERS[kind].digits + extra
    if kind == "text":
        return NOTHING if value is None else str(value)
    if said.unit == "%":
        return language.percent(value, digits)
    return language.number(hundredfold(value) if said.in_hundredths and is_number(value) else value, digits)


def written_with_unit(value: Cell, kind: Kind, language: Language, extra: int = 0) -> str:
    """A value with its unit."""
    unit = MANNERS[kind].unit
    return with_unit(written(value, kind, language, extra), "" if unit == "%" else unit, language)


def signed(value: Cell, kind: Kind, language: Language) -> str:
    """A difference of two values, with its sign."""
    return (language.points if MANNERS[kind].in_hundredths else language.change)(value, MANNERS[kind].digits)


def written_change(value: Cell, kind: Kind, language: Language) -> str:
    """A difference of two values, with its sign and its unit."""
    return with_unit(signed(value, kind, language), MANNERS[kind].change, language)


def with_unit(number: str, unit: str, language: Language) -> str:
    """A written number with its unit, on one line; no unit where there is no number."""
    return f"{number}\N{NO-BREAK SPACE}{unit_words(unit, language)}" if unit and any(map(str.isdigit, number)) else number


def unit_words(unit: str, language: Language) -> str:
    """A unit for people."""
    return unit if unit in ("", "%") else language.text(f"measures.unit_{unit}")


# -- spreadsheets ----------------------------------------------------------------------------------------------------


def sheet_format(value: Cell, kind: Kind) -> str:
    """Number format of a value: no decimal that rounding took away."""
    said = MANNERS[kind]
    gone = said.digits - decimals(hundredfold(value) if said.in_hundredths and is_number(value) else value, said.digits)
    return said.sheet.replace(f".{'0' * said.digits}", f".{'0' * (said.digits - gone)}").replace(".%", "%").removesuffix(".") if gone else said.sheet


def sheet_number(value: float, kind: Kind) -> float:
    """What a spreadsheet holds: some decimals more than it shows, yet never half a unit off what is shown, which it might round to another."""
    digits = _places(kind)
    shown, exact = round(float(value), digits), round(float(value), digits + 2)
    kept = shown if abs(abs(exact - shown) - 0.5 * 10.0**-digits) < 1e-9 else exact
    return (round(100 * kept, digits) if kind == "points" else kept) + 0.0
