"""What lies under the zones of every map: streets, waters and places, simplified and drawn quietly; and the names that they give to areas."""

from rezoning.report.basemap.base import Basemap, base_of
from rezoning.report.basemap.names import area_name, street_names

__all__ = ["Basemap", "area_name", "base_of", "street_names"]
