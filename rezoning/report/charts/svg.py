"""Small pictures that are as wide as their place: across in percent, up and down in pixels, so that text and marks never shrink.

Colors come from classes alone (``assets/charts.css``), for light, dark and print.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from rezoning.public.cell import HIDDEN
from rezoning.report.charts.scale import Scale, percent

LANE = 20  # pixels of height for one option
TODAY = "today"

# One shape per option, about its middle, so that color is not the only sign; each has room for a letter.
SHAPES = (
    "M-8-8H8V8H-8Z",
    "M0-11L11 8H-11Z",
    "M0-11L11 0L0 11L-11 0Z",
    "M0-9A9 9 0 1 1 0 9A9 9 0 1 1 0-9Z",
    "M0-10L10-2.5L6 9H-6L-10-2.5Z",
    "M-11-8H11L0 11Z",
    "M-5-9H5L10 0L5 9H-5L-10 0Z",
    "M-4-9H4V-4H9V4H4V9H-4V4H-9V-4H-4Z",
)
LOWER = {"B": 3.0, "F": -2.0}  # where the letter sits in a triangle


def strip(parts: Iterable[str], height: float, name: str = "strip", title: str = "") -> Markup:
    """A picture of a given height and any width; what it shows is also said in text, so that it is passed over by screen readers."""
    said = Markup("<title>{}</title>").format(title) if title else Markup("")
    head = Markup('<svg class="{}" width="100%" height="{}" aria-hidden="true" focusable="false">').format(classes(name), _px(height))
    return head + said + Markup("").join(parts) + Markup("</svg>")


def line(x1: float, y1: float, x2: float, y2: float, name: str) -> Markup:
    """A line; x as a part of the width, y in pixels."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(classes(name), percent(x1), _px(y1), percent(x2), _px(y2))


def rect(x1: float, y1: float, x2: float, y2: float, name: str) -> Markup:
    """A rectangle between two corners, upper left and lower right."""
    across, up = percent(max(x2 - x1, 0.0)), _px(max(y2 - y1, 0.0))
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(classes(name), percent(x1), _px(y1), across, up)


def words(x: float, y: float, text: str, anchor: str = "middle", name: str = "tick") -> Markup:
    """Text that begins, ends or has its middle at a place."""
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(classes(name), percent(x), _px(y), anchor, text)


def mark(key: str, x: float, y: float) -> Markup:
    """The mark of a view: a ring for today, a shape with its letter for an option."""
    place = Markup('<svg class="ch-mark {}" x="{}" y="{}" width="1" height="1">').format(classes(css(key)), percent(x), _px(y))
    if key == TODAY:
        return place + Markup('<circle r="6"/></svg>')
    shape = SHAPES[(ord(key) - ord("A")) % len(SHAPES)]
    letter = Markup('<text y="{}" text-anchor="middle">{}</text></svg>').format(_px(4 + LOWER.get(key, 0.0)), key)
    return place + Markup('<path d="{}"/>').format(shape) + letter


def hidden(x: float, y: float) -> Markup:
    """What stands for a value that is kept back."""
    return words(x, y + 5, HIDDEN, name="kept")


def axis(scale: Scale, labels: Iterable[str]) -> Markup:
    """The numbers of a scale, above or below its rows."""
    return strip((words(scale.at(tick), 12, text) for tick, text in zip(scale.ticks, labels, strict=True)), 16, "strip axis")


def grid(scale: Scale, height: float) -> Markup:
    """Thin lines at the ticks."""
    return Markup("").join(line(scale.at(tick), 0, scale.at(tick), height, "grid") for tick in scale.ticks)


def sample(key: str) -> Markup:
    """A mark by itself, for a legend."""
    return Markup('<svg class="ch-sample" width="24" height="24" aria-hidden="true" focusable="false">') + mark(key, 0.5, 12) + Markup("</svg>")


def swatch(name: str) -> Markup:
    """A line or a shade by itself, for a legend."""
    inside = rect(0, 3, 1, 21, name) if name.startswith("band") or name.endswith("bar") or name == "gap" else line(0, 12, 1, 12, name)
    return Markup('<svg class="ch-sample" width="24" height="24" aria-hidden="true" focusable="false">') + inside + Markup("</svg>")


def classes(names: str) -> str:
    """Classes of charts.css by their short names, so that none is taken for one of another part of the page."""
    return " ".join(name if name.startswith("option-") else f"ch-{name}" for name in names.split())


def css(key: str) -> str:
    """The class of a view's color."""
    return TODAY if key == TODAY else f"option-{key.lower()}"


def _px(value: float) -> str:
    return f"{round(value, 1):g}"
