"""What every section of a scenario is made of: frozen, closed models whose values know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, PrivateAttr, WithJsonSchema, model_validator

from rezoning.errors import Problem
from rezoning.scenario.tree import Float, Int, Item, Key, Keys, dotted

_SPREADSHEET = re.compile(r"\d(\.\d+)?[eE]\+\d{2,}")


class Wrong(ValueError):  # noqa: N818 (a finding; the loader turns it into a ScenarioError)
    """What a check says: a sentence, its cure, and which keys of the section it is about."""

    def __init__(self, message: str, cure: str = "", at: Keys = ()) -> None:
        self.message, self.cure, self.at = message, cure, at
        super().__init__(f"{message} {cure}".strip())

    @property
    def said(self) -> tuple[str, str]:
        """Message and cure."""
        return self.message, self.cure


class Several(ValueError):  # noqa: N818 (likewise)
    """All that a section's own check found."""

    def __init__(self, wrongs: list[Wrong]) -> None:
        self.wrongs = wrongs
        super().__init__(" ".join(str(wrong) for wrong in wrongs))


class Unquoted(Wrong):
    """A value that YAML reads as something else than text where an id or a name is wanted."""

    def __init__(self, written: str) -> None:
        # A number that a spreadsheet shortened has lost digits: quotes alone would not bring them back.
        cure = "Write it out in full and put quotes round it." if _SPREADSHEET.fullmatch(written) else "Put quotes round it."
        super().__init__(f"{written or 'an empty value'} is not safe to read as an id or a name.", cure)


def as_text(value: Any) -> Any:
    """An id exactly as it was written; the loader's numbers carry their own text."""
    written = getattr(value, "text", value)
    if isinstance(value, (float, bool)) or value is None:
        raise Unquoted(str(written).lower() if isinstance(value, bool) else "null" if value is None else str(written))
    if isinstance(value, str) and _SPREADSHEET.fullmatch(value):
        raise Wrong(f"'{value}' is a number as a spreadsheet shortens it; its last digits are lost.", "Write it out in full.")
    return str(written) if isinstance(value, int) else value


def as_column(value: Any) -> Any:
    """A text that is not empty."""
    text = as_text(value)
    if isinstance(text, str) and not text.strip():
        raise Wrong("an empty text names nothing.", "Write a name, or leave the key out.")
    return text


def as_number(value: Any) -> Any:
    """A number without the memory of how it was written; true and false are none."""
    if isinstance(value, bool):
        raise Wrong(f"{str(value).lower()} is not a number.", "Give a number, with a point for decimals.")
    return plain_number(value)


def plain_number(value: Any) -> Any:
    """Python's own number for one of the loader's; anything else as it is."""
    if isinstance(value, Int):
        return int(value)
    return float(value) if isinstance(value, Float) else value


def as_pair(value: Any) -> Any:
    """Two ids, and not three."""
    if isinstance(value, (list, tuple)) and len(value) != 2:
        raise Wrong(f"a pair has two ids, and this has {len(value)}.", "Write [one, other].")
    return value


def as_option(value: Any) -> Any:
    """A plain value, as a solver takes it."""
    if not isinstance(value, (str, int, float)) or (isinstance(value, float) and isnan(value)):
        raise Wrong("a solver option is a text, a number, true or false.", "Give one of these.")
    return plain_number(value)


def as_columns(value: Any) -> Any:
    """One column, or several that are added up."""
    if isinstance(value, dict):
        raise Wrong("a section stands where a column is expected.", "Name a column, or list several that are added up: [K, G1, G2].")
    if not isinstance(value, (list, tuple)):
        return as_column(value)
    if not value:
        raise Wrong("an empty list names no column.", "Name a column, or leave the key out.")
    names = []
    for position, one in enumerate(value):
        try:
            names.append(as_column(one))
        except Wrong as wrong:
            wrong.at = (position,)
            raise
        if isinstance(one, (dict, list)) or names[-1] in names[:-1]:
            said = "a name of a column is a text" if isinstance(one, (dict, list)) else f"'{names[-1]}' is listed twice, and would be counted twice"
            raise Wrong(f"{said}.", "List each column once: [K, G1, G2].", at=(position,))
    return tuple(names)


