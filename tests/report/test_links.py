"""Report and finder of the same plans lead to each other, and to nothing that is not there; the map stands in frames of other sites."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from page_reader import read_page
from squares import write_polygons

from rezoning import run
from rezoning.commands.publishing import write_finder, write_report
from rezoning.errors import ScenarioError
from rezoning.report.language import Language
from rezoning.report.maps.embed import embed_code


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans")
    scenario = write_polygons(folder)
    first = run(scenario, folder / "best")
    second = run(scenario, folder / "still", overrides=["rules.reassigned.max_share=0", "rules.capacity=null"])
    assert (first.exit_code, second.exit_code) == (0, 0)
    return first.directory, second.directory


def links(page: Path) -> list[str]:
    return [link.attributes["href"] for box in read_page(page.read_text(encoding="utf-8")).all(class_="other-page") for link in box.all("a")]


@pytest.mark.parametrize("names", [("rb-report", "rb-finder"), ("one & only", "zwei")], ids=["usual", "chosen"])
def test_whichever_is_written_last_both_lead_to_each_other(plans, tmp_path, names):
    here, there = (tmp_path / name for name in names)
    write_report(plans, here)
    assert links(here / "report.html") == []
    told = write_finder(plans, out=there).notes
    assert any("report.html links to this finder from now on" in note for note in told)
    found = links(here / "report.html")
    assert [(here / href.replace("%20", " ").replace("%26", "&")).resolve() for href in found] == [there / "finder.html"]
    assert len(links(there / "finder.html")) == 1
    led = (here / "report.html").read_bytes()
    again = write_report(plans, here)
    assert (here / "report.html").read_bytes() == led, "as if it had been written last"
    assert not any("from now on" in note for note in again.notes)


def test_pages_of_other_plans_are_left_alone(plans, tmp_path):
    write_report(plans, tmp_path / "x-report")
    write_finder(plans[:1], out=tmp_path / "x-finder")
    assert links(tmp_path / "x-report" / "report.html") == links(tmp_path / "x-finder" / "finder.html") == []


def test_published_addresses_stand_before_what_is_beside(plans, tmp_path):
    said = ["report.links.report=https://example.org/zones/report.html", "report.links.finder=https://example.org/find?a=1&b=2"]
    write_finder(plans, out=tmp_path / "f", overrides=said)
    write_report(plans, tmp_path / "r", said)
    assert links(tmp_path / "r" / "report.html") == ["https://example.org/find?a=1&b=2"]
    assert links(tmp_path / "f" / "finder.html") == ["https://example.org/zones/report.html"]
    assert 'href="https://example.org/zones/report.html"' in (tmp_path / "r" / "map.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "../finder/finder.html", "https://a b", 'https://x/"'])
def test_an_address_is_whole(plans, tmp_path, address):
    with pytest.raises(ScenarioError, match="not the whole address"):
        write_report(plans[:1], tmp_path / "r", [f"report.links.finder={json.dumps(address)}"])


def test_the_code_for_other_sites_is_safe_and_knows_the_address(plans, tmp_path):
    said = ["report.links.report=https://example.org/zones/", 'report.title=<b>"Ours" & theirs</b>']
    published = write_report(plans[:1], tmp_path / "r", said)
    code = embed_code(published.book, Language())
    frame = read_page(code).one("iframe")
    assert frame.attributes["src"] == "https://example.org/zones/map.html"
    assert frame.attributes["title"] == '<b>"Ours" & theirs</b>'
    page = read_page((tmp_path / "r" / "report.html").read_text(encoding="utf-8"))
    assert page.one("textarea", id="embed-code").text == code


def test_a_district_without_polygons_has_no_map_to_embed(tiny, tmp_path):
    done = run(tiny(), tmp_path / "tiny-run")
    published = write_report([done.directory], tmp_path / "r")
    assert published.files == ("report.html", "statement.csv", "statement.json")
    assert "embed-code" not in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_the_map_stands_in_a_frame_from_disk_and_from_a_server(plans, tmp_path, opened, browser, violations):
    write_report(plans, tmp_path / "site")
    frame = '<iframe src="site/map.html#option=B&amp;school=A" title="Map" width="100%" height="640"></iframe>'
    head = '<title>Host</title><link rel="icon" href="data:,">'
    (tmp_path / "host.html").write_text(f'<!doctype html><html lang="en">{head}{frame}</html>', encoding="utf-8")
    shown = "() => ({view: rezoningMap.atlas.views[rezoningMap.view].key, school: rezoningMap.school, hash: location.hash})"
    with opened(tmp_path / "host.html") as found:
        inside = found.page.frames[1]
        inside.wait_for_function("() => window.rezoningMap")
        assert inside.evaluate(shown) == {"view": "B", "school": 0, "hash": "#option=B&school=A"}
        inside.locator("input[type=radio][value=today]").check()
        inside.wait_for_function("() => location.hash.includes('option=today')")
        assert not found.said
        assert inside.evaluate("() => document.documentElement.scrollHeight <= innerHeight"), "it fills its frame, and does not scroll"
    with opened(tmp_path / "site" / "map.html") as found:
        found.page.wait_for_function("() => window.rezoningMap")
        assert not violations(found.page)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    try:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"http://127.0.0.1:{server.server_port}/host.html")
        page.frames[1].wait_for_function("() => window.rezoningMap")
        page.goto(f"http://127.0.0.1:{server.server_port}/site/report.html")
        code = page.locator("#embed-code").input_value()
        assert f'src="http://127.0.0.1:{server.server_port}/site/map.html"' in code
        page.locator("#embed summary").click()
        page.locator("#embed-copy").click()
        page.wait_for_function("() => document.getElementById('embed-said').textContent")
        assert said == []
    finally:
        context.close()
        server.shutdown()
        server.server_close()
