"""What stands on which slide: what the options do, each one, side by side, on maps, in charts, with prices, doubts and sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rezoning.public.book import SchoolRow, View
from rezoning.public.cell import Cell, is_number
from rezoning.report.catalogue.kinds import together
from rezoning.report.papers.briefing import Briefing, Column, Statement, briefing_of
from rezoning.report.papers.edition import Edition
from rezoning.report.papers.slides.deck import FOOT, MARGIN, TOP, Box, Deck
from rezoning.report.papers.slides.letters import Paragraph
from rezoning.report.papers.slides.same import same_bytes
from rezoning.report.papers.slides.theme import MUTED, OPTIONS, WIDE
from rezoning.report.papers.slides.theme import TODAY as TODAYS
from rezoning.report.story import TODAY, OptionStory
from rezoning.report.story.mixing import story_group

FILE = "slides.pptx"
VERDICTS = 4  # rows of a slide
BARS, MOST_CHARTS = 60, 3  # columns on a slide, and slides of one chart
MOST_PIXELS = 24_000_000  # of all maps together; what they take stays below five megabytes
BODY = Box(MARGIN, TOP, WIDE - 2 * MARGIN, FOOT - TOP)


def write_slides(edition: Edition, folder: Path) -> list[str]:
    """Write ``slides.pptx``; what is to be known of it, as sentences."""
    (folder / FILE).write_bytes(slides(edition))
    return []


def slides(edition: Edition) -> bytes:
    """The slides; the same bytes for the same plans."""
    return same_bytes(_Slides(edition).made().to_bytes())


class _Slides:
    def __init__(self, edition: Edition) -> None:
        self.edition, self.book, self.language = edition, edition.book, edition.language
        self.briefing: Briefing = briefing_of(edition)
        foot = " · ".join(filter(None, (self.briefing.title, self.briefing.warning)))
        author = self.language.own(self.book.settings.author)
        self.deck = Deck(self.language.tag, self.briefing.title, author, foot)
        self.pictures: dict[str, bytes] = dict(self._pictures())

    def made(self) -> Deck:
        self._title()
        for option in self.briefing.story.options:
            self._option(option)
        self._compared()
        self._maps()
        self._charts()
        self._prices()
        self._certainty()
        self._verdicts()
        self._sources()
        return self.deck

    def text(self, key: str, **values: object) -> str:
        return self.language.text(f"papers.{key}", **values)

    @property
    def notes(self) -> list[str]:
        """Where every number of a slide is from."""
        briefing = self.briefing
        said = [f"{self.text('sources')} {briefing.sources}"] if briefing.sources else []
        return [f"{self.text('full')} {briefing.report}", *said, *(f"≈ {text}" for text in briefing.estimates)]

    def color(self, letter: str) -> str:
        return OPTIONS["ABCDEFGH".index(letter) % len(OPTIONS)]

    def named(self, option: OptionStory) -> str:
        if len(self.book.options) == 1:
            return self.language.text("map.plan")
        return self.language.text("charts.option", letter=option.letter, name=option.name)

    # -- slides ------------------------------------------------------------------------------------------------------

    def _title(self) -> None:
        briefing = self.briefing
        slide = self.deck.slide(briefing.title, [briefing.lead, *self.notes], Box(MARGIN, 3.9, WIDE - 2 * MARGIN, 1.2), 30.0)
        self.deck.panel(slide, Box(0, 0, WIDE, 0.18), self.color("A"))
        self.deck.text(slide, Box(MARGIN, 0.7, WIDE - 2 * MARGIN, 3.1), [Paragraph(briefing.story.lead, bold=True)], 34.0, "lead", 14.0)
        facts = [Paragraph(f"{name}: {text}", color=MUTED) for name, text in briefing.facts]
        facts += [*self._estimated(), *(Paragraph(text, color=MUTED) for _, text in self.language.unreviewed)]
        if facts:
            self.deck.text(slide, Box(MARGIN, 5.3, WIDE - 2 * MARGIN, 1.6), facts, 18.0, "facts")

    def _estimated(self) -> list[Paragraph]:
        return [Paragraph(f"≈ {text}", color=MUTED) for text in self.briefing.estimates]

    def _option(self, option: OptionStory) -> None:
        title = self.named(option) if len(self.book.options) > 1 else self.language.text("story.first_title_one")
        slide = self.deck.slide(title, [option.sentence, *self.notes])
        self.deck.panel(slide, Box(0, 0, WIDE, 0.18), self.color(option.letter))
        picture = self.pictures.get(option.letter)
        wide = 6.6 if picture else BODY.wide
        if picture:
            box = Box(MARGIN + wide + 0.3, TOP, BODY.wide - wide - 0.3, BODY.high - 0.4)
            self.deck.picture(slide, box, picture, f"{self.text('map_of', view=self.named(option))}. {self.text('hatched')}")
            self.deck.text(slide, Box(box.left, FOOT - 0.3, box.wide, 0.3), [Paragraph(self.text("hatched"), color=MUTED)], 11.0, "key")
        self.deck.text(slide, Box(MARGIN, TOP, wide, 2.35), [Paragraph(option.sentence)], 22.0, "sentence", 11.0)
        statement = self.edition.statements.get(option.letter)
        if statement is not None:
            verdict = statement["verdict"]
            head = Paragraph(f"{self.text('verdicts')}: {verdict['status_word']}", bold=True)
            sides = [Paragraph(f"{side['label']}: {side['text']}", bullet=True) for side in verdict["sides"]]
            self.deck.text(slide, Box(MARGIN, TOP + 2.5, wide, BODY.high - 2.5), [head, *sides], 18.0, "verdict")

    def _compared(self) -> None:
        briefing, many = self.briefing, len(self.book.options) > 3
        title = self.text("table_one" if len(self.book.options) == 1 else "table")
        slide = self.deck.slide(title, [briefing.story.meaning, *self.notes])
        heads = [self._head(column, is_short=many) for column in briefing.columns]
        rows = [["", *heads], *([row.label, *row.texts] for row in briefing.rows)]
        first = 0.3 if len(heads) < 5 else 0.2
        widths = [first, *[(1 - first) / len(heads)] * len(heads)]
        colors = {j: self.color(column.letter) if column.letter else TODAYS for j, column in enumerate(briefing.columns, 1)}
        self.deck.table(slide, Box(MARGIN, TOP, BODY.wide, BODY.high - 0.7), rows, widths, title, colors)
        if briefing.story.meaning:
            self.deck.text(slide, Box(MARGIN, FOOT - 0.55, BODY.wide, 0.5), [Paragraph(briefing.story.meaning, color=MUTED)], 12.0, "meaning")

    def _head(self, column: Column, *, is_short: bool) -> str:
        if not column.letter:
            return column.name
        if len(self.book.options) == 1:
            return self.language.text("map.plan")
        return column.letter if is_short else f"{column.letter} {column.name}"

    def _maps(self) -> None:
        keys = [key for key in (TODAY, *self.book.views) if key in self.pictures]
        if len(keys) < 2:
            return
        slide = self.deck.slide(self.text("maps"), [self.text("hatched"), *self.notes])
        across = min(len(keys), 2 if len(keys) == 2 else 3 if len(keys) <= 6 else 5)
        down = -(-len(keys) // across)
        wide, high = BODY.wide / across, BODY.high / down
        stories = {option.letter: option for option in self.briefing.story.options}
        for k, key in enumerate(keys):
            left, top = MARGIN + wide * (k % across), TOP + high * (k // across)
            name = self.named(stories[key]) if key in stories else self.language.text("measures.today")
            self.deck.text(slide, Box(left + 0.05, top, wide - 0.1, 0.34), [Paragraph(name, bold=True)], 14.0, f"name {key}")
            self.deck.picture(slide, Box(left + 0.05, top + 0.38, wide - 0.1, high - 0.45), self.pictures[key], self.text("map_of", view=name))

    def _charts(self) -> None:
        group = story_group(self.book)
        if group is not None:
            said = self.language.group(group)
            self._chart(self.text("chart_shares", group=said), lambda row: row.shares.get(group))
        self._chart(self.text("chart_seats"), lambda row: row.utilization)

    def _chart(self, title: str, cell: Callable[[SchoolRow], Cell]) -> None:
        views = [*([self.book.today] if self.book.today is not None else []), *self.book.views.values()]
        schools = [s for s in range(len(self.book.schools)) if any(is_number(_cell(view, s, cell)) for view in views)]
        each = max(1, BARS // len(views))
        if not schools or len(schools) > each * MOST_CHARTS:
            return
        slides = -(-len(schools) // each)
        each = -(-len(schools) // slides)
        stories = {option.letter: self.named(option) for option in self.briefing.story.options}
        said = together([_cell(view, s, cell) for view in views for s in schools], "percent", self.language)
        for k in range(slides):
            part = schools[k * each : (k + 1) * each]
            shown = f"{title} ({k + 1}/{slides})" if slides > 1 else title
            slide = self.deck.slide(shown, [title, *([self.text("chart_hidden")] if self.book.is_hidden else []), *self.notes])
            series = []
            for view in views:
                name = stories.get(view.key, self.language.text("measures.today"))
                values = [said.sheet_number(value) if is_number(value := _cell(view, s, cell)) else None for s in part]
                series.append((_short(name, 40), TODAYS if view.key == TODAY else self.color(view.key), values))
            self.deck.bars(slide, Box(MARGIN, TOP, BODY.wide, BODY.high), [_short(self.book.schools[s].name, 24) for s in part], series, title)

    def _prices(self) -> None:
        found = self.briefing.story.trade_offs
        if not found:
            return
        slide = self.deck.slide(self.text("trade_offs"), [*(trade.text for trade in found), *self.notes])
        wide = (BODY.wide - 0.3 * (len(found) - 1)) / len(found)
        for k, trade in enumerate(found):
            left = MARGIN + k * (wide + 0.3)
            self.deck.panel(slide, Box(left, TOP, wide, BODY.high))
            self.deck.panel(slide, Box(left, TOP, wide, 0.1), self.color(trade.letter))
            sides = (trade.gain, *trade.prices)
            said = [part for side in sides for part in (Paragraph(side.text, bold=True), Paragraph(side.numbers, scale=0.85, color=MUTED))]
            self.deck.text(slide, Box(left + 0.2, TOP + 0.3, wide - 0.4, BODY.high - 0.5), said, 20.0, f"price {k + 1}")

    def _certainty(self) -> None:
        certain, uncertain = (list(map(self._said, found)) for found in (self.briefing.certain, self.briefing.uncertain))
        heads = self.text("certain"), self.text("uncertain")
        slide = self.deck.slide(self.text("certainty"), [*heads[:1], *certain, heads[1], *uncertain, *self.notes])
        wide = (BODY.wide - 0.4) / 2
        for k, (head, sentences) in enumerate(zip(heads, (certain, uncertain), strict=True)):
            said = [Paragraph(head, bold=True, scale=1.1), *(Paragraph(text, bullet=True) for text in sentences)]
            self.deck.text(slide, Box(MARGIN + k * (wide + 0.4), TOP, wide, BODY.high), said, 18.0, ("certain", "uncertain")[k])

    def _said(self, statement: Statement) -> str:
        if not statement.letters:
            return statement.text
        key = "by" if len(statement.letters) == 1 else "by_several"
        return f"{self.text(key, letters=statement.before)} {statement.text}"

    def _verdicts(self) -> None:
        found = [option for option in self.briefing.story.options if option.letter in self.edition.statements]
        if not found:
            return
        for k in range(0, len(found), VERDICTS):
            self._verdict_table(found[k : k + VERDICTS])

    def _verdict_table(self, found: Sequence[OptionStory]) -> None:
        verdicts = [self.edition.statements[option.letter]["verdict"] for option in found]
        slide = self.deck.slide(self.text("verdicts"), [*(verdict["sentence"] for verdict in verdicts), *self.notes])
        heads = [side["label"] for side in verdicts[0]["sides"]]
        rows = [["", self.text("verdict_is"), *heads]]
        for option, verdict in zip(found, verdicts, strict=True):
            rows.append([self.named(option), verdict["status_word"], *(side["text"] for side in verdict["sides"])])
        widths = [0.14, 0.13, *[0.73 / len(heads)] * len(heads)]
        self.deck.table(slide, Box(MARGIN, TOP, BODY.wide, BODY.high - 0.1), rows, widths, self.text("verdicts"), {})

    def _sources(self) -> None:
        briefing = self.briefing
        said = [Paragraph(f"{self.text('full')} {briefing.report}")]
        said += [Paragraph(f"{self.text('sources')} {briefing.sources}")] if briefing.sources else []
        said += self._estimated()
        if self.book.is_hidden:
            said.append(Paragraph(self.language.text("page.privacy_hidden", cell=self.book.settings.min_cell)))
        said += [Paragraph(self.text("made", version=briefing.version)), Paragraph(self.text("not_advice"))]
        slide = self.deck.slide(self.text("sources_title"), self.notes)
        self.deck.text(slide, BODY, said, 18.0, "sources")

    # -- maps --------------------------------------------------------------------------------------------------------

    def _pictures(self) -> Iterator[tuple[str, bytes]]:
        """A picture of each view by its key; none without polygons."""
        from rezoning.report.figures.view import png_of, view_figure

        if self.book.district.geometry is None:
            return
        keys = [*([TODAY] if self.book.today is not None else []), *self.book.views]
        dpi = int(min(240, (MOST_PIXELS / len(keys)) ** 0.5 / SIZE))
        for key in keys:
            yield key, png_of(view_figure(self.book, key, SIZE), dpi)


SIZE = 5.0  # inches of a map's longer side


def _cell(view: View, s: int, cell: Callable[[SchoolRow], Cell]) -> Cell:
    row = view.schools[s]
    return cell(row) if row.is_open else None


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
