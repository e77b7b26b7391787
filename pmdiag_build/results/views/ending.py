"""The end of the report: what could not be counted, and how to read it all. Knows no markup."""

from __future__ import annotations

from dataclasses import dataclass

from pmdiag_build.results.phrases import grouped
from pmdiag_build.results.rows import Table
from pmdiag_build.results.views.source import Section, Source


@dataclass(frozen=True, slots=True)
class Uncounted:
    """The accounts and how many problems there were."""

    accounts: Table
    sentence: str


def uncounted(source: Source) -> Section:
    """The accounts, and how many points need a look. Names no file: that is often a person's name."""
    say, n, blank = source.say, source.problems, source.accounts.blank
    key = "problems_none" if not n else "problems_some_one" if n == 1 else "problems_some"
    sentences = [say.fill(key, n=grouped(n))]
    if blank:
        sentences.append(say.many("problems_blank" if n else "problems_only_blank", blank))
    data = Uncounted(account_table(source), " ".join(sentences))
    return Section("uncounted", say.words["section_uncounted"], data)


def account_table(source: Source) -> Table:
    """What became of every return found."""
    say, accounts = source.say, source.accounts
    rows = [
        (say.words[f"account_{key}"], n)
        for key, n in (
            ("found", accounts.found),
            ("counted", accounts.counted),
            ("blank", accounts.blank),
            ("duplicate", accounts.duplicate),
            ("conflict", accounts.in_conflict),
            ("set_aside", accounts.set_aside),
        )
    ]
    heads = (say.words["accounts_column"], say.words["accounts_number"])
    return Table(say.fill("accounts_caption", n=grouped(accounts.found)), heads, tuple(rows))


def rules(source: Source) -> Section:
    """How to read the report: the rules, in words."""
    say, asked = source.say, source.release.rules
    patterns = tuple(
        (say.words[f"pattern_{key}"], say.fill(f"rules_pattern_{key}", first=say.levels[0], last=say.levels[-1]))
        for key in ("none", "shared", "opposed", "adjacent")
    )
    passages = [
        (say.words["rules_base_title"], say.words["rules_base"]),
        (say.words["rules_roles_title"], say.fill("rules_roles", n=asked.min_group)),
        (say.words["rules_few_title"], say.fill("rules_few", n=asked.min_group)),
        (
            say.words["rules_comments_title"],
            say.fill("rules_comments_attributed" if asked.attribute else "rules_comments", n=asked.min_group),
        ),
    ]
    if source.earlier is not None:
        passages.append((say.words["rules_previous_title"], say.fill("rules_previous", n=asked.min_group)))
    return Section("rules", say.words["section_rules"], {"patterns": patterns, "passages": tuple(passages)})
