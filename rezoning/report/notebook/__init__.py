"""What a notebook shows of every object that users hold: one screen of HTML, tables, layers and pictures; asked for through `scenario.display`."""
