"""The preview's web server: serves the preview's files to browsers on this computer only.

It listens on 127.0.0.1 and answers only to that name: a page elsewhere that makes its own name point here
(DNS rebinding) is refused. Only addresses that are exactly those of a file are answered, so that nothing can
be reached by dots, escapes or links.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote

from pmdiag_build.problems import EnvironmentFailed, Fault, PmdiagError
from pmdiag_build.publish.preview.files import EVENTS, PreviewFiles

ADDRESS = "127.0.0.1"

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "pdf": "application/pdf",
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HEARTBEAT = 10.0
_PDF = "packs/"
_PLAIN = "/!$&'()*+,;=:@~"
"""What browsers do not escape in the path of an address, besides letters, digits, dots, hyphens and underscores."""

Pack = Callable[[str], bytes | None]
"""The path of a pack (`packs/ID.pdf`) → its bytes, made on the spot if need be; None if there is no such pack."""


class Server(ThreadingHTTPServer):
    """Serves `files` under http://127.0.0.1:PORT/; `policy` is the site's own content security policy."""

    daemon_threads = True
    # On Windows the option would let two servers share a port, and one of them starve.
    allow_reuse_address = os.name != "nt"
    request_queue_size = 64

    def __init__(self, port: int, files: PreviewFiles, pack: Pack, policy: str) -> None:
        self.files, self.pack = files, pack
        self.policy = f"{policy}; connect-src 'self'; frame-ancestors 'none'"
        try:
            super().__init__((ADDRESS, port), Handler)
        except (OSError, OverflowError) as error:
            what = f"The port can't be used ({getattr(error, 'strerror', None) or error})"
            fix = "Choose another one with --port"
            raise EnvironmentFailed.one(f"{ADDRESS}:{port}", Fault(what, fix)) from error
        self.names = {f"{name}:{self.server_port}" for name in (ADDRESS, "localhost")}
        if self.server_port == 80:
            self.names |= {ADDRESS, "localhost"}

    def start(self) -> None:
        """Serve in a new thread until `stop`."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.03}, daemon=True).start()

    def stop(self) -> None:
        self.files.close()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that disconnect."""


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "pmdiag"
    sys_version = ""
    timeout = 30

    def parse_request(self) -> bool:
        # Here and not in do_GET, so that it applies to every method.
        if not super().parse_request():
            return False
        if self.headers.get_all("Host", []) not in [[name] for name in self.server.names]:
            self._refuse(HTTPStatus.FORBIDDEN, "This preview answers only to its own address on this computer.")
            return False
        if self.command not in ("GET", "HEAD"):
            self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD are answered.")
            return False
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # an unread body must not be taken for the next request
        return True

    def do_GET(self) -> None:
        address, _, query = self.path.partition("?")
        path = unquote(address[1:]) or "index.html"
        # One address for each file: escaped dots and slashes are refused.
        if address[:1] != "/" or quote(path, _PLAIN) != (address[1:] or path):
            self._not_found()
        elif path == EVENTS:
            self._events(query)
        elif path.startswith(_PDF) and path.endswith(".pdf"):
            self._pdf(path)
        elif (raw := self.server.files.get(path)) is not None:
            self._answer(HTTPStatus.OK, _TYPES.get(path.rpartition(".")[2], "application/octet-stream"), raw)
        else:
            self._not_found()

    do_HEAD = do_GET  # noqa: N815

    def _pdf(self, path: str) -> None:
        try:
            raw = self.server.pack(path)
        except PmdiagError as error:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
            return
        if raw is None:
            self._not_found()
        else:
            self._answer(HTTPStatus.OK, _TYPES["pdf"], raw)

    def _events(self, query: str) -> None:
        """Send one event when the page has changed; until then comments, to notice a closed connection."""
        asked = parse_qs(query)
        path, mark = asked.get("path", [""])[0], asked.get("mark", [""])[0]
        self.close_connection = True
        self._head(HTTPStatus.OK, "text/event-stream", {"Connection": "close"})
        if self.command == "HEAD":
            return
        try:
            self.wfile.write(b"retry: 500\n\n")
            while not self.server.files.closed:
                if self.server.files.wait(path, mark, _HEARTBEAT):
                    self.wfile.write(b"event: reload\ndata: \n\n")
                    return
                self.wfile.write(b": still here\n\n")
        except OSError:
            return

    def _not_found(self) -> None:
        self._refuse(HTTPStatus.NOT_FOUND, "There is no such page.")

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        self.close_connection = True
        self._answer(status, _TYPES["txt"], f"{text}\n".encode())

    def _answer(self, status: HTTPStatus, kind: str, raw: bytes) -> None:
        headers = {"Content-Length": str(len(raw))}
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = "GET, HEAD"
        if self.close_connection:
            headers["Connection"] = "close"
        self._head(status, kind, headers)
        if self.command != "HEAD":
            self.wfile.write(raw)

    def _head(self, status: HTTPStatus, kind: str, more: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **_HEADERS, **more}.items():
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what the library refuses (a broken request) in the same way as what we refuse."""
        self.command = getattr(self, "command", None) or "GET"
        self._refuse(HTTPStatus(code), message or HTTPStatus(code).phrase)

    def log_message(self, format: str, *args: object) -> None:
        """Log no requests."""
