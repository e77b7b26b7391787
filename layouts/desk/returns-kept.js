/* Keep this round on this computer: only if the person says so, with what is chosen for its results. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const at = (id) => document.getElementById(id);
  const { list } = desk.returns;
  const { changed } = desk.round;

  const SOON = 700;
  const ROUND = "round";
  let kept = false;
  let saving = 0;
  /* Counts what was deleted: what was being kept then is not kept. */
  let forgotten = 0;

  async function keep() {
    const before = forgotten;
    const options = desk.results ? desk.results.options() : {};
    const files = list.map(({ name, root, blob, invented, made }) => ({ name, root, blob, invented, made }));
    try {
      const why = await desk.keep.put(ROUND, { files, options });
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

  /* What another version of this page kept, or somebody's tools, may be anything. */
  const isFile = (one) => one instanceof Blob;
  const isChoice = ({ people, comments, previous }) => [people, comments].every((one) => !one || isFile(one))
    && (previous === undefined || (Array.isArray(previous) && previous.every(isFile)));
  const isRound = ({ files, options }) => Array.isArray(files)
    && files.every((one) => typeof one?.name === "string" && isFile(one.blob))
    && (options === undefined || (typeof options === "object" && options !== null && isChoice(options)));

  async function offerKept() {
    const [record] = await desk.keep.list(ROUND, isRound);
    if (record) {
      const values = { n: record.value.files.length, when: desk.when(record.since) };
      at("kept-found-said").textContent = desk.told("keep_found", values);
      at("kept-found").hidden = false;
      at("kept-open").addEventListener("click", () => {
        if (desk.lacking()) {
          desk.view("returns");
          desk.round.report(desk.lacking());
          return;
        }
        at("kept-found").hidden = true;
        kept = true;
        desk.view("returns");
        list.push(...record.value.files.map((one) => ({ ...one, state: "waiting", key: one.name, fate: "" })));
        desk.results?.choose(record.value.options);
        sayKept();
        changed();
        desk.round.run();
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

  document.addEventListener("DOMContentLoaded", begin);
})();
