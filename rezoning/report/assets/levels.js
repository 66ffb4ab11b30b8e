// Several levels of schools in one page: one is shown at a time, all on paper and without this script. The scripts of a level run when it is first
// shown, in a document and a window in which they find their own level.
(() => {
  "use strict";
  const [functions, uses] = window.rezoningParts;
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const levels = all("[data-level]"), links = all(".level-switch a"), started = new Set();

  // -- a document that is one part of this one
  function partOf(key) {
    const root = document.getElementById(`part-${key}`), prefix = `${key}-`;
    const own = (id) => (id.startsWith(prefix) ? id : prefix + id);
    const there = (query) => query.replace(/#([A-Za-z][\w-]*)/g, (_, id) => `#${own(id)}`).replace(/(^|[\s,(>])main(?![\w-])/g, "$1[data-main]");
    const mine = {
      getElementById: (id) => document.getElementById(own(id)),
      querySelector: (query) => root.querySelector(there(query)),
      querySelectorAll: (query) => root.querySelectorAll(there(query)),
    };
    return seen(document, mine);
  }
  function seen(target, mine) {
    return new Proxy(target, {
      get: (_, name) => {
        if (name in mine) return mine[name];
        const value = Reflect.get(target, name, target);
        return typeof value === "function" && !/^[A-Z]/.test(String(name)) ? value.bind(target) : value;
      },
      set: (_, name, value) => { if (/^rezoning/.test(String(name))) mine[name] = value; else target[name] = value; return true; },
    });
  }
  function start(key) {
    if (started.has(key)) return;
    started.add(key);
    const view = seen(window, {}), part = partOf(key);
    for (const k of uses[key]) functions[k](part, view);
  }

  // -- the level that is shown
  function show(key) {
    for (const level of levels) level.classList.toggle("is-aside-level", level.dataset.level !== key);
    for (const link of links) {
      if (link.dataset.to === key) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    }
    start(key);
    window.dispatchEvent(new Event("resize")); // tables and maps that were measured while nobody saw them
  }
  function follow(isAsked) {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const level = place && place.closest("[data-level]");
    show(level ? level.dataset.level : isAsked ? levels.find((one) => !one.classList.contains("is-aside-level")).dataset.level : levels[0].dataset.level);
    if (level) place.scrollIntoView({ block: "start" });
  }
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(link.dataset.to);
      const level = levels.find((one) => one.dataset.level === link.dataset.to), still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      try { history.replaceState(null, "", `#${level.id}`); } catch { /* a frame that may not */ }
      level.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
    });
  }
  start(Object.keys(uses)[0]);
  follow(false);
  window.addEventListener("hashchange", () => follow(true));

  // -- on paper all levels stand, with everything open that is folded
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = all("[data-level] details:not([id$=provenance] details, .chart-proof details)").filter((one) => !one.open);
    for (const one of closed) one.open = true;
  });
  window.addEventListener("afterprint", () => { for (const one of closed) one.open = false; closed = []; });
})();
