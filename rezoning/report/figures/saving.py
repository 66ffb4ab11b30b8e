"""Figures as files, the same bytes each time, and names as text that a figure can hold."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.report.figures.colors import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")
DPI = 160
LONGEST = 60
LONGEST_NOTE = 160
NOTES = "notes"


def save(figure: Figure, path: str | Path, notes: Sequence[str] = ()) -> Path:
    """Save a figure; the file's ending decides between PNG, SVG and PDF. `notes` stand above it, a line each."""
    import matplotlib

    path = Path(path)
    # Neither date nor version goes into the file, so that the same plan gives the same picture.
    metadata: dict[str, Any] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix.lower(), {"Software": None})
    with matplotlib.rc_context({"svg.hashsalt": "rezoning"}), any_letters():
        figure.savefig(path, dpi=DPI, metadata=metadata, **noted(figure, notes))
    return path


def noted(figure: Figure, notes: Sequence[str]) -> dict[str, Any]:
    """Put notes above a figure; gives what else saving it needs then: the picture grows by them, at its top, for legends keep to its foot."""
    if not notes:
        return {}
    if not any(text.get_gid() == NOTES for text in figure.texts):
        text = "\n".join(f"≈ {plain(note, LONGEST_NOTE)}" for note in notes)
        figure.text(0.01, 1, text, va="bottom", fontsize=7.5, color=INK, parse_math=False, gid=NOTES)
    return {"bbox_inches": "tight"}


@contextmanager
def any_letters() -> Iterator[None]:
    """Let a box stand for a letter that the font does not have, without a word."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        yield


def in_lines(name: str, wide: int) -> str:
    """A name on as many lines as it needs, none of more letters than there is room for."""
    return textwrap.fill(plain(name), wide)


def plain(name: str, longest: int = LONGEST) -> str:
    """A name on one line, without characters that cannot be drawn, shortened where it is too long."""
    text = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
