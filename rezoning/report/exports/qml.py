"""Styles as QGIS writes them (QML): rules, symbols of layers upon each other, labels. Nothing here knows what is drawn.

Properties stand twice, as QGIS 3.20 and later read them (``Option``) and as earlier releases do (``prop``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.etree import ElementTree

Kind = Literal["fill", "line", "marker"]
GEOMETRY = {"Point": 0, "Line": 1, "MultiPolygon": 2}
WRITTEN_BY = "3.22.0"  # the release whose way of writing this is; later ones read it
NAMES = uuid.UUID("6f1c7a4e-5b0e-4f0f-8a53-2f5b8f6f4a11")  # keys of rules are names in this space: the same rules, the same bytes


@dataclass(frozen=True)
class Paint:
    """A layer of a symbol: a class of QGIS with its properties, and the symbol that it repeats, if any."""

    kind: str
    properties: dict[str, str]
    repeats: Symbol | None = None


@dataclass(frozen=True)
class Symbol:
    """Layers upon each other, the lowest first."""

    kind: Kind
    paints: Sequence[Paint]
    alpha: float = 1.0


@dataclass(frozen=True)
class Rule:
    """What is drawn so: features that an expression holds for, with a name in the legend; rules inside it stand below its name.

    Parameters
    ----------
    name
        What the legend calls it.
    holds
        An expression of QGIS; empty for every feature.
    symbol
        None for a rule that only has others in it.
    rules
        Those inside.
    is_shown
        Whether it is switched on at first.
    """

    name: str
    holds: str = ""
    symbol: Symbol | None = None
    rules: Sequence[Rule] = field(default=())
    is_shown: bool = True


def color(text: str, alpha: float = 1.0) -> str:
    """``#RRGGBB`` as QGIS writes it: red, green, blue and how opaque."""
    return ",".join(str(int(text[k : k + 2], 16)) for k in (1, 3, 5)) + f",{round(255 * alpha)}"


def equals(column: str, text: str) -> str:
    """The expression that a column holds a text."""
    quoted = column.replace('"', '""'), text.replace("\\", "\\\\").replace("'", "''")
    return "\"{}\" = '{}'".format(*quoted)


def style(geometry: str, rules: Sequence[Rule], label: str = "") -> str:
    """The style of a layer as a document; `label` is the column whose text stands at each feature."""
    root = ElementTree.Element("qgis", version=WRITTEN_BY, styleCategories="Symbology|Labeling", labelsEnabled=str(int(bool(label))))
    renderer = ElementTree.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0", forceraster="0")
    top, symbols = ElementTree.SubElement(renderer, "rules", key=_key("")), ElementTree.SubElement(renderer, "symbols")
    for number, (parent, rule, symbol) in enumerate(_placed(top, rules, "")):
        rule.set("symbol", str(number))
        _symbol(symbols, symbol, str(number))
        assert parent is not None
    if label:
        _labels(root, label)
    ElementTree.SubElement(root, "layerGeometryType").text = str(GEOMETRY[geometry])
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ElementTree.tostring(root, encoding="unicode")


def _key(path: str) -> str:
    return f"{{{uuid.uuid5(NAMES, path)}}}"


def _placed(parent: ElementTree.Element, rules: Iterable[Rule], path: str) -> Iterator[tuple[ElementTree.Element, ElementTree.Element, Symbol]]:
    """The rules below each other; those that draw something, with what they draw."""
    for place, rule in enumerate(rules):
        inside = f"{path}/{place}:{rule.name}"
        said = (
            {"key": _key(inside), "label": rule.name}
            | ({"filter": rule.holds} if rule.holds else {})
            | ({} if rule.is_shown else {"checkstate": "0"})
        )
        element = ElementTree.SubElement(parent, "rule", said)
        if rule.symbol is not None:
            yield parent, element, rule.symbol
        yield from _placed(element, rule.rules, inside)


def _symbol(parent: ElementTree.Element, symbol: Symbol, name: str) -> None:
    element = ElementTree.SubElement(parent, "symbol", type=symbol.kind, name=name, alpha=f"{symbol.alpha:g}", clip_to_extent="1", force_rhr="0")
    for place, paint in enumerate(symbol.paints):
        layer = ElementTree.SubElement(element, "layer", {"class": paint.kind, "enabled": "1", "locked": "0", "pass": "0"})
        options = ElementTree.SubElement(layer, "Option", type="Map")
        for key, value in paint.properties.items():
            ElementTree.SubElement(options, "Option", name=key, type="QString", value=value)
        for key, value in paint.properties.items():
            ElementTree.SubElement(layer, "prop", k=key, v=value)
        if paint.repeats is not None:
            _symbol(layer, paint.repeats, f"@{name}@{place}")


def _labels(root: ElementTree.Element, column: str) -> None:
    """The text of a column beside each point, dark with a white rim."""
    settings = ElementTree.SubElement(ElementTree.SubElement(root, "labeling", type="simple"), "settings", calloutType="simple")
    text = ElementTree.SubElement(
        settings, "text-style", fieldName=column, isExpression="0", fontFamily="Sans Serif", fontSize="9", fontSizeUnit="Point", fontWeight="75",
        textColor=color("#222222"), textOpacity="1",
    )  # fmt: skip
    ElementTree.SubElement(
        text, "text-buffer", bufferDraw="1", bufferSize="0.9", bufferSizeUnits="MM", bufferColor=color("#FFFFFF"), bufferOpacity="0.9",
        bufferJoinStyle="128",
    )  # fmt: skip
    ElementTree.SubElement(
        settings, "placement", placement="6", dist="1.2", distUnits="MM", predefinedPositionOrder="TR,TL,BR,BL,R,L,TSR,BSR", priority="8"
    )
    ElementTree.SubElement(settings, "rendering", drawLabels="1", obstacle="1", scaleVisibility="0", displayAll="0")
