// What all pages share: tables that sort and can be searched, options to pick, the section that is being read.
(() => {
  "use strict";
  const all = (query, root = document) => [...root.querySelectorAll(query)];

  // -- sorting: numbers by data-v, text in the language's order; what is hidden or undefined (no data-v) stays last both ways
  function key(row, column) {
    const cell = row.cells[column];
    return cell.dataset.v === undefined || cell.dataset.v === "" ? null : cell.dataset.v;
  }
  function compare(a, b, asText) {
    return asText ? a.localeCompare(b, document.documentElement.lang, { numeric: true, sensitivity: "base" }) : Number(a) - Number(b);
  }
  function sort(table, header, column) {
    const asText = header.dataset.sort === "text";
    const next = header.getAttribute("aria-sort") === "descending" ? "ascending"
      : header.getAttribute("aria-sort") === "ascending" ? "descending" : asText ? "ascending" : "descending";
    for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", next);
    const sign = next === "ascending" ? 1 : -1;
    const rows = [...table.tBodies[0].rows].map((row, i) => ({ row, i, key: key(row, column) }));
    rows.sort((a, b) => {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.i - b.i;
      return sign * compare(a.key, b.key, asText) || a.i - b.i;
    });
    table.tBodies[0].append(...rows.map(({ row }) => row));
  }
  for (const table of all("table[data-sortable]")) {
    for (const header of all("th[data-sort]", table)) {
      const button = header.querySelector("button");
      if (button) button.addEventListener("click", () => sort(table, header, Number(header.dataset.column)));
    }
  }

  // -- searching: accents and case do not matter
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  for (const field of all("input[data-filters]")) {
    const place = document.getElementById(field.dataset.filters);
    const said = document.getElementById(field.dataset.said);
    const tables = all("table[data-sortable]", place);
    const filter = () => {
      const wanted = plain(field.value.trim());
      let shown = 0, total = 0;
      tables.forEach((table, k) => {
        for (const row of table.tBodies[0].rows) {
          row.hidden = !plain(row.cells[0].textContent).includes(wanted);
          if (k === 0) { total += 1; shown += row.hidden ? 0 : 1; }
        }
      });
      if (said) said.textContent = wanted ? said.dataset.text.replace("{shown}", String(shown)).replace("{total}", String(total)) : "";
    };
    field.addEventListener("input", filter);
    filter();
  }

  // -- options to pick: without this script all are shown, and on paper too
  for (const picker of all("fieldset[data-picks]")) {
    const parts = all(`[data-part="${picker.dataset.picks}"]`);
    const pick = () => {
      const chosen = picker.querySelector("input:checked");
      for (const part of parts) part.classList.toggle("is-off", Boolean(chosen) && part.dataset.key !== chosen.value);
    };
    picker.addEventListener("change", pick);
    pick();
  }

  // -- on paper everything that is folded stands open, but for what only machines read
  const folded = all("main details:not(#provenance details, .chart-proof details)");
  let closed = [];
  window.addEventListener("beforeprint", () => { closed = folded.filter((one) => !one.open); for (const one of closed) one.open = true; });
  window.addEventListener("afterprint", () => { for (const one of closed) one.open = false; closed = []; });

  // -- controls that need this script are there only with it
  for (const control of all("[data-needs-script]")) control.hidden = false;

  // -- the section that is being read
  const links = all(".bar a[href^='#']");
  const sections = links.map((link) => document.getElementById(link.hash.slice(1))?.closest("section"));
  if (links.length && "IntersectionObserver" in window) {
    const seen = new Set();
    const mark = () => {
      const first = sections.findIndex((section) => section && seen.has(section));
      links.forEach((link, i) => (i === first ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    };
    const watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) isIntersecting ? seen.add(target) : seen.delete(target);
      mark();
    }, { rootMargin: "-20% 0px -60% 0px" });
    for (const section of sections) if (section) watcher.observe(section);
  }
  for (const menu of all(".menu details")) {
    menu.addEventListener("click", (event) => { if (event.target.closest("a")) menu.open = false; });
  }
})();
