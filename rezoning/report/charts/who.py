"""Who moves: how often each group changes schools, compared with everyone, and what it bears besides."""

from __future__ import annotations

from rezoning.equity.burden import FLAG
from rezoning.public.book import EVERYONE, Book
from rezoning.public.cell import HIDDEN, Cell, is_number, look, ratio
from rezoning.report.catalogue.kinds import Together, manner, settled, signed, together, written
from rezoning.report.charts import svg
from rezoning.report.charts.parts import Chart, ChartRow, ChartTable, Sign, group_name, signs, some_options, view_name, without_empty
from rezoning.report.charts.scale import Scale, scale_to
from rezoning.report.language import Language


def who_moves(book: Book, language: Language) -> Chart | None:
    """The ratio of each group's rate of moving to everyone's; None without zones of today or groups."""
    if not book.changes or not book.groups:
        return None
    scale = scale_to([times(book, letter, group) for letter in book.changes for group in book.groups], least=1.5)
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


def _row(book: Book, group: str, scale: Scale, limit: float, language: Language) -> ChartRow:
    height = svg.LANE * len(book.changes) + 4
    parts = [svg.grid(scale, height)]
    parts += [svg.line(scale.at(x), 0, scale.at(x), height, name) for x, name in ((FLAG, "flag"), (limit, "limit"), (1.0, "even"))]
    values, flagged, beside = [], [], _together(book, group, limit, language)
    for k, letter in enumerate(book.changes):
        often, y = times(book, letter, group), svg.LANE * (k + 0.5) + 2
        if is_number(often):
            parts += [svg.line(scale.at(1.0), y, scale.at(often), y, f"way {svg.css(letter)}"), svg.mark(letter, scale.at(often), y)]
        elif often == HIDDEN:
            parts.append(svg.hidden(0.02, y))
        said = beside.text(often)
        values.append((letter, (language.text("charts.times", ratio=said) if is_number(often) else said) + _flag(often, limit)))
        if is_number(often) and often > min(limit, FLAG) + 1e-9:
            flagged.append(letter)
    note = language.text("charts.flagged") + letters_text_of(flagged, book, language) if flagged else ""
    return ChartRow(group_name(group, language), svg.strip(parts, height), tuple(values), note)


def _together(book: Book, group: str, limit: float, language: Language) -> Together:
    """How a group's ratios are written, beside the lines from which they are flagged."""
    return together([*(times(book, letter, group) for letter in book.changes), limit, FLAG], "ratio", language)


def letters_text_of(letters: list[str], book: Book, language: Language) -> str:
    """Which options a remark is about, in a comparison."""
    return "" if len(book.options) == 1 else some_options(letters, language)


def times(book: Book, letter: str, group: str) -> Cell:
    """How many times as often as everyone a group changes schools."""
    measures = book.views[letter].measures
    everyone = look(measures, "share_reassigned")
    return ratio(everyone, everyone) if group == EVERYONE else look(measures, "burden", group, "reassigned", "ratio")


def _flag(often: Cell, limit: float) -> str:
    """A sign that needs no color: one for more than the scenario's limit, two for more than the flag."""
    if not is_number(often):
        return ""
    return " ▲▲" if often > FLAG + 1e-9 else " ▲" if often > limit + 1e-9 else ""


def _message(book: Book, language: Language) -> str:
    """For each option, which group moves most often, compared with everyone."""
    said, limit = [], book.settings.statement.max_ratio
    for letter in book.changes:
        known = {group: often for group in book.groups if is_number(often := times(book, letter, group))}
        name = language.text("charts.option_short", letter=letter)
        if not known:
            said.append(language.text("charts.who_unknown", option=name))
            continue
        most = max(known, key=lambda group: known[group])
        key = "charts.who_most" if known[most] > 1 + 1e-9 else "charts.who_none"
        said.append(language.text(key, option=name, group=group_name(most, language), ratio=_together(book, most, limit, language).text(known[most])))
    return " ".join(said)


def _short_table(book: Book, language: Language) -> ChartTable:
    head = (language.text("charts.group"), *(view_name(letter, book, language) for letter in book.changes))
    limit = book.settings.statement.max_ratio
    texts = {group: _together(book, group, limit, language).text for group in book.groups}
    rows = tuple((group_name(group, language), *(text(times(book, letter, group)) for letter in book.changes)) for group, text in texts.items())
    return ChartTable(language.text("charts.who_title"), head, rows)


def bears(book: Book, letter: str, language: Language) -> ChartTable:
    """What each group bears under an option: enrolled, moved, rate, ratio, trips, added travel, walks lost, long rides; as far as known."""
    t, measures, kind = language.text, book.views[letter].measures, settled("travel", book.district.travel_unit)
    unit = trip_unit(book, language)
    head = (
        t("charts.group"), t("charts.enrolled"), t("charts.moved"), t("charts.rate"), t("charts.ratio"), t("charts.mean_trip", unit=unit),
        t("charts.added_travel", unit=unit), t("charts.walk_lost"), t("charts.long_rides"),
    )  # fmt: skip
    limit = book.settings.statement.max_ratio
    rows = []
    for group in (EVERYONE, *book.groups):
        enrolled, moved, rate = (look(measures, *path) for path in _paths(group))
        often = times(book, letter, group)
        rows.append(
            (
                group_name(group, language),
                language.count(enrolled),
                language.count(moved),
                written(rate, "percent", language),
                _together(book, group, limit, language).text(often) + _flag(often, limit),
                written(mean_trip(measures, group), kind, language),
                signed(borne(book, letter, group, "added_travel"), kind, language),
                written(borne(book, letter, group, "walk_lost"), "percent", language),
                written(borne(book, letter, group, "long_rides"), "percent", language),
            )
        )
    return without_empty(ChartTable(t("charts.bears_table", option=view_name(letter, book, language)), head, tuple(rows), has_trips=True))


def _paths(group: str) -> tuple[tuple[str, ...], ...]:
    """Where a group's students, those of them who change schools, and their share stand among the measures."""
    if group == EVERYONE:
        return (("students",), ("students_reassigned",), ("share_reassigned",))
    return (("students_by_group", group), ("students_reassigned_by_group", group), ("reassigned_by_group", group))


def borne(book: Book, letter: str, group: str, measure: str) -> Cell:
    """What a student of a group bears on average; of everyone it is said beside every group."""
    measures = book.views[letter].measures
    if group != EVERYONE:
        return look(measures, "burden", group, measure, "group")
    said = [look(measures, "burden", name, measure, "all") for name in book.groups]
    return next((value for value in said if is_number(value)), HIDDEN if HIDDEN in said else None)


def trip_unit(book: Book, language: Language) -> str:
    """Of trips, as headings say it."""
    unit = manner(settled("travel", book.district.travel_unit), language).unit
    return language.text("charts.minutes" if unit == "min" else f"charts.{unit}")


def mean_trip(measures: object, group: str) -> Cell:
    """Mean trip of everyone, or of a group."""
    return look(measures, "travel_mean") if group == EVERYONE else look(measures, "travel_mean_by_group", group)
