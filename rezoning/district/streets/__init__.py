"""Trips along streets: from a file of streets to minutes from every unit to every school, in free flow, without a server.

The way of the data: a file of any kind becomes `ways` (lines with class, posted speed and one-way); `network` cuts them where they meet and keeps
what hangs together; `trips` finds the street next to each unit and school, and the shortest ways; `shelf` keeps the table beside the scenario.
"""
