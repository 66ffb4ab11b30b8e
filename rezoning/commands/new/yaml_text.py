"""The scenario as a planner reads it: a sentence above each section, short things on one line, ids safe in quotes."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

WIDTH = 140
PLAIN = re.compile(r"(?:\.\./)*[A-Za-z_][A-Za-z0-9_./ +'()&-]*[A-Za-z0-9_./)+]|[A-Za-z_]")
NOT_PLAIN = re.compile(r"(true|false|yes|no|on|off|null|none|nan|inf|y|n|~)", re.IGNORECASE)

Shown = Callable[[Path], str]


def comment(text: str, indent: int = 0) -> list[str]:
    """A sentence as lines of comment."""
    lead = " " * indent + "# "
    return textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=lead, break_long_words=False, break_on_hyphens=False)


def scalar(value: Any, shown: Shown) -> str:
    """One value."""
    if isinstance(value, Path):
        return scalar(shown(value), shown)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value:g}" if abs(value) < 1e6 else str(value)
    text = str(value)
    if PLAIN.fullmatch(text) and not NOT_PLAIN.fullmatch(text) and "  " not in text:
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(value: Any, shown: Shown) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key, shown)}: {flow(one, shown)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(one, shown) for one in value) + "]"
    return scalar(value, shown)


def block(key: str, value: Any, notes: Mapping[str, str], shown: Shown, at: str = "", indent: int = 0) -> list[str]:
    """A key with its value: on one line where it fits and nothing is said of what is in it, else a line for each part.

    Parameters
    ----------
    notes
        A sentence by dotted key, written above it.
    shown
        How a path is written.
    at
        The dotted key.
    """
    at, lead = at or key, " " * indent
    lines = comment(notes[at], indent) if at in notes else []
    line = f"{lead}{scalar(key, shown)}: {flow(value, shown)}"
    has_notes = any(other.startswith(f"{at}.") for other in notes)
    if not isinstance(value, (Mapping, list, tuple)) or (indent and not has_notes and len(line) <= WIDTH and not _is_rows(value)):
        return [*lines, line]
    lines.append(f"{lead}{scalar(key, shown)}:")
    if isinstance(value, Mapping):
        for inner, one in value.items():
            lines += block(str(inner), one, notes, shown, f"{at}.{inner}", indent + 2)
    else:
        lines += [f"{lead}  - {flow(one, shown)}" for one in value]
    return lines


def _is_rows(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 1 and isinstance(value[0], Mapping)
