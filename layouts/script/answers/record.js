/* The record of the answers: what a file of them contains, how it is saved, and how it is read again. */
(function () {
  "use strict";

  const { answers } = window;
  const { page, words, fill, of } = answers;
  const FORMAT = "pmdiag-response";
  const VERSION = 1;
  const COMMENTS = ["doing", "improve"];
  /* No vowels, which would form words, and no characters that look alike. */
  const SIGNS = "cdfhjkmnprtwx34679";
  const ID = /^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/;

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

  const values = (kind) => Object.fromEntries(of(kind).map((control) => [control.dataset.id, answers.value(control)]));

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

  /* A page's record has only the parts that the page asks; "more" has only what was answered, as in a PDF. */
  function parts() {
    const asks = { ratings: "rating", overall: "overall" };
    const found = Object.entries(asks).filter(([, kind]) => of(kind).length).map(([part, kind]) => [part, values(kind)]);
    const more = Object.entries(values("more")).filter(([, value]) => value !== null && value.trim() !== "");
    return {
      ...Object.fromEntries(found),
      ...(of("comment-doing").length ? { comments: comments() } : {}),
      ...(more.length ? { more: Object.fromEntries(more) } : {}),
      /* A fingerprint of each question's wording, so that the answers say what was asked where nobody knows the
         edition. A layout of somebody's own may leave it out. */
      ...(page.dataset.asked ? { asked: JSON.parse(page.dataset.asked) } : {}),
    };
  }

  /* With the lines as they were typed, for a draft. */
  function draft() {
    const head = { format: FORMAT, version: VERSION, id: answers.id, saved: time(), pack_id: page.dataset.packId };
    return { ...head, record: values("record"), ...parts() };
  }

  function response() {
    const found = draft();
    if ("group_size" in found.record) {
      found.record.group_size = people(found.record.group_size, found.record.mode);
    }
    return found;
  }

  /* Save */

  function fileName(reference = "") {
    const safe = reference.trim().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60);
    return `${page.dataset.file}-${safe || answers.id}-${time().slice(0, 10)}.json`;
  }

  function download(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name;
    link.click();
  }

  /* Saves the answers as a file and says so in the line beside the button. */
  function save(said) {
    const found = response();
    const size = of("record").find((line) => line.dataset.id === "group_size");
    page.querySelectorAll("[data-save] [role=status]").forEach((line) => line.replaceChildren());
    if (size && found.record.group_size === undefined) {
      answers.errors([{ control: size, text: words.unfit }]);
      return;
    }
    answers.errors([]);
    const name = fileName(found.record.reference);
    download(name, `${JSON.stringify(found, null, 2)}\n`);
    answers.settle();
    answers.show();
    said.textContent = fill(words.saved, { file: name });
  }

  /* Load */

  function isMap(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  /* Fills in the values of one part of a record; returns a sentence for each that has no place. A part that the page
     does not ask at all is one thing left over. */
  function place(kind, values, unknown, asked = of(kind).length) {
    if (!asked) {
      return [];
    }
    const controls = new Map(of(kind).map((control) => [control.dataset.id, control]));
    const misfits = [];
    for (const [id, value] of Object.entries(isMap(values) ? values : {})) {
      const control = controls.get(id);
      const text = value === null ? null : String(value);
      if (!control) {
        misfits.push(fill(unknown, { id }));
      } else if (typeof value === "object" && value !== null) {
        misfits.push(fill(words.unknown_text, { id }));
      } else if (!answers.set(control, text)) {
        misfits.push(fill(words.unknown_value, { id, value: text }));
      }
    }
    return misfits;
  }

  function placeComments(values) {
    return Object.entries(isMap(values) ? values : {}).flatMap(([feature, texts]) =>
      Object.entries(isMap(texts) ? texts : {}).flatMap(([kind, text]) =>
        place(`comment-${kind}`, { [feature]: text }, fill(words.unknown_comment, { id: `${kind} ${feature}` }),
          of("comment-doing").length)));
  }

  /* What else is in the file. This page does not keep it. */
  function leftOver(found) {
    const { more, ...own } = found;
    return Object.keys(own).filter((key) => !(key in response())).map((id) => fill(words.left_over, { id }));
  }

  /* The id of answers that were saved before there were any is new when they are saved again. */
  function takeId(value) {
    const found = typeof value === "string" ? value.toLowerCase() : "";
    const fits = ID.test(found);
    answers.id = fits ? found : newId();
    return fits || value === undefined || value === null || value === "" ? [] : [words.unknown_id];
  }

  /* Fills in a record; returns a sentence for each thing in it that has no place on this page. */
  function load(found) {
    answers.clear();
    const wording = found.pack_id === page.dataset.packId ? [] : [words.other_wording];
    const size = isMap(found.record) && found.record.group_size === 0 ? { group_size: "" } : {};
    return [
      ...wording,
      ...takeId(found.id),
      ...place("record", { ...found.record, ...size }, words.unknown_record),
      ...place("rating", found.ratings, words.unknown_rating),
      ...place("overall", found.overall, words.unknown_overall),
      ...placeComments(found.comments),
      ...leftOver(found),
      ...place("more", found.more, words.left_over, true),
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
    return list[0].version === VERSION ? { found: list[0] } : { why: words.other_version };
  }

  /* A sentence and a list of further ones, where the page says what became of a file; it takes the focus. */
  function say(first, sentences = []) {
    const place = document.getElementById("load-said");
    const list = document.createElement("ul");
    list.append(...sentences.map((sentence) => answers.element("li", "", sentence)));
    place.replaceChildren(answers.element("p", "", first), ...(sentences.length ? [list] : []));
    place.focus();
  }

  async function loadFile(input) {
    const [file] = input.files;
    if (!file || (answers.changed() && !window.confirm(words.replace))) {
      input.value = "";
      return;
    }
    const { found, why } = read(await file.text());
    input.value = "";
    if (why) {
      answers.errors([{ control: input, text: `${fill(words.not_loaded, { file: file.name })} ${why}` }]);
      return;
    }
    answers.errors([]);
    const misfits = load(found);
    answers.settle();
    answers.show();
    say(fill(misfits.length ? words.loaded_in_part : words.loaded, { file: file.name }), misfits);
  }

  function start() {
    answers.id = newId();
    page.addEventListener("change", (event) => {
      if (event.target.type === "file") {
        loadFile(event.target);
      }
    });
    page.addEventListener("click", (event) => {
      const place = event.target.closest("[data-save]");
      if (place && event.target.closest("button")) {
        save(place.querySelector("[role=status]"));
      }
    });
  }

  Object.assign(answers, { newId, time, draft, response, people, load, read, save, say });
  answers.starts.push(start);
})();
