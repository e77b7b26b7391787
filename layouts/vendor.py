"""Fetches what the layouts take from the npm registry: styles, search, fonts, and Python for the desk. No build does.

`make vendor`: `npm ci` installs exactly what layouts/vendor/package-lock.json pins and checks its sha512 checksums. The
files taken are written to layouts/vendor and layouts/fonts, and VENDOR.json there records where each came from.

`vendor.py --desk`, which `make` runs once: gets the two packages of the desk that VENDOR.json pins under "desk", checks
their sha512, and writes layouts/desk/vendor, which is not in the repository. It needs no npm. To take a newer version,
write it and its checksum (`npm view NAME@VERSION dist.integrity`) into VENDOR.json and run `make vendor`.

`vendor.py --check` says whether the files on disk are still the recorded ones; it needs neither npm nor a network.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

LAYOUTS = Path(__file__).resolve().parent
VENDOR = LAYOUTS / "vendor"
RECORD = VENDOR / "VENDOR.json"

FONT = "@expo-google-fonts/atkinson-hyperlegible-next"
WEIGHTS = {"Regular": "400Regular", "Italic": "400Regular_Italic", "SemiBold": "600SemiBold", "Bold": "700Bold"}
LICENCES = {FONT: "OFL-1.1", "govuk-frontend": "MIT", "minisearch": "MIT"}


DESK = LAYOUTS / "desk" / "vendor"
_REGISTRY = "https://registry.npmjs.org"
_SAFE = re.compile(r"[a-z0-9@/.-]+")
DESK_FILES = {
    "pyodide": {
        f"pyodide/{name}": name
        for name in (
            "package.json",
            "pyodide-lock.json",
            "pyodide.asm.mjs",
            "pyodide.asm.wasm",
            "pyodide.js",
            "pyodide.mjs",
            "python_stdlib.zip",
        )
    },
    "@neslinesli93/qpdf-wasm": {"qpdf/qpdf.js": "dist/qpdf.js", "qpdf/qpdf.wasm": "dist/qpdf.wasm"},
}
"""Package → file in layouts/desk/vendor → file in the package."""

DATA = {
    "python.js": ("pyodide.asm.wasm", "pyodide/pyodide.asm.wasm"),
    "library.js": ("python_stdlib.zip", "pyodide/python_stdlib.zip"),
    "qpdf.js": ("qpdf.wasm", "qpdf/qpdf.wasm"),
}
"""What a build copies to the desk as it is: file → name of the data in it, and where that comes from."""
SCRIPTS = ("pyodide-script.js", "qpdf-script.js")
"""What a build puts into the script of the desk's worker."""
_GIVEN_TO_QPDF = "console, WebAssembly, Uint8Array, fetch, process, document, window, define"
_MAKER = "vendor.py"
READY = "ready.json"
"""In layouts/desk/vendor: sha256 of each file that a build takes, and of this program that made them."""

_NOT_LOADED = "self.importScripts = () => { throw new Error('No scripts are loaded here'); };"
"""Pyodide refuses to start in a worker that can load scripts: it wants to be a module there, which no worker of a page
from a disk can be."""


def main() -> int:
    """Fetch and record, or with `--check` compare; exit code 1 if a file differs from its record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare the files on disk with their record")
    parser.add_argument("--desk", action="store_true", help="fetch only what the desk needs, if it is not there yet")
    asked = parser.parse_args()
    if asked.check:
        changed = changed_files() + changed_files("desk")
        for name in changed:
            way = "python layouts/vendor.py --desk" if name.startswith("desk/") else "make vendor"
            print(f"layouts/{name}: not the recorded file. Run {way}.", file=sys.stderr)
        return 1 if changed else 0
    if asked.desk:
        return fetch_desk()
    with tempfile.TemporaryDirectory() as folder:
        modules = install(Path(folder))
        files = {**govuk(modules), **minisearch(modules), **fonts(modules)}
        for name, (_, data) in files.items():
            target = LAYOUTS / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
    originals = desk_originals()
    _write_desk(originals)
    pinned = _recorded("desk")
    for package in pinned:
        names = DESK_FILES[package["name"]]
        package["files"] = {f"desk/vendor/{name}": _sha256(originals[name]) for name in names}
    RECORD.write_text(json.dumps(record(files) | {"desk": pinned}, indent=2) + "\n", encoding="utf-8")
    print(f"{len(files) + len(originals)} files written; recorded in {RECORD.relative_to(LAYOUTS.parent)}")
    return 0


def changed_files(part: str = "packages") -> list[str]:
    """Names, relative to layouts/, of recorded files that are missing or differ from their recorded sha256. `part` of
    the record: `packages`, which are in the repository, or `desk`, with what is made from its files."""
    recorded = {name: sha for package in _recorded(part) for name, sha in package["files"].items()}
    changed = [name for name, sha in recorded.items() if not _is(LAYOUTS / name, sha)]
    return changed + _stale_data() if part == "desk" else changed


def _recorded(part: str) -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = json.loads(RECORD.read_text(encoding="utf-8"))[part]
    return packages


# ---- the desk: Python and qpdf for the browser, too large for the repository


def fetch_desk() -> int:
    """Fill layouts/desk/vendor if its files are not all there as recorded; exit code 1 if they can't be fetched."""
    if not changed_files("desk"):
        (DESK / READY).touch()  # make compares times
        return 0
    recorded = {name: sha for package in _recorded("desk") for name, sha in package["files"].items()}
    try:
        originals = desk_originals()
        wrong = [name for name, data in originals.items() if _sha256(data) != recorded[f"desk/vendor/{name}"]]
        if wrong:
            raise ValueError(f"{wrong[0]} is not the recorded file")
        _write_desk(originals)
    except (OSError, ValueError, subprocess.CalledProcessError, tarfile.TarError) as error:
        again = "Check the connection, then type: python layouts/vendor.py --desk"
        print(f"layouts/desk/vendor: what the desk needs can't be fetched ({error}). {again}", file=sys.stderr)
        return 1
    print(f"Python for the desk is in {DESK.relative_to(LAYOUTS.parent)}")
    return 0


