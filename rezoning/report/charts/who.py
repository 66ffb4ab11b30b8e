"""Who moves: how often each group changes schools, compared with everyone, and what it bears besides."""

from __future__ import annotations

from rezoning.public.book import EVERYONE, Book, Mover
from rezoning.report.charts import svg
from rezoning.report.charts.parts import Chart, Row, Sign, Table, at, group_name, signs, some_options, trip_digits, view_name, without_empty
from rezoning.report.charts.scale import Scale, is_number, scale_to
from rezoning.report.language import HIDDEN, Cell, Language

FLAG = 1.25
"""A group that moves this many times as often as everyone is flagged, whatever the scenario asks."""


def who_moves(book: Book, language: Language) -> Chart | None:
    """The ratio of each group's rate of moving to everyone's; None without zones of today or groups."""
    if not book.changes or not book.groups:
        return None
    movers = [change.movers for change in book.changes.values()]
    scale = scale_to([one[group].ratio for one in movers for group in book.groups], least=1.5)
    limit = book.settings.statement.max_ratio
    rows = tuple(_row(book, group, scale, limit, language) for group in book.groups)
    lines = [
        Sign(svg.swatch("even"), language.text("charts.even")),
        *([Sign(svg.swatch("limit"), language.text("charts.limit", ratio=language.number(limit, 2)))] if limit != FLAG else []),
        Sign(svg.swatch("flag"), language.text("charts.flag_line", ratio=language.number(FLAG, 2))),
    ]
    ticks = [language.number(tick, 1 if all(round(tick, 1) == tick for tick in scale.ticks) else 2) for tick in scale.ticks]
    legend = (*signs(book, language, today=False), *lines)
    title = language.text("charts.who_title")
    return Chart(title, _message(book, language), svg.axis(scale, ticks), rows, legend, _short_table(book, language))


def _row(book: Book, group: str, scale: Scale, limit: float, language: Language) -> Row:
    height = svg.LANE * len(book.changes) + 4
    parts = [svg.grid(scale, height)]
    parts += [svg.line(scale.at(x), 0, scale.at(x), height, name) for x, name in ((FLAG, "flag"), (limit, "limit"), (1.0, "even"))]
    values, flagged = [], []
    for k, (letter, change) in enumerate(book.changes.items()):
        mover, y = change.movers[group], svg.LANE * (k + 0.5) + 2
        if is_number(mover.ratio):
            parts += [svg.line(scale.at(1.0), y, scale.at(mover.ratio), y, f"way {svg.css(letter)}"), svg.mark(letter, scale.at(mover.ratio), y)]
        elif mover.ratio == HIDDEN:
            parts.append(svg.hidden(0.02, y))
        said = language.number(mover.ratio, 2)
        values.append((letter, (language.text("charts.times", ratio=said) if is_number(mover.ratio) else said) + _flag(mover, limit)))
        if _is_above(mover, limit):
            flagged.append(letter)
    note = language.text("charts.flagged") + letters_text_of(flagged, book, language) if flagged else ""
    return Row(group_name(group, language), svg.strip(parts, height), tuple(values), note)


def letters_text_of(letters: list[str], book: Book, language: Language) -> str:
    """Which options a remark is about, in a comparison."""
    return "" if len(book.options) == 1 else some_options(letters, language)


def _is_above(mover: Mover, limit: float) -> bool:
    return is_number(mover.ratio) and mover.ratio > min(limit, FLAG) + 1e-9


def _flag(mover: Mover, limit: float) -> str:
    """A sign that needs no color: one for more than the scenario's limit, two for more than the flag."""
    if not is_number(mover.ratio):
        return ""
    return " ▲▲" if mover.ratio > FLAG + 1e-9 else " ▲" if mover.ratio > limit + 1e-9 else ""


def _message(book: Book, language: Language) -> str:
    """For each option, which group moves most often, compared with everyone."""
    said = []
    for letter, change in book.changes.items():
        known = {group: ratio for group in book.groups if is_number(ratio := change.movers[group].ratio)}
        name = language.text("charts.option_short", letter=letter)
        if not known:
            said.append(language.text("charts.who_unknown", option=name))
            continue
        most = max(known, key=lambda group: known[group])
        key = "charts.who_most" if known[most] > 1 + 1e-9 else "charts.who_none"
        said.append(language.text(key, option=name, group=group_name(most, language), ratio=language.number(known[most], 2)))
    return " ".join(said)


def _short_table(book: Book, language: Language) -> Table:
    head = (language.text("charts.group"), *(view_name(letter, book, language) for letter in book.changes))
    rows = tuple(
        (group_name(group, language), *(language.number(change.movers[group].ratio, 2) for change in book.changes.values())) for group in book.groups
    )
    return Table(language.text("charts.who_title"), head, rows)


def bears(book: Book, letter: str, language: Language) -> Table:
    """What each group bears under an option: enrolled, moved, rate, ratio, trips, added travel, walks lost, long rides; as far as known."""
    t, change, measures = language.text, book.changes[letter], book.views[letter].measures
    unit = t("charts.minutes" if book.district.travel_unit == "min" else "charts.km")
    head = (
        t("charts.group"), t("charts.enrolled"), t("charts.moved"), t("charts.rate"), t("charts.ratio"), t("charts.mean_trip", unit=unit),
        t("charts.added_travel", unit=unit), t("charts.walk_lost"), t("charts.long_rides"),
    )  # fmt: skip
    limit, digits = book.settings.statement.max_ratio, trip_digits(book.district.travel_unit)
    rows = []
    for group in (EVERYONE, *book.groups):
        mover = change.movers[group]
        rows.append(
            (
                group_name(group, language),
                language.count(mover.enrolled),
                language.count(mover.moved),
                language.percent(mover.rate),
                language.number(mover.ratio, 2) + _flag(mover, limit),
                language.number(mean_trip(measures, group), digits),
                language.change(borne(book, letter, group, "added_travel"), digits if book.is_hidden else 2),  # a book that hides has rounded them
                language.percent(borne(book, letter, group, "walk_lost")),
                language.percent(borne(book, letter, group, "long_rides")),
            )
        )
    return without_empty(Table(t("charts.bears_table", option=view_name(letter, book, language)), head, tuple(rows)))


def borne(book: Book, letter: str, group: str, measure: str) -> Cell:
    """What a student of a group bears on average; of everyone it is said beside every group."""
    measures = book.views[letter].measures
    if group != EVERYONE:
        return at(measures, "burden", group, measure, "group")
    said = [at(measures, "burden", name, measure, "all") for name in book.groups]
    return next((value for value in said if is_number(value)), HIDDEN if HIDDEN in said else None)


def mean_trip(measures: object, group: str) -> Cell:
    """Mean trip of everyone, or of a group."""
    return at(measures, "travel_mean") if group == EVERYONE else at(measures, "travel_mean_by_group", group)
