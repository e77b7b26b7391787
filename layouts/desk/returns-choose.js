/* Files for the returns: those that people choose or drop, and the invented round. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const at = (id) => document.getElementById(id);
  const { add, list } = desk.returns;

  /* The name below the folder that was chosen, as the program has it. */
  function below(file) {
    const [root, ...rest] = (file.webkitRelativePath || "").split("/");
    return { name: rest.length ? rest.join("/") : file.name, root, blob: file };
  }

  for (const id of ["returns-files", "returns-folder"]) {
    at(id).addEventListener("change", (event) => {
      const found = Array.from(event.target.files, below);
      event.target.value = "";
      add(found);
    });
  }

  async function inHandle(handle, path, found) {
    if (handle.kind === "file") {
      found.push({ name: path + handle.name, blob: await handle.getFile(), handle });
    } else {
      for await (const one of handle.values()) {
        await inHandle(one, `${path}${handle.name}/`, found);
      }
    }
  }

  async function inEntry(entry, path, found) {
    if (entry.isFile) {
      found.push({ name: path + entry.name, blob: await new Promise((done, failed) => entry.file(done, failed)) });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) {
        return;
      }
      for (const one of some) {
        await inEntry(one, `${path}${entry.name}/`, found);
      }
    }
  }

  /* Chromium refuses entries on pages from a disk but gives handles; Firefox has entries only. All are asked for before
     the first wait: afterwards the drop is empty. */
  async function dropped(transfer) {
    const items = Array.from(transfer.items).filter((item) => item.kind === "file");
    const plain = Array.from(transfer.files);
    const handles = items.map((item) => (item.getAsFileSystemHandle ? item.getAsFileSystemHandle() : null));
    const entries = items.map((item) => (item.webkitGetAsEntry ? item.webkitGetAsEntry() : null));
    for (const [ways, walk] of [[handles, inHandle], [entries, inEntry]]) {
      const found = [];
      try {
        for (const way of ways) {
          await walk(await way, "", found);
        }
        return fromInside(found, items.length);
      } catch {
        /* The next way. */
      }
    }
    return plain.map((file) => ({ name: file.name, blob: file }));
  }

  /* Of one folder, names count from inside it. */
  function fromInside(found, items) {
    const inFolder = items === 1 && found.length > 0 && found.every(({ name }) => name.includes("/"));
    return inFolder ? found.map((one) => {
      const [root, ...rest] = one.name.split("/");
      return { ...one, name: rest.join("/"), root };
    }) : found;
  }

  /* A file that is dropped beside the place for it must never replace the page. */
  const takesDrops = (event) => event.defaultPrevented || event.target.matches("input[type=file]:not(.desk-file)");
  const welcome = (event) =>
    Array.from(event.dataTransfer.types).includes("Files") && ["start", "returns"].includes(desk.shown());
  window.addEventListener("dragover", (event) => {
    if (!takesDrops(event)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = welcome(event) ? "copy" : "none";
      document.body.classList.toggle("desk-over", welcome(event));
    }
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      document.body.classList.remove("desk-over");
    }
  });
  window.addEventListener("drop", async (event) => {
    document.body.classList.remove("desk-over");
    if (takesDrops(event)) {
      return;
    }
    event.preventDefault();
    if (welcome(event)) {
      const found = dropped(event.dataTransfer);
      if (desk.shown() !== "returns") {
        desk.view("returns");
      }
      add(await found);
    }
  });

  /* The invented round */

  at("demo").addEventListener("click", async () => {
    const own = list.some((item) => !item.invented);
    at("demo-said").hidden = !own;
    at("demo-said").textContent = own ? words.returns_wait_demo : "";
    if (own) {
      return;
    }
    desk.view("returns");
    try {
      const made = await desk.call("demo");
      add(made.map(({ name, data }) => ({ name, blob: new Blob([data]) })), { invented: true });
    } catch (error) {
      desk.round.report(desk.reason(error));
    }
  });
})();
