"""Fetches what the layouts take from the npm registry: styles, search, fonts. Run by `make vendor`, never by a build.

`npm ci` installs exactly what layouts/vendor/package-lock.json pins and checks its sha512 checksums. The files taken
are written to layouts/vendor and layouts/fonts, and layouts/vendor/VENDOR.json records where each came from.
`vendor.py --check` says whether the files on disk are still the recorded ones; it needs neither npm nor a network.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LAYOUTS = Path(__file__).resolve().parent
VENDOR = LAYOUTS / "vendor"
RECORD = VENDOR / "VENDOR.json"

FONT = "@expo-google-fonts/atkinson-hyperlegible-next"
WEIGHTS = {"Regular": "400Regular", "Italic": "400Regular_Italic", "SemiBold": "600SemiBold", "Bold": "700Bold"}
LICENCES = {FONT: "OFL-1.1", "govuk-frontend": "MIT", "minisearch": "MIT"}


def main() -> int:
    """Fetch and record, or with `--check` compare; exit code 1 if a file differs from its record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare the files on disk with their record")
    if parser.parse_args().check:
        changed = changed_files()
        for name in changed:
            print(f"layouts/{name}: not the recorded file. Run make vendor.", file=sys.stderr)
        return 1 if changed else 0
    with tempfile.TemporaryDirectory() as folder:
        modules = install(Path(folder))
        files = {**govuk(modules), **minisearch(modules), **fonts(modules)}
        for name, (_, data) in files.items():
            target = LAYOUTS / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
        RECORD.write_text(json.dumps(record(files), indent=2) + "\n", encoding="utf-8")
    print(f"{len(files)} files written; recorded in {RECORD.relative_to(LAYOUTS.parent)}")
    return 0


def changed_files() -> list[str]:
    """Names, relative to layouts/, of recorded files that are missing or differ from their recorded sha256."""
    packages = json.loads(RECORD.read_text(encoding="utf-8"))["packages"]
    recorded = {name: sha for package in packages for name, sha in package["files"].items()}
    return [name for name, sha in recorded.items() if not _is(LAYOUTS / name, sha)]


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
