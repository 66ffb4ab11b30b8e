"""Block assignment files: a unit and its school on each line, as the Census Bureau, Dave's Redistricting and Districtr write and read them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from typing import Any

from rezoning.report.exports import words
from rezoning.report.exports.layers import Job, Written
from rezoning.runs.files import put
from rezoning.runs.tables import harmless

BLOCK = re.compile(r"\d{15}")


def write_baf(job: Job) -> list[Written]:
    """The Census Bureau's block assignment file, and its name look-up table.

    The label of a district is the school's id, as the Bureau's own files for school districts have codes and not serial numbers; so the file can
    be read back without the look-up table.
    """
    label = [*(school.id for school in job.book.schools), ""]
    return _written(job, "BlockAssign", ("BLOCKID", "DISTRICT"), lambda s: label[s], "txt", "|")


def write_dra(job: Job) -> list[Written]:
    """Dave's Redistricting: districts are numbered from 1, 0 is unassigned."""
    return _written(job, "block-assignments", ("GEOID20", "District"), lambda s: job.numbers[s] if s >= 0 else 0)


def write_districtr(job: Job) -> list[Written]:
    """Districtr: zones are numbered from 1, blank is unassigned.

    Its first version's JSON names a map on its own server, which nobody else can know, so none is written.
    """
    return _written(job, "districtr", ("geo_id", "zone"), lambda s: job.numbers[s] if s >= 0 else "")


def notes(job: Job) -> list[str]:
    """What to know about the units' ids and the labels."""
    found = [words.TEXT_IDS, words.GUARDED]
    if job.to != "baf":
        found.append(words.NUMBERED)
    if not all(BLOCK.fullmatch(unit) for unit in job.book.district.unit_ids):
        found.append(words.not_blocks_note())
    return found


def _written(job: Job, stem: str, header: tuple[str, str], label: Callable[[int], Any], ending: str = "csv", delimiter: str = ",") -> list[Written]:
    """One assignment an option, and the look-up table of its labels."""
    found = []
    for letter in job.letters:
        path = job.place / f"{stem}_{letter}.{ending}"
        zone = job.book.views[letter].zone.tolist()
        put(path, _text(header, [(unit, label(s)) for unit, s in zip(job.book.district.unit_ids, zone, strict=True)], delimiter))
        about = f"Option {letter} ({job.option_name(letter)}): one line a unit."
        found.append(Written(path, about, {name: words.meaning(name) for name in header}))
    names = job.place / ("NameLookup.txt" if delimiter == "|" else "plan_districts.csv")
    columns = (header[1], *(("school_id",) if delimiter == "," else ()), "name")
    rows = [
        (label(s), *((school.id,) if delimiter == "," else ()), name)
        for s, (school, name) in enumerate(zip(job.book.schools, job.names, strict=True))
    ]
    put(names, _text(columns, rows if delimiter == "|" else sorted(rows), delimiter))
    about = "Which school a label stands for; the same in every option."
    return [*found, Written(names, about, {name: words.meaning(name) for name in columns})]


def _text(header: Sequence[str], rows: Sequence[Sequence[Any]], delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return out.getvalue()
