"""Is a return from a PDF complete, and which wording did it answer?

A form that lost fields was cut, extracted or damaged: it is set aside, not counted with blank answers.
Only the packs of the tool at hand are known by their fields. A return of another edition or wording is matched by
ids; what it lacks against the same pack of today is reported, since it may just not have asked it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pmdiag_build.content.field_names import PACK_ID, PackId, header_of_name
from pmdiag_build.problems import Fault, Problem, counted, some
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.raw import RawRecord

UNKNOWN_PACK = Fault("The file says that it is the pack “{pack_id}”, which does not exist", "Ask for it again")
FIELDS_MISSING = Fault(
    "{fields} missing ({names}): pages were taken out, or the file is damaged", "Ask for the whole file again"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Which wording a `pack_id` names: `pack` is the pack's id, `ours` says that it is the tool's own wording."""

    pack: str
    edition: str
    ours: bool


def wording_of(pack_id: str, questionnaire: Questionnaire) -> Wording | None:
    """The wording that `PACK@EDITION@FINGERPRINT` names, or None for any other text."""
    named = PackId.parse(pack_id)
    if named is None:
        return None
    pack = questionnaire.packs.get(named.pack)
    return Wording(named.pack, named.edition, pack is not None and pack.pack_id == pack_id)


def incomplete(raw: RawRecord, questionnaire: Questionnaire) -> Problem | None:
    """Why a raw record from a PDF can't be counted, or None."""
    if raw.form != "pdf":
        return None
    pack_id = "".join(raw.values.get(PACK_ID, ()))
    wording = wording_of(pack_id, questionnaire)
    if wording is None:
        return _unsigned(raw, questionnaire, pack_id)
    if wording.ours:
        missing = questionnaire.packs[wording.pack].fields - raw.declares
        return _missing(raw, missing) if missing else None
    return None


def _unsigned(raw: RawRecord, questionnaire: Questionnaire, pack_id: str) -> Problem | None:
    """Without a `pack_id`, the fields must be all those of some pack but the id."""
    if not pack_id and any(pack.fields - raw.declares <= {PACK_ID} for pack in questionnaire.packs.values()):
        return None
    if pack_id:
        return UNKNOWN_PACK.at(raw.places.of(PACK_ID), pack_id=pack_id)
    lacking = (pack.fields - raw.declares for pack in questionnaire.packs.values())
    return _missing(raw, min(lacking, key=lambda names: (len(names), sorted(names))))


def _missing(raw: RawRecord, missing: frozenset[str]) -> Problem:
    fields = counted(len(missing), "of its fields is", "of its fields are")
    return FIELDS_MISSING.at(raw.places.whole(), fields=fields, names=_some(missing))


def lacking_in(raw: RawRecord, questionnaire: Questionnaire) -> str:
    """What a PDF of another wording lacks against the same pack of today, as a list; empty if nothing."""
    wording = wording_of("".join(raw.values.get(PACK_ID, ())), questionnaire)
    if raw.form != "pdf" or wording is None or wording.pack not in questionnaire.packs:
        return ""
    return _some(questionnaire.packs[wording.pack].fields - raw.declares - questionnaire.apart)


def _some(names: frozenset[str]) -> str:
    return some(sorted(header_of_name(name) for name in names))
