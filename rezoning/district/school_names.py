"""What people call a school, as one form: case, accents, marks and the words for its kind are set aside."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LEVELS = {
    "elementary": ("elementary", "elem", "es", "primary", "elementaria", "primaria", "grade", "grammar"),
    "middle": ("middle", "ms", "intermediate", "junior", "jr", "secundaria"),
    "high": ("high", "hs", "senior", "sr", "secondary", "preparatoria"),
}
"""Words of a name that say which grades it teaches."""

KINDS = frozenset({"school", "schools", "sch", "schl", "escuela", "the", "jhs", "shs"})
"""Words of a name that every school might bear."""

SPELLED = {
    "st": "saint", "ste": "saint", "mt": "mount", "mtn": "mountain", "ft": "fort", "dr": "doctor", "n": "north", "s": "south", "e": "east",
    "w": "west", "&": "and", "hts": "heights", "ctr": "center", "centre": "center", "pk": "park", "rd": "road", "ave": "avenue",
}  # fmt: skip
"""What short forms stand for."""

ZONES = frozenset({"zone", "boundary", "boundaries", "attendance", "catchment"})
"""What people write behind a school's name when they mean its land; ``area`` where ``attendance`` stands before it."""

_LEVEL_OF = {word: level for level, words in LEVELS.items() for word in words}
_LAST_WORDS = frozenset({*_LEVEL_OF, *KINDS, *ZONES})


@dataclass(frozen=True)
class BareName:
    """A school's name without what does not tell it from others: ``St. Mary's ES`` and ``Saint Marys Elementary School`` are the same.

    Parameters
    ----------
    core
        What is left of the name, ``saint marys``.
    levels
        Which grades its words speak of; empty where they speak of none.
    """

    core: str
    levels: frozenset[str]

    def may_be(self, other: BareName) -> bool:
        """Whether both may mean one school: a name that says nothing of its grades may be of any."""
        return bool(self.core) and self.core == other.core and (not self.levels or not other.levels or bool(self.levels & other.levels))


def bare_name(name: str) -> BareName:
    """A school's name as one form.

    The words for its kind are set aside where they stand last: ``High Point Elementary`` is still ``high point``.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).replace("ß", "ss")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+|&", re.sub(r"['\u2018\u2019`]", "", plain)) or plain.split()
    levels = set()
    while len(words) > 1 and (words[-1] in _LAST_WORDS or words[-2:] == ["attendance", "area"]):
        last = words.pop()
        levels |= {_LEVEL_OF[last]} if last in _LEVEL_OF else set()
    return BareName(" ".join(SPELLED.get(word, word) for word in words if word != "the"), frozenset(levels))
