"""Names at the top of every printed page, by named pages of CSS; a browser that knows none of them prints the page without."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup


def running_heads(heads: Iterable[tuple[str, str, str]]) -> Markup:
    """A style sheet in which the parts of class ``page-<name>`` have their own head.

    Parameters
    ----------
    heads
        Name of the page, text on the left, text on the right.
    """
    rules = []
    for name, left, right in heads:
        boxes = f'@top-left {{ content: "{quoted(left)}" }} @top-right {{ content: "{quoted(right)}" }}'
        rules.append(f".page-{name} {{ page: {name} }} @page {name} {{ {boxes} }}")
    return Markup("<style>{}</style>").format(Markup("\n".join(rules)))


def quoted(text: str) -> str:
    r"""A text inside of a string of CSS: all but letters and figures by their number, so that none can end it.

    Examples
    --------
    >>> quoted('a"</style>')
    'a\\22 \\3c \\2f style\\3e '
    """
    return "".join(letter if letter.isalnum() or letter in " -,.:" else f"\\{ord(letter):x} " for letter in text)
