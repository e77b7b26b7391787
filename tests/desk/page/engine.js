// A worker that answers as the engine of the desk does, without Python: what it says is in the files' own text.
// `crash` in a text kills it, `hang` never answers, `problem` is set aside, `blank`, `duplicate` and `in_conflict` are
// counted as such, `note` has a note, one of more than 1,000 bytes is too large, and anything else is counted.
const read = new Map();
const asked = [];
const KINDS = ["counted", "blank", "duplicate", "in_conflict", "set_aside"];
const encode = (text) => new TextEncoder().encode(text);
const empty = () => ({ found: 0, counted: 0, blank: 0, duplicate: 0, in_conflict: 0, set_aside: 0 });
const wrong = (what, fix, kind) => ({ place: "", where: "", asked: "", what, fix, kind });
const aside = (what, fix) => ({ kind: "set_aside", problems: [wrong(what, fix, "set_aside")] });

function file(text) {
  if (text.startsWith("problem")) {
    return aside("This file is not a return", "Ask the sender for it again");
  }
  const kind = KINDS.find((one) => text.startsWith(one)) || "counted";
  const problems = text.includes("note") ? [wrong("A note", "", "blank")] : [];
  for (let n = 0; n < text.split("cell").length - 1; n += 1) {
    const where = "sheet Returns, cell U6 (column “1.3”, reference P1)";
    problems.push({ ...wrong("“D or E” is two levels", "Ask", "problem"), place: "a.xlsx: Returns!U6", where, asked: "P1, 1.3" });
  }
  return { kind, problems, ignored: text.startsWith("ignored") };
}

const methods = {
  add({ name, data }) {
    const text = new TextDecoder().decode(data);
    if (text.startsWith("crash")) {
      return null;
    }
    const found = file(text);
    for (let n = 2, wanted = name; read.has(name); n += 1) {
      name = `${wanted} (${n})`;
    }
    read.set(name, found);
    return { name, digest: "", ignored: Boolean(found.ignored) };
  },
  crashed: ({ name }) => { read.set(name, aside("Reading it stopped the program", "Type it in")); return { name }; },
  stopped: ({ name }) => { read.set(name, aside("You stopped reading it", "Read it again")); return { name }; },
  gone: ({ name, changed }) => {
    read.set(name, aside(changed ? "The file has changed" : "The file is not there", "Choose it again"));
    return { name };
  },
  too_big: ({ name }) => { read.set(name, aside("The file is too large", "Split it")); return { name }; },
  limits: () => ({ bytes: 1000 }),
  remove: ({ name }) => { read.delete(name); return {}; },
  clear: () => { read.clear(); return {}; },
  state() {
    const accounts = { files: read.size, ...empty() };
    const files = [];
    for (const [name, { kind, problems, ignored }] of [...read].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!ignored) {
        accounts.found += 1;
        accounts[kind] += 1;
        const said = problems.map((p) => ({ ...p, place: p.place || name }));
        files.push({ name, ...empty(), found: 1, [kind]: 1, problems: said, more: 0, in_short: said, same_as: [] });
      }
    }
    const { found, counted, blank, duplicate, in_conflict, set_aside } = accounts;
    const line = `Returns found: ${found} = ${counted} counted + ${blank} blank + ${duplicate} duplicate + `
      + `${in_conflict} in conflict + ${set_aside} set aside`;
    /* A duplicate is the same as the first file. */
    const again = files.filter((one) => one.duplicate);
    again.forEach((one) => { one.same_as = [files[0].name]; });
    if (again.length) {
      files[0].same_as = again.map((one) => one.name);
    }
    const together = files.flatMap((one) => one.problems.map((p) => ({ ...p, where: p.where || one.name })));
    const ignored = [...read].filter(([, one]) => one.ignored).map(([name]) => name);
    return { accounts, line, files, together, ignored, problems: set_aside };
  },
  results(options) {
    if (options.title === "wrong") {
      return { wrong: [{ place: "--title", where: "“What this round is called”", what: "The title is wrong", fix: "Shorten it" }] };
    }
    const files = {
      "share/about.txt": encode("May be given out.\n"),
      "share/report.html": self.report,
      "share/tables.xlsx": encode("a workbook"),
      "keep/about.txt": encode("Stays here.\n"),
      "keep/problems.csv": encode('place,problem,what_to_do\r\nb.txt,"<b>Not a return</b>, it says",Ask\r\n'),
      "keep/comments-to-check.csv": encode("id,comment\r\n1,<script>alert(1)</script>\r\n"),
    };
    const notices = options.min_group === 1 ? [{ place: "--min-group", where: "“Smallest group”", what: "It shows single people", fix: "Use 5" }] : [];
    return { result: { files, notices, as_written: 2, editions: [], said: [methods.state().line, `Options: ${JSON.stringify(options)}`] } };
  },
  people_example: () => encode("reference,role\r\nR-01,\r\n"),
  zipped: ({ files }) => encode(Object.keys(files).sort().join("\n")),
  demo: () => [{ name: "first.json", data: encode("x") }, { name: "second.json", data: encode("blank") }],
};

onmessage = ({ data: { id, method, args, start } }) => {
  if (start) {
    self.report = Uint8Array.from(atob(start.report), (sign) => sign.charCodeAt(0));
    postMessage({ ready: {} });
    return;
  }
  asked.push(method);
  if (method === "add" && new TextDecoder().decode(args.data).startsWith("hang")) {
    return;
  }
  const made = methods[method](args);
  if (made === null) {
    postMessage({ id, crashed: true });
  } else {
    postMessage({ id, ...(made.wrong || made.result ? made : { result: made }) });
  }
};
