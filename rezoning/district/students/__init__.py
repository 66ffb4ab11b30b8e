"""Students' points, counted into units and forgotten: no point, no id and no address leaves this room, not even in a message."""
