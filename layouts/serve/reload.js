// Reloads the page when what it shows has changed. Only `pmdiag serve` adds it; no page that is handed over has it.
(function () {
  "use strict";
  var address = document.currentScript.dataset.events;
  var source = null;

  // A hidden tab lets go: browsers hold six connections to a server, and a seventh tab would wait for ever.
  // The address says which state of the page we show, so nothing is missed in between.
  function listen() {
    if (document.hidden) {
      if (source) source.close();
      source = null;
    } else if (!source) {
      source = new EventSource(address);
      source.addEventListener("reload", function () {
        source.close();
        location.reload();
      });
    }
  }

  document.addEventListener("visibilitychange", listen);
  listen();
})();
