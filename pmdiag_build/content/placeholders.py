"""`{name}` in a sentence stands for a value: does each wording have those that the words of pmdiag have? Fills none."""

from __future__ import annotations

import re

from pmdiag_build.content.documents import Document, mapping
from pmdiag_build.problems import Fault, Problems, Severity, did_you_mean

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def check_placeholders(words: Document, ours: Document, problems: Problems) -> None:
    """Adds a problem for each placeholder in `words` that `ours`, the words that pmdiag comes with, do not have.

    One that is left out is a notice: the sentence says less, and that may be meant.
    """
    for key, before in mapping(ours.data).items():
        text = mapping(words.data).get(key)
        if text is None or text == before:
            continue
        known, found = set(_PLACEHOLDER.findall(str(before))), set(_PLACEHOLDER.findall(str(text)))
        for name in sorted(found - known):
            fix = did_you_mean(name, sorted(known)) if known else "Nothing is put in here; write it in words"
            problems.add(words.at(key), Fault(f"There is no value for {{{name}}}", fix))
        for name in sorted(known - found) if found <= known else ():
            what = f"{{{name}}} is left out, so that the sentence no longer says it"
            problems.add(words.at(key), Fault(what, f"Put {{{name}}} where the value belongs"), Severity.NOTICE)
