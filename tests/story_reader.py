"""The first screen of a report read by somebody who knows the measures, and accounts for every word and number in it by arithmetic of their own.

Texts are taken from the page and must be read to their ends: what no rule here knows is a fault, and so is a number that is not so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from page_reader import Element, read_page

WORDS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
N = rf"(?:{'|'.join(WORDS[1:])}|[\d,]+)"
STUDENTS = r"(?:about )?[\d,]+"
PART = r"(?:about )?\d+ in \d+ students|(?:about )?half of the students|\d+\s% of students|almost all students|all students"
KEPT = "kept back to protect privacy"


@dataclass
class Truth:
    """What an option is measured to be: ``today`` and ``plan`` as in metrics.json, and rows as in schools.csv."""

    letter: str
    metrics: Mapping[str, Any]
    schools: Sequence[Mapping[str, Any]]
    group: str = ""
    label: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    passed: bool = True
    is_run: bool = True
    is_hidden: bool = False
    least: float = 0.0
    unit: str = "min"
    sentences: Sequence[str] = ()
    broken: int = 0
    kept: Sequence[str] = ()
    zones: Mapping[str, int] = field(default_factory=dict)

    @property
    def plan(self) -> Mapping[str, Any]:
        return self.metrics["plan"]

    @property
    def today(self) -> Mapping[str, Any]:
        return self.metrics["today"]


def number(text: str) -> float:
    text = text.removeprefix("about ").replace(",", "")
    return float(WORDS.index(text)) if text in WORDS[1:] else float(text)


def near_count(text: str, count: float) -> bool:
    """Exact to a student; an estimate to two digits."""
    return abs(number(text) - count) <= (0.06 * count if text.startswith("about") else 0.5)


def check_part(text: str, share: float) -> None:
    rest = min(share, 1 - share)
    if "%" in text:
        assert abs(float(re.match(r"\d+", text)[0]) - 100 * share) <= 0.5 + 1e-9, (text, share)
    elif text.startswith("a"):
        if text in ("almost all students", "all students"):
            assert share > 0.99, (text, share)
        else:
            check_fraction(text.removeprefix("about "), share, 0.06 * rest)
    else:
        check_fraction(text, share, 0.025 * rest)


def check_fraction(text: str, share: float, most: float) -> None:
    found = re.match(r"(\d+) in (\d+)", text)
    value = 0.5 if found is None else int(found[1]) / int(found[2])
    assert abs(value - share) <= most + 1e-9, (text, share)


# -- the claims of an option's sentence --------------------------------------------------------------------------------


def check_moved(found: re.Match[str], truth: Truth) -> None:
    share = truth.plan["share_reassigned"]
    check_part(found["part"], share)
    assert near_count(found["count"], truth.plan["students_reassigned"])


def check_few(found: re.Match[str], truth: Truth) -> None:
    assert near_count(found["count"], truth.plan["students_reassigned"])
    assert near_count(found["all"], truth.plan["students"])
    assert 0 < truth.plan["share_reassigned"] < 0.005


def students_of(label: str) -> str:
    """Students of a group."""
    return f"students {label}" if label.startswith(("in ", "with ")) else f"{label} students"


def evened(truth: Truth) -> tuple[int, int, int]:
    """Schools nearer to the district's share, farther from it, and compared: by what the table of schools can tell."""
    share = truth.plan["students_by_group"][truth.group] / truth.plan["students"]
    nearer = farther = compared = 0
    for row in truth.schools:
        before, after = row["students_before"], row["students_after"]
        if not before or not after:
            continue
        compared += 1
        if row["id"] in truth.kept:
            continue
        was, now = (abs(row[f"{truth.group}_{when}"] / row[f"students_{when}"] - share) for when in ("before", "after"))
        nearer, farther = nearer + (round(now, 6) < round(was, 6)), farther + (round(now, 6) > round(was, 6))
    return nearer, farther, compared


def check_even(found: re.Match[str], truth: Truth) -> None:
    nearer, farther, compared = evened(truth)
    said = found.groupdict()
    if said.get("both"):
        said["all"] = "two"
    hidden = number(said["hidden"]) if said.get("hidden") else 0
    assert not hidden or truth.is_hidden
    told = 0.0 if said.get("none") else number(said.get("all") or said["nearer"])
    assert told == nearer, (found[0], nearer)
    assert hidden == len(truth.kept), (found[0], truth.kept)
    assert said["group"] == students_of(truth.label), (found[0], truth.label)
    total = said.get("all") or said.get("of") or said.get("whole")
    assert total is None or number(total) == compared, (found[0], compared)
    less = number(said["less"]) if said.get("less") else 0.0
    assert less == farther, (found[0], farther)


