"""The base of a map in a browser: quiet on the console, names apart from each other and from the schools' numbers, areas found by street."""

from __future__ import annotations

from pathlib import Path

import pytest
from basemap_cases import write_district

from rezoning.commands.publishing import write_finder, write_report

SET = "report.basemap.streets=streets.geojson"
BOXES = """() => {
  const names = window.rezoningMap.names;
  return { shown: names.shown, written: names.obstacles() };
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    place = write_district(folder)
    write_report(place, folder / "report", [SET])
    write_finder(place, None, folder / "finder", [SET])
    return folder


def apart(one: list[float], other: list[float]) -> bool:
    return one[0] >= other[2] or one[2] <= other[0] or one[1] >= other[3] or one[3] <= other[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_stand_apart(opened, folder: Path, scheme: str) -> None:  # type: ignore[no-untyped-def]
    with opened(folder / "report" / "report.html", scheme=scheme) as found:
        for zoom in (0, 0.7, 1.2):
            found.page.evaluate("zoom => window.rezoningMap.map.setZoom(window.rezoningMap.map.getZoom() + zoom, {animate: false})", zoom)
            drawn = found.page.evaluate(BOXES)
            names = [one["name"] for one in drawn["shown"]]
            assert "Main Street" in names
            for k, one in enumerate(drawn["shown"]):
                for box in one["boxes"]:
                    assert all(apart(box, taken) for taken in drawn["written"])
                    assert all(apart(box, other) for later in drawn["shown"][k + 1 :] for other in later["boxes"])
        found.page.evaluate("() => window.rezoningMap.select(1)")
        assert "Around Main Street and Oak Street" in found.page.locator(".rz-map").inner_text()
        assert found.is_clean()


def test_the_finder_finds_areas_by_street(opened, folder: Path) -> None:  # type: ignore[no-untyped-def]
    with opened(folder / "finder" / "finder.html") as found:
        found.page.fill("#query", "5th ave")
        offers = found.page.locator("#offers [role=option] bdi").all_inner_texts()
        assert len(offers) == len(set(offers)) == 2
        assert all(offer.startswith("Around Main Street and 5th Avenue") for offer in offers)
        found.page.keyboard.press("ArrowDown")
        found.page.keyboard.press("Enter")
        assert "5th Avenue" in found.page.locator(".finder-home").inner_text()
        assert found.is_clean()
