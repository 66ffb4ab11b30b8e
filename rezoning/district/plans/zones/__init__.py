"""A plan as a layer of zones: polygons that are laid over the units, each of which has the school whose zone holds most of it."""
