/* Type in: paper returns, one after another, by keyboard alone. Each is kept by the browser as it is typed. */
(function () {
  "use strict";

  const desk = window.desk;
  const page = document.getElementById("typing");
  if (!page) {
    return;
  }
  const words = desk.words;
  const at = (id) => document.getElementById(id);
  const form = at("paper");
  const REFERENCE = "record_reference";
  const DATE = "record_date";
  const UNCLEAR = "?";

  const { told } = desk;
  const to = (view, key) => desk.element("a", { class: "govuk-link", href: `#${view}` }, words[key]);
  const links = () => [to("returns", "start_go"), " · ", to("results", "returns_to_results")];

  /* References as the program compares them: case, spaces and marks that nobody sees do not matter. */
  const plain = (text) => text.normalize("NFKC").replace(/\p{Cf}/gu, "").replace(/\s+/g, " ").trim().toLowerCase();

  /* The controls of the paper: each shows and gives the text of one cell. */

  const controls = new Map();
  const order = Array.from(form.querySelectorAll("[data-name]"));

  function level(box) {
    const buttons = Array.from(box.querySelectorAll("input[type=radio]"));
    const note = box.querySelector("[data-note]");
    const line = note.querySelector("input");
    const spoken = new Map(buttons.map((button) =>
      [button.closest("label").querySelector(".key__word").textContent.toLowerCase(), button.value]));
    /* A text that is neither a level nor a hyphen, from a sheet typed elsewhere: it stays as it was typed there. */
    const sign = (text) => {
      const value = text.trim();
      const known = buttons.find((button) => button.value === value.toUpperCase() && value !== UNCLEAR);
      return value === "" ? null : known?.value ?? (spoken.get(value.toLowerCase()) || UNCLEAR);
    };
    const [before, after] = words.unclear_cell.split("{note}");
    return {
      box,
      note: line,
      show(text) {
        const chosen = sign(text);
        buttons.forEach((button) => { button.checked = button.value === chosen; });
        note.hidden = chosen !== UNCLEAR;
        const written = text.startsWith(before) ? text.slice(before.length, text.length - after.length) : text;
        line.value = chosen !== UNCLEAR || [words.unclear_bare, UNCLEAR].includes(text) ? "" : written;
      },
      read() {
        const value = buttons.find((button) => button.checked)?.value ?? "";
        const text = line.value.trim();
        return value !== UNCLEAR ? value : text ? told("unclear_cell", { note: text }) : words.unclear_bare;
      },
      unclear: (text) => sign(text) === UNCLEAR,
      focus() { (buttons.find((button) => button.checked) || buttons[0]).focus(); },
    };
  }

  function choice(box) {
    const list = box.querySelector("select");
    return {
      box,
      show(text) {
        const value = text.trim() === "-" ? "" : text;
        const options = Array.from(list.options);
        const found = options.find((option) => [option.value, option.dataset.code].some((known) =>
          known !== undefined && plain(known) === plain(value)));
        /* What is not in the list stays as it was typed. */
        list.value = found ? found.value : (list.add(new Option(value, value)), value);
      },
      read: () => list.value,
      focus: () => list.focus(),
    };
  }

  function text(box) {
    const line = box.querySelector("input, textarea");
    return {
      box,
      show(value) { line.value = value; },
      read: () => line.value,
      focus() { line.focus(); line.select(); },
    };
  }

  order.forEach((box) => {
    const make = { level, choice }[box.dataset.kind] || text;
    controls.set(box.dataset.name, make(box));
  });
  const names = Array.from(controls.keys());
  const levels = order.filter((box) => box.dataset.kind === "level").map((box) => box.dataset.name);

  /* The returns typed so far. `addedState`: what they were when they were put among the returns. */

  let rows = [];
  let current = null;
  const NO_BATCH = { carry: [], expected: "" };
  let batch = NO_BATCH;
  let addedState = "";
  const undoing = [];

  const cell = (row, name) => row.fields[name] || "";
  /* A key of its own for each row, whatever another window does; a row keeps the key that it was kept under. */
  const key = (row) => (row.key ??= `row:${Array.from(crypto.getRandomValues(new Uint32Array(4)), (one) =>
    one.toString(36).padStart(7, "0")).join("")}`);
  const done = () => rows.filter((row) => row.done);
  const answered = (row) => levels.filter((name) => row.fields[name]).length;
  const reference = (row) => cell(row, REFERENCE).trim();
  const shown = (row) => reference(row) || words.type_no_reference;
  const number = (row) => rows.indexOf(row) + 1;
  const cells = (row) => Object.fromEntries(Object.entries(row.fields).filter(([, value]) => value !== ""));

  /* A return in which nothing is typed is not kept, and not counted among what is. */
  function keep(row) {
    if (row.done || Object.entries(cells(row)).some(([name, value]) => value !== carried()[name])) {
      desk.keep.put(key(row), { fields: row.fields, done: row.done, order: row.order });
    } else {
      desk.keep.delete(key(row));
    }
  }

  function keepBatch(changed) {
    batch = { ...batch, ...changed };
    desk.keep.put("batch:typed", batch);
  }

  function newRow(fields = {}, finished = false) {
    const row = { fields, done: finished, order: rows.reduce((most, one) => Math.max(most, one.order), 0) + 1 };
    rows.push(row);
    return row;
  }

  /* The return that is not finished; there is one at most. */
  function draft() {
    return rows.find((row) => !row.done) || newRow(carried());
  }

  function carried() {
    const last = done().at(-1);
    const fields = last ? batch.carry.filter((name) => last.fields[name]).map((name) => [name, last.fields[name]]) : [];
    return Object.fromEntries(fields);
  }

  const begun = (row) => Object.keys(cells(row)).some((name) => !batch.carry.includes(name));

  function drop(row) {
    rows = rows.filter((one) => one !== row);
    desk.keep.delete(key(row));
  }

  /* Showing */

  function open(row, focus = true) {
    if (current && current !== row && !current.done && !begun(current) && row.done === false) {
      drop(current);
    }
    current = row;
    controls.forEach((control, name) => control.show(cell(row, name)));
    at("paper-check").hidden = true;
    show(true);
    if (focus) {
      controls.get(REFERENCE).focus();
      at("paper-title").scrollIntoView({ block: "start" });
    }
  }

  const half = () => rows.find((row) => !row.done && begun(row));

  /* To where somebody stopped: the first question without an answer, or a line at the top where none has one. */
  function goOn() {
    const row = draft();
    open(row);
    const empty = (all) => all.find((name) => !row.fields[name]);
    const lines = names.filter((name) => name.startsWith("record_"));
    if (begun(row)) {
      focus((answered(row) ? undefined : empty(lines)) ?? empty(levels));
    }
  }

  function focus(name) {
    if (name) {
      controls.get(name).focus();
      controls.get(name).box.scrollIntoView({ block: "nearest" });
    } else {
      at("paper-next").focus();
    }
  }

  function set(place, value) {
    if (place.textContent !== value) {
      place.textContent = value;
    }
  }

  /* `all`: the list too, which changes with whole returns only, or with the one that is changed again. */
  function show(all = false) {
    const typed = done();
    const named = reference(current);
    const title = current.done ? "type_return_again" : named ? "type_return_of" : "type_return";
    set(at("paper-title"), desk.fill(words[title], { n: number(current), reference: shown(current) }));
    set(at("paper-progress"), desk.fill(words.type_progress, { n: answered(current), of: levels.length }));
    set(at("paper-next"), current.done ? words.type_next_again : words.type_next);
    at("paper-throw").hidden = current.done || !begun(current);
    at("type-undo").disabled = undoing.length === 0;
    set(at("typed-count"), counted(typed.length));
    set(at("type-begin"), half() ? desk.fill(words.type_go_on, { n: number(half()) }) : words.type_begin);
    if (all || current.done) {
      at("typed-list").hidden = at("typed-actions").hidden = typed.length === 0;
      at("typed-rows").replaceChildren(...typed.map(listed));
      showStands();
    }
    showTwice();
  }

  function counted(n) {
    const expected = Number(batch.expected);
    return told(n === 0 ? "type_count_none" : expected ? "type_count_of" : "type_count", { n, of: expected });
  }

  function listed(row) {
    const line = desk.element("li");
    const unclear = levels.filter((name) => row.fields[name] && controls.get(name).unclear(row.fields[name])).length;
    const facts = { reference: shown(row), n: answered(row), of: levels.length, unclear };
    line.append(
      told(unclear ? "type_line_unclear" : "type_line", facts), " ",
      button("type_change", row, () => open(row)), " ",
      button("type_delete", row, () => deleteRow(row)),
    );
    line.classList.toggle("batch__now", row === current);
    return line;
  }

  function button(word, row, act) {
    const of = desk.element("span", { class: "govuk-visually-hidden" }, ` ${shown(row)}`);
    const made = desk.element("button", { type: "button", class: "desk-link" }, words[word], of);
    made.addEventListener("click", act);
    return made;
  }

  /* The other return with the same reference, if there is one. */
  function twin(row) {
    const wanted = plain(reference(row));
    return wanted && wanted !== "-" ? rows.find((one) => one !== row && plain(reference(one)) === wanted) : undefined;
  }

  function showTwice() {
    const other = twin(current);
    const error = form.querySelector("[data-twice]");
    const sentence = other ? told("type_twice", { reference: reference(current) }) : "";
    set(error, sentence);
    error.hidden = !other;
    error.parentElement.classList.toggle("govuk-form-group--error", Boolean(other));
    const line = error.parentElement.querySelector("input");
    line.classList.toggle("govuk-input--error", Boolean(other));
    line.setAttribute("aria-invalid", String(Boolean(other)));
    return sentence;
  }

  /* The sheet among the returns in which typed returns were settled: with them too, each would be there twice. One that
     was kept with its round does not say which it has. */
  function standsFor() {
    const typed = done().map((row) => plain(reference(row)));
    return desk.returns.list.find(({ made, references }) => made === "settled" && typed.length
      && (!references || references.some((one) => typed.includes(plain(one)))));
  }

  function showStands() {
    const item = standsFor();
    at("typed-done").hidden = Boolean(item);
    at("typed-stands").hidden = !item;
    if (item) {
      at("typed-stands").replaceChildren(told("type_stands", { file: item.name }), " ", links()[0]);
    }
  }

  /* Typing */

  /* What the text box with the focus held before: its own undo serves until something else has the focus. */
  let before = null;

  function write(name) {
    current.fields[name] = controls.get(name).read();
    keep(current);
    show();
  }

  function answer(name, value) {
    const row = current;
    const old = cell(row, name);
    if (old !== value) {
      remember(() => change(row, name, old));
    }
    row.fields[name] = value;
    controls.get(name).show(value);
    keep(row);
    show();
  }

  function change(row, name, value) {
    if (row !== current) {
      open(row, false);
    }
    row.fields[name] = value;
    controls.get(name).show(value);
    keep(row);
    show();
    controls.get(name).focus();
  }

  function remember(takeBack) {
    undoing.push(takeBack);
    at("type-undo").disabled = false;
  }

  function undo() {
    const takeBack = undoing.pop();
    if (takeBack) {
      takeBack();
      show(true);
      refresh();
      desk.say(words.type_undone);
    }
  }

  const typedOn = () => before && cell(before.row, before.name) !== before.value;

  function commit() {
    if (typedOn()) {
      const { row, name, value } = before;
      remember(() => change(row, name, value));
      before = { ...before, value: cell(row, name) };
    }
  }

  const nameAt = (element) => element.closest?.("[data-name]")?.dataset.name;

  function go(name, step) {
    const next = names[names.indexOf(name) + step];
    if (next) {
      focus(next);
    } else if (step > 0) {
      at("paper-next").focus();
    }
  }

  /* Next to the question in which a key was pressed that is no answer, until something else is done. */
  const slip = desk.element("p", { class: "typed__note govuk-error-message", id: "type-slip" }, words.type_key_wrong);

  const MARKS = new Map([["–", "-"], ["−", "-"], ["_", "-"]]);

  function levelKey(event, name) {
    const control = controls.get(name);
    slip.remove();
    const sign = MARKS.get(event.key) || event.key;
    const buttons = Array.from(control.box.querySelectorAll("input[type=radio]"));
    const chosen = buttons.find((one) => one.value === sign.toUpperCase());
    if (chosen && chosen.value === UNCLEAR) {
      answer(name, control.unclear(cell(current, name)) ? current.fields[name] : words.unclear_bare);
      control.note.focus();
    } else if (chosen) {
      answer(name, chosen.value);
      go(name, 1);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      answer(name, "");
      control.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      go(name, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key.length === 1 && event.key !== " ") {
      control.box.append(slip);
      desk.say(words.type_key_wrong);
    } else {
      return false;
    }
    return true;
  }

  /* Enter and the arrows in a line of text or a list. */
  function lineKey(event, name) {
    const { tagName } = event.target;
    if (tagName === "TEXTAREA") {
      return false;
    }
    if (event.key === "Enter") {
      go(name, 1);
      return true;
    }
    if (tagName === "INPUT" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      go(name, event.key === "ArrowDown" ? 1 : -1);
      return true;
    }
    return false;
  }

  function onKey(event) {
    const name = nameAt(event.target);
    if (event.isComposing || event.altKey) {
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter") {
        event.preventDefault();
        finish();
      }
      return;
    }
    const taken = name && event.key !== "Tab" && (event.target.type === "radio"
      ? (event.key === "Enter" ? (go(name, 1), true) : levelKey(event, name))
      : lineKey(event, name));
    if (taken) {
      event.preventDefault();
    }
  }

  /* Also outside the form: the last thing may have been a return that was deleted in the list. */
  function onUndoKey(event) {
    const back = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    const own = typedOn() && document.activeElement === before.element;
    if (back && !own && desk.shown() === "type" && undoing.length) {
      event.preventDefault();
      before = null;
      undo();
    }
  }

  function onFocus(event) {
    const name = nameAt(event.target);
    if (!slip.parentElement?.contains(event.target)) {
      slip.remove();
    }
    const isText = name && (event.target.tagName === "TEXTAREA" || event.target.type === "text");
    before = isText ? { element: event.target, row: current, name, value: cell(current, name) } : null;
  }

  /* Ending a return */

  function missing() {
    const empty = levels.filter((name) => !current.fields[name]);
    const lines = [];
    if (!reference(current)) {
      lines.push({ sentence: words.type_check_reference, places: [REFERENCE] });
    } else if (twin(current)) {
      lines.push({ sentence: told("type_check_twice", { reference: reference(current) }), places: [REFERENCE] });
    }
    if (noDay(cell(current, DATE))) {
      lines.push({ sentence: told("type_check_date", { date: cell(current, DATE).trim() }), places: [DATE] });
    }
    if (empty.length) {
      lines.push({ sentence: told("type_check_empty", { n: empty.length }), places: empty });
    }
    return lines;
  }

  const MONTHS = Array.from({ length: 12 }, (_, month) =>
    new Date(2000, month).toLocaleString("en-GB", { month: "long" }).toLowerCase());

  const DAY_FIRST = /^(?<day>\d{1,2})(?:st|nd|rd|th)?[ ./-]+(?<month>\d{1,2}|[a-z]{3,9})[ .,/-]+(?<year>\d{4}|\d{2})$/;
  const YEAR_FIRST = /^(?<year>\d{4})[./-](?<month>\d{1,2})[./-](?<day>\d{1,2})$/;

  /* Is it surely no day, such as 31/2/2026? The day comes before the month. Of any other text, nothing is said. */
  function noDay(text) {
    const { day, month, year } = (DAY_FIRST.exec(plain(text)) ?? YEAR_FIRST.exec(plain(text)))?.groups ?? {};
    const named = MONTHS.findIndex((one) => one.startsWith(month));
    const number = named >= 0 ? named + 1 : Number(month);
    const lastDay = () => new Date(year.length === 2 ? `20${year}` : year, number, 0).getDate();
    return number >= 0 && (number < 1 || number > 12 || day < 1 || day > lastDay());
  }

  function check(lines) {
    at("paper-check-list").replaceChildren(...lines.map(({ sentence, places }) => {
      const line = desk.element("li", {}, sentence);
      places.forEach((name) => {
        const { header } = controls.get(name).box.dataset;
        const link = desk.element("button", { type: "button", class: "desk-link" }, header);
        link.addEventListener("click", () => controls.get(name).focus());
        line.append(" ", link);
      });
      return line;
    }));
    at("paper-check").hidden = false;
    at("paper-check").focus();
    at("paper-check").scrollIntoView({ block: "nearest" });
  }

  function finish(sure = false) {
    commit();
    const lines = missing();
    if (!sure && lines.length) {
      check(lines);
      return;
    }
    const row = current;
    const again = row.done;
    row.done = true;
    keep(row);
    if (!again) {
      remember(() => {
        row.done = false;
        keep(row);
        rows.filter((one) => one !== row && !one.done && !begun(one)).forEach(drop);
        open(row);
      });
    }
    open(draft());
    desk.say(told(again ? "type_changed" : "type_kept_next", { reference: shown(row), n: number(row) }));
    refresh();
  }

  function takeOut(row) {
    const place = rows.indexOf(row);
    drop(row);
    remember(() => { rows.splice(place, 0, row); keep(row); open(row, !row.done); });
    if (row === current) {
      open(draft());
    }
    show(true);
    refresh();
  }

  function deleteRow(row) {
    takeOut(row);
    desk.say(told("type_deleted", { reference: shown(row) }));
    at("batch-title").focus();
  }

  function throwAway() {
    const row = current;
    drop(row);
    current = null;
    const fresh = draft();
    remember(() => { drop(fresh); rows.push(row); keep(row); current = null; open(row); });
    open(fresh);
    desk.say(words.type_thrown);
  }

  /* The sheet: to the returns, as a file, and from a file */

  const said = (...parts) => at("typed-said").replaceChildren(...parts);

  const wrong = (error) => said(desk.reason(error));

  const sheet = () => desk.call("typed", { rows: done().map(cells) });
  const state = () => JSON.stringify(done().map(cells));

  /* Nothing is put among the returns while one is half typed. */
  function unready() {
    if (half()) {
      return desk.fill(words.type_unfinished, { n: number(half()) });
    }
    return done().length ? "" : words.type_none_to_add;
  }

  /* The sentence, in which the name of the button that ends a return leads to it. */
  function leading(sentence) {
    const [start, ...rest] = sentence.split(words.type_next);
    const link = desk.element("button", { type: "button", class: "desk-link" }, words.type_next);
    link.addEventListener("click", () => {
      open(draft());
      at("paper-next").focus();
    });
    return rest.length ? [start, link, rest.join(words.type_next)] : [sentence];
  }

  const among = () => desk.returns.list.find((one) => one.made === "typed");

  async function put() {
    const now = state();
    const name = `${words.type_file_name}.xlsx`;
    const bytes = await sheet();
    out();
    desk.returns.add([{ name, blob: new Blob([bytes]), made: "typed" }]);
    addedState = now;
  }

  /* Takes the typed returns out from among the others. */
  function out() {
    const item = among();
    if (item) {
      desk.returns.remove(item);
    }
  }

  async function add() {
    const why = unready();
    if (why) {
      said(...leading(why));
      return;
    }
    said(words.type_working);
    try {
      await put();
      said(told("type_added", { n: done().length, file: among().name }), " ", ...links());
    } catch (error) {
      wrong(error);
    }
  }

  /* Returns that were put among the others are put there again when they are changed here. */
  async function refresh() {
    if (!among() || addedState === state()) {
      return;
    }
    if (!done().length) {
      out();
      return;
    }
    try {
      await put();
    } catch (error) {
      wrong(error);
    }
  }

  async function save(name, make) {
    said(words.type_working);
    try {
      desk.save(name, await make());
      said(told("saved_as", { file: name }));
    } catch (error) {
      wrong(error);
    }
  }

  async function load(input) {
    const [file] = input.files;
    if (!file) {
      return;
    }
    said(words.type_working);
    try {
      const found = await desk.call("rows_of", { name: file.name, data: new Uint8Array(await file.arrayBuffer()) });
      take(found);
      said(told("type_loaded", { n: found.length, file: file.name }));
    } catch (error) {
      wrong(error);
    }
    input.value = "";
  }

  /* Rows of a sheet go before the return that is just being typed. */
  function take(found) {
    const open_ = draft();
    const fresh = found.map((fields) => newRow(fields, true));
    drop(open_);
    open_.order = newRow().order;
    rows[rows.length - 1] = open_;
    [...fresh, open_].forEach(keep);
    remember(() => { fresh.forEach(drop); open(draft(), false); });
    show(true);
    refresh();
  }

  /* Compare takes what is typed here as one of its two sheets. */
  desk.returns.onchange(showStands);
  desk.typed = { links, count: () => done().length, sheet: sheet, out };

  const isTexts = (value) => value !== null && typeof value === "object" &&
    Object.values(value).every((one) => typeof one === "string");
  const isBatch = ({ carry, expected }) => Array.isArray(carry) && typeof expected === "string";

  /* Until what was kept is known, there is nothing to type in. */
  async function begin() {
    const kept = await desk.keep.list("row:", ({ fields }) => isTexts(fields));
    batch = { ...NO_BATCH, ...(await desk.keep.get("batch:typed", isBatch)) };
    const found = kept.map((record) =>
      ({ ...record.value, key: record.key, order: Number(record.value.order) || 0 }));
    start(found.sort((one, other) => one.order - other.order));
    page.querySelectorAll("[data-later]").forEach((one) => { one.hidden = false; });
  }

  function start(found) {
    rows = found;
    undoing.length = 0;
    current = null;
    at("typed-expected").value = batch.expected;
    page.querySelectorAll("[data-carry]").forEach((box) => { box.checked = batch.carry.includes(box.dataset.carry); });
    open(draft(), false);
  }

  form.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onUndoKey);
  form.addEventListener("focusin", onFocus);
  form.addEventListener("focusout", () => {
    const twice = before && before.name === REFERENCE && showTwice();
    commit();
    if (twice) {
      desk.say(twice);
    }
  });
  form.addEventListener("input", (event) => {
    const name = nameAt(event.target);
    if (name && event.target.type === "radio") {
      answer(name, controls.get(name).read() === words.unclear_bare ? words.unclear_bare : event.target.value);
    } else if (name && event.target.tagName === "SELECT") {
      answer(name, event.target.value);
    } else if (name) {
      write(name);
    }
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); finish(); });
  at("paper-leave").addEventListener("click", () => finish(true));
  at("paper-throw").addEventListener("click", throwAway);
  at("type-undo").addEventListener("click", undo);
  at("type-begin").addEventListener("click", goOn);
  at("typed-done").addEventListener("click", add);
  at("save-typed").addEventListener("click", () => save(`${words.type_file_name}.xlsx`, sheet));
  page.querySelectorAll("[data-empty-sheet]").forEach((button) => {
    const kind = button.dataset.emptySheet;
    button.addEventListener("click", () =>
      save(`${words.type_empty_name}.${kind}`, () => desk.call("entry_sheet", { kind })));
  });
  at("typed-file").addEventListener("change", (event) => load(event.target));
  at("typed-expected").addEventListener("input", (event) => {
    keepBatch({ expected: event.target.value.replace(/\D/g, "") });
    show(true);
  });
  page.addEventListener("change", (event) => {
    if (event.target.dataset.carry) {
      keepBatch({ carry: Array.from(page.querySelectorAll("[data-carry]:checked"), (box) => box.dataset.carry) });
    }
  });
  desk.keep.onchange(({ cleared }) => {
    if (cleared) {
      batch = NO_BATCH;
      start([]);
    }
  });
  begin();
})();
