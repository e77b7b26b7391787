/* The controls of a page that takes answers. Each has its place in the saved record in data attributes: its kind and
   its id. All other parts of this script go through here, and none of them makes HTML out of text. */
(function () {
  "use strict";

  const page = document.getElementById("answers");
  const words = JSON.parse(page.dataset.words);
  const listeners = [];
  let untouched;
  let saved;

  function fill(text, values) {
    return text.replace(/\{([a-z]+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  const of = (kind) => Array.from(page.querySelectorAll(`[data-kind="${kind}"]`));
  const all = () => Array.from(page.querySelectorAll("[data-kind]"));
  const isGroup = (control) => control.tagName === "FIELDSET";

  /* The level, or other code, that is chosen in a group of radio buttons; null if none is. */
  function level(group) {
    const chosen = group.querySelector("input:checked");
    return chosen ? chosen.value : null;
  }

  const value = (control) => (isGroup(control) ? level(control) : control.value);

  /* Sets one group of radio buttons or one line; false if the value is not possible there. */
  function set(control, value) {
    if (isGroup(control)) {
      const buttons = Array.from(control.querySelectorAll("input"));
      if (value !== null && !buttons.some((button) => button.value === value)) {
        return false;
      }
      buttons.forEach((button) => { button.checked = button.value === value; });
      return true;
    }
    control.value = value ?? "";
    return control.value === (value ?? "") || control.tagName === "TEXTAREA";
  }

  function clear() {
    all().forEach((control) => set(control, null));
  }

  /* As the page was when it came: some lines have a choice made beforehand. */
  function reset() {
    clear();
    untouched.forEach((value, control) => set(control, value));
  }

  const standing = () => JSON.stringify(all().map(value));

  /* Are there answers that no file has yet? */
  const changed = () => standing() !== saved;

  function settle(isSaved = true) {
    saved = isSaved ? standing() : null;
  }

  /* All that the page shows about its answers is brought up to date, by each part that has something to show. */
  const show = () => listeners.forEach((listener) => listener());

  function takeBack(button) {
    const group = button.closest("fieldset");
    set(group, null);
    show();
    group.querySelector("input").focus();
  }

  listeners.push(() => page.querySelectorAll("[data-clears]").forEach((button) => {
    button.hidden = level(button.closest("fieldset")) === null;
  }));

  listeners.push(() => page.querySelectorAll("[data-rated]").forEach((line) => {
    const groups = of("rating");
    const rated = groups.filter((group) => level(group) !== null).length;
    line.textContent = fill(words.rated, { n: rated, of: groups.length });
  }));

  function start() {
    untouched = new Map(of("record").map((line) => [line, line.value]));
    settle();
    page.addEventListener("change", show);
    page.addEventListener("click", (event) => {
      const button = event.target.closest("[data-clears]");
      if (button) {
        takeBack(button);
      }
    });
    window.addEventListener("pageshow", show);
  }

  window.answers = {
    page, words, fill, of, all, level, value, set, clear, reset,
    standing, changed, settle, show, onchange: (listener) => listeners.push(listener), starts: [start],
    untouched: (control) => untouched.get(control),
  };
})();
