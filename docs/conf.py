"""How Sphinx builds these pages. What is made from the program while they are built stands in ``filled.py``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]

import filled  # noqa: E402
from docutils.nodes import SkipNode  # noqa: E402
from docutils.utils.math.latex2mathml import tex2mathml  # noqa: E402

import rezoning  # noqa: E402

project = "rezoning"
author = "The rezoning developers"
version = release = rezoning.__version__
html_title = f"rezoning {release}"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["build", "README.md", "**/.ipynb_checkpoints"]
nitpicky = True
# Types of other packages have their pages elsewhere, keys of a scenario one of their own; what pages of the program read has none.
nitpick_ignore_regex = [
    ("py:.*", r"(?!rezoning\.).*"),
    ("py:.*", r"rezoning\.(scenario|public|commands\.modeling)\..*"),
]
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
napoleon_use_rtype = False
napoleon_attr_annotations = False
autodoc_class_signature = "separated"  # records with thirty fields say them below, one a line
python_use_unqualified_type_names = True

myst_enable_extensions = ["dollarmath", "deflist", "colon_fence", "attrs_inline"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]
html_math_renderer = "mathml"

# -- notebooks: run while the pages are built, each from the folder of the project so that commands read as they do everywhere --
nb_execution_mode = "cache"
nb_execution_cache_path = str(DOCS / "build" / "notebooks")
nb_execution_timeout = 600  # a busy machine is slow; how long each takes a test says
nb_execution_raise_on_error = True
nb_execution_in_temp = False
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # theirs come from other hosts

smartquotes_action = "q"  # two hyphens begin an option

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # summaries are fetched, which a page that was opened from a disk may not do
html_permalinks_icon = "#"
html_theme_options = {
    "navigation_with_keys": True,
    "light_css_variables": {"color-brand-primary": "#1f4e79", "color-brand-content": "#1f5f99", "font-stack": "system-ui, sans-serif"},
    "dark_css_variables": {"color-brand-primary": "#9cc7f0", "color-brand-content": "#9cc7f0"},
}


def inline_math(writer: Any, node: Any) -> None:
    """A formula in a line, as the browser's own MathML: no script, no font, no other host."""
    writer.body.append(tex2mathml(node.astext(), as_block=False))
    raise SkipNode


def display_math(writer: Any, node: Any) -> None:
    """A formula of its own."""
    writer.body.append(f'<div class="math">{tex2mathml(node.astext(), as_block=True)}</div>\n')
    raise SkipNode


def fill(_app: Any, _name: str, text: list[str]) -> None:
    """A page with what is made from the program."""
    text[0] = filled.filled(text[0])


def bars(_app: Any, _kind: str, _name: str, _one: Any, _options: Any, lines: list[str]) -> None:
    """Docstrings write amounts as |x|, which is markup to Sphinx."""
    lines[:] = [line.replace("|", "∣") for line in lines]


def setup(app: Any) -> dict[str, bool]:
    """Formulas, and what is made from the program."""
    app.add_html_math_renderer("mathml", (inline_math, None), (display_math, None))
    app.connect("autodoc-process-docstring", bars)
    app.connect("source-read", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
