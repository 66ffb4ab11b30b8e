// The map in a frame; what is looked at stands in its address (address.js), so that a site can point to an option or a school.
(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  window.rezoningMap = window.RezoningMap.create(document.getElementById("map-place"), read("map-atlas"), read("map-strings"));
})();
