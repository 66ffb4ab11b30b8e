"""Numbers as people say them, for sentences: ``1 in 5``, ``8 seconds longer``, ``12 miles``, ``a tenth longer``, ``about 740``.

What is said is near what is so: a fraction in words stands for a share that is at most `NEAR` off, said with "about" where it is more than `EXACT`
off; where no simple one is so near, the share is said in whole percent. A number that was rounded to protect privacy is never said more exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import floor, log10

from rezoning.public.cell import HIDDEN, Cell, Rounded, is_number
from rezoning.report.catalogue.kinds import Kind, in_units, together
from rezoning.report.language import NOTHING, Language
from rezoning.scenario.reporting import KM_PER_MILE

NEAR = 0.06  # of the smaller of the share and its rest: how far off a fraction in words may be
EXACT = 0.025  # likewise, until which it is said without "about"
FEW = 0.005  # shares below this are almost none
HAIR = 1e-9
SIMPLE = (*(Fraction(1, n) for n in (100, 50, 40, 30, 25, 20, 15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2)),
          *(Fraction(n, 10) for n in (3, 7, 9)), *(Fraction(n, 5) for n in (2, 3, 4)), Fraction(2, 3), Fraction(3, 4))  # fmt: skip
"""What people can picture of a class, or a street."""

FOOT = 0.0003048  # km
SHORT = {"us": 0.1 * KM_PER_MILE, "metric": 1.0}  # km: lengths below this are said in feet, or meters

# -- shares ----------------------------------------------------------------------------------------------------------


def one_in(share: Cell, language: Language) -> str:
    """A share of people: ``1 in 5``, ``about half``, ``almost none``, ``23 %``; for a place in a sentence that says of whom."""
    if not is_number(share):
        return _unsaid(share)
    key, fraction, is_about = _picked(float(share))
    if key == "percent" or fraction is None:
        return language.percent(share, 0) if key == "percent" else language.text(f"plain.{key}")
    said = language.text(f"plain.{key}", n=fraction.numerator, of=fraction.denominator)
    return language.text("plain.about", number=said) if is_about else said


def students_in(share: Cell, language: Language) -> str:
    """A share of the students with these: ``1 in 5 students``, ``half of the students``, ``no students``, ``23 % of students``."""
    if not is_number(share):
        return _unsaid(share)
    key, fraction, is_about = _picked(float(share))
    if fraction is None:
        return language.text(f"plain.students_{key}", percent=language.percent(share, 0))
    return language.text(f"plain.students_{'about_' if is_about else ''}{key}", n=fraction.numerator, of=fraction.denominator)


def _picked(share: float) -> tuple[str, Fraction | None, bool]:
    """The key of what is said, its fraction, if it has one, and whether that is only about right."""
    if share <= HAIR or share >= 1 - HAIR:
        return "none" if share <= HAIR else "all", None, False
    rest = min(share, 1 - share)
    if rest < FEW:
        return "almost_none" if share < FEW else "almost_all", None, False
    best = min(SIMPLE, key=lambda one: (abs(float(one) - share), one.denominator))
    off = abs(float(best) - share) / rest
    if off > NEAR + HAIR:
        return "percent", None, False
    return "half" if best == Fraction(1, 2) else "n_in", best, off > EXACT


# -- counts ----------------------------------------------------------------------------------------------------------


def about(count: Cell, language: Language, *, is_estimated: bool = False) -> str:
    """Whole students: ``744``; an estimate to two digits, three from a thousand on, and marked: ``about 740``."""
    if not is_number(count) or not is_estimated:
        return language.count(count)
    size = floor(log10(abs(count))) if abs(count) >= 1 else 0
    step = 10 ** max(0, size - (2 if size >= 3 else 1))
    return language.text("plain.about", number=language.count(float(step * round(count / step))))


# -- lengths and trips -----------------------------------------------------------------------------------------------


def length(km: Cell, language: Language) -> str:
    """A length in words: ``12 miles``, ``0.4 miles``, ``350 feet``; in kilometers and meters where `report.units` says so."""
    if not is_number(km):
        return _unsaid(km)
    is_us, is_short = language.units == "us", abs(float(km)) < SHORT[language.units]
    one, many, size = (("foot", "feet", FOOT) if is_short else ("mile", "miles", KM_PER_MILE)) if is_us else (
        ("meter", "meters", 0.001) if is_short else ("kilometer", "kilometers", 1.0))  # fmt: skip
    value = float(km) / size
    if is_short:
        return _amount(round(value, -1) if abs(value) >= 20 else round(value), 0, one, many, language)
    return _amount(value, 0 if abs(value) >= 10 else 1, one, many, language)


def lengths(cells: Iterable[Cell], language: Language, kind: Kind = "km") -> list[str]:
    """Lengths that stand beside each other, in words: in one unit, and different ones never alike."""
    found = list(cells)
    sizes = [abs(float(cell)) for cell in found if is_number(cell)]
    if max(sizes, default=0.0) < SHORT[language.units]:
        return [length(cell, language) for cell in found]
    one, many = ("mile", "miles") if language.units == "us" else ("kilometer", "kilometers")
    said = together(found, kind, language, fewest=0 if in_units(min(sizes), kind, language) >= 10 else 1)
    return [_amount(float(shown), said.digits, one, many, language) if is_number(shown := said.shown(cell)) else _unsaid(cell) for cell in found]


def trip_change(change: Cell, language: Language, travel_unit: str = "min") -> str:
    """How much longer a trip is: ``8 seconds longer``, ``2 minutes shorter``, ``about the same``; of trips in km, in lengths."""
    if not is_number(change):
        return _unsaid(change)
    size = abs(float(change))
    least = 0.5 * 10.0**-change.digits if isinstance(change, Rounded) else 0.0
    if travel_unit != "min":
        said = "" if size <= max(least, 0.01) else length(size, language)
    else:
        said = "" if size <= max(least, 1 / 60) else _time(size, language)
    if not said:
        return language.text("plain.same")
    said = language.text("plain.about", number=said) if least else said
    return language.text("plain.longer" if change > 0 else "plain.shorter", amount=said)


def _time(minutes: float, language: Language) -> str:
    """Seconds below a minute and a half, else minutes."""
    seconds = 60 * minutes
    if 57.5 <= seconds < 62.5:
        return language.text("plain.minute")
    if seconds < 89.5:
        return _amount(round(seconds) if seconds < 20 else 5 * round(seconds / 5), 0, "second", "seconds", language)
    return _amount(minutes, 0 if minutes >= 10 else 1, "minute", "minutes", language)


def longer(after: Cell, before: Cell, language: Language) -> str:
    """One length against another: ``a tenth longer``, ``twice as long``, ``8 % shorter``, ``about as long``."""
    if not is_number(after) or not is_number(before) or before <= 0:
        return HIDDEN if HIDDEN in (after, before) else NOTHING
    ratio = float(after) / float(before)
    for times, key in ((0.5, "half_as_long"), (2.0, "twice_as_long"), (3.0, "three_times_as_long")):
        if abs(ratio / times - 1) <= NEAR / 2:
            return language.text(f"plain.{key}")
    change = abs(ratio - 1)
    if change < FEW:
        return language.text("plain.as_long")
    part = next((key for size, key in _PARTS if abs(change / size - 1) <= NEAR), None)
    amount = language.percent(change, 0) if part is None else language.text(f"plain.part_{part}")
    return language.text("plain.longer" if ratio > 1 else "plain.shorter", amount=amount)


_PARTS = ((0.1, "tenth"), (0.2, "fifth"), (0.25, "quarter"), (1 / 3, "third"), (0.5, "half"), (2 / 3, "two_thirds"))


def _amount(value: float, digits: int, one: str, many: str, language: Language) -> str:
    """A number with its unit in words; no decimal that is zero."""
    said = language.number(value, 0 if round(value, digits) == round(value) else digits)
    return language.text(f"plain.{one}") if said == "1" else language.text(f"plain.{many}", number=said)


def _unsaid(cell: Cell) -> str:
    return HIDDEN if cell == HIDDEN else NOTHING
