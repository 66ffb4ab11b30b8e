"""One tree from many: a file, the parents it extends, and what the command line sets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os.path import realpath
from pathlib import Path

from rezoning.errors import Problems
from rezoning.scenario.files import SCENARIO_BYTES, is_folder, short, too_large, why_unopenable
from rezoning.scenario.formats import JSON, TEXT, format_of
from rezoning.scenario.tree import Item, Key, Keys, Source, dotted, read_tree

# Alternatives that exclude each other: a child that writes the first key takes the parent's others away.
DISPLACES: Mapping[Keys, Mapping[str, frozenset[str]]] = {
    ("data", "units"): {"current": frozenset({"current_school"}), "current_school": frozenset({"current"})},
    ("data", "travel"): {
        "path": frozenset({"streets", "estimate", "speed_kmh", "detour"}),
        "streets": frozenset({"path", "measure", "value", "order", "layer", "sheet", "estimate", "speed_kmh", "detour"}),
        "estimate": frozenset({"path", "measure", "value", "order", "layer", "sheet", "streets"}),
    },
    ("data", "walk"): {
        "path": frozenset({"streets", "zones", "layer", "sheet", "school"}),
        "streets": frozenset({"path", "measure", "value", "order", "zones", "layer", "sheet", "school"}),
        "zones": frozenset({"path", "measure", "within", "value", "order", "layer", "sheet", "streets"}),
    },
    ("data", "adjacency"): {
        "path": frozenset({"min_shared_m", "snap_m"}),
        "min_shared_m": frozenset({"path", "layer", "sheet"}),
        "snap_m": frozenset({"path", "layer", "sheet"}),
    },
}

# The same of keys that do not stand side by side: of each pair the child's takes the parent's away, whichever it is.
EXCLUSIVE: Mapping[Keys, tuple[tuple[Keys, Keys], ...]] = {
    ("data",): tuple((("students",), ("units", key)) for key in ("students", "groups", "grades")),
}

_ENTRY = re.compile(r"([^\[\]]+)((?:\[\d+\])+)")  # ``bands[0]``, as messages write the first entry; ``bands.0`` is the same


def merge(parent: Item, child: Item, keys: Keys = ()) -> Item:
    """Deep merge: sections key by key, anything else as a whole; the child wins, and its null takes the parent's value away."""
    if not (isinstance(parent.value, dict) and isinstance(child.value, dict)):
        return child
    known = _as_of_data(keys)
    for one, other in EXCLUSIVE.get(known, ()):
        for said, displaced_keys in ((one, other), (other, one)):
            if _says(child, said):
                parent = _dropped(parent, displaced_keys)
    rivals = DISPLACES.get(known, {})
    displaced = {name for key, item in child.value.items() if item.value is not None for name in rivals.get(key, ())}
    merged = {key: item for key, item in parent.value.items() if key not in displaced}
    for key, item in child.value.items():
        if key in merged and item.value is None:
            del merged[key]
        else:
            merged[key] = merge(merged[key], item, (*keys, key)) if key in merged else item
    return replace(child, value=merged)


def _as_of_data(keys: Keys) -> Keys:
    """Keys of a level as those of `data` that they win over."""
    if keys[:1] != ("levels",) or len(keys) < 2:
        return keys
    return ("data", *keys[2:]) if len(keys) > 2 else ("data", "units")


def _says(item: Item | None, keys: Keys) -> bool:
    """Whether a tree has a value at `keys`."""
    for key in keys:
        item = None if item is None else item.child(key)
    return item is not None and item.value is not None


def _dropped(item: Item, keys: Keys) -> Item:
    """The tree without what stands at `keys`."""
    if not isinstance(item.value, dict) or keys[0] not in item.value:
        return item
    rest = {key: value for key, value in item.value.items() if key != keys[0]}
    if len(keys) == 1:
        return replace(item, value=rest)
    return replace(item, value={key: _dropped(value, keys[1:]) if key == keys[0] else value for key, value in item.value.items()})


def read_family(path: Path, problems: Problems, asked_by: str = "", younger: tuple[str, ...] = ()) -> Item | None:
    """A file merged over the parents that it extends; None where nothing can be read.

    Parameters
    ----------
    path
        The file as the user named it, or beside the file that extends it.
    asked_by
        Place of the `extends` that leads here; empty for the first file.
    younger
        The files that led here, resolved: none of them may come again.
    """
    text = _read(path, problems, asked_by)
    if text is None:
        return None
    root = read_tree(text, Source(str(path), path.absolute().parent), problems)
    if root is None or not _is_mapping(root, problems):
        return None
    parent_name = root.value.get("extends")
    child = replace(root, value={key: item for key, item in root.value.items() if key != "extends"})
    if parent_name is None:
        return child
    place = root.place(("extends",))
    if not isinstance(parent_name.value, (str, int)) or isinstance(parent_name.value, bool) or not parent_name.text:
        problems.add(place, "extends takes the name of one file.", "Write extends: base.yaml.")
        return child
    parent_path = path.parent / parent_name.text
    seen = (*younger, realpath(path))
    if realpath(parent_path) in seen:
        problems.add(place, f"'{parent_name.text}' leads back to a file that is being read.", "Let no file extend itself, not even through others.")
        return child
    parent = read_family(parent_path, problems, place, seen)
    return child if parent is None else merge(parent, child)


