"""Tool → the site: every page and asset as bytes by relative path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import jinja2
from markupsafe import Markup

from pmdiag_build import __version__
from pmdiag_build.content.checks import ANSWERS_PACK
from pmdiag_build.content.field_names import FOR_LAYOUTS, PACK_ID, in_a_record, record_name
from pmdiag_build.content.fields import pack_fields, pack_id, question_fingerprints
from pmdiag_build.content.model import CorrectionGroup, GuidePage, NavGroup, Pack, Tool
from pmdiag_build.content.model import fill as fill_text
from pmdiag_build.publish.site import (
    NOT_FOUND,
    POLICY,
    SEARCH_INDEX,
    Assets,
    address,
    brand_style,
    link_resolver,
    pages_by_layout,
    read_layout,
    site_assets,
    statement_anchor,
)
from pmdiag_build.publish.site.differs import columns, groups
from pmdiag_build.publish.site.search import search_script
from pmdiag_build.rendering.layout_checks import refuse_active
from pmdiag_build.rendering.markdown import Prose, read_markdown
from pmdiag_build.rendering.sandbox import is_measured
from pmdiag_build.rendering.templates import allowed, fill, inline, style_sheets
from pmdiag_build.resources import LAYOUTS
from pmdiag_build.text import day_in_words

_WIDE = {"good", "corrections", "self-assessment", "differs", "evidence"}
"""Layouts whose tables or questions need the whole width."""

_ORDER = (
    "self-assessment",
    "self-assessment-large-print",
    "interview",
    "workshop",
    "workshop-wall",
    "what-good-looks-like",
    "summary-of-review",
    "action-plan",
    "complete",
)
"""The order of packs in the list of downloads; packs that a local version adds follow."""


_STYLES_NOT_FOUND = ("css/tokens.css", "css/not-found.css")
_FOR_SERVERS = {"web.config": "hosting/web.config"}
"""Files that a server reads. A local version can't have them: they decide what is given out."""


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What the list of downloads says about a finished pack: pages, paper size, file size in bytes."""

    pages: int
    paper: str
    size: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack on a page. `facts` give its length, paper and size. They are empty if the pack has not been made; then it
    has no link."""

    pack: Pack
    address: str
    facts: str


@dataclass(frozen=True, slots=True)
class Place:
    """A page's place in the navigation. Previous and next are page ids, empty at the ends and for pages outside it."""

    group: NavGroup | None
    previous: str
    next: str


def site_files(
    tool: Tool,
    environment: jinja2.Environment,
    packs: Mapping[str, PackFacts],
    texts: Mapping[str, Prose] | None = None,
) -> dict[str, bytes]:
    """The whole site without its PDFs, which belong at `packs/ID.pdf`.

    `packs` are the facts of the packs that will be there. A pack that is missing from it is named without a link, so
    that the site can be built alone. Pass `texts`, from `site_texts`, if you make the site more than once.
    """
    texts = texts or site_texts(tool)
    assets = site_assets(tool, environment, search_script(tool, texts).encode())
    shared = _shared(tool, packs, assets)
    files = {address(id): _page(tool, environment, shared, page, texts[id]) for id, page in tool.pages.items()}
    files[NOT_FOUND] = _not_found(tool, environment, shared)
    return files | dict(assets.files) | {name: (LAYOUTS / file).read_bytes() for name, file in _FOR_SERVERS.items()}


def site_texts(tool: Tool) -> dict[str, Prose]:
    """The text of each page by its id: this takes two thirds of the time that a site takes."""
    return {id: _text(tool, page) for id, page in tool.pages.items()}


