/* The keys of typing: levels, lines and texts by keyboard alone, and undo. */
(function () {
  "use strict";

  const desk = window.desk;
  const words = desk.words;
  const at = (id) => document.getElementById(id);
  const form = at("paper");
  const { paper } = desk;
  const { REFERENCE, controls, names, undoing, cell, keep, open, show, focus, showTwice } = paper;

  const UNCLEAR = "?";

  /* What the text box with the focus held before: its own undo serves until something else has the focus. */
  let before = null;

  function write(name) {
    paper.current.fields[name] = controls.get(name).read();
    keep(paper.current);
    show();
  }

  function answer(name, value) {
    const row = paper.current;
    const old = cell(row, name);
    if (old !== value) {
      remember(() => change(row, name, old));
    }
    row.fields[name] = value;
    controls.get(name).show(value);
    keep(row);
    show();
  }

  function change(row, name, value) {
    if (row !== paper.current) {
      open(row, false);
    }
    row.fields[name] = value;
    controls.get(name).show(value);
    keep(row);
    show();
    controls.get(name).focus();
  }

  function remember(takeBack) {
    undoing.push(takeBack);
    at("type-undo").disabled = false;
  }

  function undo() {
    const takeBack = undoing.pop();
    if (takeBack) {
      takeBack();
      show(true);
      paper.refresh();
      desk.say(words.type_undone);
    }
  }

  const typedOn = () => before && cell(before.row, before.name) !== before.value;

  function commit() {
    if (typedOn()) {
      const { row, name, value } = before;
      remember(() => change(row, name, value));
      before = { ...before, value: cell(row, name) };
    }
  }

  const nameAt = (element) => element.closest?.("[data-name]")?.dataset.name;

  function go(name, step) {
    const next = names[names.indexOf(name) + step];
    if (next) {
      focus(next);
    } else if (step > 0) {
      at("paper-next").focus();
    }
  }

  /* Next to the question in which a key was pressed that is no answer, until something else is done. */
  const slip = desk.element("p", { class: "typed__note govuk-error-message", id: "type-slip" }, words.type_key_wrong);

  const MARKS = new Map([["–", "-"], ["−", "-"], ["_", "-"]]);

  function levelKey(event, name) {
    const control = controls.get(name);
    slip.remove();
    const sign = MARKS.get(event.key) || event.key;
    const buttons = Array.from(control.box.querySelectorAll("input[type=radio]"));
    const chosen = buttons.find((one) => one.value === sign.toUpperCase());
    if (chosen && chosen.value === UNCLEAR) {
      answer(name, control.unclear(cell(paper.current, name)) ? paper.current.fields[name] : words.unclear_bare);
      control.note.focus();
    } else if (chosen) {
      answer(name, chosen.value);
      go(name, 1);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      answer(name, "");
      control.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      go(name, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key.length === 1 && event.key !== " ") {
      control.box.append(slip);
      desk.say(words.type_key_wrong);
    } else {
      return false;
    }
    return true;
  }

  /* Enter and the arrows in a line of text or a list. */
  function lineKey(event, name) {
    const { tagName } = event.target;
    if (tagName === "TEXTAREA") {
      return false;
    }
    if (event.key === "Enter") {
      go(name, 1);
      return true;
    }
    if (tagName === "INPUT" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      go(name, event.key === "ArrowDown" ? 1 : -1);
      return true;
    }
    return false;
  }

  function onKey(event) {
    const name = nameAt(event.target);
    if (event.isComposing || event.altKey) {
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter") {
        event.preventDefault();
        paper.finish();
      }
      return;
    }
    const taken = name && event.key !== "Tab" && (event.target.type === "radio"
      ? (event.key === "Enter" ? (go(name, 1), true) : levelKey(event, name))
      : lineKey(event, name));
    if (taken) {
      event.preventDefault();
    }
  }

  /* Also outside the form: the last thing may have been a return that was deleted in the list. */
  function onUndoKey(event) {
    const back = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    const own = typedOn() && document.activeElement === before.element;
    if (back && !own && desk.shown() === "type" && undoing.length) {
      event.preventDefault();
      before = null;
      undo();
    }
  }

  function onFocus(event) {
    const name = nameAt(event.target);
    if (!slip.parentElement?.contains(event.target)) {
      slip.remove();
    }
    const isText = name && (event.target.tagName === "TEXTAREA" || event.target.type === "text");
    before = isText ? { element: event.target, row: paper.current, name, value: cell(paper.current, name) } : null;
  }

  form.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onUndoKey);
  form.addEventListener("focusin", onFocus);
  form.addEventListener("focusout", () => {
    const twice = before && before.name === REFERENCE && showTwice();
    commit();
    if (twice) {
      desk.say(twice);
    }
  });

  form.addEventListener("input", (event) => {
    const name = nameAt(event.target);
    if (name && event.target.type === "radio") {
      answer(name, controls.get(name).read() === words.unclear_bare ? words.unclear_bare : event.target.value);
    } else if (name && event.target.tagName === "SELECT") {
      answer(name, event.target.value);
    } else if (name) {
      write(name);
    }
  });
  at("type-undo").addEventListener("click", undo);

  Object.assign(paper, { remember, commit });
})();
