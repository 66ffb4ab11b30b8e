// What is looked at stands in the page's address, so that a link leads there and the back button goes back:
// #map?option=B&view=B&school=lincoln&area=123. A school is named by its id or its name; #unit=123, as the finder writes it, is read too.
(() => {
  "use strict";
  const KEYS = ["option", "view", "school", "area"];
  const all = (query) => [...document.querySelectorAll(query)];
  const map = () => window.rezoningMap;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const picker = () => all("fieldset[data-picks=schools] input");

  // -- what is looked at now; only what differs from the page as it opens stands in the address
  function looked() {
    const found = {}, shown = map(), chosen = picker().find((input) => input.checked);
    if (chosen) found.option = chosen.value;
    if (!shown) return found;
    found.view = shown.atlas.views[shown.view].key;
    if (shown.school >= 0) found.school = shown.atlas.schools[shown.school].id;
    if (shown.unit >= 0) found.area = shown.atlas.units[shown.unit];
    return found;
  }
  const opened = looked();

  function written(place, state) {
    const parts = KEYS.filter((key) => state[key] !== undefined && state[key] !== opened[key]).map((key) => `${key}=${encodeURIComponent(state[key])}`);
    return parts.length ? `#${place}?${parts.join("&")}` : `#${place}`;
  }
  function read(hash) {
    const [place, query] = hash.includes("?") ? hash.slice(1).split(/\?(.*)/) : hash.includes("=") ? ["map", hash.slice(1)] : [hash.slice(1), null];
    if (query === null) return { place, state: null };
    const asked = new URLSearchParams(query.replaceAll("+", "%2B"));
    return { place, state: Object.fromEntries(KEYS.map((key) => [key, asked.get(key) ?? (key === "area" ? asked.get("unit") : null)]).filter(([, value]) => value)) };
  }

  // -- going there
  function schoolOf(atlas, text) {
    const exact = atlas.schools.findIndex((school) => school.id === text);
    return exact >= 0 ? exact : atlas.schools.findIndex((school) => plain(school.name) === plain(text) || plain(school.id) === plain(text));
  }
  function go(state) {
    const wanted = { ...opened, ...state }, shown = map();
    for (const input of picker()) {
      if (input.value !== wanted.option || input.checked) continue;
      input.checked = true;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (state.option) for (const part of all(".statement [data-option] > details")) part.open = part.parentElement.dataset.option === state.option;
    if (!shown) return;
    const isOption = shown.atlas.views.some((view) => view.key === state.option);
    shown.show(state.view ?? (isOption ? state.option : opened.view));
    const school = state.school === undefined ? -1 : schoolOf(shown.atlas, state.school);
    if (state.area !== undefined && shown.atlas.units.includes(state.area)) shown.select(state.area);
    else if (school >= 0) shown.focusSchool(school);
    else if (shown.school >= 0 || shown.unit >= 0) shown.clear();
  }
  let last = JSON.stringify(opened);
  function follow(isFirst) {
    const { place, state } = read(location.hash);
    if (state === null && (location.hash !== "" || isFirst)) return; // a place in the page: what is looked at stays
    go(state ?? {});
    last = JSON.stringify(looked());
    const target = state && document.getElementById(place);
    if (target) target.scrollIntoView({ block: "start" });
  }

  // -- whatever a reader does that changes what is looked at goes into the address
  function note(event) {
    const from = event.target instanceof Element ? event.target.closest("section") : null;
    setTimeout(() => {
      const state = looked(), text = JSON.stringify(state);
      if (text === last) return;
      last = text;
      const title = from && (from.id || from.getAttribute("aria-labelledby"));
      try { history.pushState(null, "", written(title && document.getElementById(title) ? title.replace(/-title$/, "") : "map", state)); } catch { /* a frame that may not */ }
    }, 0);
  }
  for (const kind of ["click", "change", "keyup", "submit"]) document.addEventListener(kind, note);
  window.addEventListener("popstate", () => follow(false));
  follow(true);
})();
