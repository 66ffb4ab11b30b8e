"""What columns are called in the files of districts, states and the census: words that say what a column counts or names.

A word stands for itself, whatever its case and what is written before and after it: ``TOT_FRL``, ``es_frl`` and ``frlCount`` all speak of frl.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rezoning.district.detect import words_of

STUDENTS = ("students", "student", "enrollment", "enrolled", "enrolment", "enroll", "pupils", "membership", "kids", "stu", "stud", "attending", "k5",
            "k6", "total", "tot", "count")  # fmt: skip
"""Names of counts of students, the surest first."""

HOUSES = re.compile(r"(hous(ing|es|eholds?)|dwellings?|units|hh|hu)(_?units?)?(_?(20)?[12]0)?", re.IGNORECASE)
NOT_COUNTS = re.compile(
    r".*(area|length|leng|perim|shape_|aland|awater|lat|lon|fips|geoid|tract|county|state|zip|phone|year|_m|_s|_km|miles|minutes|meters|seconds|"
    r"distance|objectid|fid|index|rank|code|number|num|no|id|x|y)",
    re.IGNORECASE,
)

SEATS = ("capacity", "seats", "cap", "src", "capac", "progcap", "prog_cap", "core_capacity", "program_capacity", "functional", "rated", "design")
COMING = frozenset({"planned", "future", "proposed", "adopted", "new", "projected"})
TODAY = ("current", "today", "todays", "existing", "present", "now", "zoned", "assigned", "base", "attends")
PROPOSED = frozenset({
    "opt", "option", "plan", "planned", "proposal", "proposed", "scenario", "scen", "draft", "new", "future", "alt", "alternative", "rec",
    "recommended", "nov", "next",
})  # fmt: skip
"""Words of columns with the school of a plan, not of today."""

OPEN = ("open", "is_open", "isopen", "status", "active")
PORTABLES = ("portables", "portable", "port_clrm", "trailers", "modulars", "portable_seats", "relocatables")
PROGRAMS = {
    "prekindergarten": ("prekindergarten", "prek", "pre_k", "preschool"),
    "dual language": ("dual_language", "immersion", "dli", "two_way"),
    "gifted": ("gifted", "gt", "aap", "tag"),
    "arts": ("arts",),
    "montessori": ("montessori",),
    "IB": ("ib", "baccalaureate"),
    "STEM": ("stem", "steam"),
}
LOWEST_GRADE = ("gslo", "strt_grd", "start_grade", "lowest_grade", "lo_grade", "lowgrade", "grade_from", "logrado", "logrd")
HIGHEST_GRADE = ("gshi", "end_grd", "end_grade", "highest_grade", "hi_grade", "highgrade", "grade_to", "higrd")
SPAN = ("grades", "grade_span", "grd_range", "grade_range", "gradespan")
LEVEL = ("level", "school_level", "sch_level", "type", "schooltype", "sch_type", "lvl")

GROUPS: dict[str, str] = {
    "low_income": r"frl|frpl|frpm|frm|farms?|low_?inc\w*|poverty|pov|econ(omic)?_?dis\w*|ecodis|disadv\w*|free_?red\w*|direct_?cert\w*|sed|fr_lunch|"
    r"free_lunch|totfrl|isp|perfrl",
    "black": r"black|african|afam|af_am|blk|nh_?black|perblk",
    "hispanic": r"hispanic|hisp|latino|latinx|perhsp|his",
    "white": r"white|wht|nh_?white|caucasian|perwht",
    "asian": r"asian|asn|nh_?asian|perasn",
    "native": r"native|amin|aian|american_?indian|amer_?ind|nh_?amin|pernam",
    "pacific": r"pacific|nhpi|hawaiian|hpi",
    "multiracial": r"two_?or_?more|multi\w*|2more|nh_?2more|mixed",
    "other_race": r"other|oth",
    "english_learners": r"ell|el|elp|lep|esol|english_?learn\w*|eng_?learn\w*|perell",
    "disabilities": r"swd|iep|sped|special_?ed\w*|disab\w*",
}
"""Groups of students and what their columns are called; the first of them is the one that goals are about where it is there."""

RACES = ("white", "hispanic", "black", "asian", "native", "pacific", "multiracial", "other_race")
"""Groups that do not overlap, where they come from one source."""

DBASE_LETTERS, FEWEST_LETTERS = 10, 4
"""Letters of a column's name in a shapefile at most, and those of a cut word by which it is known."""

