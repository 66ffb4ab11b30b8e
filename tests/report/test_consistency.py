"""One value, one rounding, one verdict: whatever page, comparison, statement, workbook and metrics.json share, read from outside."""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import comparing_drawn as drawn
import numpy as np
import openpyxl
import pytest
from page_reader import Element, read_page
from rich.console import Console
from typer.testing import CliRunner

from rezoning.cli.app import app
from rezoning.commands.evaluation import comparison
from rezoning.commands.publishing import write_report
from rezoning.public.build import make_book
from rezoning.public.cell import HIDDEN
from rezoning.report.catalogue.measures import MEASURES
from rezoning.report.catalogue.rows import paths, scope_of
from rezoning.report.comparing import comparison_page, write_workbook
from rezoning.report.language import Language, language_of
from rezoning.report.page import report_page
from rezoning.report.plans_table import comparison_page as plans_beside
from rezoning.runs.option_read import read_options
from rezoning.scenario.reporting import KM_PER_MILE

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
UNITS = re.compile(r"\s*(min|km|mi|ft|points|puntos)$")
SIZES = (1, 100, 1 / KM_PER_MILE, 1 / 0.3048)
"""Numbers of what is measured in one: as it is, in hundredths, miles and feet."""
NOISE = {"count": 1.0, "m": 1.0}
"""From which difference on numbers of a kind must look different; a millionth of all others."""
NOTHING = "–"


