/* Check your answers: every answer and gap, with a link to change it. In print it is a fair copy. */

const { words, element, find } = answers;

/* The words of a question, with their marks but without what only a screen reader says. */
function question(control, tags = "") {
  const label = control.querySelector("legend") ?? control.labels[0];
  const copy = label.cloneNode(true);
  find(`.govuk-visually-hidden${tags}`, copy).forEach((part) => part.remove());
  return copy;
}

/* An answer in words; empty for a gap. */
function shown(control) {
  const chosen = control.querySelector("input:checked, option:checked");
  if (control.tagName === "FIELDSET") {
    return chosen ? chosen.closest("div").textContent.trim() : "";
  }
  return control.tagName === "SELECT" && control.value ? chosen.textContent.trim() : control.value;
}

function row(control) {
  // One person is a group of 1, typed or not.
  const text = shown(control) || answers.response().record?.[control.dataset.id];
  const about = element("span", "govuk-visually-hidden", ` ${answers.label(control)}`);
  const link = answers.link(control, "govuk-link", words.change, about);
  link.id = `change-${control.id}`;
  link.dataset.change = "";
  return element("div", `govuk-summary-list__row${control.tagName === "TEXTAREA" ? " check__long" : ""}`,
    element("dt", "govuk-summary-list__key", ...question(control).childNodes),
    element("dd", `govuk-summary-list__value${text ? "" : " check__gap"}`, text || words.not_answered),
    element("dd", "govuk-summary-list__actions", link));
}

function part(step) {
  const rows = answers.all().filter((control) => step.contains(control)).map(row);
  return rows.length ? [element("h3", "", step.dataset.title), element("dl", "govuk-summary-list", ...rows)] : [];
}

answers.label = (control) => question(control, ", .govuk-tag").textContent.replace(/\s+/g, " ").trim();
answers.shown = shown;
/* Else no answers stay there. */
answers.check = (isShown) =>
  answers.at("check-list").replaceChildren(...(isShown ? find("[data-step]").flatMap(part) : []));
