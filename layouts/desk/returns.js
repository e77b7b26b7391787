/* Returns: files are added, read one after another in the worker, and listed with what became of each. The page keeps
   the files' handles only, so that everything can be read again after the worker was stopped or died. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const at = (id) => document.getElementById(id);

  const SLOW = 8000;
  const SOON = 700;
  const SHOWN = 4;
  const OUTCOMES = ["counted", "blank", "duplicate", "in_conflict", "set_aside"];

  /* { name, root, blob, handle, invented, made, state, key, fate, dead }: `root` is the folder that was chosen, if one
     was; `made` is typed or settled if it was made on this page; `state` is waiting, reading, read or ignored; `key` is
     the name that Python gives it; `fate` (crashed, stopped) is told to Python instead of the file; `dead` if the
     browser can't open it any more. */
  const list = [];
  const rows = new Map();
  let told = null;
  let files = new Map();
  let current = null;
  let running = false;
  let paused = false;
  let onlyLook = false;
  let limit = 0;
  /* Counts what people change. While `told` is older than that, its accounts are not shown. */
  let version = 0;
  let stale = false;
  /* Counts how often everything is read again; what was asked for before that is not what is there now. */
  let turn = 0;
  /* Ends the wait for a file that the browser is fetching. */
  let leave = null;

  const waiting = () => list.filter((item) => item.state === "waiting" || item.state === "reading");

  /* Adding */

  const stamp = ({ name, blob }) => JSON.stringify([name, blob.size, blob.lastModified ?? 0]);

  async function add(found, { invented = false } = {}) {
    const there = new Set();
    for (const one of found) {
      if (alike(one).length && await isThere(one)) {
        there.add(one);
      }
    }
    const fresh = found.filter((one) => !there.has(one));
    const known = found.length - fresh.length;
    const old = replaced(fresh, found, invented);
    old.forEach((item) => list.splice(list.indexOf(item), 1));
    list.push(...fresh.map((one) => ({ ...one, invented, state: "waiting", key: one.name, fate: "" })));
    report(found.length === 0 ? words.returns_added_none : [
      old.length ? desk.told("returns_changed", { n: old.length, files: some(old.map((one) => one.name)) }) : "",
      known ? desk.told("returns_known", { n: known }) : "",
    ].filter(Boolean).join(" "));
    if (fresh.length) {
      changed();
    }
    if (old.length) {
      /* Asked for before the new ones are read, so that those get the names. */
      quietly(old);
    }
    if (fresh.length) {
      paused = false;
      run();
    }
  }

  const alike = (one) => list.filter((item) => !item.dead && stamp(item) === stamp(one));

  /* Returns of two people can have one name, size and time: only their bytes tell. What can't be read is not the same,
     and is added: no return may get lost. */
  async function isThere(one) {
    const bytes = async ({ blob }) => new Uint8Array(await blob.arrayBuffer());
    try {
      const given = await bytes(one);
      for (const item of alike(one)) {
        const here = await bytes(item);
        if (here.every((byte, n) => byte === given[n])) {
          return true;
        }
      }
    } catch {
      /* It is listed, and said what is wrong with it. */
    }
    return false;
  }

  const some = (names) => names.slice(0, SHOWN).join(", ") + (names.length > SHOWN ? ", …" : "");

  /* Files of the list that are put in again with other content: of the same path in the same folder, or of the same name
     where a file was chosen alone. Files of one name that came together, or lie in different folders, are different
     people's. Where it is not clear which one is meant, none is replaced: no return may get lost. */
  function replaced(fresh, found, invented) {
    const same = new Set(found.map(stamp));
    const changes = (one, other) => !one.made && (one.root ? one.root === other.root : true);
    const old = [];
    for (const name of new Set(fresh.map((one) => one.name))) {
      const now = fresh.filter((one) => one.name === name);
      const before = list.filter((item) => item.name === name && !item.made && item.invented === invented
        && (item.dead || !same.has(stamp(item))) && now.some((one) => changes(one, item)));
      old.push(...(before.length <= now.length ? before : []));
    }
    return old;
  }

  /* The name below the folder that was chosen, as the program has it. */
  function below(file) {
    const [root, ...rest] = (file.webkitRelativePath || "").split("/");
    return { name: rest.length ? rest.join("/") : file.name, root, blob: file };
  }

  for (const id of ["returns-files", "returns-folder"]) {
    at(id).addEventListener("change", (event) => {
      const found = Array.from(event.target.files, below);
      event.target.value = "";
      add(found);
    });
  }

  async function inHandle(handle, path, found) {
    if (handle.kind === "file") {
      found.push({ name: path + handle.name, blob: await handle.getFile(), handle });
    } else {
      for await (const one of handle.values()) {
        await inHandle(one, `${path}${handle.name}/`, found);
      }
    }
  }

  async function inEntry(entry, path, found) {
    if (entry.isFile) {
      found.push({ name: path + entry.name, blob: await new Promise((done, failed) => entry.file(done, failed)) });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) {
        return;
      }
      for (const one of some) {
        await inEntry(one, `${path}${entry.name}/`, found);
      }
    }
  }

  /* Chromium refuses entries on pages from a disk but gives handles; Firefox has entries only. All are asked for before
     the first wait: afterwards the drop is empty. */
  async function dropped(transfer) {
    const items = Array.from(transfer.items).filter((item) => item.kind === "file");
    const plain = Array.from(transfer.files);
    const handles = items.map((item) => (item.getAsFileSystemHandle ? item.getAsFileSystemHandle() : null));
    const entries = items.map((item) => (item.webkitGetAsEntry ? item.webkitGetAsEntry() : null));
    for (const [ways, walk] of [[handles, inHandle], [entries, inEntry]]) {
      const found = [];
      try {
        for (const way of ways) {
          await walk(await way, "", found);
        }
        return fromInside(found, items.length);
      } catch {
        /* The next way. */
      }
    }
    return plain.map((file) => ({ name: file.name, blob: file }));
  }

  /* Of one folder, names count from inside it. */
  function fromInside(found, items) {
    const inFolder = items === 1 && found.length > 0 && found.every(({ name }) => name.includes("/"));
    return inFolder ? found.map((one) => {
      const [root, ...rest] = one.name.split("/");
      return { ...one, name: rest.join("/"), root };
    }) : found;
  }

  /* A file that is dropped beside the place for it must never replace the page. */
  const takesDrops = (event) => event.defaultPrevented || event.target.matches("input[type=file]:not(.desk-file)");
  const welcome = (event) =>
    Array.from(event.dataTransfer.types).includes("Files") && ["start", "returns"].includes(desk.shown());
  window.addEventListener("dragover", (event) => {
    if (!takesDrops(event)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = welcome(event) ? "copy" : "none";
      document.body.classList.toggle("desk-over", welcome(event));
    }
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      document.body.classList.remove("desk-over");
    }
  });
  window.addEventListener("drop", async (event) => {
    document.body.classList.remove("desk-over");
    if (takesDrops(event)) {
      return;
    }
    event.preventDefault();
    if (welcome(event)) {
      const found = dropped(event.dataTransfer);
      if (desk.shown() !== "returns") {
        desk.view("returns");
      }
      add(await found);
    }
  });

  /* Reading */

  async function run() {
    if (running) {
      return;
    }
    running = true;
    let shown = 0;
    try {
      let item;
      while (!paused && (item = list.find((one) => one.state === "waiting"))) {
        current = item;
        progress();
        await read(item);
        current = null;
        if (Date.now() - shown > SOON && list.some((one) => one.state === "waiting")) {
          const before = Date.now();
          await refresh();
          /* A state that takes long is asked for less often. */
          shown = Date.now() + 4 * (Date.now() - before);
        }
      }
      progress();
      await refresh();
    } catch (error) {
      paused = true;
      report(desk.reason(error));
    } finally {
      running = false;
      current = null;
      show();
      desk.tell("returns", version);
    }
    if (!paused && list.some((one) => one.state === "waiting")) {
      run();
    } else {
      finished();
    }
  }

  async function read(item) {
    item.state = "reading";
    let slow = 0;
    try {
      await desk.start();
      progress();
      slow = window.setTimeout(() => tellSlow(item), SLOW);
      const mine = turn;
      const made = item.fate ? await desk.call(item.fate, { name: item.name }) : await sent(item, mine);
      if (!made || mine !== turn) {
        item.state = "waiting";
        return;
      }
      item.key = made.name;
      item.state = made.ignored ? "ignored" : "read";
      if (!list.includes(item)) {
        await desk.call("remove", { name: item.key });
      }
    } catch (error) {
      item.state = "waiting";
      lost(item, error);
    } finally {
      window.clearTimeout(slow);
      at("slow").hidden = true;
    }
  }

  /* The file's bytes go to Python. One that is too large, or that the browser can't open any more, is only named.
     Nothing is sent if, while the browser fetched it, a person left the file out or had everything read again. */
  async function sent(item, mine) {
    const name = item.name;
    let data;
    item.dead = false;
    try {
      limit = limit || (await desk.call("limits")).bytes;
      const file = item.handle ? await unlessLeft(item.handle.getFile()) : item.blob;
      if (!file || mine !== turn) {
        return null;
      }
      item.blob = file;
      if (file.size > limit) {
        return desk.call("too_big", { name, size: file.size });
      }
      const found = await unlessLeft(file.arrayBuffer());
      if (!found || mine !== turn) {
        return null;
      }
      data = new Uint8Array(found);
    } catch (error) {
      if (!(error instanceof DOMException)) {
        throw error;
      }
      if (mine !== turn) {
        return null;
      }
      /* A file that was saved again after it was chosen can't be read, but is there. */
      item.dead = true;
      return desk.call("gone", { name, changed: error.name !== "NotFoundError" });
    }
    return desk.call("add", { name, data }, { transfer: [data.buffer] });
  }

  /* What the browser fetches, or nothing if the person does not wait for it. */
  async function unlessLeft(fetched) {
    const left = new Promise((done) => { leave = done; });
    try {
      return await Promise.race([fetched, left]);
    } finally {
      leave = null;
    }
  }

  const notToBlame = (error) => error.stopped || error.behind;

  /* The worker died or was stopped while it had this file: it is set aside, unless another call is to blame. */
  function lost(item, error) {
    if ((error.failed && desk.engineState === "failed") || (item.fate && !notToBlame(error))) {
      throw error;
    }
    if (!notToBlame(error)) {
      item.fate = "crashed";
      changed();
    }
  }

  /* With the worker everything is gone that was read, whatever ended it: it is read again. */
  desk.on("ended", () => {
    list.filter((one) => ["read", "ignored"].includes(one.state)).forEach((one) => { one.state = "waiting"; });
    told = null;
    files = new Map();
    stale = true;
    show();
    if (list.length && !paused) {
      run();
    }
    desk.tell("returns", version);
  });

  async function refresh() {
    let asked;
    try {
      do {
        asked = version;
        told = list.length ? await desk.call("state") : null;
      } while (asked !== version);
      stale = false;
    } catch (error) {
      /* What waits to be read again is counted then. */
      if (!notToBlame(error)) {
        throw error;
      }
    }
    files = new Map((told?.files ?? []).map((file) => [file.name, file]));
    show();
  }

  function finished() {
    if (!list.length || paused) {
      return;
    }
    const n = told?.problems ?? 0;
    const look = n ? desk.told("returns_read_problems", { n }) : words.returns_read_no_problems;
    desk.say(`${desk.told("returns_read_all", { line: told?.line ?? "" })}. ${look}`);
  }

  function tellSlow(item) {
    if (current === item && desk.engineState === "ready") {
      at("slow-said").textContent = desk.told("returns_slow", { file: item.key });
      at("slow").hidden = false;
      desk.say(at("slow-said").textContent);
    }
  }

  at("skip-file").addEventListener("click", () => {
    if (current) {
      current.fate = "stopped";
      paused = false;
      at("slow").hidden = true;
      at("returns-title").focus();
      if (leave) {
        leave();
      } else {
        desk.stop();
      }
      changed();
    }
  });
  at("stop").addEventListener("click", () => {
    paused = true;
    if (current) {
      tellSlow(current);
    }
    progress();
  });
  at("go-on").addEventListener("click", () => {
    paused = false;
    at("returns-title").focus();
    changed();
    run();
  });

  /* Taking out, reading again */

  async function takeOut(item) {
    const row = rows.get(item);
    const next = row && (row.place.nextElementSibling || row.place.previousElementSibling);
    list.splice(list.indexOf(item), 1);
    desk.say(desk.told("returns_taken_out", { file: item.key }));
    changed();
    (next ? next.querySelector("[data-out]") : at("returns-title")).focus();
    await quietly([item]);
  }

  async function takeAllOut(items) {
    items.forEach((item) => list.splice(list.indexOf(item), 1));
    changed();
    await quietly(items);
  }

  async function quietly(items) {
    try {
      const here = items.filter((one) => ["read", "ignored"].includes(one.state));
      await Promise.all(here.map((item) => desk.call("remove", { name: item.key })));
      if (!running) {
        await refresh();
      }
    } catch (error) {
      report(desk.reason(error));
    }
    show();
    desk.tell("returns", version);
  }

  async function again() {
    paused = false;
    turn += 1;
    if (leave) {
      leave();
    }
    list.forEach((item) => { item.state = "waiting"; item.fate = ""; item.key = item.name; });
    told = null;
    files = new Map();
    changed();
    await desk.call("clear").catch(() => {});
    run();
  }

  at("read-again").addEventListener("click", again);
  at("clear").addEventListener("click", () => {
    takeAllOut(list.slice());
    report(words.returns_cleared);
    at("returns-said").focus();
    at("returns-said").scrollIntoView({ block: "center" });
  });
  at("invented-out").addEventListener("click", () => {
    at("returns-title").focus();
    takeAllOut(list.filter((item) => item.invented));
  });
  at("files").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const item = button && list.find((one) => rows.get(one)?.place === button.closest("#files > li"));
    if (item && button.hasAttribute("data-out")) {
      takeOut(item);
    } else if (item) {
      rows.get(item).whole = true;
      draw(item);
      rows.get(item).place.querySelector(".desk-files__problems").focus();
    }
  });

  /* The invented round */

  at("demo").addEventListener("click", async () => {
    const own = list.some((item) => !item.invented);
    at("demo-said").hidden = !own;
    at("demo-said").textContent = own ? words.returns_wait_demo : "";
    if (own) {
      return;
    }
    desk.view("returns");
    try {
      const made = await desk.call("demo");
      add(made.map(({ name, data }) => ({ name, blob: new Blob([data]) })), { invented: true });
    } catch (error) {
      report(desk.reason(error));
    }
  });

  /* What is shown */

  function report(text) {
    at("returns-said").textContent = text;
    if (text) {
      desk.say(text);
    }
  }

  function changed() {
    version += 1;
    stale = true;
    show();
    desk.tell("returns", version);
  }

  function progress() {
    const left = waiting().length;
    at("reading").hidden = !running || paused;
    at("progress").max = Math.max(1, list.length);
    at("progress").value = list.length - left;
    at("accounts").textContent = running || left || stale || !list.length ? "" : told?.line ?? "";
    at("so-far").textContent = at("accounts").textContent ? "" : soFar(left);
    at("bar").hidden = list.length === 0 || !["returns", "results"].includes(desk.shown());
    at("paused").hidden = !(paused && left && !running);
    at("paused-said").textContent = at("paused").hidden ? "" : pausedText();
  }

  function soFar(left) {
    if (paused) {
      return left ? pausedText() : "";
    }
    if (running && left && desk.engineState !== "ready") {
      return desk.told("returns_wait_engine", { n: left });
    }
    const n = list.length - left + 1;
    return left ? desk.told("returns_reading", { n, of: list.length, file: current?.key ?? "" }) : words.returns_counting;
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
      points: desk.told("returns_look_points", { n: told?.problems ?? 0 }),
    });
    at("none-look").hidden = !onlyLook || look > 0;
    const lines = told?.together ?? [];
    at("together").hidden = lines.length === 0;
    fillList(at("together-list"), lines);
    const ignored = told?.ignored ?? [];
    at("ignored").hidden = ignored.length === 0;
    at("ignored").textContent = ignored.length ? desk.told("returns_ignored", { files: ignored.join(", ") }) : "";
  }

  function fillList(place, lines) {
    if (place.dataset.shown !== JSON.stringify(lines)) {
      place.dataset.shown = JSON.stringify(lines);
      place.replaceChildren(...lines.map((line) => desk.element("li", {}, line)));
    }
  }

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
  const problemsOf = (item) => (item.state === "read" ? files.get(item.key)?.in_short ?? [] : []);
  const needsLook = (item) => problemsOf(item).some((problem) => !isNote(problem));

  function outcome(item) {
    const file = files.get(item.key);
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
    const drawn = JSON.stringify([item.key, said, problems, row.whole]);
    if (row.drawn !== drawn) {
      row.drawn = drawn;
      row.place.toggleAttribute("data-look", needsLook(item));
      row.place.replaceChildren(
        desk.element("span", { class: "desk-files__name", dir: "auto" }, item.key),
        desk.element("span", { class: "desk-files__outcome" }, said),
        desk.element("button", { class: "desk-link", type: "button", "data-out": true }, words.returns_take_out,
          desk.element("span", { class: "govuk-visually-hidden" }, ` ${item.key}`)),
        ...(problems.length ? [problemList(item, problems, row.whole)] : []),
      );
    }
    row.place.hidden = isOurs(item) || (onlyLook && !needsLook(item));
    return row;
  }

  function problemList(item, problems, whole) {
    const shown = whole || problems.length <= SHOWN + 1 ? problems : problems.slice(0, SHOWN);
    const place = desk.element("ul", { class: "desk-files__problems", tabindex: "-1" });
    for (const problem of shown) {
      const spot = spotOf(problem.place, item.key);
      const start = [isNote(problem) && words.returns_note, spot && `${spot}:`].filter(Boolean).join(" ");
      place.append(desk.element("li", { "data-note": isNote(problem) },
        ...(start ? [desk.element("span", { class: "desk-files__place" }, start), " "] : []),
        desk.sentence({ what: problem.what, fix: problem.fix })));
    }
    if (shown.length < problems.length) {
      const more = desk.told("returns_more", { n: problems.length - shown.length });
      place.append(desk.element("li", {}, desk.element("button", { class: "desk-link", type: "button" }, more)));
    }
    return place;
  }

  /* The place of a problem without the file's name, which is above it. */
  function spotOf(place, name) {
    const rest = String(place ?? "").startsWith(name) ? place.slice(name.length) : place ?? "";
    const row = /^:(\d+)$/.exec(rest);
    return row ? desk.told("returns_row", { n: row[1] }) : rest.replace(/^[:/ ]+/, "");
  }

  /* Keep this round on this computer */

  const ROUND = "round";
  let kept = false;
  let saving = 0;
  /* Counts what was deleted: what was being kept then is not kept. */
  let forgotten = 0;

  async function keep() {
    const before = forgotten;
    const options = desk.results ? desk.results.options() : {};
    const round = { files: list.map(({ name, root, blob, invented, made }) => ({ name, root, blob, invented, made })), options };
    try {
      const why = await desk.keep.put(ROUND, round);
      if (before !== forgotten) {
        return;
      }
      kept = why === "";
      await (kept ? sayKept() : notKept(words[`keep_failed_${why}`]));
    } catch (error) {
      await notKept(String(error.message || error));
    }
  }

  async function notKept(reason) {
    kept = false;
    await desk.keep.delete(ROUND);
    tellKept(desk.told("keep_failed", { reason }), false);
  }

  function tellKept(text, deletable) {
    at("keep-said").textContent = text;
    at("keep-said").hidden = !text;
    at("keep-round").hidden = deletable;
    at("keep-delete").hidden = !deletable;
  }

  async function sayKept() {
    const [record] = await desk.keep.list(ROUND);
    if (record && kept) {
      tellKept(desk.told("keep_since", { n: record.value.files.length, when: desk.when(record.since) }), true);
    }
  }

  function keepNoMore() {
    kept = false;
    forgotten += 1;
    window.clearTimeout(saving);
    at("kept-found").hidden = true;
  }

  async function forget() {
    keepNoMore();
    await desk.keep.delete(ROUND);
    tellKept(words.keep_deleted, false);
    desk.say(words.keep_deleted);
  }

  /* What is deleted can't be brought back, so it is asked for first, in the place of the button. */
  function askFirst(button, then) {
    if (button.nextElementSibling?.matches(".kept__sure")) {
      return;
    }
    const choice = (text, looks) => desk.element("button", { class: `govuk-button${looks}`, type: "button" }, text);
    const no = choice(words.kept_no, " govuk-button--secondary");
    const yes = choice(words.kept_yes, "");
    const box = desk.element("div", { class: "kept__sure" }, desk.element("p", {}, words.keep_sure), no, yes);
    const close = () => {
      box.remove();
      button.hidden = false;
    };
    no.addEventListener("click", () => {
      close();
      button.focus();
    });
    yes.addEventListener("click", () => {
      close();
      then();
    });
    button.hidden = true;
    button.after(box);
    no.focus();
  }

  async function offerKept() {
    const [record] = await desk.keep.list(ROUND);
    if (record) {
      const values = { n: record.value.files.length, when: desk.when(record.since) };
      at("kept-found-said").textContent = desk.told("keep_found", values);
      at("kept-found").hidden = false;
      at("kept-open").addEventListener("click", () => {
        at("kept-found").hidden = true;
        kept = true;
        desk.view("returns");
        list.push(...record.value.files.map((one) => ({ ...one, state: "waiting", key: one.name, fate: "" })));
        desk.results?.choose(record.value.options);
        sayKept();
        changed();
        run();
      });
    }
  }

  function begin() {
    if (!desk.keep) {
      return;
    }
    at("keep").hidden = false;
    at("keep-round").addEventListener("click", async () => {
      await keep();
      at("keep-said").focus();
    });
    at("keep-delete").addEventListener("click", () => askFirst(at("keep-delete"), async () => {
      await forget();
      at("keep-said").focus();
    }));
    at("kept-delete").addEventListener("click", () => askFirst(at("kept-delete"), async () => {
      await forget();
      at("start-title").focus();
    }));
    desk.keep.onchange(({ cleared }) => {
      if (cleared) {
        keepNoMore();
        tellKept("", false);
      }
    });
    for (const what of ["returns", "options"]) {
      desk.on(what, () => {
        if (kept) {
          window.clearTimeout(saving);
          saving = window.setTimeout(keep, SOON);
        }
      });
    }
    offerKept();
  }

  desk.returns = {
    add,
    list,
    remove: (item) => takeAllOut([item]),
    onchange: (listener) => desk.on("returns", listener),
    get busy() { return running; },
    get version() { return version; },
    get unread() { return waiting().length; },
    get state() { return told; },
    again,
    /* The accounts as Python must have them too; nothing while they are not counted. */
    get line() { return !running && !stale && told ? told.line : ""; },
  };
  desk.on("view", progress);
  show();
  document.addEventListener("DOMContentLoaded", begin);
})();
