/* Compare: two typings of the same papers. What differs is settled here by key; what is settled is kept as well. */
(function () {
  "use strict";

  const desk = window.desk;
  const page = document.getElementById("compare");
  if (!page) {
    return;
  }
  const words = desk.words;
  const { told } = desk;
  const at = (id) => document.getElementById(id);
  const REFERENCE = "record_reference";
  const KEY = "compare:now";

  /* The two sheets and what was settled, which are kept; `found` is what comparing them gave. */
  let state = null;
  let found = null;
  let items = [];
  let now = 0;
  const undoing = [];

  const row = (name) => document.querySelector(`#paper [data-name="${name}"]`);
  const said = (sentence) => { at("compare-said").textContent = sentence; };
  const keep = () => desk.keep.put(KEY, state);
  const isLevel = (item) => row(item.name)?.dataset.kind === "level";
  const settled = (item) => item.id in state.settled;

  function textOf(item) {
    if (item.row_only) {
      return told("compare_row", { file: item.file, what: desk.sentence({ what: item.what }) });
    }
    const legend = row(item.name)?.querySelector("legend, label");
    return legend ? legend.textContent.trim() : item.header;
  }

  /* Comparing */

  async function sheetOf(input) {
    const [file] = input.files;
    return file && { name: file.name, data: new Uint8Array(await file.arrayBuffer()) };
  }

  async function chosen() {
    const here = at("compare-here").checked && desk.typed.count();
    const first = here
      ? { name: `${words.compare_here_name}.xlsx`, data: await desk.typed.sheet(), here: true }
      : await sheetOf(at("compare-first"));
    const second = await sheetOf(at("compare-second"));
    if (first && second && first.name === second.name) {
      second.name = `2 ${second.name}`;
    }
    return first && second && { first, second, settled: {} };
  }

  async function begin() {
    said(words.compare_working);
    try {
      const next = await chosen();
      if (!next) {
        said(words.compare_choose_both);
        return;
      }
      await compare(next);
      keep();
      if (items.length) {
        go(now);
        desk.say(at("compared-line").textContent);
      } else {
        at("compared-title").focus();
      }
    } catch (error) {
      said(desk.reason(error));
    }
  }

  const bytes = ({ name, data }) => ({ name, data });

  async function compare(next) {
    found = await desk.call("compare", { first: bytes(next.first), second: bytes(next.second) });
    state = next;
    items = [
      ...found.differences.map((one) => ({ ...one, id: `${one.row} ${one.name}` })),
      ...found.unmatched.map((one) => ({ ...one, id: `${one.row}`, row_only: true })),
    ].sort((one, other) => one.row - other.row);
    undoing.length = 0;
    said("");
    now = Math.max(0, items.findIndex((item) => !settled(item)));
    show();
  }

  /* Showing */

  function show() {
    const { first, second } = state;
    at("compare-choose").hidden = true;
    at("compared").hidden = false;
    at("compared-title").textContent = told("compare_result", { first: first.name, second: second.name });
    const facts = { n: found.compared, cells: found.cells, open: items.length };
    at("compared-line").textContent = told(items.length ? "compare_differ" : "compare_same", facts);
    at("compared-problems").replaceChildren(...found.others.map((one) => desk.element("li", {}, desk.sentence(one))));
    at("compared-problems").hidden = found.others.length === 0;
    at("settle-list").hidden = items.length === 0;
    showItem();
  }

  const open = () => items.filter((item) => !settled(item)).length;

  function showItem() {
    const ended = open() === 0 && now >= items.length;
    at("settle").hidden = ended || items.length === 0;
    at("settle-end").hidden = open() > 0;
    at("save-decision").hidden = open() === 0;
    if (items.length && !ended) {
      now = Math.min(now, items.length - 1);
      draw(items[now]);
    }
    at("settle-end-line").textContent = told("compare_end_line", { n: outcome().length });
    at("settle-undo").disabled = undoing.length === 0;
    at("settle-progress").textContent = told("compare_progress", { settled: items.length - open(), n: items.length });
    at("settle-rows").replaceChildren(...items.map(listed));
  }

  const itemName = (item) => item.reference || words.type_no_reference;

  function draw(item) {
    const facts = { number: now + 1, n: items.length, reference: itemName(item), item: item.header };
    at("settle-where").textContent = desk.fill(words[item.row_only ? "compare_where_row" : "compare_where"], facts);
    at("settle-text").textContent = textOf(item);
    at("settle-choices").replaceChildren(...(item.row_only ? rowChoices(item) : cellChoices(item)));
  }

  function choiceOf(item, value, sign, head, ...content) {
    const decision = state.settled[item.id];
    const chosen = decision && decision.choice === value;
    const input = desk.element("input", { type: "radio", name: "settle", value });
    input.checked = Boolean(chosen);
    return desk.element("label", { class: "settle__choice" },
      input, desk.element("kbd", { class: "key__sign", "aria-hidden": "true" }, sign),
      desk.element("span", { class: "settle__head" }, head), ...content);
  }

  function cellChoices(item) {
    const [one, two] = isLevel(item) ? [item.first, item.second].map((text) => levelOf(item, text)) : marked(item);
    return [
      choiceOf(item, "1", "1", words.compare_first, one),
      choiceOf(item, "2", "2", words.compare_second, two),
      choiceOf(item, "3", "3", words.compare_other),
      otherBox(item),
    ];
  }

  const value = (...content) => desk.element("span", { class: "settle__value" }, ...content);
  const quiet = (text) => desk.element("span", { class: "typed__quiet" }, text);

  /* A level with its word. */
  function levelOf(item, text) {
    const button = row(item.name).querySelector(`input[type=radio][value="${CSS.escape(text.trim())}"]`);
    const word = button && quiet(` ${button.closest("label").querySelector(".key__word").textContent}`);
    return value(...(text.trim() ? [text, word || ""] : [quiet(words.compare_empty)]));
  }

  /* Both texts, with what is different in them marked: the words between those that they begin and end with alike. */
  function marked({ first, second }) {
    const parts = [first, second].map((text) => text.match(/\s+|\S+/g) || []);
    const shortest = Math.min(parts[0].length, parts[1].length);
    let start = 0;
    while (start < shortest && parts[0][start] === parts[1][start]) {
      start += 1;
    }
    let end = 0;
    while (end < shortest - start && parts[0].at(-1 - end) === parts[1].at(-1 - end)) {
      end += 1;
    }
    return parts.map((all) => {
      const own = all.slice(start, all.length - end).join("");
      const middle = own && start + end > 0 ? desk.element("mark", {}, own) : own;
      const whole = [all.slice(0, start).join(""), middle, all.slice(all.length - end).join("")];
      return value(...(all.join("").trim() ? whole : [quiet(words.compare_empty)]));
    });
  }

  /* The right answer where both are wrong: for a list its options, else a box. */
  function otherBox(item) {
    const asked = row(item.name);
    const list = asked?.querySelector("select");
    const long = asked?.dataset.kind === "text";
    const name = { id: "settle-other", "aria-label": words.compare_other };
    const options = list ? Array.from(list.options, (one) => one.cloneNode(true)) : [];
    const box = list
      ? desk.element("select", { ...name, class: "govuk-select" }, ...options)
      : desk.element(long ? "textarea" : "input", { ...name, class: long ? "govuk-textarea" : "govuk-input" });
    const settledText = state.settled[item.id]?.choice === "3" ? state.settled[item.id].text : undefined;
    box.value = settledText ?? (list || isLevel(item) ? "" : item.first);
    return box;
  }

  function rowChoices(item) {
    const decision = state.settled[item.id];
    const line = desk.element("input", { class: "govuk-input govuk-input--width-20", id: "settle-other", type: "text" });
    line.value = decision?.reference ?? item.reference;
    return [
      choiceOf(item, "1", "1", words.compare_count),
      choiceOf(item, "2", "2", words.compare_leave_out),
      desk.element("label", { class: "govuk-label", for: "settle-other" }, words.compare_reference),
      line,
    ];
  }

  function answerOf(item) {
    const decision = state.settled[item.id];
    if (!decision) {
      return words.compare_open;
    }
    if (item.row_only) {
      return decision.choice === "1" ? words.compare_counted : words.compare_left_out;
    }
    return decision.text.trim() || words.compare_empty;
  }

  function listed(item, index) {
    const facts = { reference: itemName(item), item: item.header };
    const name = desk.fill(words[item.row_only ? "compare_list_row" : "compare_list_item"], facts);
    const hidden = desk.element("span", { class: "govuk-visually-hidden" }, ` (${name.replace(/:$/, "")})`);
    const link = desk.element("button", { type: "button", class: "desk-link" }, words.compare_go, hidden);
    link.addEventListener("click", () => go(index));
    return desk.element("li", {}, name, " ", desk.element("strong", {}, answerOf(item)), " ", link);
  }

  /* Settling */

  function go(index) {
    now = index;
    showItem();
    if (!at("settle").hidden) {
      const choices = Array.from(at("settle-choices").querySelectorAll("input[type=radio]"));
      (choices.find((one) => one.checked) || choices[0]).focus();
      at("settle").scrollIntoView({ block: "nearest" });
    } else {
      at("settle-end-title").focus();
    }
  }

  /* The next one that is open, from here and then from the start; the end where there is none. */
  function onward() {
    const after = items.findIndex((item, index) => index > now && !settled(item));
    const any = items.findIndex((item) => !settled(item));
    go(after >= 0 ? after : any >= 0 ? any : items.length);
  }

  function settle(decision) {
    const item = items[now];
    const before = state.settled[item.id];
    undoing.push({ index: now, before });
    state.settled[item.id] = decision;
    keep();
    desk.say(told("compare_settled", { answer: answerOf(item) }));
    onward();
  }

  function undo() {
    const last = undoing.pop();
    if (last) {
      const { id } = items[last.index];
      if (last.before) {
        state.settled[id] = last.before;
      } else {
        delete state.settled[id];
      }
      keep();
      go(last.index);
      desk.say(words.type_undone);
    }
  }

  /* References of rows that count, other than this one. */
  function taken(item) {
    return found.rows.map((one, index) => {
      const other = items.find((two) => two.row_only && two.row === index);
      if (index === item.row || (other && state.settled[other.id]?.choice !== "1")) {
        return "";
      }
      return plain(other ? state.settled[other.id].reference : one[REFERENCE] || "");
    });
  }

  const plain = (text) => text.trim().replace(/\s+/g, " ").toLowerCase();

  function choose(choice) {
    const item = items[now];
    const other = at("settle-other").value;
    if (item.row_only) {
      const reference = other.trim();
      if (choice === "1" && (!reference || taken(item).includes(plain(reference)))) {
        at("settle-other").focus();
        desk.say(words.compare_need_reference);
        at("settled-said").textContent = words.compare_need_reference;
        return;
      }
      at("settled-said").textContent = "";
      settle({ choice, reference });
    } else {
      settle({ choice, text: { 1: item.first, 2: item.second, 3: other }[choice] });
    }
  }

  function onKey(event) {
    const plainKey = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.target.id === "settle-other") {
      const radio = at("settle-choices").querySelector(items[now].row_only ? "input[value='1']" : "input[value='3']");
      radio.checked = radio.checked || event.key.length === 1;
      if (event.key === "Enter" && event.ctrlKey) {
        event.preventDefault();
        submit();
      }
    } else if (plainKey && event.target.closest("#settle-choices") && event.key.length === 1 && event.key !== " ") {
      event.preventDefault();
      pressed(event.key);
    }
  }

  /* Also where everything is settled. In the box for the right answer, it is the box's own undo. */
  function onUndoKey(event) {
    const back = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    if (back && desk.shown() === "compare" && event.target.id !== "settle-other" && undoing.length) {
      event.preventDefault();
      undo();
    }
  }

  function pressed(key) {
    const item = items[now];
    const codes = isLevel(item) ? Array.from(row(item.name).querySelectorAll("input[type=radio]"), (one) => one.value) : [];
    const code = codes.find((one) => one === key.toUpperCase() && one !== "?");
    if (key === "3" && !item.row_only) {
      at("settle-choices").querySelector("input[value='3']").checked = true;
      at("settle-other").focus();
    } else if (key === "1" || key === "2") {
      choose(key);
    } else if (code) {
      settle({ choice: "3", text: code });
    } else {
      desk.say(words.compare_keys);
    }
  }

  function submit() {
    const chosen = at("settle-choices").querySelector("input[type=radio]:checked");
    if (chosen) {
      choose(chosen.value);
    } else {
      desk.say(words.compare_choose_answer);
      at("settled-said").textContent = words.compare_choose_answer;
    }
  }

  /* The settled sheet */

  function outcome() {
    const rows = found.rows.map((one) => ({ ...one }));
    const out = new Set();
    items.filter(settled).forEach((item) => {
      const decision = state.settled[item.id];
      if (!item.row_only) {
        rows[item.row][item.name] = decision.text;
      } else if (decision.choice === "1") {
        rows[item.row][REFERENCE] = decision.reference;
      } else {
        out.add(item.row);
      }
    });
    return rows.filter((_, index) => !out.has(index));
  }

  const pair = () => ({ first: bytes(state.first), second: bytes(state.second) });
  const sheet = () => desk.call("settled", { rows: outcome(), stamp: found.stamp });

  async function report(work) {
    const line = at("settled-said");
    line.textContent = words.type_working;
    try {
      line.replaceChildren(...(await work()));
    } catch (error) {
      line.textContent = desk.reason(error);
    }
  }

  async function save(name, make) {
    desk.save(name, await make());
    return [told("saved_as", { file: name })];
  }

  /* The two typings, where they are among the returns: known by their bytes, whatever they are called. */
  async function isTyping({ blob }) {
    const sizes = [state.first.data.length, state.second.data.length];
    if (!sizes.includes(blob.size)) {
      return false;
    }
    const data = new Uint8Array(await blob.arrayBuffer());
    return [state.first, state.second].some((typing) => typing.data.length === data.length
      && typing.data.every((byte, index) => byte === data[index]));
  }

  async function put() {
    const data = await sheet();
    if (state.first.here) {
      desk.typed.out();
    }
    for (const one of Array.from(desk.returns.list)) {
      if (one.made === "settled" || (await isTyping(one))) {
        desk.returns.remove(one);
      }
    }
    const references = outcome().map((one) => one[REFERENCE] || "");
    desk.returns.add([{ name: words.compare_file_name, blob: new Blob([data]), made: "settled", references }]);
    const done = told("compare_put_done", { n: references.length, file: words.compare_file_name });
    return [done, " ", ...desk.typed.links()];
  }

  /* Decisions are not thrown away without a question. */
  function ask() {
    const decided = Object.keys(state.settled).length > 0;
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
    state = found = null;
    items = [];
    desk.keep.delete(KEY);
    reset();
    at("compare-second").focus();
  }

  function reset() {
    unask();
    at("compared").hidden = true;
    at("compare-choose").hidden = false;
    at("compare-first").value = at("compare-second").value = "";
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

  async function goOn() {
    const kept = state ? null : await desk.keep.get(KEY);
    if (kept) {
      said(words.compare_working);
      await compare(kept).catch((error) => said(desk.reason(error)));
    }
  }

  at("compare-here").addEventListener("change", (event) => { at("compare-first-choice").hidden = event.target.checked; });
  at("compare-begin").addEventListener("click", begin);
  at("compare-again").addEventListener("click", ask);
  at("compare-yes").addEventListener("click", again);
  at("compare-no").addEventListener("click", () => { unask(); at("compare-again").focus(); });
  at("settle").addEventListener("keydown", onKey);
  document.addEventListener("keydown", onUndoKey);
  at("settle").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  at("settle-back").addEventListener("click", () => go(Math.max(0, now - 1)));
  at("settle-skip").addEventListener("click", () => go((now + 1) % items.length));
  at("settle-undo").addEventListener("click", undo);
  at("settled-put").addEventListener("click", () => report(put));
  at("save-settled").addEventListener("click", () => report(() => save(words.compare_file_name, sheet)));
  at("save-decision").addEventListener("click", () =>
    report(() => save(words.compare_decision_name, () => desk.call("decision", pair()))));
  desk.keep.onchange(({ cleared }) => {
    if (cleared) {
      state = found = null;
      items = [];
      reset();
    }
  });
  desk.on("view", (name) => {
    if (name === "compare" && !state) {
      offer();
      goOn();
    }
  });
})();
