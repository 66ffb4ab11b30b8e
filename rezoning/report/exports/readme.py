"""README.txt beside every export: what the files are, how to open them, where the plan comes from, what each column holds."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rezoning.report.estimated import book_labels
from rezoning.report.exports import words
from rezoning.report.exports.layers import Job, Written
from rezoning.report.exports.text import clean
from rezoning.report.files import files_of
from rezoning.report.language import ENGLISH, plain
from rezoning.report.outcome import option_outcome, outcome_words
from rezoning.report.page.goals import proofs
from rezoning.report.policy import group_uses
from rezoning.report.public_text import public
from rezoning.report.titles import title_of

if TYPE_CHECKING:
    from rezoning.runs.option import Option

WIDTH = 110


def readme(job: Job, about: str, opens_in: str, written: Sequence[Written], notes: Sequence[str]) -> str:
    """The text of README.txt."""
    book = job.book
    title = clean(title_of(book))
    parts = [[title, "=" * min(len(title), WIDTH)], list(_warnings(job)), [about, f"Opens in: {opens_in}."]]
    parts.append(["Files", "-----", *(f"{name}: {said}" for name, said in _files(written))])
    parts.append(["Columns", "-------", *(f"{name}: {said}" for name, said in _columns(written).items())])
    if notes:
        parts.append(["Notes", "-----", *notes])
    parts += [_option(option, job) for option in book.options if option.letter in job.letters]
    parts.append(["Data and versions", "-----------------", *_provenance(job)])
    return "\n\n".join("\n".join(_wrapped(line) for line in part) for part in parts if part) + "\n"


def _wrapped(line: str) -> str:
    """A line for a window of usual width; lines of code and hashes stay whole."""
    return textwrap.fill(line, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False) if len(line) > WIDTH else line


def _warnings(job: Job) -> Iterator[str]:
    if not job.book.settings.official:
        yield words.ILLUSTRATIVE
    if job.with_counts and job.to in WITH_COUNTS:
        yield words.NOT_PUBLIC
    elif job.to in WITH_COUNTS:
        yield words.NO_COUNTS
    yield from book_labels(job.book).sentences
    if job.book.settings.author:
        yield f"Made by: {clean(ENGLISH.own(job.book.settings.author))}."


WITH_COUNTS = ("gpkg", "geojson", "shp", "gerrychain")
"""Formats whose units can carry numbers of students."""


def _files(written: Sequence[Written]) -> Iterator[tuple[str, str]]:
    """Each file with what it is; several layers of one file are told together."""
    said: dict[str, list[str]] = {}
    for one in written:
        if one.about:
            said.setdefault(one.path.name, []).append(one.about)
    for name, abouts in said.items():
        yield name, " ".join(abouts)


def _columns(written: Sequence[Written]) -> dict[str, str]:
    """Every column once: files of several options have the same."""
    found: dict[str, str] = {}
    for one in written:
        for name, said in one.columns.items():
            found.setdefault(name, said)
    return found


def _option(option: Option, job: Job) -> list[str]:
    """What was asked and found, and what the auditor says of it now."""
    title = f"Option {option.letter}: {clean(option.name)}"
    record = option.record
    lines = [title, "-" * min(len(title), WIDTH), f"Scenario: {option.scenario.name}."]
    if option.is_run:
        lines.append(f"{outcome_words(record, option.scenario, ENGLISH)} Solver: {record.get('solver')}; seed {record.get('seed')}.")
    else:
        lines.append(option_outcome(option, ENGLISH))
    lines += [plain(f"Goal: {one.name}: {one.sentence}{f' Gap: {one.gap}.' if one.gap else ''}") for one in proofs(job.book, option, ENGLISH)]
    name, broken = option.scenario.name, len(option.audit.violations)
    lines.append(f"Audit: obeys every rule of {name}." if option.audit.passed else f"Audit: breaks rules of {name}, {broken} times.")
    lines += list(_uses(option))
    lines += [clean(public(sentence)) for sentence in option.changed]
    if job.book.today is not None:
        lines.append(f"Units that change school: {len(job.book.changes[option.letter].moved):,} of {job.book.district.num_units:,}.")
    return lines


def _uses(option: Option) -> Iterator[str]:
    """What became of groups, those of which the same is true in one line."""
    by: dict[tuple[str, str], list[str]] = {}
    for one in group_uses(option, ENGLISH):
        by.setdefault((one.used_text, one.permitted_text), []).append(clean(one.label))
    for (used, permitted), labels in by.items():
        yield f"Groups used by {used}: {', '.join(labels)}. The policy permits {permitted}."


def _provenance(job: Job) -> Iterator[str]:
    """Data files with their hashes, and versions; of the run where it says, for that is what made the plan."""
    if job.book.settings.sources:
        yield f"Sources: {clean(ENGLISH.own(job.book.settings.sources))}"
    inputs: dict[str, str] = {}
    versions: dict[str, str] = {}
    for option in job.book.options:
        if option.letter in job.letters:
            inputs |= {f"{clean(one.name)}  sha256 {one.sha256}": "" for one in files_of(option)}
            versions |= {name: str(version) for name, version in option.record.get("versions", {}).items() if version is not None}
    yield from sorted(inputs)
    yield ", ".join(f"{name} {version}" for name, version in versions.items())