def over(truth: Truth, when: str) -> tuple[int, float, int]:
    """Schools over their seats, students too many, and schools whose seats are known."""
    rows = [(row[f"students_{when}"], row["capacity"]) for row in truth.schools if row[f"students_{when}"] is not None and row["capacity"]]
    return sum(n > seats + 1e-9 for n, seats in rows), sum(max(n - seats, 0) for n, seats in rows), len(rows)


def check_seats(found: re.Match[str], truth: Truth) -> None:
    said, (schools, students, known) = found.groupdict(), over(truth, "after")
    assert (0 if said.get("none") else number(said["over"])) == schools, (found[0], schools)
    assert said.get("of") is None or number(said["of"]) == known
    assert said.get("students") is None or near_count(said["students"], students)
    if said.get("today"):
        was, too_many, _ = over(truth, "before")
        assert (number(said["was"]) if said["was"] else 0) == was, (found[0], was)
        assert said.get("too_many") is None or near_count(said["too_many"], too_many)


def check_seatless(found: re.Match[str], truth: Truth) -> None:
    assert truth.is_hidden
    assert near_count(found["students"], over(truth, "after")[1])
    assert found["was"] is None or near_count(found["was"], over(truth, "before")[1])


SECONDS = {"second": 1.0, "seconds": 1.0, "minute": 60.0, "minutes": 60.0}
KM = {"mile": 1.609344, "miles": 1.609344, "foot": 0.0003048, "feet": 0.0003048}


def check_trips(found: re.Match[str], truth: Truth) -> None:
    """Trips that were rounded to a tenth of a minute (10 meters) may each be half of that off."""
    change = truth.plan["travel_mean"] - truth.today["travel_mean"]
    size, step = (60.0, 6.0) if truth.unit == "min" else (1.0, 0.01)
    change, off = change * size, step if truth.least else 0.0
    if found["same"]:
        assert abs(change) <= max(off, 1.0 if truth.unit == "min" else 0.01) + 1e-9, change
        return
    units = SECONDS if truth.unit == "min" else KM
    said = float(found["amount"].replace(",", "")) * units[found["in"]] * (1 if found["way"] == "longer" else -1)
    assert said * change > 0, (found[0], change)
    if found["most"]:
        assert truth.least
        assert abs(change) <= abs(said) + 1e-9, (found[0], change)
        assert abs(said) <= 2.15 * step, found[0]
        return
    digits = 0.5 if units[found["in"]] == 1 and abs(said) < 20 else 2.5 if units[found["in"]] == 1 else 0.06 * units[found["in"]]
    assert abs(said - change) <= off + digits + 1e-9, (found[0], change)


PARTS = {"a tenth": 0.1, "a fifth": 0.2, "a quarter": 0.25, "a third": 1 / 3, "half": 0.5, "two thirds": 2 / 3}
TIMES = {"half as long": 0.5, "twice as long": 2.0, "three times as long": 3.0}


def check_borders(found: re.Match[str], truth: Truth) -> None:
    ratio = truth.plan["boundary_km"] / truth.today["boundary_km"]
    if found["same"]:
        assert abs(ratio - 1) < 0.005
    elif found["times"]:
        assert abs(ratio / TIMES[found["times"]] - 1) <= 0.031, (found[0], ratio)
    else:
        assert (ratio > 1) == (found["way"] == "longer"), (found[0], ratio)
        part = PARTS.get(found["amount"])
        change = abs(ratio - 1)
        if part is not None:
            assert abs(change / part - 1) <= 0.06 + 1e-9, (found[0], ratio)
        else:
            assert abs(float(re.match(r"\d+", found["amount"])[0]) - 100 * change) <= 0.5 + 1e-9, (found[0], ratio)


def check_goal(found: re.Match[str], truth: Truth) -> None:
    goal = truth.record["goals"][0]
    kind = {"better": -1, "worse": 1, None: 0}[found["trend"]]
    change = goal["value"] - goal["today"]
    assert (change > 0) - (change < 0) == kind or (kind == 0 and abs(change) < 0.06), (found[0], change)
    assert found["what"] in GOALS[goal["minimize"]], (found["what"], goal)