def desk_originals() -> dict[str, bytes]:
    """The files of the pinned packages by their names in layouts/desk/vendor."""
    files: dict[str, bytes] = {}
    for package in _recorded("desk"):
        archive = _archive(package["name"], package["version"])
        digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
        if f"sha512-{digest}" != package["integrity"]:
            raise ValueError(f"{package['name']} {package['version']} has another checksum than the pinned one")
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for ours, theirs in DESK_FILES[package["name"]].items():
                held = tar.extractfile(f"package/{theirs}")
                if held is None:
                    raise ValueError(f"{package['name']} {package['version']} has no file {theirs}")
                files[ours] = held.read()
    return files


def _archive(name: str, version: str) -> bytes:
    """A package as the registry has it. npm fetches it where there is one, since it knows proxies and mirrors."""
    if not _SAFE.fullmatch(name + version):
        raise ValueError(f"{name}@{version} is no name of a package")
    npm = shutil.which("npm")
    with tempfile.TemporaryDirectory() as folder:
        if npm is not None:
            done = subprocess.run(
                (npm, "pack", "--silent", f"{name}@{version}"), cwd=folder, capture_output=True, check=False
            )
            found = [*Path(folder).glob("*.tgz")]
            if done.returncode == 0 and found:
                return found[0].read_bytes()
    registry = os.environ.get("npm_config_registry") or os.environ.get("NPM_CONFIG_REGISTRY") or _REGISTRY  # noqa: SIM112 - npm reads both
    url = f"{registry.rstrip('/')}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    if not url.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError(f"{url} is no https address")
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - its beginning was checked
        data: bytes = answer.read()
    return data


def _write_desk(originals: dict[str, bytes]) -> None:
    """Write layouts/desk/vendor whole: the originals, and what a build copies."""
    made = ready_files(originals)
    new = DESK.with_name("vendor-new")
    shutil.rmtree(new, ignore_errors=True)
    for name, data in {**originals, **made}.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_bytes(data)
    hashes = {name: _sha256(data) for name, data in made.items()} | {_MAKER: _sha256(Path(__file__).read_bytes())}
    (new / READY).write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(DESK, ignore_errors=True)
    new.rename(DESK)


def ready_files(originals: dict[str, bytes]) -> dict[str, bytes]:
    """What a build takes: data as scripts that a page loads, and Pyodide's and qpdf's scripts for the worker."""
    data = {name: originals[source] for _, (name, source) in DATA.items()}
    data["python_stdlib.zip"] = _stored(data["python_stdlib.zip"])
    files = {file: put(name, data[name]) for file, (name, _) in DATA.items()}
    return {**files, **dict(zip(SCRIPTS, _scripts(originals), strict=True))}


def put(name: str, data: bytes) -> bytes:
    """The script that hands over `data` to `desk.put`, gzipped and as base64."""
    return f'desk.put("{name}.gz", "{base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()}");\n'.encode()


