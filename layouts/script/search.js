/* Search over all pages, in the browser: reads ?q=, looks it up in search-index.js, and
   lists what it found with the words marked. Nothing is sent and nothing is kept. */
(function () {
  "use strict";

  const AROUND = 90; // letters before the first word found; twice as many after it

  const words = JSON.parse(document.getElementById("search").dataset.words);
  const count = document.getElementById("search-count");
  const results = document.getElementById("search-results");

  function fill(text, values) {
    return text.replace(/\{([a-z]+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  /* Letters without their accents, so that "Lukasz" finds "Łukasz" and "wyr" finds "ŵyr". */
  function plain(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/ł/g, "l").toLowerCase();
  }

  function search(query) {
    const index = new MiniSearch({
      fields: ["title", "section", "text"],
      storeFields: ["url", "title", "section", "text", "weight"],
      processTerm: plain,
      searchOptions: {
        boost: { title: 3, section: 2 },
        boostDocument: (id, term, stored) => stored.weight ?? 1,
        prefix: (term, at, terms) => term.length > (terms.length > 1 ? 3 : 2),
        fuzzy: (term) => (term.length > 5 ? 0.2 : false),
        combineWith: "AND",
      },
    });
    index.addAll(window.pmdiagPages);
    return index.search(query);
  }

  /* The words to mark: not "of" and "the" if longer ones were found. */
  function telling(terms) {
    const long = terms.filter((term) => term.length > 3);
    return long.length ? long : terms;
  }

  /* The text around the first word found, or all of a short text. */
  function excerpt(text, terms) {
    const first = Math.min(...terms.map((term) => text.toLowerCase().indexOf(term)).filter((at) => at >= 0), text.length);
    const start = first === text.length ? 0 : Math.max(0, first - AROUND);
    const from = start ? text.indexOf(" ", start) + 1 : 0;
    const end = from + 3 * AROUND;
    const to = end >= text.length ? text.length : text.lastIndexOf(" ", end);
    return `${from ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
  }

  /* Whole words, split as the index splits them. */
  function mark(element, text, terms) {
    text.split(/([^\n\r\p{Z}\p{P}]+)/u).forEach((part, number) => {
      const found = number % 2 === 1 && terms.includes(plain(part));
      element.append(found ? Object.assign(document.createElement("mark"), { textContent: part }) : part);
    });
  }

  function item(found) {
    const terms = telling(found.terms);
    const entry = document.createElement("li");
    const link = entry.appendChild(document.createElement("a"));
    link.className = "govuk-link";
    link.href = found.url;
    mark(link, found.section ? `${found.title} – ${found.section}` : found.title, terms);
    mark(entry.appendChild(document.createElement("p")), excerpt(found.text, terms), terms);
    return entry;
  }

  function show(query) {
    const found = search(query);
    const sentence = found.length === 0 ? words.none : found.length === 1 ? words.one : words.many;
    count.textContent = fill(sentence, { query, n: found.length });
    document.title = `${count.textContent} ${document.title}`;
    results.replaceChildren(...found.map(item));
  }

  const query = (new URLSearchParams(window.location.search).get("q") || "").trim();
  document.getElementById("query").value = query;
  if (query) {
    show(query);
  }
})();
