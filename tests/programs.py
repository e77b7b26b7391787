"""The programs that the tests run: how to find each, and which package to install.

`python -m tests.programs`, which `make test` runs, installs what is missing or says what to type. A test that needs a
missing program fails; it is never skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_MACHINE = Path(__file__).resolve().parent.parent / ".ci" / "machine"


class MissingProgram(Exception):
    """A program is missing on this machine. The message says how to install it."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program, how to find it, and its packages for apt, dnf and Homebrew, separated by spaces."""

    name: str
    find: Callable[[], str | None]
    apt: str
    dnf: str
    brew: str


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
    found = (shutil.which(name) for name in names)
    return next((path for path in (*found, *_elsewhere()) if path and _runs(path, "--version")), None)


def _firefox() -> str | None:
    mac = "/Applications/Firefox.app/Contents/MacOS/firefox"
    found = (shutil.which(name) for name in ("firefox-esr", "firefox", mac))
    return next((path for path in found if path and _runs(path, "--version")), None)


def _elsewhere() -> Iterator[str]:
    # Where macOS keeps browsers, and where `playwright install chromium` puts one.
    yield from map(str, Path("/Applications").glob("*Chrom*.app/Contents/MacOS/*Chrom*"))
    caches = (os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), "~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
    for folder in filter(None, caches):
        for kind in ("chrome-linux*/chrome", "chrome-mac*/Chromium.app/Contents/MacOS/Chromium"):
            yield from map(str, sorted(Path(folder).expanduser().glob(f"chromium-*/{kind}")))


def _playwright_driver() -> str | None:
    # Playwright brings its own Node.js, which needs a library that a minimal Debian lacks.
    package = find_spec("playwright")
    if package is None or package.origin is None:
        return None
    driver = Path(package.origin).parent / "driver"
    return next((str(node) for node in driver.glob("node*") if _runs(str(node), "--version")), None)


def _python_with_poppler() -> str | None:
    # GObject bindings come with the system's Python and can't be installed into ours.
    code = "import gi; gi.require_version('Poppler', '0.18'); from gi.repository import Poppler"
    pythons = ("/usr/bin/python3", shutil.which("python3"), "/opt/homebrew/bin/python3", "/usr/local/bin/python3")
    return next((path for path in pythons if path and _runs(path, "-c", code)), None)


def _soffice() -> str | None:
    mac = "/Applications/LibreOffice.app/Contents/MacOS/soffice"
    return shutil.which("soffice") or shutil.which(mac)


def _runs(*command: str) -> bool:
    # A file is not enough: Ubuntu's chromium-browser only prints a sentence about snaps.
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except OSError:
        return False


def _a_server(*names: str) -> Callable[[], str | None]:
    # Debian has servers where only root looks for programs.
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    return lambda: next(filter(None, (shutil.which(name, path=path) for name in names)), None)


def _on_path(name: str) -> Callable[[], str | None]:
    return lambda: shutil.which(name)


PROGRAMS = {
    program.name: program
    for program in (
        Program("chromium", _chromium, "chromium", "chromium", ""),
        Program("firefox", _firefox, "firefox-esr", "firefox", ""),
        Program("playwright-driver", _playwright_driver, "libatomic1", "libatomic", ""),
        Program("pdftoppm", _on_path("pdftoppm"), "poppler-utils", "poppler-utils", "poppler"),
        Program("pdfinfo", _on_path("pdfinfo"), "poppler-utils", "poppler-utils", "poppler"),
        Program("pdftotext", _on_path("pdftotext"), "poppler-utils", "poppler-utils", "poppler"),
        Program("qpdf", _on_path("qpdf"), "qpdf", "qpdf", "qpdf"),
        Program("pdftk", _on_path("pdftk"), "pdftk-java", "pdftk-java", "pdftk-java"),
        Program(
            "python-poppler",
            _python_with_poppler,
            "python3-gi gir1.2-poppler-0.18",
            "python3-gobject poppler-glib",
            "pygobject3 poppler",
        ),
        Program("soffice", _soffice, "libreoffice-calc-nogui", "libreoffice-calc", ""),
        Program("node", _on_path("node"), "nodejs", "nodejs", "node"),
        Program("npm", _on_path("npm"), "npm", "nodejs-npm", "node"),
        # Apache without what makes it a service of the machine; there is no such nginx.
        Program("apache", _a_server("apache2", "httpd"), "apache2-bin", "httpd", "httpd"),
        Program("nginx", _a_server("nginx"), "nginx", "nginx", "nginx"),
    )
}


@cache
def program(name: str) -> str:
    """The path of a program in `PROGRAMS`. `python-poppler` is a Python that can import Poppler's bindings.

    Raises MissingProgram.
    """
    wanted = PROGRAMS[name]
    path = wanted.find()
    if path is None:
        raise MissingProgram(
            f"{name} is not on this machine. Run make test, which installs it, or install it yourself: "
            f"apt-get install {wanted.apt}, dnf install {wanted.dnf}"
            + (f", brew install {wanted.brew}" if wanted.brew else "")
        )
    return path


class Node:
    """One process of Node, which answers one call after another: JSON behind its length, and bytes behind that."""

    def __init__(self, *command: str | Path) -> None:
        self._process = subprocess.Popen((program("node"), *command), stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, head: object, *data: bytes) -> None:
        call = json.dumps(head).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"".join([len(call).to_bytes(4, "little"), call, *data]))
        self._process.stdin.flush()

    def text(self) -> bytes:
        """The next JSON of the answer."""
        return self.read(int.from_bytes(self.read(4), "little"))

    def read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        assert len(data) == size, "Node ended"
        return data

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.communicate()


def main() -> int:
    """Install what is missing. Returns 1 if something is still missing."""
    missing = [p for p in PROGRAMS.values() if p.find() is None]
    if missing:
        _install(missing)
        missing = [p for p in missing if p.find() is None]
        for p in missing if len(missing) > 1 else []:
            # If one package is unknown, none of the others is installed with it.
            _install([p])
        missing = [p for p in missing if p.find() is None]
    if any(p.name == "chromium" for p in missing):
        # Ubuntu has Chromium only as a snap, and macOS has none. Playwright brings its own.
        subprocess.run((sys.executable, "-m", "playwright", "install", "chromium"), check=False)
        missing = [p for p in missing if p.find() is None]
    for p in missing:
        print(f"{p.name} is still missing: the tests that need it will fail.", file=sys.stderr)
    return 1 if missing else 0


def _install(missing: list[Program]) -> None:
    names = ", ".join(p.name for p in missing)
    apt = _each_once(p.apt for p in missing)
    dnf = _each_once(p.dnf for p in missing)
    brew = _each_once(p.brew for p in missing)
    subprocess.run((str(_MACHINE), "install", f"{names} (for the tests)", apt, dnf, brew, ""), check=False)


def _each_once(lists: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(package for packages in lists for package in packages.split()))


if __name__ == "__main__":
    sys.exit(main())
