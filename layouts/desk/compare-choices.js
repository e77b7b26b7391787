/* A difference between two typings as the page shows it: what was asked, what can be chosen, and what was chosen. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const { told } = desk;

  const row = (name) => document.querySelector(`#paper [data-name="${name}"]`);
  const isLevel = (item) => row(item.name)?.dataset.kind === "level";

  function textOf(item) {
    if (item.row_only) {
      return told("compare_row", { file: item.file, what: desk.sentence({ what: item.what }) });
    }
    const legend = row(item.name)?.querySelector("legend, label");
    return legend ? legend.textContent.trim() : item.header;
  }

  const name = (item) => item.reference || words.type_no_reference;

  /* `decision` is what was chosen for it so far, if anything was: { choice, text } or { choice, reference }. */
  function choiceOf(decision, value, sign, head, ...content) {
    const chosen = decision && decision.choice === value;
    const input = desk.element("input", { type: "radio", name: "settle", value });
    input.checked = Boolean(chosen);
    return desk.element("label", { class: "settle__choice" },
      input, desk.element("kbd", { class: "key__sign", "aria-hidden": "true" }, sign),
      desk.element("span", { class: "settle__head" }, head), ...content);
  }

  function cellChoices(item, decision) {
    const [one, two] = isLevel(item) ? [item.first, item.second].map((text) => levelOf(item, text)) : marked(item);
    return [
      choiceOf(decision, "1", "1", words.compare_first, one),
      choiceOf(decision, "2", "2", words.compare_second, two),
      choiceOf(decision, "3", "3", words.compare_other),
      otherBox(item, decision),
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
  function otherBox(item, decision) {
    const asked = row(item.name);
    const list = asked?.querySelector("select");
    const long = asked?.dataset.kind === "text";
    const name = { id: "settle-other", "aria-label": words.compare_other };
    const options = list ? Array.from(list.options, (one) => one.cloneNode(true)) : [];
    const box = list
      ? desk.element("select", { ...name, class: "govuk-select" }, ...options)
      : desk.element(long ? "textarea" : "input", { ...name, class: long ? "govuk-textarea" : "govuk-input" });
    const settledText = decision?.choice === "3" ? decision.text : undefined;
    box.value = settledText ?? (list || isLevel(item) ? "" : item.first);
    return box;
  }

  function rowChoices(item, decision) {
    const line = desk.element("input", { class: "govuk-input govuk-input--width-20", id: "settle-other", type: "text" });
    line.value = decision?.reference ?? item.reference;
    return [
      choiceOf(decision, "1", "1", words.compare_count),
      choiceOf(decision, "2", "2", words.compare_leave_out),
      desk.element("label", { class: "govuk-label", for: "settle-other" }, words.compare_reference),
      line,
    ];
  }

  function answerOf(item, decision) {
    if (!decision) {
      return words.compare_open;
    }
    if (item.row_only) {
      return decision.choice === "1" ? words.compare_counted : words.compare_left_out;
    }
    return decision.text.trim() || words.compare_empty;
  }

  desk.difference = {
    row, isLevel, textOf, name, answerOf,
    choices: (item, decision) => (item.row_only ? rowChoices : cellChoices)(item, decision),
  };
})();
