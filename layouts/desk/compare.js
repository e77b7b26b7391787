/* Compare: two typings of the same papers, from their files or from this page, and how far settling them is. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const { told } = desk;
  const at = (id) => document.getElementById(id);
  const { difference } = desk;
  const KEY = "compare:now";

  /* What the scripts of this view share: `state` is the two sheets and what was settled, which are kept; `found` is what
     comparing them gave; of its `items`, `now` is on the page. */
  const compared = (desk.compared = { state: null, found: null, items: [], now: 0, undoing: [] });
  const { undoing } = compared;

  function said(sentence, wrong = "") {
    at("compare-said").textContent = sentence;
    at("compare-wrong").textContent = wrong;
    at("compare-wrong").hidden = !wrong;
  }
  const keep = () => desk.keep.put(KEY, compared.state);
  const settled = (item) => item.id in compared.state.settled;
  const decisionOf = (item) => compared.state.settled[item.id];

  /* Comparing */

  async function sheetOf(input) {
    const [file] = input.files;
    return { name: file.name, data: new Uint8Array(await file.arrayBuffer()) };
  }

  const here = () => at("compare-here").checked && desk.typed.count() > 0;

  /* Are there two sheets? The first place where none is has the focus. */
  function complete() {
    const missing = ["compare-first", "compare-second"].map(at).filter((input) => {
      const given = input.files.length || (input.id === "compare-first" && here());
      return desk.wrong(input, given ? "" : words.compare_choose);
    });
    missing[0]?.focus();
    return missing.length === 0;
  }

  async function chosen() {
    const first = here()
      ? { name: `${words.compare_here_name}.xlsx`, data: await desk.typed.sheet(), here: true }
      : await sheetOf(at("compare-first"));
    const second = await sheetOf(at("compare-second"));
    if (first.name === second.name) {
      second.name = `2 ${second.name}`;
    }
    return { first, second, settled: {} };
  }

  async function begin() {
    said("");
    if (!complete()) {
      return;
    }
    said(words.compare_working);
    try {
      await compare(await chosen());
      keep();
      if (compared.items.length) {
        compared.go(compared.now);
        desk.say(at("compared-line").textContent);
      } else {
        at("compared-title").focus();
      }
    } catch (error) {
      said("", desk.reason(error));
    }
  }

  const bytes = ({ name, data }) => ({ name, data });

  async function compare(next) {
    compared.found = await desk.call("compare", { first: bytes(next.first), second: bytes(next.second) });
    compared.state = next;
    compared.items = [
      ...compared.found.differences.map((one) => ({ ...one, id: `${one.row} ${one.name}` })),
      ...compared.found.unmatched.map((one) => ({ ...one, id: `${one.row}`, row_only: true })),
    ].sort((one, other) => one.row - other.row);
    undoing.length = 0;
    said("");
    compared.now = Math.max(0, compared.items.findIndex((item) => !settled(item)));
    show();
  }

  /* Showing */

  function show() {
    const { first, second } = compared.state;
    at("compare-choose").hidden = true;
    at("compared").hidden = false;
    at("compared-title").textContent = told("compare_result", { first: first.name, second: second.name });
    const facts = { n: compared.found.compared, cells: compared.found.cells, open: compared.items.length };
    at("compared-line").textContent = told(compared.items.length ? "compare_differ" : "compare_same", facts);
    const { others } = compared.found;
    at("compared-problems").replaceChildren(...others.map((one) => desk.element("li", {}, desk.sentence(one))));
    at("compared-problems").hidden = others.length === 0;
    at("settle-list").hidden = compared.items.length === 0;
    showItem();
  }

  const open = () => compared.items.filter((item) => !settled(item)).length;

  function showItem() {
    const ended = open() === 0 && compared.now >= compared.items.length;
    at("settle").hidden = ended || compared.items.length === 0;
    at("settle-end").hidden = open() > 0;
    at("save-decision").hidden = open() === 0;
    if (compared.items.length && !ended) {
      compared.now = Math.min(compared.now, compared.items.length - 1);
      draw(compared.items[compared.now]);
    }
    at("settle-end-line").textContent = told("compare_end_line", { n: compared.outcome().length });
    at("settle-undo").disabled = undoing.length === 0;
    const facts = { settled: compared.items.length - open(), n: compared.items.length };
    at("settle-progress").textContent = told("compare_progress", facts);
    at("settle-rows").replaceChildren(...compared.items.map(listed));
  }

  function draw(item) {
    const place = { number: compared.now + 1, n: compared.items.length };
    const facts = { ...place, reference: difference.name(item), item: item.header };
    at("settle-where").textContent = desk.fill(words[item.row_only ? "compare_where_row" : "compare_where"], facts);
    at("settle-text").textContent = difference.textOf(item);
    at("settle-choices").replaceChildren(...difference.choices(item, decisionOf(item)));
  }

  function listed(item, index) {
    const facts = { reference: difference.name(item), item: item.header };
    const name = desk.fill(words[item.row_only ? "compare_list_row" : "compare_list_item"], facts);
    const hidden = desk.element("span", { class: "govuk-visually-hidden" }, ` (${name.replace(/:$/, "")})`);
    const link = desk.element("button", { type: "button", class: "desk-link" }, words.compare_go, hidden);
    link.addEventListener("click", () => compared.go(index));
    const answer = desk.element("strong", {}, difference.answerOf(item, decisionOf(item)));
    return desk.element("li", {}, name, " ", answer, " ", link);
  }

  /* Decisions are not thrown away without a question. */
  function ask() {
    const decided = Object.keys(compared.state.settled).length > 0;
    at("compare-sure").hidden = !decided;
    at("compare-again").hidden = decided;
    if (decided) {
      at("compare-no").focus();
    } else {
      again();
    }
  }

  function unask() {
    at("compare-sure").hidden = true;
    at("compare-again").hidden = false;
  }

  function again() {
    compared.state = compared.found = null;
    compared.items = [];
    desk.keep.delete(KEY);
    reset();
    at("compare-second").focus();
  }

  function reset() {
    unask();
    at("compared").hidden = true;
    at("compare-choose").hidden = false;
    for (const input of [at("compare-first"), at("compare-second")]) {
      input.value = "";
      desk.wrong(input, "");
    }
    at("settled-said").textContent = "";
    said("");
    offer();
  }

  /* What is typed on this computer is offered where there is some. */
  function offer() {
    const n = desk.typed.count();
    at("compare-here-choice").hidden = n === 0;
    at("compare-here-label").textContent = told("compare_here", { n });
    at("compare-here").checked = n > 0 && !at("compare-first").files.length;
    at("compare-first-choice").hidden = at("compare-here").checked;
  }

  const isSheet = (one) => typeof one?.name === "string" && one.data instanceof Uint8Array;
  const isKept = ({ first, second, settled }) => isSheet(first) && isSheet(second)
    && typeof settled === "object" && settled !== null;

  async function goOn() {
    const kept = compared.state ? null : await desk.keep.get(KEY, isKept);
    if (kept) {
      said(words.compare_working);
      await compare(kept).catch((error) => said("", desk.reason(error)));
    }
  }

  at("compare-here").addEventListener("change", ({ target }) => { at("compare-first-choice").hidden = target.checked; });
  at("compare-choose").addEventListener("change", ({ target }) => {
    desk.wrong(target === at("compare-here") ? at("compare-first") : target, "");
  });
  at("compare-begin").addEventListener("click", begin);
  at("compare-again").addEventListener("click", ask);
  at("compare-yes").addEventListener("click", again);
  at("compare-no").addEventListener("click", () => { unask(); at("compare-again").focus(); });
  desk.keep.onchange(({ cleared }) => {
    if (cleared) {
      compared.state = compared.found = null;
      compared.items = [];
      reset();
    }
  });

  desk.on("view", (name) => {
    if (name === "compare" && !compared.state) {
      offer();
      goOn();
    }
  });

  Object.assign(compared, { bytes, keep, settled, decisionOf, showItem });
})();