def some_pages(
    tool: Tool,
    environment: jinja2.Environment,
    packs: Mapping[str, PackFacts],
    pages: Iterable[str],
    before: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Some pages of the site and all that they load, for a preview after an edit. The search index, which is made of
    all pages, is that of the site `before`."""
    index = next((raw for path, raw in before.items() if path.startswith(f"assets/{SEARCH_INDEX[:-3]}.")), b"")
    assets = site_assets(tool, environment, index)
    shared = _shared(tool, packs, assets)
    made = {address(id): _page(tool, environment, shared, tool.pages[id], _text(tool, tool.pages[id])) for id in pages}
    return made | dict(assets.files)


def place(tool: Tool, page: str) -> Place:
    """A page's place in the navigation, read as one line of pages, group after group."""
    line = [id for group in tool.navigation for id in group.pages]
    if page not in line:
        return Place(None, "", "")
    at = line.index(page)
    group = next(group for group in tool.navigation if page in group.pages)
    return Place(group, line[at - 1] if at else "", line[at + 1] if at + 1 < len(line) else "")


def offers(tool: Tool, packs: Mapping[str, PackFacts]) -> dict[str, Offer]:
    """Every pack by id with the facts of its PDF, in the order in which a review needs them."""
    found = {}
    for pack in sorted(tool.packs, key=lambda pack: _ORDER.index(pack.id) if pack.id in _ORDER else len(_ORDER)):
        facts = packs.get(pack.id)
        found[pack.id] = Offer(pack, f"packs/{pack.id}.pdf", _said_of(tool, facts) if facts else "")
    return found


def _said_of(tool: Tool, facts: PackFacts) -> str:
    words = tool.words["site"]
    paper = words[f"paper_{facts.paper.lower().replace(' ', '_')}"]
    sentence = words["pack_facts_one" if facts.pages == 1 else "pack_facts"]
    return fill(sentence, pages=facts.pages, paper=paper, size=_size(words, facts.size))


def _size(words: Mapping[str, str], size: int) -> str:
    if size < 1_000_000:
        return fill_text(words["size_kb"], n=max(1, round(size / 1000)))
    return fill_text(words["size_mb"], n=f"{size / 1_000_000:.1f}")


def _text(tool: Tool, page: GuidePage) -> Prose:
    return read_markdown(page.body, link_resolver(tool), cards=True, file=page.file)


def _page(
    tool: Tool, environment: jinja2.Environment, shared: dict[str, object], page: GuidePage, text: Prose
) -> bytes:
    html = environment.get_template(f"site/{page.layout}.html").render(
        shared,
        page=page,
        body=text.html,
        place=place(tool, page.id),
        wide=page.layout in _WIDE,
        **_own(tool, page, text),
    )
    return html.encode()


def _not_found(tool: Tool, environment: jinja2.Environment, shared: dict[str, object]) -> bytes:
    """The page for what is not found, with its style and its script in it: a server shows it at any address."""
    style, policy = inline("\n".join(style_sheets(environment, _STYLES_NOT_FOUND)) + brand_style(tool))
    script = read_layout(environment, "script/home.js").decode()
    policy += f"; script-src {allowed(script.encode())}; img-src 'self'; base-uri 'none'; form-action 'none'"
    own = {"style": style, "policy": policy, "finds_home": Markup(f"<script>{script}</script>")}  # noqa: S704 — ours
    page = environment.get_template(f"site/{NOT_FOUND}").render(shared | own)
    if is_measured(environment):
        refuse_active(environment, page.replace(own["finds_home"], ""), policy, f"site/{NOT_FOUND}")
    return page.encode()


def _own(tool: Tool, page: GuidePage, text: Prose) -> dict[str, object]:
    """What only one layout needs, such as the feature of a feature page."""
    if page.layout == "feature":
        return {"feature": tool.framework.feature(page.id.removeprefix("feature-"))}
    if page.layout in ("home", "evidence"):
        opening, *blocks = text.blocks
        return {"opening": opening, "blocks": blocks, "tested": _tested(tool)}
    if page.layout == "differs":
        return {"groups": groups(tool), "columns": columns(tool.words["site"])}
    if page.layout == "about":
        return {"corrections": sum(len(group.rows) for group in tool.corrections)}
    if page.layout == "corrections":
        return {"columns": {group.id: _columns(group) for group in tool.corrections}}
    if page.layout == "self-assessment":
        return _questionnaire(tool)
    if page.layout in _PAPERS:
        return _paper(tool, page.layout)
    return {}


def _tested(tool: Tool) -> list[str]:
    """What is said before the results of tests: when they ran, and where this site is not what was tested."""
    words, found = tool.words["site"], tool.evidence
    if found is None:
        return [words["evidence_none"]]
    date = day_in_words(found.date, tool.words["report"]["months"])
    said = [fill_text(words["evidence_when"], date=date, program=found.program, edition=found.edition)]
    ours = {"program": __version__, "edition": tool.edition.partition("+")[0]}
    if ours != {"program": found.program, "edition": found.edition}:
        said.append(fill_text(words["evidence_other"], **ours))
    if tool.local is not None:
        said.append(fill_text(words["evidence_local"], name=tool.local.name))
    return said


def _columns(group: CorrectionGroup) -> list[str]:
    """The columns of a list of corrections: those that are not empty in every row."""
    names = ("place", "printed", "ours", "why", "confidence")
    return ["number", *(name for name in names if any(getattr(row, name) for row in group.rows))]


def _questionnaire(tool: Tool) -> dict[str, object]:
    """What the questionnaire needs. Its fields have the same names as in the packs."""
    pack = tool.pack(ANSWERS_PACK)
    return {
        "names": FOR_LAYOUTS,
        "on_screen": _on_screen,
        "answers_pack": pack,
        "answers_pack_id": pack_id(tool, pack),
        "answers_asked": in_a_record(question_fingerprints(tool)),
        "answers_keep": _may_keep(tool),
        "answers_help": _help(tool),
        "answers_plain": _plain_english(tool),
        "answer_words": _spoken(tool.words["site"], "say_"),
        "answers_others": _other_answers(tool, pack.id),
    }


def _may_keep(tool: Tool) -> bool:
    """May people choose that their browser keeps what they write?"""
    return tool.local is None or tool.local.keep_on_device == "yes"


_HELP = {"the-three-words", "while-you-answer", "the-overall-view", "what-to-write"}


def _help(tool: Tool) -> tuple[Markup, ...]:
    """The parts of “How to answer” that help while one answers; all of it, if a local page has none of them."""
    page = tool.pages.get("how-to-answer")
    if page is None:
        return ()
    prose = _text(tool, page)
    parts = zip(prose.blocks[1:], prose.passages[1:], strict=False)
    return tuple(block for block, passage in parts if passage.anchor in _HELP) or prose.blocks


def _plain_english(tool: Tool) -> Markup:
    """The lists of “Plain English”, without what comes before them; all of it, if a local page has no headings."""
    page = tool.pages.get("plain-english")
    if page is None:
        return Markup()
    prose = read_markdown(page.body, link_resolver(tool), anchors=False, cards=True, file=page.file)
    return Markup("").join(prose.blocks[1:]) or prose.html


_PAPERS = {
    "action-plan": ("action-plan", ("plan_", "action_")),
    "summary": ("summary-of-review", ("agreed_", "summary_")),
}
"""The review's own papers. Layout of a page → the pack that asks the same, and how the names of its fields begin."""
_ON_SCREEN = {"self-assessment": ANSWERS_PACK, **{layout: id for layout, (id, _) in _PAPERS.items()}}
"""Layout of a page on which people answer → the pack that asks the same."""


def page_on_screen(tool: Tool, pack: str) -> str:
    """The address of the page on which what a pack asks can be answered, or nothing."""
    layout = next((layout for layout, id in _ON_SCREEN.items() if id == pack), "")
    page = pages_by_layout(tool).get(layout)
    is_read_only = layout in _PAPERS and _paper(tool, layout)["answers_pack"] is None
    return address(page) if page and not is_read_only else ""


def _paper(tool: Tool, layout: str) -> dict[str, object]:
    """What a paper of the review needs. It is only for reading where the pack is missing or asks for something else."""
    id, begins = _PAPERS[layout]
    pack = next((pack for pack in tool.packs if pack.id == id), None)
    fields = pack_fields(tool, pack) if pack else ()
    known = (PACK_ID, *map(record_name, tool.action_plan.record))
    other = [field for field in fields if field.kind != "clear" and not field.name.startswith(begins)]
    if pack is None or {field.name for field in other} != set(known):
        return {"answers_pack": None, "names": FOR_LAYOUTS}
    words = tool.words["site"]
    words = {**words, **_spoken(words, "review_")}
    return {
        "w": words,
        "names": FOR_LAYOUTS,
        "on_screen": _on_screen,
        "answers_pack": pack,
        "answers_pack_id": pack_id(tool, pack),
        "answers_keep": _may_keep(tool),
        "answer_words": _spoken(words, "say_"),
        "answers_others": _other_answers(tool, id),
        "rows": sum(section.rows for section in pack.sections),
    }


def _other_answers(tool: Tool, own: str) -> list[tuple[str, str]]:
    """How the `pack_id` of what is saved on other pages begins, and the sentence that says where it can be loaded."""
    at, sentence = pages_by_layout(tool), tool.words["site"]["other_page"]
    pages = {id: tool.pages[at[layout]] for layout, id in _ON_SCREEN.items() if id != own and layout in at}
    return [(f"{id}@", fill_text(sentence, page=page.title)) for id, page in pages.items()]


def _on_screen(
    looks: str, name: str, kind: str, id: str, explained: str, *, checked: bool = False, **further: object
) -> dict[str, object]:
    """The attributes of a control on the screen: where its answer goes in the saved record, and what describes it."""
    described = [f"{name}-hint"] * bool(explained) + [f"{name}-error"] * checked
    screen = {"class": looks, "id": name, **further, "autocomplete": "off", "data-kind": kind, "data-id": id}
    return screen | {"aria-describedby": " ".join(described) or None}


def _shared(tool: Tool, packs: Mapping[str, PackFacts], assets: Assets) -> dict[str, object]:
    """What every layout can use: the tool, its words, addresses, assets and packs."""
    words = tool.words["site"]
    resolve = link_resolver(tool)

    def markdown(text: str) -> Markup:
        return read_markdown(text, resolve, heading_level=3, cards=True).html

    return {
        "tool": tool,
        "version": __version__,
        "w": words,
        "policy": POLICY,
        "address": address,
        "asset": assets.address,
        "at": pages_by_layout(tool),
        "offers": offers(tool, packs),
        "markdown": markdown,
        "statement_anchor": statement_anchor,
        "search_words": _spoken(words, "found_"),
    }


def _spoken(words: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The sentences that a script shows, by key without its prefix. The page has them in a data attribute."""
    return {key.removeprefix(prefix): text for key, text in words.items() if key.startswith(prefix)}
