"""Today's zones under the scenario that was written: who is over its seats, what lies apart, which rules they break; for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rezoning.commands.new.words import LABELS

if TYPE_CHECKING:
    from rezoning.runs.question import Question

FEW = 30


def today_record(question: Question) -> dict[str, Any]:
    """The content of today.json."""
    from rezoning.commands.evaluation import validation_record
    from rezoning.district.plan import today
    from rezoning.metrics.measure import by_school, measure_today

    district, scenario = question.district, question.scenario
    record = validation_record(question)
    measures = measure_today(district, scenario)
    now = today(district)
    schools = [] if now is None else by_school(now, district, scenario)
    return {**record, "measures": measures, "schools": [_row(row) for row in schools]}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A school's numbers of today."""
    return {key.removesuffix("_before"): value for key, value in row.items() if not key.endswith("_after")}


def today_text(name: str, record: dict[str, Any], estimated: str | None = None) -> str:
    """The content of today.md; first of all that students are estimated, where they are."""
    lines = [f"# Today's zones of {name}", "", "Counts of students by school are working numbers, not for publication.", ""]
    lines += [f"**{estimated}**", ""] if estimated else []
    audit = record["audit_today"]
    if audit is None:
        return "\n".join([*lines, "No file says which school each unit has today, so nothing can be said of today's zones.", ""])
    lines += _schools(record)
    lines += ["## Rules of the scenario that today's zones break", ""]
    broken = [one["message"] for one in audit["violations"]]
    lines += [f"- {message}" for message in broken[:FEW]] or ["None: today's zones keep every rule."]
    lines += [f"- and {len(broken) - FEW} more (today.json)"] if len(broken) > FEW else []
    lines += ["", "## Zones in several pieces", ""]
    apart = {school: pieces for school, pieces in (record["measures"].get("pieces") or {}).items() if pieces > 1}
    names = {row["id"]: row["name"] for row in record["schools"]}
    lines += [f"- {names.get(school, school)}: {pieces} pieces" for school, pieces in apart.items()] or ["None: every zone is in one piece."]
    shares = record["measures"]["dissimilarity"]
    if shares:
        lines += ["", "## Segregation (dissimilarity: 0 every school alike, 1 wholly apart)", ""]
        lines += [f"- {LABELS.get(group, group)}: {value:.3f}" for group, value in shares.items() if value is not None]
    for key, head in (("warnings", "Doubts"), ("notes", "What was chosen while reading")):
        if record[key]:
            lines += ["", f"## {head}", "", *(f"- {text}" for text in record[key])]
    return "\n".join([*lines, ""])


def _schools(record: dict[str, Any]) -> list[str]:
    rows = record["schools"]
    has_seats = any(row["capacity"] is not None for row in rows)
    over = [row for row in rows if has_seats and row["utilization"] is not None and row["utilization"] > 1]
    lines = []
    if has_seats:
        lines.append(f"{len(over)} of {len(rows)} schools have more students than seats." if over else "No school has more students than seats.")
        lines += ["", "| school | seats | students | of seats |", "| --- | ---: | ---: | ---: |"]
        lines += [f"| {row['name']} | {_count(row['capacity'])} | {_count(row['students'])} | {_share(row['utilization'])} |" for row in rows]
    else:
        lines += ["| school | students |", "| --- | ---: |", *(f"| {row['name']} | {_count(row['students'])} |" for row in rows)]
    return [*lines, ""]


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"
