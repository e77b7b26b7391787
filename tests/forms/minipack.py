"""A pack of three pages with every kind of field, made from the codec's names and a few lines of HTML."""

from __future__ import annotations

from html import escape

from pmdiag_build.content.field_names import (
    PACK_ID,
    action_name,
    clear_name,
    comment_name,
    overall_name,
    rating_name,
    record_name,
)
from pmdiag_build.content.fields import FormField
from pmdiag_build.content.model import Choice
from pmdiag_build.resources import LAYOUTS

TITLE = "A small pack: Łódź"
LANGUAGE = "en-GB"
LEVELS = (Choice("L", "Limited"), Choice("D", "Developing"), Choice("E", "Effective"))
MODES = (Choice("individual", "One person, answering alone"), Choice("group", "A group, answering together"))
ROLES = (Choice("senior-officer", "Other senior officer"), Choice("partner", "Partner organisation (health)"))
STATEMENTS = ("1.1", "1.10", "2.1", "2.2")
FEATURES = ("1", "2")

_CSS = f"""
@font-face {{ font-family: Form; src: url({(LAYOUTS / "fonts" / "AtkinsonHyperlegibleNext-Regular.ttf").as_uri()}) }}
@page {{ size: A4; margin: 18mm; font-family: Form }}
html {{ font: 10.5pt/1.35 Form }}
section {{ break-before: page }}
tr {{ break-inside: avoid }}
th {{ font-weight: inherit; text-align: left }}
input, textarea {{
  display: inline-block; box-sizing: border-box; margin: 0; padding: 0;
  border: .5pt solid black; color: black; font: 11pt Form; width: 80mm; height: 16pt;
}}
input[type=radio] {{ width: 16pt; height: 16pt; border-radius: 50% }}
input.clear {{ width: 14pt; height: 14pt; border: 0 }}
textarea {{ display: block; width: 170mm; height: 40mm }}
"""

_LIST = "<ol><li>Figures of lists are not the figures of text.</ol>"


def mini_fields(size: str = "") -> tuple[FormField, ...]:
    """The fields of the mini pack in reading order; `size` goes into the pack's id."""
    mode = FormField(record_name("mode"), "choice", "How these answers were given", MODES, "individual")
    role = FormField(record_name("role"), "choice", "Role", ROLES)
    return (
        FormField(record_name("reference"), "line", "Reference"),
        role,
        FormField(clear_name(role.name), "clear", "Take back: Role", clears=role.name),
        mode,
        FormField(record_name("lead"), "line", "Lead, filled in beforehand", value="Siân Ŵyn Łukasiewicz"),
        FormField(record_name("contributors"), "text", "Contributors", value="Zoë Llŷr\nTŷ Gwyn"),
        *(field for feature in FEATURES for field in _feature_fields(feature)),
        FormField(action_name(1, "what"), "text", "Action 1: what"),
        FormField(PACK_ID, "id", PACK_ID, value=f"mini{size}@2013@00c0ffee"),
    )


def _feature_fields(feature: str) -> list[FormField]:
    ratings = [(rating_name(s), f"{s} “Enough” is written down & used") for s in STATEMENTS if s[0] == feature]
    fields = []
    for name, question in [*ratings, (overall_name(feature), f"Overall: feature {feature}")]:
        fields.append(FormField(name, "radio", question, LEVELS, short=f"{name} in short"))
        fields.append(FormField(clear_name(name), "clear", f"Take back: {question}", clears=name))
    kinds = ("doing", "improve")
    return fields + [FormField(comment_name(kind, feature), "text", f"{feature}: {kind}?") for kind in kinds]


def mini_html(fields: tuple[FormField, ...], css: str = "") -> str:
    """The mini pack as a layout renders it: a table of the levels for each feature, text boxes around it."""
    clears = {field.clears: field for field in fields if field.kind == "clear"}
    record = [field for field in fields if field.name.startswith(("record_", "action_"))]
    body = "".join(f"<p>{escape(f.question)} {_control(f, clears)}</p>" for f in record)
    for feature in FEATURES:
        radios = [f for f in fields if f.kind == "radio" and f.name.split("_")[1] == feature]
        rows = "".join(f"<tr><th scope=row>{escape(f.question)}</th>{_cells(f, clears)}</tr>" for f in radios)
        heads = "".join(
            f"<th>{escape(word)}</th>" for word in ("Statement", *(level.label for level in LEVELS), "Back")
        )
        texts = [f for f in fields if f.name in (f"doing_{feature}", f"improve_{feature}")]
        boxes = "".join(f"<p>{escape(f.question)}</p>{_control(f, clears)}" for f in texts)
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        body += f"<section><h2>Feature {feature}</h2>{table}{boxes}</section>"
    head = f"<meta charset=utf-8><title>{escape(TITLE)}</title><style>{_CSS}{css}</style>"
    body = f"<h1>{escape(TITLE)}</h1>{_LIST}{body}"
    return f"<!doctype html><html lang={LANGUAGE}><head>{head}</head><body>{body}</body></html>"


def _control(field: FormField, clears: dict[str, FormField]) -> str:
    tag = "textarea></textarea" if field.kind == "text" else "input"
    start, _, end = tag.partition(">")
    html = f'<{start} name={field.name} title="{escape(field.question)}">' + (f"{end}>" if end else "")
    return html + (_clear(clears[field.name]) if field.name in clears else "")


def _cells(field: FormField, clears: dict[str, FormField]) -> str:
    radios = (
        f'<td><input type=radio name={field.name} value={o.code} title="{escape(field.question)}: {o.label}"></td>'
        for o in field.options
    )
    return "".join(radios) + f"<td>{_clear(clears[field.name])}</td>"


def _clear(field: FormField) -> str:
    return f'<input class=clear name={field.name} title="{escape(field.question)}">'
