"""Firefox as people have it, with its own viewer for PDFs, driven by Mozilla's Marionette from a folder of its own."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.programs import program
from tests.waiting import until

_PATIENCE = 60.0
"""Seconds; a busy machine needs some to draw a page of a pack."""

_QUIET = {
    # Saves without a question, and asks nobody for anything.
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


class Firefox:
    """One window. `run` gives what a script on the page returns."""

    def __init__(self, marionette: Any, downloads: Path) -> None:
        self._marionette = marionette
        self._downloads = downloads

    def open(self, address: str) -> None:
        self._marionette.navigate(address)

    def run(self, script: str, *arguments: object) -> Any:
        return self._marionette.execute_script(script, script_args=list(arguments))

    def call(self, function: str, *arguments: object) -> Any:
        """What a function returns that runs as the page's own script; a promise is waited for."""
        script = f"return ({function})(...arguments)"
        return self._marionette.execute_script(script, script_args=list(arguments), sandbox=None)

    def appearing(self, css: str, property_: str) -> Any:
        """A property of the first element that matches, as soon as there is one."""
        return self.call(_APPEARING, css, property_)

    def click(self, css: str) -> None:
        self._marionette.find_element("css selector", css).click()

    def type(self, css: str, text: str) -> None:
        """Keys into the control, in the place of what stands there."""
        element = self._marionette.find_element("css selector", css)
        element.click()
        self.run("arguments[0].select()", element)
        element.send_keys(text)

    def complaints(self) -> list[str]:
        """What the console has said of pages from folders and of the viewer since the last time it was asked."""
        with self._marionette.using_context("chrome"):
            said: list[str] = self._marionette.execute_script(_CONSOLE)
        return said

    def saved(self, click: Callable[[], None]) -> Path:
        """The file that a click saves."""
        before = set(self._downloads.iterdir())
        click()

        def whole() -> Path | None:
            new = set(self._downloads.iterdir()) - before
            done = [path for path in new if path.suffix != ".part" and path.stat().st_size]
            return done[0] if done and len(done) == len(new) else None

        return until(whole)


@contextmanager
def firefox(downloads: Path) -> Iterator[Firefox]:
    """A new Firefox with a profile of its own, which saves into `downloads`."""
    with warnings.catch_warnings():
        # Libraries below it ask in an old way for the name of the system, and leave a connection open at every try.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", ResourceWarning)
        from marionette_driver.marionette import Marionette

        marionette = Marionette(
            bin=program("firefox"),
            headless=True,
            port=0,  # any that is free
            prefs={**_QUIET, "browser.download.dir": str(downloads)},
            startup_timeout=_PATIENCE * 2,
            gecko_log=str(downloads.with_name("firefox.log")),  # deletes what stands there first
        )
    try:
        marionette.start_session()
        marionette.timeout.script = _PATIENCE
        yield Firefox(marionette, downloads)
    finally:
        marionette.cleanup()