GOALS = {
    "dissimilarity": "the even spread of GROUP students", "isolation": "the mixing of GROUP students with others",
    "reassigned": "the number of students who keep their school",
    "cut_edges": "the number of neighbors who stay together", "theil_h": "the mixing of all groups",
    "over_capacity": "the number of students with a seat in their school",
    "boundary_length": "the length of borders", "utilization_spread": "the even use of the schools",
    "schools_changed": "the number of zones that stay as they are",
    "polsby_popper": "the compact shape of zones", "travel": "the length of trips",
}  # fmt: skip


def check_zones(found: re.Match[str], truth: Truth) -> None:
    assert truth.metrics["today"] is None
    assert number(found["schools"]) == sum(row["students_after"] is not None for row in truth.schools)


def check_closing(found: re.Match[str], truth: Truth) -> None:
    assert number(found["count"]) == truth.zones[found["verb"]], (found[0], truth.zones)


def is_kept(found: re.Match[str], truth: Truth) -> None:
    assert truth.is_hidden, found[0]


def is_so(test: Callable[[Truth], bool]) -> Callable[[re.Match[str], Truth], None]:
    def check(found: re.Match[str], truth: Truth) -> None:
        assert test(truth), found[0]

    return check


LESS = rf"(?:, but makes it less even in (?P<less>{N}))?"
EVENS = r"evens out the share of (?P<group>[^,;(]+?) in"
HIDDEN = rf"\(the numbers of (?P<hidden>{N})(?: of (?P<whole>{N}))? are {KEPT}\)"
TODAY_SEATS = rf"(?P<today> \(today (?P<was>{N})(?:, by (?P<too_many>{STUDENTS}))?\)| \(none today\))?"
CLAIMS: tuple[tuple[str, Callable[[re.Match[str], Truth], None]], ...] = (
    (rf"moves (?P<part>{PART}) \((?P<count>{STUDENTS})\)", check_moved),
    (r"moves no students", is_so(lambda truth: truth.plan["students_reassigned"] == 0)),
    (rf"moves (?P<count>{STUDENTS}) of (?P<all>{STUDENTS}) students", check_few),
    (rf"moves some students \(how many is {KEPT}\)", is_kept),
    (rf"divides the district among (?P<schools>{N}) schools", check_zones),
    (r"today’s zones are not known, so nobody can say who changes schools", is_so(lambda truth: truth.metrics["today"] is None)),
    (rf"{EVENS} all (?P<all>{N}) schools{LESS}", check_even),
    (rf"{EVENS} (?P<both>both) schools{LESS}", check_even),
    (rf"{EVENS} at least (?P<nearer>{N}) of (?P<of>{N}) schools {HIDDEN}{LESS}", check_even),
    (rf"{EVENS} (?P<nearer>{N}) of (?P<of>{N}) schools{LESS}", check_even),
    (rf"{EVENS} (?P<none>no) school that can be told of {HIDDEN}{LESS}", check_even),
    (rf"{EVENS} (?P<none>no) school{LESS}", check_even),
    (rf"changes the mix of schools \(how is {KEPT}\)", is_kept),
    (rf"leaves (?P<none>no) school over its seats{TODAY_SEATS}", check_seats),
    (rf"has (?P<over>{N}) of (?P<of>{N}) schools over (?:its|their) seats"
     rf"(?:, by (?P<students>{STUDENTS}) students(?: in all)?)?{TODAY_SEATS}", check_seats),
    (rf"leaves (?P<students>{STUDENTS}) students without a seat in their school(?: \(today (?P<was>{STUDENTS})\))?", check_seatless),
    (rf"fills schools to a degree that is {KEPT}", is_kept),
    (rf"(?P<verb>closes|opens) (?P<count>{N}) schools?", check_closing),
    (r"the average trip (?:is (?P<most>at most |about )?(?P<amount>[\d.,]+) (?P<in>\w+) (?P<way>longer|shorter)"
     r"|(?P<same>stays about the same))(?: \(estimated\))?", check_trips),
    (rf"how the average trip changes is {KEPT}", is_kept),
    (r"borders between zones are (?:(?P<amount>[\w ]+|\d+\s%) (?P<way>longer|shorter)"
     r"|(?P<times>half as long|twice as long|three times as long)"
     r"|(?P<same>about as long as today))", check_borders),
    (r"(?P<what>the [\w -]+?) (?:gets (?P<trend>better|worse) than today|stays about the same)", check_goal),
)  # fmt: skip


