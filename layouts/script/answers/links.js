/* Links that fill in lines of the record: self-assessment.html#reference=K7MD-4PWX&role=manager. What is after a # is sent
   to no server, and is taken out of the address at once. */

const { page, words, fill, of } = answers;

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/* What somebody typed is not replaced. */
const isOther = (line, value) => line && ![value, "", answers.untouched(line)].includes(line.value);

/* Why one value is not filled in; undefined if it is. */
function refused(line, id, value) {
  if (!line || value === null) {
    return fill(words[line ? "link_unreadable" : "link_unknown"], { id });
  }
  const before = line.value;
  if (isOther(line, value)) {
    return fill(words.link_other, { label: answers.label(line), value: answers.shown(line), other: value });
  }
  if (!answers.set(line, value) || (id === "group_size" && answers.people(value, "") === undefined)) {
    answers.set(line, before);
    return fill(words.unknown_value, { id, value });
  }
}

function read() {
  const hash = location.hash.slice(1);
  if (!hash || document.getElementById(hash)) {
    return;
  }
  /* Mail programs change = and &, or everything. */
  const text = (/[=&]/.test(hash) ? hash : decoded(hash) ?? hash).replace(/(^|&)(?:amp;)?(\w+)%3D/gi, "$1$2=");
  history.replaceState(null, "", location.href.split("#")[0]);
  const lines = new Map(of("record").map((line) => [line.dataset.id, line]));
  const unsaved = answers.changed();
  const given = text.split(/&(?:amp;)?/).filter(Boolean).map((part) => part.split(/=(.*)/s))
    .map(([id, text = ""]) => [decoded(id) ?? id, decoded(text)]);
  /* A link for somebody else fills in nothing. */
  const foreign = given.filter(([id, value]) => id === "reference" && value && isOther(lines.get(id), value));
  const filled = [];
  const told = [];
  (foreign.length ? foreign : given).forEach(([id, value]) => {
    const line = lines.get(id);
    const why = refused(line, id, value);
    (why ? told : filled).push(why ?? `${answers.label(line).replace(/:$/, "")}: ${answers.shown(line)}`);
  });
  answers.settle(!unsaved);
  answers.show();
  if (filled.length && answers.all().some((one) => !lines.has(one.dataset.id) && answers.value(one))) {
    told.push(words.link_begun);
  }
  answers.say(words[filled.length ? "link_filled" : "link_nothing"], [...filled, ...told]);
}

answers.starts.push(read);
addEventListener("hashchange", read);
