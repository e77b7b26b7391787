"""The baselines: plain WeasyPrint with one hand-written page, and MkDocs with our pages."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pmdiag_build.content.model import Feature, GuidePage, Tool
from pmdiag_build.load import load_tool

NATIONAL_HTML = Path(__file__).resolve().parent / "baseline" / "national.html"
SCRIPTS = Path(sys.executable).parent

_PAGE_LINK = re.compile(r"\]\(page:([a-z0-9-]+)(#[^)]*)?\)")
_PACK_LINK = re.compile(r"\[([^\]]*)\]\(pack:[a-z0-9-]+\)")


def weasyprint(target: Path) -> tuple[str | Path, ...]:
    """The command that makes `target` from the hand-written page (18 pages of A4)."""
    return (SCRIPTS / "weasyprint", "--pdf-forms", NATIONAL_HTML, target)


def mkdocs_build(target: Path) -> tuple[str | Path, ...]:
    """The command that builds the MkDocs project of its working folder into `target`."""
    return (SCRIPTS / "mkdocs", "build", "--quiet", "--site-dir", target)


def mkdocs_serve(port: int) -> tuple[str | Path, ...]:
    return (SCRIPTS / "mkdocs", "serve", "--quiet", "--livereload", "--dev-addr", f"127.0.0.1:{port}")


def write_mkdocs_project(root: Path) -> None:
    """The pages of the site as a MkDocs project with its default theme, with the same text on each."""
    docs = root / "docs"
    docs.mkdir(parents=True)
    (root / "mkdocs.yml").write_text("site_name: Diagnostic tool\n", encoding="utf-8")
    tool = load_tool()
    for page in tool.pages.values():
        (docs / f"{page.id}.md").write_text(_markdown(tool, page), encoding="utf-8")


def _markdown(tool: Tool, page: GuidePage) -> str:
    body = _PACK_LINK.sub(r"\1", _PAGE_LINK.sub(r"](\1.md\2)", page.body))
    return f"# {page.title}\n\n{body}\n\n{''.join(_generated(tool, page))}"


def _generated(tool: Tool, page: GuidePage) -> list[str]:
    # Our layouts add texts of the framework. MkDocs gets them in the page, or it would have less to do.
    features = tool.framework.features
    match page.layout:
        case "feature":
            return [_feature(next(f for f in features if page.id == f"feature-{f.id}"))]
        case "features":
            return [f"## {f.title}\n\n{f.description}\n\n" for f in features]
        case "good":
            return [_table(tool)]
        case "self-assessment":
            return [_feature(f) for f in features]
        case _:
            return []


def _feature(feature: Feature) -> str:
    statements = "".join(f"- {s.id} {s.text}\n" for s in feature.used_statements)
    return f"## {feature.title}\n\n{feature.description}\n\n{statements}\n"


def _table(tool: Tool) -> str:
    heads = [level.label for level in tool.framework.levels]
    codes = [level.code for level in tool.framework.levels]
    rows = [tool.framework.general_row, *(row for f in tool.framework.features for row in f.maturity)]
    body = [[row.cells[code] for code in codes] for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heads, ["---"] * len(heads), *body))
