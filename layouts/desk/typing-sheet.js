/* The sheet of what was typed: to the returns, as a file, and from a file. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const { told } = desk;
  const at = (id) => document.getElementById(id);
  const page = at("typing");
  const { paper } = desk;
  const { cells, done, draft, drop, half, keep, links, newRow, number, open, show, remember } = paper;

  /* What the returns were when they were put among the others. */
  let addedState = "";

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
    paper.rows[paper.rows.length - 1] = open_;
    [...fresh, open_].forEach(keep);
    remember(() => { fresh.forEach(drop); open(draft(), false); });
    show(true);
    refresh();
  }

  at("typed-done").addEventListener("click", add);
  at("save-typed").addEventListener("click", () => save(`${words.type_file_name}.xlsx`, sheet));
  page.querySelectorAll("[data-empty-sheet]").forEach((button) => {
    const kind = button.dataset.emptySheet;
    button.addEventListener("click", () =>
      save(`${words.type_empty_name}.${kind}`, () => desk.call("entry_sheet", { kind })));
  });
  at("typed-file").addEventListener("change", (event) => load(event.target));

  /* Compare takes what is typed here as one of its two sheets. */
  desk.typed = { links, count: () => done().length, sheet, out };
  paper.refresh = refresh;
})();
