"""Maps of a part of the district as pictures that need no script, for pages made for paper: zones, what changes, streets and names."""

from rezoning.report.maps.localmaps.draw import Change, Picture, Sheet, local_map
from rezoning.report.maps.localmaps.ground import Frame, Ground, frame_of, ground_of

__all__ = ["Change", "Frame", "Ground", "Picture", "Sheet", "frame_of", "ground_of", "local_map"]
