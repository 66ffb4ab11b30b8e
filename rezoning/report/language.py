"""What public pages say, in the language they are read in: sentences and days as that language says them.

A language is a folder of ``strings/``: ``language.json`` says what it is called, how it writes a day, and whether a speaker has reviewed it; the
other files hold its words. Numbers are written as in the United States in every language, 1,234.5: so families there read them at school.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

from rezoning.public.cell import Cell, decimals, hundredfold
from rezoning.report.group_words import GroupWord
from rezoning.scenario.languages import FALLBACK, LANGUAGES, said_in

if TYPE_CHECKING:
    from rezoning.scenario.reporting import Report, Units

Labels = tuple[tuple[str, str | Mapping[str, str]], ...]
NOTHING = "–"  # what stands where a number is undefined
PERCENT = "\N{NARROW NO-BREAK SPACE}%"  # with the space that keeps number and sign together


@dataclass(frozen=True)
class Language:
    """A language's strings and its way to write numbers.

    Strings stand in ``strings/<code>/<part>.json``, a file for each part of the program, and are asked for as ``part.key``. A string holds
    ``{names}`` of values. Values that are numbers are written beforehand, with `count`, `number`, `percent` and their like.

    Parameters
    ----------
    code
        One of `rezoning.scenario.languages.LANGUAGES`: a folder of ``strings/``.
    labels
        Group to what people call it; a group without a label is its name with spaces for underscores.
    programs
        Program likewise; one without a label is its name.
    units
        Of lengths: miles and feet, or kilometers and meters.
    """

    code: str = FALLBACK
    labels: Labels = ()
    programs: Labels = ()
    units: Units = "us"

    @cached_property
    def _manner(self) -> dict[str, Any]:
        return _read(self.code, "language")

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return str(self._manner["name"])

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody who speaks it has read its words; pages say so where nobody has."""
        return bool(self._manner["reviewed"])

    @property
    def tag(self) -> str:
        """What files of other programs call it: with the country whose way of writing it follows."""
        return str(self._manner["tag"])

    @property
    def unreviewed(self) -> tuple[tuple[str, str], ...]:
        """What pages say of words that no speaker has reviewed, in the language and in English, each with its code; nothing where one has."""
        if self.is_reviewed:
            return ()
        return tuple((code, Language(code).text("page.unreviewed", name=self.name)) for code in (self.code, FALLBACK))

    def text(self, key: str, /, **values: Any) -> str:
        """The string of a key, its names filled in; a key that is not there is a fault of the program.

        Raises
        ------
        KeyError
            When the language has no such string, or a value is missing.
        """
        part, _, name = key.partition(".")
        group = values.get("group")
        if isinstance(group, str) and not isinstance(group, GroupWord):
            values["group"] = self.as_group(group)
        return strings(self.code, part)[name].format_map(values)

    def part(self, part: str) -> dict[str, str]:
        """All strings of a part, unfilled; for scripts that fill them in the browser."""
        return dict(strings(self.code, part))

    def own(self, said: str | Mapping[str, str]) -> str:
        """An author's text: title, year, the name of a group; in this language, where it is given in it."""
        return said_in(said, self.code)

    def group(self, name: str) -> GroupWord:
        """What people call a group: the author's label in this language, else the usual words for its name, else the label as it is."""
        said, known = dict(self.labels).get(name), strings(self.code, "groups")
        is_own = isinstance(said, str) or (said is not None and self.code in said)
        if not is_own and f"{name}.label" in known:
            return GroupWord.of(known[f"{name}.label"], lambda form: known.get(f"{name}.{form}") or self._phrase(known[f"{name}.label"], form))
        return self.as_group(name.replace("_", " ") if said is None else self.own(said))

    def as_group(self, label: str) -> GroupWord:
        """A label as sentences use it: ``low-income``, ``low-income students``."""
        return GroupWord.of(label, lambda form: self._phrase(label, form))

    def _phrase(self, label: str, form: str) -> str:
        known = strings(self.code, "groups")
        is_noun = any(word in label.casefold().split() for word in known["nouns"].split(","))
        return known[f"noun.{form}" if is_noun else form].format(group=label)

    def program(self, name: str) -> str:
        """What people call a program."""
        return self.own(dict(self.programs).get(name, name))

    def day(self, when: date) -> str:
        """A day as people write it: ``March 4, 2027``."""
        return str(self._manner["day"]).format(day=when.day, month=self._manner["months"][when.month - 1], year=when.year)

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
        """A share in percent."""
        return self._shown(value, lambda x: self._written(hundredfold(x), digits) + PERCENT)

    def share(self, value: float) -> str:
        """A share that a scenario gives, in percent, with the decimals that it gives."""
        return f"{100 * value:g}{PERCENT}"

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


def strings(code: str, part: str) -> dict[str, str]:
    """The strings of a part in a language; what nobody has translated yet stays in English."""
    said = _read(code, part) if code in LANGUAGES else {}
    return said if code == FALLBACK else {**_read(FALLBACK, part), **said}


@cache
def _read(code: str, part: str) -> dict[str, Any]:
    file = resources.files("rezoning.report") / "strings" / code / f"{part}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


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
    """The language, the names of groups and the units of lengths that a scenario asks for."""
    return Language(report.language, tuple(report.labels.items()), tuple(report.programs.items()), report.units)


def english_of(report: Report) -> Language:
    """What the terminal speaks of a scenario: English, with its names of groups and its units."""
    return replace(language_of(report), code=FALLBACK)
