"""A raw record + what the tool asks → a Response: the only validation, the same for every format.

A value that can't be counted is kept as given, named in a problem, and left out of the answers. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pmdiag_build.content.field_names import PACK_ID, Item, item_of
from pmdiag_build.problems import Fault, Problem
from pmdiag_build.returns.completeness import wording_of
from pmdiag_build.returns.questionnaire import Questionnaire, code_of
from pmdiag_build.returns.raw import Given, RawRecord
from pmdiag_build.returns.response import Mode, Record, Response, Uncounted

NOT_ANSWERED = "-"
"""What a typist may put into the cell of a level, a choice or the reference to say that it was seen and is empty."""

MOST_PEOPLE = 9999
_MODES: Mapping[str, Mode] = {"individual": "individual", "interview": "interview", "group": "group"}


def decode(raw: RawRecord, questionnaire: Questionnaire, problems: list[Problem], *, digest: bytes = b"") -> Response:
    """The response that a raw record gives; what can't be counted is added to `problems`.

    `digest`: of the bytes of the file that the record is from.
    """
    return _Decoder(raw, questionnaire, problems).response(digest)


class _Decoder:
    """One raw record on its way to a response."""

    def __init__(self, raw: RawRecord, questionnaire: Questionnaire, problems: list[Problem]) -> None:
        self.raw = raw
        self.questionnaire = questionnaire
        self.problems = problems
        self.uncounted: list[Uncounted] = []
        self.elsewhere = questionnaire.apart if _of_other_edition(raw, questionnaire) else frozenset()
        self.ratings = self._askable(questionnaire.ratings)
        self.overall = self._askable(questionnaire.overall)
        self.apart: dict[str, str] = {}
        self.comments: dict[tuple[str, str], str] = {}
        self.more: dict[str, str] = {}
        self.record: dict[str, str] = {}
        self.pack_id = ""

    def _askable(self, questions: Mapping[str, str]) -> dict[str, str | None]:
        return {id: None for name, id in questions.items() if name not in self.elsewhere}

    def response(self, digest: bytes) -> Response:
        for name, given in self._beside_levels():
            self._take(name, given)
        for name, (given, fault) in self.raw.unread.items():
            self._leave_out(name, given, fault)
        return Response(
            place=self.raw.places.whole(),
            pack_id=self.pack_id,
            record=self._record(),
            ratings=self.ratings,
            overall=self.overall,
            comments=dict(sorted(self.comments.items(), key=lambda entry: (entry[0][1], entry[0][0]))),
            more=dict(sorted(self.more.items())),
            uncounted=tuple(self.uncounted),
            apart=dict(sorted(self.apart.items())),
            digest=digest,
        )

    def _beside_levels(self) -> Iterator[tuple[str, Given]]:
        """What a level's plain code does not answer. Nine values in ten are such codes: these are taken at once."""
        ratings, overall, codes = self.questionnaire.ratings, self.questionnaire.overall, self.questionnaire.codes
        for name, given in self.raw.values.items():
            if len(given) != 1 or given[0] not in codes or name in self.elsewhere:
                yield name, given
            elif name in ratings:
                self.ratings[ratings[name]] = given[0]
            elif name in overall:
                self.overall[overall[name]] = given[0]
            else:
                yield name, given

    def _take(self, name: str, given: Given) -> None:
        texts = tuple(text for text in map(_lf, given) if text.strip())
        if not texts:
            return
        item = item_of(name)
        if item is None:
            self._leave_out(
                name, texts, Fault("It answers a question that the tool does not ask", "Read it where it stands")
            )
        elif texts[0].startswith(self.questionnaire.undecided):
            self._leave_out(
                name,
                texts,
                Fault("It is not decided yet", "Look at the paper, and put its answer in the place of this text"),
            )
        elif len(set(texts)) > 1:
            both = " and ".join(f"“{text}”" for text in texts)
            self._leave_out(name, texts, Fault(f"More than one choice is marked: {both}", "Ask which one is meant"))
        else:
            self._take_one(item, texts[0])

    def _take_one(self, item: Item, text: str) -> None:
        match item.kind:
            case "rating":
                self._level(item, text, self.ratings)
            case "overall":
                self._level(item, text, self.overall)
            case "comment" if item.id in self.questionnaire.features:
                self.comments[item.comment, item.id] = text
            case "comment":
                self._leave_out(item.name, (text,), _not_asked(item))
            case "record":
                self.record[item.id] = text
            case "pack_id":
                self.pack_id = text
            case "more" | "review":
                self.more[item.name] = text

    def _level(self, item: Item, text: str, answers: dict[str, str | None]) -> None:
        if text.strip() == NOT_ANSWERED:
            return
        code = code_of(text, self.questionnaire.levels)
        apart = item.name in self.elsewhere
        if item.id not in answers and not apart:
            self._leave_out(item.name, (text,), _not_asked(item))
        elif code is None:
            what = f"“{text}” is not one of {self.questionnaire.level_words}"
            fix = "Write the level, or leave it empty if it was not answered"
            self._leave_out(item.name, (text,), Fault(what, fix))
        elif apart:
            self.apart[item.name] = code
        else:
            answers[item.id] = code

    def _record(self) -> Record:
        mode = _MODES.get(self._chosen("mode", self.questionnaire.modes), "")
        reference = self.record.get("reference", "").strip()
        return Record(
            reference="" if reference == NOT_ANSWERED else reference,
            role=self._chosen("role", self.questionnaire.roles),
            mode=mode,
            group_size=self._people(mode),
            area=self.record.get("area", ""),
            date=self.record.get("date", ""),
            lead=self.record.get("lead", ""),
            contributors=self.record.get("contributors", ""),
        )

    def _chosen(self, field: str, words: Mapping[str, str]) -> str:
        text = self.record.get(field, "")
        if not text or text.strip() == NOT_ANSWERED:
            return ""
        code = code_of(text, words)
        if code is None:
            self._leave_out(
                f"record_{field}", (text,), Fault(f"“{text}” is not in the list", self._list_of(field, text, words))
            )
        return code or ""

    def _list_of(self, field: str, text: str, words: Mapping[str, str]) -> str:
        """How to fix a word that is not in a list: the one that may be meant, or all as the list shows them."""
        # Imported here: most name nothing wrongly.
        import difflib

        labels = self.questionnaire.labels[field]
        near = difflib.get_close_matches(text.casefold(), words, n=1)
        if near:
            return f"Did you mean “{labels[words[near[0]]]}”?"
        return f"Use one of {', '.join(f'“{label}”' for label in labels.values())}"

    def _people(self, mode: Mode) -> int:
        """The number of people behind the response: 1 for an individual, as given for a group, 0 where not known."""
        text = self.record.get("group_size", "").strip()
        alone = mode in ("individual", "interview")
        if not text or text in (NOT_ANSWERED, "0"):
            return 1 if alone else 0
        # isdecimal alone takes the figures of any script; int() reads them all.
        people = int(text) if text.isdecimal() and len(text) <= len(str(MOST_PEOPLE)) else 0
        if not people:
            what, fix = f"“{text}” is not a number of people", "Write it in figures, or leave it empty"
        elif alone and people > 1:
            what = f"The mode is {mode}, but the number of people is {people}"
            fix = "Correct the mode or the number; it was counted as one person's"
        else:
            return people
        self._leave_out("record_group_size", (text,), Fault(what, fix))
        return 1 if alone else 0

    def _leave_out(self, name: str, given: Given, fault: Fault) -> None:
        place = self.raw.places.of(name)
        self.uncounted.append(Uncounted(name, given, place))
        item = item_of(name)
        label = f"“{name}”" if item is None else item.label
        quoted = "" if all(text in fault.what for text in given) else f" (given: {' | '.join(given)})"
        what = f"{label}: {fault.what}{quoted}. It was kept, not counted"
        self.problems.append(Problem(place, Fault(what, fault.fix)))


def _of_other_edition(raw: RawRecord, questionnaire: Questionnaire) -> bool:
    """Does it say that it answers another edition? A typed sheet says nothing, and is for the edition at hand."""
    wording = wording_of("".join(raw.values.get(PACK_ID, ())), questionnaire)
    return wording is not None and wording.edition != questionnaire.edition


def _not_asked(item: Item) -> Fault:
    return Fault(
        f"The tool in this edition does not ask {item.label}", "Read it where it stands, or use the edition it answers"
    )


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