def columns_of(named: str | tuple[str, ...]) -> tuple[str, ...]:
    """The columns that a key names, one or several that are added up."""
    return (named,) if isinstance(named, str) else named


ID_OR_NAME = WithJsonSchema({"type": ["string", "integer"]})  # YAML's whole numbers keep their digits

Text = Annotated[str, BeforeValidator(as_column), ID_OR_NAME]
AnyText = Annotated[str, BeforeValidator(as_text), ID_OR_NAME]
Columns = Annotated[
    str | tuple[str, ...],
    PlainValidator(as_columns),
    WithJsonSchema({"anyOf": [{"type": ["string", "integer"]}, {"type": "array", "items": {"type": ["string", "integer"]}, "minItems": 1}]}),
]
"""A column, or several that are added up."""
File = Annotated[Path, BeforeValidator(as_column)]
Number = Annotated[float, BeforeValidator(as_number)]
Share = Annotated[float, BeforeValidator(as_number), Field(ge=0)]
Whole = Annotated[int, BeforeValidator(as_number)]
Option = Annotated[Any, BeforeValidator(as_option)]


@dataclass(frozen=True)
class Need:
    """What a section cannot do without.

    Parameters
    ----------
    what
        A key of `needs.DATA`.
    key, value
        The key of the section that needs it, where it says anything, or one value, or one number of its list; none where the section needs it
        whatever it says.
    at_key
        Whether the key is blamed, or the section.
    """

    what: str
    key: str = ""
    value: str | int | None = None
    at_key: bool = True


@dataclass(frozen=True)
class Origin:
    """Where a section stands in its file. All origins are equal: two scenarios that say the same are the same."""

    root: Item | None = field(default=None, compare=False)
    keys: Keys = field(default=(), compare=False)
    lost: Mapping[Keys, Problem] = field(default_factory=dict, compare=False)


class Section(BaseModel):
    """A section of the scenario file: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    usual_keys: ClassVar[Keys] = ()
    short: ClassVar[str | None] = None
    """The key that a plain value in place of the section stands for."""
    needs: ClassVar[tuple[Need, ...]] = ()
    _origin: Origin = PrivateAttr(default_factory=Origin)

    def _wrongs(self) -> Iterator[Wrong]:
        """What does not fit together in this section."""
        return iter(())

    @model_validator(mode="after")
    def _check(self) -> Self:
        found = list(self._wrongs())
        if found:
            raise Several(found)
        return self

    def place(self, *keys: Key) -> str:
        """Where a value of this section stands, for a message.

        ``scenario.rules.place("locked", "units", 0)`` is ``'scenario.yaml, line 12, rules.locked.units[0]'``; for a scenario that
        was built in code it is ``'rules.locked.units[0]'``.
        """
        root = self._origin.root
        return dotted((*self.usual_keys, *keys)) if root is None else root.place((*self._origin.keys, *keys))

    @property
    def folder(self) -> Path | None:
        """The folder of the file that says this section; None for a scenario that was built in code."""
        return None if self._origin.root is None else self._origin.root.find(self._origin.keys).source.folder

    @property
    def lost(self) -> tuple[Problem, ...]:
        """What is to be said of files that this section names and that are nowhere, though a run has read them."""
        mine = self._origin.keys
        return tuple(problem for keys, problem in self._origin.lost.items() if keys[: len(mine)] == mine)

    def settle(self, root: Item, keys: Keys = (), lost: Mapping[Keys, Problem] | None = None) -> None:
        """Tell this section and all inside it where they stand, and which files are lost; the loader's last step."""
        self._origin = Origin(root, keys, lost or {})
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Section):
                value.settle(root, (*keys, name), lost)
            elif isinstance(value, (tuple, dict)):
                for position, part in value.items() if isinstance(value, dict) else enumerate(value):
                    if isinstance(part, Section):
                        part.settle(root, (*keys, name, position), lost)
