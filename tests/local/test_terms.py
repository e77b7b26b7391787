"""Terms: whole words only; never in ids, links, names or places that are filled in; all put in at once."""

from __future__ import annotations

import itertools
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmdiag_build.content.documents import Document
from pmdiag_build.local.terms import Term, Terms, find_hits, replaced
from pmdiag_build.problems import Location, Problems
from tests.local.conftest import Version

pytestmark = pytest.mark.slow

HERE = Location("terms.yaml", 1)


def term(old: str, new: str, **more: tuple[str, ...]) -> Term:
    return Term(old, new, "wording", HERE, **more)


def put(text: str, *terms: Term) -> str:
    return replaced(text, find_hits(terms, text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("LSCBs and the LSCB.", "partners and the board."),
        ("XLSCB LSCBx LSCB_1 pre-LSCB LSCB-led", "XLSCB LSCBx LSCB_1 pre-LSCB LSCB-led"),
        ("the LSCB's view, (LSCB), “LSCB” – LSCB/NHS", "the board's view, (board), “board” – board/NHS"),
        ("[LSCB](page:lscb#LSCB) https://LSCB.example/LSCB a@LSCB.example", None),
        ("`LSCB` and {LSCB}", "`LSCB` and {LSCB}"),
        ("    pmdiag LSCB\n\nLSCB", "    pmdiag LSCB\n\nboard"),
        ("LSCBé, LSCBe\u0301, LSCB\u0301", "LSCBé, LSCBe\u0301, LSCB\u0301"),
    ],
)
def test_whole_words_are_replaced_and_nothing_else(text: str, wanted: str | None) -> None:
    wanted = wanted or text.replace("[LSCB]", "[board]")

    assert wanted == put(text, term("LSCB", "board"), term("LSCBs", "partners"))


def test_a_term_in_small_letters_begins_sentences_too() -> None:
    assert "Councillors meet councillors." == put("Members meet members.", term("members", "councillors"))
    assert "MEMBERS" == put("MEMBERS", term("members", "councillors"))


def test_a_term_of_several_words_reaches_over_a_line_break_but_not_over_a_paragraph() -> None:
    hard = term("hard to reach", "seldom heard")

    assert "are seldom heard, and hard\n\nto reach" == put("are hard\nto reach, and hard\n\nto reach", hard)


def test_the_longest_term_wins_and_no_term_enters_the_words_of_another() -> None:
    terms = (term("a b", "b c"), term("b", "x"), term("a b c", "b"))

    assert "b, b c, x" == put("a b c, a b, b", *terms)


def test_a_phrase_that_is_kept_stays() -> None:
    assert "its members, councillors" == put(
        "its members, members", term("members", "councillors", keep=("its members",))
    )


def test_a_term_is_put_in_only_where_it_belongs(version: Version) -> None:
    version.write("terms.yaml", 'terms:\n  - {national: members, ours: councillors, change: meaning, where: ["4.3"]}\n')
    tool = version.load()
    texts = {s.id: s for s in tool.framework.statements}

    assert texts["4.3"].text.startswith("Councillors and staff")
    assert texts["4.5"].text.startswith("Members and staff")
    assert ("meaning", "") == (texts["4.3"].changed, texts["4.5"].changed)


def test_one_change_of_meaning_decides_for_the_statement(version: Version) -> None:
    version.write(
        "terms.yaml",
        "terms:\n"
        "  - {national: members, ours: councillors, change: meaning}\n"
        "  - {national: staff, ours: colleagues, change: wording}\n",
    )
    changed = {s.id: s.changed for s in version.load().framework.statements}

    assert ("meaning", "wording", "") == (changed["4.3"], changed["4.2"], changed["1.1"])


def test_ids_codes_and_the_publisher_are_never_touched(version: Version) -> None:
    version.write(
        "terms.yaml",
        "terms:\n" + "".join(
            f'  - {{national: "{old}", ours: zzz, change: wording}}\n'
            for old in ("role", "individual", "Children's Improvement Board", "partner", "source", "record", "who")
        ),
    )  # fmt: skip
    tool = version.load()

    assert "Children's Improvement Board" == tool.publisher
    assert ("role", "partner") == (tool.record.field("role").name, tool.record.field("role").options[8].code)
    assert "individual" == tool.pack("self-assessment").mode
    assert tool.words["report"]["who_sentence"].startswith("{who} answered")
    assert "source" == tool.pages["about-cib"].origin


def test_a_term_that_no_longer_occurs_is_a_notice(version: Version) -> None:
    version.write("terms.yaml", "terms:\n  - {national: Ofsted's pilot, ours: our pilot, change: wording}\n")

    assert [
        (
            "ours/terms.yaml:2: The term “Ofsted's pilot” does not occur in the national text. "
            "Remove it, or write the wording that is there now."
        )
    ] == version.notices()


