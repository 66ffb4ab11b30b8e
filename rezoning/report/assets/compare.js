// Rows that differ, and the list of units: filtered, sorted and shown a page at a time, so that long lists stay quick on a phone.
(() => {
  "use strict";
  const PAGE = 100;
  const LONGEST = 80;
  const at = (id) => document.getElementById(id);
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));

  // -- only rows that differ
  const different = at("only-different");
  if (different) {
    const said = at("rows-said");
    const parts = [...document.querySelectorAll("table.measures tbody")];
    const filter = () => {
      let shown = 0, total = 0;
      for (const part of parts) {
        const rows = [...part.rows].filter((row) => !row.classList.contains("heading"));
        for (const row of rows) row.hidden = different.checked && !row.classList.contains("differs");
        const left = rows.filter((row) => !row.hidden).length;
        part.hidden = left === 0;
        shown += left;
        total += rows.length;
      }
      said.textContent = different.checked ? filled(said.dataset.text, { shown, total }) : "";
    };
    different.addEventListener("change", filter);
    filter();
  }

  // -- units that change
  const source = at("units-data");
  if (!source) return;
  const units = JSON.parse(source.textContent);
  const numbers = { whole: new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }), trip: new Intl.NumberFormat("en-US", { minimumFractionDigits: units.digits, maximumFractionDigits: units.digits }) };
  const order = new Intl.Collator(units.language, { numeric: true, sensitivity: "base" });
  const table = at("units-table"), body = table.tBodies[0], said = at("units-said");
  const from = at("units-from"), to = at("units-to"), school = at("units-school"), find = at("units-find");
  const previous = at("units-previous"), next = at("units-next");
  const heads = [...table.querySelectorAll("th[data-column]")];
  const places = units.views.map((_, k) => k);
  let chosen = [], page = 0, sorting = { column: "", sign: 1 };

  const rank = new Map([...units.schools.keys()].sort((a, b) => order.compare(units.schools[a], units.schools[b])).map((s, i) => [s, i]));
  const used = new Set(units.zones.flat().filter((s) => s >= 0));
  for (const s of [...rank.keys()].filter((one) => used.has(one))) {
    const option = document.createElement("option");
    const name = units.schools[s];
    option.value = String(s);
    option.dir = "auto";
    option.textContent = name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
    school.append(option);
  }

  const differ = (i, a, b) => units.zones[a][i] !== units.zones[b][i] && units.zones[a][i] >= 0 && units.zones[b][i] >= 0;
  function fits(i) {
    const pair = from && from.value !== "" ? [Number(from.value), Number(to.value)] : null;
    if (pair && !differ(i, ...pair)) return false;
    if (school.value !== "" && !(pair || places).some((k) => units.zones[k][i] === Number(school.value))) return false;
    const wanted = find.value.trim().toLowerCase();
    return !wanted || units.ids[i].toLowerCase().includes(wanted);
  }
  // What is hidden or not known comes last, whichever way the list is sorted.
  function compare(i, j) {
    const { column, sign } = sorting;
    if (column === "") return i - j;
    if (column === "unit") return sign * order.compare(units.ids[i], units.ids[j]) || i - j;
    const key = column === "students" ? (u) => units.students[u] : (u) => rank.get(units.zones[Number(column)][u]);
    const a = key(i), b = key(j), known = [typeof a === "number", typeof b === "number"];
    if (!known[0] || !known[1]) return known[1] - known[0] || i - j;
    return sign * (a - b) || i - j;
  }
  function cell(tag, text, name) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function schoolCell(i, k) {
    const s = units.zones[k][i];
    const isChanged = k > 0 && differ(i, 0, k);
    const made = cell("td", undefined, isChanged ? `is-changed ${units.views[k].css}` : "");
    const name = cell("span", s < 0 ? units.nobody : units.schools[s], s < 0 ? "muted" : "name");
    name.dir = "auto";
    if (s >= 0 && units.schools[s].length > 24) name.title = units.schools[s];
    if (isChanged) made.append(cell("span", "→", "unlike"), " ");
    made.append(name);
    const trip = units.trips ? units.trips[k][i] : null;
    if (trip !== null) made.append(cell("span", `${numbers.trip.format(trip)}\u00a0${units.unit}`, "note"));
    return made;
  }
  function row(i) {
    const made = document.createElement("tr");
    const head = cell("th", units.ids[i]);
    head.scope = "row";
    head.dir = "auto";
    made.append(head);
    if (units.students) {
      const students = units.students[i];
      made.append(cell("td", students === null ? "–" : typeof students === "number" ? numbers.whole.format(students) : students, "number"));
    }
    made.append(...places.map((k) => schoolCell(i, k)));
    return made;
  }
  function show() {
    const start = page * PAGE, shown = chosen.slice(start, start + PAGE), total = chosen.length;
    body.replaceChildren(...shown.map(row));
    window.rezoningPage.dress(table);
    said.textContent = total ? filled(said.dataset.text, { from: numbers.whole.format(start + 1), to: numbers.whole.format(start + shown.length), total: numbers.whole.format(total) }) : said.dataset.none;
    previous.disabled = page === 0;
    next.disabled = start + PAGE >= total;
  }
  function choose() {
    if (to) to.disabled = from.value === "";
    chosen = [...units.ids.keys()].filter(fits).sort(compare);
    page = 0;
    show();
  }
  for (const control of [from, to, school]) if (control) control.addEventListener("change", choose);
  find.addEventListener("input", choose);
  const turn = (by) => { page += by; show(); table.parentElement.scrollTop = 0; };
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  for (const head of heads) {
    head.querySelector("button").addEventListener("click", () => {
      const column = head.dataset.column;
      const first = column === "students" ? -1 : 1;
      sorting = { column, sign: sorting.column === column ? -sorting.sign : first };
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sorting.sign > 0 ? "ascending" : "descending");
      choose();
    });
  }
  // The file has every unit that is chosen, not only those of the page that is shown.
  window.rezoningPage.give(table, () => [
    heads.map((head) => head.textContent.trim().replace(/\s+/g, " ")).flatMap((name, c) => (units.trips && c >= heads.length - places.length ? [name, `${name} (${units.unit})`] : [name])),
    ...chosen.map((i) => [units.ids[i], ...(units.students ? [String(units.students[i] ?? "")] : []), ...places.flatMap((k) => {
      const s = units.zones[k][i];
      return [s < 0 ? units.nobody : units.schools[s], ...(units.trips ? [String(units.trips[k][i] ?? "")] : [])];
    })]),
  ]);
  choose();
})();