_CURE_OF_DATA = "Name the scenario file (YAML); rezoning new FOLDER writes a first one from the files of a folder."


def _read(path: Path, problems: Problems, asked_by: str) -> str | None:
    """The file's text; a file that cannot be read is a problem of whoever named it."""
    place, name = (asked_by, f"'{short(path)}'") if asked_by else (short(path), "the file")
    kind = format_of(path)
    if kind is not None and kind not in (TEXT, JSON):  # these may hold keys as well
        problems.add(place, f"{name} is data ({kind.name}), and no scenario.", _CURE_OF_DATA)
        return None
    if is_folder(path) and not asked_by:
        inside = path / "scenario.yaml"
        problems.add(place, f"{name} is a folder.", f"Name the scenario in it: {short(inside)}." if inside.is_file() else _CURE_OF_DATA)
        return None
    fault = why_unopenable(path, SCENARIO_BYTES)
    if fault is not None:
        problems.add(place, f"{name} {fault.reason}.", fault.cure)
        return None
    try:
        with path.open("rb") as stream:
            raw = stream.read(SCENARIO_BYTES + 1)  # the system's own files have no size and may have no end
        if len(raw) > SCENARIO_BYTES:
            problems.add(place, f"{name} {too_large(SCENARIO_BYTES)}.", "Name the scenario file.")
            return None
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.add(f"{path}, line {line}", "this is not UTF-8 text.", "Save the file in the encoding UTF-8.")
    except OSError as error:
        problems.add(place, f"{name} cannot be read: {error.strerror or 'reason unknown'}.", "Check the name and who may read it.")
    return None


def _is_mapping(root: Item, problems: Problems) -> bool:
    if isinstance(root.value, dict):
        return True
    if root.value is None:
        problems.add(root.source.name, "the file is empty.", "Start with name:, data: and goals:; see scenarios/README.md.")
    else:
        problems.add(root.place(()), "a scenario is made of keys, and this is none.", "Start with name:, data: and goals:; see scenarios/README.md.")
    return False


def override(root: Item, text: str, folder: Path, problems: Problems) -> Item:
    """The tree with one ``KEY.KEY=VALUE`` of the command line put in, as if a child file had said it."""
    name, equals, value = text.partition("=")
    parts = [part.strip() for part in name.split(".")]
    place = f"--set {text}"
    if not _is_utf8(text):  # a terminal may hand over bytes that are no text
        problems.add(place.encode("utf-8", "replace").decode(), "this is not UTF-8 text.", "Write the character itself.")
        return root
    if not equals or not all(parts):
        problems.add(place, "this is not KEY=VALUE.", "Write --set solve.time_limit=60.")
        return root
    if parts[0] == "extends":
        problems.add(place, "extends works only inside a file.", "Write it into the scenario.")
        return root
    try:
        keys = _located(root, parts)
    except LookupError as error:
        problems.add(place, str(error.args[0]), "See the scenario with: rezoning show.")
        return root
    item = read_tree(value, Source(f"--set {name.strip()}", folder, keys), problems)
    return root if item is None else merge(root, _graft(root, keys, item))


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _located(root: Item, parts: Sequence[str]) -> Keys:
    """The keys of an override, with positions in lists as numbers."""
    keys: list[Key] = []
    item: Item | None = root
    waiting = list(parts)
    while waiting:
        part, here = waiting.pop(0), dotted(keys)
        entry = _ENTRY.fullmatch(part)
        if entry is not None and isinstance(item, Item) and isinstance(item.value, dict) and part not in item.value:
            part = entry[1]
            waiting[:0] = re.findall(r"\d+", entry[2])
        if item is not None and isinstance(item.value, list):
            if not part.isdecimal() or int(part) >= len(item.value):
                raise LookupError(f"{here} is a list of {len(item.value)}, counted from 0, and has no entry '{part}'.")
            keys.append(int(part))
        elif item is None or item.value is None or isinstance(item.value, dict):
            keys.append(part)
        else:
            raise LookupError(f"{here} is {item.text}, and nothing can stand below it.")
        item = None if item is None else item.child(keys[-1])
    return tuple(keys)


def _graft(base: Item | None, keys: Keys, item: Item) -> Item:
    """A child tree with `item` at `keys` and nothing else; lists are taken over whole, for a child's list replaces its parent's."""
    if not keys:
        return item
    inner = _graft(None if base is None else base.child(keys[0]), keys[1:], item)
    if base is not None and isinstance(base.value, list) and isinstance(keys[0], int):
        entries = list(base.value)
        entries[keys[0]] = merge(entries[keys[0]], inner)
        return replace(base, value=entries)
    return replace(item if base is None else base, value={keys[0]: inner}, text="")


def apply(root: Item, overrides: Sequence[str], folder: Path, problems: Problems) -> Item:
    """All of the command line's settings, the later over the earlier."""
    for text in overrides:
        root = override(root, text, folder, problems)
    return root
