"""A local version's colours: can what stands on them be read? Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from pmdiag_build.content.documents import Document
from pmdiag_build.problems import Fault, Problems

_LEAST_CONTRAST = 4.5
"""WCAG 2.2 AA, success criterion 1.4.3, for text of any size."""

# As in layouts/css/tokens.css; a test holds them together.
DEFAULTS = {"brand": "#17505c", "on_brand": "#ffffff", "link": "#175c80"}
# What stands on what: the header's text on the brand colour, links and the brand's rules on paper and tint.
_PAIRS = (("on_brand", "brand"), ("link", "#ffffff"), ("link", "#f2f5f6"), ("brand", "#ffffff"))


def check_colours(colours: Mapping[str, str], document: Document, problems: Problems) -> None:
    """Adds a problem for each pair of colours whose contrast is below WCAG's least."""
    chosen = {**DEFAULTS, **colours}
    for front, back in _PAIRS:
        if front not in colours and back not in colours:
            continue
        first, second = chosen.get(front, front), chosen.get(back, back)
        found = contrast(first, second)
        if found < _LEAST_CONTRAST:
            key = front if front in colours else back
            problems.add(
                document.at("brand", "colours", key),
                Fault(
                    f"{first} on {second} has a contrast of {found:.1f} : 1, at least {_LEAST_CONTRAST} : 1 is needed",
                    "Choose a darker colour on a light ground, or a lighter one on a dark ground",
                ),
            )


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