@dataclass
class Said:
    """What readers say of the same thing: by what it is called and the column, the reader and what stands there."""

    values: dict[tuple[str, str], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    best: dict[str, dict[str, frozenset[str]]] = field(default_factory=lambda: defaultdict(dict))
    trends: dict[tuple[str, str], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def say(self, reader: str, label: str, column: str, text: str) -> None:
        text = UNITS.sub("", " ".join(text.split())).replace(" ", "")
        assert self.values[label.lower(), column].setdefault(reader, text) == text, f"{reader} says two things of {label}, {column}"


# -- readers ---------------------------------------------------------------------------------------------------------


def own_text(element: Element) -> str:
    """Text that stands in an element itself."""
    return " ".join("".join(child for child in element.children if isinstance(child, str)).split())


def columns_of(table: Element) -> list[str]:
    """Keys of the columns: the letter of a swatch, or what today and the nearest schools are called."""
    names = {"Today": "today", "Nearest school": "nearest", "Hoy": "today", "Escuela más cercana": "nearest"}
    found = []
    for head in table.all("thead")[0].all("th")[1:]:
        swatch = [one for one in head.all("span", class_="swatch") if one.text]
        found.append(swatch[0].text if swatch else next((key for name, key in names.items() if head.text.endswith(name)), ""))
    return found


def read_indices(said: Said, page: Element, language: Language) -> None:
    """All measures of the page, with what is better or worse than today."""
    table = page.one("section", id="indices").one("table")
    columns = columns_of(table)
    topics = {text for key, text in language.part("measures").items() if key.startswith("topic_")}
    for body in table.all("tbody"):
        title = own_text(body.one("th", scope="rowgroup"))
        for row in body.all("tr")[1:]:
            name = own_text(row.one("th"))
            label = name if title in topics else f"{title}: {name}"
            for column, cell in zip(columns, row.all("td"), strict=False):
                notes = cell.all("span", class_="note")
                text = own_text(cell.one("span", class_="beside")) if notes else cell.text
                if column:
                    said.say("page", label, column, text)
                if notes:
                    said.trends[label.lower(), column]["page"] = next(word for word in ("better", "worse") if notes[0].has("class", word))


def read_options_table(said: Said, page: Element) -> None:
    """The options side by side on the page, with their stars."""
    for section in page.all("section", id="options"):
        table = section.all("table")[0]
        columns = columns_of(table)
        for row in table.one("tbody").all("tr"):
            label, cells = own_text(row.one("th")), row.all("td")
            if any(cell.has("class", "wraps") for cell in cells):
                continue
            said.best[label.lower()]["page"] = frozenset(column for column, cell in zip(columns, cells, strict=True) if cell.has("class", "is-best"))
            for column, cell in zip(columns, cells, strict=True):
                said.say("options", label, column, own_text(cell))


def read_cards(said: Said, page: Element) -> None:
    """The cards of main numbers: a value, today's before it, and whether that is better."""
    for letter, card in zip("ABCD", page.one("section", id="numbers").all("article"), strict=False):
        for tile in card.one("dl").all("div"):
            label, spans = tile.one("dt").text, [one for one in tile.all("dd")[0].children if isinstance(one, Element)]
            said.say("card", label, letter, spans[-1].text)
            for trend in [trend for trend in ("better", "worse") if spans[-1].has("class", trend)]:
                said.trends[label.lower(), letter]["card"] = trend
            if len(spans) > 1:
                said.say("card", label, "today", own_text(spans[0]))


def goal_or(is_goal: bool, label: str) -> str:
    """Goals may be called like measures, and be shares where these are counts."""
    return f"goal: {label}" if is_goal else label


def read_comparison(said: Said, page: Element) -> None:
    table = page.one("table", class_="measures")
    columns = columns_of(table)
    for row in [row for row in table.all("tr") if "data-key" in row.attributes]:
        label = goal_or(row.parent.attributes["data-section"] == "goals", row.one("span", class_="label").text)
        said.best[label.lower()]["compare"] = frozenset(
            column for column, cell in zip(columns, row.all("td"), strict=True) if cell.has("class", "is-best")
        )
        for column, cell in zip(columns, row.all("td"), strict=True):
            said.say("compare", label, column, own_text(cell))


def shown(cell: Any) -> str:
    """A cell of a workbook as a spreadsheet shows it: the decimal number rounded half away from zero."""
    if cell.value is None:
        return NOTHING
    if not isinstance(cell.value, (int, float)):
        return str(cell.value)
    percent = cell.number_format.endswith("%")
    places = cell.number_format.rstrip("%").partition(".")[2]
    number = (Decimal(repr(cell.value)) * (100 if percent else 1)).quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP) + 0
    return f"{number:,}{'%' if percent else ''}".replace("-", "−")


def read_summary(said: Said, workbook: openpyxl.Workbook) -> None:
    rows = list(workbook.worksheets[0].iter_rows(min_row=2))
    heads = [str(cell.value) for cell in rows[0]]
    keys = {k: column_key(heads[k]) for k in range(3, len(heads) - 2)}
    for row in rows[1:]:
        label, best = goal_or(row[0].value in ("Goals", "Metas"), str(row[1].value)), str(row[-1].value or "")
        said.best[label.lower()]["workbook"] = frozenset(filter(None, best.split(", ")))
        for k, key in keys.items():
            said.say("workbook", label, key, shown(row[k]))


def column_key(title: str) -> str:
    return {"Today": "today", "Nearest school": "nearest", "Hoy": "today", "Escuela más cercana": "nearest"}.get(title, title[0])


def read_statement(said: Said, records: dict[str, Any]) -> None:
    for letter, record in records.items():
        for row in record["baselines"]:
            label = f"{row['label']}: {row['group_label']}" if row["group"] is not None and row["measure"] != "out_of_band" else row["label"]
            for view, text in row["texts"].items():
                said.say("statement", label, letter if view == "plan" else view, text)


def check_headline(said: Said, records: dict[str, Any]) -> int:
    """The first sentences tell dissimilarity and isolation of people: as the index says, in whole students of a hundred."""
    count = 0
    for letter, record in records.items():
        for label, column in [key for key in said.values if key[0].startswith(("dissimilarity: ", "isolation: ")) and key[1] == letter]:
            text, group = said.values[label, column]["statement"], label.partition(": ")[2]
            is_mix = label.startswith("diss")
            sentences = [one for one in record["headline"] if " of 100 " in one and ("even mix" in one) == is_mix and group in one.lower()]
            sentences = [one for one in sentences if not one.startswith("Of 100")]
            if re.fullmatch(r"[\d.]+", text) and sentences:
                count += 1
                near = {f"{(Decimal(text) + Decimal(half)) * 100:.0f}" for half in ("-0.0005", "0", "0.0005")}
                assert any(f"{number} of 100 " in one for number in near for one in sentences), (label, text, sentences)
    return count


def check_verdicts(records: dict[str, Any], page: Element, comparison: Element, workbook: openpyxl.Workbook) -> None:
    """The same verdict and line on the page (twice), in the comparison, in the workbook and in the statement."""
    boxes = page.one("section", id="prices").all("div", class_="finding-box")
    parts = [article.one("div", class_="finding-box") for article in page.one("section", class_="statement").all("article")]
    cards = comparison.one("section", id="options").all("article")
    about = next(row for row in workbook.worksheets[-1].iter_rows(values_only=True) if row[0] == next(iter(records.values()))["title"])
    for k, record in enumerate(records.values()):
        verdict = record["verdict"]
        for place in (boxes[k], parts[k], cards[k]):
            sides = [(one.one("dt").text.split(" ", 1)[1], one.one("dd").text) for one in place.one("dl", class_="sides").all("div")]
            assert " ".join(f"{label}: {text}." for label, text in sides) == " ".join(verdict["line"].split())
            assert verdict["definition_text"] in place.text or place is boxes[k]  # the first screen speaks of no definitions
            assert place.all("span", class_=f"is-{verdict['status']}")
        assert about[k + 1] == f"{verdict['status_word']}. {verdict['line']} {verdict['definition_text']}"


def read_schools(said: Said, page: Element, comparison: Element, workbook: openpyxl.Workbook) -> None:
    """Tables of schools: the page's, the comparison's and the workbook's."""
    for letter, table in zip("ABCD", page.one("section", id="schools").all("table"), strict=False):
        names = json.loads(table.attributes["data-columns"])[1:]
        for row in table.one("tbody").all("tr"):
            school = row.one("th").attributes["data-v"]
            for name, cell in zip(names, row.all("td"), strict=True):
                title, _, column = name.rpartition(", ")
                if title:
                    key = f"change {letter}" if cell.has("class", "spare") else "today" if column == "Today" else letter
                    said.say("page", f"{school}: {title}", key, own_text(cell))
    for table in comparison.one("section", id="schools").all("table", class_="schools"):
        columns = columns_of(table)
        for row in table.one("tbody").all("tr"):
            for column, cell in zip(columns, row.all("td"), strict=True):
                said.say("compare", f"{row.one('th').attributes['data-v']}: {table.one('caption').text}", column, own_text(cell))
    rows = list(workbook.worksheets[1].iter_rows())
    for row in rows[1:]:
        for head, cell in zip(rows[0][2:], row[2:], strict=True):
            title, _, column = str(head.value).rpartition(", ")
            said.say("workbook", f"{row[1].value}: {title}", column_key(column), shown(cell))


def read_integration(said: Said, page: Element, language: Language) -> None:
    """Tables of the pictures of shares: a group's share of each school, and its change."""
    heads = {language.text("measures.today"): "today"} | {language.text("charts.option_short", letter=letter): letter for letter in "AB"}
    for table in page.one("section", aria_labelledby="integration").all("table"):
        group = table.one("caption").text.partition(":")[0]
        columns = [th.text for th in table.one("thead").all("th")]
        if columns[0] != language.text("charts.school"):
            continue
        for row in table.one("tbody").all("tr"):
            school, *cells = (one.text for one in row.children if isinstance(one, Element))
            for k, (head, text) in enumerate(zip(columns[1:], cells, strict=True), 1):
                title = language.text("measures.school_share", group=group)
                if head in heads:
                    said.say("integration", f"{school}: {title}", heads[head], text)
                elif head == language.text("charts.change_points"):
                    said.say("integration", f"{school}: {title}", f"change {heads[columns[k - 1]]}", text)


def read_burdens(said: Said, page: Element, language: Language) -> None:
    """What each group would bear of an option, and everyone."""
    words = {"moved": "students_reassigned", "rate": "share_reassigned", "ratio": "ratio_reassigned"}
    called = {language.text(f"charts.{key}"): language.text(f"measures.{label}") for key, label in words.items()}
    called[language.text("charts.mean_trip", unit=language.text("charts.minutes"))] = language.text("measures.travel_mean")
    for table in page.all("table", class_="chart-table"):
        caption = table.one("caption").text
        letter = re.search(r"Option (\w):", caption)
        if letter is None or not caption.startswith("What each group would bear"):
            continue
        heads = [th.text for th in table.one("thead").all("th")]
        for row in table.one("tbody").all("tr"):
            group, *cells = (one.text for one in row.children if isinstance(one, Element))
            for head, text in zip(heads[1:], cells, strict=True):
                if head in called:
                    label = called[head] if group == "Everyone" else f"{called[head]}: {group}"
                    said.say("burdens", label, letter[1], text.rstrip(" ▲"))


def read_terminal(said: Said, letter: str, text: str, language: Language) -> None:
    """The trips of a run's page, and how often each group moves."""
    columns: list[str] = []
    movers = [language.text(f"measures.{key}") for key in ("share_reassigned", "ratio_reassigned")]
    keys = {"today": "today", "plan": letter, "nearest school": "nearest"}
    for line in text.splitlines():
        head, *cells = re.split(r"\s{2,}", line.strip())
        if head == "students' trips":
            columns = [keys[cell] for cell in cells]
        elif cells[:1] == ["change schools"]:
            columns = movers
        elif head.startswith("-") or len(cells) != len(columns):
            columns = columns if head.startswith("-") else []
        elif columns is movers:
            for label, value in zip(movers, cells, strict=True):
                said.say(f"terminal {letter}", label if head == "everyone" else f"{label}: {head}", letter, value)
        else:
            for column, value in zip(columns, cells, strict=True):
                said.say(f"terminal {letter}", head, column, value)


# -- what must hold --------------------------------------------------------------------------------------------------


def true_values(book: Any, metrics: dict[str, dict[str, Any]], language: Language) -> Iterator[tuple[str, str, float | None, str]]:
    """Label, column, number and kind of every measure in the runs' own metrics.json."""
    scope = scope_of(book, language)
    for measure in [measure for measure in MEASURES if measure.path[0] in metrics["A"]["plan"]]:
        for path, words in paths(measure, scope):
            name = language.text(f"measures.{measure.label}", **scope.words, **{part[1:-1]: text for part, text in words.items()})
            who = words.get("{group}", words.get("{who}"))
            for letter, sides_ in metrics.items():
                for view, column in (("today", "today"), ("nearest", "nearest"), ("plan", letter)):
                    found: Any = sides_[view]
                    for key in path:
                        found = found.get(key) if isinstance(found, dict) else None
                    if letter in (column, "A"):
                        yield (f"{name}: {who}" if who else name), column, found, measure.kind


def are_one(texts: Collection[str]) -> bool:
    """Whether texts say the same; a number has more decimals where it stands beside one that is near it."""
    if len(set(texts)) == 1:
        return True
    numbers = [re.fullmatch(r"([−+-]?)([\d,]+(?:\.(\d+))?)(%?)", text) for text in texts]
    if not all(numbers) or len({(found[1], found[4]) for found in numbers if found}) > 1:
        return False
    fewest = min(len(found[3] or "") for found in numbers if found)
    values = [Decimal(found[2].replace(",", "")) for found in numbers if found]
    return max(values) - min(values) <= Decimal(1).scaleb(-fewest) / 2


def check(said: Said) -> dict[str, int]:
    """Values of which readers agree, and how many were compared."""
    count: dict[str, int] = defaultdict(int)
    wrong = []
    for key, by_reader in said.values.items():
        if len(by_reader) > 1:
            count["values"] += len(by_reader)
            for reader in by_reader:
                count[reader.split()[0]] += 1
        if not are_one(by_reader.values()):
            wrong.append((key, by_reader))
    for label, by_reader in said.best.items():
        if len(by_reader) > 1:
            count["best"] += 1
        if len(set(by_reader.values())) > 1:
            wrong.append((label, by_reader))
    for key, by_reader in said.trends.items():
        count["trends"] += len(by_reader) > 1
        if len(set(by_reader.values())) > 1:
            wrong.append((key, by_reader))
    assert wrong == []
    return count


def check_truth(said: Said, book: Any, metrics: dict[str, dict[str, Any]], language: Language) -> int:
    """Every number is that of metrics.json, rounded to the digits that it is written with; what is hidden is hidden everywhere."""
    count = 0
    for label, column, value, _ in true_values(book, metrics, language):
        for reader, text in said.values.get((label.lower(), column), {}).items():
            if text == HIDDEN:
                assert book.is_hidden
                continue
            if text == NOTHING:
                assert value is None, (label, column, reader)
                continue
            assert value is not None, (label, column, reader, text)
            number = text.rstrip("%").replace(",", "").replace("−", "-")
            digits = len(number.partition(".")[2])
            options = [scale * value for scale in ((100,) if text.endswith("%") else SIZES)]
            # What is known of a value may have but one decimal more than what is written of it: a tie among these may go either way.
            options += [round(true, digits + 1) for true in options]
            assert min(abs(float(number) - true) for true in options) <= 0.505 * 10.0**-digits + 1e-9, (label, column, reader, text, value)
            count += 1
    return count


def check_apart(said: Said, book: Any, metrics: dict[str, dict[str, Any]], language: Language) -> int:
    """No two different values of a row look alike, unless privacy rounded them; nowhere."""
    rows: dict[str, dict[str, float]] = defaultdict(dict)
    kinds = {}
    for label, column, value, kind in true_values(book, metrics, language):
        kinds[label.lower()] = kind
        if value is not None:
            rows[label.lower()][column] = value
    count = 0
    for label, values in rows.items():
        least = NOISE.get(kinds[label], 1e-6)
        for one, other in combinations(values, 2):
            texts, others = said.values.get((label, one), {}), said.values.get((label, other), {})
            for reader in texts.keys() & others.keys():
                if abs(values[one] - values[other]) >= least and HIDDEN not in (texts[reader], others[reader]):
                    assert texts[reader] != others[reader], (label, reader, one, other, texts[reader], values[one], values[other])
                    count += 1
    return count


def read_all(folder: Path, runs: list[Path], overrides: tuple[str, ...] = ()) -> tuple[Said, Any, Language]:
    """Everything that can be published of runs, read back."""
    write_report(runs, folder / "report", overrides)
    book = make_book(read_options(runs, overrides))
    language, said = language_of(book.settings), Said()
    page = read_page((folder / "report" / "report.html").read_text(encoding="utf-8"))
    side_by_side = read_page(comparison_page(book, language))
    write_workbook(book, folder / "compare.xlsx", language)
    workbook = openpyxl.load_workbook(folder / "compare.xlsx")
    read_comparison(said, side_by_side)
    read_summary(said, workbook)
    read_indices(said, page, language)
    read_options_table(said, page)
    read_cards(said, page)
    records = json.loads((folder / "report" / "statement.json").read_text(encoding="utf-8"))
    read_statement(said, records)
    assert check_headline(said, records) or book.is_hidden
    check_verdicts(records, page, side_by_side, workbook)
    read_schools(said, page, side_by_side, workbook)
    read_integration(said, page, language)
    read_burdens(said, page, language)
    return said, book, language


def made(folder: Path, scenario: Path, *overrides: str) -> tuple[Path, str]:
    """A quick run, and what it says in the terminal."""
    given = [part for text in ("solve.method=anneal", "solve.time_limit=1", "solve.threads=1", *overrides) for part in ("--set", text)]
    result = CliRunner().invoke(app, ["run", str(scenario), "--out", str(folder), *given])
    assert result.exit_code == 0, result.output
    return folder, result.stdout


def check_runs(folder: Path, scenario: Path, least: int, *, with_hidden: bool = False) -> None:
    """Two runs, alone and side by side, with and without numbers that are hidden."""
    asked = (("solve.seed=1",), ("solve.seed=2", "goals=[{minimize: travel}]"))
    runs, texts = zip(*(made(folder / f"run-{k}", scenario, "report.labels={}", *more) for k, more in enumerate(asked)), strict=True)
    metrics = {letter: json.loads((run / "metrics.json").read_text(encoding="utf-8")) for letter, run in zip("AB", runs, strict=True)}
    for cell in (0, 20) if with_hidden else (0,):
        for some, letters in ((runs, "AB"), (runs[:1], "A")) if with_hidden else ((runs, "AB"),):
            said, book, language = read_all(folder / f"{cell}-{letters}", list(some), (f"report.min_cell={cell}",))
            for letter, text in zip(letters, texts, strict=False) if not book.is_hidden else ():
                read_terminal(said, letter, text, language)
            count = check(said)
            truth = check_truth(said, book, {letter: metrics[letter] for letter in letters}, language)
            assert book.is_hidden or check_apart(said, book, {letter: metrics[letter] for letter in letters}, language) >= 100
            readers = ("page", "compare", "workbook", "statement", "card", "integration", "burdens", *(() if book.is_hidden else ("terminal",)))
            assert min(count["values"], truth) >= least
            assert all(count[reader] for reader in readers)
            assert book.is_hidden or count["terminal"] >= 20
            assert count["trends"]
            assert letters == "A" or (count["options"] and count["best"])
            assert book.is_hidden == (cell > 0)


def test_options_that_are_nearly_the_same_are_told_apart_everywhere(tmp_path: Path) -> None:
    """Two options that differ by a place where a fiftieth of a student lives."""
    place = drawn.district(students=[10, 20, 30, 10, 20, 0.02], groups={"low": np.array([10.0, 10, 0, 5, 5, 0.01])})
    asked = drawn.scenario(goals=[{"minimize": "dissimilarity", "group": "low"}], rules={})
    book = drawn.book(place, asked, [[0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 1, 0]])
    language, said = language_of(book.settings), Said()
    page, side_by_side = read_page(report_page(book, {}, language)), read_page(comparison_page(book, language))
    write_workbook(book, tmp_path / "compare.xlsx", language)
    read_comparison(said, side_by_side)
    read_summary(said, openpyxl.load_workbook(tmp_path / "compare.xlsx"))
    read_indices(said, page, language)
    read_options_table(said, page)
    read_beside(said, terminal_table(book, asked))
    assert check(said)["beside"] >= 20
    metrics = {option.letter: option.metrics for option in book.options}
    assert check_truth(said, book, metrics, language)
    assert check_apart(said, book, metrics, language) >= 100


def read_beside(said: Said, text: str) -> None:
    """The table of `rezoning compare`."""
    keys, columns = {"Today": "today", "plan A": "A", "plan B": "B", "Nearest school": "nearest"}, list[str]()
    for line in text.splitlines():
        head, *cells = re.split(r"\s{2,}", line.strip())
        if head == "Measure":
            columns = [keys[cell] for cell in cells]
        elif len(cells) == len(columns) and not head.startswith("-"):
            for column, value in zip(columns, cells, strict=True):
                said.say("beside", head, column, value)


def terminal_table(book: Any, asked: Any) -> str:
    """What the terminal says of the options."""
    out = io.StringIO()
    document = comparison(asked, book.district, book.options)
    plans_beside(Console(file=out, width=100), asked, document, book.options, None, shows_all=True)
    return out.getvalue()


def test_riverbend_says_each_thing_once(tmp_path: Path) -> None:
    check_runs(tmp_path, ROOT / "scenarios" / "riverbend-unshaped.yaml", 600)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["riverbend", "mount_vernon/balance", "shaker_heights/balance"])
def test_real_districts_say_each_thing_once(scenario: str, tmp_path: Path) -> None:
    path = (SHARED if "/" in scenario else ROOT / "scenarios") / f"{scenario}.yaml"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    check_runs(tmp_path, path, 150, with_hidden=True)
