"""Schools that share zones, on a terminal: what was asked, who has which grades, and what was taken to be so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from rich.console import Console

from rezoning.report.catalogue.kinds import written
from rezoning.report.language import ENGLISH, english
from rezoning.report.screen import Column, Row, heading, lines, pair, table
from rezoning.scenario.schema import Scenario

_said = english("terminal")
_count = partial(written, kind="count", language=ENGLISH)


def are_zones_drawn(scenario: Scenario) -> bool:
    """Whether zones are drawn, and not left as they are for schools to share."""
    return scenario.pairing is None or bool(scenario.pairing.given)


def paired_asked(scenario: Scenario) -> Iterator[str]:
    """What pairing asks, as phrases."""
    pairing = scenario.pairing
    if pairing is None:
        return
    if pairing.given:
        yield _said("paired_given", clusters=f"{len(pairing.given)}")
    else:
        yield _said("paired_most", most=f"{pairing.most}", near=_said(f"paired_{pairing.triples}") if pairing.most > 2 else "")
    if pairing.spans is not None:
        yield _said("paired_spans", spans=", ".join(_run(span) for span in pairing.spans))
    if pairing.min_of_own > 0:
        yield _said("paired_floor", share=ENGLISH.share(pairing.min_of_own))
    for key in ("keep", "forbid"):
        for schools in getattr(pairing, key):
            yield _said(f"paired_{key}", schools=", ".join(schools))
    if pairing.except_schools:
        yield _said("paired_except", schools=", ".join(pairing.except_schools))
    if pairing.feeder_rows:
        yield _said("paired_feeder")


def paired_part(console: Console, record: Row, schools: Sequence[Row]) -> None:
    """Every building of a cluster with its grades; nothing where no plan pairs schools."""
    found = record.get("pairing")
    if not found:
        return
    rows = {row["id"]: row for row in schools}
    heading(console, _said("paired"))
    cells = []
    for number, cluster in enumerate(found["clusters"], 1):
        for one in cluster:
            row = rows[one["school"]]
            students = pair(row["students_before"], row["students_after"], "count", ENGLISH)
            cells.append([f"{number}", row["name"], _run(one["grades"]), students])
    if cells:
        heads: list[Column] = [
            (_said("paired_cluster"), "right"),
            (_said("school"), "left"),
            (_said("paired_grades"), "left"),
            (_said("students"), "right"),
        ]
        table(console, heads, cells)
    else:
        lines(console, _said("paired_none"))
    said = [f"{one[:1].upper()}{one[1:]}." for one in found["assumed"]]
    if found["ungraded_students"] > 0:
        said.append(_said("paired_ungraded", students=_count(found["ungraded_students"])))
    for one in found["over_limit_alone"]:
        said.append(_said("paired_exempt", school=rows[one["school"]]["name"], students=_count(one["students"]), limit=_count(one["limit"])))
    lines(console, *said)


def _run(span: Sequence[str]) -> str:
    return span[0] if len(span) == 1 else f"{span[0]}-{span[-1]}"
