/* Settling: each difference is decided by key, and taken back; what comes of it is one sheet, which is counted. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const { told } = desk;
  const at = (id) => document.getElementById(id);
  const { compared, difference } = desk;
  const { undoing, bytes, keep, settled, decisionOf, showItem } = compared;
  const { row, isLevel, answerOf } = difference;
  const REFERENCE = "record_reference";

  function go(index) {
    compared.now = index;
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
    const after = compared.items.findIndex((item, index) => index > compared.now && !settled(item));
    const any = compared.items.findIndex((item) => !settled(item));
    go(after >= 0 ? after : any >= 0 ? any : compared.items.length);
  }

  function settle(decision) {
    const item = compared.items[compared.now];
    const before = decisionOf(item);
    undoing.push({ index: compared.now, before });
    compared.state.settled[item.id] = decision;
    keep();
    desk.say(told("compare_settled", { answer: answerOf(item, decisionOf(item)) }));
    onward();
  }

  function undo() {
    const last = undoing.pop();
    if (last) {
      const { id } = compared.items[last.index];
      if (last.before) {
        compared.state.settled[id] = last.before;
      } else {
        delete compared.state.settled[id];
      }
      keep();
      go(last.index);
      desk.say(words.type_undone);
    }
  }

  /* References of rows that count, other than this one. */
  function taken(item) {
    return compared.found.rows.map((one, index) => {
      const other = compared.items.find((two) => two.row_only && two.row === index);
      if (index === item.row || (other && decisionOf(other)?.choice !== "1")) {
        return "";
      }
      return plain(other ? decisionOf(other).reference : one[REFERENCE] || "");
    });
  }

  const plain = (text) => text.trim().replace(/\s+/g, " ").toLowerCase();

  function choose(choice) {
    const item = compared.items[compared.now];
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
      const own = compared.items[compared.now].row_only ? "1" : "3";
      const radio = at("settle-choices").querySelector(`input[value='${own}']`);
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
    const item = compared.items[compared.now];
    const buttons = isLevel(item) ? row(item.name).querySelectorAll("input[type=radio]") : [];
    const codes = Array.from(buttons, (one) => one.value);
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
    const rows = compared.found.rows.map((one) => ({ ...one }));
    const out = new Set();
    compared.items.filter(settled).forEach((item) => {
      const decision = decisionOf(item);
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

  const pair = () => ({ first: bytes(compared.state.first), second: bytes(compared.state.second) });
  const sheet = () => desk.call("settled", { rows: outcome(), stamp: compared.found.stamp });

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
    const sizes = [compared.state.first.data.length, compared.state.second.data.length];
    if (!sizes.includes(blob.size)) {
      return false;
    }
    const data = new Uint8Array(await blob.arrayBuffer());
    return [compared.state.first, compared.state.second].some((typing) => typing.data.length === data.length
      && typing.data.every((byte, index) => byte === data[index]));
  }

  async function put() {
    const data = await sheet();
    if (compared.state.first.here) {
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

  at("settle").addEventListener("keydown", onKey);
  document.addEventListener("keydown", onUndoKey);
  at("settle").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  at("settle-back").addEventListener("click", () => go(Math.max(0, compared.now - 1)));
  at("settle-skip").addEventListener("click", () => go((compared.now + 1) % compared.items.length));
  at("settle-undo").addEventListener("click", undo);
  at("settled-put").addEventListener("click", () => report(put));
  at("save-settled").addEventListener("click", () => report(() => save(words.compare_file_name, sheet)));
  at("save-decision").addEventListener("click", () =>
    report(() => save(words.compare_decision_name, () => desk.call("decision", pair()))));

  Object.assign(compared, { go, outcome });
})();
