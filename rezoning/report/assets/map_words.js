/* Words of the map: strings filled in, names cut, numbers beside each other, and what there is to say of an area in a line. */
(function () {
  "use strict";

  const LONGEST = 60; // letters of a name in tooltips and lists

  function fill(template, values) { return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)); }
  function short(text) { return text.length > LONGEST ? text.slice(0, LONGEST - 1) + "…" : text; }
  function capital(text) { return text.charAt(0).toUpperCase() + text.slice(1); }
  function plain(text) { return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); }
  function number(value, digits) { return value.toLocaleString("en-US", { minimumFractionDigits: digits || 0, maximumFractionDigits: digits || 0 }); }

  /* Numbers that stand beside each other: as few decimals as keep different ones different. */
  function alike(values, least, most) {
    const known = values.filter((value) => typeof value === "number");
    let digits = least;
    while (digits < most && new Set(known).size !== new Set(known.map((value) => number(value, digits))).size) digits += 1;
    return values.map((value) => (typeof value === "number" ? number(value, digits) : value === null || value === undefined ? "–" : value));
  }

  function node(tag, cls, parent, text) {
    const made = document.createElement(tag);
    if (cls) made.className = cls;
    if (text !== undefined) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }

  /* An area by its first two streets: "around Oak St and 5th Ave"; empty where no street is known. */
  function around(atlas, language, u) {
    const areas = atlas.areas, [one, other] = areas ? areas.of[u].map((k) => short(areas.names[k])) : [];
    return other ? fill(areas.words[language].around, { one, other }) : one ? fill(areas.words[language].around_one, { street: one }) : "";
  }

  /* Likewise for lists without a map, with its number where several are called so. */
  function areaName(atlas, language, u) {
    const areas = atlas.areas, name = around(atlas, language, u), keyOf = (streets) => streets.slice(0, 2).sort((a, b) => a - b).join(" ");
    if (!name) return "";
    if (!areas.called) {
      areas.called = new Map();
      areas.of.map(keyOf).forEach((key) => areas.called.set(key, (areas.called.get(key) || 0) + 1));
    }
    return areas.called.get(keyOf(areas.of[u])) > 1 ? fill(areas.words[language].area, { around: name, unit: atlas.units[u] }) : name;
  }

  /* Buildings that share a zone in a view, by the school that it is drawn as: [school, grades] each; undefined where a school has all grades of its zone. */
  function poolOf(view, zone) { return view.pools ? view.pools[zone] : undefined; }

  /* The school that a school's zone is drawn as. */
  function zoneOf(view, s) {
    const found = Object.keys(view.pools || {}).find((lead) => view.pools[lead].some(([one]) => one === s));
    return found === undefined ? s : Number(found);
  }

  const Words = {
    say(key, values) { return fill(this.strings[key], values || {}); },

    /* A school in words: its whole name. */
    school_(s) { return s < 0 ? this.say("no_school") : short(this.atlas.schools[s].name); },

    /* k: which of the buildings, where schools share the zone. */
    trip(v, u, k) {
      const view = this.atlas.views[v], travel = this.atlas.travel, of = (values) => (k === undefined ? values[u] : values[u][k]);
      if (!view.trips) return "";
      if (of(view.trips) === null) return this.say("unknown_trip");
      const said = this.say(travel.unit, { number: number(of(view.trips) / 10 ** travel.digits, travel.digits) });
      return view.walks && of(view.walks) ? said + ", " + this.say("walks") : said;
    },

    line(v, u) {
      const view = this.atlas.views[v];
      if (poolOf(view, view.zone[u])) return this.say("at", { view: view.name, school: this._buildings(v, u) });
      const trip = view.zone[u] < 0 ? "" : this.trip(v, u);
      return this.say(trip ? "at_trip" : "at", { view: view.name, school: this.school_(view.zone[u]), trip });
    },

    /* Where children of a shared zone go, by grade. */
    _buildings(v, u) {
      const view = this.atlas.views[v];
      return poolOf(view, view.zone[u]).map(([s, grades], k) => {
        const trip = this.trip(v, u, k), school = this.school_(s);
        return this.say(trip ? "building_trip" : "building", { school, grades, trip });
      }).join("; ");
    },

    /* What changes for an area, in a sentence. */
    change(u) {
      const told = this.atlas.views[this.view].changed;
      return this.say(told && told[u] === 2 ? "changes_some" : this._isChanged(this.view, u) ? "changes_school" : "stays");
    },

    streets(u) {
      const areas = this.atlas.areas;
      return areas ? areas.of[u].map((k) => short(areas.names[k])) : [];
    },

    /* What people call an area: its streets, or the school that it lies near. */
    areaName(u) {
      const named = around(this.atlas, this.atlas.language, u), near = this._nearest(u), count = number(u + 1);
      if (named) return capital(named);
      return near < 0 ? this.say("area", { number: count }) : this.say("area_near", { number: count, school: this.school_(near) });
    },

    _nearest(u) {
      const box = this.shapes.boxes[u], at = this.degrees((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), bend = Math.cos(at.lat * Math.PI / 180);
      let best = -1, least = Infinity;
      this.atlas.schools.forEach((school, s) => {
        if (school.lat === null) return;
        const far = (school.lat - at.lat) ** 2 + ((school.lon - at.lng) * bend) ** 2;
        if (far < least) { least = far; best = s; }
      });
      return best;
    },

    /* An area in a few lines, for a tooltip and for ears: its name, today, and the view that is shown. */
    facts(u) {
      const views = this.atlas.views, found = [this.areaName(u)];
      views.forEach((view, v) => { if (v === this.view || (v === 0 && this._hasToday())) found.push(this.line(v, u)); });
      if (this._hasToday() && this.view > 0 && views[0].zone[u] >= 0) found.push(this.change(u));
      return found;
    },

    _isChanged(v, u) { return window.RezoningMap.changedIn(this.atlas, v)(u); }
  };

  window.RezoningMap.words = { fill, short, capital, plain, number, alike, node };
  window.RezoningMap.areaName = areaName;
  window.RezoningMap.zoneOf = zoneOf;
  window.RezoningMap.parts = [Words];
})();
