/* What the browser keeps on this computer: a small layer over IndexedDB, by key, with the time. Where the browser keeps
   nothing (a policy, a full disk, the same page in a second window), memory takes its place, and the page says so. */
(function () {
  "use strict";

  const desk = window.desk;
  const STORE = "kept";
  const PATIENCE = 2000;
  const ANSWER = 400;

  /* Pages on a disk share their storage in some browsers: an edition keeps its things apart from another. */
  const name = `pmdiag-desk-${document.getElementById("desk").dataset.edition}`;

  let base = null;
  /* Why the browser does not keep everything: "", "blocked", "full" or "elsewhere" (another window has it). */
  let why = "";
  /* Key → { since, time }; what the browser does not keep is in memory only. */
  const times = new Map();
  const memory = new Map();
  const waiting = new Map();
  const listeners = new Set();
  /* Keys of records that nobody here can read: from another version, or from somebody's tools. They are left alone. */
  const unreadable = new Set();
  let writing = null;

  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  function opened() {
    const request = window.indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    return asked(request);
  }

  function reading() {
    return base.transaction(STORE).objectStore(STORE);
  }

  /* Is this the only window? A window that is just closing gets some time. */
  async function alone() {
    try {
      return await (navigator.locks ? locked() : unanswered());
    } catch {
      return true;
    }
  }

  function locked() {
    return new Promise((answer) => {
      const held = () => { answer(true); return new Promise(() => {}); };
      navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE) }, held)
        .catch((error) => answer(!["AbortError", "TimeoutError"].includes(error.name)));
    });
  }

  /* Browsers have no locks for a page from a plain http address: there the windows ask each other. Each has a number;
     of two that begin at the same time, the lower one stays. */
  async function unanswered() {
    const [me] = crypto.getRandomValues(new Uint32Array(1));
    const channel = new BroadcastChannel(name);
    let stays = false;
    let heard = false;
    channel.onmessage = ({ data: { from, to } }) => {
      const asks = to === undefined;
      if (asks && (stays || me < from)) {
        channel.postMessage({ from: me, to: from });
      } else if (asks || to === me) {
        heard = true;
        /* The other window was too busy to answer in time. */
        if (stays) {
          channel.close();
          lose("elsewhere");
        }
      }
    };
    const end = Date.now() + PATIENCE;
    do {
      heard = false;
      channel.postMessage({ from: me });
      await new Promise((done) => window.setTimeout(done, ANSWER));
    } while (heard && Date.now() < end);
    stays = !heard;
    if (!stays) {
      channel.close();
    }
    return stays;
  }

  async function begin() {
    try {
      base = await opened();
      /* Somebody cleared the browser's data while the page was open. */
      base.onclose = () => lose("blocked");
      if (!(await alone())) {
        base.close();
        base = null;
        why = "elsewhere";
        return;
      }
      for (const { key, since, time } of await asked(reading().getAll())) {
        times.set(key, { since, time });
      }
    } catch {
      base = null;
      why = "blocked";
    }
  }

  function lose(reason) {
    base = null;
    why = reason;
    tell({});
  }

  function tell(what) {
    show();
    listeners.forEach((listener) => listener(what));
  }

  /* Writing: what is newest of each key, one transaction after another. Resolves to why it is in memory only, or to "". */

  function put(key, value) {
    const time = Date.now();
    times.set(key, { since: times.get(key)?.since ?? time, time });
    return later(key, { key, value, ...times.get(key) });
  }

  function remove(key) {
    times.delete(key);
    return later(key, null);
  }

  function later(key, record) {
    unreadable.delete(key);
    waiting.set(key, record);
    writing = writing || ready.then(write);
    return writing;
  }

  async function write() {
    while (waiting.size) {
      const batch = new Map(waiting);
      waiting.clear();
      batch.forEach((record, key) => (record ? memory.set(key, record) : memory.delete(key)));
      await written(batch);
    }
    writing = null;
    tell({});
    return why;
  }

  async function written(batch) {
    if (!base) {
      return;
    }
    try {
      /* What did not fit before is tried again. */
      await stored(new Map([...memory, ...batch]));
      memory.clear();
      why = "";
    } catch (error) {
      why = error && error.name === "QuotaExceededError" ? "full" : "blocked";
    }
  }

  function stored(records) {
    return new Promise((resolve, reject) => {
      const work = base.transaction(STORE, "readwrite", { durability: "strict" });
      records.forEach((record, key) =>
        (record ? work.objectStore(STORE).put(record) : work.objectStore(STORE).delete(key)));
      work.oncomplete = resolve;
      work.onabort = () => reject(work.error);
    });
  }

  /* Reading */

  const isObject = (value) => value !== null && typeof value === "object";

  async function get(key, readable) {
    return (await list(key, readable)).find((record) => record.key === key)?.value;
  }

  /* The records whose keys begin so, in the order of their keys. What is not `readable` is skipped, and the page says so. */
  async function list(prefix, readable = () => true) {
    await ready;
    const found = new Map();
    try {
      if (base) {
        const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
        (await asked(reading().getAll(range))).forEach((record) => found.set(record.key, record));
      }
    } catch {
      lose("blocked");
    }
    for (const records of [memory, waiting]) {
      records.forEach((record, key) => {
        if (key.startsWith(prefix)) {
          record ? found.set(key, record) : found.delete(key);
        }
      });
    }
    const read = [...found.values()].filter(({ value }) => isObject(value) && readable(value));
    if (read.length < found.size) {
      read.forEach(({ key }) => found.delete(key));
      found.forEach((_, key) => unreadable.add(key));
      show();
    }
    return read.sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  async function clear() {
    await writing;
    times.clear();
    memory.clear();
    unreadable.clear();
    if (base) {
      await asked(base.transaction(STORE, "readwrite").objectStore(STORE).clear());
      why = "";
    }
    tell({ cleared: true });
  }

  /* What the page says: in each element with `data-kept`, which has a line, a list, and a button that deletes all. */

  /* Kind → how many and since when; the kind is what is before the colon of a key. */
  function kinds() {
    const found = new Map();
    times.forEach(({ since }, key) => {
      const [kind] = key.split(":");
      const { n = 0, first = since } = found.get(kind) ?? {};
      found.set(kind, { n: n + 1, first: Math.min(first, since) });
    });
    return [...found].filter(([kind]) => `kept_kind_${kind}` in desk.words);
  }

  function show() {
    /* Where nothing is kept there is nothing to list, and nothing to delete. */
    const lines = (base ? kinds() : []).map(([kind, { n, first }]) =>
      desk.fill(desk.words[`kept_kind_${kind}`], { n, when: desk.when(first) }));
    if (base && unreadable.size) {
      lines.push(desk.told("kept_unreadable", { n: unreadable.size }));
    }
    const text = desk.words[why ? `kept_${why}` : lines.length ? "kept_here" : "kept_nothing"];
    for (const place of document.querySelectorAll("[data-kept]")) {
      const line = place.querySelector("[data-kept-line]");
      const list = place.querySelector("[data-kept-list]");
      place.classList.toggle("kept--not", why !== "" || unreadable.size > 0);
      place.querySelector("[data-kept-all]").hidden = list.hidden = lines.length === 0;
      /* What is the same as before is left alone, so that a screen reader can stay on it while somebody types. */
      if (line.textContent !== text) {
        line.textContent = text;
      }
      if (Array.from(list.children, (one) => one.textContent).join("\n") !== lines.join("\n")) {
        list.replaceChildren(...lines.map((one) => desk.element("li", {}, one)));
      }
    }
  }

  function asks(place, yes) {
    place.querySelector("[data-kept-ask]").hidden = yes;
    place.querySelector("[data-kept-sure]").hidden = !yes;
    place.querySelector(yes ? "[data-kept-no]" : "[data-kept-ask]").focus();
  }

  async function deleteAll(place) {
    await clear();
    asks(place, false);
    desk.say(desk.words.kept_deleted);
    place.querySelector("[data-kept-line]").focus();
  }

  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-kept]");
    if (place && event.target.matches("[data-kept-yes]")) {
      deleteAll(place);
    } else if (place && event.target.matches("[data-kept-ask], [data-kept-no]")) {
      asks(place, event.target.matches("[data-kept-ask]"));
    }
  });

  /* Closing the window would lose what only memory has. */
  window.addEventListener("beforeunload", (event) => {
    if (memory.size || waiting.size) {
      event.preventDefault();
    }
  });

  const ready = new Promise((done) => {
    const go = () => {
      document.querySelectorAll("[data-kept]").forEach((place) => { place.hidden = false; });
      begin().then(() => { show(); done(); });
    };
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", go) : go();
  });

  desk.keep = {
    ready,
    put,
    get,
    list,
    delete: remove,
    clear,
    onchange: (listener) => listeners.add(listener),
    /* Resolves when everything so far is written. */
    settled: async () => { await ready; await writing; },
    get why() { return why; },
  };
})();
