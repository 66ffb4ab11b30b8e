"""Values in pages can do no harm, and pages ask for nothing."""

from __future__ import annotations

import json

import pytest

from rezoning.report.html import data, render, script, style
from rezoning.report.language import Language

NASTY = ["</script><script>alert(1)</script>", "<!-- ", "]]>", "&amp;", "\u2028", 'a"b', "\N{RIGHT-TO-LEFT OVERRIDE}مدرسة", "é" * 4000]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_data_cannot_end_its_script(text):
    written = str(data({"name": text}))
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"name": text}


def test_data_is_never_nan():
    with pytest.raises(ValueError, match="Out of range float"):
        data([float("nan")])


def test_leaflet_is_inlined_without_its_pictures_and_maps():
    assert "url(" not in style("leaflet/leaflet.css")
    assert "sourceMappingURL" not in script("leaflet/leaflet.js")


def test_the_base_page_forbids_the_network_and_speaks_its_language():
    page = render("base.html.j2", Language("es"), title="x")
    assert "default-src 'none'" in page
    assert '<html lang="es">' in page
