/* What is wrong with answers: in GOV.UK's error summary, at the control and in the title. */

const { page, words, find } = answers;
const title = document.title;

/* The parts are elements and texts. */
function element(name, looks = "", ...parts) {
  const made = document.createElement(name);
  made.className = looks;
  made.append(...parts);
  return made;
}

/* Leads to a control. */
const link = (control, looks, ...parts) =>
  Object.assign(element("a", looks, ...parts), { href: `#${control.id}` });

function mark(control, text) {
  const wrong = text !== "";
  const line = document.getElementById(`${control.id}-error`);
  line?.replaceChildren(element("span", "govuk-visually-hidden", `${words.error} `), text);
  line?.toggleAttribute("hidden", !wrong);
  control.setAttribute("aria-invalid", wrong);
  control.classList.toggle("govuk-input--error", wrong);
  control.parentElement.classList.toggle("govuk-form-group--error", wrong);
}

const lead = ({ control, text }) => element("li", "", link(control, "", text));

function summary(found) {
  const head = element("h2", "govuk-error-summary__title", words.errors_title);
  const list = element("ul", "govuk-list govuk-error-summary__list", ...found.map(lead));
  const box = element("div", "govuk-error-summary", head, element("div", "govuk-error-summary__body", list));
  head.id = "error-title";
  box.setAttribute("aria-labelledby", head.id);
  return Object.assign(box, { id: "error-summary", tabIndex: -1 });
}

/* Shows [{ control, text }] in place of what was wrong before. */
answers.errors = (found) => {
  document.getElementById("error-summary")?.remove();
  find("[aria-invalid=true]").forEach((control) => mark(control, ""));
  document.title = found.length ? `${words.error} ${title}` : title;
  if (found.length) {
    found.forEach(({ control, text }) => mark(control, text));
    const box = summary(found);
    page.prepend(box);
    box.focus();
  }
};
Object.assign(answers, { element, link });
