/* What is written on the map: every school's name beside its dot, its number where the name does not fit, and "→ Lincoln" in areas that change.

   RezoningMap.place puts names as rezoning/report/maps/placing.py does: beside their points, none over another, with a line where they had to move away. */
(function () {
  "use strict";

  const { node } = window.RezoningMap.words;
  const SIDES = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]];
  const STEPS = [0, 1.2, 2.4]; // how far a name may move away, in heights of a line
  const LINE = 15, DOT = 6, EDGE = 3, LEAST = 6, FAR = 11; // pixels; from LEAST on an area that changes says so, from FAR on from afar
  const FONT = "600 12.5px system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif";

  function around(x, y, across, along) { return [x - across, y - along, x + across, y + along]; }
  function meet(a, b) { return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]; }
  function isInside(box, frame) { return frame[0] <= box[0] && frame[1] <= box[1] && box[2] <= frame[2] && box[3] <= frame[3]; }

  function leader(one, x, y, name) {
    const size = LINE / 3, count = Math.max(2, Math.floor(Math.max(Math.abs(x - one.x), Math.abs(y - one.y)) / size)), found = [];
    for (let k = 1; k < count; k++) {
      const box = around(one.x + (x - one.x) * k / count, one.y + (y - one.y) * k / count, size / 4, size / 4);
      if (!meet(box, name)) found.push(box);
    }
    return found;
  }

  function spots(one, width, height) {
    const found = one.dot ? [] : [[one.x, one.y, false]];
    (one.dot ? STEPS : one.isSmall ? [] : STEPS.slice(1)).forEach((step) => SIDES.forEach(([across, along]) => {
      const reach = one.dot + step * LINE;
      found.push([one.x + across * (width / 2 + reach), one.y + along * (height / 2 + reach), step > 0]);
    }));
    return found;
  }

  function firstFree(one, frame, others) {
    for (let size = 0; size < one.sizes.length; size++) {
      const [width, height] = one.sizes[size];
      for (const [x, y, isFar] of spots(one, width, height)) {
        const name = around(x, y, width / 2, height / 2);
        if (!isInside(name, frame)) continue;
        const boxes = isFar ? [name, ...leader(one, x, y, name)] : [name];
        if (!boxes.some((box) => others.some((other) => meet(box, other)))) return { x, y, size, isFar, boxes };
      }
    }
    return null;
  }

  /* those: {x, y, sizes: [[width, height], …], dot, isSmall: whether it is named in its middle or not at all} by importance; a spot for each, or null. */
  function place(those, frame, taken) {
    const dots = those.map((one) => (one.dot ? around(one.x, one.y, one.dot, one.dot) : null)), written = taken.slice();
    return those.map((one, k) => {
      const spot = firstFree(one, frame, [...dots.filter((dot, i) => dot && i !== k), ...written]);
      if (spot) written.push(...spot.boxes);
      return spot;
    });
  }

  /* A layer of Leaflet; `map` is the RezoningMap. */
  const Labels = L.Layer.extend({
    initialize(map) { this.owner = map; this.boxes = []; this.pen = document.createElement("canvas").getContext("2d"); },

    onAdd() {
      this.root = L.DomUtil.create("div", "rz-labels", this.getPane("markerPane"));
      this.root.setAttribute("aria-hidden", "true"); // all of it stands in the lists and cards
      this.draw();
    },
    onRemove() { L.DomUtil.remove(this.root); },
    getEvents() { return { moveend: this.draw, zoom: this.draw, viewreset: this.draw, resize: this.draw }; },

    draw() {
      if (!this._map || !this._map.getSize().x) return;
      const size = this._map.getSize(), frame = [EDGE, EDGE, size.x - EDGE, size.y - EDGE], things = this._things(frame);
      const found = place(things, frame, [[0, 0, 50, 90]]); // the buttons that zoom
      this.root.textContent = "";
      L.DomUtil.setPosition(this.root, this._map.containerPointToLayerPoint(L.point(0, 0)));
      this.boxes = things.filter((one) => one.dot).map((one) => around(one.x, one.y, one.dot, one.dot));
      const lines = this.root.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
      lines.setAttribute("width", size.x); lines.setAttribute("height", size.y);
      this.arrows = [];
      things.forEach((one, k) => this._write(one, found[k], lines));
      this.split(this.owner.swipedTo());
    },

    _things(frame) {
      const map = this.owner, atlas = map.atlas, found = [], view = atlas.views[map.view];
      this.pen.font = FONT;
      const order = atlas.schools.map((_, s) => s).sort((a, b) => (b === map.school) - (a === map.school) || a - b);
      for (const s of order) {
        const school = atlas.schools[s];
        if (school.lat === null) continue;
        const at = this._map.latLngToContainerPoint([school.lat, school.lon]), texts = [view.written ? view.written[s] : school.short, [String(s + 1)]];
        if (isInside([at.x, at.y, at.x, at.y], frame)) found.push({ x: at.x, y: at.y, dot: DOT, school: s, texts, sizes: texts.map((lines) => this._size(lines)) });
      }
      for (let k = 0; k < view.arrows.length; k += 4) {
        const [x, y, radius, s] = view.arrows.slice(k, k + 4), at = this._map.latLngToContainerPoint(map.degrees(x, y)), edge = this._map.latLngToContainerPoint(map.degrees(x + radius, y));
        if (edge.x - at.x < LEAST || !isInside([at.x, at.y, at.x, at.y], frame)) continue;
        const those = view.pools && view.pools[s] ? view.pools[s].map(([one]) => one) : [s]; // schools that share the zone that it goes to
        const texts = [["→ " + those.map((one) => atlas.schools[one].short.join(" ")).join(" · ")]];
        found.push({ x: at.x, y: at.y, dot: 0, isSmall: edge.x - at.x < FAR, arrow: s, texts, sizes: texts.map((lines) => this._size(lines)) });
      }
      return found;
    },

    _size(lines) { return [Math.max(...lines.map((line) => this.pen.measureText(line).width)) + 12, lines.length * LINE + 5]; },

    _write(one, spot, lines) {
      const map = this.owner, isSchool = "school" in one;
      if (isSchool) this._at(node("span", "rz-dot", this.root), one.x, one.y, one.school);
      if (!spot) return;
      this.boxes.push(...spot.boxes);
      const cls = isSchool ? (spot.size ? "rz-name rz-number" : "rz-name") : "rz-goes", made = node("span", cls, this.root, one.texts[spot.size].join("\n"));
      this._at(made, spot.x, spot.y, isSchool ? one.school : -1);
      made.style.width = one.sizes[spot.size][0] + "px";
      if (isSchool && one.school === map.school) made.classList.add("rz-is-chosen");
      if (!isSchool) this.arrows.push({ x: one.x, shown: [made] });
      if (!spot.isFar) return;
      const drawn = [["line", { x1: one.x, y1: one.y, x2: spot.x, y2: spot.y }], ...(isSchool ? [] : [["circle", { cx: one.x, cy: one.y, r: 3 }]])].map(([tag, values]) => {
        const made = lines.appendChild(document.createElementNS(lines.namespaceURI, tag));
        Object.entries(values).forEach(([name, value]) => made.setAttribute(name, value));
        return made;
      });
      if (!isSchool) this.arrows[this.arrows.length - 1].shown.push(...drawn);
    },

    _at(made, x, y, school) {
      made.style.left = x + "px"; made.style.top = y + "px";
      if (school < 0) return;
      made.addEventListener("click", (event) => { event.stopPropagation(); this.owner.focusSchool(school); });
      made.title = this.owner.atlas.schools[school].name;
    },

    /* Left of the line that is drawn across the map there is today, where nothing goes anywhere. */
    split(x) { (this.arrows || []).forEach((arrow) => arrow.shown.forEach((one) => { one.style.visibility = x !== null && arrow.x < x ? "hidden" : ""; })); }
  });

  window.RezoningMap.place = place;
  window.RezoningMap.Labels = Labels;
})();
