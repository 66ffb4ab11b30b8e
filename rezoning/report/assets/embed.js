// The code for other sites: with the map's own address once the page stands on a server, and copied by a button.
(() => {
  "use strict";
  const code = document.getElementById("embed-code"), button = document.getElementById("embed-copy"), said = document.getElementById("embed-said");
  if (location.protocol.startsWith("http")) code.value = code.value.replace('src="map.html"', `src="${new URL("map.html", location.href).href}"`);
  button.addEventListener("click", async () => {
    code.select();
    try { await navigator.clipboard.writeText(code.value); } catch { document.execCommand("copy"); }
    said.textContent = button.dataset.done;
  });
})();
