"""Which school a label of another file means: by its id, else by its name, else by its name without what does not tell schools apart."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from rezoning.district.detect import Lookup, folded
from rezoning.district.school_names import bare_name

BLANKS = frozenset({"", "nan", "na", "n/a", "<na>", "null", "none"})


class Labels:
    """Finds the school that a label means, where one school alone fits.

    Parameters
    ----------
    ids, names
        Those of the schools; none are known where there are none. The first ids are those of the names.
    """

    def __init__(self, ids: Sequence[str] = (), names: Sequence[str] = ()) -> None:
        self._by_id = Lookup(ids)
        self._by_name: dict[str, list[int]] = {}
        self._bare = [bare_name(name) for name in names]
        self._names = tuple(names)
        for s, name in enumerate(names):
            self._by_name.setdefault(folded(name), []).append(s)

    def find(self, label: str) -> int:
        """Index of the school, -1 where it is none or might be several."""
        s = self._by_id.find(label)
        if s >= 0:
            return s
        named = self.named(label)
        return named[0] if len(named) == 1 else -1

    def id_of(self, label: str) -> str:
        """The id of the school that a label means; the label where it is none."""
        s = self.find(label)
        return label if s < 0 else self._by_id.ids[s]

    def named(self, label: str) -> list[int]:
        """The schools of this name; of a name like it where there are none."""
        exact = self._by_name.get(folded(label), [])
        if exact or not self._bare:
            return exact
        wanted = bare_name(label)
        return [s for s, one in enumerate(self._bare) if wanted.may_be(one)]

    def is_blank(self, label: str) -> bool:
        """Whether a label says that there is no school; a school may be called NA."""
        return not label or (label.lower() in BLANKS and self.find(label) < 0)

    def mended(self, labels: Iterable[str]) -> list[str]:
        """Labels that are a school's id only when mended, and that id."""
        distinct = dict.fromkeys(labels)
        return [f"'{text}' as '{self._by_id.ids[self._by_id.find(text)]}'" for text in distinct if self._is_mended(text)]

    def _is_mended(self, text: str) -> bool:
        return bool(text) and text not in self._by_id.index and self._by_id.find(text) >= 0 and folded(text) not in self._by_name

    def alike(self, labels: Iterable[str]) -> list[str]:
        """Labels that find a school by a name which is not quite its own, and that name."""
        odd = [label for label in dict.fromkeys(labels) if self._by_id.find(label) < 0 and folded(label) not in self._by_name]
        return [f"'{label}' as '{self._names[self.find(label)]}'" for label in odd if self.find(label) >= 0]

    def nearest(self, label: str) -> str | None:
        """The id or name that a label was perhaps meant to be."""
        known = (*self._by_id.ids, *self._names)
        bare = {bare_name(text).core: text for text in reversed(known)}  # first: every Elementary School is like every other one
        for wanted, forms in ((bare_name(label).core, bare), (folded(label), {folded(text): text for text in known})):
            near = difflib.get_close_matches(wanted, forms, n=1)
            if near:
                return forms[near[0]]
        return None
