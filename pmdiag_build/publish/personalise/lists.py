"""Who gets which file: `list.csv` to send packs out with, `list.html` to print. Decides nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import jinja2
from markupsafe import Markup

from pmdiag_build.content.model import Pack, Tool
from pmdiag_build.csv_text import cell, encoded
from pmdiag_build.publish.packs.render import LANGUAGE

LIST_CSV = "list.csv"
LIST_HTML = "list.html"
_STYLES = ("css/tokens.css", "css/list.css")


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A table: `heads` and, for each person, one cell for each of them. `random`: its references were made up."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    random: bool

    def csv(self) -> bytes:
        """The table as spreadsheet programs and mail merge read it; nothing in it can run as a formula."""
        return encoded(",".join(map(cell, row)) for row in (self.heads, *self.rows))

    def html(self, tool: Tool, pack: Pack, layouts: jinja2.Environment) -> bytes:
        """The table as a page of its own to print, with a box to tick for each file that was sent."""
        assert layouts.loader is not None
        style = "\n".join(layouts.loader.get_source(layouts, name)[0] for name in _STYLES)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        page = layouts.get_template("people/list.html").render(
            tool=tool,
            pack=pack,
            heads=self.heads,
            rows=self.rows,
            random=self.random,
            words=tool.words["sheet"],
            style=Markup(style),  # noqa: S704 - layouts of ours
            policy=f"default-src 'none'; style-src 'sha256-{digest}'",
            language=LANGUAGE,
        )
        return page.encode()
