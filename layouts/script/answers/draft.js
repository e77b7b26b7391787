/* What the browser keeps of the answers: while the tab lives, in its session storage; beyond it, on this device, only if
   the person chooses that. What another tab keeps there is not overwritten. Keys have the wording's fingerprint, because
   pages on a disk share their storage in some browsers. */

const { page, words, fill, find, at } = answers;
const ALL = `pmdiag-answers:${page.dataset.file}@`;
const KEY = `pmdiag-answers:${page.dataset.packId}`;
const TAB = "sessionStorage";
const DEVICE = "localStorage";
const PAUSE = 300;
const mayKeep = page.dataset.keep !== "no";
const when = (time) => new Date(time).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });

let timer = 0;
let written;
/* Why nothing new is kept: "", "blocked" or "full". */
const why = { [TAB]: "", [DEVICE]: "" };
let time = 0;
/* { since, mark } if the person chose it. Each writing has a new mark: a tab knows its own. */
let device = null;
/* { where, key, found, same }: other answers that are kept, of the same wording or another. */
let other = null;
let leaving = false;

function read(where, key = KEY) {
  try {
    const found = JSON.parse(window[where].getItem(key));
    return found?.answers?.format ? found : null;
  } catch {
    return null;
  }
}

function put(where, value) {
  const text = JSON.stringify(value);
  try {
    window[where].setItem(KEY, text);
    why[where] = window[where].getItem(KEY) === text ? "" : "blocked";
  } catch (error) {
    why[where] = /quota/i.test(error?.name) ? "full" : "blocked";
  }
  return !why[where];
}

/* Of this page, in any wording. */
function keys(where) {
  try {
    return Object.keys(window[where]).filter((key) => key.startsWith(ALL));
  } catch {
    return [];
  }
}

const remove = (where, key) => keys(where).includes(key) && window[where].removeItem(key);
const view = () => page.classList.contains("one-page");
const stamp = () => JSON.stringify([answers.changed(), answers.standing(), answers.id, view()]);

function write() {
  clearTimeout(timer);
  timer = 0;
  written = stamp();
  const value = { time: Date.now(), unsaved: answers.changed(), whole: view(), answers: answers.draft() };
  look();
  if (device && !other?.same) {
    const mark = answers.newId();
    device.mark = put(DEVICE, { ...value, since: device.since, mark }) ? mark : device.mark;
  }
  const inTab = put(TAB, { ...value, device });
  time = inTab || kept() ? value.time : time;
  if (!inTab && kept()) {
    /* What the tab has is older than what the device has, and would be shown in its place. */
    remove(TAB, KEY);
  }
  show();
}

const now = () => timer && write();
const chosen = (found) => found && { since: found.since, mark: found.mark };
const rival = () => device && other?.same;
const kept = () => device && !why[DEVICE] && !rival();

/* Is there still what this tab wrote, or anything else? */
function look() {
  const found = read(DEVICE);
  device = device?.mark && !found ? null : device;
  other = found && found.mark !== device?.mark ? { where: DEVICE, key: KEY, found, same: true } : null;
  for (const where of [TAB, DEVICE]) {
    const key = keys(where).find((one) => one !== KEY && read(where, one));
    other ??= key && { where, key, found: read(where, key) };
  }
}

function fillIn(found) {
  const misfits = answers.load(found.answers);
  answers.settle(!found.unsaved);
  time = found.time;
  return misfits;
}

function resume() {
  const own = read(TAB);
  const found = read(DEVICE);
  const shown = own ?? found;
  device = own ? own.device : chosen(found);
  if (shown) {
    page.classList.toggle("one-page", shown.whole);
    fillIn(shown);
  }
  written = stamp();
  look();
  forbid();
  /* The tab keeps what it found on the device, for another tab may delete that. */
  if (shown && !put(TAB, { ...shown, device }) && !own && !device) {
    time = 0;
  }
}

