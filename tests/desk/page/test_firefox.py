"""The page of the desk in a real Firefox."""

from __future__ import annotations

from pathlib import Path

from tests.firefox import Firefox

ADD = """names => {
  desk.returns.add(names.map(name => ({name, blob: new Blob([name])})));
  return new Promise(done => desk.on("returns", () => {
    const line = document.getElementById("accounts").textContent;
    if (line) done(line);
  }));
}"""
MAKE = """async () => {
  desk.view("results");
  await desk.results.make();
  const frame = document.getElementById("report"), inside = frame.contentDocument;
  return {
    title: inside.querySelector("h1").textContent,
    font: getComputedStyle(inside.body).fontFamily.split(",")[0],
    bar: getComputedStyle(inside.querySelector(".bar .l0")).backgroundColor,
    // Its fonts are loaded later, and make it higher.
    whole: await new Promise(done => setInterval(() => {
      const high = inside.documentElement.getBoundingClientRect().height;
      if (high && Math.abs(frame.clientHeight - high) <= 6) done(true);
    }, 50)),
  };
}"""
PRINT = """() => {
  window.dispatchEvent(new Event("beforeprint"));
  const shown = document.querySelector("body > header h1").textContent;
  const hidden = getComputedStyle(document.getElementById("desk")).display;
  window.dispatchEvent(new Event("afterprint"));
  return [shown, hidden, getComputedStyle(document.getElementById("desk")).display];
}"""


def test_the_report_is_shown_and_printed_in_its_own_style(firefox_browser: Firefox, desk: Path) -> None:
    firefox_browser.complaints()
    firefox_browser.open((desk / "index.html").as_uri())
    line = firefox_browser.call(ADD, ["one", "problem", "crash"])
    shown = firefox_browser.call(MAKE)
    printed = firefox_browser.call(PRINT)

    assert line.startswith("Returns found: 3 = 1 counted")
    assert "Autumn 2026" in shown["title"]
    assert shown["font"] == '"Atkinson Hyperlegible Next"'
    assert shown["bar"] == "rgb(16, 20, 21)"
    assert shown["whole"]
    assert printed == [shown["title"], "none", "block"]
    assert firefox_browser.complaints() == []
