"""Rules that a plan, or today's zones, break: which and by whom, in words. Amounts stay out, for some of them count students."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rezoning.auditing.violation import Violation
from rezoning.equity.statement import KEYS
from rezoning.report.language import Language, capital
from rezoning.report.public_text import without
from rezoning.runs.names import readable
from rezoning.runs.option import Option
from rezoning.scenario.policy import hidden_groups

MOST = 6  # of whom a line tells; all are in a list below
LONGEST = 80  # letters of a name in a line

FINDING = re.compile(r"finding (\d+)(?:, (.*))?", re.DOTALL)


@dataclass(frozen=True)
class BrokenRule:
    """A rule that is broken.

    Parameters
    ----------
    rule
        In words.
    times
        How often.
    subjects
        Schools, areas and groups concerned, each once: schools with the years in which they are, areas by their ids.
    count
        How many of what, in words: ``8 schools``, ``12 areas``; nothing where the subjects are few or of several kinds.
    is_by_id
        Whether the subjects are areas, which have no names that say something in a line.
    short
        The rule where many are named in a sentence.
    """

    rule: str
    times: int
    subjects: tuple[str, ...]
    count: str = ""
    is_by_id: bool = False
    short: str = ""

    @property
    def is_long(self) -> bool:
        """Whether a line leaves some of the subjects out."""
        return self.is_by_id or len(self.subjects) > MOST

    def whom(self, language: Language) -> str:
        """Who is concerned, in a line."""
        if self.is_by_id:
            return self.count
        shown = ", ".join(one if len(one) <= LONGEST else f"{one[: LONGEST - 1]}…" for one in self.subjects[:MOST])
        if self.is_long:
            shown = language.text("page.and_more", names=shown, more=language.count(float(len(self.subjects) - MOST)))
        return language.text("broken.counted", count=self.count, names=shown) if self.count else shown

    def line(self, language: Language) -> str:
        """The rule and who is concerned."""
        return language.text("broken.line", rule=self.rule, whom=self.whom(language))


def broken_rules(option: Option, violations: Iterable[Violation], language: Language) -> tuple[BrokenRule, ...]:
    """Each rule once, in the order of the audit; of the equity statement each finding."""
    speaker, by = _Speaker(option, language), dict[tuple[str, str], list[tuple[str, str]]]()
    for one in violations:
        rule, short, subject = speaker.told(one)
        by.setdefault((rule, short), []).append(subject)
    return tuple(_merged(rule, short, found, language) for (rule, short), found in by.items())


def rule_name(rule: str, language: Language) -> str:
    """What people call a rule of the scenario."""
    section = re.match(r"\w*", rule)
    try:
        return language.text(f"page.rule_{section[0] if section else rule}")
    except KeyError:
        return rule


def scenario_name(option: Option) -> str:
    """The scenario whose rules an option was checked by, for people, without names that stay out."""
    return without(readable(option.scenario.name), hidden_groups(option.scenario))


def _merged(rule: str, short: str, found: Sequence[tuple[str, str]], language: Language) -> BrokenRule:
    """Subjects of one rule; a school stands once with all its years."""
    times: dict[tuple[str, str], list[str]] = {}
    for kind, subject in found:
        name, _, when = subject.partition("\n")
        times.setdefault((kind, name), []).append(when or language.text("broken.now"))
    is_timed = any("\n" in subject for _, subject in found)
    said = [language.text("broken.when", name=name, when=", ".join(dict.fromkeys(when))) if is_timed else name for (_, name), when in times.items()]
    kinds = {kind for kind, _ in times}
    kind = kinds.pop() if len(kinds) == 1 else ""
    is_counted = kind in ("school", "area") and (len(times) > 1 or kind == "area")
    count = language.text(f"broken.{kind}_{'one' if len(times) == 1 else 'many'}", count=language.count(float(len(times)))) if is_counted else ""
    return BrokenRule(rule, len(found), tuple(said), count, kind == "area", short or rule)


class _Speaker:
    """Says who breaks a rule; of a name and a time apart, a line break stands between them."""

    def __init__(self, option: Option, language: Language) -> None:
        district = option.district
        self.language, self.schools = language, dict(zip(district.school_ids, district.school_names, strict=True))
        self.units, self.groups = frozenset(district.unit_ids), frozenset(district.groups)

    def told(self, one: Violation) -> tuple[str, str, tuple[str, str]]:
        """The rule in words and in short, and what kind of thing breaks it, with that in words."""
        found = FINDING.fullmatch(one.subject) if one.rule == "statement" else None
        if found is None:
            return rule_name(one.rule, self.language), "", self.subject(one.subject)
        title = self.language.text(f"statement.{KEYS[int(found[1]) - 1]}.title")
        short = self.language.text("broken.finding_short", number=found[1])
        return self.language.text("broken.finding", number=found[1], title=title), short, self.subject(found[2] or "district")

    def _paired(self, text: str) -> tuple[str, str] | None:
        """Where schools are paired: a unit of which students of one grade are concerned, or schools; None for any other subject."""
        unit, _, _ = text.rpartition(" grade ")
        if unit in self.units:
            return "area", unit
        if text and not all(part in self.schools for part in text.split(" ")):
            return None
        return "", ", ".join(self.schools[part] for part in text.split()) or self.language.text("broken.district")

    def subject(self, text: str) -> tuple[str, str]:
        """Kind and words of a subject."""
        say = self.language
        plain = {"school": self.schools.get(text), "area": text if text in self.units else None}
        found = next(((kind, said) for kind, said in plain.items() if said is not None), None)
        if found is not None:
            return found
        if text == "district":
            return "district", say.text("broken.district")
        paired = self._paired(text)
        if paired is not None:
            return paired
        if text in self.groups or text == "all":
            return "group", say.text("measures.everyone") if text == "all" else capital(say.group(text))
        for school, name in self.schools.items():
            if text.startswith(f"{school} "):
                return "school", f"{name}\n{text.removeprefix(f'{school} ')}"
        parts = [self.subject(part)[1] if part in self.groups or part == "all" else say.program(part) for part in text.split(", ")]
        return "", ", ".join(parts)
