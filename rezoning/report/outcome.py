"""How a run ended, in the same words wherever it is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rezoning.optimize.result import Ended, Status
from rezoning.report.language import Language
from rezoning.report.public_text import without
from rezoning.runs.names import readable
from rezoning.scenario.policy import hidden_groups

if TYPE_CHECKING:
    from rezoning.runs.option import Option
    from rezoning.scenario.schema import Scenario

CLOSED = (Ended.PROVEN, Ended.GAP, None)


def outcome_key(record: Mapping[str, Any], scenario: Scenario) -> str:
    """The key of the words for a run.json; that of an older version, which does not say why a goal ended, says that the limit came first."""
    status, ended = record.get("status"), [goal.get("ended") for goal in record.get("goals", ())]
    if status in (Status.OPTIMAL, Status.INFEASIBLE):
        return str(status)
    if status == Status.WITHIN_GAP:
        return "given_up" if all(one == Ended.PROVEN for one in ended) else "within_gap"
    why = next((one for one in ended if one not in CLOSED), Ended.LIMIT)
    if status == Status.NO_PLAN:
        return f"no_plan_{why}"
    is_finished = why == Ended.LIMIT
    return "restricted" if is_finished and scenario.rules.contiguity.method == "closer_neighbor" else str(why)


def outcome_words(record: Mapping[str, Any], scenario: Scenario, language: Language) -> str:
    """How a run ended, as a sentence; bounds are spoken of only where there are any."""
    entries = [*record.get("goals", ()), record.get("objective") or {}]
    has_bounds = any(entry.get("bound") is not None for entry in entries)
    bounds = language.text("outcome.bounds") if has_bounds else ""
    return language.text(f"outcome.{outcome_key(record, scenario)}", bounds=bounds)


def option_outcome(option: Option, language: Language) -> str:
    """How an option's run ended; of any other plan, where it comes from and that nothing is proven."""
    return outcome_words(option.record, option.scenario, language) if option.is_run else _origin(option, "outcome.plan", language)


def short_outcome(option: Option, language: Language) -> str:
    """The same in a few words, for a table."""
    return (
        language.text(f"outcome.short_{outcome_key(option.record, option.scenario)}")
        if option.is_run
        else _origin(option, "outcome.short_plan", language)
    )


def option_kind(option: Option, language: Language) -> str:
    """Where an option's plan comes from, in a few words."""
    return _origin(option, "outcome.kind", language)


def _origin(option: Option, key: str, language: Language) -> str:
    excluded = hidden_groups(option.scenario)
    asked, judge = (without(readable(one.name), excluded) for one in (option.asked or option.scenario, option.scenario))
    return language.text(f"{key}_{option.found}", asked=asked, scenario=judge)
