"""The preview's web server: who gets which answers, and how a browser learns of a change."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Iterator

import pytest

from pmdiag_build.problems import ContentWrong, EnvironmentFailed, Fault, Location, Problem
from pmdiag_build.publish.preview.files import PreviewFiles, Trouble
from pmdiag_build.publish.preview.server import Server
from pmdiag_build.publish.site import POLICY
from pmdiag_build.rendering.templates import environment
from pmdiag_build.resources import LAYOUTS
from tests.waiting import until

PAGE = (
    b'<html><head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    b'<link rel="stylesheet" href="assets/site.css"></head><body class="x"><p>%s</p></body></html>'
)

FILES = {
    "index.html": PAGE % b"home",
    "features.html": PAGE % b"features",
    "assets/site.css": b"a {}",
    "assets/images/a picture (1).png": b"png",
}
WRONG = Problem(Location("guide/a.md", 7), Fault("There is <b>no</b> page “x”", "Did you mean “y”?"))


def pack(path: str) -> bytes | None:
    if path == "packs/broken.pdf":
        raise ContentWrong([WRONG])
    return b"%PDF" if path == "packs/interview.pdf" else None


@pytest.fixture
def server() -> Iterator[Server]:
    files = PreviewFiles(environment(), lambda name: (LAYOUTS / name).read_bytes())
    files.put(FILES)
    server = Server(0, files, pack, POLICY)
    server.start()
    yield server
    server.stop()


class Answer:
    """What came back from the server."""

    def __init__(self, server: Server, path: str, method: str = "GET", **headers: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            got = connection.getresponse()
            self.status, self.headers, self.body = got.status, got.headers, got.read()
        finally:
            connection.close()


def raw(server: Server, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_port)) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def events(server: Server, page: str) -> str:
    """The address at which a page, as it was just loaded, waits for a change."""
    found = re.search(rb'data-events="([^"]+)"', Answer(server, page).body)
    assert found is not None
    return found[1].decode().replace("&amp;", "&")


class Waiting(threading.Thread):
    """A browser that shows a page and waits."""

    def __init__(self, server: Server, page: str) -> None:
        super().__init__(daemon=True)
        self._connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        self._connection.request("GET", events(server, page))
        self._answer = self._connection.getresponse()
        self.first = self._answer.readline()
        self.told = b""
        self.start()

    def run(self) -> None:
        self.told = self._answer.read()
        self._connection.close()


def test_it_listens_on_this_computer_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_page_comes_with_the_headers_that_keep_it_to_itself(server: Server) -> None:
    answer = Answer(server, "/features.html")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Content-Security-Policy"] == f"{POLICY}; connect-src 'self'; frame-ancestors 'none'"
    assert b"<p>features</p>" in answer.body
    # The element would forbid the connection that waits for changes.
    assert b"http-equiv" not in answer.body


def test_the_root_is_the_home_page_and_files_have_types(server: Server) -> None:
    assert b"<p>home</p>" in Answer(server, "/").body
    assert Answer(server, "/assets/site.css").headers["Content-Type"] == "text/css; charset=utf-8"
    assert Answer(server, "/features.html?q=1").status == 200
    assert Answer(server, "/assets/images/a%20picture%20(1).png").body == b"png"


@pytest.mark.parametrize(
    "host", ["example.org", "127.0.0.1.example.org", "127.0.0.1", "localhost:1", "[::1]", "", "0.0.0.0:{port}"]
)
def test_a_foreign_host_is_always_refused(server: Server, host: str) -> None:
    name = host.format(port=server.server_port)

    for method, path in (("GET", "/"), ("GET", "/nothing"), ("POST", "/"), ("GET", "/.pmdiag/events?path=index.html")):
        assert Answer(server, path, method, Host=name).status == 403


def test_no_host_and_two_hosts_are_refused(server: Server) -> None:
    own = f"127.0.0.1:{server.server_port}".encode()

    assert raw(server, b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 403 ")
    assert raw(server, b"GET / HTTP/1.1\r\nHost: %s\r\nHost: evil.example\r\n\r\n" % own).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_its_own_names_are_answered(server: Server, name: str) -> None:
    assert Answer(server, "/", Host=f"{name}:{server.server_port}").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.html",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%2E%2E%2Fetc%2Fpasswd",
        "/..%2f..%2fetc/passwd",
        "/..%5c..%5cwindows",
        "/assets%2fsite.css",
        "/assets/../index.html",
        "/./index.html",
        "/index%2ehtml",
        "/index.html%00",
        "/%00",
        "/index.html/",
        "//nothing.html",
        "//etc/passwd",
        "/assets/",
        "/assets",
        "/%zz",
        "/%ff%fe",
        "/packs/none.pdf",
        "/packs/../index.pdf",
        "/packs/%69nterview.pdf",
        "/.pmdiag.json",
        "/.pmdiag/",
        "/.pmdiag/../index.html",
    ],
)
def test_any_address_that_is_not_exactly_a_file_is_not_found(server: Server, path: str) -> None:
    answer = Answer(server, path)

    assert answer.status == 404
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.body == b"There is no such page.\n"


def test_an_address_with_a_name_of_another_server_is_not_found(server: Server) -> None:
    own = f"127.0.0.1:{server.server_port}".encode()

    answer = raw(server, b"GET http://example.org/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % own)

    assert answer.startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "NONSENSE"])
def test_other_methods_are_refused(server: Server, method: str) -> None:
    answer = Answer(server, "/index.html", method)

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_head_returns_only_the_headers(server: Server) -> None:
    get, head = Answer(server, "/index.html"), Answer(server, "/index.html", "HEAD")

    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


@pytest.mark.parametrize("request_line", [b"\x16\x03\x01", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"A" * 70_000])
def test_nonsense_is_answered_and_the_server_lives(server: Server, request_line: bytes) -> None:
    raw(server, request_line + b"\r\n\r\n")

    assert Answer(server, "/").status == 200


def test_a_body_that_nobody_reads_does_not_become_the_next_request(server: Server) -> None:
    own = f"127.0.0.1:{server.server_port}".encode()
    smuggled = b"GET /features.html HTTP/1.1\r\nHost: %s\r\n\r\n" % own

    answer = raw(server, b"GET / HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s" % (own, len(smuggled), smuggled))

    assert answer.count(b"HTTP/1.1 200 ") == 1


def test_a_port_in_use_is_said(server: Server) -> None:
    with pytest.raises(EnvironmentFailed) as error:
        Server(server.server_port, server.files, pack, POLICY)

    assert str(error.value.problems[0]).startswith(f"127.0.0.1:{server.server_port}: The port can't be used (")


def test_a_pack_is_served_by_its_path_and_its_problem_is_shown(server: Server) -> None:
    assert Answer(server, "/packs/interview.pdf").body == b"%PDF"
    broken = Answer(server, "/packs/broken.pdf")
    assert (broken.status, broken.body.decode()) == (503, f"{WRONG}\n")


def test_only_browsers_whose_page_changed_are_told(server: Server) -> None:
    home, features = Waiting(server, "/index.html"), Waiting(server, "/features.html")

    server.files.put(FILES | {"features.html": PAGE % b"new", "assets/search-index.js": b"new"})

    features.join()
    assert features.told.endswith(b"event: reload\ndata: \n\n")
    assert home.is_alive()


def test_a_changed_style_sheet_reloads_every_page_that_uses_it(server: Server) -> None:
    home = Waiting(server, "/index.html")

    server.files.put(FILES | {"assets/site.css": b"b {}"})

    home.join()
    assert b"event: reload" in home.told


def test_a_change_between_loading_and_waiting_is_not_missed(server: Server) -> None:
    address = events(server, "/index.html")
    server.files.put(FILES | {"index.html": PAGE % b"new"})

    assert b"event: reload" in Answer(server, address).body


def test_the_preview_knows_which_pages_are_being_looked_at(server: Server) -> None:
    Waiting(server, "/features.html")

    assert until(server.files.watched) == ("features.html",)


def test_problems_are_on_top_of_the_last_good_page_until_fixed(server: Server) -> None:
    home = Waiting(server, "/index.html")
    server.files.fail(Trouble.of_edit([WRONG]))
    home.join()

    page = Answer(server, "/index.html").body.decode()

    assert b"event: reload" in home.told
    assert "<p>home</p>" in page
    assert 'role="alert"' in page
    assert "<strong>guide/a.md:7</strong>: There is &lt;b&gt;no&lt;/b&gt; page “x”. Did you mean “y”?" in page
    assert Answer(server, "/.pmdiag/problems.css").headers["Content-Type"] == "text/css; charset=utf-8"

    server.files.put(FILES)

    assert b'role="alert"' not in Answer(server, "/index.html").body


def test_before_the_first_good_page_only_the_problems_are_shown(server: Server) -> None:
    server.files.put({})
    server.files.fail(Trouble.of_edit([WRONG]))

    page = Answer(server, "/").body.decode()

    assert "<title>The newest edit is not on this page</title>" in page
    assert "There is no version without problems yet." in page
    assert "guide/a.md:7" in page
