// A child's way through all levels of schools, above the finder's answer for one of them. The area stands in the page's address, as finder.js puts it.
(() => {
  "use strict";
  const facts = JSON.parse(document.getElementById("finder-levels").textContent), answer = document.getElementById("answer");
  const unitIndex = new Map(facts.units.map((id, u) => [id, u]));
  const words = () => facts.words[document.documentElement.lang] || facts.words.en;
  const said = (key, values) => words()[key].replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    made.append(...children.flat().filter((child) => child !== null));
    return made;
  }
  function place() {
    const asked = new Map(location.hash.slice(1).split("&").map((part) => part.split("=")));
    if (!asked.has("unit")) return -1;
    try { return unitIndex.get(decodeURIComponent(asked.get("unit"))) ?? -1; } catch { return -1; }
  }
  function viewName(key) {
    if (key === facts.today) return said("way_today");
    return facts.options.length === 1 ? said("way_plan") : said("way_option", { letter: key });
  }
  function badge(key) {
    return key === facts.today ? make("span", { class: "swatch option-today" }, said("way_today"))
      : make("span", { class: "swatch", "data-option": key, title: viewName(key) }, key);
  }
  function step(level, key, u) {
    const zone = level.zones[key], today = level.zones[facts.today], s = zone ? zone[u] : -1;
    const isChanged = key !== facts.today && today && today[u] >= 0 && today[u] !== s;
    const name = s < 0 ? said("way_none") : make("bdi", {}, level.schools[s]);
    const title = level.title[document.documentElement.lang] || level.title.en;
    return make("li", { class: isChanged ? "is-change" : "" }, make("small", {}, title), " ", make("span", {}, name, isChanged ? make("em", {}, " ", said("way_changed")) : ""));
  }
  function way(u) {
    const views = [...(facts.levels.some((level) => facts.today in level.zones) ? [facts.today] : []), ...facts.options];
    const rows = views.map((key) => make("div", { class: "way-row" }, make("h4", {}, badge(key), key === facts.today ? "" : make("span", { class: "hidden-text" }, viewName(key))),
      make("ol", {}, facts.levels.map((level) => step(level, key, u)))));
    const title = facts.levels[0].title[document.documentElement.lang] || facts.levels[0].title.en;
    return make("section", { class: "finder-way", "data-way": "" }, make("h3", {}, said("way")), rows, make("p", { class: "muted" }, said("way_cards", { level: title })));
  }
  const draw = () => {
    if (answer.querySelector("[data-way]")) return;
    const u = place(), where = answer.querySelector(".finder-where");
    if (u >= 0 && where) where.after(way(u));
  };
  new MutationObserver(draw).observe(answer, { childList: true });
  draw();
})();
