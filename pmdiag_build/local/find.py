"""Find a national text by its name or by words of it. Reads documents, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pmdiag_build.content.documents import Data, Document, Path_
from pmdiag_build.content.placeholders import asked, with_count
from pmdiag_build.local.naming import named
from pmdiag_build.local.terms import is_name


@dataclass(frozen=True, slots=True)
class Text:
    """A national text: its file, the steps to it by key and id, and the wording. A page has no steps."""

    file: str
    steps: tuple[str, ...]
    wording: str

    @property
    def name(self) -> str:
        """What a person types to mean it: a statement's or page's id, else file and steps."""
        if not self.steps:
            return self.file.rsplit("/", 1)[-1].removesuffix(".md")
        if self.file == "framework.yaml" and len(self.steps) == 5 and self.steps[2] == "statements":
            return self.steps[3]
        return "/".join((self.file.removesuffix(".yaml"), *self.steps))


def all_texts(documents: Mapping[str, Document]) -> Iterator[Text]:
    """Every text that a local version may change, in the order of files and lines."""
    for file, document in documents.items():
        if file.startswith("editions/") or file == "corrections.yaml":
            continue
        if file.endswith(".md"):
            yield Text(file, (), document.body)
        else:
            for path, wording in leaves(document.data):
                if path and path[0] != "levels" and not is_name(file, path):
                    yield Text(file, named(document.data, path), wording)


def find_texts(documents: Mapping[str, Document], what: str) -> list[Text]:
    """The text of that name, or all whose wording holds `what` (in any case)."""
    texts = list(all_texts(documents))
    if meant := [text for text in texts if text.name == what]:
        return meant
    # As a reader knows it, with the number in its place, or as it is written.
    count, part = asked(documents["framework.yaml"].data), what.lower()
    spoken = ((text, " ".join(text.wording.split())) for text in texts)
    return [text for text, said in spoken if part in said.lower() or part in with_count(said, count).lower()]


def same_texts(documents: Mapping[str, Document], text: Text) -> list[Text]:
    """The other texts of the same wording: a pack and its large print say the same."""
    words = text.wording.split()
    return [other for other in all_texts(documents) if other != text and other.wording.split() == words]


def leaves(data: Data, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every text in the data of a file, with its path."""
    if isinstance(data, str):
        yield path, data
        return
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield from leaves(value, (*path, key))
