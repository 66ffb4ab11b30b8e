"""What lies under the zones of every map: streets, waters and places, simplified and drawn quietly; and the names that they give to areas."""

from rezoning.report.maps.basemap.areas import areas
from rezoning.report.maps.basemap.base import Basemap, base_of, base_under
from rezoning.report.maps.basemap.names import area_name, street_names
from rezoning.report.maps.basemap.notes import map_notes, notes_by_language, notes_of

__all__ = ["Basemap", "area_name", "areas", "base_of", "base_under", "map_notes", "notes_by_language", "notes_of", "street_names"]
