"""Words on a map: each stands where it covers no other, or is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, radians, sin

LETTER = 0.61  # width of a letter, as a part of its size


@dataclass(frozen=True)
class Word:
    """A word at its place: middle of its baseline's box, size, and how far it is turned, in degrees."""

    text: str
    x: float
    y: float
    size: float
    turn: float = 0.0
    kind: str = ""

    def boxes(self) -> list[tuple[float, float, float, float]]:
        """What it covers: boxes along it, so that a turned word does not take up a square."""
        long, high = len(self.text) * self.size * LETTER, self.size * 1.15
        across, up = cos(radians(self.turn)), sin(radians(self.turn))
        number = 1 if not self.turn else max(1, round(long / high))
        half = (long / 2, high / 2) if number == 1 and not self.turn else (high / 2, high / 2)
        middles = [(k + 0.5) / number - 0.5 for k in range(number)]
        found = []
        for part in middles:
            x, y = self.x + part * long * across, self.y + part * long * up
            found.append((x - half[0], y - half[1], x + half[0], y + half[1]))
        return found


@dataclass
class Words:
    """Words of a picture, placed one after the other: the important ones first."""

    width: float
    height: float
    placed: list[Word] = field(default_factory=list)
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def take(self, x: float, y: float, half: float) -> None:
        """Keep a place free of words: a sign stands there."""
        self.taken.append((x - half, y - half, x + half, y + half))

    def place(self, tries: Iterable[Word]) -> bool:
        """Place the first of some tries that fits; whether one did."""
        for word in tries:
            boxes = word.boxes()
            if self._is_free(boxes):
                self.taken += boxes
                self.placed.append(word)
                return True
        return False

    def _is_free(self, boxes: Sequence[tuple[float, float, float, float]]) -> bool:
        for west, top, east, low in boxes:
            if west < 2 or top < 2 or east > self.width - 2 or low > self.height - 2:
                return False
            if any(west < e and w < east and top < s and n < low for w, n, e, s in self.taken):
                return False
        return True
