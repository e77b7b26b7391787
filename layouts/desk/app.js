/* The frame of the desk: its words, its views, what is said to a screen reader, and the way to Python in the worker.
   Everything that other parts use is in `window.desk`. Nothing is sent: the page's policy forbids every connection. */
(function () {
  "use strict";

  const desk = (window.desk = window.desk || {});
  const words = JSON.parse(document.getElementById("words").textContent);
  const at = (id) => document.getElementById(id);

  /* Data files come after this script and call it; the worker gets what they put. */
  desk.data = {};
  desk.put = (name, text) => { desk.data[name] = text; };
  desk.words = words;

  /* Words */

  desk.fill = (text, values) => text.replace(/\{([a-z]+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  /* The sentence of a key with its values; with one of something, that of `KEY_one` if there is one. */
  desk.told = (key, values = {}) => {
    const one = values.n === 1 ? words[`${key}_one`] : undefined;
    return desk.fill(one ?? words[key], values);
  };

  /* An element: `desk.element("p", { class: "x", hidden: true }, "text", child)`. Texts stay texts. */
  desk.element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "boolean") {
        made.toggleAttribute(name, value);
      } else if (value !== undefined) {
        made.setAttribute(name, value);
      }
    }
    made.append(...children);
    return made;
  };

  /* Says at a control what is wrong with it; "" where nothing is. Its sentence has its own id and `-error`. */
  desk.wrong = (control, text) => {
    const line = at(`${control.id}-error`);
    if (line.textContent !== text) {
      line.textContent = text;
    }
    line.hidden = !text;
    control.setAttribute("aria-invalid", String(Boolean(text)));
    control.classList.toggle("govuk-input--error", Boolean(text) && control.matches(".govuk-input"));
    control.closest(".govuk-form-group").classList.toggle("govuk-form-group--error", Boolean(text));
    return Boolean(text);
  };

  desk.size = (bytes) => (bytes < 1e6
    ? desk.told("file_size_kb", { n: Math.max(1, Math.round(bytes / 1000)) })
    : desk.told("file_size_mb", { n: (bytes / 1e6).toFixed(1) }));

  desk.when = (time) => new Date(time).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });

  const TYPES = { html: "text/html", csv: "text/csv", json: "application/json", zip: "application/zip", txt: "text/plain" };

  /* Saves bytes where the browser keeps its downloads. */
  desk.save = (name, bytes) => {
    const type = TYPES[name.split(".").pop()] || "application/octet-stream";
    const link = desk.element("a", { href: URL.createObjectURL(new Blob([bytes], { type })), download: name });
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    desk.say(desk.told("saved_as", { file: name }));
  };

  /* Tells the other parts what happened: `desk.on("returns", …)`, `desk.tell("returns")`. */
  desk.on = (what, listener) => document.addEventListener(`desk-${what}`, (event) => listener(event.detail));
  desk.tell = (what, detail) => document.dispatchEvent(new CustomEvent(`desk-${what}`, { detail }));

  /* A live region that does not chatter: at most one sentence in two seconds, and of several only the last. */
  const QUIET = 2000;
  let next = "";
  let quiet = 0;
  desk.say = (text) => {
    next = text;
    if (!quiet) {
      speak();
    }
  };
  function speak() {
    quiet = 0;
    if (next) {
      at("said").textContent = next;
      next = "";
      quiet = window.setTimeout(speak, QUIET);
    }
  }

  /* Views: one is shown. The address names it, so that Back and Forward work. */

  const views = Array.from(document.querySelectorAll("[data-view]"));
  const named = (name) => views.find((view) => view.dataset.view === name);

  desk.view = (name) => {
    if (location.hash === `#${name}`) {
      show(name, true);
    } else {
      location.hash = name;
    }
  };
  desk.shown = () => views.find((view) => !view.hidden).dataset.view;

  function show(name, focus) {
    views.forEach((view) => { view.hidden = view.dataset.view !== name; });
    for (const link of document.querySelectorAll("[data-view-link]")) {
      if (link.dataset.viewLink === name) {
        link.setAttribute("aria-current", "page");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    const title = named(name).querySelector("h1");
    const part = name === "start" ? "" : `${words[`view_${name}`]} – `;
    document.title = `${part}${words.name} – ${at("desk").dataset.title}`;
    if (focus && title) {
      window.scrollTo(0, 0);
      title.focus({ preventScroll: true });
    }
    if (focus && at("engine").dataset.state === "ready") {
      at("engine").hidden = true;
    }
    desk.tell("view", name);
  }

  function follow(focus) {
    /* The names of views have no signs that an address writes in another way. */
    const name = location.hash.slice(1) || "start";
    if (named(name)) {
      show(name, focus);
    }
  }

  window.addEventListener("hashchange", () => follow(true));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const name = link && link.getAttribute("href").slice(1);
    if (link === at("skip")) {
      event.preventDefault();
      at("main").focus();
    } else if (name && named(name) && location.hash === `#${name}`) {
      event.preventDefault();
      show(name, true);
    }
  });
  /* Links that look like buttons are pressed with the space bar too. */
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("a[role=button]")) {
      event.preventDefault();
      event.target.click();
    }
  });

  /* The worker, in which Python runs. A call to it is a promise. It rejects with { wrong: [problem] } where something
     that a person gave is wrong, { crashed } where the worker died, { stopped } where it was stopped on purpose, and
     { failed: text } otherwise. A call that only waited behind the one that killed it has { crashed, behind }. With a
     worker everything is gone that it had read: `desk.on("ended", …)` says so before any call is rejected. */

  let worker = null;
  let ready = null;
  let refuse = null;
  let number = 0;
  const calls = new Map();

  desk.start = () => {
    ready = ready || begin();
    return ready;
  };
  /* How many workers have ended. */
  desk.generation = 0;
  /* The worker is ended, if there is one, and everything that it was asked for. */
  desk.stop = () => end({ stopped: true });
  desk.restart = () => {
    end({ stopped: true });
    return desk.start();
  };
  desk.call = async (method, args = {}, { transfer = [] } = {}) => {
    await desk.start();
    return new Promise((resolve, reject) => {
      number += 1;
      calls.set(number, { resolve, reject });
      worker.postMessage({ id: number, method, args }, transfer);
    });
  };

  function end(why) {
    if (worker) {
      worker.terminate();
      worker = null;
    }
    /* Who is told may start the next at once: what belongs to this one is put aside first. */
    const starting = refuse;
    const open = Array.from(calls.values());
    ready = null;
    refuse = null;
    calls.clear();
    desk.generation += 1;
    desk.tell("ended", desk.generation);
    if (starting) {
      starting(why);
    }
    open.forEach((call, n) => call.reject(n && why.crashed ? { ...why, behind: true } : why));
  }

  /* What the page says of the worker: `state` is starting, again, ready or failed. */
  let before = false;
  function status(state, text) {
    const place = at("engine");
    /* It stays as high as it is, and until another view is shown: nothing moves under the hand of a person. */
    place.style.minHeight = state === "ready" ? `${place.offsetHeight}px` : "";
    place.dataset.state = state;
    place.hidden = false;
    at("engine-said").textContent = text;
    desk.engineState = state;
    desk.tell("engine", state);
  }

  /* The sentence for why nothing can ever be read here, or "". */
  desk.lacking = () => {
    if (typeof WebAssembly !== "object") {
      return words.status_no_webassembly;
    }
    const new_ = typeof DecompressionStream === "function" && typeof Worker === "function";
    return new_ ? missing && desk.told("status_incomplete", { file: missing }) : words.status_old_browser;
  };

  function begin() {
    const lacks = desk.lacking();
    if (lacks) {
      status("failed", lacks);
      return Promise.reject({ failed: lacks, lacks });
    }
    status(before ? "again" : "starting", before ? words.status_again : words.status_starting);
    return new Promise((resolve, reject) => {
      refuse = reject;
      const fail = (said) => {
        /* Of a traceback the last line says what was wrong. */
        const reason = String(said).trim().split("\n").pop();
        status("failed", desk.told("status_failed", { reason }));
        refuse = null;
        reject({ failed: reason });
      };
      const source = new Blob([desk.data["engine.js"]], { type: "text/javascript" });
      const url = URL.createObjectURL(source);
      try {
        worker = new Worker(url);
      } catch (error) {
        fail(error);
        return;
      }
      let started = false;
      const mine = worker;
      worker.onmessage = ({ data }) => {
        if (worker !== mine) {
          return;
        }
        if (data.ready) {
          started = true;
          before = true;
          refuse = null;
          status("ready", words.status_ready);
          resolve(data.ready);
        } else if (data.progress) {
          desk.tell("progress", data.progress);
        } else if (!started && data.failed) {
          fail(data.failed);
        } else {
          answer(data);
        }
      };
      worker.onerror = (event) => {
        event.preventDefault();
        if (worker === mine && started) {
          end({ crashed: true });
        } else if (worker === mine) {
          fail(event.message || event.type);
        }
      };
      const { "engine.js": text, ...data } = desk.data;
      worker.postMessage({ start: data });
    });
  }

  function answer({ id, result, wrong, failed, crashed }) {
    const call = calls.get(id);
    if (crashed) {
      end({ crashed: true });
    } else if (call) {
      calls.delete(id);
      if (wrong || failed) {
        call.reject(wrong ? { wrong } : { failed });
      } else {
        call.resolve(result);
      }
    }
  }

  /* A sentence for what a call was rejected with; nothing for what was stopped on purpose. */
  desk.reason = (error) => {
    if (error.stopped || error.lacks) {
      return error.lacks ?? "";
    }
    if (error.wrong) {
      return error.wrong.map(desk.sentence).join(" ");
    }
    return error.crashed ? words.went_down : desk.told("went_wrong", { reason: error.failed || String(error) });
  };
  const ended = (text) => (!text || /[.?!]$/.test(text) ? text : `${text}.`);
  desk.sentence = ({ where, place, what, fix }) =>
    [(where ?? place) && `${where ?? place}:`, ended(what), ended(fix)].filter(Boolean).join(" ");

  /* A script of the folder that is missing says so, instead of a page that never becomes ready. */
  let missing = "";
  window.addEventListener("error", (event) => {
    if (event.target instanceof HTMLScriptElement) {
      missing = missing || event.target.getAttribute("src");
    }
  }, true);

  document.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });
  const go = () => {
    follow(false);
    desk.start().catch(() => {});
  };
  if (document.readyState === "complete") {
    go();
  } else {
    document.addEventListener("DOMContentLoaded", go);
  }
})();
