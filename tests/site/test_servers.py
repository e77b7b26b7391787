"""What “Hosting this site” says of servers: Apache and nginx run it word for word, and IIS could."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import re
import socket
import subprocess
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from pmdiag_build.publish.site.pages import PackFacts
from pmdiag_build.resources import CONTENT, LAYOUTS
from tests.conftest import require
from tests.project import asset
from tests.site.conftest import write
from tests.waiting import until

PAGE = (CONTENT / "guide" / "hosting.md").read_text(encoding="utf-8")
TYPES = {
    "text/html": "html", "text/css": "css", "text/plain": "txt", "application/pdf": "pdf", "image/png": "png",
    "application/javascript": "js", "application/json": "json", "image/svg+xml": "svg", "font/woff2": "woff2",
}  # fmt: skip
"""Those that come with every server."""
APACHE_MODULES = ("mpm_event", "unixd", "authz_core", "dir", "alias", "mime", "filter", "deflate", "headers")
APACHE_PLACES = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/opt/homebrew/lib/httpd/modules")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Host:
    """A server that has the site at /review/."""

    port: int
    files: Mapping[str, bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        got = Answer(answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read())
        connection.close()
        return got

    def asset(self, name: str, **headers: str) -> Answer:
        return self.get(f"/review/{asset(self.files, name)}", **headers)


def on_the_page(heading: str, www: Path) -> str:
    """The configuration under a heading of the page, with this folder in place of the one named there."""
    text = PAGE.split(f"\n## {heading}\n")[1].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("    ")]
    return textwrap.dedent("\n".join(lines)).replace("/srv/www", str(www))


def apache(folder: Path, port: int) -> list[str]:
    modules = next(Path(place) for place in APACHE_PLACES if Path(place).is_dir())
    lines = [f"ServerRoot {folder}", f"DefaultRuntimeDir {folder}", f"PidFile {folder}/pid", "ServerName 127.0.0.1"]
    lines += [f"Listen 127.0.0.1:{port}", f"ErrorLog {folder}/errors", f"TypesConfig {folder}/types"]
    for name in APACHE_MODULES:
        if (modules / f"mod_{name}.so").is_file():  # some are part of the program itself
            lines.append(f"LoadModule {name}_module {modules}/mod_{name}.so")
    lines += ["User nobody"] if os.geteuid() == 0 else []
    (folder / "types").write_text("\n".join(" ".join(kind) for kind in TYPES.items()))
    (folder / "conf").write_text("\n".join([*lines, on_the_page("Apache", folder / "www"), ""]))
    return [require("apache"), "-f", f"{folder}/conf", "-D", "FOREGROUND"]


def nginx(folder: Path, port: int) -> list[str]:
    http = [f"{name}_temp_path {folder}/{name};" for name in TEMPORARY]
    http += ["types {", *(f"{kind} {ending};" for kind, ending in TYPES.items()), "}", "access_log off;"]
    http += [f"server {{ listen 127.0.0.1:{port};", on_the_page("nginx", folder / "www"), "}"]
    lines = ["user root;"] if os.geteuid() == 0 else []
    lines += ["daemon off;", f"pid {folder}/pid;", "events {}", "http {", *http, "}", ""]
    (folder / "conf").write_text("\n".join(lines))
    return [require("nginx"), "-e", f"{folder}/errors", "-c", f"{folder}/conf"]


@pytest.fixture(scope="module", params=[apache, nginx], ids=lambda server: server.__name__)
def host(request: pytest.FixtureRequest, files: Mapping[str, bytes], facts: Mapping[str, PackFacts]) -> Iterator[Host]:
    # Not in a folder of pytest's: those only their owner can read, and Apache's workers are somebody else.
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        served = {**files, **{f"packs/{id}.pdf": b"%PDF-1.7\n" * 1000 for id in facts}}
        write(folder / "www" / "review", served)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = request.param(folder, port)
        process = stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        stack.callback(process.terminate)
        until(lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        yield Host(port, served)


def answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def said(answer: Answer) -> tuple[str | None, ...]:
    names = ("content-security-policy", "x-content-type-options", "referrer-policy")
    return tuple(answer.headers.get(name) for name in names)


GUARDED = ("frame-ancestors 'none'", "nosniff", "no-referrer")


@pytest.mark.slow
def test_every_kind_of_file_has_its_type_and_the_headers(host: Host) -> None:
    kinds = {
        "text/html; charset=utf-8": [host.get("/review/"), host.get("/review/index.html")],
        "text/css; charset=utf-8": [host.asset("site.css")],
        "text/plain; charset=utf-8": [host.asset("licences.txt")],
        "image/svg+xml": [host.asset("icon.svg")],
        "font/woff2": [host.asset("fonts/AtkinsonHyperlegibleNext-Bold.woff2")],
        "application/pdf": [host.get("/review/packs/interview.pdf")],
    }
    script = host.asset("answers.js")

    for kind, got in kinds.items():
        assert [(200, kind)] * len(got) == [(answer.status, answer.headers["content-type"]) for answer in got]
        assert [GUARDED] * len(got) == [said(answer) for answer in got]
    assert re.fullmatch(r"(text|application)/javascript; charset=utf-8", script.headers["content-type"])
    assert GUARDED == said(script)
    assert host.get("/review").headers["location"].removeprefix(host.address).endswith("/review/")


@pytest.mark.slow
def test_assets_are_kept_and_all_else_is_asked_for_again(host: Host) -> None:
    page, style = host.get("/review/index.html"), host.asset("site.css")
    again = host.get("/review/index.html", If_None_Match=page.headers["etag"])

    assert "public, max-age=31536000, immutable" == style.headers["cache-control"]
    assert {"no-cache"} == {
        answer.headers["cache-control"]
        for answer in (page, again, host.get("/review/packs/interview.pdf"), host.get("/review/none.html"))
    }
    assert (304, b"") == (again.status, again.body)
    # What is not there today may be there tomorrow.
    assert "max-age" not in host.get("/review/assets/none.js").headers.get("cache-control", "")


@pytest.mark.slow
def test_texts_travel_packed_and_nothing_else_does(host: Host) -> None:
    texts = [(f"/review/{path}", raw) for path, raw in host.files.items() if path.endswith((".html", ".css", ".js"))]
    small = 0
    for path, raw in texts:
        got = host.get(path, Accept_Encoding="gzip")
        assert ("gzip", raw) == (got.headers["content-encoding"], gzip.decompress(got.body))
        small += len(got.body)

    assert small < sum(len(raw) for _, raw in texts) / 3
    for other in ("packs/interview.pdf", asset(host.files, "fonts/AtkinsonHyperlegibleNext-Bold.woff2")):
        assert "content-encoding" not in host.get(f"/review/{other}", Accept_Encoding="gzip").headers


@pytest.mark.slow
def test_what_is_not_there_gets_the_page_that_says_so_at_any_depth(host: Host) -> None:
    for path in ("none.html", "a/b/c/d.html", "assets/none.js", "packs/none.pdf"):
        got = host.get(f"/review/{path}")
        assert (404, host.files["404.html"], GUARDED) == (got.status, got.body, said(got)), path
    assert {403, 404} >= {host.get(f"/review/{folder}/").status for folder in ("assets", "packs")}


@pytest.mark.slow
def test_the_page_that_says_so_leads_home(host: Host, site: Path, chromium_browser: Browser) -> None:
    with contextlib.closing(chromium_browser.new_context(viewport={"width": 390, "height": 800})) as context:
        page = context.new_page()
        page.goto(f"{host.address}/review/a/b/c%20d/none.html?x#y")
        page.get_by_role("link", name="Home page").wait_for()
        links = page.eval_on_selector_all("#ways a", "links => links.map(link => link.href)")
        colour = page.eval_on_selector("header", "element => getComputedStyle(element).backgroundColor")

        assert [f"{host.address}/review/index.html", f"{host.address}/review/search.html"] == links
        assert "rgb(23, 80, 92)" == colour
        page.get_by_role("link", name="Home page").click()
        page.wait_for_url("**/review/index.html")
        page.goto((site / "404.html").as_uri())
        page.get_by_role("link", name="Search this site").click()
        page.wait_for_url((site / "search.html").as_uri())


# ---- web.config, by what Microsoft documents of <system.webServer> (learn.microsoft.com/iis/configuration): which
# elements may be in which, which attributes they may and must have, and which values.

_MODE, _SWITCH, _STATUS = "NoControl|DisableCache|UseMaxAge|UseExpires", "true|false", r"[4-9]\d\d"
_NAME = r"[!-~]+"
DOCUMENTED: Mapping[str, tuple[Mapping[str, str], tuple[str, ...], tuple[str, ...]]] = {
    # element: attributes and their values, those that are needed, elements within
    "configuration": ({}, (), ("system.webServer", "location")),
    "location": ({"path": r"[\w/.-]+", "overrideMode": "Inherit|Allow|Deny"}, ("path",), ("system.webServer",)),
    "system.webServer": (
        {},
        (),
        ("defaultDocument", "directoryBrowse", "staticContent", "httpProtocol", "httpErrors", "urlCompression"),
    ),
    "defaultDocument": ({"enabled": _SWITCH}, (), ("files",)),
    "files": ({}, (), ("clear", "add", "remove")),
    "files/add": ({"value": _NAME}, ("value",), ()),
    "directoryBrowse": ({"enabled": _SWITCH, "showFlags": ".*"}, (), ()),
    "staticContent": ({"enableDocFooter": _SWITCH}, (), ("clientCache", "mimeMap", "remove", "clear")),
    "clientCache": (
        {"cacheControlMode": _MODE, "cacheControlMaxAge": r"(\d+\.)?\d\d:\d\d:\d\d", "cacheControlCustom": ".+"},
        (),
        (),
    ),
    "mimeMap": (
        {"fileExtension": r"\.\w+", "mimeType": r"[a-z]+/[a-z0-9.+-]+(; charset=utf-8)?"},
        ("fileExtension", "mimeType"),
        (),
    ),
    "staticContent/remove": ({"fileExtension": r"\.\w+"}, ("fileExtension",), ()),
    "httpProtocol": ({"allowKeepAlive": _SWITCH}, (), ("customHeaders", "redirectHeaders")),
    "customHeaders": ({}, (), ("add", "remove", "clear")),
    "customHeaders/add": ({"name": _NAME, "value": ".+"}, ("name",), ()),
    "customHeaders/remove": ({"name": _NAME}, ("name",), ()),
    "httpErrors": (
        {"errorMode": "DetailedLocalOnly|Custom|Detailed", "existingResponse": "Auto|Replace|PassThrough"},
        (),
        ("error", "remove", "clear"),
    ),
    "error": (
        {
            "statusCode": _STATUS, "subStatusCode": r"-1|\d+", "path": r"[\w.-]+", "prefixLanguageFilePath": ".*",
            "responseMode": "File|ExecuteURL|Redirect",
        },
        ("statusCode", "path"),
        (),
    ),
    "httpErrors/remove": ({"statusCode": _STATUS, "subStatusCode": r"-1|\d+"}, ("statusCode",), ()),
    "urlCompression": (dict.fromkeys(("doStaticCompression", "doDynamicCompression"), _SWITCH), (), ()),
    "clear": ({}, (), ()),
}  # fmt: skip


def undocumented(element: ElementTree.Element, above: str = "") -> Iterator[str]:
    """What in a web.config IIS would answer with error 500.19."""
    attributes, needed, within = DOCUMENTED.get(f"{above}/{element.tag}") or DOCUMENTED.get(element.tag) or ({}, (), ())
    for name, value in element.items():
        if name not in attributes or not re.fullmatch(attributes[name], value):
            yield f"{element.tag}: {name}={value}"
    yield from (f"{element.tag}: no {name}" for name in needed if element.get(name) is None)
    there = set[tuple[str, ...]]()
    once = [child.tag for child in element if child.tag not in ("add", "remove", "mimeMap", "error", "location")]
    yield from (f"{element.tag}: {tag} twice" for tag in set(once) if once.count(tag) > 1)
    for child in element:
        if child.tag not in within or (child.text or "").strip() or (child.tail or "").strip():
            yield f"{element.tag}: {child.tag}"
        key = (child.get("name") or child.get("fileExtension") or child.get("statusCode") or "",)
        # A collection that has an entry already, from the server or from above, takes no second one.
        if child.tag in ("mimeMap", "error") or (child.tag, element.tag) == ("add", "customHeaders"):
            yield from () if key in there else (f"{element.tag}: {key[0]} may be there already",)
            there.discard(key)
        elif child.tag == "remove":
            there.add(key)
        yield from undocumented(child, element.tag)


def test_iis_could_read_its_file_and_it_says_what_the_others_say(files: Mapping[str, bytes]) -> None:
    root = ElementTree.fromstring(files["web.config"])  # noqa: S314 - ours
    headers = {add.get("name"): add.get("value") for add in root.iterfind(".//customHeaders/add")}
    types = {kind.get("fileExtension"): kind.get("mimeType") for kind in root.iterfind(".//mimeMap")}
    caches = [cache.get("cacheControlMode") for cache in root.iter("clientCache")]

    assert "configuration" == root.tag
    assert [] == list(undocumented(root))
    assert GUARDED == tuple(headers.values())
    assert {Path(name).suffix for name in files} - {".config"} <= set(types)
    assert (types[".js"], types[".css"]) == ("text/javascript; charset=utf-8", "text/css; charset=utf-8")
    assert ["DisableCache", "UseMaxAge"] == caches
    assert "404.html" == next(root.iter("error")).get("path")
    assert (LAYOUTS / "hosting" / "web.config").read_bytes() == files["web.config"]


def test_no_line_of_a_configuration_is_broken_on_a_wide_screen() -> None:
    assert [] == [line for line in PAGE.splitlines() if line.startswith("    ") and len(line) > 4 + 56]


def test_page_says_what_each_file_beside_the_pages_is_for(files: Mapping[str, bytes]) -> None:
    beside = {name.split("/")[0] for name in files if "/" in name or not name.endswith(".html")}
    table = PAGE.partition("## What is in the folder")[2].partition("\n## ")[0]

    named = set(re.findall(r"`([^`]+)`", "".join(line.split("|")[1] for line in table.splitlines() if "|" in line)))

    assert {*beside, "packs", "manifest.json", "404.html", "index.html", ".html"} == named


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("cacheControlMode", "cacheControlmode"),
        ("UseMaxAge", "useMaxAge"),
        ('<remove fileExtension=".js" />', ""),
        ('<remove name="Referrer-Policy" />', ""),
        ('<remove statusCode="404" subStatusCode="-1" />', ""),
        ("<directoryBrowse", "<urlCompression /><directoryBrowse"),
        ("httpErrors", "httpError"),
        (' path="404.html"', ""),
    ],
)
def test_a_mistake_in_the_file_for_iis_would_be_found(right: str, wrong: str) -> None:
    text = (LAYOUTS / "hosting" / "web.config").read_text(encoding="utf-8").partition("?>")[2]

    assert right in text
    assert list(undocumented(ElementTree.fromstring(text.replace(right, wrong))))  # noqa: S314 - ours
