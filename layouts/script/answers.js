/* The on-screen questionnaire: saves its answers as a file, loads them again, warns before they are lost.
   Nothing is sent and nothing is kept: no request, no cookie, no storage. */
(function () {
  "use strict";

  const FORMAT = "pmdiag-response";
  const VERSION = 1;
  const COMMENTS = ["doing", "improve"];
  /* No vowels, which would form words, and no characters that look alike. */
  const SIGNS = "cdfhjkmnprtwx34679";
  const ID = /^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/;

  const page = document.getElementById("answers");
  const words = JSON.parse(page.dataset.words);
  /* A fingerprint of each question's wording, so that the answers say what was asked where nobody knows the edition.
     A layout of somebody's own may leave it out. */
  const asked = page.dataset.asked ? { asked: JSON.parse(page.dataset.asked) } : {};
  const of = (kind) => Array.from(page.querySelectorAll(`[data-kind="${kind}"]`));
  const size = of("record").find((line) => line.dataset.id === "group_size");
  const untouched = new Map(of("record").map((line) => [line, line.value]));
  let id = newId();
  let saved;

  function fill(text, values) {
    return text.replace(/\{([a-z]+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  /* Random, so that it says nothing about anybody. It stays with the answers when they are loaded and saved again,
     which is how two files of one person are known. */
  function newId() {
    let signs = "";
    while (signs.length < 12) {
      const [byte] = crypto.getRandomValues(new Uint8Array(1));
      // 252 is a multiple of 18: each character is as likely as any other.
      signs += byte < 252 ? SIGNS[byte % SIGNS.length] : "";
    }
    return signs.match(/.{4}/g).join("-");
  }

  /* The time on this computer's clock, to the minute: 2026-11-22T14:05. */
  function time() {
    const now = new Date();
    return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }

  /* The answers on the page */

  function level(group) {
    const chosen = group.querySelector("input:checked");
    return chosen ? chosen.value : null;
  }

  function levels(kind) {
    return Object.fromEntries(of(kind).map((group) => [group.dataset.id, level(group)]));
  }

  function comments() {
    const found = {};
    for (const kind of COMMENTS) {
      for (const box of of(`comment-${kind}`)) {
        found[box.dataset.id] = { ...found[box.dataset.id], [kind]: box.value };
      }
    }
    return found;
  }

  /* A whole number from 1. Empty means one person if one person answered, else 0 for "not known".
     Undefined if something else was typed. */
  function people(typed, mode) {
    const text = typed.trim();
    if (text === "") {
      return mode === "individual" || mode === "interview" ? 1 : 0;
    }
    return /^[0-9]{1,4}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
  }

  function record() {
    const lines = Object.fromEntries(of("record").map((line) => [line.dataset.id, line.value]));
    return { ...lines, group_size: people(lines.group_size, lines.mode) };
  }

  function response() {
    return {
      format: FORMAT,
      version: VERSION,
      id,
      saved: time(),
      pack_id: page.dataset.packId,
      record: record(),
      ratings: levels("rating"),
      overall: levels("overall"),
      comments: comments(),
      ...asked,
    };
  }

  function standing() {
    const typed = of("record").map((line) => line.value);
    return JSON.stringify([typed, levels("rating"), levels("overall"), comments()]);
  }

  function changed() {
    return standing() !== saved;
  }

  /* Save */

  function fileName(reference) {
    const safe = reference.trim().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60);
    return `${[page.dataset.file, safe, id].filter(Boolean).join("-")}.json`;
  }

  /* The sentence is also shown beside the line, which gets the focus: the button may be far below. */
  function refuse(line, sentence) {
    const error = document.getElementById(`${line.id}-error`);
    error.textContent = sentence;
    error.hidden = sentence === "";
    line.setAttribute("aria-invalid", String(sentence !== ""));
    line.classList.toggle("govuk-input--error", sentence !== "");
    line.parentElement.classList.toggle("govuk-form-group--error", sentence !== "");
  }

  function save(said) {
    const answers = response();
    const unfit = answers.record.group_size === undefined;
    refuse(size, unfit ? words.unfit : "");
    if (unfit) {
      said.textContent = words.unfit;
      size.focus();
      return;
    }
    const name = fileName(answers.record.reference);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(answers, null, 2), "\n"], { type: "application/json" }));
    link.download = name;
    link.click();
    saved = standing();
    said.textContent = fill(words.saved, { file: name });
  }

  /* Load */

  /* Sets one group of radio buttons or one line; false if the value is not possible there. */
  function set(control, value) {
    if (control.dataset.kind === "rating" || control.dataset.kind === "overall") {
      const buttons = Array.from(control.querySelectorAll("input"));
      if (value !== null && !buttons.some((button) => button.value === value)) {
        return false;
      }
      buttons.forEach((button) => { button.checked = button.value === value; });
      return true;
    }
    control.value = value;
    return control.value === value || control.tagName === "TEXTAREA";
  }

  function clear() {
    refuse(size, "");
    ["rating", "overall"].forEach((kind) => of(kind).forEach((group) => set(group, null)));
    ["record", ...COMMENTS.map((kind) => `comment-${kind}`)].forEach((kind) =>
      of(kind).forEach((line) => { line.value = ""; }));
  }

  function isMap(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  /* Fills in the values of one part of a record; returns a sentence for each that has no place. */
  function place(kind, values, unknown) {
    const controls = new Map(of(kind).map((control) => [control.dataset.id, control]));
    const misfits = [];
    for (const [id, value] of Object.entries(isMap(values) ? values : {})) {
      const control = controls.get(id);
      const text = value === null ? null : String(value);
      if (!control) {
        misfits.push(fill(unknown, { id }));
      } else if (typeof value === "object" && value !== null) {
        misfits.push(fill(words.unknown_text, { id }));
      } else if (!set(control, control.tagName === "FIELDSET" ? text : text ?? "")) {
        misfits.push(fill(words.unknown_value, { id, value: text }));
      }
    }
    return misfits;
  }

  function placeComments(values) {
    return Object.entries(isMap(values) ? values : {}).flatMap(([feature, texts]) =>
      Object.entries(isMap(texts) ? texts : {}).flatMap(([kind, text]) =>
        place(`comment-${kind}`, { [feature]: text }, fill(words.unknown_comment, { id: `${kind} ${feature}` }))));
  }

  /* This page does not keep anything else in the file, such as answers to the action plan. */
  function leftOver(answers) {
    const { more, ...own } = answers;
    const unknown = Object.keys(own).filter((key) => !(key in response()));
    return [...unknown, ...Object.keys(isMap(more) ? more : {})].map((id) => fill(words.left_over, { id }));
  }

  /* Another person begins on this computer: nothing of the last one stays, and the answers get an id of their own. */
  function startAgain() {
    if (changed() && !window.confirm(words.empty)) {
      return;
    }
    clear();
    untouched.forEach((value, line) => { line.value = value; });
    page.querySelectorAll("[role=status]").forEach((line) => line.replaceChildren());
    id = newId();
    saved = standing();
    show();
    const said = document.getElementById("load-said");
    say(said, words.started_again, []);
    said.focus();
  }

  /* The id of answers that were saved before there were any is new when they are saved again. */
  function takeId(value) {
    const found = typeof value === "string" ? value.toLowerCase() : "";
    const fits = ID.test(found);
    id = fits ? found : newId();
    return fits || value === undefined || value === null || value === "" ? [] : [words.unknown_id];
  }

  function load(answers) {
    clear();
    const wording = answers.pack_id === page.dataset.packId ? [] : [words.other_wording];
    const size = isMap(answers.record) && answers.record.group_size === 0 ? { group_size: "" } : {};
    return [
      ...wording,
      ...takeId(answers.id),
      ...place("record", { ...answers.record, ...size }, words.unknown_record),
      ...place("rating", answers.ratings, words.unknown_rating),
      ...place("overall", answers.overall, words.unknown_overall),
      ...placeComments(answers.comments),
      ...leftOver(answers),
    ];
  }

  /* The answers in a file's text, or the sentence that says why there are none. */
  function read(text) {
    let found;
    try {
      found = JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch {
      return { why: words.no_json };
    }
    const list = Array.isArray(found) ? found : [found];
    if (list.length !== 1) {
      return { why: list.length ? words.several : words.other_format };
    }
    if (!isMap(list[0]) || list[0].format !== FORMAT) {
      return { why: words.other_format };
    }
    return list[0].version === VERSION ? { answers: list[0] } : { why: words.other_version };
  }

  function say(place, first, sentences) {
    const list = document.createElement("ul");
    for (const sentence of sentences) {
      list.appendChild(document.createElement("li")).textContent = sentence;
    }
    const line = document.createElement("p");
    line.textContent = first;
    place.replaceChildren(line, ...(sentences.length ? [list] : []));
  }

  async function loadFile(input) {
    const [file] = input.files;
    const said = document.getElementById("load-said");
    if (!file || (changed() && !window.confirm(words.replace))) {
      input.value = "";
      return;
    }
    const { answers, why } = read(await file.text());
    input.value = "";
    if (why) {
      say(said, fill(words.not_loaded, { file: file.name }), [why]);
    } else {
      const misfits = load(answers);
      saved = standing();
      show();
      say(said, fill(misfits.length ? words.loaded_in_part : words.loaded, { file: file.name }), misfits);
    }
    said.focus();
  }

  /* What the page shows about its state */

  function show() {
    for (const button of page.querySelectorAll("[data-clears]")) {
      button.hidden = level(button.closest("fieldset")) === null;
    }
    const groups = of("rating");
    const rated = groups.filter((group) => level(group) !== null).length;
    for (const line of page.querySelectorAll("[data-rated]")) {
      line.textContent = fill(words.rated, { n: rated, of: groups.length });
    }
  }

  function takeBack(button) {
    const group = button.closest("fieldset");
    set(group, null);
    show();
    group.querySelector("input").focus();
  }

  page.addEventListener("change", (event) => {
    if (event.target.type === "file") {
      loadFile(event.target);
    } else {
      show();
    }
  });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.dataset.clears) {
      takeBack(button);
    } else if (button && button.id === "start-again") {
      startAgain();
    } else if (button && button.closest("[data-save]")) {
      save(button.closest("[data-save]").querySelector("[role=status]"));
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed()) {
      event.preventDefault();
    }
  });
  window.addEventListener("pageshow", show);

  page.classList.add("with-script");
  page.querySelectorAll(".needs-script, [data-save]").forEach((part) => { part.hidden = false; });
  saved = standing();
  show();
})();
