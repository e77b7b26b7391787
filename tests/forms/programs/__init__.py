"""The programs that fill in a pack, each as a function of the pack, its fields, the answers and the file to write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pmdiag_build.content.fields import FormField
from tests.forms.answers import Answers

Fill = Callable[[Path, Sequence[FormField], Answers, Path], None]
"""Fill in a pack and write it to a new file."""
