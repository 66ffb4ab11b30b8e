"""Pages put together: no id twice, every reference finds its own part, and every script runs in it."""

from __future__ import annotations

import re
from collections import Counter

from rezoning.report.html import script
from rezoning.report.levels.joining import join, scripts_of

PAGE = """<!doctype html><html><head><style>main > p { margin: 0 } #note { color: #add; } .a { color: #note2; }</style></head>
<body>
<a class="skip" href="#main">Skip</a>
<main id="main"><h1>Title</h1><h2 id="note">Note</h2><a href="#note">there</a><a href="map.html">map</a><a href="https://example.org/#note">out</a>
<label for="field">Field</label><input id="field" name="pick" type="radio" aria-describedby="note said">
<p id="said"></p><svg><path id="hatch-1"/><use href="#hatch-1" fill="url(#hatch-1)"/></svg>
<noscript><style>.only { display: block }</style></noscript>
<script type="application/json" id="words">{"text": "<p id=x> is no tag here"}</script>
<script>document.getElementById("said").textContent = "here";</script></main>
</body></html>"""


def joined():
    return join({"all": PAGE, "one": PAGE, "two": PAGE}, {"one": "first", "two": "second"})


def test_no_id_stands_twice_and_references_stay_in_their_part():
    found = joined()
    body = "".join(found.bodies.values())
    ids = re.findall(r'\sid="([^"]+)"', body)
    assert max(Counter(ids).values()) == 1
    for name in ("for", "aria-describedby"):
        for text in re.findall(rf'\s{name}="([^"]+)"', body):
            assert set(text.split()) <= set(ids)
    assert set(re.findall(r'href="#([^"]+)"', body)) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", body)) <= set(ids)
    assert len(set(re.findall(r'\sname="([^"]+)"', body))) == 3


def test_links_lead_to_the_folder_of_the_part_and_outside_stays_outside():
    found = joined()
    assert 'href="map.html"' in found.bodies["all"]
    assert 'href="first/map.html"' in found.bodies["one"]
    assert 'href="second/map.html"' in found.bodies["two"]
    assert all('href="https://example.org/#note"' in body for body in found.bodies.values())


def test_what_is_shared_stands_once():
    found = joined()
    assert found.styles.count("margin: 0") == 1
    assert len(found.scripts) == 1
    assert all(uses == (0,) for uses in found.uses.values())
    assert found.bodies["all"].count('class="skip"') == 1
    assert 'class="skip"' not in found.bodies["one"]
    assert "<script>" not in "".join(found.bodies.values())
    assert scripts_of(found).startswith("[[function (document, window)")


def test_rules_of_ids_hold_in_every_part_and_colors_stay_colors():
    css = str(joined().styles)
    assert ':is(#note, [id$="-note"]) { color: #add; }' in css
    assert "#note2" in css
    assert ":is(main, [data-main]) > p" in css
    assert "display: block" not in css  # that of readers without scripts stays where it is
    assert all("<noscript><style>" in body for body in joined().bodies.values())


def test_a_part_is_one_step_lower_in_the_outline_and_no_main_of_its_own():
    found = joined()
    assert '<h2 aria-level="3" id="one-note">' in found.bodies["one"]
    assert "<main" not in "".join(found.bodies.values())
    assert "</main" not in "".join(found.bodies.values())


def test_data_of_scripts_is_not_touched():
    assert '{"text": "<p id=x> is no tag here"}' in joined().bodies["one"]
    assert 'id="one-words"' in joined().bodies["one"]


def test_libraries_run_once_for_all():
    library = f"<script>{script('map.js')}</script>"
    found = join({"all": PAGE, "one": PAGE.replace("</main>", f"{library}</main>"), "two": PAGE.replace("</main>", f"{library}</main>")}, {})
    assert len(found.libraries) == 1
    assert len(found.scripts) == 1
