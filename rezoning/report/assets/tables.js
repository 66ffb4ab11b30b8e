// Tables of every page: they turn where there is little room, say that they scroll, and can be kept as CSV. See macros.html.j2, table.
(() => {
  "use strict";
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const words = JSON.parse(document.getElementById("page-words").textContent);
  const tables = all("table[data-file]");
  const given = new Map(); // tables that show a part of their rows: a function that gives all, as texts
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
  const trim = (text) => text.replace(/\s+/g, " ").trim();

  function make(tag, values, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // -- what a cell says: without signs for the eye and words for the ear; what stands below it in small letters comes in brackets
  const ASIDE = "[data-aside], .hidden-text, .flag, .best, .star, .unlike";
  function said(cell) {
    const copy = cell.cloneNode(true), main = [];
    for (const one of all(ASIDE, copy)) one.remove();
    const notes = all(".note, small", copy).map((one) => { one.remove(); return trim(one.textContent); }).filter(Boolean);
    main.push(trim(copy.textContent));
    if (cell.tagName === "TD" && notes.length) main.push(main[0] ? `(${notes.join("; ")})` : notes.join("; "));
    return main.filter(Boolean).join(" ");
  }

  // -- the heading of every column: those above each other, joined
  function heads(table) {
    const grid = [...(table.tHead ? table.tHead.rows : [])].map(() => []);
    grid.forEach((line, r) => {
      for (const one of table.tHead.rows[r].cells) {
        let c = 0, cell = one;
        while (line[c] !== undefined) c += 1;
        if (one.tagName === "TD" && !one.textContent.trim() && c > 1) cell = line[c - 1]; // an empty cell goes with the heading before it
        for (let down = 0; down < one.rowSpan && r + down < grid.length; down += 1) for (let across = 0; across < one.colSpan; across += 1) grid[r + down][c + across] = cell;
      }
    });
    return (grid[0] || []).map((_, c) => [...new Set(grid.map((line) => line[c]).filter(Boolean))]);
  }
  const named = (column) => column.map(said).filter(Boolean).join(", ");

  // -- places that scroll say so, and only they can be focused
  function watch(box) {
    const own = box.getAttribute("role");
    const look = () => {
      const across = box.scrollWidth - box.clientWidth > 1, down = box.scrollHeight - box.clientHeight > 1 && getComputedStyle(box).overflowY !== "visible";
      box.classList.toggle("scrolls-across", across);
      box.classList.toggle("is-moved", box.scrollLeft > 1);
      box.classList.toggle("more-right", across && box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
      box.classList.toggle("more-below", down && box.scrollTop + box.clientHeight < box.scrollHeight - 1);
      if ((across || down) && !box.querySelector("button, a[href], input")) box.setAttribute("tabindex", "0"); else if (!across) box.removeAttribute("tabindex");
      if (own && !(across || down)) box.removeAttribute("role"); else if (own) box.setAttribute("role", own);
    };
    box.classList.add("fades");
    box.addEventListener("scroll", look, { passive: true });
    const watcher = new ResizeObserver(look);
    for (const one of [box, ...box.children]) watcher.observe(one);
    look();
  }

  // -- turning: headings are said again in each cell; roles stay what they are, however a style sheet shows the elements
  const ROLES = [["thead, tbody", "rowgroup"], ["tr", "row"], ["thead th", "columnheader"], ["tbody th", "rowheader"], ["td", "cell"]];
  function dress(table) {
    const columns = heads(table);
    if (!table.dataset.turn || columns.length < 3) return;
    table.setAttribute("role", "table");
    for (const [query, role] of ROLES) for (const one of all(query, table)) one.setAttribute("role", role);
    table.style.setProperty("--columns", columns.length - 1);
    table.classList.add(`turns-${table.dataset.turn}`);
    if (table.dataset.turn !== "cards") return;
    const texts = columns.map(named);
    for (const body of table.tBodies) for (const row of body.rows) [...row.cells].forEach((cell, c) => { if (cell.tagName === "TD") cell.dataset.head = texts[c]; });
  }

  // -- one group of columns at a time, where there is room for one; the first column and what has no group above it always stand
  function group(table, place) {
    const columns = heads(table), tops = columns.map((column) => column[0]);
    const groups = [...new Set(tops.slice(1))].filter((top) => top.colSpan > 1);
    if (groups.length < 2) return;
    const select = make("select", { "aria-controls": table.id });
    groups.forEach((top, k) => select.append(make("option", { value: k }, said(top))));
    select.append(make("option", { value: "" }, words.all_columns));
    select.value = "0";
    const show = () => {
      const chosen = select.value === "" ? null : groups[Number(select.value)];
      const isAside = (top) => chosen !== null && top !== chosen && top.colSpan > 1;
      columns.forEach((column, c) => { if (c) for (const cell of column) cell.classList.toggle("is-aside", isAside(tops[c])); });
      for (const body of table.tBodies) for (const row of body.rows) [...row.cells].forEach((cell, c) => { if (c) cell.classList.toggle("is-aside", isAside(tops[c])); });
    };
    select.addEventListener("change", show);
    place.before(make("label", { class: "shown-columns", "data-made": "" }, make("span", {}, words.shown_columns), " ", select));
    show();
  }

  // -- as CSV: exact numbers where the page has them, what is hidden as it is hidden, text that a spreadsheet would run made harmless
  const isNumber = (text) => /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
  function value(cell) {
    if (cell.dataset.v && cell.dataset.text === undefined) return cell.dataset.v;
    const text = said(cell).replace(/\u2212/g, "-").replace(/[\u202f\u00a0](?=%)/g, "").replace(/[\u202f\u00a0]/g, " ");
    return /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(",", "") : text;
  }
  function quoted(text) {
    const safe = isNumber(text) ? text : text.replace(/^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/, "'$&");
    return /[",\n\r;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }
  function lines(table) {
    const label = table.dataset.label;
    if (given.has(table)) return given.get(table)().map((line, i) => [...line, ...(label ? [i ? label : words.csv_estimated] : [])]);
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => !row.querySelector("th[scope=rowgroup]"));
    const isParted = table.querySelector("th[scope=rowgroup]") !== null, hasUnits = rows.some((row) => row.dataset.unit);
    const part = (row) => { const head = row.parentElement.querySelector("th[scope=rowgroup]"); return head ? said(head) : ""; };
    const names = table.dataset.columns ? JSON.parse(table.dataset.columns) : heads(table).map(named);
    const kept = heads(table).map((column) => !column.some((cell) => cell.dataset.aside !== undefined));
    const only = (line) => line.filter((_, c) => kept[c]);
    const first = [...(isParted ? [words.csv_part] : []), ...only(names), ...(hasUnits ? [words.csv_unit] : []), ...(label ? [words.csv_estimated] : [])];
    return [first, ...rows.map((row) => [...(isParted ? [part(row)] : []), ...only([...row.cells].map(value)), ...(hasUnits ? [row.dataset.unit || ""] : []), ...(label ? [label] : [])])];
  }
  const slug = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "table";
  const caption = (table) => (table.caption ? said(table.caption) : "");
  function notes() {
    return [[words.csv_source, words.title], ...(words.source ? [[words.csv_source, words.source]] : []), ...(words.hidden ? [["*", words.hidden]] : [])];
  }
  function save(name, parts) {
    const text = parts.map((line) => line.map(quoted).join(",")).join("\r\n");
    keep(name, `\uFEFF${text}\r\n`, "text/csv");
  }
  function keep(name, text, type) {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  function saveAll() {
    const name = `${location.pathname.split("/").pop().replace(/\.html?$/i, "") || "page"}-tables.csv`;
    save(name, [...tables.flatMap((table) => [[words.csv_table, caption(table)], ...lines(table), []]), ...notes()]);
  }

  for (const table of tables) {
    const part = table.closest(".table-part"), box = table.parentElement;
    dress(table);
    if (table.dataset.turn === "groups") group(table, box);
    const button = make("button", { type: "button", class: "save", "aria-label": fill(words.csv_of, { caption: caption(table) }) }, words.csv);
    button.addEventListener("click", () => save(`${table.dataset.file || slug(caption(table))}.csv`, [...lines(table), [], [words.csv_table, caption(table)], ...notes()]));
    const hint = make("span", { class: "scroll-hint", "aria-hidden": "true" }, "← ", words.scroll, " →");
    part.append(make("div", { class: "table-foot", "data-made": "" }, hint, button));
  }
  for (const box of all(".table-box, pre[tabindex], .rz-schools")) watch(box);
  const main = document.querySelector("main");
  if (tables.length > 1 && main) {
    const button = make("button", { type: "button", class: "button" }, words.csv_all);
    button.addEventListener("click", saveAll);
    main.append(make("p", { class: "save-all screen-only", "data-made": "" }, button));
  }
  window.rezoningPage = { dress, watch, keep, words, fill, slug, give: (table, rows) => given.set(table, rows) };
})();
