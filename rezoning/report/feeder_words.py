"""Feeders in the words of a terminal: who is counted and what a feed is a share of, then how many schools are split and feeds are small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rezoning.report.catalogue.kinds import Kind, together, written
from rezoning.report.language import ENGLISH, Language, english

_said = english("terminal")
ROWS: tuple[tuple[str, Kind], ...] = (("split_feeders", "count"), ("small_feeds", "count"), ("small_feeders", "count"), ("feeder_change", "percent"))
"""Keys of an entry of metrics.json, and how their values are written."""


def feeders_title(entry: Mapping[str, Any], language: Language) -> str:
    """Which feeders an entry of metrics.json is about: its denominator is always said."""
    small = "" if entry["min_share"] is None else _said("feeders_small", share=language.share(entry["min_share"]))
    end = entry["to"] if entry["of"] == "upper" else entry["from"]
    return _said("feeders", lower=entry["from"], upper=entry["to"], count=entry["count"], end=end, small=small)


def feeder_rows(sides: Sequence[Mapping[str, Any] | None], language: Language) -> list[list[str]]:
    """What stands beside each other of several sides; rows of which none has a value are left out."""
    found = []
    for key, kind in ROWS:
        values = [None if side is None else side[key] for side in sides]
        if any(value is not None for value in values):
            beside = together(values, kind, language)
            found.append([_said(f"row_{key}"), *map(beside.with_unit, values)])
    return found


def split_words(entry: Mapping[str, Any], names: Mapping[tuple[str, str], str]) -> list[str]:
    """Every school that is split, with the students who go on to each school; `names` are by level and id."""
    feeds: dict[str, list[str]] = {}
    for one in entry["feeds"]:
        mark = _said("feed_small") if one["is_small"] else ""
        share = written(one["share"], "percent", ENGLISH)
        school = names.get((entry["to"], one["to"]), one["to"])
        feeds.setdefault(one["from"], []).append(_said("feed", school=school, students=f"{one['students']:,.0f}", share=share, mark=mark))
    lower = entry["from"]
    return [_said("split_school", school=names.get((lower, school), school), feeds=", ".join(feeds[school])) for school in entry["split_schools"]]
