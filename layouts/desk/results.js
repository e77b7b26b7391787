/* Results: how they are made, what needs a look in them, what is saved, and the report in place. The report is shown
   in a frame whose style is an adopted style sheet, so that the page's policy needs no exception for it. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const at = (id) => document.getElementById(id);

  const REPORT = "share/report.html";
  const BOOK = "share/tables.xlsx";
  const ONE_FILE = ["people", "comments"];
  const MOST_PREVIOUS = 4;
  const FEWEST = "5";
  const LISTS = {
    problems: "keep/problems.csv",
    comments: "keep/comments-to-check.csv",
    not_answered: "keep/not-answered.csv",
  };
  const STYLE = /<style[^>]*>([^]*?)<\/style>/g;

  /* What was made: { files, notices, editions, said, of }, where `of` says of which returns and choices. */
  let made = null;
  let printed = null;
  const chosen = { people: [], previous: [], comments: [] };

  /* Options */

  function options() {
    return {
      title: at("option-title").value,
      min_group: at("option-min-group").value.trim(),
      attribute: at("option-attribute").checked,
      people: chosen.people[0] ?? null,
      comments: chosen.comments[0] ?? null,
      previous: chosen.previous.slice(),
    };
  }

  /* The choices of a round that was kept. */
  function choose(given = {}) {
    at("option-title").value = given.title ?? "";
    at("option-min-group").value = given.min_group ?? FEWEST;
    at("option-attribute").checked = Boolean(given.attribute);
    ONE_FILE.forEach((name) => { chosen[name] = given[name] ? [given[name]] : []; });
    chosen.previous = given.previous ?? [];
    Object.keys(chosen).forEach(showChosen);
    const { min_group, attribute, people, comments, previous } = options();
    if (min_group !== FEWEST || attribute || people || comments || previous.length) {
      at("more-options").open = true;
    }
    age();
  }

  const fileStamp = (file) => file && [file.name, file.size, file.lastModified];
  function madeOf() {
    const { people, comments, previous, ...plain } = options();
    return JSON.stringify([desk.returns.version, plain, fileStamp(people), fileStamp(comments), previous.map(fileStamp)]);
  }

  function showChosen(name) {
    const lines = chosen[name].map((file) => {
      const out = desk.element("button", { class: "desk-link", type: "button" }, words.returns_take_out,
        desk.element("span", { class: "govuk-visually-hidden" }, ` ${file.name}`));
      out.addEventListener("click", () => {
        chosen[name] = chosen[name].filter((one) => one !== file);
        showChosen(name);
        at(`option-${name}`).focus();
        age();
      });
      return desk.element("li", {}, desk.element("span", { dir: "auto" }, file.name), out);
    });
    at(`option-${name}-chosen`).replaceChildren(...lines);
    at(`option-${name}`).toggleAttribute("data-chosen", lines.length > 0);
  }

  for (const name of Object.keys(chosen)) {
    at(`option-${name}`).addEventListener("change", (event) => {
      const found = Array.from(event.target.files);
      event.target.value = "";
      chosen[name] = ONE_FILE.includes(name) ? found.slice(0, 1) : [...chosen[name], ...found];
      showChosen(name);
      wrongOption("previous", chosen.previous.length > MOST_PREVIOUS ? words.option_previous_most : "");
      age();
    });
  }
  at("options").addEventListener("input", age);

  const wrongOption = (name, text) => desk.wrong(at(`option-${name}`), text);

  /* Is everything that was typed possible? The first that is not gets the focus. */
  function fits() {
    const { min_group, previous } = options();
    const wrong = [
      ["min-group", /^[0-9]{1,4}$/.test(min_group) && Number(min_group) > 0 ? "" : words.option_min_group_wrong],
      ["previous", previous.length > MOST_PREVIOUS ? words.option_previous_most : ""],
    ].filter(([name, text]) => wrongOption(name, text));
    if (wrong.length) {
      at("more-options").open = true;
      at(`option-${wrong[0][0]}`).focus();
    }
    return wrong.length === 0;
  }

  async function bytesOf(file) {
    try {
      return file && { name: file.name, data: new Uint8Array(await file.arrayBuffer()) };
    } catch {
      throw { wrong: [{ place: file.name, what: words.option_file_changed }] };
    }
  }

  /* Making */

  async function make() {
    if (!fits() || desk.returns.busy) {
      return;
    }
    const { unread, line, list, version } = desk.returns;
    const left = unread ? desk.told("returns_stopped_all", { n: unread }) : "";
    if (unread && unread === list.length) {
      refuse([{ what: left }]);
      return;
    }
    const of = madeOf();
    const given = options();
    const { generation } = desk;
    let fresh = false;
    working(true);
    refuse([]);
    try {
      const args = {
        title: given.title,
        min_group: Number(given.min_group),
        attribute: given.attribute,
        people: await bytesOf(given.people),
        comments: await bytesOf(given.comments),
        previous: await Promise.all(given.previous.map(bytesOf)),
      };
      const found = generation === desk.generation && await desk.call("results", args);
      /* The program must have what the page has: never are results made of fewer returns than it shows. */
      const fewer = found && line && version === desk.returns.version && !found.said.includes(line);
      if (fewer) {
        desk.returns.again();
      }
      if (fewer || generation !== desk.generation) {
        throw { crashed: true };
      }
      const { accounts, together = [] } = desk.returns.state ?? {};
      const sentences = [left, accounts?.counted === 0 ? words.results_none_counted : ""].filter(Boolean);
      made = { ...found, problems: together, notices: [...sentences.map((what) => ({ what })), ...found.notices], of };
      showMade();
      fresh = true;
    } catch (error) {
      refuse(error.wrong ?? [{ what: desk.reason(error) || words.went_down }]);
    } finally {
      working(false);
      look();
      if (fresh) {
        bringIntoView();
      }
    }
  }

  function working(yes) {
    at("make-results").disabled = yes;
    at("results-said").textContent = yes ? words.results_making : "";
    if (yes) {
      desk.say(words.results_making);
    }
  }

  function refuse(problems) {
    at("results-wrong").hidden = problems.length === 0;
    at("results-wrong-list").replaceChildren(...problems.map((one) => desk.element("li", {}, desk.sentence(one))));
    if (problems.length) {
      at("results-wrong").focus();
    }
  }

  at("options").addEventListener("submit", (event) => {
    event.preventDefault();
    make();
  });

  /* What was made */

  const old = () => Boolean(made) && made.of !== madeOf();

  function age() {
    at("results-old").hidden = !old();
    allowSaving();
    desk.tell("options");
  }

  /* What is out of date is neither saved nor printed; a browser's own Print says so on the paper. */
  function allowSaving() {
    at("options").closest(".desk-view").querySelectorAll("[data-save]").forEach((button) => { button.disabled = old(); });
  }

  /* Without returns there are no results. */
  function unmake() {
    made = null;
    printed = null;
    hideKeeper();
    at("share-files").replaceChildren();
    at("report-contents").replaceChildren();
    at("report").contentDocument?.body?.replaceChildren();
    at("made").hidden = true;
    at("save-comments").hidden = true;
    at("make-results").textContent = words.results_make;
  }

  function showMade() {
    at("made").hidden = false;
    const look = made.notices.map(desk.sentence);
    if (made.as_written) {
      look.unshift(desk.told("results_as_written", { n: made.as_written }));
    }
    at("results-look").hidden = look.length === 0;
    at("results-look-list").replaceChildren(...look.map((line) => desk.element("li", {}, line)));
    at("share-files").replaceChildren(...names("share/").map(fileLine));
    hideKeeper();
    showReport();
    at("save-comments").hidden = !made.files[LISTS.comments];
    age();
    at("make-results").textContent = words.results_make_again;
    desk.say(words.results_made);
  }

  /* What needs a look comes before what is saved, also for who can't see it. */
  function bringIntoView() {
    at(at("results-look").hidden ? "results-save-title" : "results-look-title").focus({ preventScroll: true });
    at("made").scrollIntoView();
  }

  const names = (folder) => Object.keys(made.files).filter((name) => name.startsWith(folder)).sort();
  const bare = (name) => name.split("/").pop();

  function fileLine(name) {
    const bytes = made.files[name];
    const save = desk.element("button", { class: "desk-link", type: "button", "data-save": true },
      desk.told("results_save_file", { file: bare(name) }));
    save.addEventListener("click", () => desk.save(bare(name), bytes));
    const about = words[`results_each_${bare(name).split(".")[0]}`];
    return desk.element("li", {}, save, ` (${desk.size(bytes.length)})`,
      ...(about && name.startsWith("share/") ? [desk.element("span", {}, about)] : []));
  }

  at("save-results").addEventListener("click", async () => {
    try {
      desk.save("results.zip", await desk.call("zipped", { files: made.files, facts: made.facts }));
    } catch (error) {
      refuse([{ what: desk.reason(error) }]);
    }
  });
  at("save-book").addEventListener("click", () => desk.save(bare(BOOK), made.files[BOOK]));
  at("save-comments").addEventListener("click", () => desk.save(bare(LISTS.comments), made.files[LISTS.comments]));
  at("people-example").addEventListener("click", async () => {
    try {
      desk.save("who-was-asked.csv", await desk.call("people_example"));
    } catch (error) {
      refuse([{ what: desk.reason(error) }]);
    }
  });
  at("print").addEventListener("click", () => window.print());
  at("read-report").addEventListener("click", (event) => {
    event.preventDefault();
    at("report-title").scrollIntoView();
    at("report-title").focus({ preventScroll: true });
  });

  /* What only the keeper may see */

  function hideKeeper() {
    at("keeper-shown").hidden = true;
    at("keeper-shown").replaceChildren();
    at("keeper").removeAttribute("data-open");
    at("keeper-show").setAttribute("aria-expanded", "false");
    at("keeper-show").textContent = words.keeper_show;
  }

  function showKeeper() {
    const parts = Object.entries(LISTS)
      .filter(([, name]) => made.files[name])
      .map(([kind, name]) => part(words[`keeper_${kind}`],
        kind === "problems" ? problemList() : table(name, words[`keeper_${kind}`])));
    const all = desk.element("ul", { class: "desk-each" }, ...names("keep/").map(fileLine));
    const said = desk.element("ul", { class: "desk-together", id: "made-of" },
      ...made.said.map((line) => desk.element("li", {}, line)));
    at("keeper-shown").replaceChildren(...parts, part(words.keeper_other, [all]), part(words.results_of, [said]));
    allowSaving();
    at("keeper-shown").hidden = false;
    at("keeper").setAttribute("data-open", "");
    at("keeper-show").setAttribute("aria-expanded", "true");
    at("keeper-show").textContent = words.keeper_hide;
  }

  /* problems.csv says the same as the commands do; here it is as under Returns. */
  function problemList() {
    const lines = made.problems.map((one) => desk.element("li", { title: one.place }, desk.sentence(one)));
    return [lines.length ? desk.element("ul", { class: "desk-together" }, ...lines) : desk.element("p", {}, words.keeper_none)];
  }

  at("keeper-show").addEventListener("click", () => (at("keeper-shown").hidden ? showKeeper() : hideKeeper()));

  function part(title, content) {
    return desk.element("details", { class: "govuk-details" },
      desk.element("summary", { class: "govuk-details__summary" },
        desk.element("span", { class: "govuk-details__summary-text" }, title)),
      desk.element("div", { class: "govuk-details__text" }, ...content));
  }

  function table(name, label) {
    const [head, ...body] = rowsOf(new TextDecoder().decode(made.files[name]));
    if (!body.length) {
      return [desk.element("p", {}, words.keeper_none)];
    }
    const row = (cells, tag) => desk.element("tr", {}, ...cells.map((cell) =>
      desk.element(tag, tag === "th" ? { scope: "col" } : { dir: "auto" }, cell)));
    const made_ = desk.element("table", {}, desk.element("caption", { class: "govuk-visually-hidden" }, label),
      desk.element("thead", {}, row(head.map((one) => one.replaceAll("_", " ")), "th")),
      desk.element("tbody", {}, ...body.map((cells) => row(cells, "td"))));
    return [desk.element("p", {}, desk.told("keeper_rows", { n: body.length })),
      desk.element("div", { class: "desk-table", tabindex: "0", role: "region", "aria-label": label }, made_)];
  }

  /* The rows of a CSV file of ours: commas, quotation marks doubled within quotation marks. */
  function rowsOf(text) {
    const found = [];
    let row = [];
    for (const [, quoted, plain, end] of text.replace(/^\uFEFF/, "").matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
      row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      if (end !== ",") {
        if (row.length > 1 || row[0]) {
          found.push(row);
        }
        row = [];
      }
    }
    return found;
  }

  /* The report */

  function showReport() {
    /* The policy forbids style elements, also in a page that is only parsed. */
    const styles = [];
    const html = new TextDecoder().decode(made.files[REPORT]).replace(STYLE, (whole, rules) => {
      styles.push(rules);
      return "";
    });
    const page = new DOMParser().parseFromString(html, "text/html");
    const style = styles.join("\n");
    const { contentDocument: inside, contentWindow: view } = at("report");
    inside.title = page.title;
    inside.documentElement.lang = page.documentElement.lang;
    inside.documentElement.replaceChild(inside.importNode(page.body, true), inside.body);
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(style);
    /* Where a link leads gets the focus to be read from there, without a frame around a whole section. */
    const calm = new view.CSSStyleSheet();
    calm.replaceSync("[tabindex='-1']:focus { outline: none }");
    inside.adoptedStyleSheets = [sheet, calm];
    inside.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (link) {
        event.preventDefault();
        goTo(link.getAttribute("href").slice(1));
      }
    });
    printed = { page, style };
    readyFonts(style);
    new ResizeObserver(fit).observe(inside.documentElement);
    const links = Array.from(page.querySelectorAll("nav a"), (link) =>
      desk.element("li", {}, desk.element("a", { href: link.getAttribute("href"), "data-in-report": true }, link.textContent)));
    at("report-contents").replaceChildren(...links);
    fit();
  }

  /* The fonts of the report are the page's too, and loaded: nothing can be waited for when the page is printed. */
  function readyFonts(style) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync((style.match(/@font-face\s*\{[^}]*\}/g) ?? []).join("\n"));
    document.adoptedStyleSheets = [sheet];
    document.fonts.forEach((font) => font.load().catch(() => {}));
  }

  /* The frame is as high as the report, so that only the page scrolls. */
  function fit() {
    const inside = at("report").contentDocument;
    if (inside && inside.documentElement && !at("made").hidden) {
      at("report").style.height = `${Math.ceil(inside.documentElement.getBoundingClientRect().height) + 2}px`;
    }
  }

  function goTo(anchor) {
    const target = at("report").contentDocument.getElementById(anchor);
    if (target) {
      const top = at("report").getBoundingClientRect().top + target.getBoundingClientRect().top;
      const bar = getComputedStyle(at("bar")).position === "sticky" ? at("bar").offsetHeight : 0;
      window.scrollBy(0, top - bar - 8);
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
  }

  at("report-contents").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link) {
      event.preventDefault();
      goTo(link.getAttribute("href").slice(1));
    }
  });

  /* Print: the report takes the place of the page, in its own style, as report.pdf has it. */

  const text = (value) => JSON.stringify(value ?? "");
  let restore = null;

  window.addEventListener("beforeprint", () => {
    if (!printed || restore || desk.shown() !== "results") {
      return;
    }
    const { page, style } = printed;
    const { foot, edition, page: word, of } = page.body.dataset;
    const sheets = Array.from(document.styleSheets).filter((sheet) => !sheet.disabled);
    const adopted = [...document.adoptedStyleSheets];
    const title = document.title;
    const content = Array.from(page.body.children, (one) => document.importNode(one, true));
    const aged = old() ? words.results_old_print : "";
    if (aged) {
      content.unshift(desk.element("p", { class: "untold", id: "out-of-date" }, desk.element("strong", {}, aged)));
    }
    const footer = `@page { @bottom-left { content: ${text(aged || `${foot} · ${edition}`)}; font: 8pt var(--font-text) }
      @bottom-right { content: ${text(`${word} `)} counter(page) ${text(` ${of} `)} counter(pages); font: 8pt var(--font-text) } }
      #desk { display: none }`;
    sheets.forEach((sheet) => { sheet.disabled = true; });
    document.adoptedStyleSheets = [style, footer].map((rules) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
      return sheet;
    });
    document.body.append(...content);
    document.title = page.title;
    restore = () => {
      content.forEach((one) => one.remove());
      document.adoptedStyleSheets = adopted;
      sheets.forEach((sheet) => { sheet.disabled = false; });
      document.title = title;
    };
  });
  window.addEventListener("afterprint", () => {
    if (restore) {
      restore();
      restore = null;
    }
  });

  /* What the view shows depends on the returns. */

  function look() {
    const none = desk.returns.list.length === 0;
    if (none && made) {
      unmake();
    }
    at("results-none").hidden = !none;
    const { busy, unread } = desk.returns;
    at("results-wait").hidden = none || !(busy || unread);
    at("results-wait-said").textContent = busy ? words.results_wait : desk.told("returns_stopped_all", { n: unread });
    if (!at("make-results").disabled) {
      at("results-said").textContent = at("results-wait").hidden ? "" : at("results-wait-said").textContent;
    }
    at("options").hidden = none;
    at("make-results").setAttribute("aria-disabled", String(desk.returns.busy));
    age();
  }

  desk.on("returns", look);
  desk.on("view", (name) => {
    if (name === "results") {
      look();
      fit();
    }
  });
  desk.results = { options, choose, make, get made() { return made; } };
  look();
})();
