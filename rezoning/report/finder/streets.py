"""Addresses taken apart, and street names made comparable: one street may be written in a dozen ways."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

SHORT = {
    "street": "st", "str": "st", "saint": "st", "sainte": "ste", "avenue": "ave", "av": "ave", "avenida": "ave", "boulevard": "blvd",
    "road": "rd", "drive": "dr", "lane": "ln", "court": "ct", "circle": "cir", "place": "pl", "terrace": "ter", "terr": "ter",
    "parkway": "pkwy", "highway": "hwy", "square": "sq", "trail": "trl", "alley": "aly", "heights": "hts", "mount": "mt", "fort": "ft",
    "point": "pt", "crossing": "xing", "expressway": "expy", "turnpike": "tpke", "extension": "ext", "junction": "jct", "route": "rte",
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th",
    "ninth": "9th", "tenth": "10th",
}  # fmt: skip
"""Words of street names and their short forms, as the postal service writes them (USPS Publication 28); the page's script has them too."""

_HOUSE = re.compile(r"\s*(\d{1,9}(?:-\d{1,9})?(?: \d/\d)?[A-Za-z]?)[\s,]+(?=\S)")
_HOUSE_CELL = re.compile(r"\d{1,9}(?:-\d{1,9})?(?: \d/\d)?[A-Za-z]?")
_FLAT = re.compile(r"[\s,]+((?:apartment|apt|unit|suite|ste)\b\.?\s*#?\s*[\w-]+|#\s*[\w-]+)(?=\s*(?:,|$))", re.IGNORECASE)
_GLUED = re.compile(r"['’.`]")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Parts:
    """An address: house number as written, street with what follows it, and the apartment; blank where there is none."""

    house: str
    street: str
    flat: str


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """A name without case, accents, punctuation and spelling of common words: ``"St. Émile Street"`` is ``"st emile st"``."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    words = _WORD.findall(_GLUED.sub("", bare).casefold())
    return " ".join(SHORT.get(word, word) for word in words)


def split(address: str) -> Parts:
    """Take a whole address apart; one that begins with no number is all street."""
    found = _HOUSE.match(address)
    if found is None:
        return _without_flat("", address)
    return _without_flat(found[1], address[found.end() :])


def joined(house: str, street: str) -> Parts:
    """The parts of an address that comes in two columns; a house number that is none stays with the street."""
    if house and not _HOUSE_CELL.fullmatch(house):
        return _without_flat("", f"{house} {street}")
    return _without_flat(house, street)


def _without_flat(house: str, street: str) -> Parts:
    name, flat = _named(street)
    return Parts(house, name, flat) if house else Parts("", " ".join(street.split()), "")


@lru_cache(maxsize=100_000)
def _named(street: str) -> tuple[str, str]:
    """A street and the apartment that is written with it; many addresses have the same."""
    plain = " ".join(street.split())
    found = _FLAT.search(plain)
    return (plain, "") if found is None else ((plain[: found.start()] + plain[found.end() :]).strip(" ,"), found[1])


@lru_cache(maxsize=100_000)
def house_key(house: str, flat: str = "") -> tuple[int, int, str, str]:
    """What house numbers are sorted by: 9 before 10 before 10A; no number comes first."""
    digits = [int(part) for part in _DIGITS.findall(house)]
    return (digits[0] if digits else -1, digits[1] if "-" in house else 0, house.casefold(), flat.casefold())


@lru_cache(maxsize=100_000)
def parity(house: str) -> str:
    """Side of the street: ``odd``, ``even``, or ``both`` where there is no number; of ``68-05`` the last part counts."""
    digits = _DIGITS.findall(house.split(" ", maxsplit=1)[0])
    if not digits:
        return "both"
    return "odd" if int(digits[-1]) % 2 else "even"
