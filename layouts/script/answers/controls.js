/* The controls of a page that takes answers. Each has its place in the saved record in data attributes, its kind and its
   id. All other parts of this script go through here, and none makes HTML out of text. */

const page = document.getElementById("answers");
const words = JSON.parse(page.dataset.words);
const listeners = [];
let untouched;
let saved;

const fill = (text, values) =>
  text.replace(/\{([a-z]+)\}/g, (whole, name) => (name in values ? values[name] : whole));
const find = (css, within = page) => Array.from(within.querySelectorAll(css));
const at = (name) => page.querySelector(`[data-${name}]`);
const all = () => find("[data-kind]");
const of = (kind) => find(`[data-kind="${kind}"]`);
const isGroup = (control) => control.tagName === "FIELDSET";

/* The level, or other code, that is chosen in a group of radio buttons; null if none is. */
const level = (group) => group.querySelector("input:checked")?.value ?? null;
const value = (control) => (isGroup(control) ? level(control) : control.value);

/* Sets one group of radio buttons or one line; false if the value is not possible there. */
function set(control, value) {
  if (isGroup(control)) {
    const buttons = find("input", control);
    if (value !== null && !buttons.some((button) => button.value === value)) {
      return false;
    }
    buttons.forEach((button) => { button.checked = button.value === value; });
    return true;
  }
  control.value = value ?? "";
  return control.value === (value ?? "") || control.tagName === "TEXTAREA";
}

const clear = () => all().forEach((control) => set(control, null));

/* Some lines have a choice made beforehand. */
function reset() {
  clear();
  untouched.forEach((value, control) => set(control, value));
}

const standing = () => JSON.stringify(all().map(value));

/* Are there answers that no file has yet? */
const changed = () => standing() !== saved;
const settle = (isSaved = true) => { saved = isSaved ? standing() : null; };

const show = () => listeners.forEach((listener) => listener());

/* What the buttons of a name do. */
const press = (name, does) =>
  find(`[data-${name}]`).forEach((button) => button.addEventListener("click", () => does(button)));

const groupOf = (button) => button.closest("fieldset");

function takeBack(button) {
  set(groupOf(button), null);
  show();
  groupOf(button).querySelector("input").focus();
}

function showLevels() {
  const groups = of("rating");
  const n = groups.filter(level).length;
  find("[data-clears]").forEach((button) => { button.hidden = !level(groupOf(button)); });
  find("[data-rated]").forEach((line) => { line.textContent = fill(words.rated, { n, of: groups.length }); });
}

function start() {
  untouched = new Map(of("record").map((line) => [line, line.value]));
  settle();
  page.addEventListener("change", show);
  press("clears", takeBack);
  addEventListener("pageshow", show);
  /* A page may have a script of its own, without which it does not start. */
  page.dataset.shows && listeners.push(window[page.dataset.shows]);
}

listeners.push(showLevels);
window.answers = {
  page, words, fill, find, at, press, all, of, level, value, set, clear, reset, standing, changed, settle, show,
  untouched: (control) => untouched.get(control),
  onchange: (listener) => listeners.push(listener),
  starts: [start],
};
