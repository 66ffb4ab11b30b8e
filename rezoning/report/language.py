"""What public pages say, in the language they are read in: sentences from strings files, numbers as that language writes them.

Spanish is that of the United States, which writes 1,234.5 as English does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

from rezoning.public.cell import Cell, decimals, hundredfold

if TYPE_CHECKING:
    from rezoning.scenario.reporting import Report

NOTHING = "–"  # what stands where a number is undefined


@dataclass(frozen=True)
class Language:
    """A language's strings and its way to write numbers.

    Strings stand in ``strings/<code>.json``, one object a part of the program, and are asked for as ``part.key``. A string holds
    ``{names}`` of values. Values that are numbers are written beforehand, with `count`, `number`, `percent` and their like.

    Parameters
    ----------
    code
        ``en`` or ``es``.
    labels
        Group to what people call it; a group without a label is its name with spaces for underscores.
    """

    code: str = "en"
    labels: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _strings(self) -> dict[str, dict[str, str]]:
        file = resources.files("rezoning.report") / "strings" / f"{self.code}.json"
        found: dict[str, dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
        return found

    def text(self, key: str, /, **values: Any) -> str:
        """The string of a key, its names filled in; a key that is not there is a fault of the program.

        Raises
        ------
        KeyError
            When the language has no such string, or a value is missing.
        """
        part, _, name = key.partition(".")
        return self._strings[part][name].format_map(values)

    def part(self, part: str) -> dict[str, str]:
        """All strings of a part, unfilled; for scripts that fill them in the browser."""
        return dict(self._strings[part])

    def group(self, name: str) -> str:
        """What people call a group."""
        return dict(self.labels).get(name, name.replace("_", " "))

    # -- numbers -----------------------------------------------------------------------------------------------------

    def number(self, value: Cell, digits: int = 1) -> str:
        """A number with so many decimals; a sign of nothing for None, HIDDEN as it is."""
        return self._shown(value, lambda x: self._written(x, digits))

    def count(self, value: Cell) -> str:
        """A number of students or units, rounded."""
        return self.number(value, 0)

    def between(self, ends: tuple[float, float]) -> str:
        """A range of counts, the upper end of which is out of it: ``50 to 60``, and ``fewer than 20`` where it begins with nobody."""
        low, high = ends
        return self.text("charts.under" if low <= 0 else "charts.between", low=self.count(low), high=self.count(high))

    def percent(self, value: Cell, digits: int = 1) -> str:
        """A share in percent, with the narrow space that keeps number and sign together."""
        return self._shown(value, lambda x: f"{self._written(hundredfold(x), digits)}\N{NARROW NO-BREAK SPACE}%")

    def share(self, value: float) -> str:
        """A share that a scenario gives, in percent, with the decimals that it gives."""
        return f"{100 * value:g}\N{NARROW NO-BREAK SPACE}%"

    def change(self, value: Cell, digits: int = 1) -> str:
        """A difference with its sign; a true minus, so that it is not taken for a hyphen."""
        return self._shown(value, lambda x: self._signed(x, digits))

    def points(self, value: Cell, digits: int = 1) -> str:
        """A difference of shares, in points of a hundred, with its sign."""
        return self._shown(value, lambda x: self._signed(hundredfold(x), digits))

    def _shown(self, value: Cell, written: Callable[[float], str]) -> str:
        if value is None:
            return NOTHING
        return value if isinstance(value, str) else written(value)

    def _signed(self, value: float, digits: int) -> str:
        digits = decimals(value, digits)
        rounded = round(value, digits)
        sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else "±"
        return sign + self._written(abs(rounded), digits)

    def _written(self, value: float, digits: int) -> str:
        digits = decimals(value, digits)
        text = f"{round(value, digits) + 0.0:,.{digits}f}"  # + 0.0: no minus before a zero
        return text.replace("-", "\N{MINUS SIGN}")


ENGLISH = Language()
"""What the terminal speaks, and files that go with it."""


def english(part: str) -> Callable[..., str]:
    """Says the strings of a part in English, by their keys."""

    def said(key: str, /, **values: object) -> str:
        return ENGLISH.text(f"{part}.{key}", **values)

    return said


_PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{MINUS SIGN}": "-"})


def plain(text: str) -> str:
    """A text in characters that every terminal has, for screens and logs."""
    return text.translate(_PLAIN)


def capital(text: str) -> str:
    """With a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def language_of(report: Report) -> Language:
    """The language, and the names of groups, that a scenario asks for."""
    return Language(report.language, tuple(report.labels.items()))
