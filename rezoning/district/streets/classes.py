"""Classes of streets: who may use each, and how fast one drives there where nothing is posted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StreetClass:
    """A class of streets.

    Parameters
    ----------
    kmh
        Driven in free flow; 0 where nobody may drive.
    is_walked
        Whether people may walk there.
    is_drive
        Whether it leads to houses and parking lots only: where it meets a street there is no junction that holds anybody up.
    """

    kmh: float
    is_walked: bool = True
    is_drive: bool = False


PRIVATE_KMH = 15.0
"""Driven at most on private streets, so that a way through one is no shortcut."""

PATH = StreetClass(0.0)

OSM: dict[str, StreetClass] = {
    "motorway": StreetClass(90, is_walked=False),
    "motorway_link": StreetClass(45, is_walked=False),
    "trunk": StreetClass(85, is_walked=False),
    "trunk_link": StreetClass(40, is_walked=False),
    "primary": StreetClass(65),
    "primary_link": StreetClass(30),
    "secondary": StreetClass(55),
    "secondary_link": StreetClass(25),
    "tertiary": StreetClass(40),
    "tertiary_link": StreetClass(20),
    "unclassified": StreetClass(25),
    "residential": StreetClass(25),
    "road": StreetClass(25),
    "living_street": StreetClass(10),
    "service": StreetClass(15, is_drive=True),
    **dict.fromkeys(("pedestrian", "footway", "path", "steps", "cycleway", "bridleway", "track", "corridor"), PATH),
}
"""Values of OpenStreetMap's tag highway that are streets or paths, with the speeds of OSRM's car profile; any other (proposed, raceway …) is none."""

TIGER: dict[str, StreetClass] = {
    "S1100": StreetClass(90, is_walked=False),  # limited access
    "S1200": StreetClass(60),
    "S1400": StreetClass(35),  # neighborhood and country roads in one
    "S1500": StreetClass(15),  # for four wheels driven
    "S1630": StreetClass(45, is_walked=False),  # ramps
    "S1640": StreetClass(40),  # beside a highway
    "S1730": StreetClass(15, is_drive=True),  # alleys
    "S1740": StreetClass(16, is_drive=True),  # private roads: students live there
    "S1780": StreetClass(16, is_drive=True),  # parking lots
    **dict.fromkeys(("S1710", "S1720", "S1820", "S1830"), PATH),  # walkways, stairs, bicycle and bridle paths
}
"""Codes of the Census (MTFCC). S1750 is for its own use, and no street."""

WORDS: dict[str, StreetClass] = {
    **dict.fromkeys(("interstate", "freeway", "expressway"), StreetClass(90, is_walked=False)),
    "ramp": StreetClass(45, is_walked=False),
    "highway": StreetClass(70),
    **dict.fromkeys(("principal arterial", "major arterial"), StreetClass(60)),
    "arterial": StreetClass(55),
    "minor arterial": StreetClass(50),
    **dict.fromkeys(("major collector", "collector"), StreetClass(40)),
    "minor collector": StreetClass(35),
    **dict.fromkeys(("local", "street", "road", "bridge"), StreetClass(25)),
    **dict.fromkeys(("alley", "private", "driveway", "parking lot"), StreetClass(15, is_drive=True)),
    **dict.fromkeys(("sidewalk", "trail", "walkway", "footpath", "stairs", "bike path"), PATH),
}
"""Words for classes in layers that cities keep, in lower case."""

OTHER = StreetClass(25)
"""A class of a city's layer that nobody here knows."""

CLASSES = OSM | TIGER | WORDS


def class_name(text: str) -> str:
    """A class as it is known here; a word in lower case."""
    return text if text in CLASSES else text.lower()


LIMITED_ACCESS, RAMP = "S1100", "S1630"

LIVED_ON = frozenset({"residential", "living_street", "service", "unclassified", "road"})
"""Classes of OpenStreetMap along which people live, private or not."""
