/* The list of the returns: what became of each file, what is wrong with it, and the accounts. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const at = (id) => document.getElementById(id);
  const { round } = desk;
  const { list } = desk.returns;
  const { waiting, changed, report, quietly } = round;

  const SHOWN = 4;
  const MOST = 12;
  const MUST = ["problem", "set_aside", "in_conflict"];
  const NAMED = 6;
  const OUTCOMES = ["counted", "blank", "duplicate", "in_conflict", "set_aside"];

  const rows = new Map();
  let onlyLook = false;

  function progress() {
    const left = waiting().length;
    at("reading").hidden = !round.running || round.paused;
    at("progress").max = Math.max(1, list.length);
    at("progress").value = list.length - left;
    account(round.running || left || round.stale || !list.length ? "" : round.told?.line ?? "");
    at("so-far").textContent = at("accounts").textContent ? "" : soFar(left);
    at("bar").hidden = list.length === 0 || !["returns", "results"].includes(desk.shown());
    at("paused").hidden = !(round.paused && left && !round.running);
    at("paused-said").textContent = at("paused").hidden ? "" : pausedText();
  }

  /* The words are those of the program. On a phone a line ends before a sign, never between a number and its word. */
  function account(line) {
    if (at("accounts").textContent !== line) {
      const parts = line.split(/ (?=[=+] )/).flatMap((part) => [" ", desk.element("span", {}, part)]).slice(1);
      at("accounts").replaceChildren(...(line ? parts : []));
    }
  }

  function soFar(left) {
    if (round.paused) {
      return left ? pausedText() : "";
    }
    if (round.running && left && desk.engineState !== "ready") {
      return desk.told("returns_wait_engine", { n: left });
    }
    const n = list.length - left + 1;
    const file = round.current?.key ?? "";
    return left ? desk.told("returns_reading", { n, of: list.length, file }) : words.returns_counting;
  }

  const pausedText = () => desk.told("returns_stopped_all", { n: waiting().length });

  function show() {
    progress();
    at("returns-none").hidden = list.length > 0;
    at("returns-listed").hidden = list.length === 0;
    at("mixed").hidden = !(list.some((item) => item.invented) && list.some((item) => !item.invented));
    drawAll();
    const look = list.filter(needsLook).length;
    at("show-all").textContent = desk.told("returns_show_all", { n: list.filter((item) => !isOurs(item)).length });
    at("show-look").textContent = desk.told(look ? "returns_show_look" : "returns_show_look_none", {
      files: desk.told("returns_look_files", { n: look }),
    });
    at("none-look").hidden = !onlyLook || look > 0;
    const lines = round.told?.together ?? [];
    at("together").hidden = lines.length === 0;
    fillList(at("together-list"), lines);
    const ignored = round.told?.ignored ?? [];
    at("ignored").hidden = ignored.length === 0;
    at("ignored").textContent = ignored.length ? desk.told("returns_ignored", { files: some(ignored) }) : "";
  }

  function fillList(place, lines) {
    if (place.dataset.shown !== JSON.stringify(lines)) {
      place.dataset.shown = JSON.stringify(lines);
      place.replaceChildren(...lines.map((one) => desk.element("li", { title: one.place }, desk.sentence(one))));
    }
  }

  const some = (names) => (names.length > NAMED + 1
    ? desk.told("returns_ignored_more", { files: names.slice(0, NAMED).join(", "), n: names.length - NAMED })
    : names.join(", "));

  for (const [id, look] of [["show-all", false], ["show-look", true]]) {
    at(id).addEventListener("click", () => {
      onlyLook = look;
      at("show-all").setAttribute("aria-pressed", String(!look));
      at("show-look").setAttribute("aria-pressed", String(look));
      show();
    });
  }

  /* The program's own list of a folder is read and is of no interest to anybody. */
  const isOurs = (item) => item.state === "ignored" && /(^|\/)\.pmdiag[^/]*$/.test(item.key);
  /* Of ZIP files, only those that the program made of results are ignored, and hidden ones. */
  const isResults = (item) => item.state === "ignored" && /(^|\/)[^./~][^/]*\.zip$/i.test(item.key);
  /* Blank returns are listed and need no look. */
  const isNote = (problem) => problem.kind === "blank";
  const problemsOf = (item) => (item.state === "read" ? round.files.get(item.key)?.in_short ?? [] : []);
  const needsLook = (item) => problemsOf(item).some((problem) => !isNote(problem));

  function outcome(item) {
    const file = round.files.get(item.key);
    if (isResults(item)) {
      return desk.told("outcome_results", { where: words.option_previous });
    }
    if (item.state !== "read") {
      return words[`outcome_${item.state}`];
    }
    if (!file) {
      return words.outcome_read;
    }
    const parts = OUTCOMES.filter((one) => file[one]);
    if (!parts.length) {
      return words.outcome_nothing;
    }
    if (file.found === 1) {
      return words[`outcome_${parts[0]}`];
    }
    const said = parts.map((one) => desk.told(`outcome_part_${one}`, { n: file[one] })).join(", ");
    return parts.length === 1 ? said : desk.told("outcome_several", { found: file.found, parts: said });
  }

  /* Rows that are the same as before are left alone: with 300 files only one changes at a time. */
  function drawAll() {
    for (const [item, row] of rows) {
      if (!list.includes(item)) {
        row.place.remove();
        rows.delete(item);
      }
    }
    const sorted = list.slice().sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
    let before = null;
    for (const item of sorted) {
      const { place } = draw(item);
      const wanted = before ? before.nextElementSibling : at("files").firstElementChild;
      if (place !== wanted) {
        at("files").insertBefore(place, wanted);
      }
      before = place;
    }
  }

  function draw(item) {
    const row = rows.get(item) ?? { place: desk.element("li"), drawn: "", whole: false };
    rows.set(item, row);
    const problems = problemsOf(item);
    const said = outcome(item);
    const same = item.state === "read" ? round.files.get(item.key)?.same_as ?? [] : [];
    const drawn = JSON.stringify([item.key, said, problems, same, row.whole]);
    if (row.drawn !== drawn) {
      row.drawn = drawn;
      row.place.toggleAttribute("data-look", needsLook(item));
      row.place.replaceChildren(
        desk.element("span", { class: "desk-files__name", dir: "auto" }, item.key),
        desk.element("span", { class: "desk-files__outcome" }, said),
        desk.element("button", { class: "desk-link", type: "button", "data-out": true }, words.returns_take_out,
          desk.element("span", { class: "govuk-visually-hidden" }, ` ${item.key}`)),
        ...(problems.length ? [problemList(item, problems, row.whole)] : []),
        ...(same.length ? [sameList(item, same)] : []),
      );
    }
    row.place.hidden = isOurs(item) || (onlyLook && !needsLook(item));
    return row;
  }

  /* From a return that came twice to the other one. */
  function sameList(item, names) {
    const file = round.files.get(item.key);
    const said = words[file.found > 1 ? "returns_same_some" : "returns_same"];
    const links = names.slice(0, SHOWN).flatMap((name, n) => [n ? ", " : " ",
      desk.element("button", {
        class: "desk-link", type: "button", "data-go": name, dir: "auto", "aria-label": desk.told("returns_go", { file: name }),
      }, name)]);
    return desk.element("p", { class: "desk-files__same" }, said, ...links);
  }

  function goTo(name) {
    const item = list.find((one) => one.key === name);
    const place = rows.get(item)?.place;
    if (place) {
      if (place.hidden) {
        at("show-all").click();
      }
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "center" });
    }
  }

  function problemList(item, problems, whole) {
    /* What a person must do something about comes first, and is not hidden while it can be read. */
    const must = problems.filter(({ kind }) => MUST.includes(kind)).length;
    const most = Math.max(SHOWN, Math.min(must, MOST));
    const shown = whole || problems.length <= most + 1 ? problems : problems.slice(0, most);
    const place = desk.element("ul", { class: "desk-files__problems", tabindex: "-1" });
    for (const problem of shown) {
      /* Who typed it here has not seen a sheet. */
      const typed = item.made === "typed" && problem.kind === "problem" && problem.asked;
      const { place: named, where, what, fix } = typed
        ? { ...problem, where: problem.asked, fix: desk.told("returns_typed_fix", { view: words.view_type }) } : problem;
      const start = [isNote(problem) && words.returns_note, where && `${where}:`].filter(Boolean).join(" ");
      place.append(desk.element("li", { "data-note": isNote(problem) },
        ...(start ? [desk.element("span", { class: "desk-files__place", title: named }, start), " "] : []),
        desk.sentence({ what, fix })));
    }
    if (shown.length < problems.length) {
      const more = desk.told("returns_more", { n: problems.length - shown.length });
      place.append(desk.element("li", {}, desk.element("button", { class: "desk-link", type: "button" }, more)));
    }
    return place;
  }

  /* Taking out */

  async function takeOut(item) {
    const row = rows.get(item);
    const next = row && (row.place.nextElementSibling || row.place.previousElementSibling);
    list.splice(list.indexOf(item), 1);
    desk.say(desk.told("returns_taken_out", { file: item.key }));
    changed();
    (next ? next.querySelector("[data-out]") : at("returns-title")).focus();
    await quietly([item]);
  }

  at("read-again").addEventListener("click", desk.returns.again);
  at("clear").addEventListener("click", () => {
    desk.returns.remove(...list);
    report(words.returns_cleared);
    at("returns-said").focus();
    at("returns-said").scrollIntoView({ block: "center" });
  });

  at("invented-out").addEventListener("click", () => {
    at("returns-title").focus();
    desk.returns.remove(...list.filter((item) => item.invented));
  });

  at("files").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const item = button && list.find((one) => rows.get(one)?.place === button.closest("#files > li"));
    if (item && button.hasAttribute("data-out")) {
      takeOut(item);
    } else if (item && button.dataset.go) {
      goTo(button.dataset.go);
    } else if (item) {
      rows.get(item).whole = true;
      draw(item);
      rows.get(item).place.querySelector(".desk-files__problems").focus();
    }
  });

  const toLookAt = () => list.filter(needsLook).length;

  Object.assign(round, { show, progress, toLookAt });
  desk.on("view", progress);
  show();
})();
