"""Tables and layers of every format, with the row numbers a user sees; nothing here knows what a unit or a school is."""
