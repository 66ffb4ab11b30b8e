/* The map of zones: draws an atlas (rezoning.report.maps.atlas) with Leaflet on canvases of its own, from data in the page alone.

   RezoningMap.create(element, atlas, strings, options) -> a map with what stands below "what pages may ask for".
   strings: the part "map" of a language. options: {controls, search, schools: false} leave out what the page has itself.
   What is looked at is {option, view, school, area}: the key of the zones that are shown, how ("whole", "swipe", "changes"), and the ids of what is chosen
   or null. `state()` gives it, `restore(part of it)` goes there, and an event "rezoning-map" with it as `detail` comes up the page whenever it changes.
   Every text goes into the page through textContent. */
(function () {
  "use strict";

  const { Shapes, ringArea, Picture, Labels, Basemap, BaseLabels } = window.RezoningMap, { node, isTouched } = window.RezoningMap.words;
  const HOWS = ["whole", "swipe", "changes"], NOWHERE = [Infinity, Infinity, -Infinity, -Infinity];
  let counter = 0;

  function isReduced() { return window.matchMedia("(prefers-reduced-motion: reduce)").matches; }

  function wider(box, more) { return [Math.min(box[0], more[0]), Math.min(box[1], more[1]), Math.max(box[2], more[2]), Math.max(box[3], more[3])]; }

  class Atlas {
    constructor(element, atlas, strings, options) {
      this.atlas = atlas; this.strings = strings; this.options = options || {};
      this.shapes = new Shapes(atlas);
      if (atlas.basemap) this.shapes.base = new Basemap(atlas);
      atlas.shapes.area = this.shapes.rings.reduce((sum, rings) => sum + Math.abs(rings.reduce(ringArea, 0)), 0);
      this.id = "rz-map-" + (++counter);
      this.view = this._hasToday() && atlas.views.length > 1 ? 1 : 0;
      this.how = "whole"; this.unit = -1; this.school = -1; this.at = 0.5; this.callbacks = [];
      this._build(element);
      this._draw();
    }

    _hasToday() { return this.atlas.views[0].key === "today"; }

    /* -- what is drawn -- */

    _draw() {
      const isOption = this._hasToday() && this.view > 0, isSwipe = this.how === "swipe" && isOption;
      this.after.set({ view: this.view, changes: this.how === "changes" && isOption, school: this.school });
      if (isSwipe) this.before.set({ view: 0, changes: false, school: this.school });
      this.before.canvas.style.display = isSwipe ? "" : "none";
      this.root.classList.toggle("rz-swiping", isSwipe);
      this._split();
      this.labels.draw();
      if (this.names) this.names.draw();
      this.chosen.setLatLngs(this._ring(this.unit));
      this._sync();
      this._note();
    }

    /* Where the line is that parts today from the view, in pixels; null where there is none. */
    swipedTo() { return this.root.classList.contains("rz-swiping") ? Math.round(this.at * this.map.getSize().x) : null; }

    _split() {
      const x = this.swipedTo(), width = this.map.getSize().x;
      this.before.cut(x === null ? null : [0, x]);
      this.after.cut(x === null ? null : [x, width * 2]);
      this.labels.split(x);
      this.bar.style.left = Math.round(this.at * width) + "px";
    }

    _ring(u) { return u < 0 ? [] : this.shapes.rings[u].map((ring) => ring.map((p) => this.degrees(p[0], p[1]))); }

    degrees(x, y) {
      const place = this.atlas.shapes;
      return L.Projection.SphericalMercator.unproject(L.point(place.origin[0] + x * place.step, place.origin[1] + y * place.step));
    }

    unitAt(lat, lon) {
      const place = this.atlas.shapes, point = L.Projection.SphericalMercator.project(L.latLng(lat, lon));
      return this.shapes.unitAt((point.x - place.origin[0]) / place.step, (point.y - place.origin[1]) / place.step);
    }

    /* -- building -- */

    _build(element) {
      const root = this.root = node("div", "rz-map", element);
      if (this.options.controls !== false) this._buildViews(root);
      const body = node("div", "rz-body", root), frame = node("div", "rz-frame", body), side = node("div", "rz-side", body);
      if (this.howInputs) this._buildSlide(frame);
      this._buildMap(node("div", "rz-box", frame));
      this._buildKey(frame);
      if (this.options.search !== false) this._buildSearch(side);
      this.status = node("div", "rz-status", side);
      this.status.setAttribute("role", "status");
      if (this.options.schools !== false) this._buildSchools(side);
      root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.clear(); });
    }

    _buildMap(box) {
      const place = node("div", "rz-place", box), isCoarse = isTouched(), size = { animate: false, padding: [8, 8] };
      place.setAttribute("role", "application");
      place.setAttribute("aria-label", this.say("map"));
      const leaflet = this.map = L.map(place, {
        attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, zoomSnap: 0, zoomDelta: 0.75,
        inertia: !isReduced(), dragging: !isCoarse, scrollWheelZoom: false, maxBoundsViscosity: 0.9, wheelPxPerZoomLevel: 120, keyboard: false
      });
      L.control.zoom({ zoomInTitle: this.say("zoom_in"), zoomOutTitle: this.say("zoom_out") }).addTo(leaflet);
      this.bounds = L.latLngBounds(this.atlas.bounds);
      leaflet.fitBounds(this.bounds, size);
      leaflet.setMinZoom(leaflet.getZoom() - 1).setMaxBounds(this.bounds.pad(0.6));
      this.before = new Picture(this.shapes).addTo(leaflet);
      this.after = new Picture(this.shapes).addTo(leaflet);
      this._buildOutlines(leaflet);
      this.bar = node("div", "rz-line", box);
      this.tags = ["before", "after"].map((when) => node("span", "rz-tag rz-" + when, this.bar));
      this._dragBar(box);
      this.tip = node("div", "rz-tip", box);
      this.tip.hidden = true;
      this.tip.setAttribute("aria-hidden", "true"); // the same words stand in the status line once a unit is chosen
      this.labels = new Labels(this).addTo(leaflet);
      if (this.shapes.base) this.names = new BaseLabels(this.shapes.base, this.atlas, () => this.labels.boxes).addTo(leaflet); // after what it keeps clear of
      this._buildKeys(place);
      if (!isCoarse) leaflet.on("mousemove", (event) => this._hover(event)); // fingers choose, they do not hover
      leaflet.on("mouseout", () => this._leave());
      leaflet.on("click", (event) => { leaflet.scrollWheelZoom.enable(); this._pick(this.unitAt(event.latlng.lat, event.latlng.lng)); });
      place.addEventListener("blur", () => leaflet.scrollWheelZoom.disable());
      leaflet.on("resize", () => this._split());
    }

    _buildOutlines(leaflet) {
      const renderer = L.svg({ padding: 0.5 }), outline = (className) => L.polygon([], { renderer, interactive: false, fill: false, className }).addTo(leaflet);
      this.hovered = outline("rz-hovered");
      this.chosen = outline("rz-chosen");
      this.marked = outline("rz-marked");
    }

    /* The line can be taken by its knob, as eyes expect; keys have the slider. */
    _dragBar(box) {
      const knob = node("span", "rz-knob", this.bar, "⇔");
      this.bar.setAttribute("aria-hidden", "true");
      knob.addEventListener("pointerdown", (event) => { event.preventDefault(); knob.setPointerCapture(event.pointerId); });
      knob.addEventListener("pointermove", (event) => {
        if (!knob.hasPointerCapture(event.pointerId)) return;
        const edges = box.getBoundingClientRect();
        this.slideTo((event.clientX - edges.left) / edges.width);
      });
    }

    /* -- pointing -- */

    _hover(event) {
      const unit = this.unitAt(event.latlng.lat, event.latlng.lng);
      if (unit !== this.over) {
        this.over = unit;
        this.hovered.setLatLngs(this._ring(unit));
        this._fillTip(unit);
      }
      if (unit >= 0) this._placeTip(event.containerPoint);
    }

    _fillTip(unit) {
      this.tip.hidden = unit < 0;
      this.tip.textContent = "";
      if (unit >= 0) this.facts(unit).forEach((line, k) => { node(k ? "div" : "strong", "", this.tip, line).dir = "auto"; });
    }

    _placeTip(point) {
      const size = this.map.getSize(), tip = this.tip;
      let x = point.x + 14, y = point.y + 14;
      if (x + tip.offsetWidth > size.x) x = Math.max(0, point.x - tip.offsetWidth - 14);
      if (y + tip.offsetHeight > size.y) y = Math.max(0, point.y - tip.offsetHeight - 14);
      tip.style.left = x + "px"; tip.style.top = y + "px";
    }

    _leave() { this.over = -1; this._fillTip(-1); this.hovered.setLatLngs([]); }

    _pick(unit) {
      this.unit = unit; this.school = -1;
      this._draw();
      this._tell();
      this.callbacks.forEach((callback) => callback(unit >= 0 ? unit : null));
    }

    _fly(box, least) {
      if (box[0] === Infinity) return;
      const bounds = L.latLngBounds(this.degrees(box[0], box[1]), this.degrees(box[2], box[3])).pad(least);
      this.map.fitBounds(bounds, { animate: false, maxZoom: this.map.getBoundsZoom(this.bounds) + 4 });
    }

    _note() {
      const state = this.state(), text = JSON.stringify(state);
      if (this.noted !== undefined && this.noted !== text) this.root.dispatchEvent(new CustomEvent("rezoning-map", { bubbles: true, detail: state }));
      this.noted = text;
    }

    /* -- what pages may ask for -- */

    state() {
      const atlas = this.atlas;
      return {
        option: atlas.views[this.view].key, view: this.how,
        school: this.school < 0 ? null : atlas.schools[this.school].id, area: this.unit < 0 ? null : atlas.units[this.unit]
      };
    }

    /* Go to what is looked at; what is left out stays, and what there is not is passed over. */
    restore(state) {
      const s = this.atlas.schools.findIndex((school) => school.id === state.school);
      if (HOWS.includes(state.view)) this.how = state.view;
      this.show(state.option === undefined ? this.atlas.views[this.view].key : state.option);
      if (typeof state.area === "string" && this.select(state.area)) return;
      if (s >= 0) this.focusSchool(s);
      else if (state.area === null || state.school === null) this.clear();
    }

    show(key) {
      const v = this.atlas.views.findIndex((view) => view.key === key);
      if (v >= 0) this.view = v;
      this._draw();
      this._tell();
    }

    compare(how) { this.how = how; this._draw(); }

    slideTo(share) {
      this.at = Math.min(1, Math.max(0, share));
      if (this.range) this.range.value = String(100 * this.at);
      this._split();
    }

    select(unit) {
      const u = typeof unit === "string" ? this.atlas.units.indexOf(unit) : unit;
      if (!(u >= 0 && u < this.atlas.units.length)) return false;
      this._fly(this.shapes.boxes[u], 3);
      this._pick(u);
      return true;
    }

    /* Outline several units, by index. */
    mark(units) {
      this.marked.setLatLngs(units.map((u) => this._ring(u)));
      this._fly(units.map((u) => this.shapes.boxes[u]).reduce(wider, NOWHERE), 0.3);
    }

    focusSchool(s) {
      const view = this.atlas.views[this.view], zone = view.zone, lead = window.RezoningMap.zoneOf(view, s);
      this.unit = -1; this.school = s;
      this._fly(this.shapes.boxes.filter((_, u) => zone[u] === lead).reduce(wider, NOWHERE), 0.15);
      this._draw();
      this._tell();
    }

    clear() {
      const had = this.unit >= 0;
      this.unit = this.school = -1;
      this._leave();
      this.cursor = -1;
      if (this.input) { this.input.value = ""; this._offer(); }
      this.map.fitBounds(this.bounds, { animate: false, padding: [8, 8] });
      this._draw();
      this._tell();
      if (this.pinned) { this.pinned.remove(); this.pinned = null; }
      if (had) this.callbacks.forEach((callback) => callback(null));
    }

    /* A place that is no unit, an address say; text is read out nowhere, for the page says it. */
    pin(lat, lon) {
      if (this.pinned) this.pinned.remove();
      this.pinned = L.marker([lat, lon], { icon: L.divIcon({ className: "rz-pin", iconSize: null }), interactive: false, keyboard: false }).addTo(this.map);
    }

    onSelect(callback) { this.callbacks.push(callback); }

    remove() { this.map.remove(); this.root.remove(); }

    resize() { this.map.invalidateSize({ animate: false }); this._split(); }
  }

  Object.assign(Atlas.prototype, ...window.RezoningMap.parts);

  window.RezoningMap.create = function (element, atlas, strings, options) {
    if (element.rezoningMap) element.rezoningMap.remove(); // drawn again, in another language say
    return (element.rezoningMap = new Atlas(element, atlas, strings, options));
  };
})();
