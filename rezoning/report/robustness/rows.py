"""What was found as rows of a table for programs: one for each measure, group, doubt and option."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rezoning.report.estimated import estimate_labels

Row = dict[str, Any]


def robustness_rows(document: Row) -> list[Row]:
    """Rows of robustness.csv."""
    return list(estimate_labels(document).rows(list(_rows(document))))


def _rows(document: Row) -> Iterator[Row]:
    corrected = {one["group"]: one for one in document["corrected"]}
    for entry in document["measures"]:
        case = document["cases"][entry["case"]]
        today = entry["today"] or {}
        for letter, one in entry["options"].items():
            change = one["change"] or {}
            is_corrected = entry["measure"] == "dissimilarity" and case["kind"] == "chance"
            beyond = corrected.get(entry["group"], {}) if is_corrected else {}
            yield {
                "option": letter,
                "measure": entry["measure"],
                "group": entry["group"],
                "case": case["kind"],
                "detail": "; ".join(f"{key} {value}" for key, value in case.items() if key not in ("kind", "estimated") and value not in ({}, None)),
                **{f"today_{key}": today.get(key) for key in ("value", "low", "high", "mean")},
                **{key: one[key] for key in ("value", "low", "high", "mean")},
                **{f"change_{key}": change.get(key) for key in ("value", "low", "high")},
                "better": one["better"],
                "worse": one["worse"],
                "first": one["first"],
                "rank": one["rank"],
                "kendall": entry["kendall"],
                "today_beyond_chance": beyond.get("today"),
                "beyond_chance": beyond.get(letter),
            }
