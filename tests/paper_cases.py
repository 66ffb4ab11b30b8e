"""A small district with everything that pages made for paper show: grades, years, years of the transition, a school that closes, odd names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import drawn
import numpy as np

from rezoning.district.plan import Plan
from rezoning.public.book import Book
from rezoning.public.build import make_book
from rezoning.report.language import Language
from rezoning.report.papers import Edition
from rezoning.runs.option_judged import option_of_plan
from rezoning.scenario.reporting import Report

TODAY = "Aaabb/aaBbb/aaccb/ccCcz"
PLANS = ("Aaaab/aaBbb/aaccb/ccCcb", "Aaabb/aaBbb/aaacb/ccCcc")
NAMES = ("Église <b>Park</b>", 'Lincoln "North"', "東小学校")
SIDE = 400.0  # meters


CONTACT = {"en": "Ms. Ames, 555-0100", "es": "Sra. Ames, 555-0100"}


def edition(code: str = "en") -> Edition:
    return Edition(book(), {}, Language(code))


@cache
def book() -> Book:
    """The same for all tests: what is told is the work of a second or more."""
    rules = {"capacity": {"max": 2.0}, "phase_in": [{"year": "2027", "stay": {"5": 1.0, "4": 0.5}}]}
    question = drawn.scenario(rules, goals=[{"minimize": "cut_edges"}])
    said = {"title": "Two plans & more", "year": "2027-28", "min_cell": 10, "contact": CONTACT}
    question = question.model_copy(update={"report": Report.model_validate(said)})
    place = district()
    schools = [np.array(["ABC".index(c.upper()) for c in plan.replace("/", "")]) for plan in PLANS]
    return make_book([option_of_plan("AB"[k], f"plan {k}", Path(f"{k}.csv"), question, place, Plan(school)) for k, school in enumerate(schools)])


def district():
    import geopandas as gpd
    import shapely

    number = len(TODAY.replace("/", ""))
    rng = np.random.default_rng(4)
    grades = {grade: rng.integers(4, 12, number).astype(float) for grade in ("K", "4", "5")}
    students = np.sum(list(grades.values()), axis=0)
    corners = [(SIDE * (u % 5), -SIDE * (u // 5)) for u in range(number)]
    shapes = [shapely.box(5e5 + x, 4e6 + y - SIDE, 5e5 + x + SIDE, 4e6 + y) for x, y in corners]
    trips = np.array([[abs(u % 5 - x) + abs(u // 5 - y) for x, y in ((0, 0), (2, 1), (2, 3))] for u in range(number)], dtype=float) * 2 + 1
    return drawn.picture(
        TODAY, students, grades=grades, groups={"low": np.floor(students / 3)}, years={"2028": students + 3}, growth={"high": students + 6},
        capacity=np.array([190.0, 150.0, 160.0]), school_names=NAMES, geometry=gpd.GeoSeries(shapes, crs="EPSG:32618"), travel=trips,
    )  # fmt: skip
