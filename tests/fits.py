"""Whether a page fits its window: nothing is wider than its place, and what scrolls shows it, says what it is, and can be reached by keys."""

from __future__ import annotations

from typing import Any

WIDTHS = (320, 360, 375, 414, 480, 600, 768, 900, 1024, 1200, 1440, 1600)

# Names may end in an ellipsis, maps are moved, and what is for the ear alone has no size.
_WRONG = """() => {
  const apart = "svg, .leaflet-container, [hidden], .hidden-text, .rz-live, .skip, noscript, option";
  const cut = ".name, .chart-label, .chart-name, .chart-flow-names, .finder-place, bdi, h1, .label, .chart-legend *, input, textarea, select";
  const named = (one) => `${one.tagName.toLowerCase()}.${one.className} ${one.clientWidth}<${one.scrollWidth} ${one.textContent.trim().slice(0, 40)}`;
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const one of document.querySelectorAll("body *")) {
    const style = getComputedStyle(one);
    if (one.closest(apart) || style.display === "inline" || style.clipPath !== "none") continue;
    if (!one.clientWidth || one.scrollWidth <= one.clientWidth + 1) continue;
    if (["auto", "scroll"].includes(style.overflowX)) {
      const isReached = one.tabIndex >= 0 || one.querySelector("button, a[href], input") !== null;
      const isNamed = one.hasAttribute("aria-label") || one.hasAttribute("aria-labelledby");
      if (!isReached || !isNamed || !one.classList.contains("more-right")) found.push(`scrolls unseen: ${named(one)}`);
    } else if (!one.matches(cut) && !one.closest(".scrolls-across")) found.push(named(one));
  }
  return found;
}"""

# Smaller than 24 by 24 pixels, but for links in sentences, which are as high as their lines, and what a label around it enlarges.
_SMALL = """() => [...document.querySelectorAll("button, select, input:not([type=range]), summary, label.button, .bar a, .menu a")]
  .filter((one) => one.checkVisibility() && !one.closest("label:not(.button), .hidden-text") && !one.matches(".hidden-text, textarea"))
  .map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.height && (box.width < 24 || box.height < 24))
  .map(([one, box]) => `${one.tagName} ${one.className} ${Math.round(box.width)}x${Math.round(box.height)} ${one.textContent.trim().slice(0, 30)}`)"""


def wrong_at(page: Any, width: int) -> list[str]:
    """What of a page does not fit a window of a width, everything unfolded."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; return new Promise(requestAnimationFrame); }")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")  # who watches sizes has seen them
    return [f"{width}: {text}" for text in page.evaluate(_WRONG)]


def small_targets(page: Any) -> list[str]:
    """Controls that a finger misses."""
    found: list[str] = page.evaluate(_SMALL)
    return found
