"""A run that was solved again, in a notebook: whether its plan came again, and what changed."""

from __future__ import annotations

from typing import Any

from rezoning.report.moving import apart_words, replayed_words
from rezoning.report.notebook.cards import Card, page


def html(found: Any) -> str:
    """Whether it is the same plan; where not, how far apart the two are, and what is not as it was."""
    record = found.to_dict()
    title, said = replayed_words(record)
    changes = [] if found.is_same else [one.said for one in found.changes]
    return page(Card(title, [said, *apart_words(record)], notes=changes))
