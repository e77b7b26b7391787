"""A real Firefox with its PDF viewer and a new profile, driven by Mozilla's Marionette."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.programs import program
from tests.waiting import until

_PATIENCE = 60.0
"""Seconds for one script, which may wait until a page of a pack is drawn."""

_QUIET = {
    # Save without a question, and connect to nothing.
    "browser.download.folderList": 2,
    "browser.download.useDownloadDir": True,
    "browser.download.always_ask_before_handling_new_types": False,
    "browser.download.start_downloads_in_tmp_dir": False,
    "dom.disable_beforeunload": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}

_CONSOLE = """
const said = Services.console.getMessageArray().filter(m => m instanceof Ci.nsIScriptError).map(m => [
  m.sourceName || '', m.errorMessage || m.message]);
Services.console.reset();
return said.filter(([place]) => place.startsWith('file:')).map(([place, what]) => `${place}: ${what}`);
"""

_IN_A_FOLDER = """
names => document.addEventListener('change', ({target}) => {
  [...target.files].forEach((file, n) => Object.defineProperty(file, 'webkitRelativePath', {value: names[n]}));
}, {capture: true, once: true})
"""
_CHOOSE = """
const [css, paths] = arguments;
return Promise.all(paths.map(path => File.createFromFileName(path))).then(files => {
  const chosen = document.querySelector(css);
  chosen.mozSetFileArray(files);
  chosen.dispatchEvent(new Event('change', {bubbles: true}));
});
"""

_APPEARING = """
(css, property) => new Promise(done => {
  const look = () => {
    const found = document.querySelector(css);
    if (found) { watch.disconnect(); done(found[property]); }
  };
  const watch = new MutationObserver(look);
  watch.observe(document, {childList: true, subtree: true});
  look();
})
"""


KEYS = {"tab": "\ue004", "enter": "\ue007", "space": " ", "right": "\ue014"}


class Firefox:
    """One window."""

    def __init__(self, marionette: Any, downloads: Path) -> None:
        self._marionette = marionette
        self._downloads = downloads

    def open(self, address: str) -> None:
        self._marionette.navigate(address)

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns that runs beside the page."""
        return self._marionette.execute_script(script, script_args=list(arguments))

    def call(self, function: str, *arguments: object) -> Any:
        """Run a function as a script of the page and return its result. If that is a promise, wait for it."""
        script = f"return ({function})(...arguments)"
        return self._marionette.execute_script(script, script_args=list(arguments), sandbox=None)

    def privileged(self, script: str, *arguments: object) -> Any:
        """What a script returns that runs in the browser itself, with all that it may do."""
        with self._marionette.using_context("chrome"):
            # Without a sandbox of its own, so that the next one finds what this one keeps.
            return self._marionette.execute_script(script, script_args=list(arguments), sandbox=None)

    def appearing(self, css: str, property_: str) -> Any:
        """Wait for an element and return one of its properties."""
        return self.call(_APPEARING, css, property_)

    def click(self, css: str) -> None:
        """Click an element in the middle of the window: the driver would leave it behind a bar, a person would not."""
        self.call("css => document.querySelector(css).scrollIntoView({ block: 'center' })", css)
        self._marionette.find_element("css selector", css).click()

    def choose(self, css: str, path: Path) -> None:
        """Choose a file, or a folder where the element asks for one. For a folder the browser would ask a person."""
        paths = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        if path.is_dir():
            self.call(_IN_A_FOLDER, [one.relative_to(path.parent).as_posix() for one in paths])
        self._marionette.execute_script(_CHOOSE, script_args=[css, list(map(str, paths))], sandbox="system")

    def type(self, css: str, text: str) -> None:
        """Replace the text of a control by typing."""
        element = self._marionette.find_element("css selector", css)
        element.click()
        self.run("arguments[0].select()", element)
        element.send_keys(text)

    def press(self, keys: str) -> None:
        """Press keys where the focus is; `KEYS` has those without a letter."""
        self._marionette.get_active_element().send_keys(keys)

    def back(self) -> None:
        self._marionette.go_back()

    def reload(self) -> None:
        self._marionette.refresh()

    def reopen(self) -> None:
        """Close the tab, and bring it back as a person does with “Reopen closed tab”."""
        closed = self._marionette.current_window_handle
        self._marionette.switch_to_window(self._marionette.open(type="tab")["handle"])
        other = self._marionette.current_window_handle
        self._marionette.switch_to_window(closed)
        self._marionette.close()
        self._marionette.switch_to_window(other)
        self.privileged("SessionStore.undoCloseTab(Services.wm.getMostRecentWindow('navigator:browser'), 0);")
        back = until(lambda: next((tab for tab in self._marionette.window_handles if tab != other), None))
        self._marionette.close()
        self._marionette.switch_to_window(back)

    def complaints(self) -> list[str]:
        """Messages on the console about local files and the PDF viewer since the last call."""
        with self._marionette.using_context("chrome"):
            said: list[str] = self._marionette.execute_script(_CONSOLE)
        return said

    def saved(self, click: Callable[[], None]) -> Path:
        """The file that a click downloads."""
        before = set(self._downloads.iterdir())
        click()

        def whole() -> Path | None:
            new = set(self._downloads.iterdir()) - before
            done = [path for path in new if path.suffix != ".part" and path.stat().st_size]
            return done[0] if done and len(done) == len(new) else None

        return until(whole)


@contextmanager
def firefox(downloads: Path) -> Iterator[Firefox]:
    """A new Firefox with a new profile, which saves into `downloads`."""
    with warnings.catch_warnings():
        # Its libraries use deprecated functions, and leave a connection open at each attempt.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", ResourceWarning)
        from marionette_driver.marionette import Marionette

        marionette = Marionette(
            bin=program("firefox"),
            headless=True,
            port=0,  # any that is free
            prefs={**_QUIET, "browser.download.dir": str(downloads)},
            startup_timeout=_PATIENCE * 2,
            gecko_log=str(downloads.with_name("firefox.log")),  # replaces an older one
        )
    try:
        marionette.start_session()
        marionette.timeout.script = _PATIENCE
        yield Firefox(marionette, downloads)
    finally:
        marionette.cleanup()
