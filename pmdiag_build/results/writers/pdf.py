"""The report's page → report.pdf: tagged, PDF/UA-1. The only module of this room that needs WeasyPrint and Pango."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import warnings
from collections.abc import Iterator
from typing import Any

from pmdiag_build.problems import EnvironmentFailed, Fault


def report_pdf(html: str) -> bytes:
    """The PDF of a page that holds all that it needs; equal input gives equal bytes on one machine.

    Comments may hold any script, so the machine's fonts help out where ours end. Raises EnvironmentFailed where
    WeasyPrint or the libraries that it needs are missing.
    """
    weasyprint = _weasyprint()
    identifier = hashlib.sha256(html.encode("utf-8", "backslashreplace")).digest()[:16]
    with _quiet("weasyprint"), _quiet("fontTools"):
        page = weasyprint.HTML(string=html, url_fetcher=_only_data(weasyprint.urls))
        pdf: bytes = page.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return pdf


@contextlib.contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Nothing from a library's log meanwhile. Packs that are set later are checked by what it says."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _only_data(urls: Any) -> Any:
    """A fetcher for what stands in the page itself; everything else is refused unread."""

    class OnlyData(urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> object:
            if not url.startswith("data:"):
                raise ValueError(url)
            return super().fetch(url)

    return OnlyData()


def _weasyprint() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import weasyprint
    except (ImportError, OSError) as error:
        what = f"WeasyPrint can't be loaded: {error}"
        raise EnvironmentFailed.one("report.pdf", Fault(what, "Install Pango; README says how")) from error
    return weasyprint
