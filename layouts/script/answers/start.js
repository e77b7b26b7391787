/* Starts the page. Until this has worked, the page says that it needs its script; a start that fails says so. */
(function () {
  "use strict";

  const { answers } = window;
  const { page, words } = answers;

  /* Another person begins on this computer: nothing of the last one stays, and the answers get an id of their own. */
  function startAgain() {
    if (answers.changed() && !window.confirm(words.empty)) {
      return;
    }
    answers.reset();
    answers.errors([]);
    page.querySelectorAll("[role=status]").forEach((line) => line.replaceChildren());
    answers.id = answers.newId();
    answers.settle();
    answers.show();
    answers.say(words.started_again);
  }

  function begin() {
    answers.starts.forEach((start) => start());
    document.getElementById("start-again")?.addEventListener("click", startAgain);
    window.addEventListener("beforeunload", (event) => {
      if (answers.changed()) {
        event.preventDefault();
      }
    });
    page.classList.add("with-script");
    page.querySelectorAll(".needs-script, [data-save]").forEach((part) => { part.hidden = false; });
    answers.show();
    document.getElementById("not-started")?.remove();
  }

  try {
    begin();
  } catch (error) {
    const place = document.getElementById("not-started");
    place?.querySelector("[data-failed]").removeAttribute("hidden");
    throw error;
  }
})();
