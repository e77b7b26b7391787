"""The Jinja environment for all layouts: mistakes in a layout become problems with file and line."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import mimetypes
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from pickle import UnpicklingError

import jinja2
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from markupsafe import Markup, escape

from pmdiag_build.content.model import fill as fill_text
from pmdiag_build.problems import ContentWrong, Fault, Location, Problem, did_you_mean
from pmdiag_build.rendering.sandbox import Sandbox, bounded, plain
from pmdiag_build.resources import LAYOUTS


def environment(layouts: Sequence[Path] = (LAYOUTS,)) -> jinja2.Environment:
    """The environment for layouts in these folders, the first that has a layout wins. Undefined names are errors, all
    text is escaped, and every layout runs in the sandbox."""
    ours = tuple(layouts) == (LAYOUTS,)
    env = Sandbox(
        measured=not ours,
        loader=jinja2.FileSystemLoader([str(folder) for folder in layouts]),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        # The folder of a local version is not ours to write to.
        bytecode_cache=Compiled(LAYOUTS) if ours else _REMEMBERED,
    )
    env.filters["fill"] = fill
    return env


def fill(text: str, **values: object) -> Markup:
    """Replace each `{name}` in a sentence by its value; both are escaped."""
    safe = {name: escape(plain(value)) for name, value in values.items()}
    bounded(text.count("{") * sum(map(len, safe.values())))
    return Markup(fill_text(str(escape(text)), **safe))  # noqa: S704 — text and values are escaped


class Compiled(jinja2.FileSystemBytecodeCache):
    """Jinja's cache of compiled layouts, in `__pycache__` beside them: it saves 80 ms of each build of the site.

    Jinja compares the layout's text and the versions of Python and Jinja, never the time, so an edited layout is always
    compiled again. Damaged files are ignored, and so is a folder that can't be written to.
    """

    def __init__(self, layouts: Path) -> None:
        super().__init__(str(layouts / "__pycache__"), f"%s.{sys.implementation.cache_tag}.sandboxed.jinja")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a compiled layout if there is one."""
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Save a compiled layout."""
        if not sys.dont_write_bytecode:
            with contextlib.suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)


class _Remembered(jinja2.BytecodeCache):
    """Compiled layouts, kept in memory while the process runs: a preview makes all pages again after each change."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a compiled layout if there is one of the same text."""
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled layout in the place of an older one."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_REMEMBERED = _Remembered()


def style_sheets(env: jinja2.Environment, names: Iterable[str]) -> Iterator[str]:
    """Our style sheets, or those of a local version in their place."""
    assert env.loader is not None
    for name in names:
        yield env.loader.get_source(env, name)[0]


def inline(style: str) -> tuple[Markup, str]:
    """The style of a page that is a single file, and the beginning of a policy that allows just this style."""
    policy = f"default-src 'none'; style-src {allowed(style.encode())}"
    return Markup(style), policy  # noqa: S704 — style sheets of ours


def allowed(content: bytes) -> str:
    """How a policy allows just this script or style sheet within a page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"


def data_address(name: str, data: bytes) -> str:
    """The address of a picture, with the picture in it."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def layout_name(folder: Path, name: str) -> str:
    """How messages call a layout: one of a local version with its folder's name."""
    version = "" if folder == LAYOUTS or folder.name != "layouts" else f"{folder.parent.name}/"
    return f"{version}layouts/{name}"


_CORRECT = "Correct that line"


@contextlib.contextmanager
def layouts_named(layouts: Sequence[Path]) -> Iterator[None]:
    """Turn errors that Jinja raises for layouts in these folders into ContentWrong."""
    try:
        yield
    except jinja2.TemplateNotFound as error:
        what = f"There is no layout “{error.name}”"
        known = (path.relative_to(folder).as_posix() for folder in layouts for path in sorted(folder.rglob("*.html")))
        raise ContentWrong.one(_deepest(error, layouts), Fault(what, did_you_mean(str(error.name), known))) from error
    except jinja2.TemplateSyntaxError as error:
        file = Path(error.filename or "")
        folder = next((folder for folder in layouts if file.is_relative_to(folder)), LAYOUTS)
        what = f"The layout can't be read: {error.message}"
        place = Location(layout_name(folder, str(error.name)), error.lineno)
        raise ContentWrong.one(place, Fault(what, _CORRECT)) from error
    except SecurityError as error:
        what, fix = str(error.message), "Use only what README lists under Layouts of your own"
        raise ContentWrong.one(_deepest(error, layouts), Fault(what, fix)) from error
    except jinja2.TemplateError as error:
        what = f"The layout can't be filled in: {error.message}"
        raise ContentWrong.one(_deepest(error, layouts), Fault(what, "Correct the name in that line")) from error
    except UnicodeDecodeError as error:
        found = tuple(_not_utf8(layouts))
        raise ContentWrong(found or [Fault("A layout is not UTF-8", "Save it as UTF-8").at("layouts")]) from error
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        place = _deepest(error, layouts)
        if not place.line:
            raise  # the mistake is in our code
        raise ContentWrong.one(place, Fault(f"The layout can't be filled in: {error}", _CORRECT)) from error


def _not_utf8(layouts: Sequence[Path]) -> Iterator[Problem]:
    """A problem for each layout that is not UTF-8: the error itself does not name the file."""
    for folder in layouts:
        for path in sorted((*folder.rglob("*.html"), *folder.rglob("*.css"))):
            try:
                path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                place = Location(layout_name(folder, path.relative_to(folder).as_posix()))
                yield Problem(place, Fault("The file is not UTF-8", "Save it as UTF-8"))


def _deepest(error: Exception, layouts: Sequence[Path]) -> Location:
    """The innermost place in a layout: Jinja's tracebacks name the layout's own file and line."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        for folder in layouts:
            file = Path(frame.filename)
            if file.is_relative_to(folder):
                return Location(layout_name(folder, file.relative_to(folder).as_posix()), frame.lineno or 0)
    return Location("layouts")
