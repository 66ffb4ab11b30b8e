// What people write into the page stays: in this browser, where it may keep anything, in the page when it is saved, and in a small file that
// another copy of the report reads. Nothing is sent anywhere.
(() => {
  "use strict";
  const FORMAT = "rezoning texts 1";
  const place = document.querySelector("[data-writing]");
  if (!place) return;
  const { words, fill, keep, slug } = window.rezoningPage;
  const fields = [...place.querySelectorAll("[data-writes]")];
  const key = `rezoning-texts-${place.dataset.writing}`;
  const stem = location.pathname.split("/").pop().replace(/\.html?$/i, "") || "report";

  function make(tag, values, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  // -- texts: plain, with their lines
  for (const field of fields) {
    try { field.contentEditable = "plaintext-only"; } catch { field.contentEditable = "true"; }
    field.addEventListener("paste", (event) => {
      if (field.contentEditable === "plaintext-only") return;
      event.preventDefault();
      document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    });
  }
  const textOf = (field) => (field.innerText ?? field.textContent).replace(/\u00a0/g, " ").replace(/\n+$/, "");
  const texts = () => Object.fromEntries(fields.map((field) => [field.dataset.writes, textOf(field)]).filter(([, text]) => text.trim()));
  function put(found) { for (const field of fields) field.textContent = found[field.dataset.writes] ?? ""; }

  // -- in this browser
  const store = (() => { try { const found = window.localStorage; found.setItem(key, found.getItem(key) ?? ""); return found; } catch { return null; } })();
  const say = (...lines) => { said.textContent = lines.filter(Boolean).join(" "); };
  let last = "";
  function remember() {
    const now = texts(), text = JSON.stringify(now);
    if (!store || text === last) return;
    last = text;
    try {
      if (Object.keys(now).length) store.setItem(key, JSON.stringify({ time: Date.now(), texts: now })); else store.removeItem(key);
      say(Object.keys(now).length ? words.written_kept : "");
    } catch { /* it is full, or was taken away: what is written still stands in the page */ }
  }
  function remembered() {
    try { const found = JSON.parse(store.getItem(key)); return found && typeof found.texts === "object" ? found : null; } catch { return null; }
  }

  // -- in the page itself: without what scripts have made of it, which they make again
  function page() {
    const root = document.documentElement.cloneNode(true), found = texts();
    for (const one of root.querySelectorAll("[data-made]")) one.remove();
    for (const one of root.querySelectorAll("#map-place, #units-table tbody")) one.replaceChildren();
    for (const one of root.querySelectorAll("[data-needs-script]")) one.hidden = true;
    for (const one of root.querySelectorAll(".is-off, .is-aside, .fades")) one.classList.remove("is-off", "is-aside", "fades", "scrolls-across", "is-moved", "more-right", "more-below");
    for (const one of root.querySelectorAll("[data-writes]")) { one.textContent = found[one.dataset.writes] ?? ""; one.setAttribute("contenteditable", "true"); }
    root.querySelector("[data-writing]").dataset.saved = String(Date.now());
    return `<!doctype html>\n${root.outerHTML}\n`;
  }

  // -- as a file of their own
  function file() {
    const found = texts(), title = words.title;
    const told = fields.filter((field) => field.dataset.writes in found).map((field) => [field.dataset.writes, { about: field.getAttribute("aria-label"), text: found[field.dataset.writes] }]);
    return `${JSON.stringify({ format: FORMAT, report: title, plan: place.dataset.writing, language: document.documentElement.lang, texts: Object.fromEntries(told) }, null, 2)}\n`;
  }
  function take(text, name) {
    let found = null;
    try { found = JSON.parse(text); } catch { /* no JSON at all */ }
    const isOurs = found && found.format === FORMAT && found.texts && typeof found.texts === "object";
    if (!isOurs) { say(fill(words.written_wrong, { file: name })); return; }
    const known = new Set(fields.map((field) => field.dataset.writes)), entries = Object.entries(found.texts).map(([about, one]) => [about, String(one?.text ?? "")]);
    const fit = entries.filter(([about]) => known.has(about)), rest = entries.length - fit.length;
    change({ ...texts(), ...Object.fromEntries(fit) });
    say(fill(words.written_read, { count: fit.length, file: name }), rest && fill(words.written_unknown, { count: rest }), found.plan !== place.dataset.writing && words.written_other);
  }
  let before = null;
  function change(found) {
    before = texts();
    put(found);
    remember();
    undo.hidden = false;
  }

  // -- controls
  const button = (word, act) => { const made = make("button", { type: "button", class: "button" }, word); made.addEventListener("click", act); return made; };
  const said = make("p", { role: "status", class: "legend" });
  const chooser = make("input", { type: "file", accept: ".json,application/json", class: "hidden-text", id: "writing-file" });
  chooser.addEventListener("change", async () => {
    const [chosen] = chooser.files;
    if (chosen) take(await chosen.text(), chosen.name);
    chooser.value = "";
  });
  const undo = button(words.written_undo, () => { put(before); remember(); undo.hidden = true; say(""); });
  undo.hidden = true;
  const saved = (name, text, type) => { keep(name, text, type); say(fill(words.written_saved, { file: name })); };
  place.prepend(make("div", { class: "writing-tools screen-only", "data-made": "" },
    make("p", { class: "remarks" }, store ? words.written_about : words.written_about_page),
    make("div", { class: "tools" },
      button(words.written_save, () => saved(`${stem}-written.html`, page(), "text/html")),
      button(words.written_export, () => saved(`${slug(words.title)}-texts.json`, file(), "application/json")),
      chooser, make("label", { class: "button", for: "writing-file" }, words.written_import),
      button(words.written_forget, () => { change({}); say(words.written_taken); }),
      undo),
    said));

  const kept = store && remembered(), standing = JSON.stringify(texts());
  if (kept && kept.time > Number(place.dataset.saved ?? 0) && JSON.stringify(kept.texts) !== standing && Object.keys(kept.texts).length) { put(kept.texts); say(words.written_found); }
  last = JSON.stringify(texts());
  let waiting = 0;
  place.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(remember, 400); });
  window.addEventListener("pagehide", remember);
})();
