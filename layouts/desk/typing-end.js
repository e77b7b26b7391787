/* Ending a return: what is missing is said before the next one begins; a return can be left, changed and deleted. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const { told } = desk;
  const at = (id) => document.getElementById(id);
  const { paper } = desk;
  const { REFERENCE, controls, levels, plain, cell, reference, shown, number, begun, draft, drop, keep } = paper;
  const { open, show, twin, remember, commit } = paper;
  const DATE = "record_date";

  function missing() {
    const empty = levels.filter((name) => !paper.current.fields[name]);
    const lines = [];
    if (!reference(paper.current)) {
      lines.push({ sentence: words.type_check_reference, places: [REFERENCE] });
    } else if (twin(paper.current)) {
      lines.push({ sentence: told("type_check_twice", { reference: reference(paper.current) }), places: [REFERENCE] });
    }
    if (noDay(cell(paper.current, DATE))) {
      lines.push({ sentence: told("type_check_date", { date: cell(paper.current, DATE).trim() }), places: [DATE] });
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
    const row = paper.current;
    const again = row.done;
    row.done = true;
    keep(row);
    if (!again) {
      remember(() => {
        row.done = false;
        keep(row);
        paper.rows.filter((one) => one !== row && !one.done && !begun(one)).forEach(drop);
        open(row);
      });
    }
    open(draft());
    desk.say(told(again ? "type_changed" : "type_kept_next", { reference: shown(row), n: number(row) }));
    paper.refresh();
  }

  function takeOut(row) {
    const place = paper.rows.indexOf(row);
    drop(row);
    remember(() => { paper.rows.splice(place, 0, row); keep(row); open(row, !row.done); });
    if (row === paper.current) {
      open(draft());
    }
    show(true);
    paper.refresh();
  }

  function deleteRow(row) {
    takeOut(row);
    desk.say(told("type_deleted", { reference: shown(row) }));
    at("batch-title").focus();
  }

  function throwAway() {
    const row = paper.current;
    drop(row);
    paper.current = null;
    const fresh = draft();
    remember(() => { drop(fresh); paper.rows.push(row); keep(row); paper.current = null; open(row); });
    open(fresh);
    desk.say(words.type_thrown);
  }
  at("paper").addEventListener("submit", (event) => { event.preventDefault(); finish(); });
  at("paper-leave").addEventListener("click", () => finish(true));
  at("paper-throw").addEventListener("click", throwAway);
  /* To what is done with the typed returns, which is above the paper. */
  at("paper-all").addEventListener("click", () => {
    at("batch-title").focus({ preventScroll: true });
    at("batch-title").scrollIntoView();
  });

  Object.assign(paper, { finish, deleteRow });
})();
