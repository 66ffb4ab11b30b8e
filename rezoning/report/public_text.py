"""Sentences and names that the program or an author wrote, made fit for everybody: without folders, counts of students and names that stay out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath, PureWindowsPath

ABSOLUTE = re.compile(r"""(?<![\w.:/\\<])(?:[A-Za-z]:[\\/]|\\\\|(?:\.\.?/)+|~?/)(?:[^\s"'<>|:;,()\\/]+[\\/])+([^\s"'<>|:;,()\\/]+)""")
TO_THE_END = re.compile(r"""(?m)(?<=: )((?:[A-Za-z]:[\\/]|\\\\|(?:\.\.?/)+|~?/)[^"'#\n]*[^"'#\s])""")
QUOTED = re.compile(r"""(["'])((?:[A-Za-z]:[\\/]|\\\\|(?:\.\.?/)+|~?/)[^"'\n]*)\1""")
VALUES = (
    (re.compile(r"is [-+.\de]+, and was [-+.\de]+(?= when)"), "is not what it was"),
    (re.compile(r"[-+.\de]+ was reached, and (give_up: [-+.\de]+ let later goals worsen it) to [-+.\de]*\d"), r"\1"),
)
"""Sentences that say a goal's values in all their digits, and what everybody may read of them."""
GIVEN_UP = re.compile(r"give_up: [-+.\de]+ let later goals worsen it")
"""In a warning that a goal gave something up for those that follow."""
STUDENTS = re.compile(r"\d[\d,.]*(?= students?\b)")


def public(text: str) -> str:
    """A sentence of the program without what is not for everybody: paths become file names, counts of students and values of goals go."""
    for values, said in VALUES:
        text = values.sub(said, text)
    return STUDENTS.sub("…", ABSOLUTE.sub(r"\1", QUOTED.sub(lambda found: file_name(found[2]), text)))


def without(text: str, names: Iterable[str]) -> str:
    """A text without the names of groups that no output may show."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)
    return text


def named(text: str, names: Mapping[str, str]) -> str:
    """A text with what people call a thing for its key."""
    for key in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(key)}(?!\w)", lambda _, key=key: names[key], text)  # type: ignore[misc]
    return text


def file_name(path: str) -> str:
    """Last part of a path of any system."""
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name or path


def without_folders(text: str) -> str:
    """A scenario's text with file names for paths."""
    text = QUOTED.sub(lambda found: f"{found[1]}{file_name(found[2])}{found[1]}", text)
    text = TO_THE_END.sub(lambda found: file_name(found[1]), text)
    return ABSOLUTE.sub(r"\1", text)
