"""Integration by school: each group's share of a school's students today and under each option, beside the district's share and the bands."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from markupsafe import Markup

from rezoning.public.book import Book, SchoolRow
from rezoning.public.cell import HIDDEN, Cell, is_number
from rezoning.report.catalogue.derived import district_share
from rezoning.report.catalogue.kinds import Together, together
from rezoning.report.charts import svg
from rezoning.report.charts.parts import Chart, ChartRow, ChartTable, Sign, group_name, letters_text, short_name, signs, views
from rezoning.report.charts.scale import Scale, scale_to
from rezoning.report.language import Language
from rezoning.scenario.bands import BandRule


@dataclass(frozen=True)
class Band:
    """A band of the scenario as limits of a group's share.

    Parameters
    ----------
    rule
        The rule, which knows for which schools it holds.
    limits
        Least and largest share, one of which a school must keep.
    letters
        Options whose scenario has it.
    """

    rule: BandRule
    limits: tuple[tuple[float, float], ...]
    letters: list[str] = field(default_factory=list)

    @property
    def css(self) -> str:
        """A band that is only counted looks softer than one that must hold."""
        return "band soft" if self.rule.soft else "band"

    def words(self, book: Book, language: Language) -> str:
        """What the band says, and for which options."""
        ranges = language.text("charts.or").join(_range(low, high, language) for low, high in self.limits)
        text = language.text("charts.band_soft" if self.rule.soft else "charts.band", range=ranges)
        return text + letters_text(self.letters, book, language)

    def outside(self, share: float) -> float:
        """How far a share is from the nearest of the ranges, 0 inside."""
        return min(max(low - share, share - high, 0.0) for low, high in self.limits)


def dumbbell(book: Book, group: str, language: Language) -> Chart:
    """The chart of one group: a row per school, the largest share of today first."""
    share, bands, schools = district_share(book, group), bands_of(book, group), sorted_schools(book, group)
    shown = [row.shares.get(group) for view in views(book) for row in view.schools]
    ends = [end for band in bands for limits in band.limits for end in limits if end < inf]
    scale = scale_to([*shown, share, *(min(end, 1.0) for end in ends)], least=0.05)
    rows = tuple(_row(book, s, group, scale, share, bands, language) for s in schools)
    label = group_name(group, language)
    ticks = [language.percent(tick, 0 if scale.high >= 0.05 and _whole(scale) else 1) for tick in scale.ticks]
    legend = (*signs(book, language), *_lines(book, share, bands, language))
    return Chart(label, _message(book, group, share, language), svg.axis(scale, ticks), rows, legend, _table(book, schools, group, bands, language))


def bands_of(book: Book, group: str) -> list[Band]:
    """The bands on a group in any option's scenario, each once; empty where the district's share is hidden."""
    share = district_share(book, group)
    found: dict[str, Band] = {}
    if not is_number(share):
        return []
    for option in book.options:
        for rule in option.scenario.rules.bands:
            if rule.group == group:
                limits = tuple(part.limits(share) for part in rule.ranges_at(share))
                band = found.setdefault(rule.model_dump_json(), Band(rule, limits))
                if option.letter not in band.letters:
                    band.letters.append(option.letter)
    return list(found.values())


def sorted_schools(book: Book, group: str) -> list[int]:
    """Schools by today's share, or option A's where there is no today; those without a shown share last."""
    first = views(book)[0]

    def order(s: int) -> tuple[bool, float]:
        share = first.schools[s].shares.get(group)
        return (not is_number(share), -share if is_number(share) else 0.0)

    students = [any(view.schools[s].is_open or _has_students(view.schools[s]) for view in views(book)) for s in range(len(book.schools))]
    return sorted((s for s in range(len(book.schools)) if students[s]), key=order)


def _has_students(row: SchoolRow) -> bool:
    return row.students == HIDDEN or (is_number(row.students) and row.students > 0)


def _row(book: Book, s: int, group: str, scale: Scale, share: Cell, bands: list[Band], language: Language) -> ChartRow:
    """A lane for each option, from today's mark to the option's."""
    height = svg.LANE * len(book.views) + 4
    parts = [_shade(band, scale, height) for band in bands if band.rule.holds_for(book.schools[s].id)] + [svg.grid(scale, height)]
    if is_number(share):
        parts.append(svg.line(scale.at(share), 0, scale.at(share), height, "district"))
    before = None if book.today is None else book.today.schools[s].shares.get(group)
    values = []
    said = _together(book, s, group, language)
    for k, (letter, view) in enumerate(book.views.items()):
        after = view.schools[s].shares.get(group)
        parts.append(_lane(letter, before, after, scale, svg.LANE * (k + 0.5) + 2))
        values.append((letter, _said(before, after, said) if book.today is not None else said.text(after)))
    return ChartRow(book.schools[s].name, svg.strip(parts, height), tuple(values))


def _lane(letter: str, before: Cell, after: Cell, scale: Scale, y: float) -> Markup:
    parts = []
    if is_number(before) and is_number(after):
        parts.append(svg.line(scale.at(before), y, scale.at(after), y, f"way {svg.css(letter)}"))
    if is_number(before):
        parts.append(svg.mark(svg.TODAY, scale.at(before), y))
    if is_number(after):
        parts.append(svg.mark(letter, scale.at(after), y))
    if HIDDEN in (before, after):
        parts.append(svg.hidden(0.02, y))
    return Markup("").join(parts)


def _together(book: Book, s: int, group: str, language: Language) -> Together:
    """How a school's shares are written, today's and every option's."""
    return together([view.schools[s].shares.get(group) for view in views(book)], "percent", language)


