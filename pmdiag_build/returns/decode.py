"""A raw record + what the tool asks → a Response: the only validation, the same for every format.

A value that can't be counted is stored as given, named in a problem, and left out of the answers. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pmdiag_build.content.field_names import Item, item_of, record_name
from pmdiag_build.problems import Fault, Problem, Severity
from pmdiag_build.returns.questionnaire import Questionnaire, code_of
from pmdiag_build.returns.raw import Given, RawRecord, RowPlaces, Unread
from pmdiag_build.returns.response import Mode, Record, Response, Uncounted
from pmdiag_build.text import as_meant, is_date, misread, normal, visible

NOT_ANSWERED = "-"
"""What a typist may put into the cell of a level, a choice or the reference to say that it was seen and is empty."""

_OFF = "off"
"""What programs export for a button that nobody chose, in their own case."""

MOST_PEOPLE = 9999
_SEVERAL_LEVELS = re.compile(r"[/,;+&|]|\bor\b|\band\b|\bto\b|-|–", re.IGNORECASE)
_ALIKE = str.maketrans("\u0415\u0435\u0395\u13ac\u13a0\u13de", "EeEEDL")
"""Letters of Cyrillic, Greek and Cherokee that look like those of levels."""

_NONE = re.compile(
    r"[\s?./–—-]*(n\W?a|none|nil|no answer|not (applicable|answered|sure)|don.?t know|unsure|blank|)[\s?./–—-]*",
    re.IGNORECASE,
)
"""What people write where they give no answer; also signs alone (`?`, `/`)."""

_ONE_LEVEL = "{item}: “{given}” is not {levels}, so it was not counted"
_SEVERAL_CELLS = "{count} cells say “{given}”, which is not {levels}: {places}. They were not counted"
_VARIOUS_CELLS = "{count} cells contain something other than {levels}: {places}. They were not counted"
SAYS_NO_ANSWER = Fault(
    _ONE_LEVEL,
    "Leave it empty if the question was not answered",
    _SEVERAL_CELLS,
    _VARIOUS_CELLS,
    fix_all="Leave them empty if the question was not answered",
)
ALMOST_A_LEVEL = Fault(_ONE_LEVEL, "Write {level} if that is meant", _SEVERAL_CELLS, _VARIOUS_CELLS)
NOT_A_LEVEL = Fault(_ONE_LEVEL, "Write the level that was meant", _SEVERAL_CELLS, _VARIOUS_CELLS)
LOOKS_LIKE_A_LEVEL = Fault(
    "{item}: “{given}” looks like {level} but is a letter of another alphabet, so it was not counted",
    "Type {level} again if that is meant",
    several="{count} cells look like {level} but have a letter of another alphabet: {places}. They were not counted",
)
SEVERAL_LEVELS = Fault(
    "{item}: “{given}” names more than one level, so it was not counted",
    "Ask which level is meant",
    several="{count} cells name more than one level: {places}. They were not counted",
)
UNKNOWN_QUESTION = Fault(
    "{item}: the tool does not ask this question, so it was not counted (“{given}”)",
    "Read the answer in the file",
    several="{count} answers are to questions that the tool does not ask: {places}. They were not counted",
)
NOT_IN_THIS_EDITION = Fault(
    "{item}: this edition of the tool does not ask this question, so it was not counted (“{given}”)",
    "Read the answer in the file",
    several="{count} answers are to questions that this edition of the tool does not ask: {places}. "
    "They were not counted",
)
EDITION_NOT_SAID = Fault(
    "{item}: editions ask this with different meanings, and nothing says which was answered, so it was not counted",
    "Copy the answers into a new entry sheet, one of your own version if that was answered",
    several="{count} answers are to questions that editions ask with different meanings ({places}), and nothing says "
    "which was answered. They were not counted",
)
UNDECIDED = Fault(
    "{item} is not decided yet (“{given}”), so it was not counted",
    "Look at the paper, and replace the text with the right answer",
    several="{count} cells are not decided yet: {places}. They were not counted",
)
MORE_THAN_ONE = Fault(
    "{item}: more than one answer is given ({both}), so neither was counted", "Ask which one is meant"
)
REFERENCE_IS_DATE = Fault(
    "{item}: “{given}” is a date, which a spreadsheet program may have made of it. It was not counted as a reference",
    "Format the cell as text and type the reference again",
    several="{count} references are dates, which a spreadsheet program may have made of them: {places}. "
    "They were not counted as references",
    fix_all="Format the cells as text and type the references again",
)
REFERENCE_IS_DATE_IN_CSV = Fault(
    REFERENCE_IS_DATE.what,
    "Open the file in a text editor (such as Notepad) and correct the reference",
    REFERENCE_IS_DATE.several,
    fix_all="Open the file in a text editor (such as Notepad) and correct the references",
)
REFERENCE_IS_DATE_ELSEWHERE = Fault(
    "{item}: “{given}” is a date, so it was not counted as a reference",
    "Write the reference that was meant",
    several="{count} references are dates, so they were not counted as references: {places}",
    fix_all="Write the references that were meant",
)
MANGLED = Fault(
    "{item}: some letters are not those that were typed (“{given}”)",
    "Ask what was meant, and correct the text",
    several="{count} texts have letters that are not those that were typed: {places}",
    fix_all="Ask what was meant, and correct the texts",
)
NOT_IN_LIST = Fault(
    "{item}: “{given}” is not in the list, so it was not counted",
    "{choose}",
    several="{count} cells say “{given}”, which is not in the list: {places}. They were not counted",
)
NOT_A_NUMBER = Fault(
    "{item}: “{given}” is not a number of people, so it was not counted",
    "Write it in figures",
    several="{count} cells say “{given}”, which is not a number of people: {places}. They were not counted",
)
NOT_ALONE = Fault(
    "{item}: the number of people is {given}, but the mode is {mode}. It was counted as one person's",
    "Correct the one that is wrong",
    several="{count} returns name several people, but their mode is {mode}: {places}. Each was counted as one person's",
)

_MODES: Mapping[str, Mode] = {"individual": "individual", "interview": "interview", "group": "group"}


def decode(raw: RawRecord, questionnaire: Questionnaire, problems: list[Problem], *, digest: bytes = b"") -> Response:
    """The response that a raw record gives; a problem for each value that can't be counted is added to `problems`.

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
        self.asked = questionnaire.asked_by(raw)
        self.elsewhere = self.asked.apart | self.asked.unclear
        self.ratings = self._askable(questionnaire.ratings)
        self.overall = self._askable(questionnaire.overall)
        self.apart: dict[str, str] = {}
        self.comments: dict[tuple[str, str], str] = {}
        self.more: dict[str, str] = {}
        self.record: dict[str, str] = {}
        self.pack_id = ""
        levels = questionnaire.levels
        self.words = {"rating": levels, "overall": levels, "role": questionnaire.roles, "mode": questionnaire.modes}

    def _askable(self, questions: Mapping[str, str]) -> dict[str, str | None]:
        return {id: None for name, id in questions.items() if name not in self.elsewhere}

    def response(self, digest: bytes) -> Response:
        for name, given in self._beside_levels():
            self._take(name, given)
        for name, unread in self.raw.unread.items():
            self._leave_out(name, unread)
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
            asked=self.asked.heard,
            id=self.raw.id,
            saved=self.raw.saved,
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
        item = item_of(name)
        given = tuple(map(_lf, given))
        # No answer is an answer, too: a place that has one and a place that has none do not agree.
        meant = [self._meaning(item, text) for text in given]
        texts = tuple(text for text, meaning in zip(given, meant, strict=True) if meaning)
        if not texts:
            return
        if item is None:
            self._leave_out(name, Unread(texts, UNKNOWN_QUESTION))
        elif texts[0].startswith(self.questionnaire.undecided):
            self._leave_out(name, Unread(texts, UNDECIDED))
        elif len(set(meant)) > 1:
            both = [*(f"“{text}”" for text in dict.fromkeys(texts)), *(["no answer"] if "" in meant else [])]
            self._leave_out(name, Unread(texts, MORE_THAN_ONE, {"both": " and ".join(both)}))
        else:
            self._take_one(item, texts[0])

    def _meaning(self, item: Item | None, text: str) -> str:
        """What a text says, as it is compared with another one for the same question; empty where it is no answer."""
        words = None if item is None else self.words.get(item.id if item.kind == "record" else item.kind)
        if words is None:
            return text.strip()
        return "" if is_no_answer(text) else code_of(text, words) or text.strip()

    def _take_one(self, item: Item, text: str) -> None:
        if item.kind in ("comment", "record", "more", "review"):
            text = as_meant(text)
            if word := misread(text):
                place = self.raw.places.of(item.name)
                self.problems.append(MANGLED.at(place, Severity.NOTICE, item=item.label, given=word))
        match item.kind:
            case "rating":
                self._level(item, text, self.ratings)
            case "overall":
                self._level(item, text, self.overall)
            case "comment" if item.id in self.questionnaire.features:
                self.comments[item.comment, item.id] = text
            case "comment":
                self._leave_out(item.name, Unread((text,), NOT_IN_THIS_EDITION))
            case "record":
                self.record[item.id] = text
            case "pack_id":
                self.pack_id = visible(text).strip()
            case "more" | "review":
                self.more[item.name] = text

    def _level(self, item: Item, text: str, answers: dict[str, str | None]) -> None:
        code = code_of(text, self.questionnaire.levels)
        if item.name in self.asked.unclear:
            self.uncounted.append(Uncounted(item.name, (text,), place := self.raw.places.of(item.name)))
            self.problems.append(EDITION_NOT_SAID.at(place, Severity.ERROR, item=item.label))
            return
        apart = item.name in self.asked.apart or (self.asked.foreign and item.id not in answers)
        if item.id not in answers and not apart:
            self._leave_out(item.name, Unread((text,), NOT_IN_THIS_EDITION))
        elif code is None:
            self._leave_out(item.name, self._no_level(text))
        elif apart:
            self.apart[item.name] = code
        else:
            answers[item.id] = code

    def _no_level(self, text: str) -> Unread:
        """What is wrong with the text of a level, by what it looks like."""
        levels = self.questionnaire.levels
        parts = [part for part in _SEVERAL_LEVELS.split(text) if part.strip()]
        facts = {"levels": self.questionnaire.level_words}
        if len(parts) > 1 and all(code_of(part, levels) for part in parts):
            return Unread((text,), SEVERAL_LEVELS)
        if _NONE.fullmatch(text):
            return Unread((text,), SAYS_NO_ANSWER, facts)
        if level := code_of(text.translate(_ALIKE), levels):
            return Unread((text,), LOOKS_LIKE_A_LEVEL, {"level": level})
        letters = "".join(letter for letter in text if letter.isalpha() or letter.isspace())
        if not any(map(str.isdigit, text)) and (level := code_of(letters, levels)):
            return Unread((text,), ALMOST_A_LEVEL, facts | {"level": level})
        return Unread((text,), NOT_A_LEVEL, facts)

    def _record(self) -> Record:
        mode = _MODES.get(self._chosen("mode", self.questionnaire.modes), "")
        return Record(
            reference=self._reference(),
            role=self._chosen("role", self.questionnaire.roles),
            mode=mode,
            group_size=self._people(mode),
            area=self.record.get("area", ""),
            date=self.record.get("date", ""),
            lead=self.record.get("lead", ""),
            contributors=self.record.get("contributors", ""),
        )

    def _reference(self) -> str:
        text = self.record.get("reference", "").strip()
        if visible(text).strip() == NOT_ANSWERED:
            return ""
        if is_date(text):
            self._leave_out(record_name("reference"), Unread((text,), self._is_date()))
            return ""
        return text

    def _is_date(self) -> Fault:
        """What to say of a reference that is a date: in a CSV file no cell has a format."""
        places = self.raw.places
        if not isinstance(places, RowPlaces):
            return REFERENCE_IS_DATE_ELSEWHERE
        return REFERENCE_IS_DATE if places.sheet else REFERENCE_IS_DATE_IN_CSV

    def _chosen(self, field: str, words: Mapping[str, str]) -> str:
        text = self.record.get(field, "")
        if not text:
            return ""
        code = code_of(text, words)
        if code is None:
            choose = {"choose": self._list_of(field, text, words)}
            self._leave_out(record_name(field), Unread((text,), NOT_IN_LIST, choose))
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
        """The number of people behind the response: 1 for an individual, else as given, 0 where it is not known.

        An interview is one person's unless it says more.
        """
        text = visible(self.record.get("group_size", "")).strip()
        alone = mode == "individual"
        if not text or text in (NOT_ANSWERED, "0"):
            return 1 if alone or mode == "interview" else 0
        # Programs that take the column for measurements write 2 as 2.0.
        text = _WHOLE.sub("", text)
        # isdecimal alone takes the figures of any script; int() reads them all.
        people = int(text) if text.isdecimal() and len(text) <= len(str(MOST_PEOPLE)) else 0
        if not people:
            unread = Unread((text,), NOT_A_NUMBER)
        elif alone and people > 1:
            unread = Unread((text,), NOT_ALONE, {"mode": mode})
        else:
            return people
        self._leave_out(record_name("group_size"), unread)
        return 1 if alone else 0

    def _leave_out(self, name: str, unread: Unread) -> None:
        place = self.raw.places.of(name)
        self.uncounted.append(Uncounted(name, unread.given, place))
        item = item_of(name)
        self.problems.append(unread.at(place, f"“{name}”" if item is None else item.label))


def is_no_answer(text: str) -> bool:
    """Does the text of a level or a choice say that it was not answered?"""
    return visible(text).strip() in ("", NOT_ANSWERED) or normal(text) == _OFF


_WHOLE = re.compile(r"(?<=\d)\.0+$")


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