def test_the_preview_names_the_places_that_the_version_does_not_word_itself(version: Version) -> None:
    version.write("terms.yaml", "terms:\n  - {national: customer feedback, ours: feedback, change: wording}\n")
    before = version.load().local
    national = (
        "Arrangements for capturing and reviewing customer feedback (children, parents/carers, other professionals), "
        "including complaints, is effective and routinely incorporated into performance management."
    )
    version.write(
        "framework.yaml",
        'features: {"3": {statements: {"3.3": {text: '
        f'{{national: "{national}", ours: "We listen.", change: wording}}}}}}}}}}\n',
    )
    after = version.load().local
    assert before is not None
    assert after is not None

    assert [("framework.yaml", "features 3 / statements 3.3 / text")] == [(c.file, c.spot) for c in before.changes]
    assert [("text", "We listen."), ("term", "")] == [(c.what, c.ours) for c in after.changes]


WORDS = st.text(alphabet=string.ascii_letters + "éŵŁ", min_size=1, max_size=8)
JOINTS = st.sampled_from([" ", ", ", ". ", "-", "_", "'", "’", "\n", "\n\n", "/", "(", ") ", "1", "\u0301"])
TEXTS = st.lists(st.tuples(WORDS, JOINTS), max_size=12).map(lambda pieces: "".join(w + j for w, j in pieces))


@given(TEXTS, st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4))
def test_no_word_is_ever_changed_in_part(text: str, pairs: list[tuple[str, str]]) -> None:
    terms = [term(old, new) for old, new in pairs]
    hits = find_hits(terms, text)
    word = re.compile(r"[\w\u0300-\u036f]+(?:-[\w\u0300-\u036f]+)*")
    whole = {match.span() for match in word.finditer(text)}

    assert [(hit.start, hit.end) for hit in hits if (hit.start, hit.end) not in whole] == []
    assert {text[hit.start : hit.end].casefold() for hit in hits} <= {old.casefold() for old, _ in pairs}
    assert all(a.end <= b.start for a, b in itertools.pairwise(hits))


@given(WORDS, WORDS, WORDS)
def test_where_a_link_leads_is_never_changed(old: str, new: str, text: str) -> None:
    link = f"[{text}](page:{old}) <https://{old}.example/{old}> {old}@{old}.example `{old}` {{{old}}}"
    done = put(link, term(old, new))

    assert done.partition("](")[2] == link.partition("](")[2]


@given(
    st.dictionaries(st.sampled_from(["id", "name", "code", "kind", "page", "layout", "origin"]), WORDS, max_size=7),
    WORDS,
)
def test_ids_and_names_in_data_are_never_changed(data: dict[str, str], new: str) -> None:
    terms = Terms(tuple(term(old, new) for old in data.values()))
    document = Document("templates/x.yaml", {"fields": [dict(data)]}, {})

    assert {"fields": [data]} == terms.document(document).data
    assert [] == terms.changes


@given(st.lists(st.tuples(WORDS, WORDS), unique_by=lambda pair: pair[0].casefold(), max_size=5), TEXTS)
def test_the_order_of_terms_does_not_matter(pairs: list[tuple[str, str]], text: str) -> None:
    terms = [term(old, new) for old, new in pairs]

    assert put(text, *terms) == put(text, *reversed(terms))


def test_a_version_without_terms_has_no_faults_of_terms() -> None:
    problems = Problems()
    Terms(()).check({}, problems)

    assert [] == list(problems)


TERM = "terms:\n  - {national: members, ours: councillors, change: wording}\n"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('{national: members, ours: "our {evil}", change: wording}',
         "3: There is no value for {evil}. Nothing is put in here; write it in words."),
        ('{national: members, ours: "our\\nmembers", change: wording}',
         "3: “ours” is longer than one line. Write it on one line."),
        ('{national: members, ours: "us", change: wording, keep: ["   "]}',
         "3: This entry is empty. Write its text."),
        ('{national: "  ", ours: "us", change: wording}',
         "3: “national” is empty. Write its text."),
    ],
)  # fmt: skip
def test_a_term_that_can_not_be_put_in_is_named_at_its_line(version: Version, entry: str, said: str) -> None:
    version.write("terms.yaml", f"terms:\n  # two\n  - {entry}\n")

    assert [f"ours/terms.yaml:{said}"] == version.faults()


def test_a_term_that_changes_nothing_is_a_notice(version: Version) -> None:
    version.write("terms.yaml", TERM.replace("councillors", '"members "'))

    assert [
        (
            "ours/terms.yaml:2: “members” is both the national wording and ours. "
            "Change ours:, or remove the term: so far it changes nothing."
        )
    ] == version.notices()
