"""Intervals as pictures: for each measure a lane for today and one for each option, with the interval that holds 90 % of the draws."""

from __future__ import annotations

from markupsafe import Markup

from rezoning.report.catalogue.kinds import in_units, together
from rezoning.report.charts import svg
from rezoning.report.charts.parts import Chart, ChartRow, ChartTable, Sign, short_name
from rezoning.report.charts.scale import Scale, scale_around
from rezoning.report.language import Language
from rezoning.report.robustness.words import KNOWN, Row, kind_of, measure_name, of_case, with_interval, written_together


def interval_charts(document: Row, language: Language) -> list[Chart]:
    """A chart for each measure, with a row for each of its groups."""
    found: dict[str, list[Row]] = {}
    for entry in of_case(document, 0):
        found.setdefault(entry["measure"], []).append(entry)
    return [_chart(measure, entries, document, language) for measure, entries in found.items()]


def _chart(measure: str, entries: list[Row], document: Row, language: Language) -> Chart:
    kind = kind_of(entries[0], document)
    ends = [side[key] for entry in entries for side in _sides(entry).values() for key in ("low", "high", "value") if side and side[key] is not None]
    unit = in_units(1.0, kind, language)
    scale = scale_around(min(ends), max(ends), size=1 / unit if unit else 1.0)
    ticks = together(scale.ticks, kind, language, fewest=0)
    rows = tuple(_row(entry, scale, document, language) for entry in entries)
    keys = list(_sides(entries[0]))
    name = language.text(f"measures.{KNOWN[measure].label}")
    head = (language.text("robustness.measure"), *(short_name(key, language) for key in keys))
    cells = tuple((row.name, *(text for _, text in row.values)) for row in rows)
    names = {one["letter"]: one["name"] for one in document["options"]}
    legend = tuple(
        Sign(svg.sample(key), short_name(key, language) if key == svg.TODAY else language.text("charts.option", letter=key, name=names[key]))
        for key in keys
    )
    message = language.text("robustness.lower_is_better")
    return Chart(name, message, svg.axis(scale, map(ticks.with_unit, scale.ticks)), rows, legend, ChartTable(name, head, cells))


def _sides(entry: Row) -> dict[str, Row]:
    return {**({svg.TODAY: entry["today"]} if entry["today"] is not None else {}), **entry["options"]}


def _row(entry: Row, scale: Scale, document: Row, language: Language) -> ChartRow:
    sides = _sides(entry)
    said = written_together(entry, document, language)
    height = svg.LANE * len(sides) + 4
    parts: list[Markup] = [svg.grid(scale, height)]
    values = []
    for k, (key, side) in enumerate(sides.items()):
        y = svg.LANE * (k + 0.5) + 2
        if side["low"] is not None:
            parts.append(svg.line(scale.at(side["low"]), y, scale.at(side["high"]), y, f"way {svg.css(key)}"))
            parts += [svg.line(scale.at(side[end]), y - 5, scale.at(side[end]), y + 5, f"way {svg.css(key)}") for end in ("low", "high")]
        if side["value"] is not None:
            parts.append(svg.mark(key, scale.at(side["value"]), y))
        values.append(("" if key == svg.TODAY else key, with_interval(side, said, language)))
    name = language.group(entry["group"]) if entry["group"] is not None else measure_name(entry, language)
    return ChartRow(name, svg.strip(parts, height), tuple(values))
