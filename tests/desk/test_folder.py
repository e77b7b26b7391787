"""The folder of the desk: small, plain files that start in real browsers and ask for nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import re
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmdiag_build import __version__
from pmdiag_build.content.model import Tool
from tests.conftest import Built
from tests.desk.browsers import OnScreen, Server, served

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self'; font-src data:; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
FILES = {
    *("index.html", "desk.css", "desk.js", "manifest.json"),
    *("engine.js", "library.js", "pmdiag.js", "python.js", "qpdf.js"),
}
TRY_TO_SEND = """
async address => {
  const tries = {
    fetch: () => fetch(address),
    beacon: () => { if (!navigator.sendBeacon(address, 'x')) throw new Error('refused'); },
    image: () => new Promise((sent, refused) => {
      const image = new Image();
      image.onload = sent; image.onerror = refused; image.src = address;
    }),
    socket: () => new Promise((sent, refused) => {
      const socket = new WebSocket(address.replace('http', 'ws'));
      socket.onopen = sent; socket.onerror = refused;
    }),
    script: () => new Promise((sent, refused) => {
      const script = document.createElement('script');
      script.onload = sent; script.onerror = refused; script.src = address; document.body.append(script);
    }),
    worker: () => new Promise((sent, refused) => {
      const text = `fetch('${address}').then(() => postMessage(1), () => postMessage(0))`;
      const worker = new Worker(URL.createObjectURL(new Blob([text])));
      worker.onmessage = ({data}) => data ? sent() : refused();
      worker.onerror = refused;
    }),
  };
  const sent = [];
  for (const [name, attempt] of Object.entries(tries)) {
    try { await attempt(); sent.push(name); } catch (refused) { /* as it should be */ }
  }
  return sent;
}
"""


@pytest.fixture
def desk(built: Built) -> Path:
    return built.out / "desk"


@pytest.fixture
def server(built: Built) -> Iterator[Server]:
    """The output folder on a server, where the desk is in a sub-folder."""
    with served(built.out) as server:
        yield server


def test_the_folder_is_plain_files_and_small(desk: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in desk.iterdir()}
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in desk.iterdir():
            archive.write(path, path.name)

    assert sizes.keys() == FILES
    assert sum(sizes.values()) <= 12_000_000
    assert len(zipped.getvalue()) <= 8_000_000
    assert (desk.parent / "desk-in-one-file.html").stat().st_size <= 12_000_000


def test_the_manifest_names_every_other_file_with_its_checksum(desk: Path, tool: Tool) -> None:
    manifest = json.loads((desk / "manifest.json").read_text(encoding="utf-8"))

    hashes = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in desk.iterdir() if p.name != "manifest.json"}
    assert manifest["files"] == hashes
    assert (manifest["version"], manifest["edition"]) == (__version__, tool.edition)
    assert re.fullmatch("[0-9a-f]{8}", manifest["fingerprint"])


def test_the_policy_allows_the_pages_own_files_and_no_connection(desk: Path) -> None:
    page = (desk / "index.html").read_text(encoding="utf-8")

    assert re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page) == [
        POLICY.replace("'", "&#39;")
    ]
    assert set(re.findall(r'(?:src|href)="([^#"]*)"', page)) - {"desk.css"} == {
        name for name in FILES if name.endswith(".js")
    } | set(re.findall(r'"(data:image/svg[^"]*)"', page))


@pytest.mark.parametrize("place", ["a disk", "a server", "one file on a disk"])
def test_it_starts_asks_for_nothing_but_its_files_and_sends_nothing(
    built: Built, server: Server, browser: OnScreen, place: str, tmp_path: Path
) -> None:
    one = built.out / "desk-in-one-file.html"
    browser.open(
        {
            "a disk": (built.out / "desk" / "index.html").as_uri(),
            "a server": server.address("desk/index.html"),
            "one file on a disk": one.as_uri(),
        }[place]
    )

    started = browser.call("() => desk.start()")
    line = browser.call(
        """async () => {
          for (const {name, data} of await desk.call('demo')) await desk.call('add', {name, data});
          return (await desk.call('state')).line;
        }"""
    )

    assert started["python"] == "314.0.7"
    assert line == "Returns found: 41 = 40 counted + 0 blank + 1 duplicate + 0 in conflict + 0 set aside"
    assert {path.rpartition("?")[0] or path for path in server.paths} <= {f"/desk/{name}" for name in FILES}
    assert set(browser.asked()) <= {server.address(f"desk/{name}") for name in FILES}
    if place != "a server":
        (tmp_path / "last").touch()
        with served(tmp_path) as another:
            _nothing_can_be_sent(browser, another)


def _nothing_can_be_sent(browser: OnScreen, server: Server) -> None:
    sent = browser.call(TRY_TO_SEND, server.address("taken"))
    with urllib.request.urlopen(server.address("last")) as answer:  # noqa: S310 - a server of this test
        assert answer.status == 200

    # Chromium takes a beacon before it asks the policy, and then does not send it.
    assert sent in ([], ["beacon"])
    assert server.paths == ["/last"]
    assert browser.asked() == []
