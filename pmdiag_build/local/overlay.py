"""National data and sparse local data → merged data, with every change recorded.

Local data has the shape of content/, only what differs. Entries of a list are named by their id (as a key of a
mapping, or as list entries with the id). A changed text says what it replaced:

    text:
      national: "the wording that was there"
      ours: "the wording here"
      change: wording            # or meaning

What the base does not have (an `unused:` reason, a new page) is written plainly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from pmdiag_build.content.documents import Data, Document, Path_, mapping, sequence
from pmdiag_build.content.model import Change, ChangeKind, What
from pmdiag_build.content.schema import ADD_CHANGE
from pmdiag_build.content.yaml_errors import left_words, too_far_left
from pmdiag_build.local import (
    OVERRIDE,
    flat,
    identity,
    index_of,
    is_added,
    is_override,
    named,
    names_of,
    overrides,
    quoted,
    says_who,
    short,
    spoken,
    without_identity,
)
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean

_FIXED = {
    "levels": "Remove it: levels are the same for every organisation",
    "id": "Remove it: ids never change. Mark a statement as unused, and add one of your own",
    "edition": "Remove it: the edition's name is made from the national one and the id in local.yaml",
}
_ADDED = {"national": "national", "ours": "local"}
_STATEMENT = re.compile(r"[1-5]\.L?[0-9]+")


@dataclass(slots=True)
class Merge:
    """The merging of one file: `over` and `changes` grow as it goes.

    `into`: the national document with terms put in, which stays where the local version says nothing; what it replaces
    is compared with the national wording without terms, for that is what the local version recorded.
    `moved_on`: the national edition is a newer one than the local version was made for, so that a text of it that is
    not there has been removed and is not a typing mistake.
    """

    national: Document
    into: Document
    local: Document
    problems: Problems
    moved_on: bool = False
    over: dict[Path_, Location] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)

    def document(self) -> Document:
        """The merged document; faults are added to `problems` and leave the national value in place."""
        base = self.national
        data = self._value(base.data, self.into.data, self.local.data, (), ())
        return replace(self.into, data=data, over=self.over)

    def _value(self, base: Data, into: Data, local: Data, path: Path_, at: Path_) -> Data:
        if fixed := self._fixed(path):
            self.problems.add(self.local.at(*at), Fault(f"{quoted(path)} can't change in a local version", fixed))
            return into
        if is_override(local):
            return self._replaced(base, into, local, path, at)
        if isinstance(base, dict) and isinstance(local, dict):
            return self._mapping(base, mapping(into), self._under(local, base.__contains__, at), path, at)
        if isinstance(base, list) and isinstance(local, (dict, list)):
            if isinstance(local, dict):
                local = self._under(local, lambda name: index_of(base, name) is not None or is_added(name), at)
            return self._list(base, sequence(into), local, path, at)
        if isinstance(local, str) and not isinstance(base, str):
            what = f"{quoted(at)} is a text here" if local else f"there is nothing under {quoted(at)}"
            fix = "Write what changes on lines under it, two spaces further in"
            self.problems.add(self.local.at(*at), Fault(what[0].upper() + what[1:], fix))
            return into
        self.problems.add(
            self.local.at(*at),
            Fault(
                f"The national wording that {quoted(path)} replaces is not recorded",
                f"Write under it three lines: national: “{short(base)}”, ours: your wording, "
                "change: wording or meaning",
            ),
        )
        return into

    def _under(self, local: dict[str, Data], known: Callable[[str], bool], at: Path_) -> dict[str, Data]:
        """The mapping without keys that are too far to the left, and without those under which they belong."""
        left = too_far_left(local, known)
        if astray := [key for key in local if key in OVERRIDE and not known(key)]:
            above = [key for key, value in local.items() if is_override(value) and not value.keys() >= OVERRIDE]
            left |= {above[-1]: astray} if above else {}
        for parent, keys in left.items():
            self.problems.add(self.local.at(*at, keys[0]), left_words(parent, keys))
        reported = {*left, *(key for keys in left.values() for key in keys)}
        return {key: value for key, value in local.items() if key not in reported}

    def _replaced(self, base: Data, into: Data, local: Mapping[str, Data], path: Path_, at: Path_) -> Data:
        place = self.local.at(*at)
        missing = sorted(OVERRIDE - local.keys())
        if missing:
            fix = ADD_CHANGE if missing[0] == "change" else f"Add {missing[0]}: and the {_ADDED[missing[0]]} wording"
            self.problems.add(place, Fault(f"“{missing[0]}” is missing here", fix))
            return into
        kind = local["change"]
        if kind not in get_args(ChangeKind):
            fix = did_you_mean(str(kind), get_args(ChangeKind)) if kind else "Write wording or meaning after it"
            self.problems.add(self.local.at(*at, "change"), Fault(f"The change can't be “{kind}”", fix))
            return into
        ours = local["ours"]
        if type(ours) is not type(base):
            kinds = {str: "a text", list: "a list", dict: "a mapping"}
            what = f"“ours” is not {kinds[type(base)]}"
            self.problems.add(place, Fault(what, f"Write {kinds[type(base)]}, as the national one is"))
            return into
        if ours == base:
            if str(local["national"]).split() != str(base).split() and not self.moved_on:
                what = f"“national” was changed here, and “ours” is still the national wording of {quoted(path)}"
                self.problems.add(
                    place, Fault(what, "Put your wording after ours:, and the national one after national:")
                )
                return into
            what = f"“ours” is the national wording of {quoted(path)}"
            fix = "Change it, or remove this entry: so far it changes nothing"
            self.problems.add(self.local.at(*at, "ours"), Fault(what, fix), Severity.NOTICE)
            return into
        self._record("text", path, flat(local["national"]), flat(base), flat(ours), str(kind), place)
        self.over[path] = self.local.at(*at, "ours")
        return ours

    def _mapping(
        self, base: dict[str, Data], into: dict[str, Data], local: dict[str, Data], path: Path_, at: Path_
    ) -> Data:
        merged = dict(into)
        for key, value in local.items():
            inner, there = (*path, key), (*at, key)
            if key in base:
                same = value == base[key] and isinstance(value, str)
                merged[key] = into[key] if same else self._value(base[key], into[key], value, inner, there)
                if merged[key] != into[key] and says_who(base, path):
                    merged["origin"] = "local"
                continue
            if "statements" in base and _STATEMENT.fullmatch(key):
                fix = "Put a line statements: before it, and indent it further"
                self.problems.add(self.local.at(*there), Fault(f"“{key}” is not under “statements”", fix))
                continue
            if is_override(value) or self.national.file.startswith("words/"):
                self._absent(key, sorted(base), value, path, there)
                continue
            merged[key] = value
            self.over[inner] = self.local.at(*there)
            what: What = "unused" if key == "unused" else "added"
            self._record(
                what, inner, "", "", flat(value), "meaning" if what == "unused" else "wording", self.over[inner]
            )
        return merged

    def _list(
        self, base: list[Data], into: list[Data], local: dict[str, Data] | list[Data], path: Path_, at: Path_
    ) -> Data:
        merged = list(into)
        # What is added comes last: it moves the positions behind it.
        for name, value, there in sorted(self._entries(local, at), key=lambda entry: index_of(base, entry[0]) is None):
            index = index_of(base, name)
            if index is not None:
                inner = without_identity(base[index], value)
                merged[index] = self._value(base[index], merged[index], inner, (*path, index), there)
            elif path and path[-1] == "statements" and is_added(name):
                self._add(merged, name, value, path, there)
            else:
                self._unknown(base, name, value, path, there)
        return merged

    def _entries(self, local: dict[str, Data] | list[Data], at: Path_) -> Iterator[tuple[str, Data, Path_]]:
        if isinstance(local, dict):
            for key, value in local.items():
                yield key, value, (*at, key)
            return
        for i, value in enumerate(local):
            name = identity(value)
            if name:
                yield name, value, (*at, i)
            else:
                what = "This entry does not say which national one it changes"
                self.problems.add(self.local.at(*at, i), Fault(what, "Begin it with the id of the national entry"))

    def _add(self, merged: list[Data], name: str, value: Data, path: Path_, at: Path_) -> None:
        place = self.local.at(*at)
        if not isinstance(value, dict) or not isinstance(value.get("text"), str):
            what = f"The added statement {name} has no text"
            self.problems.add(place, Fault(what, "Write text: and its wording under it"))
            self._refused.add(name)
            return
        if (id := value.get("id", name)) != name:
            what = f"The added statement {name} has another id, {short(id)}"
            self.problems.add(self.local.at(*at, "id"), Fault(what, "Remove id:"))
            self._refused.add(name)
            return
        after = str(value.get("after", ""))
        index = index_of(merged, after)
        if after in self._refused:
            self._refused.add(name)
            return
        if after and index is None:
            self._refused.add(name)
            what = f"There is no statement “{after}” to put it after"
            self.problems.add(place, Fault(what, did_you_mean(after, names_of(merged))))
            return
        position = len(merged) if index is None else index + 1
        entry: dict[str, Data] = {k: v for k, v in value.items() if k not in ("after", "id")}
        merged.insert(position, {"id": name, **entry, "origin": "local"})
        self._shift(path, position)
        for key in ("id", "text", *entry):
            self.over[(*path, position, key)] = place
        self.over[(*path, position)] = place
        keys = (*named(self.national.data, path), name)
        self._record("added", path, "", "", flat(value["text"]), "meaning", place, f"statement {name}", keys)

    def _shift(self, path: Path_, position: int) -> None:
        depth = len(path)

        def moved(old: Path_) -> Path_:
            step = old[depth] if len(old) > depth and old[:depth] == path else None
            if isinstance(step, int) and step >= position:
                return (*path, step + 1, *old[depth + 1 :])
            return old

        self.over = {moved(old): place for old, place in self.over.items()}

    def _unknown(self, base: Sequence[Data], name: str, value: Data, path: Path_, at: Path_) -> None:
        if path == ("features",) or path == ("levels",):
            fix = "Remove it: features and levels are the same for every organisation"
            self.problems.add(self.local.at(*at), Fault(f"There is no “{name}” in {quoted(path)}", fix))
            return
        if name in OVERRIDE:
            fix = "Put it beside “national”, as far to the right"
            self.problems.add(self.local.at(*at), Fault(f"“{name}” is too far to the left", fix))
            return
        if path[-1:] == ("statements",) and isinstance(value, dict) and isinstance(value.get("text"), str):
            fix = f"Give a statement of your own an id with an L and one or two figures, such as {name[:1]}.L1"
            self.problems.add(self.local.at(*at), Fault(f"There is no “{name}” in {quoted(path)}", fix))
            return
        self._absent(name, names_of(base), value, path, at)

    def _absent(self, name: str, known: list[str], value: Data, path: Path_, at: Path_) -> None:
        """A text that the national content does not have: gone from a newer edition, else a typing mistake."""
        place = self.local.at(*at)
        if not self.moved_on:
            self.problems.add(place, Fault(f"There is no “{name}” in {quoted(path)}", did_you_mean(name, known)))
            return
        for was, ours, kind in overrides(value):
            spot = f"{spoken(self.national.data, path)} / {name}".removeprefix(" / ")
            change = Change("gone", self.national.file, spot, was, "", ours, kind, place)
            self.changes.append(change)

    def _record(
        self,
        what: What,
        path: Path_,
        national: str,
        now: str,
        ours: str,
        kind: str,
        place: Location,
        spot: str = "",
        keys: tuple[str, ...] = (),
    ) -> None:
        change: ChangeKind = "meaning" if kind == "meaning" else "wording"
        keys = keys or named(self.national.data, path)
        spot = spot or spoken(self.national.data, path)
        self.changes.append(Change(what, self.national.file, spot, national, now, ours, change, place, keys))

    def _fixed(self, path: Path_) -> str:
        """Why the value at `path` can't change, or an empty text. In words files, keys are only names of texts."""
        if self.national.file.startswith("words/"):
            return ""
        if path and path[0] == "levels":
            return _FIXED["levels"]
        last = str(path[-1]) if path else ""
        return _FIXED["edition"] if last == "edition" else _FIXED["id"] if last in ("id", "code", "name") else ""