def _said(before: Cell, after: Cell, said: Together) -> str:
    return said.language.text("charts.from_to", before=said.text(before), after=said.text(after))


def _shade(band: Band, scale: Scale, height: float) -> Markup:
    return Markup("").join(svg.rect(scale.at(max(low, scale.low)), 0, scale.at(min(high, scale.high)), height, band.css) for low, high in band.limits)


def _lines(book: Book, share: Cell, bands: list[Band], language: Language) -> list[Sign]:
    """The legend of what is not a view."""
    found = [Sign(svg.swatch("district"), language.text("charts.district_share", share=language.percent(share)))]
    return found + [Sign(svg.swatch(band.css), band.words(book, language)) for band in bands]


def _range(low: float, high: float, language: Language) -> str:
    low, high = max(low, 0.0), min(high, 1.0)
    return language.text("charts.range", low=language.percent(low), high=language.percent(high))


def _message(book: Book, group: str, share: Cell, language: Language) -> str:
    """The main message: how far apart schools are, in each view."""
    said = [language.text("charts.share_title", group=group_name(group, language), share=language.percent(share))]
    known = {view.key: [value for row in view.schools if is_number(value := row.shares.get(group))] for view in views(book)}
    ends = {key: (min(values), max(values)) for key, values in known.items() if values}
    beside = together([end for both in ends.values() for end in both], "percent", language)
    for key, (low, high) in ends.items():
        said.append(language.text("charts.share_reach", view=short_name(key, language), low=beside.text(low), high=beside.text(high)))
    if any(row.shares.get(group) == HIDDEN for view in views(book) for row in view.schools):
        said.append(language.text("charts.share_some"))
    return " ".join(said)


def _table(book: Book, schools: list[int], group: str, bands: list[Band], language: Language) -> ChartTable:
    shown, t = views(book), language.text
    head = [t("charts.school")]
    for view in shown:
        head.append(short_name(view.key, language))
        if book.today is not None and view.key != svg.TODAY:
            head.append(t("charts.change_points"))
    head += [t("charts.off_band", view=short_name(view.key, language)) for view in shown if bands]
    rows = []
    for s in schools:
        cells = [book.schools[s].name]
        said = _together(book, s, group, language)
        for view in shown:
            share = view.schools[s].shares.get(group)
            cells.append(said.text(share))
            if book.today is not None and view.key != svg.TODAY:
                cells.append(said.change(share, book.today.schools[s].shares.get(group)))
        cells += [_off(view.schools[s].shares.get(group), view.key, book.schools[s].id, bands, language) for view in shown if bands]
        rows.append(tuple(cells))
    return ChartTable(t("charts.share_table", group=group_name(group, language)), tuple(head), tuple(rows))


def _off(share: Cell, key: str, school: str, bands: list[Band], language: Language) -> str:
    """Points to the band that is farthest, of those that the view's scenario has on the school; for today, any scenario's."""
    ours = [band for band in bands if band.rule.holds_for(school) and (key == svg.TODAY or key in band.letters)]
    if not ours or not is_number(share):
        return language.number(share if share == HIDDEN else None)
    return language.number(100 * max(band.outside(share) for band in ours))


def _whole(scale: Scale) -> bool:
    """Whether all ticks are whole percents."""
    return all(abs(100 * tick - round(100 * tick)) < 1e-9 for tick in scale.ticks)