/* Where answers may no longer be kept on the device, the tab takes over those that it shows. */
function forbid() {
  if (!device || mayKeep) {
    return;
  }
  if (!other?.same) {
    remove(DEVICE, KEY);
  }
  device = null;
  answers.say(words.kept_forbidden);
}

function sentence() {
  if (kept()) {
    return words.kept_device;
  }
  return words[!why[TAB] ? (device && why[DEVICE] ? "kept_part" : "kept_tab") : time ? "kept_old" : `kept_${why[TAB]}`];
}

function show() {
  const said = fill(sentence(), { since: when(device?.since), time: when(time) });
  const lost = kept() || !(why[TAB] || device) ? "" : words[rival() ? "not_kept_other" : "not_kept"];
  at("kept").textContent = said;
  /* What is set again is read out again. */
  at("not-kept").textContent === lost || at("not-kept").replaceChildren(lost);
  find("[data-keep]").forEach((box) => { box.checked = !!device; });
  at("keep-delete").hidden = !device;
  at("other").hidden = !other;
  at("other-replace").hidden = !other?.same || !mayKeep;
  at("other-delete").hidden = other?.same;
  at("other").querySelector("p").textContent = other && fill(words[other.same ? "other_same" : "other_kept"],
    { place: words[other.where === TAB ? "in_tab" : "on_device"], time: when(other.found.time) });
}

function keep(yes, mark = "") {
  device = yes ? { since: Date.now(), mark } : null;
  why[DEVICE] = "";
  if (!yes && !other?.same) {
    remove(DEVICE, KEY);
  }
  write();
  if (why[DEVICE]) {
    answers.say(words.keep_failed);
    keep(false);
  }
}

/* Those of another wording stay where they are, too. */
function takeOther() {
  if (answers.changed() && !confirm(words.replace)) {
    return;
  }
  const { found, same } = other;
  const misfits = fillIn(found);
  device = same ? chosen(found) : device;
  other = null;
  answers.say(words.other_taken, misfits);
  forbid();
  write();
  answers.show();
}

function deleteOther() {
  remove(other.where, other.key);
  look();
  show();
}

/* For another person: nothing of the last one stays, not even the id. */
function clearPage() {
  if ((answers.changed() || device || other) && !confirm(words.empty)) {
    return;
  }
  [TAB, DEVICE].forEach((where) => keys(where).forEach((key) => remove(where, key)));
  device = other = null;
  empty();
  answers.errors([]);
  answers.show();
  location.hash = "";
  answers.say(words.started_again);
}

function empty() {
  clearTimeout(timer);
  timer = time = 0;
  answers.reset();
  answers.hush();
  answers.id = answers.newId();
  answers.settle();
  written = stamp();
}

const does = {
  "keep-delete": () => keep(false), "other-take": takeOther, "other-replace": () => keep(true, other.found.mark),
  "other-delete": deleteOther, "clear-page": clearPage,
};

function start() {
  resume();
  answers.onchange(() => (stamp() === written ? show() : write()));
  page.addEventListener("input", () => {
    leaving = false;
    timer = timer || setTimeout(write, PAUSE);
  });
  Object.entries(does).forEach((one) => answers.press(...one));
  at("keep")?.addEventListener("change", (event) => keep(event.target.checked));
  addEventListener("storage", () => { look(); show(); });
  document.addEventListener("visibilitychange", now);
  addEventListener("pageshow", ({ persisted }) => {
    /* It had been put aside; another page may have cleared the draft. */
    if (persisted && !why[TAB]) {
      empty();
      resume();
      answers.show();
    }
  });
  /* A link leads to another page of the same tab, and the draft stays. */
  document.addEventListener("click", ({ target }) => {
    leaving = !!target.closest("a:not([href^='#'])");
  });
  addEventListener("beforeunload", (event) => {
    now();
    if (answers.changed() && (why[TAB] || !leaving) && !kept()) {
      event.preventDefault();
    }
    leaving = false;
  });
}

answers.starts.push(start);
