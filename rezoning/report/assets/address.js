// What is looked at stands in the page's address, so that a link leads there and the back button goes back:
// #map?option=B&view=changes&school=lincoln&area=123, as the map's state() names them. A school may be given by its name, and an area as
// #unit=123, as the finder writes it. Without a map, option picks the table of schools and the statement.
(() => {
  "use strict";
  const KEYS = ["option", "view", "school", "area"];
  const all = (query) => [...document.querySelectorAll(query)];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const picks = () => all("fieldset[data-picks=schools] input");
  const map = window.rezoningMap;

  // -- what is looked at now, of which the address tells what is not as the page opens
  const looked = () => (map ? map.state() : { option: picks().find((input) => input.checked)?.value ?? null });
  const opened = looked();
  let last = JSON.stringify(opened), isGoing = false;

  function written(state) {
    const parts = KEYS.filter((key) => (state[key] ?? null) !== null && state[key] !== opened[key]).map((key) => `${key}=${encodeURIComponent(state[key])}`);
    return `#${map ? "map" : "schools"}${parts.length ? `?${parts.join("&")}` : ""}`;
  }
  function read(hash) {
    const query = hash.includes("?") ? hash.slice(hash.indexOf("?") + 1) : hash.includes("=") ? hash.slice(1) : null;
    if (query === null) return null;
    const asked = new URLSearchParams(query.replaceAll("+", "%2B"));
    return { option: asked.get("option"), view: asked.get("view"), school: asked.get("school"), area: asked.get("area") ?? asked.get("unit") };
  }

  // -- going there
  function idOf(name) {
    const found = map.atlas.schools.find((school) => school.id === name) ?? map.atlas.schools.find((school) => [school.name, school.id].some((text) => plain(text) === plain(name)));
    return found ? found.id : null;
  }
  function pick(option) {
    for (const input of picks()) {
      if (input.value !== option || input.checked) continue;
      input.checked = true;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  function go(state) {
    isGoing = true; // what changes on the way is no step of a reader's
    if (map) map.restore({ option: state.option ?? opened.option, view: state.view ?? opened.view, school: state.school && idOf(state.school), area: state.area });
    pick(state.option ?? opened.option);
    if (state.option) for (const part of all(".statement [data-option] > details")) part.open = part.parentElement.dataset.option === state.option;
    isGoing = false;
    last = JSON.stringify(looked());
  }
  function follow(isFirst) {
    const state = read(location.hash);
    if (state === null && (location.hash || isFirst)) return; // a place in the page: what is looked at stays
    go(state ?? {});
    const place = state && document.getElementById(location.hash.slice(1).split("?")[0] || "map");
    if (place) place.scrollIntoView({ block: "start" });
  }

  // -- whatever a reader does that changes what is looked at goes into the address
  function note() {
    const state = looked(), text = JSON.stringify(state);
    if (text === last) return;
    last = text;
    try { history.pushState(null, "", written(state)); } catch { /* a frame that may not */ }
  }
  const noteOnce = () => queueMicrotask(note); // several changes at once are one step
  document.addEventListener("rezoning-map", (event) => { noteOnce(); if (!isGoing) pick(event.detail.option); });
  document.addEventListener("change", (event) => {
    if (!event.target.closest("fieldset[data-picks=schools]")) return;
    if (map) map.restore({ option: event.target.value }); else noteOnce();
  });
  window.addEventListener("popstate", () => follow(false));
  window.addEventListener("hashchange", () => follow(false));
  follow(true);
})();
