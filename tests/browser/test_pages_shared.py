"""Report and finder of riverbend and of real districts in Chromium: quiet, complete, usable with keys and by everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import PHONE, WIDE
from conftest import LARGE, REAL, SHARED_DATA

from rezoning import run
from rezoning.commands.publishing import write_finder, write_report

ROOT = Path(__file__).resolve().parents[2]
DISTRICTS = [ROOT / "scenarios" / "riverbend-unshaped.yaml", *(SHARED_DATA / f"{name}.yaml" for name in (*REAL, LARGE))]
MOST = 5_000_000  # bytes of a report

pytestmark = [pytest.mark.slow, pytest.mark.shared]


@pytest.mark.parametrize("scenario", DISTRICTS, ids=lambda path: path.parent.name)
def test_the_pages_of_a_district(scenario, tmp_path, opened, violations):
    """In one test, so that each district is read and solved once: pages of a plan that the search found in two seconds."""
    if not scenario.is_file():
        pytest.skip(f"{scenario} is not there")
    outcome = run(scenario, tmp_path / "run", overrides=["solve.method=anneal", "solve.time_limit=2"])
    assert outcome.exit_code == 0
    report = write_report([outcome.directory], tmp_path / "report").directory / "report.html"
    finder = write_finder([outcome.directory], None, tmp_path / "finder").directory / "finder.html"
    assert report.stat().st_size < MOST
    for size, scheme in ((WIDE, "light"), (PHONE, "dark")):
        a_report_is_quiet_complete_and_open_to_everybody(report, outcome.question.district, opened, violations, size, scheme)
    a_table_sorts_by_mouse_and_by_keys(report, opened)
    for size, scheme in ((WIDE, "dark"), (PHONE, "light")):
        a_finder_answers(finder, outcome.question.district, opened, violations, size, scheme)


def drawn_colors(page, selector: str) -> int:
    """Number of colors on the canvases under a selector: a blank map has one."""
    return page.evaluate(
        """(selector) => {
          const seen = new Set();
          for (const canvas of document.querySelectorAll(selector + " canvas")) {
            const {width, height} = canvas;
            if (!width || !height) continue;
            const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
            for (let i = 0; i < pixels.length; i += 4 * 97) seen.add(pixels[i] + "," + pixels[i + 1] + "," + pixels[i + 2]);
          }
          return seen.size;
        }""",
        selector,
    )


def a_report_is_quiet_complete_and_open_to_everybody(report, district, opened, violations, size, scheme):
    with opened(report, size, scheme) as found:
        page = found.page
        page.wait_for_function("window.rezoningMap !== undefined")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.locator("#map-place").is_visible()
        assert drawn_colors(page, "#map-place") > min(4, district.num_schools)
        for section in ("who", "integration"):
            assert page.locator(f"section:has(#{section}) svg").first.is_visible()
        assert found.is_clean(), (found.said, found.asked)
        assert violations(page) == []


def a_table_sorts_by_mouse_and_by_keys(report, opened):
    with opened(report) as found:
        heads = found.page.locator("table.schools").first.locator("th[data-sort=number]:visible")
        button, place = heads.first.locator("button"), int(heads.first.get_attribute("data-column"))
        column = found.page.locator("table.schools").first.locator("tbody tr").locator(f"td:nth-of-type({place})")

        def values() -> list[float]:
            shown = [cell.get_attribute("data-v") for cell in column.all()]
            return [float(value) for value in shown if value]

        assert len(values()) > 1
        button.click()
        first = values()
        button.focus()
        found.page.keyboard.press("Enter")
        second = values()
        assert heads.first.get_attribute("aria-sort") in ("ascending", "descending")
        assert {tuple(first), tuple(second)} == {tuple(sorted(first)), tuple(sorted(first, reverse=True))}
        assert found.is_clean(), (found.said, found.asked)


def a_finder_answers(finder, district, opened, violations, size, scheme):
    unit = district.unit_ids[int(district.students.argmax())]
    with opened(finder, size, scheme) as found:
        page = found.page
        page.locator("#query").fill(unit)
        page.keyboard.press("Enter")
        page.wait_for_function("document.getElementById('answer').textContent.length > 20")
        today = int(district.stayable[district.unit_index[unit]])
        assert district.school_names[today] in page.locator("#answer").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert found.is_clean(), (found.said, found.asked)
        assert violations(page) == []
