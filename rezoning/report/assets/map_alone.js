// The map in a frame: what the address names is shown, and what is shown stands in the address, so that a site can point to an option or a school.
(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const atlas = read("map-atlas");
  const map = window.rezoningMap = window.RezoningMap.create(document.getElementById("map-place"), atlas, read("map-strings"));

  function follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (asked.has("view")) map.show(asked.get("view"));
    if (asked.has("how")) map.compare(asked.get("how"));
    const school = atlas.schools.findIndex((one) => one.id === asked.get("school"));
    if (asked.has("area")) map.select(asked.get("area"));
    else if (school >= 0) map.focusSchool(school);
  }
  function keep() {
    const shown = new URLSearchParams({ view: atlas.views[map.view].key });
    if (map.how !== "whole") shown.set("how", map.how);
    if (map.unit >= 0) shown.set("area", atlas.units[map.unit]);
    else if (map.school >= 0) shown.set("school", atlas.schools[map.school].id);
    if (location.hash.slice(1) !== shown.toString()) history.replaceState(null, "", `#${shown}`);
  }
  follow();
  window.addEventListener("hashchange", follow);
  for (const event of ["change", "click", "keyup"]) map.root.addEventListener(event, () => setTimeout(keep, 0));
})();
