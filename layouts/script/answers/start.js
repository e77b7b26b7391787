/* Starts the page. Until this has worked, the page says that it needs its script; a start that fails says so. */
(function () {
  "use strict";

  const { answers } = window;
  const notStarted = document.getElementById("not-started");
  try {
    answers.starts.forEach((start) => start());
    answers.page.classList.add("with-script");
    answers.page.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });
    answers.show();
    notStarted?.remove();
  } catch (error) {
    /* All on one page, without buttons that would do nothing. */
    answers.page.className = "";
    answers.page.querySelectorAll(".needs-script").forEach((part) => { part.hidden = true; });
    notStarted?.querySelector("[data-failed]")?.removeAttribute("hidden");
    throw error;
  }
})();
