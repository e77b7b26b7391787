/* The review's own papers in print: what was typed or chosen, in the room that paper has for it. A box grows there and
   goes on overleaf, which no control does. It is brought up to date with everything else that the page shows. */
(function () {
  "use strict";

  window.paper = () => {
    const { answers } = window;
    answers.find("[data-paper]").forEach((room) => {
      const given = answers.value(document.getElementById(room.dataset.paper));
      const { level } = room.dataset;
      room.textContent = level ? (given === level ? "X" : "") : given;
    });
  };

  /* What is being typed is not a change yet. */
  window.addEventListener("beforeprint", () => window.paper());
})();
