"""The atlas: shapes, zones and trips of a district, small enough to travel inside a page, for `assets/map.js` to draw."""

from rezoning.report.maps.atlas.build import atlas

__all__ = ["atlas"]
