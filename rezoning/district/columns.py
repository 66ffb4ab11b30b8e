"""The columns of the files of units and schools as texts, for rules that name one: read from the frame when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rezoning.district.detect import Texts
from rezoning.district.files.table import texts

if TYPE_CHECKING:
    import pandas as pd


class Columns(Mapping[str, Texts]):
    """Columns of a frame by name, each as texts of shape (n,), blank where a cell is empty.

    A units file has dozens of columns and rules name a few, so each is turned into text when it is first asked for, and kept.
    Whole numbers read as they were written: a format that stores 3 as 3.0 beside an empty cell gives ``'3'``.

    Parameters
    ----------
    frame
        One row per unit, in unit order, without the geometry.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._place = {str(name): at for at, name in enumerate(frame.columns)}
        self._read: dict[str, Texts] = {}

    @property
    def frame(self) -> pd.DataFrame:
        """The columns as they were read, numbers as numbers; a copy."""
        return self._frame.reset_index(drop=True)

    def __getitem__(self, name: str) -> Texts:
        if name not in self._read:
            self._read[name] = texts(self._frame.iloc[:, self._place[name]])
            self._read[name].setflags(write=False)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._place

    def __iter__(self) -> Iterator[str]:
        return iter(self._place)

    def __len__(self) -> int:
        return len(self._place)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_read": {}}
