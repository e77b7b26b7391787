"""A typist at the desk, who has a keyboard and no mouse; behind the page is the real `Desk`, in this process."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import BrowserContext, Page

from pmdiag_build.content.field_names import item_of, record_name
from pmdiag_build.content.model import Tool
from pmdiag_build.desk import Desk, answer
from pmdiag_build.returns.entry_sheet import columns

REFERENCE = record_name("reference")
_LAST_LINE = record_name("contributors")

_BRIDGE = """(() => {
  const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const out = (value) => value instanceof Uint8Array ? { bytes: text(value) }
    : Array.isArray(value) ? value.map(out)
    : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, out(v)]))
    : value;
  const back = (key, value) => value && typeof value.bytes === "string"
    ? Uint8Array.from(atob(value.bytes), (sign) => sign.charCodeAt(0)) : value;
  const call = async (method, args = {}) => {
    const given = JSON.parse(await window.askDesk(method, JSON.stringify(out(args))), back);
    if (given.wrong || given.failed) {
      throw given;
    }
    return given.result;
  };
  window.desk = Object.defineProperty({}, "call", { get: () => call, set() {} });
})()"""


def connect(context: BrowserContext, desk: Desk) -> None:
    """Have `desk.call` of every page answered by this desk, in place of the worker."""

    def ask(method: str, args: str) -> str:
        return json.dumps(_out(answer(desk, method, json.loads(args, object_hook=_back))))

    context.expose_function("askDesk", ask)
    context.add_init_script(_BRIDGE)


def _out(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {key: _out(one) for key, one in value.items()}
    return [_out(one) for one in value] if isinstance(value, list | tuple) else value


def _back(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["bytes"]) if value.keys() == {"bytes"} else value


class Typist:
    """Types papers on the page that is open; each paper is a mapping of field names to what is on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        boxes = page.locator("#paper [data-name]")
        self.names: list[str] = boxes.evaluate_all("all => all.map((one) => one.dataset.name)")

    def begin(self) -> None:
        """To the first paper, from the heading of the view."""
        self.page.locator("#paper").wait_for()
        self.page.locator("#type-title").focus()
        self.press("Tab", "Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def at(self) -> str:
        """The field that has the focus."""
        found = self.page.evaluate("document.activeElement.closest('[data-name]')?.dataset.name ?? ''")
        return str(found)

    def type(self, paper: Mapping[str, str], until: str = "") -> None:
        """Type a paper in the order of its lines, and leave at the field `until`."""
        run = ""
        for name in self.names:
            item = item_of(name)
            assert item is not None
            if item.kind in ("rating", "overall") and len(paper.get(name, "-")) == 1 and name != until:
                run += paper.get(name, "-")
                continue
            self.page.keyboard.type(run)
            run = ""
            if name == until:
                return
            self._line(name, paper.get(name, ""))
        assert self.page.evaluate("document.activeElement.id") == "paper-next"

    def _line(self, name: str, text: str) -> None:
        if name.startswith(("rating", "overall")):
            self.press("?")
            self.page.keyboard.type(text)
        elif name.startswith(("doing", "improve", "more")):
            self.page.keyboard.insert_text(text)
        else:
            self.page.keyboard.type(text)
        # In a text of several lines, Enter begins a new one.
        several = name == _LAST_LINE or name.startswith(("doing", "improve", "more"))
        self.press("Tab" if several else "Enter")

    def type_all(self, papers: Sequence[Mapping[str, str]]) -> None:
        """Type papers one after another."""
        for paper in papers:
            self.type(paper)
            self.finish()

    def finish(self) -> None:
        """End the paper; the next one begins at its reference."""
        self.press("Enter")
        assert self.at() == REFERENCE


def papers(tool: Tool, count: int) -> list[dict[str, str]]:
    """Invented papers: all levels, two comments, a role."""
    roles = [option.label for option in tool.record.field("role").options]
    return [_paper(columns(tool), n, roles[n % 3]) for n in range(count)]


def _paper(names: Sequence[str], n: int, role: str) -> dict[str, str]:
    levels = {name: "LDE-"[(n + at) % 4] for at, name in enumerate(names) if name.startswith(("rating", "overall"))}
    return {
        REFERENCE: f"P{n + 1}",
        record_name("role"): role,
        **levels,
        "doing_1": f"We meet often, says {n}.\nNot always well.",
        "improve_5": "Ask more people — and listen.",
    }
