"""Pages in a real browser: Chromium of the machine, never one that playwright would download."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-quic",
)  # fmt: skip
WIDE, PHONE = (1200, 900), (375, 812)


@dataclass
class Opened:
    """A page, and what it said and asked for while it was open."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def is_clean(self) -> bool:
        """Whether nothing went wrong, and nothing but the file itself was asked for."""
        return not self.said and all(url.startswith(("file:", "data:", "blob:")) for url in self.asked) and len(self.files()) == 1

    def files(self) -> set[str]:
        """Files that were read; what follows a # names a place in one."""
        return {url.partition("#")[0] for url in self.asked if url.startswith("file:")}


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    where = shutil.which("chromium") or shutil.which("chromium-browser")
    if where is None:
        pytest.skip("there is no chromium on this machine (Debian's package chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=where, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def opened(browser: Any) -> Callable[..., Any]:
    """Open a file as somebody would from disk: ``with opened(path, PHONE, "dark") as found``."""

    @contextmanager
    def open_it(path: Path, size: tuple[int, int] = WIDE, scheme: str = "light", place: str = "") -> Iterator[Opened]:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, has_touch=size == PHONE)
        page = context.new_page()
        found = Opened(page)
        page.on("console", lambda message: found.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: found.said.append(f"error: {error}"))
        page.on("request", lambda request: found.asked.append(request.url))
        try:
            page.goto(path.resolve().as_uri() + place)
            yield found
        finally:
            context.close()

    return open_it


@pytest.fixture(scope="session")
def violations(axe: str) -> Callable[[Any], list[str]]:
    """What axe-core finds on a page that is serious or worse, a line each."""

    def found(page: Any) -> list[str]:
        page.evaluate(axe)
        result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in result["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    return found
