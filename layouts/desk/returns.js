/* Returns: the list of the files that came back. They are added, taken out and read again; the page keeps the files'
   handles only, so that everything can be read again after the worker was stopped or died. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const at = (id) => document.getElementById(id);

  const SHOWN = 4;

  /* What the scripts of this view share. `told` is what Python said of the returns, and `files` that by name. `current`
     is being read. `version` counts what people change: while `told` is older than that (`stale`), its accounts are not
     shown. `turn` counts how often everything is read again; what was asked for before that is not what is there now.
     `leave` ends the wait for a file that the browser is fetching. */
  const round = (desk.round = {
    told: null, files: new Map(), current: null, running: false, paused: false, version: 0, stale: false, turn: 0,
    leave: null,
  });

  /* { name, root, blob, handle, invented, made, state, key, fate, dead }: `root` is the folder that was chosen, if one
     was; `made` is typed or settled if it was made on this page; `state` is waiting, reading, read or ignored; `key` is
     the name that Python gives it; `fate` (crashed, stopped) is told to Python instead of the file; `dead` if the
     browser can't open it any more. */
  const list = [];

  const waiting = () => list.filter((item) => item.state === "waiting" || item.state === "reading");

  /* Adding */

  const stamp = ({ name, blob }) => JSON.stringify([name, blob.size, blob.lastModified ?? 0]);

  async function add(found, { invented = false } = {}) {
    if (desk.lacking()) {
      report(desk.lacking());
      return;
    }
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
      round.paused = false;
      round.run();
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

  /* Taking out, reading again */

  async function takeAllOut(items) {
    items.forEach((item) => list.splice(list.indexOf(item), 1));
    changed();
    await quietly(items);
  }

  async function quietly(items) {
    try {
      const here = items.filter((one) => ["read", "ignored"].includes(one.state));
      await Promise.all(here.map((item) => desk.call("remove", { name: item.key })));
      if (!round.running) {
        await round.refresh();
      }
    } catch (error) {
      report(desk.reason(error));
    }
    round.show();
    desk.tell("returns", round.version);
  }

  async function again() {
    round.paused = false;
    round.turn += 1;
    if (round.leave) {
      round.leave();
    }
    list.forEach((item) => { item.state = "waiting"; item.fate = ""; item.key = item.name; });
    round.told = null;
    round.files = new Map();
    changed();
    await desk.call("clear").catch(() => {});
    round.run();
  }

  function report(text) {
    at("returns-said").textContent = text;
    if (text) {
      desk.say(text);
    }
  }

  function changed() {
    round.version += 1;
    round.stale = true;
    round.show();
    desk.tell("returns", round.version);
  }

  desk.returns = {
    add,
    list,
    remove: (...items) => takeAllOut(items),
    onchange: (listener) => desk.on("returns", listener),
    get busy() { return round.running; },
    get version() { return round.version; },
    get unread() { return waiting().length; },
    get state() { return round.told; },
    again,
    /* The accounts as Python must have them too; nothing while they are not counted. */
    get line() { return !round.running && !round.stale && round.told ? round.told.line : ""; },
  };

  Object.assign(round, { waiting, changed, report, quietly });
})();
