/* What typing works on: the controls of the paper, each of which shows and gives the text of one cell, and the returns
   that were typed so far, each kept by the browser as it is typed. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const { told } = desk;
  const UNCLEAR = "?";
  const REFERENCE = "record_reference";

  /* References as the program compares them: case, spaces and marks that nobody sees do not matter. */
  const plain = (text) => text.normalize("NFKC").replace(/\p{Cf}/gu, "").replace(/\s+/g, " ").trim().toLowerCase();

  const controls = new Map();
  const order = Array.from(document.getElementById("paper").querySelectorAll("[data-name]"));

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

  /* The returns typed so far are `rows`, of which `current` is on the page; `batch` is chosen for all of them; `undoing`
     takes back what was done last. */
  const NO_BATCH = { carry: [], expected: "" };
  const paper = { rows: [], current: null, batch: NO_BATCH, undoing: [] };

  const cell = (row, name) => row.fields[name] || "";
  /* A key of its own for each row, whatever another window does; a row keeps the key that it was kept under. */
  const key = (row) => (row.key ??= `row:${Array.from(crypto.getRandomValues(new Uint32Array(4)), (one) =>
    one.toString(36).padStart(7, "0")).join("")}`);
  const done = () => paper.rows.filter((row) => row.done);
  const answered = (row) => levels.filter((name) => row.fields[name]).length;
  const reference = (row) => cell(row, REFERENCE).trim();
  const shown = (row) => reference(row) || words.type_no_reference;
  const number = (row) => paper.rows.indexOf(row) + 1;
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
    paper.batch = { ...paper.batch, ...changed };
    desk.keep.put("batch:typed", paper.batch);
  }

  function newRow(fields = {}, finished = false) {
    const row = { fields, done: finished, order: paper.rows.reduce((most, one) => Math.max(most, one.order), 0) + 1 };
    paper.rows.push(row);
    return row;
  }

  /* The return that is not finished; there is one at most. */
  function draft() {
    return paper.rows.find((row) => !row.done) || newRow(carried());
  }

  function carried() {
    const last = done().at(-1);
    const taken = last ? paper.batch.carry.filter((name) => last.fields[name]) : [];
    return Object.fromEntries(taken.map((name) => [name, last.fields[name]]));
  }

  const begun = (row) => Object.keys(cells(row)).some((name) => !paper.batch.carry.includes(name));

  function drop(row) {
    paper.rows = paper.rows.filter((one) => one !== row);
    desk.keep.delete(key(row));
  }

  /* What the scripts of typing share; those that come later add to it. */
  desk.paper = Object.assign(paper, {
    ...{ NO_BATCH, REFERENCE, plain, controls, names, levels, cell, cells, done, answered, reference, shown, number },
    ...{ keep, keepBatch, newRow, draft, begun, drop },
  });
})();
