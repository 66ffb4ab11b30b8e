"""Who watches what takes minutes, where nobody was named: in a notebook a line of text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rezoning.optimize.result import Watcher
from rezoning.report.notebook.progress import is_notebook, show_progress


@contextmanager
def watched(watcher: Watcher | None) -> Iterator[Watcher | None]:
    """The watcher that was named, or a line in the notebook that runs this, which goes when the work is done; none elsewhere."""
    if watcher is not None or not is_notebook():
        yield watcher
        return
    line = show_progress()
    try:
        yield line
    finally:
        line.close()
