"""A scenario file as a tree in which every value knows where it stands, and numbers know how they were written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rezoning.errors import Problems

if TYPE_CHECKING:
    Node = Any  # ruamel.yaml's nodes are typed in part only

Key = str | int
Keys = tuple[Key, ...]

MAX_DEPTH = 50  # deeper than any scenario; keeps a broken file from exhausting the stack
MAX_VALUES = 1_000_000  # aliases of aliases unfold without end otherwise

_PREFIX = "tag:yaml.org,2002:"
_TEXT_TAGS = {f"{_PREFIX}{tag}" for tag in ("str", "timestamp", "value")}
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


class Int(int):
    """A whole number that remembers how it was written."""

    text: str

    def __new__(cls, text: str) -> Int:
        """Read it as YAML 1.2 does: leading zeros mean nothing."""
        base = {"0o": 8, "0x": 16, "0b": 2}.get(text.lstrip("+-")[:2].lower(), 10)
        number = super().__new__(cls, text, base)
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        return (self.text,)


class Float(float):
    """A number that remembers how it was written."""

    text: str

    def __new__(cls, text: str) -> Float:
        """Read it as YAML 1.2 does: `.inf` and `.nan` have a dot."""
        number = super().__new__(cls, re.sub(r"^([+-]?)\.(inf|nan)$", r"\1\2", text, flags=re.IGNORECASE))
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        return (self.text,)


@dataclass(frozen=True)
class Source:
    """Where values come from: a file, or one `--set` on the command line.

    Parameters
    ----------
    name
        The file as the user named it, or ``--set solve.gap``.
    folder
        Relative paths start here.
    keys
        Where a `--set` value was put; None for a file.
    """

    name: str
    folder: Path
    keys: Keys | None = None


@dataclass(frozen=True)
class Item:
    """One value: its place, and for a scalar how it was written.

    Parameters
    ----------
    value
        A mapping of items, a list of items, or a scalar (text, `Int`, `Float`, bool, None).
    source, line
        Where its key stands, lines counted from 1.
    text
        A scalar as written; empty for the others.
    home
        Where it is written, where that is not where it stands: in the tree of one of several levels.
    """

    value: Any
    source: Source
    line: int
    text: str = ""
    home: Keys | None = None

    def find(self, keys: Keys) -> Item:
        """The value at `keys`, or the deepest one on the way there."""
        item = self
        for key in keys:
            inner = item.child(key)
            if inner is None:
                return item
            item = inner
        return item

    def child(self, key: Key) -> Item | None:
        """The value under one key; None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(key)
        if isinstance(self.value, list) and isinstance(key, int) and 0 <= key < len(self.value):
            inner: Item = self.value[key]
            return inner
        return None

    def place(self, keys: Keys) -> str:
        """``'scenario.yaml, line 12, rules.capacity.max'`` for the value at `keys`, there or not."""
        found = self.find(keys)
        keys = self._written(keys)
        name = dotted(keys)
        if found.source.keys is not None:
            return found.source.name if found.source.keys == keys or not name else f"{found.source.name}, {name}"
        return ", ".join(part for part in (found.source.name, f"line {found.line}", name) if part)

    def _written(self, keys: Keys) -> Keys:
        """The keys under which a file says what stands at `keys`."""
        item, written = self, keys
        for depth, key in enumerate(keys, start=1):
            inner = item.child(key)
            if inner is None:
                break
            item = inner
            if item.home is not None:
                written = (*item.home, *keys[depth:])
        return written

    def plain(self) -> Any:
        """The values without their places."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value


def item_of(value: Any, source: Source) -> Item:
    """A tree of plain values that no file says."""
    if isinstance(value, dict):
        return Item({key: item_of(part, source) for key, part in value.items()}, source, 0)
    if isinstance(value, (list, tuple)):
        return Item([item_of(part, source) for part in value], source, 0)
    return Item(value, source, 0, "" if value is None else str(value))


def dotted(keys: Sequence[Key]) -> str:
    """``('goals', 0, 'group')`` as ``'goals[0].group'``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def override_text(value: Any) -> str:
    """A value as YAML on one line, for the right side of ``KEY=VALUE``; numbers of a file as they were written."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(str(key))}: {override_text(part)}' for key, part in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(override_text, value))}]"
    if isinstance(value, (Int, Float)):
        return value.text
    if isinstance(value, float) and not isfinite(value):
        return {inf: ".inf", -inf: "-.inf"}.get(value, ".nan")
    return json.dumps(value if isinstance(value, (bool, int, float)) or value is None else str(value), ensure_ascii=False)


def read_tree(text: str, source: Source, problems: Problems) -> Item | None:
    """Read YAML 1.2; None when nothing can be made of it, and every problem is noted.

    Mapping keys are text, always. Anchors, aliases and ``<<`` merge keys work; duplicate keys and tags of one's own are refused.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    yaml.composer.warn_double_anchors = False  # a name may be given anew: YAML says so
    try:
        node = yaml.compose(text)
    except (YAMLError, ValueError, OverflowError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        # Beside its own errors the parser answers some broken texts with a bare Python one.
        problems.add(*_syntax(error, source))
        return None
    if node is None:
        return Item(None, source, 1)
    reader = _Reader(source)
    root = reader.item(node, _line(node))
    for line, message, cure in sorted(reader.refused):
        problems.add(source.name if source.keys is not None else f"{source.name}, line {line}", message, cure)
    return root


_PLAINER = (
    ("'\\t'", "a tab stands where YAML wants spaces.", "Indent with spaces."),
    ("mapping values are not allowed", "a colon stands where none can.", "Put quotes round a text that holds a colon, or mend the indentation."),
    ("expected the node content", "a value is missing, or a bracket is not closed.", "Write the value; close every bracket."),
    ("another document", "a second scenario begins here.", "Keep one scenario in a file."),
)


def _syntax(error: Exception, source: Source) -> tuple[str, str, str]:
    """Place, message and cure of a text that is not YAML."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = f"{source.name}, line {mark.line + 1}" if mark is not None and source.keys is None else source.name
    said = " ".join(str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read").split())
    if "maximum depth" in said or isinstance(error, RecursionError):
        return where, "sections are nested too deeply for a scenario.", f"Keep to {MAX_DEPTH} levels."
    for part, message, cure in _PLAINER:
        if part in said:
            return where, message, cure
    said = re.sub(r", but (got|found) .*", "", said)
    return where, f"this is not valid YAML: {said}.", "Look at the indentation, colons, brackets and quotes here and in the line before."


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


class _Reader:
    """Walks the nodes of one text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.refused: list[tuple[int, str, str]] = []  # line, message, cure
        self.done: dict[int, tuple[Any, int]] = {}  # value and number of values in it, by node: an alias is read once
        self.open: set[int] = set()

    def item(self, node: Node, line: int) -> Item:
        """The node's value as an item whose key stands on `line`."""
        return Item(self.value(node), self.source, line, _NO_CHARACTER.sub("?", node.value) if node.id == "scalar" else "")

    def refuse(self, line: int, message: str, cure: str) -> None:
        self.refused.append((line, message, cure))

    def value(self, node: Node) -> Any:
        if node.id == "scalar":
            return self.scalar(node)
        if id(node) in self.open:
            self.refuse(_line(node), "an alias stands inside the very value it names.", "Write the value out.")
            return None
        if id(node) not in self.done:
            self.open.add(id(node))
            value = self.mapping(node) if node.id == "mapping" else self.sequence(node)
            self.open.discard(id(node))
            self.done[id(node)] = value, self.size(node)
            self.check_collection(node)
        return self.done[id(node)][0]

    def size(self, node: Node) -> int:
        inner = [part for pair in node.value for part in pair] if node.id == "mapping" else node.value
        return 1 + sum(self.done.get(id(part), (None, 1))[1] for part in inner)

    def check_collection(self, node: Node) -> None:
        if str(node.tag) not in (f"{_PREFIX}map", f"{_PREFIX}seq"):
            self.refuse(_line(node), f"the tag {_tag(node)} is not used in scenario files.", "Leave it out.")
        if self.done[id(node)][1] > MAX_VALUES:
            self.refuse(_line(node), f"with all its aliases this holds more than {MAX_VALUES} values.", "Write out what is meant.")
            self.done[id(node)] = None, 1

    def sequence(self, node: Node) -> list[Item]:
        return [self.item(part, _line(part)) for part in node.value]

    def mapping(self, node: Node) -> dict[str, Item]:
        found: dict[str, Item] = {}
        merged: list[dict[str, Item]] = []
        for key_node, value_node in node.value:
            line = _line(key_node)
            if key_node.id != "scalar":
                self.refuse(line, "a key is a list or a mapping.", "Write a text before the colon.")
            elif str(key_node.tag) == f"{_PREFIX}merge":
                merged.extend(self.merged(value_node, line))
            elif (key := self.text(key_node)) in found:
                self.refuse(line, f"the key '{key}' stands here again; it was given on line {found[key].line}.", "Keep one of the two.")
            else:
                found[key] = self.item(value_node, line)
        for other in merged:  # what is written wins over what is merged in, the first over the second
            found = {**other, **found}
        return found

    def merged(self, node: Node, line: int) -> Iterator[dict[str, Item]]:
        """The mappings behind one `<<`."""
        for part in node.value if node.id == "sequence" else [node]:
            value = self.value(part)
            if isinstance(value, dict):
                yield value
            else:
                self.refuse(line, "<< takes an alias of a mapping, or a list of them.", "Write <<: *name.")

    def scalar(self, node: Node) -> Any:
        tag, text = str(node.tag), self.text(node)
        if tag in _TEXT_TAGS:
            return text
        if tag == f"{_PREFIX}null":
            return None
        if tag == f"{_PREFIX}bool":
            return text.lower() in ("true", "yes", "on", "y")
        if tag in (f"{_PREFIX}int", f"{_PREFIX}float"):
            try:
                return Int(text) if tag.endswith("int") else Float(text.replace("_", ""))
            except ValueError:
                return text  # 1:30 of YAML 1.1, or more digits than Python reads: text, and no number
        self.refuse(_line(node), f"the tag {_tag(node)} is not used in scenario files.", "Leave it out; for a text, use quotes.")
        return text

    def text(self, node: Node) -> str:
        """A scalar as written; what no file can hold is refused here, once."""
        text = _NO_CHARACTER.sub("?", node.value)
        if text != node.value:
            self.refuse(_line(node), "an escape here stands for no character.", "Write the character itself.")
        return text


def _tag(node: Node) -> str:
    return str(node.tag).replace(_PREFIX, "!!")
