/* Reading: one file after another in the worker, which a person can stop, and which a file can kill. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const at = (id) => document.getElementById(id);
  const { round } = desk;
  const { list } = desk.returns;
  const { waiting, changed, report } = round;

  const SLOW = 8000;
  const SOON = 700;

  let limit = 0;

  async function run() {
    if (round.running) {
      return;
    }
    round.running = true;
    let shown = 0;
    try {
      let item;
      while (!round.paused && (item = list.find((one) => one.state === "waiting"))) {
        round.current = item;
        round.progress();
        await read(item);
        round.current = null;
        if (Date.now() - shown > SOON && list.some((one) => one.state === "waiting")) {
          const before = Date.now();
          await refresh();
          /* A state that takes long is asked for less often. */
          shown = Date.now() + 4 * (Date.now() - before);
        }
      }
      round.progress();
      await refresh();
    } catch (error) {
      round.paused = true;
      report(desk.reason(error));
    } finally {
      round.running = false;
      round.current = null;
      round.show();
      desk.tell("returns", round.version);
    }
    if (!round.paused && list.some((one) => one.state === "waiting")) {
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
      round.progress();
      slow = window.setTimeout(() => tellSlow(item), SLOW);
      const mine = round.turn;
      const made = item.fate ? await desk.call(item.fate, { name: item.name }) : await sent(item, mine);
      if (!made || mine !== round.turn) {
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
      if (!file || mine !== round.turn) {
        return null;
      }
      item.blob = file;
      if (file.size > limit) {
        return desk.call("too_big", { name, size: file.size });
      }
      const found = await unlessLeft(file.arrayBuffer());
      if (!found || mine !== round.turn) {
        return null;
      }
      data = new Uint8Array(found);
    } catch (error) {
      if (!(error instanceof DOMException)) {
        throw error;
      }
      if (mine !== round.turn) {
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
    const left = new Promise((done) => { round.leave = done; });
    try {
      return await Promise.race([fetched, left]);
    } finally {
      round.leave = null;
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
    round.told = null;
    round.files = new Map();
    round.stale = true;
    round.show();
    if (list.length && !round.paused) {
      run();
    }
    desk.tell("returns", round.version);
  });

  async function refresh() {
    let asked;
    try {
      do {
        asked = round.version;
        round.told = list.length ? await desk.call("state") : null;
      } while (asked !== round.version);
      round.stale = false;
    } catch (error) {
      /* What waits to be read again is counted then. */
      if (!notToBlame(error)) {
        throw error;
      }
    }
    round.files = new Map((round.told?.files ?? []).map((file) => [file.name, file]));
    round.show();
  }

  function finished() {
    if (!list.length || round.paused) {
      return;
    }
    const n = round.toLookAt();
    const look = n ? desk.told("returns_read_problems", { n }) : words.returns_read_no_problems;
    desk.say(`${desk.told("returns_read_all", { line: round.told?.line ?? "" })}. ${look}`);
  }

  function tellSlow(item) {
    if (round.current === item && desk.engineState === "ready") {
      at("slow-said").textContent = desk.told("returns_slow", { file: item.key });
      at("slow").hidden = false;
      /* Its row says that it is being read. */
      round.show();
      desk.say(at("slow-said").textContent);
    }
  }

  at("skip-file").addEventListener("click", () => {
    if (round.current) {
      round.current.fate = "stopped";
      round.paused = false;
      at("slow").hidden = true;
      at("returns-title").focus();
      if (round.leave) {
        round.leave();
      } else {
        desk.stop();
      }
      changed();
    }
  });
  at("stop").addEventListener("click", () => {
    round.paused = true;
    if (round.current) {
      tellSlow(round.current);
    }
    round.progress();
  });
  at("go-on").addEventListener("click", () => {
    round.paused = false;
    at("returns-title").focus();
    changed();
    run();
  });

  Object.assign(round, { run, refresh });
})();
