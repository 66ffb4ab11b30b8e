"""Plans in the formats of other programs; each can be read back by a second reader and is the same plan then."""

from rezoning.report.exports.formats import FORMATS, Format, export

__all__ = ["FORMATS", "Format", "export"]
