"""Groups in sentences: what people call a group, and the phrases that a sentence makes of it."""

from __future__ import annotations

from collections.abc import Callable

CAPITAL = "upper_"
"""Before a phrase that begins a sentence."""


class GroupWord(str):
    """What people call a group; in a sentence ``{group:students}``, ``{group:one}`` and ``{group:school}`` are phrases of it.

    ``{group:listed}`` stands among others; ``{group:upper_students}`` begins a sentence.

    Examples
    --------
    >>> say = {"students": "students in poverty"}.__getitem__
    >>> "{group}: {group:students}".format(group=GroupWord.of("in poverty", say))
    'in poverty: students in poverty'
    """

    phrase: Callable[[str], str]

    @classmethod
    def of(cls, label: str, phrase: Callable[[str], str]) -> GroupWord:
        """A label, and how each phrase of it goes."""
        word = cls(label)
        word.phrase = phrase
        return word

    def __format__(self, form: str) -> str:
        if form.startswith(CAPITAL):
            return _capital(self.phrase(form.removeprefix(CAPITAL)))
        return self.phrase(form) if form else str(self)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