def _stored(archive: bytes) -> bytes:
    """The same ZIP without compression: gzipped as a whole it is smaller."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist()):
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name))
    return out.getvalue()


def _scripts(originals: dict[str, bytes]) -> tuple[bytes, bytes]:
    return _pyodide_script(originals), qpdf_script(originals["qpdf/qpdf.js"].decode()).encode()


def _pyodide_script(originals: dict[str, bytes]) -> bytes:
    """Pyodide as a plain script."""
    asm = originals["pyodide/pyodide.asm.mjs"].decode()
    asm = _replaced(asm, r"import\.meta\.url", '"https://desk.invalid/pyodide.asm.mjs"', 3)
    ending = "self.createPyodideModule = _createPyodideModule;"
    asm = _replaced(asm, "export default _createPyodideModule;", ending, 1)
    loader = _replaced(originals["pyodide/pyodide.js"].decode(), "//# sourceMappingURL=.*", "", 1)
    return "\n".join((_NOT_LOADED, asm, loader, "")).encode()


def qpdf_script(script: str) -> str:
    """qpdf's own script as a function of what it would look for, which layouts/desk/qpdf.js gives it.

    Nothing in it waits any more: Python waits for qpdf, so that an instance must be there at once.
    """
    script = _replaced(_replaced(script, r"\basync\b", "", 8), r"\bawait\b", "", 7)
    before = (
        f"self.createQpdf = ({{{_GIVEN_TO_QPDF}}}) => {{ const module = {{exports: {{}}}}, exports = module.exports;"
    )
    return "\n".join((before, script, "return Module; };", ""))


def _replaced(text: str, pattern: str, new: str, times: int) -> str:
    text, found = re.subn(pattern, lambda _: new, text)
    if found != times:
        raise ValueError(f"{pattern} is in the new script {found} times, not {times}: look at what has changed in it")
    return text


def _stale_data() -> list[str]:
    """Names of files for the desk that are not what was made from the originals."""
    try:
        hashes: dict[str, str] = json.loads((DESK / READY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        hashes = {}
    names = (*DATA, *SCRIPTS)
    if not _is(Path(__file__), hashes.get(_MAKER, "")):
        return [f"desk/vendor/{name}" for name in names]
    return [f"desk/vendor/{name}" for name in names if not _is(DESK / name, hashes.get(name, ""))]


# ---- styles, search and fonts, which are in the repository


def install(folder: Path) -> Path:
    """Install the pinned packages into `folder` without running any of their scripts; returns node_modules."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(VENDOR / name, folder)
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
    return folder / "node_modules"


Files = dict[str, tuple[str, bytes]]
"""Target relative to layouts/ → (package, bytes)."""


def govuk(modules: Path) -> Files:
    """The components named in govuk.scss, compiled; refuses a style sheet that would fetch anything."""
    sass = modules / ".bin" / "sass"
    options = ("--no-source-map", "--style=compressed", f"--load-path={modules / 'govuk-frontend' / 'dist'}")
    css = _run(str(sass), *options, str(VENDOR / "govuk.scss"), cwd=modules)
    for forbidden in (b"url(", b"@import", b"GDS Transport", b"crest"):
        if forbidden in css:
            raise SystemExit(f"govuk.scss: the compiled style sheet holds {forbidden.decode()!r}. Leave that part out.")
    licence = VENDOR / "govuk-frontend.LICENSE.txt"  # the package holds none; this is that of its repository
    return {
        "vendor/govuk-frontend.css": ("govuk-frontend", css),
        f"vendor/{licence.name}": ("govuk-frontend", licence.read_bytes()),
    }


def minisearch(modules: Path) -> Files:
    """The UMD build, without its pointer to a source map that is not shipped."""
    package = modules / "minisearch"
    script = (package / "dist" / "umd" / "index.js").read_bytes()
    script = script.replace(b"//# sourceMappingURL=index.js.map", b"").rstrip() + b"\n"
    licence = (package / "LICENSE.txt").read_bytes()
    return {
        "vendor/minisearch.js": ("minisearch", script),
        "vendor/minisearch.LICENSE.txt": ("minisearch", licence),
    }


def fonts(modules: Path) -> Files:
    """TrueType files for paper as they are, the same as WOFF2 for the web."""
    package = modules / FONT
    files: Files = {"fonts/OFL.txt": (FONT, (package / "LICENSE_FONT").read_bytes())}
    for ours, theirs in WEIGHTS.items():
        name = f"AtkinsonHyperlegibleNext-{ours}"
        ttf = (package / theirs / f"AtkinsonHyperlegibleNext_{theirs}.ttf").read_bytes()
        files[f"fonts/{name}.ttf"] = (FONT, ttf)
        files[f"fonts/{name}.woff2"] = (FONT, woff2(ttf))
    return files


def woff2(ttf: bytes) -> bytes:
    """The same font, compressed; the same bytes whenever it is made."""
    from fontTools.ttLib import TTFont  # the build never needs it

    font = TTFont(io.BytesIO(ttf), recalcTimestamp=False)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def record(files: Files) -> dict[str, object]:
    """What VENDOR.json holds: each package with version, sha512 of its archive, licence and sha256 of its files."""
    locked = json.loads((VENDOR / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {
        "made_by": "layouts/vendor.py",
        "packages": [
            {
                "name": name,
                "registry": "npm",
                "version": locked[f"node_modules/{name}"]["version"],
                "integrity": locked[f"node_modules/{name}"]["integrity"],
                "licence": licence,
                "files": {target: _sha256(data) for target, (package, data) in files.items() if package == name},
            }
            for name, licence in LICENCES.items()
        ],
    }


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and _sha256(path.read_bytes()) == sha256


def _run(*command: str, cwd: Path) -> bytes:
    program = shutil.which(command[0])
    if not program:
        raise SystemExit(f"{command[0]}: not found. Install Node.js with npm, then run make vendor again.")
    done = subprocess.run((program, *command[1:]), cwd=cwd, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode(errors="replace"))
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
