/* The school finder: what is typed, clicked or linked is looked up in the page's own data, and nothing is sent or kept.

   A unit stands in the address bar (#unit=…), so that an answer can be shared; the address that was typed never does. */
(function () {
  "use strict";

  const facts = read("facts"), words = read("strings");
  const atlas = document.getElementById("atlas") ? read("atlas") : null;
  const MOST = 8, NEARBY = 4, LONGEST = 80; // suggestions; numbers near one that is not in the list; letters of a name in a sentence
  const HOUSE = /^\s*(\d{1,9}(?:-\d{1,9})?(?: \d\/\d)?[A-Za-z]?)(?:[\s,]+(.*))?$/;
  const FLAT = /[\s,]+(?:(?:apartment|apt|unit|suite|ste)\b\.?\s*#?\s*[\w-]+|#\s*[\w-]+)(?=\s*(?:,|$))/i;

  function read(id) { return JSON.parse(document.getElementById(id).textContent); }
  function at(id) { return document.getElementById(id); }

  /* -- what the page knows ------------------------------------------------------------------------------------------- */

  const units = facts.units || atlas.units;
  const unitIndex = new Map(units.map((id, u) => [id, u]));
  const zones = new Map(facts.views.map((view) => [view.key, view.zone || atlas.views.find((one) => one.key === view.key).zone]));
  const shared = new Map(facts.views.map((view) => [view.key, view.shared || {}])); // [school, grades, grades in short] of each building of a shared zone
  const today = zones.get(facts.today) || null;
  const promised = new Map(facts.options.map((option) => [
    option.key, Object.entries(option.promises).map(([kind, those]) => [kind, new Set(those)])
  ]));

  /* Buildings that children of a unit go to, by grade; null where one school has all grades. */
  function buildings(key, u) { return shared.get(key)[zones.get(key)[u]] || null; }
  function has(key, u, s) {
    const those = buildings(key, u);
    return those ? those.some(([one]) => one === s) : zones.get(key)[u] === s;
  }

  /* Whether the school is another than today in some grade, and whether it stays in some. */
  function moves(key, u) {
    const those = buildings(key, u);
    return today !== null && today[u] >= 0 && (those ? those.some(([s]) => s !== today[u]) : today[u] !== zones.get(key)[u]);
  }
  function change(key, u) { return !moves(key, u) ? "stays" : has(key, u, today[u]) ? "changes_some" : "changes"; }

  /* Trips of a unit: {school: trip} and the nearest schools in order; whole parts of the scale. */
  function tripsOf(u) {
    const found = new Map(), pairs = facts.trips ? facts.trips.pairs[u] : [];
    for (let k = 0; k < pairs.length; k += 2) found.set(pairs[k], pairs[k + 1]);
    return { of: found, near: [...found.keys()].slice(0, facts.trips ? facts.trips.near : 0) };
  }

  /* -- names made comparable ------------------------------------------------------------------------------------------ */

  const short = new Map(Object.entries(facts.short));
  function fold(text) {
    const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/['’.`]/g, "");
    return (bare.match(/[\p{L}\p{N}]+/gu) || []).map((word) => short.get(word) || word).join(" ");
  }

  const streets = facts.addresses ? facts.addresses.streets.map(([name, items, runs]) => ({ name, items, runs, words: fold(name).split(" ") })) : [];
  const schools = facts.schools.map(([id, name]) => ({ id, name, folded: fold(name) }));
  const ids = units.map((id) => id.toLowerCase());

  /* Houses of a street, unpacked when first asked for: numbers are distances from the one before. */
  function houses(street) {
    if (street.houses) return street.houses;
    let number = 0, k = 0, left = street.runs[1], unit = street.runs[0];
    street.houses = street.items.map((item) => {
      if (left === 0) { k += 2; unit = street.runs[k]; left = street.runs[k + 1]; }
      left -= 1;
      if (typeof item === "number") { number += item; return { house: String(number), flat: "", unit }; }
      return Array.isArray(item) ? { house: item[0], flat: item[1], unit } : { house: item, flat: "", unit };
    });
    return street.houses;
  }

  function written(street, house) {
    const [first, ...rest] = street.name.split(","), flat = house.flat ? " " + house.flat : "";
    return (house.house ? house.house + " " : "") + first + flat + (rest.length ? "," + rest.join(",") : "");
  }

  /* -- finding -------------------------------------------------------------------------------------------------------- */

  function begins(word, typed) {
    return word.startsWith(typed) || [...short].some(([long, brief]) => brief === word && long.startsWith(typed));
  }

  /* 3 where the name begins so, 2 where each typed word begins a word of it, in order, 0 otherwise. */
  function rank(street, typed) {
    const name = street.words.join(" ");
    if (name === typed.join(" ")) return 4;
    if (name.startsWith(typed.join(" "))) return 3;
    let from = 0;
    for (let k = 0; k < typed.length; k += 1) {
      const isLast = k === typed.length - 1;
      const found = street.words.findIndex((word, i) => i >= from && (isLast ? begins(word, typed[k]) : word === typed[k] || (typed[k].length > 2 && word.startsWith(typed[k]))));
      if (found < 0) return 0;
      from = found + 1;
    }
    return 2;
  }

  /* Streets that may be meant; words at the end, a town or a state say, are left out until something is found. */
  function streetsFor(text) {
    const typed = fold(text).split(" ").filter(Boolean);
    for (let length = typed.length; length > 0; length -= 1) {
      const found = streets.map((street) => [rank(street, typed.slice(0, length)), street]).filter(([score]) => score > 0);
      if (found.length) return found.sort((a, b) => b[0] - a[0]).map(([, street]) => street);
    }
    return [];
  }

  function addressOffers(text) {
    const parts = HOUSE.exec(text), rest = (parts ? parts[2] || "" : text).trim();
    if (!rest) return { offers: [], missing: null };
    const those = streetsFor(rest), whole = [];
    if (!parts) {
      those.slice(0, MOST).forEach((street) => {
        const all = houses(street);
        if (all.length === 1 || !all[0].house) all.filter((house) => !house.house).forEach((house) => whole.push(offerOf(street, house)));
        if (all.some((house) => house.house)) whole.push({ kind: "street", text: street.name, street });
      });
      return { offers: whole.slice(0, MOST), missing: null };
    }
    const wanted = fold(parts[1]), exact = [], more = [];
    those.slice(0, 50).forEach((street) => houses(street).forEach((house) => {
      const folded = fold(house.house);
      if (folded === wanted) exact.push(offerOf(street, house)); else if (folded.startsWith(wanted)) more.push(offerOf(street, house));
    }));
    if (exact.length || more.length || !those.length) return { offers: [...exact, ...more].slice(0, MOST), missing: null };
    const number = parseInt(wanted, 10), street = those[0];
    const near = houses(street).filter((house) => house.house).map((house) => [Math.abs(parseInt(house.house, 10) - number), house]);
    near.sort((a, b) => a[0] - b[0]);
    return { offers: near.slice(0, NEARBY).map(([, house]) => offerOf(street, house)), missing: { number: parts[1], street: street.name } };
  }

  function offerOf(street, house) { return { kind: "address", text: written(street, house), unit: house.unit }; }

  function schoolOffers(text) {
    const typed = fold(text);
    if (typed.length < 2) return [];
    return schools.map((school, s) => ({ kind: "school", text: school.name, school: s, folded: school.folded })).filter((one) => one.folded.includes(typed)).slice(0, 5);
  }

  function areaOffers(text) {
    const typed = text.trim().toLowerCase(), found = [];
    if (unitIndex.has(text.trim())) return [areaOffer(unitIndex.get(text.trim()))];
    if (typed.length < 2) return found;
    streetOffers(text).forEach((one) => found.push(one));
    for (let u = 0; u < ids.length && found.length < MOST; u += 1) if (ids[u].startsWith(typed)) found.push(areaOffer(u));
    if (typed.length > 2) for (let u = 0; u < ids.length && found.length < MOST; u += 1) if (ids[u].endsWith(typed) && !ids[u].startsWith(typed)) found.push(areaOffer(u));
    return found;
  }

  /* Areas along a street whose name is typed; for districts without addresses. */
  const along = atlas && atlas.areas ? atlas.areas.names.map((name) => ({ words: fold(name).split(" ") })) : [];
  function streetOffers(text) {
    const typed = fold(text).split(" ").filter(Boolean), ranks = along.map((street) => (typed.length ? rank(street, typed) : 0)), best = Math.max(0, ...ranks);
    if (!best || facts.addresses) return [];
    const meant = new Set(ranks.flatMap((score, k) => (score === best ? [k] : [])));
    return units.map((_, u) => u).filter((u) => atlas.areas.of[u].some((k) => meant.has(k))).slice(0, MOST).map((u) => ({ kind: "area", text: areaText(u), unit: u }));
  }

  function areaText(u) {
    const around = atlas ? window.RezoningMap.areaName(atlas, language, u) : "";
    return around ? around.charAt(0).toUpperCase() + around.slice(1) : say("area", { unit: units[u] });
  }

  function areaOffer(u) { return { kind: "area", text: units[u], unit: u }; }

  function offersFor(text) {
    const bare = text.replace(FLAT, "").trim();
    if (!bare) return { offers: [], missing: null };
    const found = addressOffers(bare), others = [...schoolOffers(bare), ...areaOffers(bare)];
    if (found.missing && others.length) return { offers: others.slice(0, MOST), missing: null };
    const exact = others.filter((one) => one.text === text.trim()), rest = others.filter((one) => one.text !== text.trim());
    return { offers: [...exact, ...found.offers, ...rest].slice(0, MOST), missing: found.missing };
  }

  /* -- words ---------------------------------------------------------------------------------------------------------- */

  let language = words.language;
  function say(key, values) {
    return words.finder[language][key].replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
  }
  function number(value, digits) { return value.toLocaleString("en-US", { minimumFractionDigits: digits || 0, maximumFractionDigits: digits || 0 }); }

  function length(parts) {
    if (facts.trips.unit !== "min") return say("distance_" + facts.trips.unit, { number: number(parts / facts.trips.scale, 1) });
    if (parts < 1) return say("less_than_minute");
    return parts === 1 ? say("minute") : say("minutes", { number: number(parts) });
  }

  function tripWords(trips, now, then) {
    const after = trips.of.get(then), before = trips.of.get(now);
    if (after === undefined) return say("trip_unknown");
    if (now === then || before === undefined) return length(after);
    const more = after - before;
    const change = more === 0 ? say("as_long") : say(more > 0 ? "longer" : "shorter", { amount: length(Math.abs(more)) });
    return say("trip_then", { now: length(before), then: length(after), change });
  }

  function viewName(key) {
    if (key === facts.today) return say("today");
    return facts.options.length === 1 ? say("plan") : say("option", { letter: key });
  }

  function listed(items) {
    if (items.length < 2) return items.join("");
    return say("and", { list: items.slice(0, -1).join(", "), last: items[items.length - 1] });
  }

  function gradeName(grade) {
    const low = grade.toLowerCase();
    if (["k", "kg", "kindergarten"].includes(low)) return say("kindergarten");
    if (["pk", "pre-k", "prek"].includes(low)) return say("prekindergarten");
    return /^\d+$/.test(grade) ? say("grade", { grade: String(parseInt(grade, 10)) }) : grade;
  }

  /* What a family may keep under an option, in sentences. */
  function keeps(option, u) {
    if (!moves(option.key, u)) return promised.get(option.key).filter(([, those]) => those.has(u)).map(([kind]) => say("keep_" + kind));
    return option.stay.flatMap(({ year, grades }) => {
      const name = schools[today[u]].name, school = name.length > LONGEST ? name.slice(0, LONGEST - 1) + "…" : name;
      if (!grades.length) return [say("none_stay", { year, school })];
      const shares = new Map();
      grades.forEach(([grade, share]) => shares.set(share, [...(shares.get(share) || []), gradeName(grade)]));
      return [...shares].map(([share, names]) => say(share >= 1 ? "may_stay" : "some_stay", { year, school, grades: listed(names), percent: number(100 * share) + "\u202f%" }));
    });
  }

  /* -- the answer ----------------------------------------------------------------------------------------------------- */

  const state = { unit: -1, address: "", school: -1 };

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => made.setAttribute(name, value));
    children.flat().forEach((child) => { if (child !== null && child !== undefined) made.append(child); });
    return made;
  }

  function schoolName(s) {
    return s < 0 ? say("no_school") : make("bdi", { title: schools[s].name }, schools[s].name);
  }

  function badge(key) {
    const isToday = key === facts.today, attributes = isToday ? { class: "swatch option-today" } : { class: "swatch", "data-option": key };
    return make("span", attributes, isToday ? say("today") : key);
  }

  function walkLine(u, s) {
    if (facts.walks === null || s < 0) return null;
    return fact(say("walk"), say(facts.walks[u].includes(s) ? "walk_yes" : "walk_no"));
  }

  function fact(name, value) { return make("div", {}, make("dt", {}, name), make("dd", {}, value)); }

  function todayCard(u, trips) {
    const card = make("article", { class: "card finder-card option-today" }, make("h3", {}, badge(facts.today)));
    if (today === null) { card.append(make("p", {}, say("no_today"))); return card; }
    card.append(make("p", { class: "finder-school" }, schoolName(today[u])));
    if (today[u] >= 0) card.append(make("dl", {}, facts.trips ? fact(say("trip"), tripWords(trips, today[u], today[u])) : null, walkLine(u, today[u])));
    return card;
  }

  function optionCard(option, u, trips) {
    const key = option.key, s = zones.get(key)[u], changes = moves(key, u), kept = keeps(option, u);
    const name = facts.said[language].options[key];
    const head = make("h3", {}, badge(key), make("span", {}, viewName(key)), make("bdi", { class: "name muted", title: name }, name));
    const those = buildings(key, u), card = make("article", { class: "card finder-card", "data-option": key }, head, those ? null : make("p", { class: "finder-school" }, schoolName(s)));
    if (today !== null && today[u] >= 0) {
      const sign = make("span", { "aria-hidden": "true" }, changes ? "→" : "=");
      card.append(make("p", { class: changes ? "finder-status is-change" : "finder-status" }, sign, " ", say(change(key, u))));
    }
    const now = today === null ? -1 : today[u];
    if (those) card.append(...those.map((building) => buildingPart(building, u, trips, now)));
    else if (s >= 0) card.append(make("dl", {}, facts.trips ? fact(say("trip"), tripWords(trips, now, s)) : null, walkLine(u, s)));
    if (kept.length) {
      const list = make("ul", {}, kept.map((text) => make("li", { dir: "auto" }, text)));
      card.append(make("div", { class: "finder-keep" }, make("h4", {}, say("keep_title")), list));
    }
    return card;
  }

  /* One building of a shared zone: its grades, whether it is today's school, trip and walk. */
  function buildingPart([s, grades], u, trips, now) {
    const name = grades.length > 1 ? say("grades_to", { first: gradeName(grades[0]), last: gradeName(grades[grades.length - 1]) }) : gradeName(grades[0]);
    const title = make("h4", { class: "finder-grades" }, name.charAt(0).toUpperCase() + name.slice(1));
    const same = now >= 0 ? make("p", { class: "muted" }, say(s === now ? "building_stays" : "building_changes")) : null;
    const lines = make("dl", {}, facts.trips ? fact(say("trip"), tripWords(trips, now, s)) : null, walkLine(u, s));
    return make("div", { class: "finder-building" }, title, make("p", { class: "finder-school" }, schoolName(s)), same, lines);
  }

  function nearList(u, trips) {
    const rows = trips.near.map((s) => {
      const zonesHere = [...zones.keys()].filter((key) => has(key, u, s)).map((key) => badge(key));
      const closed = facts.options.filter((option) => option.closed.includes(s)).map((option) => make("span", { class: "note" }, say("near_closed", { option: viewName(option.key) })));
      const marks = make("td", {}, zonesHere.flatMap((mark) => [mark, " "]));
      return make("tr", {}, make("th", { scope: "row" }, schoolName(s), closed), make("td", {}, length(trips.of.get(s))), marks);
    });
    const heads = ["near_school", "trip", "near_zone"].map((key) => make("th", { scope: "col" }, say(key)));
    const table = make("table", {}, make("caption", { class: "hidden-text" }, say("near_title")), make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows));
    const box = { class: "table-box", tabindex: "0", role: "region", "aria-label": say("near_title") };
    return make("div", { class: "finder-near" }, make("h3", {}, say("near_title")), make("div", box, table));
  }

  function actions() {
    const link = make("button", { type: "button", class: "button" }, say("link")), print = make("button", { type: "button", class: "button" }, say("print"));
    const place = make("p", { class: "finder-link", role: "status" });
    link.addEventListener("click", () => copy(place));
    print.addEventListener("click", () => window.print());
    return make("div", { class: "finder-actions" }, link, print, place);
  }

  function copy(place) {
    const field = make("input", { type: "text", readonly: "", value: location.href, "aria-label": say("link_here") });
    const show = () => { place.replaceChildren(say("link_here"), " ", field); field.select(); };
    if (!navigator.clipboard) { show(); return; }
    navigator.clipboard.writeText(location.href).then(() => place.replaceChildren(say("link_done")), show);
  }

  function showUnit(u) {
    const trips = tripsOf(u), place = make("p", { class: "finder-where" });
    if (state.address) place.append(make("bdi", { class: "finder-home" }, state.address), " ", make("span", { class: "muted" }, say("area_of", { unit: units[u] })));
    else place.append(make("bdi", { class: "finder-home" }, areaText(u)), ...(areaText(u).includes(units[u]) ? [] : [" ", make("span", { class: "muted" }, say("area_of", { unit: units[u] }))]));
    const cards = make("div", { class: "cards finder-cards" }, todayCard(u, trips), facts.options.map((option) => optionCard(option, u, trips)));
    at("answer").replaceChildren(place, cards, ...(trips.near.length ? [nearList(u, trips)] : []), actions());
  }

  function showSchool(s) {
    const lines = [...zones.keys()].map((key) => {
      const inside = units.filter((_, u) => has(key, u, s)).length;
      let text = say("school_areas", { view: viewName(key), count: number(inside) });
      if (key !== facts.today && today !== null) {
        const joins = units.filter((_, u) => has(key, u, s) && today[u] >= 0 && today[u] !== s).length;
        const leaves = units.filter((_, u) => !has(key, u, s) && today[u] === s).length;
        if (joins || leaves) text += "; " + say("school_joins", { joins: number(joins), leaves: number(leaves) });
      }
      return make("li", {}, badge(key), " ", text);
    });
    at("answer").replaceChildren(
      make("p", { class: "finder-where" }, make("bdi", { class: "finder-home" }, schools[s].name)),
      make("ul", { class: "option-list" }, lines), make("p", { class: "finder-next muted" }, say(atlas ? "school_next" : "school_next_no_map"))
    );
  }

  function show() {
    at("result-title").textContent = say(state.school >= 0 ? "school_title" : "result");
    if (state.unit >= 0) showUnit(state.unit);
    else if (state.school >= 0) showSchool(state.school);
    else at("answer").replaceChildren(make("p", { class: "muted" }, say("empty")));
    at("main").classList.toggle("has-answer", state.unit >= 0 || state.school >= 0);
    at("clear").hidden = !input.value && state.unit < 0 && state.school < 0;
  }

  /* What a screen reader says of an answer: short, for the cards can be read in peace. */
  function told(u) {
    const parts = [state.address || areaText(u)];
    const spoken = { changes: "says_changes", changes_some: "says_changes_some", stays: "says_stays" };
    const name = (s) => (s < 0 ? say("no_school") : schools[s].name);
    if (today !== null) parts.push(say("says_today", { school: name(today[u]) }));
    facts.options.forEach((option) => parts.push(say("says_option", {
      option: viewName(option.key), status: say(spoken[change(option.key, u)]),
      school: (buildings(option.key, u) || [[zones.get(option.key)[u], [], ""]]).map(([s, , span]) => [name(s), span].filter(Boolean).join(" ")).join(", ")
    })));
    return parts.join(" ");
  }

  function choose(u, address, isFromMap) {
    state.unit = u; state.address = address; state.school = -1;
    show();
    at("said").textContent = told(u);
    link();
    if (!isFromMap) tellMap((map) => map.select(u));
    if (!isFromMap || window.matchMedia("(max-width: 55rem)").matches) reveal();
  }

  function chooseSchool(s) {
    state.unit = -1; state.address = ""; state.school = s;
    show();
    link();
    tellMap((map) => map.focusSchool(s));
    reveal();
  }

  function forget() {
    state.unit = -1; state.address = ""; state.school = -1;
    show();
    link();
  }

  function reveal() {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    at("result").scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }

  /* -- the link ------------------------------------------------------------------------------------------------------- */

  function link() {
    const parts = [];
    if (state.unit >= 0) parts.push("unit=" + encodeURIComponent(units[state.unit]));
    if (language !== words.language) parts.push("lang=" + language);
    const hash = parts.length ? "#" + parts.join("&") : "";
    if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname + location.search);
  }

  function follow() {
    const asked = new Map(location.hash.slice(1).split("&").map((part) => part.split("=")));
    const code = asked.get("lang");
    if (code && code in words.finder && code !== language) speak(code);
    if (!asked.has("unit")) return;
    let id = asked.get("unit");
    try { id = decodeURIComponent(id); } catch { id = ""; }
    if (!unitIndex.has(id)) { note(say("unknown_area", { unit: id.slice(0, 60) })); return; }
    if (unitIndex.get(id) !== state.unit) choose(unitIndex.get(id), "", false);
  }

  /* -- the field and its suggestions: a combobox with a listbox, as WAI-ARIA's authoring practices describe it -------- */

  const input = at("query"), list = at("offers");
  let offers = [], active = -1;

  function note(text) { at("note").textContent = text; }

  function offer() {
    const found = offersFor(input.value), isBare = /^\s*\d+\s*$/.test(input.value) && streets.length > 0;
    offers = found.offers; active = -1;
    list.replaceChildren(...offers.map((one, k) => {
      const item = make("li", { role: "option", id: "offer-" + k, "aria-selected": "false", title: one.text },
        make("span", { class: "finder-kind" }, say("kind_" + one.kind)), make("bdi", {}, one.text));
      item.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
      item.addEventListener("click", () => take(one));
      return item;
    }));
    open(offers.length > 0);
    at("clear").hidden = !input.value && state.unit < 0 && state.school < 0;
    tellFound(found, isBare);
  }

  function tellFound(found, isBare) {
    const text = input.value.trim(), count = offers.length;
    const nothing = say(atlas ? "no_match_map" : "no_match", { text: text.slice(0, 60) });
    if (!text) note("");
    else if (found.missing) note(say("number_missing", found.missing));
    else note(count ? "" : isBare ? say("number_next") : nothing);
    at("said").textContent = !text ? "" : count === 1 ? say("one_match") : count ? say("matches", { count }) : isBare ? say("number_next") : nothing;
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) mark(-1);
  }

  function mark(k) {
    active = k;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === k)));
    if (k >= 0) { input.setAttribute("aria-activedescendant", "offer-" + k); list.children[k].scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  }

  function take(one) {
    if (one.kind === "street") {
      input.value = " " + one.text;
      input.focus();
      input.setSelectionRange(0, 0);
      open(false);
      note(say("street_next"));
      at("said").textContent = say("street_next");
      return;
    }
    input.value = one.text;
    note("");
    open(false);
    if (one.kind === "school") chooseSchool(one.school); else choose(one.unit, one.kind === "address" ? one.text : "", false);
  }

  input.addEventListener("input", offer);
  input.addEventListener("focus", () => { if (input.value && !offers.length) offer(); });
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    const count = offers.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!count) return;
      const step = event.key === "ArrowDown" ? 1 : -1, from = active < 0 && step < 0 ? 0 : active;
      open(true);
      mark((from + step + count) % count);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (!list.hidden) open(false); else clear();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (list.hidden && input.value) offer();
      if (offers.length) take(offers[Math.max(active, 0)]);
    }
  });

  function clear() {
    input.value = ""; offers = [];
    note("");
    open(false);
    forget();
    tellMap((map) => map.clear());
    at("said").textContent = "";
    input.focus();
  }

  at("clear").addEventListener("click", clear);
  at("search").addEventListener("submit", (event) => event.preventDefault());

  /* -- the map -------------------------------------------------------------------------------------------------------- */

  let map = null, isTelling = false;

  /* What the page tells the map comes back as if it had been clicked; that is not heard. */
  function tellMap(what) {
    if (map === null) return;
    isTelling = true;
    what(map);
    isTelling = false;
  }

  function draw() {
    if (atlas === null) return;
    atlas.language = language;
    atlas.views.forEach((view) => {
      const isKnown = view.key in words.map[language];
      view.name = isKnown ? words.map[language][view.key] : viewName(view.key);
    });
    at("map-place").replaceChildren();
    map = window.RezoningMap.create(at("map-place"), atlas, words.map[language], { search: false });
    map.onSelect((u) => {
      if (isTelling) return;
      input.value = ""; offers = [];
      note("");
      if (u === null || u < 0) forget(); else choose(u, "", true);
    });
    if (state.unit >= 0) tellMap((one) => one.select(state.unit));
  }

  /* -- languages ------------------------------------------------------------------------------------------------------ */

  function about() {
    const lines = [], said = facts.said[language];
    [["year", "about_year"], ["level", "about_level"], ["author", "about_author"], ["until", "about_until"]].forEach(([key, text]) => {
      if (said[key]) lines.push(say(text, { [key]: said[key] }));
    });
    lines.push(said.sources ? say("about_sources", { sources: said.sources }) : say("about_no_sources"));
    if (facts.trips) lines.push(say("about_trips"));
    if (facts.views.some((view) => view.shared)) lines.push(say("about_shared"));
    lines.push(...facts.estimates[language]);
    if (facts.addresses) lines.push(say("about_addresses", { count: number(facts.addresses.count) }));
    lines.push(say("about_final"));
    at("about").replaceChildren(...lines.map((text) => make("li", { dir: "auto" }, text)));
  }

  function speak(code) {
    language = code;
    document.documentElement.lang = code;
    document.title = say("title", { title: facts.said[code].title });
    document.querySelector(".skip").textContent = words.skip[code];
    at("unreviewed").hidden = !words.unreviewed[code].length;
    at("unreviewed").replaceChildren(...words.unreviewed[code].map(([lang, text]) => Object.assign(document.createElement("p"), { lang, textContent: text })));
    document.querySelectorAll("[data-t]").forEach((one) => { one.textContent = say(one.dataset.t); });
    document.querySelectorAll("[data-t-label]").forEach((one) => one.setAttribute("aria-label", say(one.dataset.tLabel)));
    document.querySelectorAll("[data-language]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.language === code)));
    const hints = [words.example ? say("hint_address", { example: words.example.slice(0, 80) }) : say("hint_area"), atlas ? say("hint_map") : ""];
    at("hint").textContent = hints.join(" ");
    at("estimates").textContent = facts.estimates[code].join(" ");
    note("");
    open(false);
    about();
    show();
    draw();
    link();
  }

  at("languages").addEventListener("click", (event) => {
    const button = event.target.closest("[data-language]");
    if (button && button.dataset.language !== language) speak(button.dataset.language);
  });

  const asked = location.hash;
  speak(words.language);
  if (asked) { history.replaceState(null, "", asked); follow(); }
  window.addEventListener("hashchange", follow);
})();
