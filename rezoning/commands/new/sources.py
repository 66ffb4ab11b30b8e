"""SOURCES.md: every file that a derived scenario stands on, and what was estimated and how well."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rezoning.commands.new.joined import USES, Joined
from rezoning.district.census.kinds import Kind

if TYPE_CHECKING:
    from rezoning.commands.new.look import Public
    from rezoning.district.district import District

PUBLIC_DOMAIN = "public domain (a work of the U.S. government)"


def sources_text(name: str, joined: Joined, district: District, others: Sequence[Path]) -> str:
    """The content of SOURCES.md.

    Parameters
    ----------
    others
        Files of the folder that the scenario reads besides.
    """
    lines = [f"# Sources of {name}", "", "**Students of each block are an estimate**, not a count.", ""]
    lines += ["| file | what | vintage | license | SHA-256 |", "| --- | --- | --- | --- | --- |"]
    lines += [_row(one.source, f"{one.kind.value}: {USES[one.kind]}", vintage_of(one), PUBLIC_DOMAIN) for one in _once(joined.used)]
    lines += [_row(path, "of this folder", "not said", license_of(path)) for path in others]
    lines += ["", "## What was estimated", "", f"Seed: {joined.words}.", ""]
    lines += _estimate(district)
    lines += ["## What to know", "", *(f"- {remark}" for remark in joined.remarks), ""] if joined.remarks else []
    return "\n".join(lines)


def _once(files: Sequence[Public]) -> list[Public]:
    return list({(one.source, one.kind): one for one in files}.values())


def _row(path: Path, what: str, vintage: str, license_: str) -> str:
    with path.open("rb") as stream:
        sha = hashlib.file_digest(stream, "sha256").hexdigest()
    return f"| {path.name} | {what} | {vintage} | {license_} | `{sha}` |"


def vintage_of(one: Public) -> str:
    """The year that a file's name or columns say."""
    name = one.source.name.lower()
    school_year = re.search(r"(?<!\d)(\d{2})(\d{2})(?!\d)", name)
    if school_year and int(school_year[2]) == (int(school_year[1]) + 1) % 100:
        return f"school year 20{school_year[1]}-{school_year[2]}"
    year = re.search(r"(?<!\d)(19|20)\d{2}(?!\d)", name) or re.search(r"(19|20)\d{2}(?=\.)", name)
    if year:
        return year[0]
    if one.kind in (Kind.AGES, Kind.REDISTRICTING) and any(column.endswith("N") for column in one.columns):
        return "census of 2020"
    of_columns = {column[-2:] for column in one.columns if re.fullmatch(r"(GEOID|ALAND|POP)(20|10)", column)}
    return f"20{of_columns.pop()}" if len(of_columns) == 1 else "not said"


def license_of(path: Path) -> str:
    """What is known of the license of a file of the folder."""
    return "Open Database License (OpenStreetMap)" if path.name.lower().endswith((".pbf", ".osm", ".graphml")) else "ask who made it"


def _estimate(district: District) -> list[str]:
    """Method and raking factor of every school."""
    estimate = district.estimate
    if estimate is None:
        return []
    lines = [
        f"Method: the seed is scaled (raked) to each school's counts within its zone of today. A block's count errs by about "
        f"{100 * estimate.mean_error:.0f} % of it in the mean; what a school's redrawn zone holds errs less. A factor far from 1 says that many "
        "children of the zone go elsewhere (private, charter, choice), or that the census is old.",
        "", "| school | students it counts | children of the seed | factor |", "| --- | ---: | ---: | ---: |",
    ]  # fmt: skip
    lines += [f"| {one.name} | {_number(one.students)} | {one.seed:,.0f} | {_factor(one.factor)} |" for one in estimate.schools]
    return [*lines, ""]


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:,.0f}"


def _factor(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
