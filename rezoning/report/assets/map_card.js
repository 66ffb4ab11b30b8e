/* Cards beside the map: a school with its students, seats, groups and who comes and goes; an area with its streets and its schools. Public numbers alone. */
(function () {
  "use strict";

  const { node, number, alike, short, capital } = window.RezoningMap.words;
  const [OPEN, STUDENTS, SEATS, FULL, TRIP, SHARES] = [0, 1, 2, 3, 4, 5]; // of a school's row
  const MOST = 3, FLOWS = 6, STREETS = 8; // views beside each other; schools and streets that are named

  const Card = {
    _tell() {
      if (this.unit >= 0) this._areaCard(this.unit); else if (this.school >= 0) this._schoolCard(this.school); else this.status.textContent = "";
    },

    /* Lines; the first names what they are about. */
    _said(lines) {
      this.status.textContent = "";
      lines.forEach((line, k) => { node("p", k ? "" : "rz-about", this.status, line).dir = "auto"; });
    },

    _heading(text, s) {
      const heading = node("p", "rz-about", this.status);
      if (s !== undefined) this._swatch(heading, s);
      node("bdi", "", heading, text);
    },

    _swatch(parent, s, text) {
      const made = node("span", "rz-swatch", parent, text === undefined ? "" : text);
      if (s < 0) return made;
      made.style.backgroundColor = this.atlas.colors[s];
      if (this.atlas.patterns[s]) made.classList.add("rz-" + this.atlas.patterns[s]);
      return made;
    },

    /* -- an area -- */

    _areaCard(u) {
      const views = this.atlas.views, streets = this.streets(u);
      this.status.textContent = "";
      this._heading(this.areaName(u));
      if (streets.length > 2) node("p", "", this.status, this.say("streets", { streets: streets.slice(0, STREETS).join(", ") })).dir = "auto";
      const list = node("ul", "rz-views", this.status);
      views.forEach((view, v) => {
        if (view.key === "nearest" && v !== this.view) return;
        const item = node("li", v === this.view ? "rz-shown" : "", list);
        this._swatch(item, view.zone[u]);
        node("span", "", item, this.line(v, u)).dir = "auto";
      });
      if (this._hasToday() && this.view > 0 && views[0].zone[u] >= 0) node("p", "", this.status, this.change(u));
      node("p", "rz-id", this.status, this.say("unit", { unit: short(this.atlas.units[u]) })).dir = "auto";
    },

    /* -- a school -- */

    _shownViews() {
      const facts = this.atlas.facts.views, views = this.atlas.views, shown = views[this.view].key;
      const keys = views.map((view) => view.key).filter((key) => key in facts);
      return (keys.includes(shown) && shown !== "today" ? keys.filter((key) => key === "today" || key === shown) : keys).slice(0, MOST);
    },

    _schoolCard(s) {
      const keys = this._shownViews(), facts = this.atlas.facts, rows = keys.map((key) => facts.views[key].schools[s]);
      this.status.textContent = "";
      this._heading(this.say("school", { number: s + 1, name: short(this.atlas.schools[s].name) }), s);
      this._schoolTable(keys, rows);
      this._shared(s);
      keys.filter((key) => key !== "today").forEach((key) => {
        if (!facts.views[key].schools[s][OPEN]) node("p", "", this.status, this.say("closed", { view: this._viewName(key) }));
        this._ways(key, s);
      });
      if (this.status.textContent.includes("*")) node("p", "rz-id", this.status, this.say("hidden"));
    },

    /* With whom a school shares its zone in the view that is shown. */
    _shared(s) {
      const view = this.atlas.views[this.view], pool = view.pools && view.pools[window.RezoningMap.zoneOf(view, s)];
      if (!pool) return;
      const schools = pool.map(([one, grades]) => this.say("building", { school: this.school_(one), grades })).join("; ");
      node("p", "", this.status, this.say("shares_zone", { view: view.name, schools })).dir = "auto";
    },

    _viewName(key) { return this.atlas.views.find((view) => view.key === key).name; },

    _schoolTable(keys, rows) {
      const table = node("table", "rz-table", this.status), head = node("tr", "", node("thead", "", table)), body = node("tbody", "", table);
      const facts = this.atlas.facts, groups = facts.groups[this.atlas.language] || facts.groups.en, percent = (text) => (/\d/.test(text) ? text + "\u202f%" : text);
      const add = (name, values, least, most, dress) => {
        if (values.every((value) => value === null || value === undefined)) return;
        const row = node("tr", "", body);
        node("th", "", row, name).scope = "row";
        alike(values, least, most).forEach((text) => node("td", "", row, dress ? dress(text) : text));
      };
      node("td", "", head);
      keys.forEach((key) => { node("th", "", head, this._viewName(key)).scope = "col"; });
      add(this.say("students"), rows.map((row) => row[STUDENTS]), 0, 0);
      add(this.say("seats"), rows.map((row) => (row[OPEN] ? row[SEATS] : null)), 0, 0);
      add(this.say("full"), rows.map((row) => row[FULL]), 0, 4, percent);
      groups.forEach((name, k) => add(capital(short(name)), rows.map((row) => row[SHARES + k]), 0, 4, percent));
      add(this.say("mean_trip"), rows.map((row) => row[TRIP]), 1, 4, (text) => (/\d/.test(text) ? this.say(facts.unit, { number: text }) : text));
    },

    /* Who comes and who goes under an option, schools with the most students first; ranges and stars where numbers are kept back. */
    _ways(key, s) {
      const flows = this.atlas.facts.views[key].flows, view = this._viewName(key);
      [["comes", 1, 0], ["goes", 0, 1]].forEach(([text, mine, other]) => {
        const those = flows.filter((flow) => flow[mine] === s);
        if (!those.length) return;
        const said = those.slice(0, FLOWS).map((flow) => this.say("way", { school: this.school_(flow[other]), count: this._count(flow[2]) }));
        if (those.length > FLOWS) said.push(this.say("more", { count: those.length - FLOWS }));
        node("p", "", this.status, this.say(text, { view, schools: said.join(", ") })).dir = "auto";
      });
    },

    _count(told) {
      if (Array.isArray(told)) return this.say(told[0] > 0 ? "between" : "under", { low: number(told[0]), high: number(told[1]) });
      return typeof told === "number" ? number(told) : told;
    }
  };

  window.RezoningMap.parts.push(Card);
})();
