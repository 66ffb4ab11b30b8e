"""Pages as PDF, printed by a browser that is installed: Chromium, Chrome or Edge, without a window, without the network, in a profile of its own.

No paper depends on it. Where there is no such browser, or it fails, the page is there all the same, and what to do instead is said as a sentence.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

Size = Literal["letter", "A4"]

NAMED_BY = "REZONING_CHROMIUM"
"""The variable of the environment that names the browser."""

SECONDS = 120.0
"""After which a browser hangs; a page of five megabytes takes five."""

_ON_PATH = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "chrome-headless-shell",
    "microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser",
)  # fmt: skip
_IN_APPLICATIONS = ("Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser")
_IN_PROGRAMS = (r"Google\Chrome\Application\chrome.exe", r"Chromium\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
_PROGRAMS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")

_QUIET = (
    "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-default-browser-check", "--no-pings", "--mute-audio", "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer",
)  # fmt: skip
_UNSAFE = "--no-sandbox"  # root has no sandbox, nor have many containers; the page is our own and loads nothing


def pdf_of(html: Path, pdf: Path, size: Size = "letter", seconds: float = SECONDS) -> str | None:
    """Print a page that needs nothing but itself into a PDF; None when it was done, else a sentence that says why not, and what to do instead.

    The same page printed by the same browser gives the same bytes. Links to files beside the page are not in the PDF, which is sent about alone.

    Parameters
    ----------
    html
        The page; its ``@page`` rules hold but for the size.
    pdf
        Where to write; left alone when nothing was printed.
    size
        Of the paper.
    seconds
        After which the browser is ended, with all that it has started.
    """
    browser = find_browser()
    if browser is None:
        named = os.environ.get(NAMED_BY)
        why = f"{NAMED_BY} names {named}, which is no program" if named else "no Chromium, Chrome or Edge was found"
        return f"{pdf.name} was not made: {why}. {_cure(html, named=bool(named))}"
    failed = _printed(browser, html, pdf, size, seconds)
    return None if failed is None else f"{pdf.name} was not made: {browser} {failed}. {_cure(html, named=True)}"


def _cure(html: Path, *, named: bool) -> str:
    other = f"name another browser with {NAMED_BY}" if named else f"install one of them (or name it with {NAMED_BY})"
    return f"Open {html.name} and print it to a PDF there, or {other}."


def find_browser() -> Path | None:
    """The browser that the environment names, else the first that is installed in a usual place; None without one."""
    named = os.environ.get(NAMED_BY)
    found = shutil.which(named) if named else next(_installed(), None)
    return None if found is None else Path(found)


def _installed() -> Iterator[str]:
    yield from filter(None, map(shutil.which, _ON_PATH))
    if sys.platform == "darwin":
        folders = (Path("/Applications"), Path.home() / "Applications")
        usual = [folder / f"{name}.app" / "Contents" / "MacOS" / name for name in _IN_APPLICATIONS for folder in folders]
    else:
        usual = [Path(os.environ[folder]) / inside for inside in _IN_PROGRAMS for folder in _PROGRAMS if folder in os.environ]
    yield from (str(file) for file in usual if file.is_file())


def _printed(browser: Path, html: Path, pdf: Path, size: Size, seconds: float) -> str | None:
    """Have it printed; else what the browser did, to be said after its name.

    The copy stands in the folder of the result, for browsers in a box of their own (snap, flatpak) see no folder for temporary files but theirs.
    """
    with TemporaryDirectory(prefix="print-", dir=pdf.parent.resolve(), ignore_cleanup_errors=True) as beside:
        copy, made, log = (Path(beside) / name for name in ("page.html", "page.pdf", "log.txt"))
        copy.write_text(for_paper(html.read_text(encoding="utf-8"), size), encoding="utf-8")
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        failed = _run(browser, copy, made, log, seconds, unsafe=is_root)
        if failed is not None and not is_root and "sandbox" in _said(log):
            failed = _run(browser, copy, made, log, seconds, unsafe=True)
        if failed is None:
            pdf.write_bytes(_without_dates(made.read_bytes()))
        return failed


def _run(browser: Path, page: Path, made: Path, log: Path, seconds: float, *, unsafe: bool) -> str | None:
    with TemporaryDirectory(prefix="rezoning-profile-", ignore_cleanup_errors=True) as profile, log.open("wb") as printed:
        options = [*_QUIET, f"--user-data-dir={profile}", f"--print-to-pdf={made}", *([_UNSAFE] if unsafe else [])]
        try:
            process = subprocess.Popen(
                [browser, *options, page.as_uri()], stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, start_new_session=True
            )
        except OSError as error:
            return f"cannot be started ({error.strerror or error})"
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"did not end within {seconds:g} seconds"
        finally:
            _end(process)  # also when the user interrupts
    if made.is_file() and made.read_bytes()[:5] == b"%PDF-":
        return None
    return f"ended with code {code} and printed nothing"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it, if it has not ended, with all that it has started: a browser is a dozen processes."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    process.wait()


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace").lower()


def for_paper(page: str, size: Size) -> str:
    """A page to be printed at a size: said last, so that it wins; without links to files beside it, which would name folders of this machine.

    Examples
    --------
    >>> for_paper('<body><a class="x" href="report.html">Report</a><a href="#map">Map</a></body>', "A4")
    '<body><a class="x">Report</a><a href="#map">Map</a><style>@page { size: A4 }</style></body>'
    """
    alone = re.sub(r'(<a\b[^>]*?)\s+href="(?!#|https?:|mailto:|tel:)[^"]*"', r"\1", page)
    before, end, after = alone.rpartition("</body>")
    return f"{before}<style>@page {{ size: {size} }}</style>{end}{after}" if end else f"{alone}<style>@page {{ size: {size} }}</style>"


def _without_dates(pdf: bytes) -> bytes:
    """When it was printed is taken out, at the same length, so that the places of all parts stay true."""
    return re.sub(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)", lambda found: b" " * len(found[0]), pdf)
