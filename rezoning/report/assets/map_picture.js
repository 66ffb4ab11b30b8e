/* One picture of zones: a layer of Leaflet with a canvas of its own.

   RezoningMap.Picture, and RezoningMap.changedIn: which units have another school in a view than today. */
(function () {
  "use strict";

  var INK = "#222222", SAME = "#f3f3f1"; // where no zone has a color of its own

  function changedIn(atlas, v) {
    var first = atlas.views[0];
    if (first.key !== "today" || v === 0) return function () { return false; };
    var now = first.zone, then = atlas.views[v].zone, told = atlas.views[v].changed;
    if (told) return function (u) { return told[u] > 0; }; // schools are paired
    return function (u) { return now[u] >= 0 && now[u] !== then[u]; };
  }

  /* What lies over fills, on tiles of eight pixels: stripes where the school changes; dots or lines for zones that colors do not tell apart. */
  var PATTERNS = {
    changed: function (pen, size) { [-size, 0, size].forEach(function (x) { pen.moveTo(x, size); pen.lineTo(x + size, 0); }); pen.stroke(); },
    dots: function (pen, size) { pen.arc(size / 2, size / 2, size / 6, 0, 7); pen.fill(); },
    lines: function (pen, size) { pen.moveTo(0, size / 2); pen.lineTo(size, size / 2); pen.stroke(); }
  };

  function tiled(context, ratio, draw) {
    var tile = document.createElement("canvas"), size = Math.round(8 * ratio), pen = tile.getContext("2d");
    tile.width = tile.height = size;
    pen.strokeStyle = pen.fillStyle = INK; pen.globalAlpha = 0.6; pen.lineWidth = 1.1 * ratio;
    pen.beginPath();
    draw(pen, size);
    return context.createPattern(tile, "repeat");
  }

  var Picture = L.Layer.extend({
    initialize: function (shapes) { this.shapes = shapes; this.side = null; },

    onAdd: function () {
      this.canvas = L.DomUtil.create("canvas", "rz-canvas leaflet-zoom-hide", this.getPane());
      this.canvas.setAttribute("aria-hidden", "true");
      this.draw();
    },
    onRemove: function () { L.DomUtil.remove(this.canvas); },
    getEvents: function () { return { moveend: this.draw, zoom: this.draw, viewreset: this.draw, resize: this.draw, move: this.clip }; },

    /* what: {view, changes: whether only what changes keeps its color, school: the one to stress, or -1} */
    set: function (what) { this.what = what; this.draw(); },

    draw: function () {
      if (!this._map || !this.what || !this._map.getSize().x) return; // hidden, as on paper
      var map = this._map, size = map.getSize(), pad = size.multiplyBy(0.15).round(), ratio = window.devicePixelRatio || 1;
      var corner = this.corner = map.containerPointToLayerPoint(L.point(-pad.x, -pad.y)).round();
      var width = size.x + 2 * pad.x, height = size.y + 2 * pad.y, canvas = this.canvas;
      L.DomUtil.setPosition(canvas, corner);
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
        canvas.style.width = width + "px"; canvas.style.height = height + "px";
      }
      var pen = canvas.getContext("2d"), place = this.shapes.atlas.shapes, scale = map.options.crs.scale(map.getZoom()) / (2 * Math.PI * 6378137);
      var west = map.options.crs.scale(map.getZoom()) / 2 + place.origin[0] * scale, south = map.options.crs.scale(map.getZoom()) / 2 - place.origin[1] * scale;
      var zero = map.getPixelOrigin().add(corner), cell = place.step * scale;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.setTransform(cell * ratio, 0, 0, -cell * ratio, (west - zero.x) * ratio, (south - zero.y) * ratio);
      this._paint(pen, cell, ratio);
      this.clip();
    },

    _paint: function (pen, cell, ratio) {
      var shapes = this.shapes, atlas = shapes.atlas, what = this.what, view = atlas.views[what.view], zone = view.zone;
      var kind = function (u) { return zone[u]; };
      var isChanged = changedIn(atlas, what.view), areas = shapes.areas(view.key, kind);
      pen.lineJoin = "round";
      if (what.changes) {
        areas.forEach(function (path) { pen.fillStyle = SAME; pen.fill(path, "evenodd"); });
        areas = shapes.areas("moved " + view.key, function (u) { return isChanged(u) ? zone[u] : -1; });
      }
      var picture = this;
      areas.forEach(function (path, s) {
        pen.fillStyle = atlas.colors[s]; pen.fill(path, "evenodd");
        if (atlas.patterns[s]) picture._over(pen, path, tiled(pen, ratio, PATTERNS[atlas.patterns[s]]));
      });
      if (shapes.base) shapes.base.paint(pen, cell, this._seen(pen));
      var middling = Math.sqrt(atlas.shapes.area / atlas.units.length) * cell;
      if (middling > 7) stroke(shapes.units(), "#ffffff", 0.7, Math.min(0.8, middling / 30));
      var changed = shapes.areas("changed " + view.key, function (u) { return isChanged(u) ? 1 : -1; }).get(1);
      if (changed) this._over(pen, changed, tiled(pen, ratio, PATTERNS.changed));
      stroke(shapes.borders(view.key, kind), INK, what.changes ? 0.8 : 1.4, what.changes ? 0.6 : 1);
      if (changed && what.changes) stroke(changed, INK, 1.6, 1);
      if (what.school >= 0) {
        var stressed = shapes.areas(view.key, kind).get(window.RezoningMap.zoneOf(view, what.school));
        if (stressed) { stroke(stressed, "#ffffff", 6, 1); stroke(stressed, "#b3261e", 3, 1); }
      }
      function stroke(path, color, width, alpha) {
        pen.globalAlpha = alpha; pen.strokeStyle = color; pen.lineWidth = width / cell; pen.stroke(path); pen.globalAlpha = 1;
      }
    },

    /* Fill a path with a pattern that stays upright and of one size at every zoom. */
    _over: function (pen, path, pattern) {
      pen.save();
      pen.clip(path, "evenodd");
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.fillStyle = pattern;
      pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
      pen.restore();
    },

    /* What of the grid is on the canvas: west, south, east, north. */
    _seen: function (pen) {
      var to = pen.getTransform().inverse(), low = to.transformPoint({ x: 0, y: this.canvas.height }), high = to.transformPoint({ x: this.canvas.width, y: 0 });
      return [low.x, low.y, high.x, high.y];
    },

    /* side: null for all of the map, or [from, to] in pixels of the map's width that stay visible */
    cut: function (side) { this.side = side; this.clip(); },
    clip: function () {
      if (!this._map || !this.corner) return;
      if (!this.side) { this.canvas.style.clipPath = ""; return; }
      var start = this._map.layerPointToContainerPoint(this.corner).x, width = parseFloat(this.canvas.style.width);
      var from = Math.max(0, this.side[0] - start), to = Math.min(width, this.side[1] - start);
      this.canvas.style.clipPath = "inset(0 " + Math.max(0, width - to) + "px 0 " + from + "px)";
    }
  });

  window.RezoningMap.Picture = Picture;
  window.RezoningMap.changedIn = changedIn;
})();
