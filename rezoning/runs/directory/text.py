"""Plain texts of plain values."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any


def json_text(document: Any, *, is_ascii: bool = False) -> str:
    """JSON with null where a number is undefined, never NaN; numpy's numbers as plain ones.

    Parameters
    ----------
    is_ascii
        Whether letters beyond ASCII are escaped, for readers that lack them.
    """
    text = json.dumps(_plain(document), indent=2, ensure_ascii=is_ascii, allow_nan=False) + "\n"
    # A file's name may hold bytes that are no letters; JSON can escape them, UTF-8 cannot hold them.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):  # numpy's arrays and numbers, without importing numpy
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value) if isinstance(value, str | Path) else value


def read_json(path: Path) -> dict[str, Any] | None:
    """A JSON document that is an object; None when it is not there, or cannot be read."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
