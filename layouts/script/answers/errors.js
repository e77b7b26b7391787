/* What is wrong with answers: GOV.UK's error summary, which takes the focus, the same sentence at the control, and
   "Error" in the title. */
(function () {
  "use strict";

  const { answers } = window;
  const { page, words, find } = answers;
  const title = document.title;

  function element(name, looks = "", text = "") {
    const made = document.createElement(name);
    made.className = looks;
    made.textContent = text;
    return made;
  }

  function mark(control, text) {
    const line = document.getElementById(`${control.id}-error`);
    if (line) {
      line.replaceChildren(element("span", "govuk-visually-hidden", `${words.error} `), text);
      line.hidden = text === "";
    }
    control.setAttribute("aria-invalid", String(text !== ""));
    control.classList.toggle("govuk-input--error", text !== "");
    control.parentElement.classList.toggle("govuk-form-group--error", text !== "");
  }

  function summary(found) {
    const box = element("div", "govuk-error-summary");
    box.id = "error-summary";
    box.tabIndex = -1;
    box.setAttribute("aria-labelledby", "error-title");
    const head = box.appendChild(element("h2", "govuk-error-summary__title", words.errors_title));
    head.id = "error-title";
    const list = element("ul", "govuk-list govuk-error-summary__list");
    found.forEach(({ control, text }) => {
      list.appendChild(element("li")).appendChild(element("a", "", text)).href = `#${control.id}`;
    });
    box.appendChild(element("div", "govuk-error-summary__body")).appendChild(list);
    return box;
  }

  /* Shows what is wrong, [{ control, text }], in place of what was wrong before; nothing if the list is empty. */
  answers.errors = (found) => {
    document.getElementById("error-summary")?.remove();
    find("[aria-invalid=true]").forEach((control) => mark(control, ""));
    document.title = found.length ? `${words.error} ${title}` : title;
    if (found.length) {
      found.forEach(({ control, text }) => mark(control, text));
      page.prepend(summary(found));
      document.getElementById("error-summary").focus();
    }
  };
  answers.element = element;
})();
