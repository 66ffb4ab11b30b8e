/* What lies under the zones: waters, streets and places of an atlas (rezoning.report.maps.atlas.basemap), with their names.

   new RezoningMap.Basemap(atlas): paint(pen, cell, ratio, box) draws waters and streets on the atlas's grid, between a picture's fills and borders.
   RezoningMap.BaseLabels: a layer of Leaflet that writes names where they cover neither each other nor what `obstacles` gives. */
(function () {
  "use strict";

  var numbersOf = window.RezoningMap.numbersOf;
  var WATER = "#bcd7e8", SHORE = "#7fa8c4", CASING = "#6d6d6d", STREET = "#ffffff", LANE = "#555555";
  var STREETS = [ // of each rank: width in pixels where a pixel is LOOK meters wide, from how many meters a pixel on it is drawn, and named
    { width: 2.8, drawn: Infinity, named: 160, size: 11.5, weight: 600 },
    { width: 2.3, drawn: 160, named: 60, size: 11.5, weight: 500 },
    { width: 1.5, drawn: 40, named: 24, size: 11, weight: 400 },
    { width: 0.9, drawn: 17, named: 6, size: 10.5, weight: 400 }
  ];
  var PLACES = [{ from: Infinity, size: 15 }, { from: 200, size: 14 }, { from: 60, size: 12.5 }, { from: 16, size: 12 }];
  var LOOK = 12, MOST = 110, APART = 330, STRAIGHT = 0.985, BUCKET = 48;

  /* -- shapes ---------------------------------------------------------------------------------------------------------- */

  function shapesOf(text, step) {
    var numbers = numbersOf(text), found = [], at = 0, x = 0, y = 0;
    while (at < numbers.length) {
      var shape = { name: numbers[at], parts: [] };
      for (var parts = numbers[at + 1], i = at + 2; parts > 0; parts--) {
        var xs = [], ys = [];
        for (var k = numbers[i++]; k > 0; k--) { xs.push((x += numbers[i++]) * step); ys.push((y += numbers[i++]) * step); }
        shape.parts.push([xs, ys]);
      }
      at = i;
      found.push(shape);
    }
    return found;
  }

  /* Shapes that lie near each other; they are read when they are first seen. */
  function Bundle(entry, step, isArea) {
    this.box = entry[0].map(function (edge) { return edge * step; });
    this.text = entry[1]; this.step = step; this.isArea = isArea;
  }

  Bundle.prototype = {
    isIn: function (box) { return this.box[0] <= box[2] && this.box[2] >= box[0] && this.box[1] <= box[3] && this.box[3] >= box[1]; },
    shapes: function () { return this.found || (this.found = shapesOf(this.text, this.step)); },
    path: function () {
      if (this.line) return this.line;
      var path = this.line = new Path2D(), isArea = this.isArea;
      this.shapes().forEach(function (shape) {
        shape.parts.forEach(function (part) {
          path.moveTo(part[0][0], part[1][0]);
          for (var k = 1; k < part[0].length; k++) path.lineTo(part[0][k], part[1][k]);
          if (isArea) path.closePath();
        });
      });
      return path;
    }
  };

  function Basemap(atlas) {
    var given = atlas.basemap, step = given.step;
    function bundles(entries, isArea) { return entries.map(function (entry) { return new Bundle(entry, step, isArea); }); }
    this.names = given.names;
    this.streets = given.streets.map(function (entries) { return bundles(entries, false); });
    this.rivers = given.rivers.map(function (entries) { return bundles(entries, false); });
    this.lakes = bundles(given.lakes, true);
    this.places = given.places.map(function (place) { return { x: place[0] * step, y: place[1] * step, rank: place[2], name: given.names[place[3]] }; });
    var middle = (atlas.bounds[0][0] + atlas.bounds[1][0]) / 2;
    this.ground = atlas.shapes.step * Math.cos(middle * Math.PI / 180); // meters of a cell
  }

  Basemap.prototype = {
    /* cell: pixels of a cell; box: what of the grid is seen */
    paint: function (pen, cell, box) {
      var meters = this.ground / cell, grown = Math.min(3.2, Math.max(0.75, Math.sqrt(LOOK / meters)));
      function each(bundles, draw) { bundles.forEach(function (bundle) { if (bundle.isIn(box)) draw(bundle.path()); }); }
      function stroke(bundles, color, width, alpha) {
        pen.strokeStyle = color; pen.lineWidth = width / cell; pen.globalAlpha = alpha;
        each(bundles, function (path) { pen.stroke(path); });
      }
      pen.save();
      pen.lineJoin = pen.lineCap = "round";
      this.rivers.forEach(function (bundles, rank) {
        if (rank === 0 || meters < [0, 40, 12][rank]) stroke(bundles, rank ? SHORE : WATER, [2.6, 1.2, 0.8][rank] * grown, rank ? 0.8 : 1);
      });
      pen.globalAlpha = 1; pen.fillStyle = WATER;
      each(this.lakes, function (path) { pen.fill(path, "evenodd"); });
      stroke(this.lakes, SHORE, 0.8, 0.9);
      for (var rank = STREETS.length - 1; rank >= 0; rank--) {
        var look = STREETS[rank], width = look.width * grown;
        if (meters > look.drawn) continue;
        if (rank === STREETS.length - 1 && meters > 5) { stroke(this.streets[rank], LANE, width, 0.25); continue; }
        stroke(this.streets[rank], CASING, width + 1.3, rank < 2 ? 0.6 : 0.45);
      }
      for (rank = STREETS.length - 1; rank >= 0; rank--) { // all casings first: streets open into each other where they meet
        if (meters <= STREETS[rank].drawn && (rank < STREETS.length - 1 || meters <= 5)) stroke(this.streets[rank], STREET, STREETS[rank].width * grown, 0.92);
      }
      pen.restore();
    }
  };

  /* -- names ----------------------------------------------------------------------------------------------------------- */

  /* Where something is written already: circles and boxes, in squares of the picture. */
  function Taken() { this.squares = new Map(); }

  Taken.prototype = {
    _each: function (box, visit) {
      for (var i = Math.floor(box[0] / BUCKET); i <= box[2] / BUCKET; i++) {
        for (var j = Math.floor(box[1] / BUCKET); j <= box[3] / BUCKET; j++) {
          if (visit(i + ":" + j)) return true;
        }
      }
      return false;
    },
    add: function (box) {
      var squares = this.squares;
      this._each(box, function (key) { if (squares.has(key)) squares.get(key).push(box); else squares.set(key, [box]); });
    },
    hits: function (box) {
      var squares = this.squares;
      return this._each(box, function (key) {
        return (squares.get(key) || []).some(function (other) { return other[0] < box[2] && other[2] > box[0] && other[1] < box[3] && other[3] > box[1]; });
      });
    },
    /* Boxes of a line of text along a direction: small ones side by side, for a slanted name is no box. */
    take: function (boxes) {
      if (boxes.some(this.hits, this)) return false;
      boxes.forEach(this.add, this);
      return true;
    }
  };

  function boxesOf(x, y, angle, width, height) {
    var count = Math.max(1, Math.ceil(width / height)), found = [], reach = height / 2 + 1;
    for (var k = 0; k < count; k++) {
      var along = ((k + 0.5) / count - 0.5) * width, cx = x + along * Math.cos(angle), cy = y + along * Math.sin(angle);
      found.push([cx - reach, cy - reach, cx + reach, cy + reach]);
    }
    return found;
  }

  /* A line in pixels: its vertices and how far along it each is. */
  function measured(part, toPixels) {
    var x = [], y = [], at = [], length = 0;
    for (var k = 0; k < part[0].length; k++) {
      var point = toPixels(part[0][k], part[1][k]);
      if (k) length += Math.hypot(point[0] - x[k - 1], point[1] - y[k - 1]);
      x.push(point[0]); y.push(point[1]); at.push(length);
    }
    return { x: x, y: y, at: at, length: length };
  }

  function pointAt(line, far) {
    var low = 0, high = line.at.length - 1;
    while (high - low > 1) { var middle = (low + high) >> 1; if (line.at[middle] <= far) low = middle; else high = middle; }
    var span = line.at[high] - line.at[low], share = span ? (far - line.at[low]) / span : 0;
    return [line.x[low] + share * (line.x[high] - line.x[low]), line.y[low] + share * (line.y[high] - line.y[low])];
  }

  /* Places on a line where a text of some width lies straight, those near its middle first. */
  function spots(line, width) {
    var found = [], step = Math.max(24, Math.min(width / 2, line.length / 40));
    for (var far = width / 2; far <= line.length - width / 2; far += step) {
      var a = pointAt(line, far - width / 2), b = pointAt(line, far + width / 2), chord = Math.hypot(b[0] - a[0], b[1] - a[1]);
      if (chord < STRAIGHT * width) continue;
      var c = pointAt(line, far), angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
      if (angle > Math.PI / 2) angle -= Math.PI; else if (angle < -Math.PI / 2) angle += Math.PI;
      found.push({ x: (a[0] + b[0] + 2 * c[0]) / 4, y: (a[1] + b[1] + 2 * c[1]) / 4, angle: angle, off: Math.abs(far - line.length / 2) });
    }
    return found.sort(function (one, other) { return one.off - other.off; });
  }

  var BaseLabels = L.Layer.extend({
    /* obstacles: a function that gives boxes [left, top, right, bottom] in pixels of the map's container */
    initialize: function (base, atlas, obstacles) { this.base = base; this.atlas = atlas; this.obstacles = obstacles; },

    onAdd: function () {
      this.canvas = L.DomUtil.create("canvas", "rz-canvas rz-names leaflet-zoom-hide", this.getPane());
      this.canvas.setAttribute("aria-hidden", "true");
      this.draw();
    },
    onRemove: function () { L.DomUtil.remove(this.canvas); },
    getEvents: function () { return { moveend: this.draw, viewreset: this.draw, resize: this.draw }; },

    draw: function () {
      if (!this._map || !this._map.getSize().x) return;
      var map = this._map, size = map.getSize(), ratio = window.devicePixelRatio || 1, canvas = this.canvas, place = this.atlas.shapes;
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(L.point(0, 0)));
      canvas.width = Math.round(size.x * ratio); canvas.height = Math.round(size.y * ratio);
      canvas.style.width = size.x + "px"; canvas.style.height = size.y + "px";
      var whole = map.options.crs.scale(map.getZoom()), scale = whole / (2 * Math.PI * 6378137), zero = map.getPixelBounds().min, cell = place.step * scale;
      var west = whole / 2 + place.origin[0] * scale - zero.x, south = whole / 2 - place.origin[1] * scale - zero.y;
      this.toPixels = function (x, y) { return [west + x * cell, south - y * cell]; };
      this.view = [-west / cell, (south - size.y) / cell, (size.x - west) / cell, south / cell];
      this.size = size; this.meters = this.base.ground / cell; this.shown = []; this.near = new Map();
      var pen = this.pen = canvas.getContext("2d"), taken = this.taken = new Taken();
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, size.x, size.y);
      pen.textAlign = "center"; pen.textBaseline = "middle"; pen.lineJoin = "round";
      this.obstacles().forEach(function (box) { taken.add(box); });
      this._places(0, 2);
      this._streets(0, 2);
      this._waters();
      this._places(2, 4);
      this._streets(2, 4);
    },

    _font: function (size, weight, style) {
      this.pen.font = (style || "normal") + " " + weight + " " + size + "px system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif";
      this.height = size * 1.15;
    },

    /* Write a name if there is room for it, and the same name not near. */
    _write: function (name, x, y, angle, width, color) {
      var size = this.size, height = this.height, dx = Math.abs(width / 2 * Math.cos(angle)) + 4, dy = Math.abs(width / 2 * Math.sin(angle)) + height / 2 + 2;
      if (this.shown.length >= MOST || x - dx < 0 || y - dy < 0 || x + dx > size.x || y + dy > size.y) return false;
      var others = this.near.get(name) || [];
      if (others.some(function (other) { return Math.hypot(other[0] - x, other[1] - y) < APART; })) return false;
      var boxes = boxesOf(x, y, angle, width, height);
      if (!this.taken.take(boxes)) return false;
      others.push([x, y]);
      this.near.set(name, others);
      this.shown.push({ name: name, boxes: boxes });
      var pen = this.pen;
      pen.save();
      pen.translate(x, y); pen.rotate(angle);
      pen.strokeStyle = "#ffffff"; pen.globalAlpha = 0.85; pen.lineWidth = 3; pen.strokeText(name, 0, 0);
      pen.globalAlpha = 1; pen.fillStyle = color; pen.fillText(name, 0, 0);
      pen.restore();
      return true;
    },

    _along: function (bundles, color) {
      var labels = this, base = this.base, lines = [];
      bundles.forEach(function (bundle) {
        if (!bundle.isIn(labels.view)) return;
        bundle.shapes().forEach(function (shape) {
          if (!shape.name) return;
          shape.parts.forEach(function (part) { lines.push({ name: base.names[shape.name], line: measured(part, labels.toPixels) }); });
        });
      });
      lines.sort(function (one, other) { return other.line.length - one.line.length; });
      lines.some(function (one) {
        var width = labels.pen.measureText(one.name).width;
        if (one.line.length < width + 10) return false;
        spots(one.line, width).forEach(function (spot) { labels._write(one.name, spot.x, spot.y, spot.angle, width, color); });
        return labels.shown.length >= MOST;
      });
    },

    _streets: function (from, to) {
      for (var rank = from; rank < to; rank++) {
        var look = STREETS[rank];
        if (this.meters > look.named) continue;
        this._font(look.size, look.weight);
        this._along(this.base.streets[rank], rank < 1 ? "#2b2b2b" : "#3a3a3a");
      }
    },

    _waters: function () {
      var labels = this, color = "#1f5679";
      this._font(11.5, 500, "italic");
      this.base.rivers.forEach(function (bundles, rank) { if (labels.meters < [80, 16, 6][rank]) labels._along(bundles, color); });
      this.base.lakes.forEach(function (bundle) {
        if (!bundle.isIn(labels.view)) return;
        bundle.shapes().forEach(function (shape) {
          if (!shape.name || !shape.parts.length) return;
          var xs = shape.parts[0][0], ys = shape.parts[0][1];
          var low = labels.toPixels(Math.min.apply(null, xs), Math.min.apply(null, ys)), high = labels.toPixels(Math.max.apply(null, xs), Math.max.apply(null, ys));
          var name = labels.base.names[shape.name], width = labels.pen.measureText(name).width;
          if (high[0] - low[0] > width * 0.8) labels._write(name, (low[0] + high[0]) / 2, (low[1] + high[1]) / 2, 0, width, color);
        });
      });
    },

    _places: function (from, to) {
      var labels = this;
      this.base.places.forEach(function (place) {
        var look = PLACES[place.rank];
        if (place.rank < from || place.rank >= to || labels.meters > look.from) return;
        var at = labels.toPixels(place.x, place.y);
        labels._font(look.size, 650);
        labels._write(place.name, at[0], at[1], 0, labels.pen.measureText(place.name).width, "#3a3a3a");
      });
    }
  });

  window.RezoningMap.Basemap = Basemap;
  window.RezoningMap.BaseLabels = BaseLabels;
})();
