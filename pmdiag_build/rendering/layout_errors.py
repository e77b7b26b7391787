"""A mistake in a layout → a problem with its file and line, like one in content. Renders nothing itself."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from pmdiag_build.problems import ContentWrong, Fault, Location, Problem


@contextlib.contextmanager
def layouts_named(layouts: Sequence[Path]) -> Iterator[None]:
    """Turn what Jinja raises for layouts in these folders into ContentWrong."""
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    try:
        yield
    except TemplateNotFound as error:
        fix = "Put the file there, or fix the name where it is asked for"
        raise ContentWrong.one(f"layouts/{error.name}", Fault("There is no such layout", fix)) from error
    except TemplateSyntaxError as error:
        place = Location(f"layouts/{error.name}", error.lineno)
        raise ContentWrong.one(place, Fault(f"The layout can't be read: {error.message}", "Mend it there")) from error
    except TemplateError as error:
        what = f"The layout can't be drawn: {error.message}"
        raise ContentWrong.one(
            _deepest(error, layouts), Fault(what, "Mend the name there, or give it a value")
        ) from error
    except UnicodeDecodeError as error:
        raise ContentWrong(_not_utf8(layouts)) from error
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        place = _deepest(error, layouts)
        if not place.line:
            raise  # not the layout's mistake but ours
        raise ContentWrong.one(place, Fault(f"The layout can't be drawn: {error}", "Mend it there")) from error


def _not_utf8(layouts: Sequence[Path]) -> Iterator[Problem]:
    """A problem for each layout whose text is not UTF-8: the error itself names no file."""
    for folder in layouts:
        for path in sorted(folder.rglob("*.html")):
            try:
                path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                place = Location(f"layouts/{path.relative_to(folder).as_posix()}")
                yield Problem(place, Fault("There is a character that is not UTF-8", "Save it as UTF-8"))


def _deepest(error: Exception, layouts: Sequence[Path]) -> Location:
    """The innermost place in a layout: Jinja's tracebacks name the layout's own file and line."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        for folder in layouts:
            file = Path(frame.filename)
            if file.is_relative_to(folder):
                return Location(f"layouts/{file.relative_to(folder).as_posix()}", frame.lineno or 0)
    return Location("layouts")
