"""Poppler, the engine of Evince and Okular, through its GObject bindings in the system's Python."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pmdiag_build.content.fields import FormField
from tests.forms.answers import Answers
from tests.programs import program

_SCRIPT = """
import json, sys, gi
gi.require_version("Poppler", "0.18")
from gi.repository import Poppler
pack, out, answers = json.load(sys.stdin)
document = Poppler.Document.new_from_file(pack)
pages = [document.get_page(number) for number in range(document.get_n_pages())]
for field in [mapping.field for page in pages for mapping in page.get_form_field_mapping()]:
    answer, kind = answers.get(field.get_name()), field.get_field_type()
    if answer is None:
        continue
    if kind == Poppler.FormFieldType.TEXT:
        field.text_set_text(answer)
    elif kind == Poppler.FormFieldType.CHOICE and answer:
        labels = [field.choice_get_item(number) for number in range(field.choice_get_n_items())]
        field.choice_select_item(labels.index(answer))
    elif kind == Poppler.FormFieldType.BUTTON:
        wanted = bool(answer) and field.get_alternate_ui_name().startswith(answer + ", ")
        if wanted != field.button_get_state():
            field.button_set_state(wanted)
document.save(out)
"""


def fill(pack: Path, fields: Sequence[FormField], answers: Answers, out: Path) -> None:
    """Fill in through `Poppler.FormField`. An empty level is taken back by switching its button off."""
    labels = {(field.name, option.code): option.label for field in fields for option in field.options}
    shown = {name: labels.get((name, answer), answer) for name, answer in answers.items()}
    data = json.dumps([pack.resolve().as_uri(), out.resolve().as_uri(), shown])
    command = (program("python-poppler"), "-c", _SCRIPT)
    subprocess.run(command, input=data.encode(), check=True, capture_output=True)
