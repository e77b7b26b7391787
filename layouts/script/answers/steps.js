/* One feature at a time. The address says which; a link to a question leads to it. All on one page is a choice. */

const { page, words, find, at } = answers;
const steps = find("[data-step]");
const check = steps[steps.length - 1];
const WHOLE = "one-page";
let current = steps[0];
let whole = false;
/* The question last answered or led to, from which "next unanswered" goes on. */
let last = null;
/* The link on the check that led away from it, and the step it led to. */
let changing = null;

function showNext() {
  const gaps = find("[data-kind=rating], [data-kind=overall]").filter((group) => !answers.level(group));
  const from = last && (whole || current.contains(last)) ? last : current;
  const gap = gaps.find((group) => from.compareDocumentPosition(group) & Node.DOCUMENT_POSITION_FOLLOWING) ?? gaps[0];
  const back = changing?.step === current;
  const link = at("next");
  link.hidden = current === check && !gap;
  link.textContent = words[back ? "back_to_check" : gap ? "next_unanswered" : "check"];
  link.href = `#${gap && !back ? gap.id : check.id}`;
}

function show() {
  const checks = current === check;
  page.classList.toggle(WHOLE, whole);
  page.classList.toggle("at-check", checks);
  page.classList.toggle("at-first", !checks && (whole || current === steps[0]));
  steps.forEach((step) => step.classList.toggle("step--off", whole ? (step === check) !== checks : step !== current));
  find("[data-steps-list] a").forEach((link) => {
    link.setAttribute("aria-current", link.hash === `#${current.id}` && (!whole || checks) ? "step" : "false");
  });
  at("now").textContent = whole && !checks ? "" : `${current.dataset.where},`;
  at("one-page").textContent = words[whole ? "by_steps" : "one_page"];
  checks ? check.append(at("kept-box")) : at("kept-home").after(at("kept-box"));
  showWords();
  showNext();
}

/* Plain English for the step's feature only. */
function showWords() {
  const rows = find("[data-words-of] tbody tr");
  const here = (row) => whole || row.querySelector(`a[href^="${current.id}."]`);
  rows.forEach((row) => { row.hidden = rows.some(here) && !here(row); });
}

function focus(target) {
  const isStep = steps.includes(target);
  const place = isStep ? target.querySelector("h2")
    : target.querySelector("input:checked") ?? target.querySelector("input") ?? target;
  if (isStep) {
    place.tabIndex = -1;
  }
  last = target.closest("fieldset") ?? last;
  place.focus({ preventScroll: true });
  /* With its label and what is wrong with it, if the window has room for them. */
  (isStep && !whole ? page : target.closest(".govuk-form-group") ?? target).scrollIntoView();
  isStep || place.scrollIntoView({ block: "nearest" });
}

function go(begins) {
  const id = location.hash.slice(1);
  const target = id && document.getElementById(id);
  const step = target?.closest?.("[data-step]") ?? (begins || !id ? steps[0] : null);
  if (!step) {
    return;
  }
  current = step;
  const back = step === check && changing?.link;
  changing = step === changing?.step ? changing : null;
  answers.check(step === check);
  if (!begins && id) {
    answers.hush();
  }
  show();
  if (back) {
    document.getElementById(back).focus();
  } else if (target && (!begins || target !== step)) {
    focus(target);
  }
  if (target && target !== step) {
    history.replaceState(null, "", `#${step.id}`);
  }
  showNext();
}

function turn() {
  whole = !whole;
  show();
  answers.show();
}

function start() {
  if (!("steps" in page.dataset)) {
    return;
  }
  whole = page.classList.contains(WHOLE);
  page.classList.add("with-steps");
  answers.press("one-page", turn);
  page.addEventListener("change", ({ target }) => {
    last = target.closest("fieldset") ?? last;
    showNext();
  });
  page.addEventListener("click", ({ target }) => {
    const link = target.closest("[data-change]");
    changing = link ? { link: link.id, step: page.querySelector(link.hash).closest("[data-step]") } : changing;
  });
  addEventListener("hashchange", () => go(false));
  answers.onchange(() => {
    answers.check(current === check);
    showNext();
  });
  new ResizeObserver(([bar]) =>
    document.documentElement.style.setProperty("--bar", `${bar.target.offsetHeight}px`)).observe(at("bar"));
  go(true);
}

answers.starts.push(start);
