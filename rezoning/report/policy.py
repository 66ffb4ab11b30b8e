"""Groups and what becomes of them: what goals and rules used, and beside it what the policy permits; the same table wherever it stands."""

from __future__ import annotations

from dataclasses import dataclass

from rezoning.public.book import Book
from rezoning.report.language import Language, capital
from rezoning.runs.option import Option
from rezoning.runs.origin import Found
from rezoning.scenario.policy import hidden_groups, used_groups, uses_of


@dataclass(frozen=True)
class GroupUse:
    """A group: what goals and rules of a scenario use of it, and what its policy permits, as keys and in words."""

    group: str
    label: str
    used: str
    permitted: str
    used_text: str
    permitted_text: str


@dataclass(frozen=True)
class PolicyTable:
    """Head and rows, the name of a group first."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def group_uses(option: Option, language: Language) -> list[GroupUse]:
    """Of each group that may be shown; what was used is what the run was asked that found the plan, and not known of a plan file."""
    hidden = hidden_groups(option.scenario)
    made = {} if option.found == Found.FILE else used_groups(option.asked or option.scenario)
    found = []
    for name, permitted in uses_of(option.scenario).items():
        if name not in hidden:
            used = made[name].key if name in made else "unknown" if option.found == Found.FILE else "none"
            said = language.text(f"policy.used_{used}"), language.text(f"policy.permitted_{permitted}")
            found.append(GroupUse(name, language.group(name), used, permitted, *said))
    return found


def policy_table(book: Book, language: Language) -> PolicyTable:
    """All options beside each other; what is permitted stands once where it is the same for all. No group of which some option is silent."""
    hidden = {name for option in book.options for name in hidden_groups(option.scenario)}
    of = [{one.group: one for one in group_uses(option, language)} for option in book.options]
    names = [name for name in dict.fromkeys(name for found in of for name in found) if name not in hidden]
    several = len(book.options) > 1
    is_common = len({tuple(found[name].permitted if name in found else None for name in names) for found in of}) == 1
    used = [(language.text("policy.used"), "used_text", letter) for letter in book.views]
    permitted = [(language.text("policy.permitted"), "permitted_text", letter) for letter in book.views][: 1 if is_common else None]
    columns = [*used, *permitted]
    at = dict(zip(book.views, of, strict=True))
    head = [f"{title} ({letter})" if several and not (is_common and key == "permitted_text") else title for title, key, letter in columns]
    none = language.text("policy.used_none")
    rows = [
        (capital(language.group(name)), *(getattr(at[letter][name], key) if name in at[letter] else none for _, key, letter in columns))
        for name in names
    ]
    return PolicyTable((language.text("policy.group"), *head), tuple(rows))