def account_claims(text: str, truth: Truth) -> list[str]:
    """Every claim of a sentence without its subject and its full stop, checked; what it is read as."""
    read, rest = [], text
    while rest:
        for pattern, check in CLAIMS:
            found = re.match(pattern, rest)
            if found and re.match(r"$|, | and |; ", rest[found.end() :]):
                if pattern.startswith("the average trip") and found["most"] == "about ":
                    found = re.match(pattern.replace("at most |about ", "at most )?(?:about "), rest)
                check(found, truth)
                break
        else:
            raise AssertionError(f"nobody accounts for: {rest}")
        read.append(found[0])
        rest = re.sub(r"^(, and |, | and |; )", "", rest[found.end() :])
    return read


def account_sentence(text: str, truths: Mapping[str, Truth]) -> None:
    """A sentence about an option, or about each of them."""
    found = re.fullmatch(r"(Option (?P<letter>[A-H])|This plan|(?P<each>Each of them)):? (?P<claims>.+)\.", text)
    assert found, f"nobody accounts for: {text}"
    letters = list(truths) if found["each"] else [found["letter"] or next(iter(truths))]
    assert found["letter"] or found["each"] or len(truths) == 1
    for letter in letters:
        account_claims(found["claims"], truths[letter])


# -- the lead ----------------------------------------------------------------------------------------------------------


def account_lead(text: str, truths: Mapping[str, Truth]) -> None:
    if len(truths) > 1:
        found = re.match(rf"(?P<count>{N}) options are compared here\. ", text[:1].lower() + text[1:])
        assert found, text
        assert number(found["count"]) == len(truths), text
        text = text[found.end() :]
    if len(truths) > 3:
        ends = rf"option (?P<{{0}}>[A-H]) \((?P<{{0}}_count>{STUDENTS})\)"
        found = re.fullmatch(f"The fewest students change schools with {ends.format('low')}, the most with {ends.format('high')}\\.", text)
        assert found, text
        counts = {letter: truth.plan["students_reassigned"] for letter, truth in truths.items()}
        assert counts[found["low"]] == min(counts.values())
        assert counts[found["high"]] == max(counts.values())
        assert all(near_count(found[f"{end}_count"], counts[found[end]]) for end in ("low", "high"))
        return
    for sentence in re.findall(r".+?\.(?= (?:Option|Each)|$)", text):
        account_sentence(sentence.strip(), truths)


# -- what is paid for what ---------------------------------------------------------------------------------------------

VALUE: dict[str, Callable[[Mapping[str, Any], str], float]] = {
    "even": lambda measures, group: measures["isolation"][group],
    "moved": lambda measures, _: measures["students_reassigned"],
    "seats": lambda measures, _: measures["over_capacity_students"],
    "trips": lambda measures, _: measures["travel_mean"],
    "borders": lambda measures, _: measures["boundary_km"],
}
GAINS = {
    "even": "mixes {label} students more with others", "moved": "moves fewer students", "seats": "leaves fewer students without a seat",
    "trips": "has shorter trips",
    "borders": "has shorter borders", "evened": "evens out more schools",
}  # fmt: skip
PRICES = {
    "{label} students are more among themselves": "even", "students change schools": "moved",
    "more students change schools": "moved", "more students have no seat": "seats",
    "trips are longer": "trips", "borders between zones are longer": "borders", "fewer schools are evened out": "evened",
    "more schools become less even than are evened out": "evened",
}  # fmt: skip
LINES = {
    "even": "Of 100 students in the average {label} student’s school, this many are of that group too",
    "moved": "Students who change schools",
    "seats": "Students for whom their school has no seat", "trips": "The average trip", "borders": "Length of all borders between zones",
    "evened": "Schools evened out",
}  # fmt: skip


def worth(key: str, view: str, truths: Mapping[str, Truth]) -> float:
    """A number in a view, less of which is better."""
    first = next(iter(truths.values()))
    if key == "evened":
        nearer, farther, _ = (0, 0, 0) if view == "today" else evened(truths[view])
        return float(farther - nearer)
    measures = first.today if view == "today" else truths[view].plan
    return float(VALUE[key](measures, first.group))


FINEST = {"even": 1e-6, "trips": 1e-4, "borders": 1.7e-3}
"""Of each, what was not measured."""


