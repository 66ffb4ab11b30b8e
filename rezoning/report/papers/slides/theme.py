"""What the slides look like: a theme of their own, so that what people add by hand looks like the rest."""

from __future__ import annotations

import re
from typing import Any

WIDE, HIGH = 13.333, 7.5  # inches
FONT = "Arial"
INK, MUTED, LINE, PANEL, ACCENT, PAPER = "1B1F27", "4D5564", "C5CCD6", "F1F3F6", "0B5CAD", "FFFFFF"
OPTIONS = ("0072B2", "B04F00", "00755C", "A03F78", "7A6A00", "2E6F9E", "5B4BA0", "555555")  # as in assets/page.css
TODAY = "6B7280"

_COLORS = {"dk1": INK, "lt1": PAPER, "dk2": MUTED, "lt2": PANEL, **{f"accent{k}": color for k, color in enumerate(OPTIONS[:6], 1)},
           "hlink": ACCENT, "folHlink": "5B4BA0"}  # fmt: skip


def new_deck() -> Any:
    """A presentation of 16 to 9 in our theme; its layouts, made for 4 to 3, are stretched."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    stretch = Inches(WIDE) / deck.slide_width
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    master = deck.slide_masters[0]
    for holder in (master, *master.slide_layouts):
        for shape in holder.shapes:
            if shape._element.spPr.find("{http://schemas.openxmlformats.org/drawingml/2006/main}xfrm") is not None:
                shape.left, shape.width = round(shape.left * stretch), round(shape.width * stretch)
    _paint(master)
    return deck


def _paint(master: Any) -> None:
    """Put colors and font into the theme, which the library takes as it is."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = part.blob.decode("utf-8")
    for name, color in _COLORS.items():
        theme = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf'\g<1><a:srgbClr val="{color}"/>\g<2>', theme, flags=re.DOTALL)
    theme = re.sub(r'(<a:(?:majorFont|minorFont)>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", theme)
    part._blob = theme.encode("utf-8")
