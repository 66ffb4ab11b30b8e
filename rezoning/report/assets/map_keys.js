/* The map by keyboard: arrows go from area to area, Enter opens the one that is outlined, Escape lets go; + and - zoom, Shift with arrows moves the map. */
(function () {
  "use strict";

  const { node } = window.RezoningMap.words;
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const STEP = 80; // pixels that the map moves

  /* Areas that share a border with each, once they are asked for. */
  function bordering(shapes) {
    return shapes.once("bordering", () => {
      const found = shapes.steps.map(() => new Set());
      shapes.arcs.forEach((arc) => { if (arc.right >= 0) { found[arc.left].add(arc.right); found[arc.right].add(arc.left); } });
      return found.map((those) => [...those].sort((a, b) => a - b));
    });
  }

  function middle(box) { return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]; }

  const Keys = {
    _buildKeys(place) {
      place.tabIndex = 0;
      this.live = node("div", "rz-live", this.root);
      this.live.setAttribute("role", "status");
      this.cursor = -1;
      place.addEventListener("keydown", (event) => { if (event.target === place) this._key(event); });
      place.addEventListener("blur", () => this._point(-1));
    },

    _key(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const way = WAYS[event.key];
      if (way && event.shiftKey) this.map.panBy([way[0] * STEP, -way[1] * STEP], { animate: false });
      else if (way) this._point(this._next(way));
      else if (event.key === "Enter" || event.key === " ") { if (this.cursor >= 0) this._pick(this.cursor); }
      else if (event.key === "+" || event.key === "=") this.map.zoomIn();
      else if (event.key === "-") this.map.zoomOut();
      else return;
      event.preventDefault();
    },

    /* The area next to the one that is pointed at, in a direction: a neighbor whose middle lies that way, else the nearest that does. */
    _next(way) {
      const shapes = this.shapes, from = this.cursor >= 0 ? this.cursor : this.unit;
      if (from < 0) return this._central();
      const at = middle(shapes.boxes[from]), worth = (u) => {
        const to = middle(shapes.boxes[u]), ahead = (to[0] - at[0]) * way[0] + (to[1] - at[1]) * way[1], aside = Math.abs((to[0] - at[0]) * way[1]) + Math.abs((to[1] - at[1]) * way[0]);
        return ahead > 0 && ahead >= aside * 0.5 ? ahead + 2 * aside : Infinity;
      };
      const best = (those) => those.reduce((found, u) => { const cost = worth(u); return cost < found[1] ? [u, cost] : found; }, [-1, Infinity])[0];
      const near = best(bordering(shapes)[from]);
      if (near >= 0) return near;
      const far = best(shapes.boxes.map((_, u) => u).filter((u) => u !== from));
      return far >= 0 ? far : from;
    },

    _central() {
      const center = this.map.getCenter(), under = this.unitAt(center.lat, center.lng);
      if (under >= 0) return under;
      const at = this.map.latLngToContainerPoint(center);
      let best = 0, least = Infinity;
      this.shapes.boxes.forEach((box, u) => {
        const far = this.map.latLngToContainerPoint(this.degrees(...middle(box))).distanceTo(at);
        if (far < least) { least = far; best = u; }
      });
      return best;
    },

    /* Outline an area without opening it, keep it in sight, and say it. */
    _point(u) {
      this.cursor = u;
      this.hovered.setLatLngs(this._ring(u));
      this.tip.hidden = true;
      if (u < 0) { this.live.textContent = ""; return; }
      const at = this.degrees(...middle(this.shapes.boxes[u]));
      this.map.panInside(at, { padding: [60, 60], animate: false });
      this.live.textContent = this.facts(u).join(". ");
      this._fillTip(u);
      this._placeTip(this.map.latLngToContainerPoint(at));
    }
  };

  window.RezoningMap.parts.push(Keys);
})();
