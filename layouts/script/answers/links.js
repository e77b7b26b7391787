/* Links that fill in lines of the record: self-assessment.html#reference=K7MD-4PWX&role=manager. What is after a # is sent
   to no server; it is taken out of the address as soon as it is read. */
(function () {
  "use strict";

  const { answers } = window;
  const { page, words, fill, of } = answers;

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return null;
    }
  }

  /* What became of one value: [was it filled in, the sentence]. What somebody typed is not replaced. */
  function take(line, id, value) {
    if (!line || value === null) {
      return [false, fill(line ? words.link_unreadable : words.link_unknown, { id })];
    }
    const before = line.value;
    const label = answers.label(line);
    if (before !== value && before !== "" && before !== answers.untouched(line)) {
      return [false, fill(words.link_other, { label, value: answers.shown(line), other: value })];
    }
    if (!answers.set(line, value) || (id === "group_size" && answers.people(value, "") === undefined)) {
      answers.set(line, before);
      return [false, fill(words.unknown_value, { id, value })];
    }
    return [true, `${label.replace(/:$/, "")}: ${answers.shown(line)}`];
  }

  function read() {
    const text = location.hash.slice(1);
    if (!text.includes("=")) {
      return;
    }
    history.replaceState(null, "", window.location.href.split("#")[0]);
    const lines = new Map(of("record").map((line) => [line.dataset.id, line]));
    const unsaved = answers.changed();
    const found = text.split("&").filter(Boolean).map((part) => {
      const [id, value = ""] = part.split(/=(.*)/s).map(decoded);
      return take(lines.get(id), id, value);
    });
    answers.settle(!unsaved);
    answers.show();
    const [filled, told] = [true, false].map((done) => found.filter((one) => one[0] === done).map((one) => one[1]));
    answers.say(words[filled.length ? "link_filled" : "link_nothing"], [...filled, ...told]);
  }

  answers.starts.push(read);
  addEventListener("hashchange", read);
})();
