/* One feature at a time. The address says which; a link to a question leads to its step and there. All on one page is a
   choice; print always shows all. */
(function () {
  "use strict";

  const { answers } = window;
  const { page, words, find } = answers;
  const at = (name) => page.querySelector(`[data-${name}]`);
  const steps = find("[data-step]");
  const check = steps[steps.length - 1];
  const VIEW = "pmdiag-answers-on-one-page";
  let current = steps[0];
  let whole = false;
  /* The question last in use, from which "next unanswered" goes on. */
  let last = null;
  /* The link on the check that led away from it, and the step it led to. */
  let changing = null;

  function showNext() {
    const groups = find("[data-kind=rating], [data-kind=overall]");
    const gaps = groups.filter((group) => answers.level(group) === null);
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
    page.classList.toggle("one-page", whole);
    page.classList.toggle("at-check", checks);
    page.classList.toggle("at-first", !checks && (whole || current === steps[0]));
    steps.forEach((step) => step.classList.toggle("step--off",
      whole ? (step === check) !== checks : step !== current));
    find("[data-steps-list] a").forEach((link) => {
      link.ariaCurrent = link.hash === `#${current.id}` && (!whole || checks) ? "step" : null;
    });
    at("now").textContent = whole && !checks ? "" : `${current.dataset.where},`;
    at("one-page").textContent = words[whole ? "by_steps" : "one_page"];
    if (at("kept-box")) {
      checks ? check.append(at("kept-box")) : at("kept-home").after(at("kept-box"));
    }
    showWords();
    showNext();
  }

  /* Of the words in plain English, those of the step's feature. */
  function showWords() {
    const rows = find("[data-words-of] tbody tr");
    const here = (row) => row.querySelector(`a[href^="${current.id}."]`) !== null;
    const some = !whole && rows.some(here);
    rows.forEach((row) => { row.hidden = some && !here(row); });
    find("[data-words-of] table").forEach((table) => {
      table.hidden = table.querySelector("tbody tr:not([hidden])") === null;
      table.previousElementSibling.hidden = table.hidden;
    });
  }

  function focus(target) {
    const isStep = target.matches("[data-step]");
    const place = isStep ? target.querySelector("h2")
      : target.querySelector("input:checked") ?? target.querySelector("input") ?? target;
    if (isStep) {
      place.tabIndex = -1;
    }
    place.focus({ preventScroll: true });
    (isStep && !whole ? page : target).scrollIntoView();
  }

  function go(begins) {
    const target = document.getElementById(window.location.hash.slice(1));
    const step = target?.closest("[data-step]") ?? (begins || !window.location.hash ? steps[0] : null);
    if (!step) {
      return;
    }
    current = step;
    const back = step === check && changing?.link;
    changing = step === changing?.step ? changing : null;
    if (step === check) {
      answers.check();
    }
    if (!begins && window.location.hash) {
      answers.hush();
    }
    show();
    if (back) {
      document.getElementById(back).focus();
    } else if (target && (!begins || target !== step)) {
      focus(target);
    }
    if (target && target !== step) {
      window.history.replaceState(null, "", `#${step.id}`);
    }
    showNext();
  }

  function turn() {
    whole = !whole;
    try {
      window.sessionStorage.setItem(VIEW, whole ? "yes" : "");
    } catch { /* Then it lasts until the page is left. */ }
    show();
  }

  function start() {
    if (!("steps" in page.dataset)) {
      return;
    }
    try {
      whole = window.sessionStorage.getItem(VIEW) === "yes";
    } catch { /* Nothing is kept. */ }
    page.classList.add("with-steps");
    at("one-page").addEventListener("click", turn);
    page.addEventListener("focusin", ({ target }) => {
      last = target.closest("fieldset") ?? last;
      showNext();
    });
    page.addEventListener("click", ({ target }) => {
      if (target.closest("[data-change]")) {
        const { id, hash } = target.closest("[data-change]");
        changing = { link: id, step: document.getElementById(hash.slice(1)).closest("[data-step]") };
      }
    });
    window.addEventListener("hashchange", () => go(false));
    answers.onchange(showNext);
    const { style } = document.documentElement;
    new ResizeObserver(() => style.setProperty("--bar", `${at("bar").offsetHeight}px`)).observe(at("bar"));
    go(true);
  }

  answers.starts.push(start);
})();
