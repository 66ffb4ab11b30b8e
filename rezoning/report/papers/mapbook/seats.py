"""A school's students against its seats, now and in coming years, as bars."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from rezoning.public.book import Book, Told
from rezoning.public.cell import HIDDEN, is_number
from rezoning.report.enrollment import by_year, now, told_words, views_of
from rezoning.report.language import Language
from rezoning.report.papers.tables import columns_of

WIDTH, HEIGHT, FOOT, HEAD, RIGHT = 430.0, 132.0, 20.0, 14.0, 56.0
MOST = 6  # times that have room


def seats_chart(book: Book, s: int, language: Language) -> Markup | None:
    """Bars by time and view with a line at the seats; None where no number is known, or a table says it all."""
    times, seats = _times(book, s, language), [view.schools[s].capacity for view in views_of(book).values()]
    known = [float(cell) for _, cells in times for cell in cells if is_number(cell)]
    if not known or len(times) < 2:
        return None
    room = max(float(most) for most in (*known, *filter(None, seats)))
    scale = (HEIGHT - FOOT - HEAD) / room
    columns = columns_of(book, language)
    shapes, texts = zip(*_bars(times, [column.letter for column in columns], scale, language), strict=True)
    line = _line(seats, scale, language)
    says = language.text("mapbook.chart_says", school=book.schools[s].name)
    return Markup('<svg class="seats-chart" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, says, Markup("").join((*shapes, line, *texts))
    )


def _times(book: Book, s: int, language: Language) -> list[tuple[str, list[Told | None]]]:
    """Now and the coming years; forecasts of growth and years of the transition stand in the table alone."""
    rows = [now(book, language), *(row for row in by_year(book, language) if row.kind == "year")]
    return [(row.title, [row.cells[key][s] for key in views_of(book)]) for row in rows[:MOST]]


def _line(seats: list[float | None], scale: float, language: Language) -> Markup:
    """A line at the seats, where they are the same in every view."""
    known = {most for most in seats if most is not None}
    if len(known) != 1:
        return Markup("")
    most = known.pop()
    y, said = HEIGHT - FOOT - most * scale, language.text("mapbook.seats_line", seats=language.count(most))
    text = Markup('<text class="seats-text" x="{:g}" y="{:.1f}">{}</text>').format(WIDTH, y - 3, said)
    return Markup('<path class="seats-line" d="M0 {:.1f}H{:g}"/>').format(y, WIDTH) + text


def _bars(times: list[tuple[str, list[Told | None]]], letters: list[str], scale: float, language: Language) -> Iterator[tuple[Markup, Markup]]:
    """Each bar and its number, and of every time its name."""
    each = (WIDTH - RIGHT) / len(times)
    wide = min(34.0, 0.8 * each / len(letters))
    for k, (title, cells) in enumerate(times):
        left = k * each + (each - wide * len(letters)) / 2
        for j, (letter, cell) in enumerate(zip(letters, cells, strict=True)):
            x, high = left + j * wide, float(cell) * scale if is_number(cell) else 0.0
            kind = f"bar option-{letter.lower()}" if letter else "bar is-today"
            said = HIDDEN if cell == HIDDEN else told_words(cell, language) if is_number(cell) else ""
            bar = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                kind, x + 1, HEIGHT - FOOT - high, wide - 2, high
            )
            yield bar, Markup('<text class="bar-text" x="{:.1f}" y="{:.1f}">{}</text>').format(x + wide / 2, HEIGHT - FOOT - high - 3, said)
        short = title if len(title) <= 22 else f"{title[:21]}…"
        yield Markup(""), Markup('<text class="bar-time" x="{:.1f}" y="{:g}">{}</text>').format((k + 0.5) * each, HEIGHT - 6, short)
