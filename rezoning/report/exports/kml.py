"""KML for Google Earth and enrollment programs: zones in colors and schools as pins; text is escaped by the writer of XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from rezoning.report.estimated import book_labels
from rezoning.report.exports.coverage import in_degrees
from rezoning.report.exports.layers import Job, Layer, Written, explained, schools_layer, zones_layer
from rezoning.report.exports.text import clean
from rezoning.report.maps.colors import OPACITY, school_colors

NAMESPACE = "http://www.opengis.net/kml/2.2"
GREY = "#DDDDDD"


def write_kml(job: Job) -> list[Written]:
    """A document for each option with the folders zones and schools."""
    schools, labels = schools_layer(job), book_labels(job.book)
    colors = dict(zip((school.id for school in job.book.schools), school_colors(job.book), strict=True))
    found = []
    for letter in job.letters:
        view = job.book.views[letter]
        zones = zones_layer(job, [view])
        root = Element("kml", xmlns=NAMESPACE)
        document = SubElement(root, "Document")
        _said(document, "name", f"{letter}: {job.option_name(letter)}")
        if labels.short:
            _said(document, "description", " ".join(labels.sentences))
        for text in zones.columns["school_id"].values:
            _style(document, f"zone-{job.ids.index(text)}", colors.get(text, GREY))
        _folder(document, zones, [f"zone-{job.ids.index(text)}" for text in zones.columns["school_id"].values])
        _folder(document, schools)
        indent(root)
        path = job.place / f"zones_{letter}.kml"
        ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True)
        columns = explained(zones) | explained(schools)
        found.append(Written(path, f"Zones of option {letter} ({job.option_name(letter)}) and all schools.", columns))
    return found


def _style(document: Element, name: str, color: str) -> None:
    style = SubElement(document, "Style", id=name)
    _said(SubElement(style, "LineStyle"), "width", "2")
    red, green, blue = color[1:3], color[3:5], color[5:7]
    _said(SubElement(style, "PolyStyle"), "color", f"{round(255 * OPACITY):02x}{blue}{green}{red}".lower())


def _folder(document: Element, layer: Layer, styles: list[str] | None = None) -> None:
    folder = SubElement(document, "Folder")
    _said(folder, "name", layer.name)
    shapes = in_degrees(layer.shapes, layer.crs)
    for k, (shape, record) in enumerate(zip(shapes, layer.records(), strict=True)):
        place = SubElement(folder, "Placemark")
        _said(place, "name", record["name"])
        if styles is not None:
            _said(place, "styleUrl", f"#{styles[k]}")
        data = SubElement(place, "ExtendedData")
        for name, value in record.items():
            if name != "name":
                _said(SubElement(data, "Data", name=name), "value", _text(value))
        place.append(_geometry(shape))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _geometry(shape: Any) -> Element:
    import shapely

    if shape.geom_type == "Point":
        point = Element("Point")
        _said(point, "coordinates", f"{shape.x:.12g},{shape.y:.12g}")
        return point
    parts = [_polygon(part) for part in shapely.get_parts(shape)]
    if len(parts) == 1:
        return parts[0]
    several = Element("MultiGeometry")
    several.extend(parts)
    return several


def _polygon(shape: Any) -> Element:
    polygon = Element("Polygon")
    for side, ring in _rings(shape):
        border = SubElement(SubElement(polygon, side), "LinearRing")
        _said(border, "coordinates", " ".join(f"{x:.12g},{y:.12g}" for x, y in ring.coords))
    return polygon


def _rings(shape: Any) -> Iterator[tuple[str, Any]]:
    yield "outerBoundaryIs", shape.exterior
    for ring in shape.interiors:
        yield "innerBoundaryIs", ring


def _said(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = clean(text)
