/* Type in: paper returns, one after another. What was kept is there again, and the page shows how far typing is. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const { told } = desk;
  const at = (id) => document.getElementById(id);
  const page = at("typing");
  const { paper } = desk;
  const { REFERENCE, NO_BATCH, plain, controls, names, levels, undoing } = paper;
  const { cell, done, answered, reference, shown, number, keepBatch, draft, begun, drop } = paper;

  const to = (view, key) => desk.element("a", { class: "govuk-link", href: `#${view}` }, words[key]);
  const links = () => [to("returns", "start_go"), " · ", to("results", "returns_to_results")];

  /* Showing */

  function open(row, focus = true) {
    if (paper.current && paper.current !== row && !paper.current.done && !begun(paper.current) && row.done === false) {
      drop(paper.current);
    }
    paper.current = row;
    controls.forEach((control, name) => control.show(cell(row, name)));
    at("paper-check").hidden = true;
    show(true);
    if (focus) {
      controls.get(REFERENCE).focus();
      at("paper-title").scrollIntoView({ block: "start" });
    }
  }

  const half = () => paper.rows.find((row) => !row.done && begun(row));

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
    const named = reference(paper.current);
    const title = paper.current.done ? "type_return_again" : named ? "type_return_of" : "type_return";
    set(at("paper-title"), desk.fill(words[title], { n: number(paper.current), reference: shown(paper.current) }));
    set(at("paper-progress"), desk.fill(words.type_progress, { n: answered(paper.current), of: levels.length }));
    set(at("paper-next"), paper.current.done ? words.type_next_again : words.type_next);
    at("paper-throw").hidden = paper.current.done || !begun(paper.current);
    at("type-undo").disabled = undoing.length === 0;
    set(at("typed-count"), counted(typed.length));
    set(at("type-begin"), half() ? desk.fill(words.type_go_on, { n: number(half()) }) : words.type_begin);
    if (all || paper.current.done) {
      at("typed-list").hidden = at("typed-actions").hidden = at("paper-all").hidden = typed.length === 0;
      at("typed-rows").replaceChildren(...typed.map(listed));
      showStands();
    }
    showTwice();
  }

  function counted(n) {
    const expected = Number(paper.batch.expected);
    return told(n === 0 ? "type_count_none" : expected ? "type_count_of" : "type_count", { n, of: expected });
  }

  function listed(row) {
    const line = desk.element("li");
    const unclear = levels.filter((name) => row.fields[name] && controls.get(name).unclear(row.fields[name])).length;
    const facts = { reference: shown(row), n: answered(row), of: levels.length, unclear };
    line.append(
      told(unclear ? "type_line_unclear" : "type_line", facts), " ",
      button("type_change", row, () => open(row)), " ",
      button("type_delete", row, () => paper.deleteRow(row)),
    );
    line.classList.toggle("batch__now", row === paper.current);
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
    const same = (one) => one !== row && plain(reference(one)) === wanted;
    return wanted && wanted !== "-" ? paper.rows.find(same) : undefined;
  }

  function showTwice() {
    const other = twin(paper.current);
    const sentence = other ? told("type_twice", { reference: reference(paper.current) }) : "";
    desk.wrong(at("type-record_reference"), sentence);
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

  /* What was kept */

  const isTexts = (value) => value !== null && typeof value === "object" &&
    Object.values(value).every((one) => typeof one === "string");
  const isBatch = ({ carry, expected }) => Array.isArray(carry) && typeof expected === "string";

  /* Until what was kept is known, there is nothing to type in. */
  async function begin() {
    const kept = await desk.keep.list("row:", ({ fields }) => isTexts(fields));
    paper.batch = { ...NO_BATCH, ...(await desk.keep.get("batch:typed", isBatch)) };
    const found = kept.map((record) =>
      ({ ...record.value, key: record.key, order: Number(record.value.order) || 0 }));
    start(found.sort((one, other) => one.order - other.order));
    page.querySelectorAll("[data-later]").forEach((one) => { one.hidden = false; });
  }

  function start(found) {
    paper.rows = found;
    undoing.length = 0;
    paper.current = null;
    at("typed-expected").value = paper.batch.expected;
    const { carry } = paper.batch;
    page.querySelectorAll("[data-carry]").forEach((box) => { box.checked = carry.includes(box.dataset.carry); });
    open(draft(), false);
  }

  at("type-begin").addEventListener("click", goOn);
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
      paper.batch = NO_BATCH;
      start([]);
    }
  });

  desk.returns.onchange(showStands);
  begin();

  Object.assign(paper, { links, open, half, focus, show, twin, showTwice });
})();
