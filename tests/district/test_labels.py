"""Which school a label means."""

import pytest

from rezoning.district.labels import Labels
from rezoning.district.school_names import bare_name

NAMES = ("St. Mary's Elementary School", "Núñez Elementary", "High Point Elementary", "Lincoln Elementary School", "Lincoln High School", "Oak")
LABELS = Labels(("100", "200", "300", "400", "500", "600", "700"), NAMES)


@pytest.mark.parametrize(
    ("label", "school"),
    [
        ("100", 0), ("0100", 0), ("100.0", 0), ("ST. MARY'S ELEMENTARY SCHOOL", 0), ("Saint Mary\u2019s ES", 0), ("saint marys", 0),
        ("Nunez", 1), ("NUNEZ ELEM", 1), ("Núñez School", 1), ("Nunez Middle School", -1), ("High Point", 2), ("Point", -1), ("high", -1),
        ("Lincoln ES", 3), ("Lincoln HS", 4), ("Lincoln", -1), ("Lincoln Middle", -1), ("Oak Elementary", 5), ("Oak High", 5),
        ("Lincoln ES Attendance Area", 3), ("Nunez Zone", 1), ("Nunez Area", -1), ("Elementary School", -1), ("700", 6), ("", -1), ("&", -1),
    ],
)  # fmt: skip
def test_a_label_means_one_school_or_none(label, school):
    assert LABELS.find(label) == school


def test_names_that_are_not_quite_the_schools_own_are_told():
    assert LABELS.alike(["100", "oak", "Oak ES", "Oak ES", "nothing", "Nunez"]) == ["'Oak ES' as 'Oak'", "'Nunez' as 'Núñez Elementary'"]
    assert LABELS.mended(["0100", "0100", "100", "Oak"]) == ["'0100' as '100'"]
    assert LABELS.nearest("St. Marys Elementary Schol") == NAMES[0]
    assert LABELS.nearest("Okk Elementary School") == "Oak"  # as it stands it is nearer to Lincoln Elementary School
    assert LABELS.nearest("zzz") is None
    assert LABELS.nearest("Oks Elementary") == "Oak"  # not the school whose name has the same last word


def test_what_is_left_of_a_name():
    assert (bare_name("The Mt. Vernon Jr. High School").core, bare_name("Mount Vernon JHS").core) == ("mount vernon", "mount vernon")
    assert bare_name("Éçole").core == "ecole"
    assert bare_name("学校").core == "学校"
