"""Lists of students with an address and without a place: they have to be geocoded first, and that is no small matter."""

from __future__ import annotations

from rezoning.district.detect import LATITUDE, LONGITUDE, by_name, words_of
from rezoning.district.files.table import Table
from rezoning.errors import Problem

STREETS = frozenset({"address", "addr", "street", "street1", "address1", "addr1", "mailing", "residence", "mstreet", "lstreet"})
POSTAL = frozenset({"zip", "zip5", "zipcode", "zip4", "postal", "postcode"})
TOWNS = POSTAL | {"city", "town", "state"}
STUDENTS = frozenset({"student", "students", "pupil", "pupils", "sid", "grade"})

CURE = (
    "Geocode it first: the district's GIS office, or the Census Geocoder's batch service (10,000 addresses at a time). Send students' addresses "
    "to no service without the district's permission. Give one row per student with columns lon and lat in degrees (or a layer of points), the "
    "grade and a column for each group; names, ids and addresses are not needed."
)


def is_address_list(table: Table) -> bool:
    """Whether a table says where its rows, or students, are by a street with town or a postal code, and by nothing that can be laid on a map."""
    columns = table.columns
    if table.geometry is not None or (by_name(columns, LATITUDE) and by_name(columns, LONGITUDE)):
        return False
    words = {word for name in columns for word in words_of(name)}
    return bool(words & STREETS and words & TOWNS) or bool(words & POSTAL and words & STUDENTS)


def refusal(place: str, name: str) -> Problem:
    """What to say of such a list."""
    return Problem(place, f"{name} holds addresses or postal codes and no coordinates, so nobody knows which unit a row belongs to.", CURE)
