/* Shapes of the map: arcs of the atlas (rezoning.report.maps.atlas), and the areas, borders and units that they make.

   RezoningMap.Shapes: areas and borders as paths on the atlas's grid, and the unit at a place of it. */
(function () {
  "use strict";

  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var WIDE = 16777216; // more than any coordinate of the grid

  function numbersOf(text) {
    var value = {}, found = [], number = 0, shift = 1;
    for (var k = 0; k < 64; k++) value[LETTERS.charAt(k)] = k;
    for (var i = 0; i < text.length; i++) {
      var bits = value[text[i]];
      number += (bits & 31) * shift;
      if (bits & 32) { shift *= 32; continue; }
      found.push(number % 2 ? -(number + 1) / 2 : number / 2);
      number = 0; shift = 1;
    }
    return found;
  }

  function arcsOf(text) {
    var numbers = numbersOf(text), arcs = [], at = 0, left = 0, x = 0, y = 0;
    while (at < numbers.length) {
      left += numbers[at];
      var arc = { left: left, right: left + numbers[at + 1], x: [], y: [] };
      for (var k = numbers[at + 2], i = at + 3; k > 0; k--, i += 2) { arc.x.push(x += numbers[i]); arc.y.push(y += numbers[i + 1]); }
      at = i;
      arcs.push(arc);
    }
    return arcs;
  }

  /* Closed loops of the arcs between two kinds of area: steps are [arc, isForward], each with the area on its left. */
  function loopsOf(steps) {
    var from = new Map(), found = [];
    function place(step, atEnd) {
      var arc = step[0], k = step[1] !== atEnd ? 0 : arc.x.length - 1;
      return arc.x[k] * WIDE + arc.y[k];
    }
    steps.forEach(function (step) {
      var key = place(step, false);
      if (from.has(key)) from.get(key).push(step); else from.set(key, [step]);
    });
    steps.forEach(function (first) {
      var loop = [], step = first;
      while (step && !step.used) {
        step.used = true;
        loop.push(step);
        step = (from.get(place(step, true)) || []).find(function (next) { return !next.used; });
      }
      if (loop.length) found.push(loop);
    });
    return found;
  }

  function pointsOf(loop) {
    var points = [];
    loop.forEach(function (step) {
      var arc = step[0], n = arc.x.length;
      for (var k = 1; k < n; k++) { var i = step[1] ? k : n - 1 - k; points.push([arc.x[i], arc.y[i]]); }
    });
    return points;
  }

  function pathOf(steps) {
    var path = new Path2D();
    loopsOf(steps).forEach(function (loop) {
      pointsOf(loop).forEach(function (point, k) { if (k) path.lineTo(point[0], point[1]); else path.moveTo(point[0], point[1]); });
      path.closePath();
    });
    return path;
  }

  function lineOf(arcs) {
    var path = new Path2D();
    arcs.forEach(function (arc) {
      path.moveTo(arc.x[0], arc.y[0]);
      for (var k = 1; k < arc.x.length; k++) path.lineTo(arc.x[k], arc.y[k]);
    });
    return path;
  }

  function Shapes(atlas) {
    this.atlas = atlas;
    this.arcs = arcsOf(atlas.shapes.arcs);
    this.memory = {};
    var steps = this.steps = atlas.units.map(function () { return []; });
    this.arcs.forEach(function (arc) {
      steps[arc.left].push([arc, true]);
      if (arc.right >= 0) steps[arc.right].push([arc, false]);
    });
    this.rings = steps.map(function (mine) { return loopsOf(mine).map(pointsOf); });
    this._index();
  }

  Shapes.prototype = {
    once: function (key, make) { return key in this.memory ? this.memory[key] : (this.memory[key] = make()); },

    /* Areas of units of one kind, as a path each; kind(u) is a number, below 0 for none. */
    areas: function (key, kind) {
      var arcs = this.arcs;
      return this.once("areas " + key, function () {
        var steps = new Map();
        function add(k, step) { if (k >= 0) { if (steps.has(k)) steps.get(k).push(step); else steps.set(k, [step]); } }
        arcs.forEach(function (arc) {
          var a = kind(arc.left), b = arc.right < 0 ? -1 : kind(arc.right);
          if (a !== b) { add(a, [arc, true]); add(b, [arc, false]); }
        });
        var paths = new Map();
        Array.from(steps.keys()).sort(function (a, b) { return a - b; }).forEach(function (k) { paths.set(k, pathOf(steps.get(k))); });
        return paths;
      });
    },

    borders: function (key, kind) {
      var arcs = this.arcs;
      return this.once("borders " + key, function () {
        return lineOf(arcs.filter(function (arc) { return arc.right < 0 || kind(arc.left) !== kind(arc.right); }));
      });
    },

    units: function () {
      var arcs = this.arcs;
      return this.once("units", function () { return lineOf(arcs); });
    },

    box: function (u) {
      var box = [Infinity, Infinity, -Infinity, -Infinity];
      this.rings[u].forEach(function (ring) {
        ring.forEach(function (p) {
          box[0] = Math.min(box[0], p[0]); box[1] = Math.min(box[1], p[1]); box[2] = Math.max(box[2], p[0]); box[3] = Math.max(box[3], p[1]);
        });
      });
      return box;
    },

    /* Squares of the plane, each with the units whose boxes meet it. */
    _index: function () {
      var shapes = this, boxes = this.rings.map(function (_, u) { return shapes.box(u); });
      var width = Math.max.apply(null, boxes.map(function (box) { return Math.max(box[2], box[3]); }));
      var side = this.side = Math.max(1, width / Math.sqrt(boxes.length || 1));
      var squares = this.squares = new Map();
      this.boxes = boxes;
      boxes.forEach(function (box, u) {
        for (var i = Math.floor(box[0] / side); i <= box[2] / side; i++) {
          for (var j = Math.floor(box[1] / side); j <= box[3] / side; j++) {
            var key = i * WIDE + j;
            if (squares.has(key)) squares.get(key).push(u); else squares.set(key, [u]);
          }
        }
      });
    },

    unitAt: function (x, y) {
      var near = this.squares.get(Math.floor(x / this.side) * WIDE + Math.floor(y / this.side)) || [], rings = this.rings;
      var found = near.find(function (u) { return isInside(rings[u], x, y); });
      return found === undefined ? -1 : found;
    }
  };

  function isInside(rings, x, y) {
    var odd = false;
    rings.forEach(function (ring) {
      for (var i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        var a = ring[i], b = ring[j];
        if (a[1] > y !== b[1] > y && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]) odd = !odd;
      }
    });
    return odd;
  }

  function ringArea(sum, ring) {
    for (var i = 0, j = ring.length - 1; i < ring.length; j = i++) sum += (ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1]) / 2;
    return sum;
  }

  window.RezoningMap = { Shapes: Shapes, ringArea: ringArea, numbersOf: numbersOf };
})();
