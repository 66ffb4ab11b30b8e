"""Plans in the formats of other programs; each can be read back by a second reader and is the same plan then."""