LABELS = {
    "low_income": "low-income", "black": "Black", "hispanic": "Hispanic", "white": "white", "asian": "Asian", "native": "Native American",
    "pacific": "Pacific Islander", "multiracial": "of two or more races", "other_race": "of other races", "english_learners": "English learner",
    "disabilities": "with disabilities",
}  # fmt: skip

LEVELS = {"elementary": ("es", "elem", "elementary", "primary", "k5", "k6"), "middle": ("ms", "mid", "middle", "intermediate", "junior"),
          "high": ("hs", "high", "senior")}  # fmt: skip
LEVEL_GRADES = {"elementary": ("K", "1", "2", "3", "4", "5"), "middle": ("6", "7", "8"), "high": ("9", "10", "11", "12")}

_GRADE = re.compile(r"(?:\w+_)?(?:grade|gr|gd|g|grd)_?0*(\d{1,2})|0*(\d{1,2})(?:st|nd|rd|th)?(?:_?grade)?"
    r"|(?:\w+_)?(?:gr?_?)?(k|kg|kn|kdg|kinder(?:garten)?)", re.IGNORECASE)  # fmt: skip


def spoken(name: str) -> str:
    """A column's name as words, parted and surrounded by one mark each."""
    return "_" + "_".join(words_of(name)) + "_"


def speaks_of(name: str, words: Sequence[str]) -> int:
    """How surely a name speaks of one of some words: 0 not at all, higher the earlier the word is among them."""
    said = spoken(name)
    found = [k for k, word in enumerate(words) if f"_{word}_" in said or words_of(name) == [word]]
    return len(words) - found[0] if found else 0


def group_of(name: str) -> str | None:
    """The group of students that a column's name speaks of."""
    said = spoken(name)
    found = next((group for group, pattern in GROUPS.items() if re.search(f"_({pattern})_", said)), None)
    return _group_cut(words_of(name)) if found is None and len(name) == DBASE_LETTERS else found


def _group_cut(words: Sequence[str]) -> str | None:
    """The group that a name spoke of before a shapefile cut it: ``es_hispani``."""
    tails = [tail for k in range(len(words)) if len(tail := "_".join(words[k:])) >= FEWEST_LETTERS]
    whole = {group: re.findall("[a-z_]{5,}", pattern) for group, pattern in GROUPS.items()}
    return next((group for group, said in whole.items() if any(one.startswith(tail) for one in said for tail in tails)), None)


def grade_of(name: str) -> str | None:
    """The grade that a column's name is: ``K`` or ``5``; None where it is more or less than that."""
    found = _GRADE.fullmatch(name.strip())
    if found is None:
        return None
    if found[3]:
        return "K"
    number = int(found[1] or found[2])
    return str(number) if 1 <= number <= 12 else None


RACE_CODES = {"h": "hispanic", "w": "white", "b": "black", "a": "asian", "i": "native", "p": "pacific", "m": "multiracial", "t": "multiracial"}
"""Letters that stand for groups in exports of students."""


def race_of(value: str) -> str | None:
    """The group that a value of a column of races means."""
    return RACE_CODES.get(value.strip().lower()) or group_of(value)


def level_of(name: str) -> str | None:
    """The level of schools that a name speaks of."""
    words = set(words_of(name))
    return next((level for level, said in LEVELS.items() if words & set(said)), None)


def speaks_of_a_school(name: str) -> bool:
    """Whether a column's name speaks of a school or its zone, and not of a group or grade of students."""
    is_said = bool(speaks_of(name, TODAY)) or level_of(name) is not None or re.search("sch|zone|attend|bound|bdry|site", name, re.IGNORECASE)
    return bool(is_said) and group_of(name) is None and grade_of(name) is None and not speaks_of(name, STUDENTS)


def year_of(name: str) -> str | None:
    """The year in a column's name."""
    found = re.search(r"(?<!\d)(20[0-4]\d)(?!\d)", name)
    return found[1] if found else None


@dataclass(frozen=True)
class Slug:
    """Makes ids of names, each once."""

    taken: set[str]

    def of(self, name: str) -> str:
        """Small letters, digits and -: ``St. Mary's ES`` is ``st-marys-es``."""
        import unicodedata

        plain = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter))
        base = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['\u2018\u2019`.]", "", plain)).strip("-") or "school"
        slug, number = base, 2
        while slug in self.taken:
            slug, number = f"{base}-{number}", number + 1
        self.taken.add(slug)
        return slug
