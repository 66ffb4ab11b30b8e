// The page of a diagnosis: today's zones first on the map, and units along a border outlined on it.
(() => {
  "use strict";
  const map = window.rezoningMap, said = document.getElementById("map-said");
  if (!map) return;
  const words = JSON.parse(document.getElementById("diagnosis-words").textContent);
  map.show("today");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const button of document.querySelectorAll("button[data-units]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      map.show("today");
      map.mark(button.dataset.units.split(" ").map(Number));
      said.textContent = words.shown.replace("{what}", button.dataset.what);
      document.getElementById("map").scrollIntoView({ behavior: calm ? "auto" : "smooth" });
    });
  }
})();
