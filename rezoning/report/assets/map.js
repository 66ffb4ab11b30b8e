/* The map of zones: draws an atlas (rezoning.report.atlas) with Leaflet on canvases of its own, from data in the page alone.

   RezoningMap.create(element, atlas, strings, options) -> {show, showChanged, compare, select, mark, clear, onSelect, focusSchool, unitAt, pin, facts, slideTo, resize, remove, map}
   strings: the part "map" of a language. options: {controls, search, schools: false} leave out what the page has itself.
   Every text goes into the page through textContent. */
(function () {
  "use strict";

  var Shapes = window.RezoningMap.Shapes, ringArea = window.RezoningMap.ringArea, Picture = window.RezoningMap.Picture, changedIn = window.RezoningMap.changedIn;
  var LONGEST = 60; // letters of a name in tooltips and lists
  var FEW = 12; // suggestions at a time
  var counter = 0;

  /* -- words --------------------------------------------------------------------------------------------------------- */

  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? String(values[name]) : whole; });
  }

  function short(text) { return text.length > LONGEST ? text.slice(0, LONGEST - 1) + "…" : text; }

  function plain(text) { return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, ""); }

  function node(tag, cls, parent, text) {
    var made = document.createElement(tag);
    if (cls) made.className = cls;
    if (text !== undefined) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }

  function isTouched() { return window.matchMedia("(pointer: coarse)").matches; }

  function isReduced() { return window.matchMedia("(prefers-reduced-motion: reduce)").matches; }

  /* -- the map with its controls ------------------------------------------------------------------------------------- */

  function Atlas(element, atlas, strings, options) {
    this.atlas = atlas; this.strings = strings; this.options = options || {};
    this.shapes = new Shapes(atlas);
    if (atlas.basemap) this.shapes.base = new window.RezoningMap.Basemap(atlas);
    atlas.shapes.area = this.shapes.rings.reduce(function (sum, rings) { return sum + Math.abs(rings.reduce(ringArea, 0)); }, 0);
    this.id = "rz-map-" + (++counter);
    this.view = this._firstView(); this.how = "whole"; this.unit = -1; this.school = -1; this.at = 0.5; this.callbacks = [];
    this._build(element);
    this._draw();
  }

  Atlas.prototype = {
    say: function (key, values) { return fill(this.strings[key], values || {}); },

    _firstView: function () {
      var views = this.atlas.views;
      return views[0].key === "today" && views.length > 1 ? 1 : 0;
    },

    _hasToday: function () { return this.atlas.views[0].key === "today"; },

    /* -- words on a unit -- */

    trip: function (v, u) {
      var view = this.atlas.views[v], travel = this.atlas.travel;
      if (!view.trips) return "";
      if (view.trips[u] === null) return this.say("unknown_trip");
      var digits = travel.digits;
      var number = (view.trips[u] / Math.pow(10, digits)).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
      var said = this.say(travel.unit, { number: number });
      return view.walks && view.walks[u] ? said + ", " + this.say("walks") : said;
    },

    line: function (v, u) {
      var view = this.atlas.views[v], s = view.zone[u];
      if (s < 0) return this.say("at", { view: view.name, school: this.say("no_school") });
      var name = short(this.atlas.schools[s].name), trip = this.trip(v, u);
      return this.say(trip ? "at_trip" : "at", { view: view.name, school: name, trip: trip });
    },

    /* What there is to say of a unit, as lines: its id, today, the view that is shown (all options when that is today), what changes. */
    facts: function (u) {
      var map = this, views = this.atlas.views, found = [this.say("unit", { unit: short(this.atlas.units[u]) })];
      views.forEach(function (view, v) {
        if (v === map.view || (map._hasToday() && (v === 0 || map.view === 0) && (v === 0 || view.key !== "nearest"))) found.push(map.line(v, u));
      });
      if (this._hasToday() && this.view > 0 && views[0].zone[u] >= 0) found.push(this.say(changedIn(this.atlas, this.view)(u) ? "changes_school" : "stays"));
      return found;
    },

    /* -- what is drawn -- */

    _draw: function () {
      var isSwipe = this.how === "swipe" && this._hasToday() && this.view > 0, changes = this.how === "changes" && this._hasToday() && this.view > 0;
      this.after.set({ view: this.view, changes: changes, school: this.school });
      if (isSwipe) this.before.set({ view: 0, changes: false, school: this.school });
      this.before.canvas.style.display = isSwipe ? "" : "none";
      this.root.classList.toggle("rz-swiping", isSwipe);
      this._split();
      this._mark();
      this._sync();
    },

    _split: function () {
      var width = this.map.getSize().x, x = Math.round(this.at * width), isSwipe = this.root.classList.contains("rz-swiping");
      this.before.cut(isSwipe ? [0, x] : null);
      this.after.cut(isSwipe ? [x, width * 2] : null);
      this.bar.style.left = x + "px";
    },

    _ring: function (u) {
      var map = this;
      return u < 0 ? [] : this.shapes.rings[u].map(function (ring) { return ring.map(function (p) { return map.degrees(p[0], p[1]); }); });
    },

    degrees: function (x, y) {
      var place = this.atlas.shapes;
      return L.Projection.SphericalMercator.unproject(L.point(place.origin[0] + x * place.step, place.origin[1] + y * place.step));
    },

    unitAt: function (lat, lon) {
      var place = this.atlas.shapes, point = L.Projection.SphericalMercator.project(L.latLng(lat, lon));
      return this.shapes.unitAt((point.x - place.origin[0]) / place.step, (point.y - place.origin[1]) / place.step);
    },

    _mark: function () { this.chosen.setLatLngs(this._ring(this.unit)); },

    /* -- building -- */

    _build: function (element) {
      var root = this.root = node("div", "rz-map", element);
      if (this.options.controls !== false) this._buildViews(root);
      var body = node("div", "rz-body", root);
      var frame = node("div", "rz-frame", body), side = node("div", "rz-side", body);
      if (this.howInputs) this._buildSlide(frame);
      this._buildMap(node("div", "rz-box", frame));
      this._buildKey(frame);
      if (this.options.search !== false) this._buildSearch(side);
      this.status = node("div", "rz-status", side);
      this.status.setAttribute("role", "status");
      if (this.options.schools !== false) this._buildSchools(side);
      var map = this;
      root.addEventListener("keydown", function (event) { if (event.key === "Escape") map.clear(); });
    },

    _choices: function (parent, title, name, choices, onChoose) {
      var set = node("fieldset", "rz-choices", parent), id = this.id + name;
      node("legend", "", set, title);
      var row = node("div", "rz-row", set);
      return choices.map(function (choice, k) {
        var label = node("label", "rz-choice", row), input = node("input", "", label);
        input.type = "radio"; input.name = id; input.value = choice[0];
        node("span", "", label, choice[1]);
        input.addEventListener("change", function () { onChoose(choice[0], k); });
        return input;
      });
    },

    _buildViews: function (root) {
      var map = this, bar = node("div", "rz-bar", root);
      var views = this.atlas.views.map(function (view) { return [view.key, view.name]; });
      this.viewInputs = this._choices(bar, this.say("shown"), "-view", views, function (key) { map.show(key); });
      if (!this._hasToday() || views.length < 2) return;
      var hows = ["whole", "swipe", "changes"].map(function (how) { return [how, map.say(how)]; });
      this.howInputs = this._choices(bar, this.say("compare"), "-how", hows, function (how) { map.compare(how); });
    },

    _buildSlide: function (frame) {
      var map = this, slide = this.slide = node("label", "rz-slide", frame);
      this.slideText = node("span", "", slide);
      var range = this.range = node("input", "", slide);
      range.type = "range"; range.min = "0"; range.max = "100"; range.value = "50";
      range.step = "any";
      range.addEventListener("input", function () { map.at = range.value / 100; map._split(); });
      range.addEventListener("keydown", function (event) { // step "any" would leave the keys' step to the browser
        var step = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 }[event.key];
        if (step) { event.preventDefault(); map.slideTo((Number(range.value) + step) / 100); }
      });
    },

    _buildMap: function (box) {
      var map = this, place = node("div", "rz-place", box), isCoarse = isTouched();
      place.setAttribute("role", "application");
      place.setAttribute("aria-label", this.say("map"));
      var leaflet = this.map = L.map(place, {
        attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, zoomSnap: 0, zoomDelta: 0.75,
        inertia: !isReduced(), dragging: !isCoarse, scrollWheelZoom: false, maxBoundsViscosity: 0.9, wheelPxPerZoomLevel: 120
      });
      L.control.zoom({ zoomInTitle: this.say("zoom_in"), zoomOutTitle: this.say("zoom_out") }).addTo(leaflet);
      this.bounds = L.latLngBounds(this.atlas.bounds);
      leaflet.fitBounds(this.bounds, { animate: false, padding: [8, 8] });
      leaflet.setMinZoom(leaflet.getZoom() - 1).setMaxBounds(this.bounds.pad(0.6));
      this.before = new Picture(this.shapes).addTo(leaflet);
      this.after = new Picture(this.shapes).addTo(leaflet);
      if (this.shapes.base) this.names = new window.RezoningMap.BaseLabels(this.shapes.base, this.atlas, function () { return map._written(); }).addTo(leaflet);
      var renderer = L.svg({ padding: 0.5 });
      this.hovered = L.polygon([], { renderer: renderer, interactive: false, fill: false, className: "rz-hovered" }).addTo(leaflet);
      this.chosen = L.polygon([], { renderer: renderer, interactive: false, fill: false, className: "rz-chosen" }).addTo(leaflet);
      this.marked = L.polygon([], { renderer: renderer, interactive: false, fill: false, className: "rz-marked" }).addTo(leaflet);
      this.bar = node("div", "rz-line", box);
      this.tags = ["before", "after"].map(function (when) { return node("span", "rz-tag rz-" + when, map.bar); });
      this._dragBar(box);
      this.tip = node("div", "rz-tip", box);
      this.tip.hidden = true;
      this.tip.setAttribute("aria-hidden", "true"); // the same words stand in the status line once a unit is chosen
      this._buildNumbers(leaflet);
      if (this.names) this.names.draw();
      if (!isCoarse) leaflet.on("mousemove", function (event) { map._hover(event); }); // fingers choose, they do not hover
      leaflet.on("mouseout", function () { map._leave(); });
      leaflet.on("click", function (event) { leaflet.scrollWheelZoom.enable(); map._pick(map.unitAt(event.latlng.lat, event.latlng.lng)); });
      leaflet.on("blur", function () { leaflet.scrollWheelZoom.disable(); });
      leaflet.on("resize", function () { map._split(); });
    },

    /* The line can be taken by its knob, as eyes expect; keys have the slider. */
    _dragBar: function (box) {
      var map = this, knob = node("span", "rz-knob", this.bar, "⇔");
      this.bar.setAttribute("aria-hidden", "true");
      knob.addEventListener("pointerdown", function (event) { event.preventDefault(); knob.setPointerCapture(event.pointerId); });
      knob.addEventListener("pointermove", function (event) {
        if (!knob.hasPointerCapture(event.pointerId)) return;
        var edges = box.getBoundingClientRect();
        map.slideTo((event.clientX - edges.left) / edges.width);
      });
    },

    slideTo: function (share) {
      this.at = Math.min(1, Math.max(0, share));
      if (this.range) this.range.value = String(100 * this.at);
      this._split();
    },

    _buildNumbers: function (leaflet) {
      this.atlas.schools.forEach(function (school, s) {
        if (school.lat === null) return;
        var icon = L.divIcon({ className: "rz-number", html: node("span", "", null, String(s + 1)), iconSize: null });
        L.marker([school.lat, school.lon], { icon: icon, interactive: false, keyboard: false }).addTo(leaflet);
      });
    },

    /* Boxes of what stands on the map above its base, in pixels of its container: names of streets keep clear of it. */
    _written: function () {
      var zero = this.map.getContainer().getBoundingClientRect();
      return Array.from(this.map.getPane("markerPane").querySelectorAll(".leaflet-marker-icon > *")).map(function (shown) {
        var box = shown.getBoundingClientRect();
        return [box.left - zero.left - 2, box.top - zero.top - 2, box.right - zero.left + 2, box.bottom - zero.top + 2];
      });
    },

    _buildSearch: function (root) {
      var map = this, form = node("form", "rz-search", root), id = this.id + "-search";
      var label = node("label", "", form, this.say("search"));
      label.htmlFor = id;
      form.setAttribute("role", "search");
      var input = this.input = node("input", "", form), list = this.list = node("datalist", "", form);
      input.id = id; input.type = "search"; input.autocomplete = "off"; input.dir = "auto";
      list.id = id + "-list";
      input.setAttribute("list", list.id);
      node("button", "", form, this.say("find")).type = "submit";
      var clear = node("button", "", form, this.say("clear"));
      clear.type = "button";
      clear.addEventListener("click", function () { map.clear(); input.focus(); });
      input.addEventListener("input", function (event) {
        var isPicked = event.inputType === "insertReplacementText" || !event.inputType, offered = map.offers || [];
        var exact = offered.filter(function (offer) { return offer.text === input.value; });
        if (isPicked && exact.length) map._take(exact[0]); else map._offer();
      });
      form.addEventListener("submit", function (event) { event.preventDefault(); map._find(); });
      this._offer();
    },

    /* Schools first, then units whose ids hold what was typed. */
    _matches: function (typed) {
      var found = [], text = plain(typed.trim()), atlas = this.atlas, map = this;
      atlas.schools.forEach(function (school, s) {
        var number = String(s + 1);
        if (found.length < FEW && (plain(school.name).indexOf(text) >= 0 || number === text)) {
          found.push({ school: s, text: map.say("school", { number: number, name: short(school.name) }) });
        }
      });
      for (var u = 0; text && u < atlas.units.length && found.length < FEW; u++) {
        if (plain(atlas.units[u]).indexOf(text) >= 0) found.push({ unit: u, text: atlas.units[u] });
      }
      return found;
    },

    _offer: function () {
      this.offers = this._matches(this.input.value);
      var list = this.list;
      list.textContent = "";
      this.offers.forEach(function (offer) { node("option", "", list).value = offer.text; });
    },

    _find: function () {
      var typed = this.input.value.trim(), unit = this.atlas.units.indexOf(typed), offers = this.offers || [];
      if (!typed) return;
      var exact = offers.filter(function (offer) { return offer.text === typed; })[0];
      if (exact) this._take(exact);
      else if (unit >= 0) this._take({ unit: unit });
      else if (this._matches(typed).length) this._take(this._matches(typed)[0]);
      else this._said([this.say("not_found", { text: short(typed) })]);
    },

    _take: function (offer) { if ("school" in offer) this.focusSchool(offer.school); else this.select(offer.unit); },

    _buildSchools: function (body) {
      var map = this, side = node("div", "rz-schools", body), id = this.id + "-schools";
      node("h3", "", side, this.say("schools")).id = id;
      var list = node("ul", "", side);
      list.setAttribute("aria-labelledby", id);
      this.buttons = this.atlas.schools.map(function (school, s) {
        var button = node("button", "", node("li", "", list));
        button.type = "button"; button.title = school.name;
        node("span", "rz-swatch", button, String(s + 1)).style.backgroundColor = map.atlas.colors[s];
        node("bdi", "", button, school.name);
        button.addEventListener("click", function () { if (map.school === s) map.clear(); else map.focusSchool(s); });
        return button;
      });
    },

    _buildKey: function (root) {
      var key = node("p", "rz-key", root);
      if (this._hasToday()) {
        this.keyHatch = node("span", "rz-key-item", key);
        node("i", "rz-hatch", this.keyHatch); node("span", "", this.keyHatch, this.say("key_changed"));
        this.keyPale = node("span", "rz-key-item", key);
        node("i", "rz-pale", this.keyPale); node("span", "", this.keyPale, this.say("key_pale"));
      }
      this.atlas.base_notes[this.atlas.language].forEach(function (text) { node("span", "rz-key-item", key, text); });
      this.atlas.estimates[this.atlas.language].forEach(function (text) { node("span", "rz-key-item", key, "≈ " + text); });
      node("span", "rz-key-item rz-hint", key, this.say(isTouched() ? "move_touch" : "move"));
    },

    /* Controls say what is shown, whoever asked for it. */
    _sync: function () {
      var map = this, view = this.atlas.views[this.view];
      (this.viewInputs || []).forEach(function (input, v) { input.checked = v === map.view; });
      (this.howInputs || []).forEach(function (input) { input.checked = input.value === map.how; input.disabled = map.view === 0; });
      if (this.slide) {
        this.slide.hidden = !this.root.classList.contains("rz-swiping");
        this.slideText.textContent = this.say("slide", { view: view.name });
        this.tags[0].textContent = this.atlas.views[0].name;
        this.tags[1].textContent = view.name;
      }
      (this.buttons || []).forEach(function (button, s) { button.setAttribute("aria-pressed", String(s === map.school)); });
      if (this.keyHatch) { this.keyHatch.hidden = this.view === 0; this.keyPale.hidden = this.view === 0 || this.how !== "changes"; }
    },

    /* -- pointing -- */

    _hover: function (event) {
      var unit = this.unitAt(event.latlng.lat, event.latlng.lng);
      if (unit !== this.over) {
        this.over = unit;
        this.hovered.setLatLngs(this._ring(unit));
        var tip = this.tip;
        tip.hidden = unit < 0;
        tip.textContent = "";
        if (unit >= 0) this.facts(unit).forEach(function (line, k) { node(k ? "div" : "strong", "", tip, line).dir = "auto"; });
      }
      if (unit >= 0) this._placeTip(event.containerPoint);
    },

    _placeTip: function (point) {
      var size = this.map.getSize(), tip = this.tip, x = point.x + 14, y = point.y + 14;
      if (x + tip.offsetWidth > size.x) x = Math.max(0, point.x - tip.offsetWidth - 14);
      if (y + tip.offsetHeight > size.y) y = Math.max(0, point.y - tip.offsetHeight - 14);
      tip.style.left = x + "px"; tip.style.top = y + "px";
    },

    _leave: function () { this.over = -1; this.tip.hidden = true; this.hovered.setLatLngs([]); },

    _pick: function (unit) {
      this.unit = unit; this.school = -1;
      this._draw();
      this._tell();
      this.callbacks.forEach(function (callback) { callback(unit >= 0 ? unit : null); });
    },

    _tell: function () {
      this._said(this.unit >= 0 ? this.facts(this.unit) : this.school >= 0 ? this._schoolFacts() : []);
    },

    /* Lines beside the map; the first names what they are about. */
    _said: function (lines) {
      var status = this.status;
      status.textContent = "";
      lines.forEach(function (line, k) { node("p", k ? "" : "rz-about", status, line).dir = "auto"; });
    },

    _schoolFacts: function () {
      var map = this, s = this.school;
      var parts = [this.say("school", { number: s + 1, name: short(this.atlas.schools[s].name) })];
      this.atlas.views.forEach(function (view, v) {
        if (v !== map.view && !(v === 0 && map._hasToday())) return;
        var count = view.zone.filter(function (z) { return z === s; }).length;
        parts.push(map.say("school_units", { count: count.toLocaleString("en-US"), view: view.name }));
      });
      return parts;
    },

    _fly: function (box, least) {
      var bounds = L.latLngBounds(this.degrees(box[0], box[1]), this.degrees(box[2], box[3])).pad(least);
      this.map.fitBounds(bounds, { animate: false, maxZoom: this.map.getBoundsZoom(this.bounds) + 4 });
    },

    /* -- what pages may ask for -- */

    show: function (key) {
      var v = this.atlas.views.findIndex(function (view) { return view.key === key; });
      if (v < 0) return;
      this.view = v;
      this._draw();
      this._tell();
    },

    compare: function (how) { this.how = how; this._draw(); },

    showChanged: function (letter) { this.how = "changes"; this.show(letter); },

    select: function (unit) {
      var u = typeof unit === "string" ? this.atlas.units.indexOf(unit) : unit;
      if (!(u >= 0 && u < this.atlas.units.length)) return false;
      this._fly(this.shapes.boxes[u], 3);
      this._pick(u);
      return true;
    },

    /* Outline several units, by index. */
    mark: function (units) {
      var map = this, boxes = this.shapes.boxes, box = [Infinity, Infinity, -Infinity, -Infinity];
      units.forEach(function (u) {
        box = [Math.min(box[0], boxes[u][0]), Math.min(box[1], boxes[u][1]), Math.max(box[2], boxes[u][2]), Math.max(box[3], boxes[u][3])];
      });
      this.marked.setLatLngs(units.map(function (u) { return map._ring(u); }));
      if (box[0] < Infinity) this._fly(box, 0.3);
    },

    focusSchool: function (s) {
      var zone = this.atlas.views[this.view].zone, boxes = this.shapes.boxes, box = [Infinity, Infinity, -Infinity, -Infinity];
      zone.forEach(function (z, u) {
        if (z !== s) return;
        box = [Math.min(box[0], boxes[u][0]), Math.min(box[1], boxes[u][1]), Math.max(box[2], boxes[u][2]), Math.max(box[3], boxes[u][3])];
      });
      this.unit = -1; this.school = s;
      if (box[0] < Infinity) this._fly(box, 0.15);
      this._draw();
      this._tell();
    },

    clear: function () {
      var had = this.unit >= 0;
      this.unit = this.school = -1;
      this._leave();
      if (this.input) { this.input.value = ""; this._offer(); }
      this.map.fitBounds(this.bounds, { animate: false, padding: [8, 8] });
      this._draw();
      this._tell();
      if (this.pinned) { this.pinned.remove(); this.pinned = null; }
      if (had) this.callbacks.forEach(function (callback) { callback(null); });
    },

    /* A place that is no unit, an address say; text is read out nowhere, for the page says it. */
    pin: function (lat, lon) {
      if (this.pinned) this.pinned.remove();
      this.pinned = L.marker([lat, lon], { icon: L.divIcon({ className: "rz-pin", iconSize: null }), interactive: false, keyboard: false }).addTo(this.map);
    },

    onSelect: function (callback) { this.callbacks.push(callback); },

    remove: function () { this.map.remove(); this.root.remove(); },

    resize: function () { this.map.invalidateSize({ animate: false }); this._split(); }
  };

  window.RezoningMap.create = function (element, atlas, strings, options) {
    if (element.rezoningMap) element.rezoningMap.remove(); // drawn again, in another language say
    return (element.rezoningMap = new Atlas(element, atlas, strings, options));
  };
})();