def check_line(key: str, text: str, truths: Mapping[str, Truth]) -> None:
    """The numbers under a gain or a price."""
    first = next(iter(truths.values()))
    head, _, values = text.partition(": ")
    assert head == LINES[key].format(label=first.label), text
    assert values.endswith(".")
    said = dict(zip([*truths, "today"], values[:-1].split("; "), strict=False))
    assert len(values[:-1].split("; ")) == len(truths) + (key not in ("moved", "evened")), text
    alike: dict[str, float] = {}
    for view, whole in said.items():
        words = whole.removeprefix("today " if view == "today" else f"option {view} " if len(truths) > 1 else "")
        value = worth(key, view, truths)
        if key in ("even", "trips", "borders") and not first.kept:
            assert abs(alike.setdefault(words, value) - value) < FINEST[key], f"{words} stands for two values: {text}"
        if key == "evened":
            nearer, farther, compared = evened(truths[view])
            found = re.fullmatch(rf"(?P<least>at least )?(?P<nearer>{N}|0) of (?P<of>{N})(?: \((?P<less>{N}) less even\))?", words)
            assert found, words
            assert number(found["of"]) == compared, words
            assert number(found["nearer"]) == nearer, words
            assert bool(found["least"]) == bool(truths[view].kept), words
            assert (number(found["less"]) if found["less"] else 0) == farther, words
        elif key == "even":
            assert abs(number(words) - 100 * value) <= 0.5001 * 10.0 ** -len(words.partition(".")[2]), (words, value)
        elif key == "moved":
            found = re.fullmatch(rf"(?P<count>{STUDENTS}), (?P<part>{PART}|no students|almost no students)", words)
            assert found, words
            assert near_count(found["count"], value), (words, value)
            share = truths[view].plan["share_reassigned"]
            check_part(found["part"], share) if not found["part"].startswith(("no ", "almost no")) else None
            assert not found["part"].startswith(("no ", "almost no")) or share < 0.005
        elif key == "seats":
            assert near_count(words, value), (words, value)
        else:
            amount, unit = words.split()
            size = {**KM, "minutes": 1.0}[unit]
            digits = len(amount.partition(".")[2])
            assert abs(float(amount.replace(",", "")) * size - value) <= 0.5001 * 10.0**-digits * size, (words, value)


def account_trade_off(item: Element, truths: Mapping[str, Truth]) -> None:
    first = next(iter(truths.values()))
    sides = item.all("div", class_="side")
    words, numbers = (side.one("p", class_=name).text for side in sides[:1] for name in ("side-words", "side-numbers"))
    if sides[0].attributes["data-claim"] == "given_up":
        account_given_up(words, numbers, first)
        return
    found = re.fullmatch(r"▲ (?:Option (?P<letter>[A-H])|This plan) (?P<gain>.+)\.", words)
    assert found, words
    letter = found["letter"] or first.letter
    views = [*truths] if found["letter"] else ["today", *truths]
    gain = next((key for key, said in GAINS.items() if found["gain"].startswith(said.format(label=first.label))), None)
    assert gain is not None, words
    tail = found["gain"].removeprefix(GAINS[gain].format(label=first.label))
    others = [view for view in views if view != letter]
    allowed = {"today": (" than today", " than it makes less even"), **{other: (f" than option {other}",) for other in truths}}
    assert tail in (allowed[others[0]] if len(others) == 1 else (" than any other option",)), words
    assert all(worth(gain, letter, truths) < worth(gain, other, truths) for other in others), words
    check_line(gain, numbers, truths)
    if len(sides) == 1:
        rest = item.all("p", class_="side-words")[1].text
        assert rest == "None of the other numbers compared here gets worse for it."
    for side in sides[1:]:
        words, numbers = (side.one("p", class_=name).text for name in ("side-words", "side-numbers"))
        found = re.fullmatch(r"▼ The price: (?P<price>.+)\.", words)
        assert found, words
        price = next((key for said, key in PRICES.items() if found["price"] == said.format(label=first.label)), None)
        assert price is not None, words
        assert any(worth(price, letter, truths) > worth(price, other, truths) for other in others), words
        check_line(price, numbers, truths)


def account_given_up(words: str, numbers: str, truth: Truth) -> None:
    goals = truth.record["goals"]
    first, then = (GOALS[goal["minimize"]].replace("GROUP", truth.label) for goal in goals[:2])
    assert words == f"▲ This plan does better on {then} than it could otherwise.", words
    does = r"(?:does|(?P<most>may do up to))"
    found = re.fullmatch(rf"The price: it {does} (?P<percent>\d+)\s% worse on {re.escape(first)} than the best plan found\.", numbers)
    assert found, numbers
    if found["most"]:
        assert float(found["percent"]) == 100 * truth.record["give_up"]
    else:
        assert float(found["percent"]) == round(100 * (goals[0]["value"] / goals[0]["best"] - 1))


