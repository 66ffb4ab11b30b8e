"""Pages that need nothing but themselves: templates filled in and escaped, styles, scripts and data inlined, no network."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from rezoning.report.language import Language

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def render(template: str, language: Language, **values: Any) -> str:
    """Fill in a template of ``templates/``; every value is escaped unless it is Markup.

    Templates have `language`, and as shorthands ``t`` (`Language.text`), ``count``, ``number``, ``percent``, ``change``, ``points``, ``group``,
    ``own``; ``style`` and ``script`` inline a file of ``assets/``, ``data`` inlines a value as JSON.
    """
    words = {"t": language.text, "count": language.count, "number": language.number, "percent": language.percent}
    more = {"change": language.change, "points": language.points, "group": language.group, "own": language.own}
    return _environment().get_template(template).render(language=language, **words, **more, **values)


def data(value: Any) -> Markup:
    """A value as JSON that can stand in a ``<script>``: no text in it can end the script, nor begin a comment."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def style(name: str) -> Markup:
    """A style sheet of ``assets/``, without the pictures that it would load."""
    from markupsafe import Markup

    return Markup(re.sub(r"url\([^)]*\)", "none", _asset(name)))


def script(name: str) -> Markup:
    """A script of ``assets/``, without its pointer to a map of its source."""
    from markupsafe import Markup

    text = re.sub(r"//# sourceMappingURL=\S*", "", _asset(name))
    assert "</script" not in text.lower()
    return Markup(text)


def _asset(name: str) -> str:
    return (resources.files("rezoning.report") / "assets" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(loader=PackageLoader("rezoning.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.globals |= {"style": style, "script": script, "data": data}
    return found
