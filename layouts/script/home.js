/* On the page for what is not found, which a server shows at any address: finds the folder of the site, the nearest one
   above that address in which the site's icon is, and only then shows the links, which lead there. */
(function () {
  "use strict";

  const MOST = 12; // folders that are tried

  const ways = document.getElementById("ways");

  function show(folder) {
    for (const link of ways.querySelectorAll("a")) {
      link.href = folder + link.dataset.page;
    }
    ways.hidden = false;
  }

  function look(folder, left) {
    const image = new Image();
    image.onload = () => show(folder);
    image.onerror = () => {
      const above = new URL("..", folder).href;
      if (left && above !== folder) {
        look(above, left - 1);
      }
    };
    image.src = folder + ways.dataset.icon;
  }

  look(new URL(".", window.location.href).href, MOST);
})();