# -- what is certain ---------------------------------------------------------------------------------------------------


def account_sure(text: str, truth: Truth, *, certain: bool) -> None:
    """A sentence under what is certain, or what is not. Sentences of the statement and of estimates are held against those of their own."""
    if text in truth.sentences:
        return
    goal = truth.record["goals"][0]
    about = GOALS[goal["minimize"]].replace("GROUP", truth.label)
    gap = goal.get("gap")
    percent = re.search(r"(?:no )?more than (\d+)\s%", text)
    plain = re.sub(r"\d+\s%", "#", text)
    if certain:
        known = {
            "Every rule holds. A second, independent check found none broken.": truth.passed and truth.is_run,
            "Every rule of Drawn holds.": truth.passed and not truth.is_run,
            f"No plan within the rules does better on {about}. That is proven.": gap is not None and gap <= 1e-9,
            f"No plan within the rules does more than # better on {about}. That is proven.": gap is not None and gap > 0,
            "Those are the rules that every plan is measured by here; whoever drew this plan need not have been bound by them.":
                not truth.passed and not truth.is_run,
        }  # fmt: skip
        broken = re.fullmatch(rf"It breaks (?P<count>{N}) of the rules of Drawn\.", text)
        if broken:
            assert number(broken["count"]) == truth.broken > 0
            return
    else:
        known = {
            f"The search stopped before it was done. Another plan may do better on {about}, but by no more than #: that is proven.":
                goal.get("ended") == "limit",
            f"How much better another plan could do on {about} is not proven.": truth.is_run and gap is None,
            "A plan that was read from a file. The file does not say who made it or how. It is measured and checked like the others; "
            "how much better a plan could be is not known here.": not truth.is_run,
            "Some numbers are kept back to protect the privacy of a few students (* in the tables).": truth.is_hidden,
        }  # fmt: skip
    assert known.get(plain), f"nobody accounts for: {text}"
    if percent:
        assert gap is not None, text
        assert float(percent[1]) - 1 < 100 * gap <= float(percent[1]) + 1e-9, (text, gap)


# -- the whole ---------------------------------------------------------------------------------------------------------


def account(html: str, truths: Mapping[str, Truth], verdicts: Mapping[str, Mapping[str, Any]] | None = None) -> list[str]:
    """Everything that the first screen says, accounted for; its texts."""
    page, first = read_page(html), next(iter(truths.values()))
    lead = page.one("p", class_="story-lead").text
    account_lead(lead, truths)
    texts = [lead]
    summary, prices = page.one("section", id="summary"), page.one("section", id="prices")
    sentences = [one.text for one in summary.all("p", class_="story-sentence")]
    assert len(sentences) == len(truths)
    for truth, text in zip(truths.values(), sentences, strict=True):
        assert text.startswith((f"Option {truth.letter}", "This plan"))
        account_sentence(text, truths)
    texts += sentences
    for note in summary.all("p", class_="story-note"):
        found = re.match(
            r"“Evens out” means: the school’s share of (?P<students>.+) comes closer to the district’s \((?P<share>\d+)\s%\) than it is today",
            note.text,
        )
        if found:
            share = first.plan["students_by_group"][first.group] / first.plan["students"]
            assert found["students"] == students_of(first.label)
            assert abs(float(found["share"]) - 100 * share) <= 0.5
        rest = note.text[found.end() :] if found else note.text
        assert not re.search(r"\d", rest), rest
        texts.append(note.text)
    for item in prices.all("li", class_="trade-off"):
        account_trade_off(item, truths)
        texts.append(item.text)
    for name in ("certain", "uncertain"):
        part = prices.one("div", class_="sureness").one("div", class_=f"is-{name}")
        for one in part.all("div", class_="sure-of"):
            swatch = one.all("span", class_="swatch")
            truth = truths[swatch[0].text] if swatch else first
            for item in one.all("li"):
                account_sure(item.text, truth, certain=name == "certain")
                texts.append(item.text)
    for letter, verdict in (verdicts or {}).items():
        box = next(box for box in prices.all("div", class_="finding-box") if box.one("span", class_="swatch").text == letter)
        assert [side.one("dd").text for side in box.all("div") if side.all("dd")] == [" ".join(side["text"].split()) for side in verdict["sides"]]
    intro = [p.text for p in prices.all("p") if not p.attributes.get("class")]
    assert not any(re.search(r"\d", text) for text in intro if "tool" not in text), intro
    return texts
