"""What people write into a report belongs to its plans: a key of them, by which a browser finds the texts of the same report again."""

from __future__ import annotations

import hashlib
import json

from rezoning.public.book import Book


def writing_key(book: Book) -> str:
    """The same for every copy of a report of these plans, in whatever language and with whatever title; other plans have another."""
    plans = [
        [book.district.unit_ids, [book.schools[s].id if s >= 0 else None for s in book.views[option.letter].zone.tolist()]] for option in book.options
    ]
    return hashlib.sha256(json.dumps(plans).encode()).hexdigest()[:16]
