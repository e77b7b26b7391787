/* What a file of answers contains, how it is saved, and how it is read again. */

const { page, words, fill, find, of, element } = answers;
const FORMAT = "pmdiag-response";
const VERSION = 1;
const PARTS = { record: "record", ratings: "rating", overall: "overall" };
/* No vowels, so no words, and no characters that look alike. */
const SIGNS = "cdfhjkmnprtwx34679";
const ID = /^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/;

/* Random: it says nothing about anybody. It stays when answers are loaded and saved again. */
function newId() {
  // Of numbers so large, each remainder is equally likely.
  const signs = Array.from(crypto.getRandomValues(new Uint32Array(12)), (bits) => SIGNS[bits % SIGNS.length]);
  return signs.join("").match(/.{4}/g).join("-");
}

/* By this computer's clock: 2026-11-22T14:05. */
function time() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

const values = (kind) => Object.fromEntries(of(kind).map((control) => [control.dataset.id, answers.value(control)]));

function comments() {
  const found = {};
  ["doing", "improve"].forEach((kind) => of(`comment-${kind}`).forEach(({ dataset: { id }, value }) => {
    found[id] = { ...found[id], [kind]: value };
  }));
  return found;
}

/* With the lines as they were typed. It has only the parts that the page asks; "more" has only what was answered;
   "asked" has a fingerprint of each question's wording. */
function draft() {
  const more = Object.entries(values("more")).filter(([, value]) => value?.trim());
  const found = {
    format: FORMAT,
    version: VERSION,
    id: answers.id,
    saved: time(),
    pack_id: page.dataset.packId,
    record: values("record"),
    ratings: values("rating"),
    overall: values("overall"),
    comments: comments(),
    more: Object.fromEntries(more),
    asked: JSON.parse(page.dataset.asked ?? "{}"),
  };
  const isAsked = ([, value]) => typeof value !== "object" || Object.keys(value).length;
  return Object.fromEntries(Object.entries(found).filter(isAsked));
}

/* A whole number from 1. Empty is one person if one answered, else 0, "not known"; all else is undefined. */
function people(typed, mode) {
  const text = typed.trim();
  if (text === "") {
    return mode === "individual" || mode === "interview" ? 1 : 0;
  }
  return /^(?!0+$)[0-9]{1,4}$/.test(text) ? Number(text) : undefined;
}

function response() {
  const found = draft();
  if (found.record?.group_size !== undefined) {
    found.record.group_size = people(found.record.group_size, found.record.mode);
  }
  return found;
}

function fileName(reference = "") {
  const safe = reference.trim().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60);
  return `${page.dataset.file}-${safe || answers.id}-${time().slice(0, 10)}.json`;
}

/* What was said last is no longer true. */
const hush = () => find("[role=status]").forEach((line) => line.replaceChildren());

function save(said) {
  const found = response();
  const size = of("record").find((line) => line.dataset.id === "group_size");
  const unfit = size && found.record.group_size === undefined;
  hush();
  answers.errors(unfit ? [{ control: size, text: words.unfit }] : []);
  if (unfit) {
    return;
  }
  const file = fileName(found.record?.reference);
  const href = URL.createObjectURL(new Blob([JSON.stringify(found, null, 2), "\n"], { type: "application/json" }));
  Object.assign(element("a"), { href, download: file }).click();
  answers.settle();
  answers.show();
  said.textContent = fill(words.saved, { file });
}

const isMap = (value) => Object(value) === value && !Array.isArray(value);
const entries = (value) => Object.entries(isMap(value) ? value : {});

/* Fills in one part of a record; returns a sentence for each value that has no place. */
function place(kind, values, unknown) {
  const controls = new Map(of(kind).map((control) => [control.dataset.id, control]));
  return entries(values).flatMap(([id, value]) => {
    const control = controls.get(id);
    const text = value === null ? null : String(value);
    const why = !control ? unknown
      : Object(value) === value ? words.unknown_text
      : answers.set(control, text) ? "" : words.unknown_value;
    return why ? [fill(why, { id, value: text })] : [];
  });
}

const placeComments = (values) => entries(values).flatMap(([feature, texts]) =>
  entries(texts).flatMap(([kind, text]) =>
    place(`comment-${kind}`, { [feature]: text }, fill(words.unknown_comment, { id: `${kind} ${feature}` }))));

function takeId(value) {
  const found = String(value ?? "").toLowerCase();
  answers.id = ID.test(found) ? found : newId();
  return found && answers.id !== found ? [words.unknown_id] : [];
}

/* Fills in a record; returns a sentence for each thing that has no place on this page. */
function load(found) {
  const record = found.record?.group_size === 0 ? { ...found.record, group_size: "" } : found.record;
  const own = draft();
  answers.clear();
  return [
    ...(found.pack_id === page.dataset.packId ? [] : [words.other_wording]),
    ...takeId(found.id),
    ...Object.keys(PARTS).filter((part) => part in own).flatMap((part) =>
      place(PARTS[part], { ...found, record }[part], words[`unknown_${PARTS[part]}`])),
    ...("comments" in own ? placeComments(found.comments) : []),
    ...Object.keys(found).filter((key) => key !== "more" && !(key in own))
      .map((id) => fill(words.left_over, { id })),
    ...place("more", found.more, words.left_over),
  ];
}

/* The answers in a file's text, or why there are none. */
function read(text) {
  let list;
  try {
    list = [JSON.parse(text.replace(/^\uFEFF/, ""))].flat();
  } catch {
    return { why: words.no_json };
  }
  const [found] = list;
  const others = JSON.parse(page.dataset.others ?? "[]");
  const why = list.length > 1 ? words.several
    : !isMap(found) || found.format !== FORMAT ? words.other_format
    : found.version !== VERSION ? words.other_version
    : others.find(([pack]) => String(found.pack_id).startsWith(pack))?.[1];
  return why ? { why } : { found };
}

/* At the top of the page, with the focus. */
function say(first, sentences = []) {
  const place = document.getElementById("load-said");
  const list = element("ul", "", ...sentences.map((sentence) => element("li", "", sentence)));
  place.replaceChildren(element("p", "", first), ...(sentences.length ? [list] : []));
  place.focus();
}

async function loadFile(input) {
  const [file] = input.files;
  const agreed = file && (!answers.changed() || confirm(words.replace));
  const { found, why } = agreed ? read(await file.text()) : {};
  input.value = "";
  if (agreed) {
    answers.errors(why ? [{ control: input, text: `${fill(words.not_loaded, { file: file.name })} ${why}` }] : []);
  }
  if (found) {
    const misfits = load(found);
    answers.settle();
    answers.show();
    say(fill(words[misfits.length ? "loaded_in_part" : "loaded"], { file: file.name }), misfits);
  }
}

function start() {
  answers.id = newId();
  page.addEventListener("change", ({ target }) =>
    (target.type === "file" ? loadFile(target) : target.closest("[data-kind]") && hush()));
  find("[data-save] button").forEach((button) =>
    button.addEventListener("click", () => save(button.nextElementSibling)));
}

Object.assign(answers, { newId, draft, response, people, load, hush, say });
answers.starts.push(start);
