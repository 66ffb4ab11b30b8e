"""Parts of slides at places in inches: texts measured before they are set, tables, pictures and charts with words for who cannot see them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from rezoning.report.exports.text import clean
from rezoning.report.papers.slides.letters import GAP, INDENT, LINE, POINTS, Paragraph, fitted, lines
from rezoning.report.papers.slides.theme import ACCENT, INK, MUTED, PANEL, PAPER, WIDE, new_deck
from rezoning.runs.tables import harmless

MARGIN = 0.6
TOP, FOOT = 1.45, 7.0  # of what stands between title and foot
CELL = 0.07  # inches around a text in a cell
SMALLEST = 9.0


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    wide: float
    high: float


class Deck:
    """Slides that are being made; of every text without what XML cannot hold.

    Parameters
    ----------
    tag
        Language of all texts, as ``en-US``.
    foot
        What stands at the foot of every slide.
    """

    def __init__(self, tag: str, title: str, author: str, foot: str) -> None:
        self.tag, self.foot = tag, foot
        title, author = clean(title), clean(author)
        self.made = new_deck()
        properties = self.made.core_properties
        properties.title, properties.author, properties.language, properties.last_modified_by = title[:250], author[:250], tag, author[:250]

    def slide(self, title: str, notes: Sequence[str], box: Box = Box(MARGIN, 0.45, WIDE - 2 * MARGIN, 0.9), most: float = 30.0) -> Any:
        """A new slide with its title, foot, number and notes."""
        slide = self.made.slides.add_slide(self.made.slide_layouts[5])
        self._fill(slide.shapes.title, box, [Paragraph(title, bold=True)], most, 14.0, anchor="b")
        number = len(self.made.slides)
        self.text(slide, Box(MARGIN, 7.08, WIDE - 2 * MARGIN - 1.0, 0.26), [Paragraph(self.foot, color=MUTED)], 10.0, "foot")
        self._number(self.text(slide, Box(WIDE - MARGIN - 0.9, 7.08, 0.9, 0.26), [Paragraph(str(number), color=MUTED)], 10.0, "number"))
        slide.notes_slide.notes_text_frame.text = "\n".join(map(clean, notes))
        for run in (run for paragraph in slide.notes_slide.notes_text_frame.paragraphs for run in paragraph.runs):
            run._r.get_or_add_rPr().set("lang", self.tag)
        return slide

    def text(self, slide: Any, box: Box, paragraphs: Sequence[Paragraph], most: float, name: str, least: float = SMALLEST) -> Any:
        """Paragraphs in a box, as large as they fit."""
        from pptx.util import Inches

        shape = slide.shapes.add_textbox(*map(Inches, (box.left, box.top, box.wide, box.high)))
        shape.name = name
        self._fill(shape, box, paragraphs, most, least)
        return shape

    def picture(self, slide: Any, box: Box, png: bytes, description: str) -> Any:
        """A picture in the middle of a box."""
        from pptx.util import Inches

        shape = slide.shapes.add_picture(io.BytesIO(png), 0, 0)
        scale = min(Inches(box.wide) / shape.width, Inches(box.high) / shape.height)
        shape.width, shape.height = round(shape.width * scale), round(shape.height * scale)
        shape.left = round(Inches(box.left) + (Inches(box.wide) - shape.width) / 2)
        shape.top = round(Inches(box.top) + (Inches(box.high) - shape.height) / 2)
        shape._element.nvPicPr.cNvPr.set("descr", clean(description))
        return shape

    def table(self, slide: Any, box: Box, rows: Sequence[Sequence[str]], widths: Sequence[float], description: str, heads: Mapping[int, str]) -> Any:
        """A table whose first row is a head, with the colors of options; as large as it fits, up to 16 points.

        Parameters
        ----------
        widths
            Of columns, as parts of the box.
        heads
            Colors of columns of the first row.
        """
        from pptx.enum.text import MSO_ANCHOR
        from pptx.util import Inches, Pt

        rows = [list(map(clean, row)) for row in rows]
        wide = [part * box.wide for part in widths]
        size, texts, heights = _table(rows, wide, box.high)
        frame = slide.shapes.add_table(len(rows), len(wide), *map(Inches, (box.left, box.top, box.wide, sum(heights))))
        frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(description))
        table = frame.table
        table.horz_banding = False
        for column, part in zip(table.columns, wide, strict=True):
            column.width = Inches(part)
        for i, (row, high) in enumerate(zip(table.rows, heights, strict=True)):
            row.height = Inches(high)
            for j, cell in enumerate(row.cells):
                cell.margin_left = cell.margin_right = Inches(CELL)
                cell.margin_top = cell.margin_bottom = Inches(CELL / 2)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb(heads.get(j, MUTED) if i == 0 and j else PAPER if i % 2 else PANEL)
                run = cell.text_frame.paragraphs[0].add_run()
                run.text = texts[i][j]
                run.font.size, run.font.bold = Pt(size), i == 0 or j == 0
                run.font.color.rgb = _rgb(PAPER if i == 0 and j else INK)
                run._r.get_or_add_rPr().set("lang", self.tag)
        return frame

    def bars(
        self, slide: Any, box: Box, categories: Sequence[str], series: Sequence[tuple[str, str, Sequence[float | None]]], description: str
    ) -> Any:
        """A chart of columns in percent that can be edited; name, color and values of each series. Its sheet takes no name for a formula."""
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
        from pptx.util import Inches, Pt

        data = CategoryChartData(number_format="0%")
        data.categories = [harmless(clean(name)) for name in categories]
        for name, _, values in series:
            data.add_series(harmless(clean(name)), values)
        frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *map(Inches, (box.left, box.top, box.wide, box.high)), data)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(description))
        chart = frame.chart
        chart.font.size, chart.font.name = Pt(11 if len(categories) <= 12 else 9), "Arial"
        chart.has_title, chart.has_legend = False, True
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        chart.plots[0].gap_width, chart.plots[0].overlap = 60, 0
        for made, (_, color, _) in zip(chart.plots[0].series, series, strict=True):
            made.format.fill.solid()
            made.format.fill.fore_color.rgb = _rgb(color)
        chart.value_axis.minimum_scale = 0
        chart.value_axis.tick_labels.number_format, chart.value_axis.tick_labels.number_format_is_linked = "0%", False
        chart.value_axis.major_gridlines.format.line.color.rgb = _rgb("D9DEE5")
        return frame

    def panel(self, slide: Any, box: Box, color: str = PANEL) -> Any:
        """A plain field behind texts, which nobody reads aloud."""
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.util import Inches

        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(Inches, (box.left, box.top, box.wide, box.high)))
        shape.name = "panel"
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(color)
        shape.line.fill.background()
        shape.shadow.inherit = False
        return shape

    def to_bytes(self) -> bytes:
        """The file."""
        made = io.BytesIO()
        self.made.save(made)
        return made.getvalue()

    # -- how texts are set -------------------------------------------------------------------------------------------

    def _fill(self, shape: Any, box: Box, paragraphs: Sequence[Paragraph], most: float, least: float, anchor: str = "t") -> None:
        from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
        from pptx.util import Inches, Pt

        shape.left, shape.top, shape.width, shape.height = map(Inches, (box.left, box.top, box.wide, box.high))
        paragraphs = [replace(one, text=clean(one.text)) for one in paragraphs]
        size, kept = fitted(paragraphs, box.wide, box.high, most, least)
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.BOTTOM if anchor == "b" else MSO_ANCHOR.TOP
        for k, one in enumerate(kept):
            paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
            paragraph.alignment, paragraph.line_spacing = PP_ALIGN.LEFT, 1.0
            paragraph.space_before = Pt(GAP * size if k else 0)
            run = paragraph.add_run()
            run.text = one.text
            run.font.size, run.font.bold = Pt(round(size * one.scale, 1)), one.bold
            run.font.color.rgb = _rgb(one.color or INK)
            run._r.get_or_add_rPr().set("lang", self.tag)
            if one.bullet:
                _bullet(paragraph, size * one.scale)

    def _number(self, shape: Any) -> None:
        """Make of a text the field that counts slides."""
        from pptx.enum.text import PP_ALIGN
        from pptx.oxml.xmlchemy import OxmlElement

        paragraph = shape.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        run = paragraph.runs[0]._r
        field: Any = OxmlElement("a:fld")
        field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
        field.set("type", "slidenum")
        field.extend(deepcopy(list(run)))
        run.getparent().replace(run, field)


def _bullet(paragraph: Any, size: float) -> None:
    from pptx.oxml.xmlchemy import OxmlElement

    properties = paragraph._p.get_or_add_pPr()
    indent = str(round(INDENT * size * 12700))
    properties.set("marL", indent)
    properties.set("indent", f"-{indent}")
    color, fill, sign = (OxmlElement(f"a:{tag}") for tag in ("buClr", "srgbClr", "buChar"))
    fill.set("val", ACCENT)
    sign.set("char", "•")
    color.append(fill)
    properties.append(color)
    properties.append(sign)


def _table(rows: Sequence[Sequence[str]], wide: Sequence[float], high: float) -> tuple[float, list[list[str]], list[float]]:
    """Size of letters, texts that fit, and height of each row in inches."""
    size = 16.0
    while size > SMALLEST and sum(_heights(rows, wide, size)) > high:
        size -= 0.5
    texts = [list(row) for row in rows]
    most = 12
    while most > 1 and sum(_heights(texts, wide, size)) > high:
        most -= 1
        texts = [[_cut(text, part, size, most, bold=i == 0 or j == 0) for j, (text, part) in enumerate(zip(row, wide, strict=True))]
                 for i, row in enumerate(rows)]  # fmt: skip
    return size, texts, _heights(texts, wide, size)


def _heights(rows: Sequence[Sequence[str]], wide: Sequence[float], size: float) -> list[float]:
    return [max(_lines(text, part, size, bold=i == 0 or j == 0) for j, (text, part) in enumerate(zip(row, wide, strict=True)))
            * size * LINE / POINTS + CELL + 0.02 for i, row in enumerate(rows)]  # fmt: skip


def _lines(text: str, wide: float, size: float, *, bold: bool) -> int:
    return len(lines(text, (wide - 2 * CELL) * POINTS, size, bold=bold))


def _cut(text: str, wide: float, size: float, most: int, *, bold: bool) -> str:
    found = lines(text, (wide - 2 * CELL) * POINTS, size, bold=bold)
    return text if len(found) <= most else " ".join(found[:most])[:-1].rstrip() + "…"


def _rgb(color: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor(*bytes.fromhex(color))
