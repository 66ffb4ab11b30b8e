"""The statement as rows: one for every fact of a finding, so that a spreadsheet can filter by option, finding or group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NUMBERS = ("today", "nearest", "plan", "limit", "students")


def statement_rows(records: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows for CSV, all with the same keys.

    A finding without facts has one row, and so has the verdict, as finding 0; after the findings come the baselines, without a finding, and
    every file that was read, the plan's last, with its fingerprint.

    Parameters
    ----------
    records
        Letter to `statement_record`.
    """
    return [row for letter, record in records.items() for part in (_verdict, _findings, _baselines, _files) for row in part(letter, record)]


def _verdict(letter: str, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    verdict = record["verdict"]
    sentence = " ".join([verdict["sentence"], verdict["line"], *verdict["reasons"], verdict["definition_text"]])
    return [_row(letter, 0, record["title"], verdict["status"], sentence)]


def _findings(letter: str, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for finding in record["findings"]:
        said = letter, finding["number"], finding["title"], finding["status"], " ".join([finding["sentence"], *finding["notes"]])
        rows.extend(_row(*said, fact) for fact in finding["facts"])
        if not finding["facts"]:
            rows.append(_row(*said))
    return rows


def _baselines(letter: str, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_row(letter, None, row["label"], "", "", row) for row in record["baselines"]]


def _files(letter: str, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fingerprint stands where others have a sentence."""
    return [_row(letter, None, file["name"], "", file["sha256"], {"measure": "sha256"}) for file in record["files"]]


def _row(letter: str, number: int | None, title: str, status: str, sentence: str, fact: Mapping[str, Any] | None = None) -> dict[str, Any]:
    said = fact or {}
    row = {"option": letter, "finding": number, "title": title, "status": status, "sentence": sentence}
    row |= {key: said.get(key) for key in ("measure", "group", "subject", "time")}
    return row | {key: said.get(key) for key in NUMBERS}
