"""Browser pages of a folder on the disk that record what they ask for and complain about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

from playwright.sync_api import Browser, BrowserContext, Page

BLANK = "about:blank"


@dataclass(slots=True)
class Window:
    """A page with all that it asked for, and all that it complained about."""

    page: Page
    folder: Path
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def new(cls, browser: Browser, folder: Path, width: int = 1280, height: int = 800, **options: Any) -> Self:
        """Opens one; `options` are those of its context, such as `color_scheme`."""
        return cls.on(browser.new_context(viewport={"width": width, "height": height}, **options).new_page(), folder)

    @classmethod
    def on(cls, page: Page, folder: Path) -> Self:
        """Watches a page."""
        made = cls(page, folder)
        made.page.on("request", lambda request: made.asked.append(request.url))
        made.page.on("console", lambda message: made.complaints.append(message.text))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        return made

    def go_to(self, file: str) -> Page:
        """Opens a file of the folder: `search.html?q=audit`."""
        name, *rest = file.partition("?" if "?" in file else "#")
        self.page.goto((self.folder / name).as_uri() + "".join(rest))
        return self.page

    def close(self) -> None:
        self.page.context.close()


W = TypeVar("W", bound=Window)


@dataclass(slots=True)
class Shared(Generic[W]):
    """Windows that tests use one after another, by what was done to their contexts. `empty` deletes what a page keeps;
    other pages of the context are closed."""

    open: Callable[[], W]
    empty: str
    windows: dict[str, W] = field(default_factory=dict)

    def window(self, name: str, prepare: Callable[[BrowserContext], None]) -> W:
        """The window of a name, as if it were new."""
        if name not in self.windows:
            self.windows[name] = self.open()
            prepare(self.windows[name].page.context)
        return self.windows[name]

    def leave(self) -> None:
        """Leaves each window empty for the next test."""
        for window in self.windows.values():
            if window.page.url == BLANK:
                continue
            for other in window.page.context.pages:
                if other is not window.page:
                    other.close()
            window.page.evaluate(self.empty)
            window.page.goto(BLANK)
            window.asked.clear()
            window.complaints.clear()

    def close(self) -> None:
        for window in self.windows.values():
            window.close()
