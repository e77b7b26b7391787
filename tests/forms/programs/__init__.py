"""The programs that fill a pack in, each as one function: a pack, its fields, answers, and the file to write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pmdiag_build.content.fields import FormField
from tests.forms.answers import Answers

Fill = Callable[[Path, Sequence[FormField], Answers, Path], None]
"""Fills a pack in and writes it to a new file."""
